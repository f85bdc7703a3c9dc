"""Routes in tables: what each costs, how it differs from the one it is like, who sees which address."""

from ..model.definition import Address
from ..world.facts import Choice, Facts, Sight, counted, differences, facts
from ..world.wire import Packet, Session, Trip
from . import meaning
from .elements import UNSEARCHED, Markup, el, join
from .ladder import Href
from .view import View
from .words import closed, numbered

Trips = dict[str, Trip]


class Comparison:
    """Tables about routes in one language; `step` and `route` give the addresses of their pages.

    `pairs` is that of the page on which two are compared.
    """

    def __init__(self, views: dict[str, View], trips: Trips, step: Href, route: Href, pairs: str = "") -> None:
        self.views, self.trips, self.step, self.route, self.pairs = views, trips, step, route, pairs
        self.any = next(iter(views.values()))
        self.words = self.any.words
        self.facts = {name: facts(trips[name]) for name in views}

    # -- one route ----------------------------------------------------------------------------------------------------
    def about(self, name: str) -> Markup:
        """Give one route's facts, and how it differs from the route it is like."""
        w, view = self.words, self.views[name]
        rows = [(w.draft, w.draft_route if view.route.draft else ""), *self.told(name)]
        if like := view.flow.routes[name].like:
            rows.append((w.like, self._differences(like, name)))
        elif self.pairs and name != self.any.id:
            rows.append((w.compare_with, el("a", self.any.name, href=self._beside(name, self.any.id))))
        facts_ = [el("div", el("dt", term), el("dd", value)) for term, value in rows if value]
        return el("dl", *facts_, class_="route-facts", **UNSEARCHED)

    def told(self, name: str) -> list[tuple[str, str]]:
        """Give what is told of every route: what is asked, and the answer."""
        w, f = self.words, self.facts[name]
        return [
            (w.cost, self._cost(f)),
            (w.sees, self._sights(f)),
            (w.picks, self._choices(f)),
            (w.tls_ends, self._tls(f)),
            (w.ends, self._ends(name)),
        ]

    def _differences(self, like: str, name: str) -> Markup:
        """The route it is like, and behind how many they are what differs."""
        w, d = self.words, differences(self.trips[like], self.trips[name])
        mine, its = self._labels(name), self._labels(like)
        link = el("a", self.views[like].name, href=self.route(like))
        changed = [
            el("span", self._link(step, mine[step]), " ", self._moved(before, after), class_="change")
            for step, before, after in d.changed
        ]
        lists = (
            (w.fewer, [self._link(s, its[s]) for s in d.dropped], w.semicolon),
            (w.more_steps, [self._link(s, mine[s]) for s in d.added], w.semicolon),
            (w.readdressed, changed, " "),  # each on a line of its own
        )
        found = [(numbered(words, len(listed)), join(*listed, by=by)) for words, listed, by in lists if listed]
        if not found:
            return link
        inside = [el("li", count, w.colon, listed) for count, listed in found]
        counts = el("summary", w.comma.join(count for count, _ in found))
        both = el("a", w.compare_both, href=self._beside(name, like)) if self.pairs else ""
        return join(link, *([" · ", both] if both else []), el("details", counts, el("ul", *inside)))

    def _beside(self, name: str, other: str) -> str:
        """The address at which two routes are compared."""
        return f"{self.pairs}?a={name}&b={other}"

    def _moved(self, before: Packet, after: Packet) -> Markup:
        """The end of a packet that is another one here, was and is; both where both are."""
        ends = ((before.src, after.src), (before.dst, after.dst))
        pairs = [join(el("del", str(was)), " ", el("ins", str(now))) for was, now in ends if was != now]
        return join(*pairs, by=self.words.comma)

    def _labels(self, name: str) -> dict[str, str]:
        return {r.id: r.label for r in self.views[name].rows}

    def _link(self, step: str, words: str) -> Markup:
        return el("a", words, href=self.step(step))

    def _tls(self, f: Facts) -> str:
        """Who terminates TLS, or why nobody does."""
        w = self.words
        ends = w.comma.join(self.any.who(p) for p in f.tls_ends)
        nobody = {"fails": w.tls_fails, "unreached": w.tls_unreached, "later": w.tls_later, "none": w.no_tls}
        return ends or nobody[f.tls]

    def _choices(self, f: Facts) -> str:
        return self.words.semicolon.join(self._choice(c) for c in f.choices) or self.words.nobody

    def _choice(self, c: Choice) -> str:
        per = self.words.per_request if c.once_per == "request" else self.words.per_connection
        return f"{self.any.who(c.who)}{self.words.comma}{per}"

    def _sights(self, f: Facts) -> Markup:
        return join(*(self._sight(s) for s in f.sights), by=self.words.semicolon)

    def _sight(self, s: Sight) -> Markup:
        told = meaning.header(s)
        return join(
            self.any.who(s.who),
            self.words.colon,
            el("code", str(s.source)),
            self.words.aside.format(words=told) if told else "",
        )

    def _cost(self, f: Facts) -> str:
        counts = zip(self.words.costs, (f.steps, f.connections, f.moves, f.nat), strict=True)
        return self.words.comma.join(numbered(words, n) for words, n in counts)

    def _ends(self, name: str) -> Markup:
        return join(*(self._end(name, s) for s in counted(self.trips[name])), by=self.words.semicolon)

    def _end(self, name: str, talk: Session) -> str:
        w, view = self.words, self.views[name]
        said = closed(meaning.outcome(view, talk))
        why = view.route.dies.get(talk.name)
        connection = view.flow.connections[talk.name].name[view.language]
        return f"{connection}{w.colon}{said}{w.colon}{why[view.language]}" if why else f"{connection}{w.colon}{said}"

    # -- all routes ---------------------------------------------------------------------------------------------------
    def overview(self) -> Markup:
        """Give every route as a row: what it costs and which source each far end sees, in the order of connections."""
        w, lines = self.words, []
        for name, view in self.views.items():
            f = self.facts[name]
            link = el("a", view.name, href=self.route(name))
            sources = join(*(el("code", str(s.source)) for s in f.sights), by=" ") or "–"
            cells = (str(f.steps), str(f.connections), str(f.nat), sources, self._choices(f), self._tls(f))
            lines.append(el("tr", el("th", link, scope="row"), *(el("td", c) for c in cells)))
        heads = (w.route, w.steps, w.connections, w.nat, w.sees, w.picks, w.tls_ends)
        return _table(heads, lines, "overview")

    def seen(self) -> Markup:
        """Give, for every route and connection, which source address the far end sees and what it is told."""
        w, lines = self.words, []
        for name, view in self.views.items():
            sights = self.facts[name].sights
            for i, s in enumerate(sights):
                head = el("th", el("a", view.name, href=self.route(name)), scope="row", rowspan=len(sights))
                owner = self._owner(s.source)
                cells = (self.any.who(s.who), join(el("code", str(s.source)), " ", owner), meaning.header(s) or "–")
                lines.append(el("tr", *([head] if i == 0 else []), *(el("td", c) for c in cells)))
        return _table((w.route, w.who, w.sees_source, w.is_told), lines, "seen")

    def _owner(self, address: Address) -> str:
        """Whose address it is, with the interface when it is not the usual one."""
        flow = self.any.flow
        who, name = flow.owner(address) or ("", "")
        usual = name == next(iter(flow.participants[who].interfaces))
        return self.any.who(who) if usual else f"{self.any.who(who)}{self.words.comma}{name}"


def _table(heads: tuple[str, ...], lines: list[Markup], css: str, **attributes: str) -> Markup:
    """A table that may be wider than the page: it scrolls, by keyboard too."""
    head = el("thead", el("tr", *(el("th", h, scope="col") for h in heads)))
    table = el("table", head, el("tbody", *lines), class_=css, **attributes)
    return el("div", table, class_="wide-table", tabindex=0, role="region", aria_label=heads[0], **UNSEARCHED)
