"""Where each tool sees which address: a table of one route, to be held against a capture of one's own."""

from itertools import groupby

from ..world.captures import Place, Seen, seen
from ..world.wire import Envelope, Packet, Trip
from .elements import UNSEARCHED, Markup, el, join
from .ladder import Href
from .view import View


def captures(view: View, trip: Trip, step: Href) -> Markup:
    """Give the table, closed until somebody opens it; `step` gives the address of a step."""
    w = view.words
    heads = el("thead", el("tr", *(el("th", h, scope="col") for h in (w.look, w.request, w.answer, w.rewritten))))
    body: list[Markup] = []
    for name, rows in groupby(seen(view.flow, trip), key=lambda row: row.connection):
        head = el("th", view.flow.connections[name].name[view.language], scope="rowgroup", colspan=4)
        body.append(el("tbody", el("tr", head), *(_row(view, row, step) for row in rows)))
    table = el(
        "div",
        el("table", heads, *body, class_="looks"),
        class_="wide-table",
        tabindex=0,
        role="region",
        aria_label=f"{w.captures}{w.colon}{view.name}",
    )
    note = el("p", w.captures_note)
    return el("details", el("summary", w.captures), note, table, class_="captures", **UNSEARCHED)


def _row(view: View, row: Seen, step: Href) -> Markup:
    cells = _places(view, row.places), _packet(view, row.there, row.around[0]), _packet(view, row.back, row.around[1])
    return el("tr", *(el("td", cell) for cell in (*cells, _between(view, row, step))))


def _places(view: View, places: tuple[Place, ...]) -> Markup:
    """Who, and with which tools, in order; one machine's tools together."""
    out = []
    for who, here in groupby(places, key=lambda p: p.who):
        tools = join(*(_tool(view, place) for place in here), by=view.words.comma)
        out.append(el("span", el("b", view.who(who)), " ", tools))
    return join(*out, by=" ")


def _tool(view: View, place: Place) -> Markup:
    if place.tool == "capture":
        whose = view.words.aside.format(words=view.who(place.pod)) if place.pod else ""
        return join(el("code", place.device), whose)
    machine = view.flow.participants[place.who]
    inside = machine.kind == "kernel" or machine.node is not None  # of the cluster: its tables can be read
    name = {"socket": "ss -tn", "tracking": "conntrack -L" if inside else "", "trace": "nft monitor trace"}
    words = {"tracking": view.words.own_table, "log": view.words.log}
    return el("code", text) if (text := name.get(place.tool)) else join(words[place.tool])


def _packet(view: View, packet: Packet | None, around: tuple[Envelope, ...]) -> Markup:
    if packet is None:
        return join("–")
    outer = (el("small", " ", view.words.envelope.format(outer=e)) for e in around)
    return join(el("code", f"{packet.src}\n→ {packet.dst}"), *outer)


def _between(view: View, row: Seen, step: Href) -> Markup:
    """Behind which rewrite of the request, and before which."""
    w = view.words
    said = [(w.after_step, row.after), (w.before_step, row.before)]
    links = [
        join(word, " ", el("a", str(view.row(s).number), href=step(s), title=view.row(s).label))
        for word, s in said
        if s
    ]
    return join(*links, by=w.comma) if links else join(w.untouched)
