"""Two routes beside each other: what a reader chooses them with, and what docs/assets/compare.js makes a table of.

Without script there is nothing to choose with: each pair is two links, to the pages of its routes.
"""

import json
from contextlib import suppress
from typing import NamedTuple

from . import map_lines, map_marks, maps, meaning
from .compare import Comparison
from .elements import UNSEARCHED, Markup, el, join
from .ladder import letters
from .map_boxes import Form
from .view import Row, View

FORM: Form = "narrow"  # two of them stand beside each other on all but phones


class Drawn(NamedTuple):
    """A route's map as it is asked for, and how many px it takes once it has come."""

    svg: str
    tall: int


def drawn(views: dict[str, View]) -> dict[str, Drawn]:
    """Give the map of each route that there is room for; its marks lead to their steps once they are on a page."""
    made = dict[str, Drawn]()
    for name, view in views.items():
        with suppress(map_lines.NoWay):
            form = maps.plan(view, FORM)
            title = view.words.map_of.format(route=view.name)
            made[name] = Drawn(maps.draw([form, form], title, lambda step: f"#{step}"), form.height)
    return made


def chooser(comparison: Comparison, maps_at: str, maps_: dict[str, Drawn]) -> Markup:
    """Give what a reader chooses two routes with, room for what is made of the choice, and the pairs."""
    c = comparison
    data = json.dumps(_data(c, maps_), ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    room = el("div", _result(c), class_="compared", hidden=True)
    kept = el("script", Markup(data), type="application/json")
    return el("div", _form(c), room, pairs(c), kept, class_="compare", data_maps=maps_at, **UNSEARCHED)


def _form(c: Comparison) -> Markup:
    w = c.words
    parts = [
        el("label", el("span", w.first_route), " ", _select(c, "a", chosen=next(iter(c.views)))),
        el("button", "⇄", type="button", name="swap", aria_label=w.swap, title=w.swap),
        el("label", el("span", w.second_route), " ", _select(c, "b")),
        el("a", w.copy_link, href="?", data_copy=True, hidden=True),
    ]
    return el("form", *parts, class_="compare-pick")


def _select(c: Comparison, name: str, chosen: str = "") -> Markup:
    none = el("option", c.words.choose_route, value="")
    routes = (el("option", v.name, value=route, selected=route == chosen) for route, v in c.views.items())
    return el("select", none, *routes, name=name, autocomplete="off")


def _result(c: Comparison) -> Markup:
    """The parts that are the same for every choice."""
    w = c.words
    switch = el(
        "label", Markup('<input type="checkbox" name="all" autocomplete="off"/>'), w.show_all, class_="whole-too"
    )
    told = (("more", w.lit), ("k-even", w.unlit), ("k-back", w.answer_line), ("k-self", w.rewrite_box))
    key = el("figcaption", join(*(el("span", words, class_=css) for css, words in told), by=" "), class_="key")
    ways = maps.ways(c.any, "compare")
    figure = el("figure", *ways, el("div", class_="sides"), key, class_="map")
    port_letters = el("p", letters(*c.views.values()), class_="letters")
    return join(
        el("div", el("p", class_="differ"), el("ul", class_="means"), aria_live="polite"),
        figure,
        switch,
        el("table", class_="chosen"),
        port_letters,
    )


def pairs(c: Comparison) -> Markup:
    """Give each route and the one it is like, as links."""
    made = []
    for name in c.views:
        if (like := c.any.flow.routes[name].like) in c.views:
            before, between, after = c.words.beside
            first, second = (el("a", c.views[route].name, href=c.route(route)) for route in (name, like))
            made.append(el("li", before, first, between, second, after, data_pair=f"{name} {like}"))
    return el("div", el("p", c.words.pairs), el("ul", *made), class_="pairs") if made else Markup()


# -- what the script makes a table of ---------------------------------------------------------------------------------
def _data(c: Comparison, maps_: dict[str, Drawn]) -> dict[str, object]:
    steps = {row.id: c.step(row.id) for view in c.views.values() for row in view.rows}
    asked = [term for term, _ in c.told(c.any.id)]
    routes = {name: _route(c, name, maps_.get(name)) for name in c.views}
    means = [said[1:] for said in c.words.meaning.values()]
    words = c.words.comparing | {"comma": c.words.comma, "which": c.words.which, "means": means}
    return {"words": words, "steps": steps, "facts": asked, "routes": routes}


def _route(c: Comparison, name: str, map_: Drawn | None) -> dict[str, object]:
    view = c.views[name]
    told: dict[str, object] = {
        "href": c.route(name),
        "facts": [Markup.escape(value) for _, value in c.told(name)],
        "rows": [_row(view, row) for row in view.rows],
        "means": list(meaning.told(view, c.trips[name]).values()),
    }
    if map_:
        told |= {"tall": map_.tall, "lines": _lines(view)}
    return told


def _row(view: View, row: Row) -> list[str]:
    """A step: its id, label and ends, and the packet after it where it is one."""
    ends = view.who(row.hop.source) if row.hop.stays else f"{view.who(row.hop.source)} → {view.who(row.hop.to)}"
    return [row.id, row.label, ends, *([] if row.message else [str(row.after.src), str(row.after.dst)])]


def _lines(view: View) -> list[str]:
    """Give the names of connections, in the order of their looks."""
    styles = map_marks.styles(view)
    return [view.flow.connections[c].name[view.language] for c in sorted(styles, key=lambda c: styles[c])]
