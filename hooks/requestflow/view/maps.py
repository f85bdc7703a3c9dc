"""The map of a route: the cluster as boxes, the packets' way drawn over it, every mark a link to its step.

One figure holds two forms, of which CSS shows the one that fits, and two ways, of which radio buttons choose one. A
mark stands in it once, with its place in each form.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TypeVar

from . import map_boxes, map_lines, map_marks, style
from .elements import UNSEARCHED, Markup, el, join
from .map_boxes import FORMS, NUMBER, Box, Cell, Form, Rect, Zone
from .map_lines import Line, Point
from .map_marks import Mark
from .view import View

Href = Callable[[str], str]
Places = dict[str, str | int | bool | None]  # attributes
Placed = TypeVar("Placed", Zone, Box)
FITS: dict[Form, int] = {"wide": 688, "narrow": 320}  # px a form may take
MARGIN = 1  # px around a form, for the edges of its boxes
WAYS = (("t", False), ("b", True))  # class of a way, and whether it is the way back
HEADS = {(1, 0): "l-8-4v8z", (-1, 0): "l8-4v8z", (0, 1): "l-4-8h8z", (0, -1): "l-4 8h8z"}
KEPT = 256  # maps: pages, files and the comparison ask for the same
ALONE = ("w", "v")  # classes of what only one of two forms shows
TIP = 4  # px before its end where a line's own stroke ends, under its head


@dataclass(frozen=True)
class Map:
    """One form of a map, its corner at the origin, with the lines of both ways."""

    form: Form
    width: int
    height: int
    zones: list[Zone]
    boxes: list[Box]
    lines: list[Line]

    def of_way(self, back: bool) -> tuple[list[Line], list[tuple[Rect, Cell]]]:
        """Give the lines of one way, and its chips and badges with the boxes they stand in."""
        cells = [(b.rect, c) for b in self.boxes for c in b.cells if c.mark.back == back]
        return [line for line in self.lines if line.mark.back == back], cells


@lru_cache(KEPT)
def plan(view: View, form: Form, base: View | None = None) -> Map:
    """Place everything in one form; `base` is the route this one is like. Raises map_lines.NoWay."""
    marks = difference(view, base) if base else map_marks.marks(view)
    zones, boxes = map_boxes.places(view, marks, form, base)
    lines = [line for _, back in WAYS for line in map_lines.lines((m for m in marks if m.back == back), zones, boxes)]
    frame = _frame(zones, boxes, lines)
    moved = [[thing.moved(-frame.x, -frame.y) for thing in things] for things in (zones, boxes, lines)]
    return Map(form, frame.width, frame.height, *moved)  # type: ignore[arg-type]


def difference(view: View, other: View) -> tuple[Mark, ...]:
    """Give the marks of a route, those the other lacks as new, and behind them those that only the other has."""
    mine, its = map_marks.marks(view), map_marks.marks(other)
    known, have = {m.key for m in its}, {m.key for m in mine}
    ours = (m if m.key in known else replace(m, change="more") for m in mine)
    return *ours, *(replace(m, change="less", address="") for m in its if m.key not in have)


def _frame(zones: list[Zone], boxes: list[Box], lines: list[Line]) -> Rect:
    """What the drawing takes."""
    corners = [Rect(x, y, 0, 0) for line in lines for x, y in line.points]
    every = [*(z.rect for z in zones), *(b.rect for b in boxes), *(line.disc for line in lines), *corners]
    left, top = min(r.x for r in every), min(r.y for r in every)
    right, bottom = max(r.right for r in every), max(r.bottom for r in every)
    return Rect(left, top, right - left, bottom - top).grown(MARGIN)


# -- drawing ----------------------------------------------------------------------------------------------------------
def figure(view: View, href: Href, base: View | None = None, after: Markup | None = None) -> Markup:
    """Give the map of a route in both forms, with the switch between the ways; `after` follows the caption."""
    w = view.words
    svg = draw([plan(view, form, base) for form in FORMS], w.map_of.format(route=view.name), href)
    switch = ways(view, view.id) if any(m.back for m in map_marks.marks(view)) else []
    caption = el("figcaption", _key(view, base), " ", after or "", class_="key")
    return el("figure", *switch, svg, caption, class_="map", data_route=view.id, **UNSEARCHED)


def ways(view: View, name: str) -> list[Markup]:
    """Give the switch between the ways, in the language of a view."""
    return [_way(name, word, back=back) for word, back in ((view.words.way_there, False), (view.words.way_back, True))]


def _way(name: str, word: str, *, back: bool) -> Markup:
    button = Markup(f'<input type="radio" name="map-{name}"{"" if back else " checked"}/>')
    return el("label", button, word, class_="to-b" if back else None)


def _key(view: View, base: View | None) -> Markup:
    """Say what colours, dashes and signs mean."""
    w, styles = view.words, map_marks.styles(view)
    order = sorted(styles, key=lambda c: styles[c])
    said = [(f"c{styles[c]}", view.flow.connections[c].name[view.language]) for c in order]
    marks = map_marks.marks(view)
    said += [("k-back", w.answer_line)] if any(m.answer for m in marks) else []
    said += [("k-self", w.rewrite_box)] if any(m.address for m in marks) else []
    said += [("", w.map_message)] if any(m.kind == "badge" for m in marks) else []
    if base:
        said += [("more", w.map_new.format(route=base.name)), ("less", w.map_gone.format(route=base.name))]
    return join(*(el("span", words, class_=css or None) for css, words in said), by=" ")


def draw(forms: list[Map], name: str, href: Href | None) -> Markup:
    """Give one SVG with a form, or with two of which CSS shows one; without `href` marks are no links.

    The first form's places are attributes; where another one has its own, it is in `--v`. Without `viewBox` nothing is
    ever scaled: letters keep their size.
    """
    zones = [z for pair in zip(*(f.zones for f in forms), strict=True) for z in _zone(pair)]
    boxes = [b for pair in zip(*(f.boxes for f in forms), strict=True) for b in _box(pair)]
    ways = (el("g", *_marks(forms, back, href), class_=css) for css, back in WAYS)
    sizes = ";".join(f"--x{n}:{f.width}px;--y{n}:{f.height}px" for n, f in enumerate(forms, 1))
    return el("svg", *zones, *boxes, *ways, class_="seq mp", role="group", aria_label=name, style=sizes)


def _zone(pair: tuple[Zone, ...]) -> Iterator[Markup]:
    for zone, css, places in _alike(pair, lambda z: (z.rect.width, z.rect.height)):
        r, tint = zone.rect, f"z{zone.tint}"
        ground = Markup(f'<rect class="bx {tint}" width="{r.width}" height="{r.height}"/>')
        name = el("text", zone.name, class_=f"bt {tint} en", x=r.width - 7, y=10)
        yield el("g", ground, name, class_=css, **places)


def _box(pair: tuple[Box, ...]) -> Iterator[Markup]:
    for box, css, places in _alike(pair, lambda b: b.rect.height):
        r = box.rect
        words = [el("text", box.name, class_="an", x=r.width // 2, y=14)]
        if box.address:
            words.append(el("text", box.address, class_="ad", x=r.width // 2, y=28))
        outline = Markup(f'<rect class="a" width="{r.width}" height="{r.height}"/>')
        classes = " ".join(filter(None, (css, "less" if box.missing else "", *box.ends)))
        yield el("g", outline, *words, class_=classes or None, **places)


def _alike(pair: tuple[Placed, ...], size: Callable[[Placed], object]) -> Iterator[tuple[Placed, str | None, Places]]:
    """Give what two forms have once if its size is the same in both, else twice, each for one form alone."""
    if len({size(thing) for thing in pair}) == 1:
        yield pair[0], None, _at(*((p.rect.x, p.rect.y) for p in pair))
    else:
        yield from ((thing, css, _at((thing.rect.x, thing.rect.y))) for thing, css in zip(pair, ALONE, strict=True))


def _marks(forms: list[Map], back: bool, href: Href | None, only: set[str] | None = None) -> list[Markup]:
    """The marks of one way, or of one step, in the order of their numbers, each with its places in all forms."""
    ways = [f.of_way(back) for f in forms]
    made: list[tuple[Mark, Markup]] = []
    by_mark = [{line.mark: line for line in lines} for lines, _ in ways]
    for mark in dict.fromkeys(mark for lines in by_mark for mark in lines):
        have = [(lines[mark], css) for lines, css in zip(by_mark, ALONE, strict=False) if mark in lines]
        alone = have[0][1] if len(have) < len(forms) else ""
        inner = _paths([line for line, _ in have]) + _number(mark)
        made.append((mark, _mark(mark, _at(*(line.at for line, _ in have)), inner, href, alone)))
    for cells in zip(*(cells for _, cells in ways), strict=True):
        mark = cells[0][1].mark
        made.append((mark, _mark(mark, _at(*(_origin(*c) for c in cells)), _cell(cells[0][1]), href)))
    made.sort(key=lambda pair: pair[0].number)
    return [drawn for mark, drawn in made if only is None or mark.id in only]


def _mark(mark: Mark, places: Places, inner: Markup, href: Href | None, alone: str = "") -> Markup:
    """A link that has its number, or its corner, where its coordinates begin."""
    css = " ".join(filter(None, (f"c{mark.style}", "back" if mark.answer else "", mark.change, alone)))
    title = el("title", mark.title)
    if href is None:
        return el("g", title, inner, class_=css, **places)
    step: Places = {} if mark.change == "less" else {"data_step": mark.id}
    return el("a", title, inner, class_=css, href=href(mark.id), **step, **places)


def _paths(lines: list[Line]) -> Markup:
    """The line and its head: in one path, or in two where the line is dashed and the head must not be."""
    made = [(path(line.points, line.at), head(line.points, line.at)) for line in lines]
    drawn = [f'd="{d}"/><path class="h" d="M{h}"/>' if lines[0].mark.answer else f'd="{d}M{h}"/>' for d, h in made]
    if len(set(drawn)) == 1:
        return Markup(f"<path {drawn[0]}")
    alone = (f'<g class="{css}"><path {d}</g>' for d, css in zip(drawn, ALONE, strict=True))
    return Markup("".join(alone))


def path(points: tuple[Point, ...], origin: Point) -> str:
    """Give the path data of a line, counted from a point.

    Each straight part stands alone: filled with the colour of the head, a line without area shows nothing.
    """
    x, y = points[0]
    parts = list[str]()
    for n, (a, b) in enumerate(map_lines.segments(points), 2):
        tip = TIP if n == len(points) else 0
        dx, dy = b[0] - a[0], b[1] - a[1]
        parts.append(f"v{dy - _sign(dy) * tip}" if dx == 0 else f"h{dx - _sign(dx) * tip}")
    return f"M{_pair(x - origin[0], y - origin[1])}{'m0 0'.join(parts)}"


def head(points: tuple[Point, ...], origin: Point) -> str:
    """Give the path data of a line's head without its first letter, counted from a point."""
    (x, y), (to_x, to_y) = points[-2:]
    way = _sign(to_x - x), _sign(to_y - y)
    return _pair(to_x - origin[0] - way[0], to_y - origin[1] - way[1]) + HEADS[way]


def _sign(number: int) -> int:
    return (number > 0) - (number < 0)


def _pair(x: int, y: int) -> str:
    return f"{x}{y}" if y < 0 else f"{x} {y}"


def _number(mark: Mark) -> Markup:
    """A number on its ground, whose shape tells the connection as its colour does."""
    r = NUMBER
    square = f'<rect class="nd" x="-{r}" y="-{r}" width="{2 * r}" height="{2 * r}"/>'
    ground = f'<circle class="nd" r="{r}"/>' if mark.style % 2 else square
    return Markup(ground) + el("text", mark.shown, class_="n")


def _origin(box: Rect, cell: Cell) -> Point:
    """Where the coordinates of a chip begin: at its number; or of a badge: in its middle."""
    r = cell.rect.moved(box.x, box.y)
    if cell.mark.kind == "badge":
        return r.x + r.width // 2, r.y + r.height // 2
    return r.x + NUMBER + 2, r.y + NUMBER + 1


def _cell(cell: Cell) -> Markup:
    x, y = _origin(Rect(0, 0, 0, 0), cell)
    r, mark = cell.rect.moved(-x, -y), cell.mark
    ground = Markup(f'<rect class="sf" x="{r.x}" y="{r.y}" width="{r.width}" height="{r.height}"/>')
    if mark.kind == "badge":
        css = "says in" if mark.source == mark.to else "says"  # within a machine, nobody hears it
        return el("g", ground, el("text", map_boxes.fitted(mark.words, 12, r.width), class_="sb"), class_=css)
    words = el("text", mark.words, class_="sb st", x=NUMBER + 4)
    if mark.address:
        address = map_boxes.fitted(mark.address, 11, r.width + 8)
        words += el("text", address, class_="ad", x=r.x + r.width // 2, y=map_boxes.ADDRESS + 1)
    return ground + _number(mark) + words


def _at(*places: Point) -> Places:
    """Place something: for the first form, and for the second where that has another place."""
    x, y = places[0]
    other = {f"{px}px,{py}px" for px, py in places[1:] if (px, py) != (x, y)}
    return {"transform": f"translate({x} {y})", "style": f"--v:{other.pop()}" if other else None}


# -- as a file --------------------------------------------------------------------------------------------------------
def standalone(view: View, css: str, href: Href, base: View | None = None) -> str:
    """Give the wide form as an SVG that stands alone, the way there above the way back; `css` is that of pictures."""
    drawn = plan(view, "wide", base)
    rules = style.embedded(css, (z.tint for z in drawn.zones))
    still = ground(drawn)
    parts, y = list[Markup](), 0
    for word, (_, back) in zip((view.words.way_there, view.words.way_back), WAYS, strict=True):
        if marks := _marks([drawn], back, href):
            parts += el("text", word, class_="an st", x=0, y=y + 12), el("g", *still, *marks, **_at((0, y + 26)))
            y += 26 + drawn.height + 20
    return _file(view.words.map_of.format(route=view.name), drawn.width, y - 20, rules, parts)


def ground(drawn: Map) -> list[Markup]:
    """Give what stands still in one form: zones and boxes."""
    zones = [thing for z in drawn.zones for thing in _zone((z,))]
    return zones + [thing for b in drawn.boxes for thing in _box((b,))]


def way(drawn: Map, step: str, *, alone: bool = False) -> list[Markup]:
    """Give the marks of the way that a step belongs to, or that step's `alone`, without links."""
    back = any(mark.id == step for mark in _marks_of(drawn, True))
    return _marks([drawn], back, None, _lit(_marks_of(drawn, back), step) if alone else None)


def _lit(marks: list[Mark], step: str) -> set[str]:
    """Give what shows where a step is: its own mark; for what one end says to the other, what carries it too."""
    on = next(mark for mark in marks if mark.id == step)
    says = on.kind == "badge" and on.source != on.to
    return {step, *(m.id for m in marks if says and m.kind != "badge" and m.style == on.style)}


def _marks_of(drawn: Map, back: bool) -> list[Mark]:
    lines, cells = drawn.of_way(back)
    return [line.mark for line in lines] + [cell.mark for _, cell in cells]


def _file(name: str, width: int, height: int, rules: str, parts: list[Markup]) -> str:
    edge = 8
    size = f'width="{width + 2 * edge}" height="{height + 2 * edge}"'
    box = f'viewBox="-{edge} -{edge} {width + 2 * edge} {height + 2 * edge}" {size}'
    ground = Markup(f'<rect x="-{edge}" y="-{edge}" {size} fill="{style.PAPER}"/>')
    head = f'<svg xmlns="http://www.w3.org/2000/svg" class="seq mp" {box} role="img">'
    return f"{head}{join(el('title', name), el('style', Markup(rules)), ground, *parts)}</svg>\n"
