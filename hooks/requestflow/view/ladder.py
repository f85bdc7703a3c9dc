"""Rows of a route → the ladder and the strip of stages.

The ladder is the diagram as an ordered list: its text twin for screen readers, print and search, and its form on
phones. Lanes are always all lanes of the route, so the same place on every page is the same machine.
"""

from collections.abc import Callable

from .elements import UNSEARCHED, Markup, el, join, plain
from .view import Row, StageView, View

Href = Callable[[str], str]  # an id → the URL from the page it stands on
LONGEST_ADDRESS = 18  # characters that fit the fixed address columns; longer ones are stacked


def ladder(view: View, href: Href) -> Markup:
    """Give the whole route as an ordered list of steps, the key before the first letter in the place of a port.

    A search is to find the explanation of a step, not every route that has it: ladders are not indexed.
    """
    long = any(len(str(end)) > LONGEST_ADDRESS for r in view.rows for end in (r.after.src, r.after.dst))
    css = classes(("ladder", True), ("long", long))
    style = f"--lanes:{len(view.lanes)};--zones:{_zone_bands(view)}"
    parts = [key(view), _heads(view), *(_stage(view, stage, href) for stage in view.stages)]
    return el(
        "div",
        *parts,
        class_=css,
        style=style,
        data_route=view.id,
        data_steps=len(view.rows),
        **UNSEARCHED,
    )


def classes(*pairs: tuple[str, bool]) -> str:
    """Give the names whose condition holds, as a class attribute."""
    return " ".join(name for name, on in pairs if on)


def arrow(view: View, words: str = "") -> Markup:
    """Give the word "to", or others, which CSS shows as an arrow."""
    return el("span", words or view.words.to, class_="to")


def _zone_bands(view: View) -> str:
    """One tint per zone as a gradient with hard stops."""
    lanes, at, bands = len(view.lanes), 0, []
    for zone, count in view.zones():
        bands.append(f"var(--z{view.tint(zone)}) {at / lanes:.2%} {(at + count) / lanes:.2%}")
        at += count
    return f"linear-gradient(90deg,{','.join(bands)})"


def _heads(view: View) -> Markup:
    zones = [el("span", view.zone_name(z), class_=f"z{view.tint(z)}", style=f"--span:{n}") for z, n in view.zones()]
    names = [el("span", view.who_short(p)) for p in view.lanes]
    bands = el("div", join(*zones, by=" "), class_="zones"), el("div", join(*names, by=" "), class_="names")
    return el("div", *bands, class_="heads", aria_hidden="true")


def _stage(view: View, stage: StageView, href: Href) -> Markup:
    rows = [_row(view, row, href) for row in stage.rows]
    first = stage.rows[0].number
    heading = f"{view.id}-{stage.id}"
    name = el("strong", stage.name, " ", el("span", stage.span, class_="num"))
    title = el("p", _rail(""), name, class_="stage", id=heading, role="heading", aria_level=2)
    return join(title, el("ol", *rows, role="list", start=first, aria_labelledby=heading))


def _rail(mark: str) -> Markup:
    return el("span", mark, class_="rail", aria_hidden="true")


def _row(view: View, row: Row, href: Href) -> Markup:
    css = classes((row.kind, True), ("answer", row.answer), ("says", row.message), ("no", row.no), ("fresh", row.fresh))
    style = f"--n:{row.number};--from:{view.lane(row.hop.source)};--to:{view.lane(row.hop.to)}"
    say = el(
        "div",
        el("span", who(view, row), class_="who"),
        plain(view.words.colon),
        el("a", row.label, class_="msg", href=href(row.id)),
        plain(view.words.comma),
        _ends(view, row),
        class_="say",
    )
    mark = el("b", row.badge) if row.kind == "self" else el("i")
    return el("li", _rail(mark), say, class_=css, data_step=row.id, style=style)


def who(view: View, row: Row) -> Markup:
    """Give who does it, or who sends to whom."""
    source = view.who(row.hop.source)
    return join(source) if row.kind == "self" else join(source, " ", arrow(view), " ", view.who(row.hop.to))


def within(view: View, row: Row) -> str:
    """Say which connection a message travels in."""
    return view.words.inside.format(connection=view.flow.connections[row.hop.connection].name[view.language])


def envelope(view: View, row: Row) -> Markup:
    """Name the packet a tunnel puts around this one; nothing where there is none."""
    spans = [el("span", view.words.envelope.format(outer=outer), class_="envelope") for outer in row.hop.envelopes]
    return join(*spans)


def _ends(view: View, row: Row) -> Markup:
    if row.message:
        return el("span", within(view, row), class_="within")
    return join(el("span", ends(view, row), class_="addr"), envelope(view, row))


def ends(view: View, row: Row) -> Markup:
    """Give source and destination of a packet."""
    w = view.words
    pair = join(_end(view, row, 0), " ", arrow(view, w.comma + w.destination), " ", _end(view, row, 1))
    return join(plain(w.source + " "), pair)


def _end(view: View, row: Row, i: int) -> Markup:
    """Source (0) or destination (1); a rewritten one with its old value struck out above the new."""
    css, w = ("src", "dst")[i], view.words
    before, after = (str((p.src, p.dst)[i]) for p in (row.before, row.after))
    if not row.changed[i]:
        return el("code", after, class_=css)
    was, now = plain(w.was + " "), plain(w.now + " ")
    return el("code", was, el("del", before), " ", now, el("ins", after), class_=f"{css} new")


def key(view: View) -> Markup:
    """Say what the lines, the boxes and the letters mean."""
    return el("p", _marks(view), " ", el("span", letters(view)), class_="key")


def letters(*views: View) -> str:
    """Say what a letter in the place of a port means; nothing for routes without one."""
    found = sorted(letters_in([row for view in views for row in view.rows]))
    return views[0].words.letters.format(letters=views[0].words.between.join(found)) if found else ""


def letters_in(rows: list[Row]) -> set[str]:
    """Give every letter that stands in the place of a port."""
    packets = [p for row in rows if not row.message for p in (row.before, row.after)]
    return {end.port for p in packets for end in (p.src, p.dst) if end.port.isalpha()}


def _marks(view: View) -> Markup:
    w = view.words
    marks = (("there", w.request_line), ("back", w.answer_line), ("says", w.message_line), ("self", w.rewrite_box))
    return join(*(el("span", text, class_=f"k-{css}") for css, text in marks), by=" ")


def strip(view: View, current: str, stage_href: Href) -> Markup:
    """Give the stages of a route as a line of links, the current one marked: "you are here"."""
    stages = view.stages
    at = [s.id for s in stages].index(current)
    items = []
    for i, stage in enumerate(stages):
        link = el("a", stage.short, href=stage_href(stage.id))
        inner = el("span", stage.short, aria_current="step") if i == at else link
        items.append(el("li", inner, class_="past" if i < at else "now" if i == at else "next"))
    now, w = stages[at], view.words
    lead = el("p", now.name, " ", el("span", f"{now.span} / {len(view.rows)}", class_="num"))
    return el("nav", lead, el("ol", *items, role="list"), class_="here", aria_label=f"{w.here}{w.colon}{now.name}")
