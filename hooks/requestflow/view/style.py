"""The colours, once: written into the site's stylesheet, and as fixed values into pictures that leave the site.

Zones get theirs by their order in the definition: class `z1`, `z2`, … gives an element `--h` (words and edges) and
`--z` (its ground, a tint of the same).
"""

import re
from collections.abc import Iterable
from itertools import pairwise
from math import cos, radians, sin
from typing import NamedTuple

from ..problems import FlowError, Problem

PICTURE = "assets/picture.css"  # below docs/: the rules pages and exported pictures share
MAP = "assets/map.css"  # what maps, and those exported, have beside them
SHEET = "assets/flow.css"  # the rest of the site's


class Colour(NamedTuple):
    """One colour in both palettes."""

    light: str
    dark: str


COLOURS = {
    "flow-ink": Colour("#1b2130", "#eceff6"),
    "flow-line": Colour("#3b4660", "#c3cbdd"),
    "flow-rail": Colour("#c3c9d5", "#4a5268"),
    "flow-hair": Colour("#e1e5ec", "#343a4d"),
    "flow-acc": Colour("#2f49c8", "#a9baff"),
    "flow-acc-soft": Colour("#eaeefe", "#2a3358"),
    "flow-new": Colour("#6b3a00", "#ffdf9a"),
    "flow-new-bg": Colour("#ffecb8", "#54421a"),
    "flow-box": Colour("#fff6de", "#3a3222"),
    "flow-box-line": Colour("#a86a00", "#e0ad4f"),
    "flow-nest": Colour("#0b6e63", "#6fd0c2"),
}
TINT = Colour("8%", "11%")  # how much of a zone's colour its ground has
PAPER = "#ffffff"  # under pictures that leave the site
_FIRST_ZONES = (
    Colour("#5b6b85", "#aab8d2"),
    Colour("#8a5a00", "#e5b766"),
    Colour("#0b6e63", "#6fd0c2"),
    Colour("#6d3fb0", "#c7a8f7"),
)
_TAKEN = (70.0, 180.0, 300.0)  # the hues of these, but for the first, which is grey
_VARIABLE = re.compile(r"var\(--([\w-]+)(?:,([^()]*))?\)")


def zone_colours(count: int) -> list[Colour]:
    """Give the colours of the first `count` zones; each further one takes the hue farthest from those before it."""
    hues = sorted(_TAKEN)
    out = list(_FIRST_ZONES[:count])
    while len(out) < count:
        low, high = max(pairwise([*hues, hues[0] + 360]), key=lambda gap: round(gap[1] - gap[0], 6))
        hue = (low + high) / 2 % 360
        hues = sorted([*hues, hue])
        out.append(Colour(_oklch(0.47, 0.13, hue), _oklch(0.83, 0.1, hue)))
    return out


def sheet(picture: str, rest: str, zones: int) -> str:
    """Give the site's stylesheet from its two files, with the colours in front."""
    hues = {f"h{n}": colour for n, colour in enumerate(zone_colours(zones), 1)}
    every = COLOURS | hues | {"tint": TINT}
    light, dark = (";".join(f"--{name}:{colour[i]}" for name, colour in every.items()) for i in (0, 1))
    grounds = ";".join(f"--z{n}:{_tinted(f'h{n}')}" for n in range(1, zones + 1))
    classes = "".join(f".z{n}{{--h:var(--h{n});--z:var(--z{n})}}" for n in range(1, zones + 1))
    # grounds are computed where the theme sets its scheme, else they would freeze at the light values of :root
    head = f":root{{{light}}}[data-md-color-scheme=slate]{{{dark}}}:root,[data-md-color-scheme]{{{grounds}}}{classes}"
    return f"{head}\n{picture}{rest}"


def _tinted(hue: str) -> str:
    return f"color-mix(in srgb,var(--{hue}) var(--tint),var(--flow-bg))"


def embedded(picture: str, zones: Iterable[int]) -> str:
    """Give the rules of pictures with the light palette's fixed colours, and those of some zones, by number.

    Image viewers know neither variables nor colour mixing. Raises FlowError for a variable that has no value here.
    """
    fixed = {name: colour.light for name, colour in COLOURS.items()} | {"flow-bg": PAPER}

    def value(m: re.Match[str]) -> str:
        found = fixed.get(m[1], m[2])
        if found is None:
            what = f"uses --{m[1]}, which has no value where a picture leaves the site."
            raise FlowError(Problem(f"docs/{PICTURE}", what, f"Write var(--{m[1]},VALUE)."))
        return found

    rules = _VARIABLE.sub(value, re.sub(r"/\*.*?\*/|\n", "", picture, flags=re.S))
    wanted = sorted(set(zones))
    colours = zone_colours(max(wanted, default=0))
    return rules + "".join(_zone_rules(n, colours[n - 1].light) for n in wanted)


def _zone_rules(number: int, hue: str) -> str:
    ground = _mix(hue, PAPER, float(TINT.light.rstrip("%")) / 100)
    return f".seq .bx.z{number}{{fill:{ground}}}.seq .bt.z{number}{{fill:{hue}}}"


def _mix(a: str, b: str, share: float) -> str:
    pairs = ((int(a[i : i + 2], 16), int(b[i : i + 2], 16)) for i in (1, 3, 5))
    return "#" + "".join(f"{round(x * share + y * (1 - share)):02x}" for x, y in pairs)


def _oklch(lightness: float, chroma: float, hue: float) -> str:
    """Give an OKLCH colour as sRGB, its chroma lowered until sRGB has it."""
    while True:
        channels = _linear(lightness, chroma * cos(radians(hue)), chroma * sin(radians(hue)))
        if all(-0.0001 <= c <= 1.0001 for c in channels):
            return "#" + "".join(f"{round(255 * _gamma(min(max(c, 0), 1))):02x}" for c in channels)
        chroma -= 0.005


def _linear(lightness: float, a: float, b: float) -> tuple[float, float, float]:
    """OKLab to linear sRGB; the matrices are those of CSS Color 4."""
    l_ = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    m_ = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    s_ = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * l_ - 3.3077115913 * m_ + 0.2309699292 * s_,
        -1.2684380046 * l_ + 2.6097574011 * m_ - 0.3413193965 * s_,
        -0.0041960863 * l_ - 0.7034186147 * m_ + 1.7076147010 * s_,
    )


def _gamma(c: float) -> float:
    return float(12.92 * c if c <= 0.0031308 else 1.055 * c ** (1 / 2.4) - 0.055)
