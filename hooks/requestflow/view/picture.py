"""Mermaid text → a small inline SVG that follows the theme, every message a link to its step.

`mmdr` lays the diagram out; from its SVG only the geometry is kept. Looks live in `docs/assets/picture.css`.
"""

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape
from typing import Any

from . import mermaid
from .chart import Arrow, Chart, Lane
from .elements import Markup, el

_SVG = "{http://www.w3.org/2000/svg}"
LINE = 17  # px between the lines of a label
ROOM_BELOW = 8  # px under the last arrow
Href = Callable[[str], str]


FITS: dict[str, float] = {"wide": 688, "narrow": 355}  # px a picture may take: the column, and a phone at 12 px letters


class NotDrawn(Exception):
    """The renderer is missing, or it refused the text; the message says which."""


def installed() -> Any:
    """Give the renderer; None where there is no wheel for this platform: the reader's browser draws the diagrams."""
    try:
        import mmdr  # takes time that a check has no use for
    except ImportError:
        return None
    return mmdr


class Renderer:
    """Draws Mermaid texts, equal ones once."""

    def __init__(self, engine: Any = installed, drawn: dict[str, str] | None = None) -> None:
        """`drawn` may hold what was drawn before, by text; it is added to."""
        self.engine = installed() if engine is installed else engine
        self.drawn = {} if drawn is None else drawn

    def svg(self, source: str) -> str:
        """Give the raw SVG of a text; raises NotDrawn."""
        if self.engine is None:
            raise NotDrawn("the renderer is not installed")
        if source not in self.drawn:
            try:
                self.drawn[source] = self.engine.render(source).svg()
            except ValueError as error:
                raise NotDrawn(f"the renderer refused the text: {error}") from None
        return self.drawn[source]


@dataclass(frozen=True)
class _Message:
    words: list[str]
    x1: float
    y1: float
    x2: float


@dataclass
class _Box:
    x: float
    y: float
    width: float
    height: float
    words: list[str]

    @property
    def middle(self) -> tuple[float, float]:
        return self.x + self.width / 2, self.y + self.height / 2


@dataclass
class _Geometry:
    left: float
    top: float
    right: float
    bottom: float
    zones: list[_Box] = field(default_factory=list)
    lifelines: list[tuple[float, float, float]] = field(default_factory=list)
    actors: list[_Box] = field(default_factory=list)
    messages: list[_Message] = field(default_factory=list)


def width(svg: str) -> float:
    """Give the natural width of a drawn picture in px."""
    m = re.search(r'viewBox="\S+ \S+ (\S+) \S+"', svg)
    return float(m[1]) if m else 0


def draw(renderer: Renderer, chart: Chart, href: Href | None) -> Markup:
    """Give the inline SVG of a chart; raises NotDrawn, or ValueError when an arrow is missing.

    `href` gives the address of an arrow's step; without it arrows are no links.
    """
    geometry = _measure(renderer.svg(mermaid.text(chart)))
    if len(geometry.messages) != len(chart.arrows):
        raise ValueError(f"{len(geometry.messages)} arrows drawn for {len(chart.arrows)} steps of {chart.id}")
    body = [*_zones(geometry, chart.lanes), *_lifelines(geometry), *_actors(geometry)]
    body += [_message(geometry, m, arrow, href) for m, arrow in zip(geometry.messages, chart.arrows, strict=True)]
    box = (geometry.left, geometry.top, geometry.right - geometry.left, geometry.bottom - geometry.top)
    words = el("title", chart.title, id=f"{chart.id}-t"), el("desc", chart.description)
    style = {"viewBox": " ".join(map(_n, box)), "style": f"max-width:{_n(box[2])}px"}
    return el("svg", *words, *map(Markup, body), class_="seq", role="group", aria_labelledby=f"{chart.id}-t", **style)


# -- reading the renderer's SVG ---------------------------------------------------------------------------------------
def _measure(svg: str) -> _Geometry:
    root = ET.fromstring(svg)
    left, top, width, height = (float(v) for v in (root.get("viewBox") or "").split())
    g = _Geometry(left, top, left + width, top + height + ROOM_BELOW)
    children = list(root)
    for i, child in enumerate(children):
        if child.get("data-et") == "message":
            g.messages.append(_read_message(children, i))
        for e in child.iter():
            if e.tag == f"{_SVG}rect" and _has(e, "rect"):
                g.zones.append(_box(e, [_text(t) for t in child.findall(f"{_SVG}text")]))
            elif e.tag == f"{_SVG}rect" and _has(e, "actor"):
                g.actors.append(_box(e, [_text(t) for t in child.iter(f"{_SVG}text")]))
            elif e.tag == f"{_SVG}line" and _has(e, "actor-line"):
                g.lifelines.append((_f(e, "x1"), _f(e, "y1"), _f(e, "y2")))
    g.zones.sort(key=lambda b: b.x)
    g.actors.sort(key=lambda b: b.x)
    return g


def _read_message(children: list[ET.Element], i: int) -> _Message:
    """A message is its text elements, then the line or path they belong to."""
    line, j = children[i], i - 1
    words: list[str] = []
    while j >= 0 and _has(children[j], "messageText"):
        words.insert(0, _text(children[j]))
        j -= 1
    if line.tag == f"{_SVG}path":  # to itself
        x, y = (float(n) for n in re.findall(r"-?[\d.]+", line.get("d") or "")[:2])
        return _Message(words, x, y, x)
    return _Message(words, _f(line, "x1"), _f(line, "y1"), _f(line, "x2"))


def _has(e: ET.Element, name: str) -> bool:
    return name in (e.get("class") or "").split()


def _text(e: ET.Element) -> str:
    return "".join(e.itertext()).strip()


def _f(e: ET.Element, key: str) -> float:
    return float(e.get(key) or 0)


def _box(e: ET.Element, words: list[str]) -> _Box:
    return _Box(_f(e, "x"), _f(e, "y"), _f(e, "width"), _f(e, "height"), words)


# -- drawing ----------------------------------------------------------------------------------------------------------
def _n(value: float) -> str:
    return f"{round(value, 1):g}"


def _lines(words: list[str], x: float, y: float, css: str) -> list[str]:
    top = y - (len(words) - 1) * LINE / 2
    return [f'<text class="{css}" x="{_n(x)}" y="{_n(top + i * LINE)}">{escape(w)}</text>' for i, w in enumerate(words)]


def _zones(g: _Geometry, lanes: tuple[Lane, ...]) -> list[str]:
    """The ground of each zone; which one it is tells a lane inside it, for two zones may have one name."""
    out = []
    for b in g.zones:
        within = (lane for a, lane in zip(g.actors, lanes, strict=True) if b.x < a.middle[0] < b.x + b.width)
        lane = next(within)
        css, name = f"z{lane.tint}", _fitted(" ".join(lane.zone_name.split()), b.width - 8)
        out.append(
            f'<rect class="bx {css}" x="{_n(b.x)}" y="{_n(b.y)}" width="{_n(b.width)}" '
            f'height="{_n(b.height + ROOM_BELOW)}"/>'
            f'<text class="bt {css}" x="{_n(b.middle[0])}" y="{_n(b.y + 11)}">{escape(name)}</text>'
        )
    return out


def _lifelines(g: _Geometry) -> list[str]:
    return [f'<path class="ll" d="M{_n(x)} {_n(y1)}V{_n(y2 + ROOM_BELOW)}"/>' for x, y1, y2 in g.lifelines]


def _actors(g: _Geometry) -> list[str]:
    out = []
    for b in g.actors:
        out.append(f'<rect class="a" x="{_n(b.x)}" y="{_n(b.y)}" width="{_n(b.width)}" height="{_n(b.height)}"/>')
        out += _lines(b.words, *b.middle, "an")
    return out


def _message(g: _Geometry, m: _Message, arrow: Arrow, href: Href | None) -> str:
    flags = (("m", True), ("back", arrow.answer), ("s", arrow.inside), ("says", arrow.message))
    css = " ".join(name for name, on in flags if on)
    inner = "".join(_inside(g, m, arrow) if arrow.inside else _arrow(m, arrow))
    if arrow.sentence:
        inner = el("title", arrow.sentence) + Markup(inner)
    if href is None:
        return f'<g class="{css}">{inner}</g>'
    return f'<a class="{css}" href="{escape(href(arrow.id))}" data-step="{arrow.id}">{inner}</a>'


def _number(x: float, y: float, arrow: Arrow) -> list[str]:
    return [
        f'<circle class="nd" cx="{_n(x)}" cy="{_n(y)}" r="10"/>',
        f'<text class="n" x="{_n(x)}" y="{_n(y)}">{arrow.number}</text>',
    ]


def _arrow(m: _Message, arrow: Arrow) -> list[str]:
    way = 1 if m.x2 > m.x1 else -1
    middle = (m.x1 + m.x2) / 2 + way * 5  # clear of the number
    out = _lines(m.words[:1], middle, m.y1 - 13 - (len(m.words) - 1) * LINE, "mt")
    for i, word in enumerate(m.words[1:], 1):
        out += _lines([word], middle, m.y1 - 13 - (len(m.words) - 1 - i) * LINE, "mt ad")
    line = f'd="M{_n(m.x1)} {_n(m.y1)}H{_n(m.x2 - way * 6)}"/>'
    out.append(f'<path class="l" {line}' + (f'<path class="li" {line}' if arrow.message else ""))
    out.append(f'<path class="h" d="M{_n(m.x2)} {_n(m.y1)}l{-way * 9} -4.5v9z"/>')
    return out + _number(m.x1, m.y1, arrow)


def _inside(g: _Geometry, m: _Message, arrow: Arrow) -> list[str]:
    """A rewrite: a box on the lifeline, the new address beside it on the side with room."""
    width, height, y = max(44, 8 + _advance(m.words[0], 12) if m.words else 0), 22, m.y1 - 4
    g.left = min(g.left, m.x1 - width / 2 - 26)
    out = [
        f'<rect class="sf" x="{_n(m.x1 - width / 2)}" y="{_n(y - height / 2)}" width="{_n(width)}" height="{height}"/>'
    ]
    out += _lines(m.words[:1], m.x1, y, "sb")
    for word in m.words[1:]:
        right = m.x1 + width / 2 + 8 + _advance(word, 13) < g.right
        x = m.x1 + (width / 2 + 8 if right else -width / 2 - 28)
        out += _lines([word], x, y, f"mt {'st' if right else 'en'} ad")
    return out + _number(m.x1 - width / 2 - 13, y, arrow)


def _fitted(name: str, width: float) -> str:
    """A name, cut where it would be wider than its box."""
    if _advance(name, 13) <= width:
        return name
    while name and _advance(f"{name}…", 13) > width:
        name = name[:-1]
    return f"{name.rstrip()}…"


def _advance(word: str, size: int) -> float:
    """A generous estimate of a word's width in px: CJK is one em, everything else 0.62."""
    return sum(size if ord(c) > 0x2E7F else 0.62 * size for c in word)
