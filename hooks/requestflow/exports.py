"""What a reader can take away: the Mermaid text of each picture, and the picture as an SVG that stands alone."""

import re
from collections.abc import Callable, Iterable
from contextlib import suppress

from . import chart, mermaid, picture
from .html import Markup, el

Href = Callable[[str], str]
_TOKEN = re.compile(r"--((?:flow|h)-[\w-]+):(#[0-9a-fA-F]{6})\b")
_TINT = 0.08  # as --tint in the light palette


def name(chart_: chart.Chart) -> str:
    """Give the file name of a chart, without the ending: the width says nothing to those who take it away."""
    return chart_.id.removesuffix(f"-{chart_.width}")


def texts(charts: Iterable[chart.Chart]) -> dict[str, str]:
    """Give the Mermaid text of each chart, by file name."""
    return {f"{name(c)}.mmd": mermaid.text(c) for c in charts}


def pictures(charts: Iterable[chart.Chart], renderer: picture.Renderer, css: str, href: Href) -> dict[str, str]:
    """Give a standalone SVG of each chart, by file name; `css` is the site's stylesheet, `href` gives full addresses.

    What the renderer refuses is left out.
    """
    out = {}
    for c in charts:
        with suppress(picture.NotDrawn):
            out[f"{name(c)}.svg"] = standalone(picture.draw(renderer, c, href), css)
    return out


def standalone(svg: Markup, css: str) -> str:
    """Give an SVG with a white ground and its own style, in the light palette's colours."""
    m = re.search(r'viewBox="(\S+) (\S+) (\S+) (\S+)"', svg)
    assert m
    left, top, width, height = (float(v) for v in m.groups())
    size = f'width="{width + 16:g}" height="{height + 16:g}"'
    box = f'viewBox="{left - 8:g} {top - 8:g} {width + 16:g} {height + 16:g}" {size}'
    ground = f'<rect x="{left - 8:g}" y="{top - 8:g}" {size} fill="#fff"/>'
    body = re.sub(r"^<svg [^>]*>", "", svg)
    start = f'<svg xmlns="http://www.w3.org/2000/svg" class="seq" {box} role="img">'
    head, desc, rest = body.partition("</desc>")
    return f"{start}{head}{desc}{el('style', Markup(_style(css)))}{ground}{rest}\n"


def _style(css: str) -> str:
    """Plain rules with fixed colours: image viewers know neither variables nor colour mixing."""
    colour = dict(_TOKEN.findall(css.partition("[data-md-color-scheme")[0]))
    ink, line, rail, bg = colour["flow-ink"], colour["flow-line"], colour["flow-rail"], "#ffffff"
    new, box, edge = colour["flow-new"], colour["flow-box"], colour["flow-box-line"]
    zones = {z.removeprefix("h-"): c for z, c in colour.items() if z.startswith("h-")}
    rules = [
        f".seq{{font:14px sans-serif;fill:{ink};text-anchor:middle;dominant-baseline:central}}",
        ".bt,.an,.n,.sb{font-weight:bold}.bt,.an,.ad,.nt{font-size:13px}.ad{font-family:monospace;letter-spacing:-.02em}",
        f".ll{{stroke:{rail};fill:none}}.a{{fill:{bg};stroke:{line};stroke-width:1.25}}",
        f".l{{stroke:{line};stroke-width:1.75;fill:none}}.back .l{{stroke-dasharray:5 4}}.h,.nd{{fill:{line}}}",
        f".says .l{{stroke-width:4.5;stroke-dasharray:none}}.li{{stroke:{bg};stroke-width:1.75;fill:none}}",
        f".n{{fill:{bg};font-size:12px}}.st{{text-anchor:start}}.en{{text-anchor:end}}",
        f".sf{{fill:{box};stroke:{edge};stroke-width:1.5}}.sb{{font-size:12px;fill:{new}}}",
        f".s .ad{{fill:{new};font-weight:bold}}",
        f".says .sf{{fill:{bg};stroke:{line}}}.says .sb{{fill:{ink}}}",
    ]
    rules += [f".bx.z-{z}{{fill:{_mix(c, bg, _TINT)}}}.bt.z-{z}{{fill:{c}}}" for z, c in zones.items()]
    return "".join(rules)


def _mix(a: str, b: str, share: float) -> str:
    pairs = ((int(a[i : i + 2], 16), int(b[i : i + 2], 16)) for i in (1, 3, 5))
    return "#" + "".join(f"{round(x * share + y * (1 - share)):02x}" for x, y in pairs)
