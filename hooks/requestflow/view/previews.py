"""A step as a picture for previews: what happens in words, its addresses, and the map with this step alone lit."""

import re

from . import maps, style
from .elements import Markup, el, join
from .map_boxes import advance
from .view import Row, View

WIDTH, HEIGHT = 1200, 630  # px, as those who show previews want them
EDGE = 48
HEAD, WORDS, ENDS = 26, 36, 27  # px of letters: where in the route, the sentence, the addresses
ADVANCE = 0.6 * ENDS  # px from letter to letter, where all are as wide
HAN, CLOSING = r"\u2e80-\uffef", "，。；：、！？）”》"
PIECE = re.compile(rf"(?:[{HAN}]|[^\s{HAN}]+)[{CLOSING}]*\s*|\s+")  # what a line has whole
FAINT = 0.28  # of what the step is not

RULES = """.seq .big{font-weight:700}.seq .ends{font-family:monospace}
.seq .quiet{fill:%s}.seq .lit{fill:%s;font-weight:700}"""


def step(view: View, step: str, css: str) -> str:
    """Give the preview of a step in one route as an SVG; `css` is that of pictures and maps.

    Raises map_lines.NoWay.
    """
    row, plan = view.row(step), maps.plan(view, "wide")
    rules = style.embedded(css, (z.tint for z in plan.zones)) + _rules()
    head = Markup(view.words.step_of.format(n=row.number, all=len(view.rows))).striptags()
    y = EDGE
    parts = [_text(f"{head} · {view.name}", y, HEAD, "quiet")]
    for line in broken(row.sentence or row.label):
        y += WORDS + 14
        parts.append(_text(line, y, WORDS, "big"))
    if not row.message:
        y += ENDS + 20
        parts.append(_ends(row, y))
    parts.append(_map(plan, step, y + 34))
    return _svg(row.sentence or row.label, rules, parts)


def route(view: View, css: str) -> str:
    """Give the preview of a whole route as an SVG: its name, and the way there on its map.

    Raises map_lines.NoWay.
    """
    plan, first = maps.plan(view, "wide"), view.rows[0].id
    rules = style.embedded(css, (z.tint for z in plan.zones)) + _rules()
    y = EDGE
    parts = [_text(view.words.way_there, y, HEAD, "quiet")]
    for line in broken(view.name):
        y += WORDS + 14
        parts.append(_text(line, y, WORDS, "big"))
    whole = [*maps.ground(plan), *maps.way(plan, first)]
    return _svg(view.name, rules, [*parts, _placed(plan, y + 34, whole)])


def _rules() -> str:
    return RULES % (style.COLOURS["flow-line"].light, style.COLOURS["flow-new"].light)


def _svg(name: str, rules: str, parts: list[Markup]) -> str:
    box = f'viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}"'
    ground = Markup(f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{style.PAPER}"/>')
    head = f'<svg xmlns="http://www.w3.org/2000/svg" class="seq mp" {box} role="img">'
    return f"{head}{join(el('title', name), el('style', Markup(rules)), ground, *parts)}</svg>\n"


def _text(words: str, y: int, size: int, css: str) -> Markup:
    return el("text", words, class_=f"st {css}", x=EDGE, y=y, style=f"font-size:{size}px")


def broken(sentence: str) -> list[str]:
    """Give a sentence in lines that fit: broken at blanks, and between Chinese letters, which have none."""
    lines = [""]
    for piece in PIECE.findall(sentence):
        whole = advance((lines[-1] + piece).rstrip(), WORDS) <= WIDTH - 2 * EDGE
        lines[-1:] = [lines[-1] + piece] if whole else [lines[-1].rstrip(), piece]
    return [line.rstrip() for line in lines]


def _ends(row: Row, y: int) -> Markup:
    """Source and destination, what was rewritten with its old value struck out before it, letter beside letter."""
    parts, at = list[Markup](), 0
    for n, changed in enumerate(row.changed):
        before, after = (str((p.src, p.dst)[n]) for p in (row.before, row.after))
        pieces = [("→", "")] if n else []
        pieces += [(before, "was"), (after, "lit")] if changed else [(after, "")]
        for words, css in pieces:
            parts.append(_piece(words, css, EDGE + round(at * ADVANCE), y))
            at += len(words) + 1
    return join(*parts)


def _piece(words: str, css: str, x: int, y: int) -> Markup:
    text = el("text", words, class_=f"st ends {css}", x=x, y=y, style=f"font-size:{ENDS}px")
    if css != "was":
        return text
    through = Markup(f'<path d="M{x} {y}h{round(len(words) * ADVANCE)}" style="stroke-width:2px"/>')
    return text + el("g", through, class_="c4")


def _map(plan: maps.Map, step: str, top: int) -> Markup:
    """The way the step belongs to: everything faint, then the step's own marks in full."""
    whole = [*maps.ground(plan), el("g", *maps.way(plan, step), opacity=str(FAINT))]
    return _placed(plan, top, [*whole, *maps.way(plan, step, alone=True)])


def _placed(plan: maps.Map, top: int, marks: list[Markup]) -> Markup:
    """A map as large as the room below `top` lets it be."""
    room = WIDTH - 2 * EDGE, HEIGHT - top - EDGE // 2
    scale = min(room[0] / plan.width, room[1] / plan.height)
    left = (WIDTH - plan.width * scale) / 2
    return el("g", *marks, transform=f"translate({left:.1f} {top}) scale({scale:.3f})")
