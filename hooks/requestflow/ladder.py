"""Rows of a route → the parts of a page: ladder, strip, step card, tables, the home page's picture. HTML as strings.

The ladder is the diagram as an ordered list: its text twin for screen readers, print and search, and its form on
phones. Lanes are always all lanes of the route, so the same place on every page is the same machine. Every part is one
line of HTML, so that Markdown passes it on as it is.
"""

from collections.abc import Callable
from html import escape as e

from .evidence import Proof
from .view import Row, StageView, View

Href = Callable[[str], str]  # id of a step → URL from the page it stands on
MOST_LANES = 7  # more do not fit beside the words in a 688 px column; see docs/assets/flow.css
LONGEST_ADDRESS = 18  # characters that fit the fixed address columns; longer ones are stacked


def hidden(text: str) -> str:
    """Words for those who hear the page, or read it without style."""
    return f'<span class="vh">{e(text)}</span>'


def arrow(view: View) -> str:
    return f'<span class="to">{view.words.to}</span>'


# -- ladder -----------------------------------------------------------------------------------------------------------
def ladder(view: View, href: Href, *, mini: bool = False, only: str | None = None, ids: bool = False) -> str:
    """Give the whole route, or one stage of it, as an ordered list; `mini` is the same without words.

    `ids` puts each step's id on its row, for pages that have no heading of that id.
    """
    long = any(len(str(end)) > LONGEST_ADDRESS for r in view.rows for end in (r.after.src, r.after.dst))
    css = " ".join(c for c, on in (("ladder", True), ("mini", mini), ("long", long)) if on)
    stages = [s for s in view.stages if only in (None, s.id)]
    style = f"--lanes:{len(view.lanes)};--zones:{_zone_bands(view)}"
    parts = [_heads(view), *(_stage(view, s, href, mini, ids) for s in stages)]
    if not mini:
        parts.append(key(view))
    return f'<div class="{css}" data-route="{view.id}" data-steps="{len(view.rows)}" style="{style}">{"".join(parts)}</div>'


def _zone_bands(view: View) -> str:
    """One tint per zone as a gradient with hard stops."""
    lanes, at, bands = len(view.lanes), 0, []
    for zone, count in view.zones():
        bands.append(f"var(--z-{zone}) {at / lanes:.2%} {(at + count) / lanes:.2%}")
        at += count
    return f"linear-gradient(90deg,{','.join(bands)})"


def _heads(view: View) -> str:
    zones = " ".join(f'<span class="z-{z}" style="--span:{n}">{e(view.zone_name(z))}</span>' for z, n in view.zones())
    names = " ".join(f"<span>{e(view.who_short(p))}</span>" for p in view.lanes)
    return f'<div class="heads" aria-hidden="true"><div class="zones">{zones}</div><div class="names">{names}</div></div>'


def _stage(view: View, stage: StageView, href: Href, mini: bool, ids: bool) -> str:
    rows = "".join(_row(view, r, href, ids and not mini) for r in stage.rows)
    if mini:
        return f'<ol role="list" start="{stage.rows[0].number}" aria-label="{e(stage.name)}">{rows}</ol>'
    heading = f"{view.id}-{stage.id}"
    return (
        f'<p class="stage" id="{heading}" role="heading" aria-level="3"><span class="rail" aria-hidden="true"></span>'
        f'<strong>{e(stage.name)} <span class="num">{stage.span}</span></strong></p>'
        f'<ol role="list" start="{stage.rows[0].number}" aria-labelledby="{heading}">{rows}</ol>'
    )


def _row(view: View, row: Row, href: Href, with_id: bool) -> str:
    w = view.words
    css = " ".join(c for c, on in ((row.kind, True), ("answer", row.answer), ("says", row.message), ("fresh", row.fresh)) if on)
    mark = f"<b>{e(row.badge)}</b>" if row.kind == "self" else "<i></i>"
    identity = f' id="{row.id}"' if with_id else ""
    style = f"--n:{row.number};--from:{view.lane(row.hop.source)};--to:{view.lane(row.hop.to)}"
    return (
        f'<li{identity} class="{css}" data-step="{row.id}" style="{style}"><span class="rail" aria-hidden="true">{mark}</span>'
        f'<div class="say"><span class="who">{who(view, row)}</span>{hidden(w.colon)}'
        f'<a class="msg" href="{e(href(row.id))}">{e(row.label)}</a>{hidden(w.comma)}{_ends(view, row)}</div></li>'
    )


def who(view: View, row: Row) -> str:
    """Who does it, or who sends to whom."""
    source = e(view.who(row.hop.source))
    return source if row.kind == "self" else f"{source} {arrow(view)} {e(view.who(row.hop.to))}"


def _ends(view: View, row: Row) -> str:
    if row.message:
        return f'<span class="within">{e(within(view, row))}</span>'
    src, dst = (_end(view, row, i) for i in (0, 1))
    return f'<span class="addr">{hidden(view.words.from_ + " ")}{src} {arrow(view)} {dst}</span>'


def _end(view: View, row: Row, i: int) -> str:
    css, w = ("src", "dst")[i], view.words
    before, after = ((p.src, p.dst)[i] for p in (row.before, row.after))
    if not row.changed[i]:
        return f'<code class="{css}">{after}</code>'
    was, now = hidden(w.was + " "), hidden(w.now + " ")
    return f'<code class="{css} new">{was}<del>{before}</del> {now}<ins>{after}</ins></code>'


def within(view: View, row: Row) -> str:
    """Which connection a message travels in."""
    return view.words.inside.format(connection=view.flow.connections[row.hop.connection].name[view.language])


def key(view: View) -> str:
    """What the lines and boxes mean."""
    w = view.words
    marks = (("k-there", w.request_line), ("k-back", w.answer_line), ("k-says", w.message_line), ("k-self", w.rewrite_box))
    spans = " ".join(f'<span class="{css}">{e(text)}</span>' for css, text in marks)
    return f'<p class="key">{spans} <span>{e(w.letters)}</span></p>'


# -- you are here -----------------------------------------------------------------------------------------------------
def strip(view: View, current: str, stage_href: Href) -> str:
    """Give the stages of a route as a line of links, the current one marked."""
    stages = view.stages
    at = [s.id for s in stages].index(current)
    items = []
    for i, stage in enumerate(stages):
        state = "past" if i < at else "now" if i == at else "next"
        name = e(stage.short)
        inner = f'<span aria-current="step">{name}</span>' if i == at else f'<a href="{e(stage_href(stage.id))}">{name}</a>'
        items.append(f'<li class="{state}">{inner}</li>')
    now = stages[at]
    return (
        f'<nav class="here" aria-label="{e(view.words.here)}{e(view.words.colon)}{e(now.name)}"><p>{e(now.name)} '
        f'<span class="num">{now.span} / {len(view.rows)}</span></p><ol role="list">{"".join(items)}</ol></nav>'
    )


# -- step card --------------------------------------------------------------------------------------------------------
def card(views: list[View], step: str, href: Href, route_href: Href, recording_href: Href) -> str:
    """Give what stands under a step's heading; the first of `views` is the route it is shown in."""
    view = views[0]
    row = view.row(step)
    count = view.words.step_of.format(n=row.number, all=len(view.rows))
    badge = f'<b class="badge">{e(row.badge)}</b>' if row.badge else ""
    line = f'<p class="line"><span class="count">{count}</span><span class="who">{who(view, row)}</span>{badge}'
    line += f'<a class="perma" href="#{step}" data-copy>{e(view.words.link)}</a></p>'
    facts = [*_rule_lines(view, row), _route_line(views, step, route_href), _proof_line(view, row, recording_href)]
    return f'<div class="step-head" data-step="{step}">{line}{_addresses(view, row)}<dl>{"".join(facts)}</dl>{_around(view, row, href)}</div>'


def _addresses(view: View, row: Row) -> str:
    w = view.words
    if row.message:
        return f'<p class="carried">{e(within(view, row))}</p>'
    if not row.hop.rewrites:
        return f'<p class="carried">{hidden(w.from_ + " ")}{row.after.src} {arrow(view)} {row.after.dst}</p>'
    ends = ((row.before.src, row.before.dst), (row.after.src, row.after.dst))

    def cells(new: bool) -> str:
        tag = "ins" if new else "del"
        return "".join(f"<td><{tag}>{end}</{tag}></td>" if row.changed[i] else f"<td>{end}</td>" for i, end in enumerate(ends[new]))

    return (
        f'<table class="ends"><thead><tr><td></td><th scope="col">{w.source}</th><th scope="col">{w.destination}</th></tr></thead><tbody>'
        f'<tr><th scope="row">{w.before}</th>{cells(False)}</tr><tr><th scope="row">{w.after}</th>{cells(True)}</tr></tbody></table>'
    )


def _fact(term: str, inner: str, css: str = "") -> str:
    return f"<div><dt>{e(term)}</dt><dd{css and f' class={chr(34)}{css}{chr(34)}'}>{inner}</dd></div>"


def _rule_lines(view: View, row: Row) -> list[str]:
    """The chains of both modes; a long name may break after its dashes."""
    return [_fact(mode, " ".join(f"<code>{e(c).replace('/', '/<wbr>')}</code>" for c in chain), "chain") for mode, chain in view.all_chains(row)]


def _route_line(views: list[View], step: str, route_href: Href) -> str:
    chips = [f'<a class="chip" href="{e(route_href(v.id))}">{e(v.name)} <span class="num">{v.row(step).number}</span></a>' for v in views]
    return _fact(views[0].words.routes, " ".join(chips))


def _proof_line(view: View, row: Row, recording_href: Href) -> str:
    return _fact(view.words.proof, proof(view, row, view.proofs[row.id], recording_href))


def proof(view: View, row: Row, known: Proof, recording_href: Href) -> str:
    """Say how a step is known, with a link to each recording that shows it."""
    w = view.words
    if known.verdict == "recorded":
        one_each = {r.mode: r for r in reversed(known.recordings)}
        links = w.modes_and.join(f'<a href="{e(recording_href(one_each[m].file))}">{m}</a>' for m in known.modes)
        return f"<span>{e(w.recorded).replace('{modes}', links)}</span>"
    if known.verdict == "unseen":
        why = row.hop.stop.step.unseen
        return e(w.unseen.format(why=why[view.language] if why else ""))
    return e(w.differs if known.verdict == "differs" else w.unrecorded)


def _around(view: View, row: Row, href: Href) -> str:
    w, i = view.words, row.number - 1
    links = []
    for rel, word, at in (("prev", w.previous, i - 1), ("next", w.next, i + 1)):
        if 0 <= at < len(view.rows):
            other = view.rows[at]
            links.append(f'<a rel="{rel}" href="{e(href(other.id))}"><span>{e(word)} · <span class="num">{other.number}</span></span> {e(other.label)}</a>')
    return f'<nav class="around" aria-label="{e(w.around)}">{"".join(links)}</nav>'


# -- tables -----------------------------------------------------------------------------------------------------------
def passes(view: View, stage: str) -> str:
    """Give what arrives at a stage and what leaves it, as a small table."""
    w, rows = view.words, [r for r in view.stage(stage).rows if not r.message]
    if not rows:
        return ""
    lines = ((w.arrives, rows[0].before, rows[0].hop.source), (w.leaves, rows[-1].after, rows[-1].hop.to))
    body = "".join(
        f'<tr><th scope="row">{e(word)}</th><td>{e(view.who(at))}</td><td><code>{p.src}</code></td><td><code>{p.dst}</code></td></tr>'
        for word, p, at in lines
    )
    return (
        f'<table class="passes"><thead><tr><td></td><td></td><th scope="col">{w.source}</th>'
        f'<th scope="col">{w.destination}</th></tr></thead><tbody>{body}</tbody></table>'
    )


def index(views: list[View], steps: list[str], href: Href, page_name: Href) -> str:
    """Give every step with its permalink, label, page and routes."""
    w = views[0].words
    rows = []
    for step in steps:
        having = [v for v in views if any(r.id == step for r in v.rows)]
        row = having[0].row(step)
        numbers = ", ".join(f'<span class="num">{e(v.name)} {v.row(step).number}</span>' for v in having)
        rows.append(
            f'<tr><td><a href="{e(href(step))}"><code>{step}</code></a></td><td>{e(row.label)}</td>'
            f"<td>{e(page_name(step))}</td><td>{numbers}</td></tr>"
        )
    heads = "".join(f'<th scope="col">{e(h)}</th>' for h in (w.step, w.what, w.explained_on, w.in_routes))
    return f'<table class="steps"><thead><tr>{heads}</tr></thead><tbody>{"".join(rows)}</tbody></table>'


# -- home -------------------------------------------------------------------------------------------------------------
def whole(view: View, href: Href) -> str:
    """Give the whole route as one picture without words, every mark a link."""
    w = view.words
    key_ = f'<span class="k-self">{e(w.rewrite_box)}</span> <span class="k-back">{e(w.answer_line)}</span> <span class="k-says">{e(w.message_line)}</span> <span>{e(w.open_step)}</span>'
    return f'<figure class="whole">{ladder(view, href, mini=True)}<figcaption class="key">{key_}</figcaption></figure>'


def destinations(view: View, href: Href) -> str:
    """Give every destination the request has on its way in, connection by connection."""
    legs = []
    for connection, spec in view.flow.connections.items():
        rows = [r for r in view.rows if r.hop.connection == connection and not r.message and not r.answer]
        if len(rows) < 2:
            continue
        stops = [r for i, r in enumerate(rows) if i == 0 or r.changed[1]]
        items = "".join(
            f'<li class="z-{view.zone(r.hop.source)}"><span class="by">{e(view.who(r.hop.source))}</span>'
            f'<b>{r.after.dst}</b><a href="{e(href(r.id))}">{e(r.label)}</a></li>'
            for r in stops
        )
        legs.append(f'<div class="leg" style="--stops:{len(stops)}"><p>{e(spec.name[view.language])}</p><ol role="list">{items}</ol></div>')
    return f'<div class="dests"><div class="legs">{"".join(legs)}</div></div>'
