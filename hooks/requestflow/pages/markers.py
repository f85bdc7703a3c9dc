"""One page's Markdown with everything generated put in: step cards, markers, filled and recorded fences."""

import re
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import TypeVar

from ..model.faults import Fault
from ..model.onboarding import LISTS
from ..model.values import UnknownValue
from ..problems import FlowError, Problem, nearest
from ..view import (
    beside,
    boxes,
    captures,
    cards,
    chart,
    compare,
    exports,
    glossary,
    keys,
    ladder,
    map_lines,
    maps,
    mermaid,
    onboarding,
    own,
    picture,
    questions,
    versions,
)
from ..view import faults as breaks
from ..view.elements import UNSEARCHED, Markup, el, escape, join
from ..view.prose import Ways
from ..view.view import Row, View
from ..world import recordings
from . import markdown, published, quotes, rendered
from .book import Book, Hrefs

COMPARE = "routes/compare.md"
REQUEST = "request/index.md"
Made = TypeVar("Made")
TOP = 2  # level of the headings of sections
PART = "<!--flow:part {} of line {}-->"


def put_in(html: str, parts: list[str]) -> str:
    """Replace the comments that stand for generated parts."""
    return rendered.PART.sub(lambda comment: parts[int(comment["n"])], html)


def check(book: Book, source: str, place: str, hrefs: Hrefs, above: int = 0) -> None:
    """Raise FlowError as `expand` does, without drawing anything."""
    expand(book, source, place, hrefs, above, draws=False)


def expand(
    book: Book,
    source: str,
    place: str,
    hrefs: Hrefs,
    above: int = 0,
    *,
    draws: bool = True,
    maker: "type[Maker] | None" = None,
) -> tuple[str, list[str]]:
    """Give the Markdown to render, and the generated parts that `put_in` places into its HTML.

    `above` is how many lines (front matter) stand before the Markdown in the file; `maker` makes the parts. Raises
    FlowError with every unknown marker, route, stage, value and recorded line.
    """
    page = (maker or Maker)(book, place, hrefs, above, draws)
    lines = markdown.lines_of(source)
    fences = markdown.fences(source)
    in_fence = {n for f in fences for n in f.lines}
    headings = {h.line: h for h in markdown.headings(source)}
    starts = {f.first: f for f in fences}
    out: list[str] = []
    n = 0
    while n < len(lines):
        n += 1
        page.line, line = n, lines[n - 1]
        if fence := starts.get(n):
            out += page.fence(fence, lines[fence.first : fence.last - 1], lines[fence.first - 1 : fence.last])
            n = fence.last
        elif n in in_fence:
            out.append(line)
        elif (h := headings.get(n)) and h.is_step and h.id in book.explained:
            out += page.step(h) if draws else []
        elif h and h.id:
            page.begins(h)
            out.append(markdown.heading(h))
        elif "<!--" in line and (m := markdown.MARKER.match(line)):
            indent = line[: len(line) - len(line.lstrip())]
            out += [indent + made for made in page.marker(n, m[1], m[2].split())]
        else:
            out.append(line)
    if page.problems:
        raise FlowError(*page.problems)
    return "\n".join(out) + "\n", page.parts


class Maker:
    """The parts of one page; problems are kept until the page is done."""

    def __init__(self, book: Book, place: str, hrefs: Hrefs, above: int, draws: bool) -> None:
        self.book, self.place, self.hrefs, self.above, self.draws = book, place, hrefs, above, draws
        self.problems: list[Problem] = []
        self.parts: list[str] = []
        self.line = 0  # which is being made
        self.letters_told = False
        self.mapped: set[str] = set()  # routes whose map the page has shown
        self.mapped_here: set[str] = set()  # and those in the section being made

    def begins(self, h: markdown.Heading) -> None:
        """A section: what is drawn in it is open, unless a map of its own shows the same at a glance."""
        if h.level <= TOP:
            self.mapped_here = set()

    def part(self, html: str) -> str:
        """Keep a generated part; give the comment that stands for it, which Markdown passes on untouched."""
        self.parts.append(html)
        return PART.format(len(self.parts) - 1, self.line + self.above)

    def problem(self, line: int, what: str, fix: str = "") -> None:
        self.problems.append(Problem(f"{self.place}:{line + self.above}", what, fix))

    @property
    def comparison(self) -> compare.Comparison:
        """Of the routes that lists show."""
        return self.comparison_of(self.book.listed)

    def comparison_of(self, views: dict[str, View]) -> compare.Comparison:
        pairs = self.hrefs.page(COMPARE) if COMPARE in self.book.names else ""
        return compare.Comparison(views, self.book.trips, self.hrefs.step, self.route_href, pairs)

    def route_href(self, route: str) -> str:
        page, _, anchor = self.book.place_of(self.book.flow.routes[route].page, route).partition("#")
        return self.hrefs.page(page) + (f"#{anchor}" if anchor else "")

    def stage_href(self, stage: str) -> str:
        return self.hrefs.page(self.book.flow.stages[stage].page)

    def recording_href(self, file: str) -> str:
        return self.hrefs.file(f"recordings/{file}")

    # -- what breaks --------------------------------------------------------------------------------------------------
    @property
    def breaks(self) -> breaks.Drawer:
        return breaks.Drawer(self.book.faults, self.ways)

    @property
    def ways(self) -> Ways:
        book = self.book
        return Ways(book.language, self._href, book.value, book.values.fill, self._label)

    def _href(self, to: str) -> str:
        """Where a link in words of the data leads from here."""
        if to.startswith("flow:recording."):
            return self.hrefs.file(self.book.recording(to.removeprefix("flow:recording.")))
        link = self.book.link(to.removeprefix("flow:")) if to.startswith("flow:") else to
        if not link.startswith("/"):
            return link
        page, _, anchor = link[1:].partition("#")
        here = self.place == f"docs/{self.book.language}/{page}"
        return ("" if here and anchor else self.hrefs.page(page)) + (f"#{anchor}" if anchor else "")

    def _label(self, step: str) -> str:
        return self.book.views_of(step)[0].row(step).label

    def _name(self, page: str) -> str:
        """What the navigation calls a page."""
        return self.book.names.get(page, page)

    def _hops(self) -> list[str]:
        explained, names = self.book.explained, self.book.names

        def page_of(fault: Fault) -> list[str]:
            section = [fault.section.partition("#")[0]] if fault.section else []
            return [*(explained[step].page for step in fault.steps), *section]

        pages = [page for page in names if any(page in page_of(f) for f in self.book.faults.faults.values())]
        return [self.part(self.breaks.hops({page: names[page] for page in pages}, page_of))]

    # -- for new colleagues -------------------------------------------------------------------------------------------
    @property
    def lists(self) -> onboarding.Lists:
        return onboarding.Lists(self.book.readings, self.ways, self.hrefs.whole)

    def _called(self, see: str) -> str:
        """What the place is called that proves an answer."""
        if see in self.book.explained:
            return self._label(see)
        if see in self.book.views:
            return self.book.views[see].name
        link = self.book.link(see)[1:] if ".md" not in see else see
        page = self._name(link.partition("#")[0])
        return f"{page}{self.book.words.colon}{title}" if (title := self.book.titles.get(link)) else page

    def _linked(self, step: str) -> list[str]:
        short, own = (self.hrefs.whole(at) for at in (f"{published.GO}/{step}/", self.book.link(step)[1:]))
        return [self.part(onboarding.linked(short, own, self._label(step), self.ways))]

    def _embedded(self, line: int, view: View) -> list[str]:
        if self._mapped(line, view, partial(maps.plan, view, "wide")) is None:
            return []
        name = f"{published.DIAGRAMS}/{exports.map_name(view.id)}"
        files = {kind: self.hrefs.whole(f"{name}.{kind.lower()}") for kind in ("SVG", "PNG")}
        says = self.book.words.map_of.format(route=view.name)
        shown = Markup(f'<img src="{self.hrefs.own(name + ".svg")}" alt="{escape(says)}" loading="lazy">')
        return [self.part(join(el("p", shown), onboarding.embedded(files, says, self.ways)))]

    # -- headings -----------------------------------------------------------------------------------------------------
    def step(self, h: markdown.Heading) -> list[str]:
        """The heading with its number in an attribute, which CSS shows: title, contents and search stay clean."""
        assert h.id
        views = self.book.views_of(h.id)
        number = views[0].row(h.id).number
        letters = self._letters(views[0], [views[0].row(h.id)])
        broken = self.breaks.chips(self.book.faults.of_step(h.id))
        short = self.hrefs.own(f"{published.GO}/{h.id}/")
        card = cards.card(views, h.id, self.hrefs.step, self.route_href, self.recording_href, broken, short)
        return [markdown.heading(h, f'data-n="{number}"'), "", self.part(card + letters), ""]

    # -- markers ------------------------------------------------------------------------------------------------------
    def marker(self, line: int, word: str, arguments: list[str]) -> list[str]:
        """What a marker stands for; nothing, and a problem, when it or an argument is unknown."""
        book, step = self.book, self.hrefs.step
        makers: dict[str, Callable[..., list[str]]] = {
            "here": lambda v, s: [self.part(ladder.strip(v, s, self.stage_href))],
            "picture": partial(self._picture, line),
            "pictures": partial(self._pictures, line),
            "passes": lambda v, s: [self.part(cards.passes(v, s))],
            "ladder": self._ladder,
            "map": partial(self.map_of, line),
            "destinations": lambda v: [self.part(cards.destinations(v, step))],
            "calls": partial(self._calls, line),
            "boxes": lambda name: [self.part(boxes.boxes(book.flow.boxes[name], book.values))],
            "steps": self._steps,
            "route": lambda v: [self.part(self.comparison_of(self.book.views).about(v.id) + self._captures(v))],
            "captures": lambda v: [self.part(self._captures(v))],
            "routes": lambda: [self.part(self.comparison.overview())],
            "seen": lambda: [self.part(self.comparison.seen())],
            "compare": self.chooser,
            "own": self._own,
            "ours": self._ours,
            "breaks": lambda table: [self.part(self.breaks.table(book.faults.tables[table]))],
            "fix": lambda symptom: [self.part(self.breaks.symptom(symptom))],
            "symptoms": lambda: [self.part(self.breaks.symptoms())],
            "hops": self._hops,
            "statuses": lambda: [self.part(self.breaks.statuses())],
            "glossary": lambda: [self.part(glossary.terms(book.glossary, self.ways))],
            "versions": lambda: [self.part(versions.claims(book.versions, self.ways, self._name))],
            "keys": lambda: [self.part(self._sheet("keys.css") + keys.tables(book.meanings, book.language))],
            "reading": lambda name: [self.part(self.lists.checklist(name))],
            "readings": lambda: [self.part(self.lists.by_time())],
            "questions": lambda group: [self.part(questions.questions(book.questions, group, self.ways, self._called))],
            "linked": self._linked,
            "embedded": partial(self._embedded, line),
        }
        form = markdown.MARKERS.get(word)
        if form is None:
            fix = nearest(word, markdown.MARKERS) or f"Known: {', '.join(markdown.MARKERS)}."
            fix = fix if word else "Write its word right behind the colon."
            self.problem(line, f"unknown marker 'flow:{word}'.", fix)
            return []
        if len(arguments) != len(form.split()):
            wanted = f"<!-- flow:{word} {form}".rstrip()
            self.problem(line, f"'flow:{word}' has {len(arguments)} argument(s).", f"Write {wanted} -->.")
            return []
        known = self._known(line, form.split(), arguments)
        return ["", *makers[word](*known), ""] if known is not None and self.draws else []

    def _captures(self, view: View) -> Markup:
        return captures.captures(view, self.book.trips[view.id], self.hrefs.step)

    def _ours(self) -> list[str]:
        """Which route is shown here, where the text follows another: the first."""
        book, first = self.book, next(iter(self.book.flow.routes))
        own = book.flow.own_route
        if own == first or own not in book.views:
            return []
        links = [el("a", book.views[route].name, href=self.route_href(route)) for route in (first, own)]
        before, between, after = book.words.ours
        return [self.part(el("p", before, links[0], between, links[1], after, class_="ours"))]

    def chooser(self) -> list[str]:
        made = beside.drawn(self.book.listed)
        self.book.beside |= {route: map_.svg for route, map_ in made.items()}
        chooser = beside.chooser(self.comparison, self.hrefs.own(f"{published.MAPS}/"), made)
        return [self.part(self._sheet("compare.css") + chooser + self._script("compare.js"))]

    def _own(self) -> list[str]:
        """What a reader fills own values in with; its script is a module, as that of the address that has them."""
        form = own.form(self.book.flow, self.book.words, self.hrefs.page(REQUEST))
        script = el("script", type="module", src=self.hrefs.own("assets/own-form.js"))
        return [self.part(self._sheet("own.css") + form + script)]

    def _sheet(self, name: str) -> Markup:
        """A stylesheet for this page alone."""
        return Markup(f'<link rel="stylesheet" href="{self.hrefs.own(f"assets/{name}")}"/>')

    def _script(self, name: str) -> Markup:
        """A script for this page alone."""
        return el("script", src=self.hrefs.own(f"assets/{name}"), defer=True)

    def _known(self, line: int, form: list[str], arguments: list[str]) -> list[object] | None:
        """Each argument looked up in its kind; None, and a problem, when one is unknown."""
        flow, found = self.book.flow, list[object]()
        for kind, name in zip(form, arguments, strict=True):
            route = found[0] if found else None
            name = self.book.named(name) if kind == "ROUTE" else name
            names: dict[str, Iterable[str]] = {
                "ROUTE": self.book.views,
                "STAGE": [s.id for s in route.stages] if isinstance(route, View) else [],
                "PROCEDURE": flow.procedures,
                "BOX": flow.boxes,
                "TABLE": self.book.faults.tables,
                "SYMPTOM": self.book.faults.symptoms,
                "LIST": LISTS,
                "GROUP": self.book.questions.groups,
                "STEP": self.book.explained,
            }
            if name not in names[kind]:
                where = f" of the route '{arguments[0]}'" if kind == "STAGE" else ""
                fix = nearest(name, names[kind]) or f"Known: {', '.join(names[kind])}."
                self.problem(line, f"unknown {kind.lower()} '{name}'{where}.", fix)
                return None
            found.append(self.book.views[name] if kind == "ROUTE" else name)
        return found

    def _steps(self) -> list[str]:
        def page_name(step: str) -> str:
            return self._name(self.book.explained[step].page)

        return [
            self.part(
                cards.index(list(self.book.views.values()), list(self.book.flow.steps), self.hrefs.step, page_name)
            )
        ]

    def _picture(self, line: int, view: View, stage: str) -> list[str]:
        part = view.stage(stage)
        charts = [chart.of_route(view, stage, width) for width in chart.WIDTHS]
        words = self.book.words.steps_of.format(steps=part.span, all=len(view.rows))
        letters = self._letters(view, part.rows)
        caption = join(words, self._beside(part.rows), " ", self.take_away(charts[0]), letters)
        drawn = self.figure(line, charts, caption, self.hrefs.step)
        if len(drawn) == 1 and view.id in self.mapped_here:
            self.parts[-1] = self._folded(
                view, self.book.words.sequence.format(steps=part.span), Markup(self.parts[-1])
            )
        return drawn

    def _ladder(self, view: View) -> list[str]:
        """Every step of a route."""
        self.letters_told = self.letters_told or view.id not in self.mapped
        words = self.book.words.whole.format(all=len(view.rows))
        return [self.part(self._folded(view, words, ladder.ladder(view, self.hrefs.step)))]

    def _folded(self, view: View, words: str, part: Markup) -> Markup:
        """A part behind its name, where the map of its route shows the same at a glance."""
        if view.id not in self.mapped_here:
            return part
        return el("details", el("summary", words), part, class_="whole", **UNSEARCHED)

    def map_of(self, line: int, view: View) -> list[str]:
        """The map of a route, with what is different where it is like another."""
        made = self._mapped(line, view, lambda base: maps.figure(view, self.hrefs.step, base, self.map_file(view)))
        if made is None:
            return []
        self.mapped.add(view.id)
        self.mapped_here.add(view.id)
        return [self.part(made)]

    def _mapped(self, line: int, view: View, draw: Callable[[View | None], Made]) -> Made | None:
        """What is drawn of a map, which then is a file too; None, and a problem, where it has no room."""
        like = self.book.flow.routes[view.id].like
        base = self.book.views.get(like) if like else None
        try:
            made = draw(base)
        except map_lines.NoWay as none:
            what = f"the map of '{view.id}' has no room for the step '{none.mark.id}'."
            self.problem(line, what, "Leave the map out, or a participant.")
            return None
        self.book.mapped[view.id] = base.id if base else None
        return made

    def map_file(self, view: View) -> Markup:
        words, name = self.book.words.picture_file, exports.map_name(view.id)
        links = (self._taken(words, name, ending) for ending in (("svg", "png") if self.book.pixels else ("svg",)))
        return el("span", join(*links, by=" "), class_="take")

    def _taken(self, words: str, name: str, ending: str) -> Markup:
        """A link to one file, its ending in the brackets of the language."""
        return el("a", words + self.book.words.aside.format(words=f".{ending}"), href=self._file(name, ending))

    def _file(self, name: str, ending: str) -> str:
        return self.hrefs.own(f"diagrams/{name}.{ending}")

    def _letters(self, view: View, rows: list[Row]) -> Markup:
        """What a letter in the place of a port means, where a page has the first one."""
        if self.letters_told or not ladder.letters_in(rows):
            return Markup()
        self.letters_told = True
        return el("small", ladder.letters(view), class_="letters")

    def _pictures(self, line: int, view: View) -> list[str]:
        """Every stage of a route, each with its name as a link to where it is explained."""
        out = []
        for stage in view.stages:
            charts = [chart.of_route(view, stage.id, width) for width in chart.WIDTHS]
            name = el("a", stage.name, href=self.stage_href(stage.id))
            caption = join(name, " ", el("span", stage.span, class_="num"), " ", self.take_away(charts[0]))
            out += [*self.figure(line, charts, caption, self.hrefs.step), ""]
        return out

    def _calls(self, line: int, name: str) -> list[str]:
        procedure = self.book.flow.procedures[name]
        charts = [chart.of_procedure(name, procedure, self.book.language, width) for width in chart.WIDTHS]
        caption = join(procedure.name[self.book.language], " ", self.take_away(charts[0]))
        return self.figure(line, charts, caption, None)

    def take_away(self, chart_: chart.Chart) -> Markup:
        """Links to the text and the picture as files."""
        w, name = self.book.words, exports.name(chart_)
        self.book.taken[name] = chart_
        links = (self._taken(words, name, kind) for words, kind in ((w.source_text, "mmd"), (w.picture_file, "svg")))
        return el("span", join(*links, by=" "), class_="take")

    def figure(
        self, line: int, charts: list[chart.Chart], caption: str, href: Callable[[str], str] | None
    ) -> list[str]:
        """A picture in both widths, of which CSS shows one; or what the browser draws where the build could not."""
        try:
            drawn = {c: picture.draw(self.book.renderer, c, href) for c in charts}
        except picture.NotDrawn as why:
            self.book.later.append(f"{self.place}: {why}")
            fence = ["```mermaid", mermaid.text(charts[0]).rstrip(), "```"]
            return ['<div class="seqfig later" data-pagefind-ignore="all" markdown>', "", *fence, "", "</div>"]
        for c, svg in drawn.items():
            if picture.width(svg) > picture.FITS[c.width]:
                sizes = f"takes {picture.width(svg):g} px; {picture.FITS[c.width]:g} fit"
                what = f"the {c.width} picture '{exports.name(c)}' {sizes}."
                self.problem(line, what, "Shorten its labels, or split the stage.")
        parts = [el("div", svg, class_=c.width) for c, svg in drawn.items()]
        return [self.part(el("figure", *parts, el("figcaption", caption), class_="seqfig", **UNSEARCHED))]

    def _beside(self, rows: list[Row]) -> Markup:
        """What the address beside each arrow is."""
        w, packets = self.book.words, [r for r in rows if not r.message]
        if not packets:
            return Markup()
        words = w.beside_answer if all(r.answer for r in packets) else w.beside_request
        return join(" ", el("span", words, class_="only-wide"))

    # -- fences -------------------------------------------------------------------------------------------------------
    def fence(self, fence: markdown.Fence, body: Sequence[str], whole: Sequence[str]) -> Sequence[str]:
        if "recorded" in fence.classes:
            return self._recorded(fence, body)
        if "flow" not in fence.classes:
            return whole
        filled = []
        for n, line in enumerate(body, fence.first + 1):
            try:
                filled.append(self.book.values.fill(line))
            except UnknownValue as error:
                self.problem(n, str(error))
        info = fence.info.replace(" .flow", "").replace(".flow ", "") if fence.attributes else fence.language
        return [f"{fence.indent}{fence.ticks}{info}", *filled, f"{fence.indent}{fence.ticks}"]

    def _recorded(self, fence: markdown.Fence, body: Sequence[str]) -> list[str]:
        """Real output, checked line by line against the recording it names, never rewritten."""
        name = fence.attributes.get("from", "")
        file = self.book.recordings / f"{name}.txt"
        if not name or not file.is_file():
            known = recordings.names(self.book.recordings)
            self.problem(
                fence.first,
                f"recorded output from '{name}', which is no recording.",
                nearest(name, known) or "Write {.text .recorded from=NAME}, NAME.txt being in docs/recordings/.",
            )
            return []
        for n, what, fix in quotes.mistakes(body, recordings.text(file), f"docs/recordings/{name}.txt"):
            self.problem(fence.first + 1 + n, what, fix)
        return self.quoted(fence, body, name)

    def quoted(self, fence: markdown.Fence, body: Sequence[str], name: str) -> list[str]:
        """The block a recording is shown in, with where it comes from."""
        w, pad, ticks = self.book.words, fence.indent, f"{fence.indent}{fence.ticks}"
        note = join(" ", el("strong", w.moved_on, class_="moved-on")) if self.moved_on("\n".join(body)) else ""
        link = el("a", name, href=self.recording_href(f"{name}.txt"))
        by = pad + el("p", w.recording, w.colon, link, note, class_="by")
        code = [f"{ticks}{fence.language or 'text'}", *body, ticks]
        block = f'{pad}<div class="recorded" data-pagefind-ignore="all" markdown>'
        return [block, "", *code, "", by, "", f"{pad}</div>"]

    def moved_on(self, text: str) -> bool:
        """Whether an address or port of this text means something else by now."""
        for name, then in self.book.recorded_world.items():
            if str(then) not in text:
                continue
            try:
                now = self.book.values(name)
            except UnknownValue:
                now = ""
            # alone, or as the port after ADDRESS. and the address before .PORT, as tcpdump writes them
            shown = rf"(?:(?<![\w.])|(?<!\d)(?:\d+\.){{4}}){re.escape(str(then))}(?!\w|\.\d+\.)"
            if now != then and re.search(shown, text):
                return True
        return False
