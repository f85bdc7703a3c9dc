"""Faults and symptoms → the page /fix/, the tables "When it breaks", the links in a step's card."""

from collections.abc import Callable, Iterable, Iterator

from ..model.definition import Text
from ..model.faults import NEXT, Check, Command, Fault, Faults, Outcome, Product, Row, Table
from .elements import UNSEARCHED, Markup, el, join
from .prose import Ways, bare, prose
from .words import numbered

PAGE = "fix/index.md"
PRODUCTS: dict[Product, str] = {
    "nginx": "nginx",
    "haproxy": "HAProxy",
    "ingress-nginx": "ingress-nginx",
    "envoy": "Envoy",
    "traefik": "Traefik",
    "caddy": "Caddy",
    "gateway": "Gateway API",
}


class Drawer:
    """Draws what breaks for one page: `ways` leads from there."""

    def __init__(self, faults: Faults, ways: Ways) -> None:
        self.faults, self.ways, self.words = faults, ways, ways.words

    # -- names and links ----------------------------------------------------------------------------------------------
    def link(self, name: str, css: str | None = None) -> Markup:
        """Give a fault or a symptom as a link to where /fix/ tells of it."""
        one = self.faults.symptoms.get(name)
        words = one.short if one else self.faults.faults[name].short
        return el("a", self._said(words), class_=css, href=self.href(name))

    def href(self, name: str) -> str:
        return self.ways.href(f"/{PAGE}#{name}")

    def _said(self, text: Text) -> str:
        return text[self.ways.language]

    def _prose(self, text: Text) -> Markup:
        return prose(self._said(text), self.ways)

    def links(self, names: Iterable[str]) -> Markup:
        return join(*map(self.link, names), by=" · ")

    def chips(self, names: Iterable[str]) -> Markup:
        """Give links that stand for themselves, as in the card of a step."""
        return join(*(self.link(name, "chip") for name in names), by=" ")

    def symptoms(self) -> Markup:
        """Give a button for each symptom."""
        buttons = [
            el("li", el("a", self._said(one.short), href=self.href(name))) for name, one in self.faults.symptoms.items()
        ]
        return el("ul", *buttons, class_="symptoms", data_pagefind_ignore="all")

    # -- a symptom ----------------------------------------------------------------------------------------------------
    def symptom(self, name: str) -> Markup:
        """Give a symptom: what it means, the first command; folded, the next ones and all causes."""
        one, w = self.faults.symptoms[name], self.words
        first, *rest = (self._command(name, n, command) for n, command in enumerate(one.commands, 1))
        parts = [el("p", self._prose(one.says)), el("ol", first, class_="deciding")]
        if rest:
            summary = w.next_commands.format(count=len(rest))
            parts.append(el("details", el("summary", summary), el("ol", *rest, class_="deciding", start=2)))
        return el("div", *parts, self._causes(name), class_="symptom")

    def _command(self, symptom: str, n: int, command: Command) -> Markup:
        where = el("span", self.words.places[command.at], class_="at") if command.at != "anywhere" else ""
        ask = el("p", el("b", self._prose(command.ask)), " ", where, class_="ask")
        then = el("a", self.words.command.format(n=n + 1), href=f"#{symptom}-{n + 1}")
        outcomes = [self._outcome(outcome, then) for outcome in command.outcomes]
        return el("li", ask, self._run(command.run), el("ul", *outcomes, class_="outcomes"), id=f"{symptom}-{n}")

    def _run(self, run: str) -> Markup:
        return el("pre", el("code", self.ways.fill(run)))

    def _outcome(self, outcome: Outcome, then: Markup) -> Markup:
        """What a command prints, and where that leads; `then` is the link to the next command."""
        leads = [then if name == NEXT else self.link(name) for name in outcome.leads]
        return el("li", self._prose(outcome.prints), " → ", join(*leads, by=self.words.between))

    def _causes(self, name: str) -> Markup:
        """All causes of a symptom: told here, or a link to the symptom that tells of them."""
        own = {f: fault for f, fault in self.faults.faults.items() if fault.symptoms[0] == name}
        others = {f: fault for f, fault in self.faults.faults.items() if name in fault.symptoms[1:]}
        told = [self._fault(f, fault) for f, fault in own.items()]
        if others:
            lines = [el("li", self.link(f), " ", self._where(fault)) for f, fault in others.items()]
            told.append(el("ul", *lines, class_="elsewhere", **UNSEARCHED))
        summary = self.words.all_causes.format(count=len(own) + len(others))
        return el("details", el("summary", summary), *told, class_="causes")

    # -- a fault ------------------------------------------------------------------------------------------------------
    def _fault(self, name: str, fault: Fault) -> Markup:
        """One cause; searched are its name, how it shows and what is printed, for a hit brings the whole page along."""
        w = self.words
        shows = [
            (w.shows, self._prose(fault.sees)),
            *([(w.by_proxy, self._statuses(fault))] if fault.status else []),
        ]
        rest = [
            (w.says_no, w.who_says[fault.says]),
            *([(w.behind_only, w.semicolon.join(w.balancers[kind] for kind in fault.behind))] if fault.behind else []),
            (w.breaks_at, self._where(fault)),
            *((self._place(check), self._checked(check)) for check in fault.checks),
            (w.mend, self._prose(fault.mend)),
            (w.known, self._known(fault)),
        ]
        listed = [el("div", el("dt", term), el("dd", said)) for term, said in shows]
        listed += [el("div", el("dt", term), el("dd", said), **UNSEARCHED) for term, said in rest]
        title = el("h3", prose(self._said(fault.cause), self.ways), id=name)
        return el("div", title, el("dl", *listed), self._texts(fault), class_="cause")

    def _statuses(self, fault: Fault) -> Markup:
        """What each proxy answers, in one line."""
        said = [(name, fault.status[product]) for product, name in PRODUCTS.items() if product in fault.status]
        return join(*(f"{name} {'/'.join(map(str, statuses))}" for name, statuses in said), by=" · ")

    def _where(self, fault: Fault) -> Markup:
        """The steps it breaks, or the section that explains it."""
        steps = [el("a", self.ways.step(step), href=self.ways.href(f"flow:{step}")) for step in fault.steps]
        if fault.section:
            steps.append(el("a", self.words.explained, href=self.ways.href(f"/{fault.section}")))
        return join(*steps, by=" · ")

    def _place(self, check: Check) -> str:
        if check.at == "anywhere":
            return self.words.ask
        return self.words.ask_at.format(at=self.words.places[check.at])

    def _checked(self, check: Check) -> Markup:
        parts = [el("code", self.ways.fill(check.run))]
        if check.prints:
            parts.append(join(self.words.colon, self._prose(check.prints)))
        if check.otherwise:
            parts.append(join(self.words.otherwise, self._prose(check.otherwise)))
        return join(*parts)

    def _known(self, fault: Fault) -> Markup:
        kind, _, source = fault.known.partition(" ")
        if kind == "derived":
            return join(self.words.derived)
        words, to = (self.words.measured, f"flow:recording.{source}") if kind == "recording" else (source, source)
        words = self.words.documented if kind == "documented" else words
        return el("a", words, href=self.ways.href(to))

    def _texts(self, fault: Fault) -> Markup:
        """What products print, folded."""
        if not fault.texts:
            return Markup()
        lines = [el("li", el("code", self.ways.fill(text))) for text in fault.texts]
        summary = el("summary", self.words.printed.format(count=len(lines)))
        return el("details", summary, el("ul", *lines, data_pagefind_weight=4))

    # -- tables -------------------------------------------------------------------------------------------------------
    def table(self, table: Table) -> Markup:
        """Give a table of a page; its causes lead to /fix/."""
        heads = [el("th", self._said(head)) for head in table.columns.values()]
        rows = [el("tr", *(el("td", self._cell(row, column)) for column in table.columns)) for row in table.rows]
        names = [self._said(self.faults.faults[row.fault].short) for row in table.rows]
        count = numbered(self.words.so_many, len(names))
        summary = el("summary", count, self.words.colon, el("span", self._semicolon.join(names)))
        drawn = el("table", el("thead", el("tr", *heads)), el("tbody", *rows))
        return el("details", summary, drawn, class_="whole")

    def _cell(self, row: Row, column: str) -> Markup:
        fault, own = self.faults.faults[row.fault], row.own.get(column)
        if column == "cause":
            return el("a", bare(self._said(own or fault.cause), self.ways), href=self.href(row.fault))
        if own:
            return self._prose(own)
        return self._prose(fault.sees) if column == "sees" else join(*map(self._ran, fault.checks), by=self._semicolon)

    @property
    def _semicolon(self) -> str:
        return self.words.semicolon

    def _ran(self, check: Check) -> Markup:
        """A command with its place, and what it prints, in one line."""
        run = el("code", self.ways.fill(check.run))
        if check.at != "anywhere":
            head, _, tail = self.words.run_at.format(at=self.words.places[check.at]).partition("RUN")
            run = join(head, run, tail)
        return join(run, self.words.colon, self._prose(check.prints)) if check.prints else run

    # -- further views ------------------------------------------------------------------------------------------------
    def hops(self, pages: dict[str, str], page_of: Callable[[Fault], Iterable[str]]) -> Markup:
        """Give the faults of each page that explains what they break, in the order of `pages`: page → its name."""
        found: dict[str, list[str]] = {page: [] for page in pages}
        for name, fault in self.faults.faults.items():
            for page in dict.fromkeys(page_of(fault)):
                found[page].append(name)
        groups = [
            el("div", el("dt", el("a", pages[page], href=self.ways.href(f"/{page}"))), el("dd", self.links(names)))
            for page, names in found.items()
            if names
        ]
        return el("dl", *groups, class_="by-hop", data_pagefind_ignore="all")

    def statuses(self) -> Markup:
        """Give what each status of each product can mean."""
        found: dict[tuple[int, Product], list[str]] = {}
        for status, product, name in self._answered():
            found.setdefault((status, product), []).append(name)
        rows = [
            el("tr", el("td", str(status)), el("td", PRODUCTS[product]), el("td", self.links(found[status, product])))
            for status, product in sorted(found, key=lambda key: (key[0], list(PRODUCTS).index(key[1])))
        ]
        heads = [el("th", word) for word in (self.words.status, self.words.product, self.words.causes)]
        table = el("table", el("thead", el("tr", *heads)), el("tbody", *rows))
        return el("div", table, data_pagefind_ignore="all")

    def _answered(self) -> Iterator[tuple[int, Product, str]]:
        for name, fault in self.faults.faults.items():
            for product, statuses in fault.status.items():
                for status in statuses:
                    yield status, product, name
