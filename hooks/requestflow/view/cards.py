"""Rows of a route → what stands beside an explanation: the step's card, small tables, the home page's destinations."""

from ..world.evidence import Proof
from .elements import UNSEARCHED, Markup, el, join
from .ladder import Href, ends, envelope, who, within
from .view import Row, View
from .words import closed


def card(
    views: list[View], step: str, href: Href, route_href: Href, recording_href: Href, breaks: str = "", short: str = ""
) -> Markup:
    """Give what stands under a step's heading: its sentence, then what is done in the first of `views`.

    `short` is the short link, which is copied.

    Rules, routes, what breaks, proof and neighbours are behind it, for those who open them.
    """
    view, w = views[0], views[0].words
    row = view.row(step)
    count = el("span", Markup(w.step_of.format(n=row.number, all=len(view.rows))), class_="count")
    badge = el("b", row.badge, class_="badge plain" if row.message or row.no else "badge") if row.badge else ""
    draft = el("b", w.draft, class_="draft") if view.route.draft else ""
    link = el("a", w.link, class_="perma", href=f"#{step}", data_copy=short)
    line = el("p", count, el("span", who(view, row), class_="who"), badge, draft, link, class_="line")
    rules = _modes(view, row)
    facts = [
        *rules,
        _fact(w.routes, _chips(views, step, route_href)),
        *([_fact(w.breaks, breaks)] if breaks else []),
        _fact(w.proof, el("span", proof(view, row, view.proofs[row.id], recording_href))),
    ]
    summary = el("summary", (w.behind_rules if rules else w.behind).format(routes=len(views)))
    behind = el("details", summary, el("dl", *facts), _around(view, row, href))
    head = el("div", line, _carried(view, row), behind, class_="step-head", data_step=step, **UNSEARCHED)
    return join(el("p", row.sentence, class_="sentence"), head) if row.sentence else head


def _carried(view: View, row: Row) -> Markup:
    """Both addresses in one line, a rewritten one with its old value before it; of a message, what carries it."""
    if row.message:
        return el("p", within(view, row), class_="carried words")
    return el("p", ends(view, row), envelope(view, row), class_="carried")


def _fact(term: str, value: str, css: str | None = None) -> Markup:
    return el("div", el("dt", term), el("dd", value, class_=css))


def _modes(view: View, row: Row) -> list[Markup]:
    """The same step as each mode of kube-proxy does it, and what stands there without kube-proxy."""
    recorded = [_chain(mode, chain) for mode, chain in view.all_chains(row)]
    if not recorded:
        return []
    ipvs = view.ipvs_chains(row)
    w = view.words
    return [
        *recorded,
        *([_chain("IPVS", ipvs, w.ipvs_note)] if ipvs else []),
        _fact("eBPF", w.ebpf_note),
    ]


def _chain(mode: str, chain: list[str], note: str = "") -> Markup:
    """The chains of one mode in order; a long name may break after its slashes."""
    names = [el("code", join(*name.split("/"), by=Markup("/<wbr>"))) for name in chain]
    return _fact(mode, join(join(*names, by=" "), el("span", note) if note else ""), "chain")


def _chips(views: list[View], step: str, route_href: Href) -> Markup:
    links = []
    for view in views:
        number = el("span", str(view.row(step).number), class_="num")
        links.append(el("a", view.name, " ", number, class_="chip", href=route_href(view.id)))
    return join(*links, by=" ")


def proof(view: View, row: Row, known: Proof, recording_href: Href) -> Markup:
    """Say how a step is known, with a link to a recording of each mode that shows it."""
    w = view.words
    if known.verdict in ("recorded", "moved"):
        made = view.flow.recorded
        maker = w.maker.format(version=made.kube_proxy) if made else ""
        one_each = {r.mode: r for r in reversed(known.recordings)}
        links = [el("a", mode, href=recording_href(one_each[mode].file)) for mode in known.modes]
        head, _, tail = w.recorded.partition("{modes}")
        since = w.moved if known.verdict == "moved" else ""
        return join(head.replace("{maker}", maker), join(*links, by=w.modes_and), tail, since)
    if known.verdict == "unseen" and known.why:
        return join(w.unseen.format(why=known.why[view.language]))
    return join(w.unrecorded)


def _around(view: View, row: Row, href: Href) -> Markup:
    """The steps before and after."""
    w, links = view.words, []
    for rel, word, number in (("prev", w.previous, row.number - 1), ("next", w.next, row.number + 1)):
        if 1 <= number <= len(view.rows):
            other = view.rows[number - 1]
            head = el("span", f"{word} · ", el("span", str(number), class_="num"))
            links.append(el("a", head, " ", other.label, rel=rel, href=href(other.id)))
    return el("nav", *links, class_="around", aria_label=f"{w.around} {row.number}{w.colon}{row.label}")


def passes(view: View, stage: str) -> Markup:
    """Give what arrives at a stage and what leaves it, as a small table; nothing for a stage of messages only."""
    w, rows = view.words, [r for r in view.stage(stage).rows if not r.message]
    if not rows:
        return Markup()
    lines = []
    first, last = rows[0], rows[-1]
    for word, at, packet in ((w.arrives, first.hop.source, first.before), (w.leaves, last.hop.to, last.after)):
        ends = [el("td", el("code", str(end))) for end in (packet.src, packet.dst)]
        lines.append(el("tr", el("th", word, scope="row"), el("td", view.who(at)), *ends))
    heads = [el("th", word, scope="col") for word in (w.source, w.destination)]
    return el(
        "table", el("thead", el("tr", el("td"), el("td"), *heads)), el("tbody", *lines), class_="passes", **UNSEARCHED
    )


def index(views: list[View], steps: list[str], href: Href, page: Href) -> Markup:
    """Give every step in a row: its number where it is explained, what happens as the permanent link, id, page, routes.

    `page` gives the name of the page that explains a step. Which routes have it stands in its card there.
    """
    w, lines = views[0].words, []
    for step in steps:
        having = [v for v in views if v.has(step)]
        row, same = having[0].row(step), len({v.row(step).label for v in having}) == 1
        words = el("a", row.label if same else having[0].label_of_any_route(step), href=href(step))
        count = el("td", el("span", str(len(having)), class_="num"), data_head=w.in_routes)
        cells = (el("span", str(row.number), class_="num"), words, el("code", step), page(step))
        lines.append(el("tr", *(el("td", cell) for cell in cells), count))
    heads = [el("th", word, scope="col") for word in (w.step, w.what, "id", w.page, w.in_routes)]
    return el("table", el("thead", el("tr", *heads)), el("tbody", *lines), class_="steps", **UNSEARCHED)


def _whose(view: View, row: Row) -> str:
    """Whose address a packet is sent to, within a sentence."""
    owner = view.flow.owner(row.after.dst.address)
    if owner is None:
        return view.words.service_address
    name = view.who(owner[0])
    is_object = any(name.startswith(o.name[view.language]) for o in view.flow.objects.values())
    return view.words.belongs_to.format(whose=name if is_object else name[0].lower() + name[1:])


def destinations(view: View, href: Href) -> Markup:
    """Give every destination the request has on its way in, connection by connection."""
    legs = []
    for name, connection in view.flow.connections.items():
        rows = [r for r in view.rows if r.hop.connection == name and not r.message and not r.answer]
        stops = [r for i, r in enumerate(rows) if i == 0 or r.changed[1]]
        if len(stops) < 2:
            continue
        items = []
        for row in stops:
            by = el("span", closed(view.words.sends_to.format(who=view.who(row.hop.source))), class_="by")
            to = join(el("b", str(row.after.dst)), el("span", _whose(view, row)))
            words = el("a", row.label, href=href(row.id))
            tint = view.tint(view.zone(row.hop.source))
            items.append(el("li", by, to, words, class_=f"z{tint}"))
        legs.append(el("div", el("p", connection.name[view.language]), el("ol", *items, role="list"), class_="leg"))
    return el("div", el("div", *legs, class_="legs"), class_="dests", **UNSEARCHED)
