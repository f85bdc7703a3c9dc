"""Short links, `/go/ID/`: of every step, stage, route, page, fault and term; and where addresses of other days lead."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from ..model.definition import LANGUAGES, Flow, Language
from ..model.faults import Faults
from ..model.glossary import Glossary
from ..problems import Problem, nearest
from ..view.exports import route_name, step_name
from ..view.faults import PAGE as FIX
from ..view.glossary import ANCHOR as TERM
from ..view.glossary import PAGE as GLOSSARY
from ..view.prose import Ways, bare
from . import front, names, targets
from .book import Book
from .loop import Pages

ID = re.compile(r"[a-z][a-z0-9-]*")
IN_PAGE = re.compile(r"(?P<page>[\w/-]+\.md)(?:#(?P<anchor>[\w-]+))?")
IN_SITE = re.compile(r"(?:diagrams|recordings)/[\w.-]+")
KINDS = ("steps", "stages", "routes")  # of the definition, that have a short link


@dataclass(frozen=True)
class Short:
    """What a short link says, and the place it leads to, `PAGE.md#ANCHOR`."""

    title: str
    sentence: str
    target: str
    image: str  # the preview it shows, below the folder of diagrams and without its ending
    gone: str = ""  # why there is nothing under the old name


@dataclass
class Moved:
    """What a page of today has under ids of other days: other names of its ids, and what stands elsewhere now."""

    names: dict[str, list[str]] = field(default_factory=dict)  # id of today → the old ones
    notes: dict[str, Short] = field(default_factory=dict)  # old id → where that is today


def short_id(name: str) -> str:
    """Give what stands behind `go/`: an id, or a page as the definition names it, without its ending."""
    return name.removesuffix(".md")


def former(flow: Flow) -> dict[str, str]:
    """Give everything that had another name or place, and what the definition says it is today."""
    return flow.aliases | {old: one.to for old, one in flow.retired.items()}


# -- what is wrong ----------------------------------------------------------------------------------------------------
def problems(flow: Flow, faults: Faults, glossary: Glossary, pages: dict[Language, Pages]) -> Iterator[Problem]:
    """Give ids that stand for two things, ids of other days that are used again, and those that lead nowhere."""
    tree = pages[LANGUAGES[0]]
    ids = {name: kind for kind in KINDS for name in getattr(flow, kind)}
    for name in faults.faults:
        if name in ids:
            yield _doubled(faults.place("faults", name), name, ids[name], flow.place(ids[name], name))
    every = ids | dict.fromkeys(faults.faults, "faults")
    terms = [f"{TERM}{name}" for name in glossary.terms]
    for name in terms:
        if name in every:
            yield _doubled(glossary.place("terms", name), name, every[name], flow.place(every[name], name))
    every |= dict.fromkeys(terms, "terms")
    for page in tree:
        if (name := short_id(page)) in every:
            place = f"docs/{LANGUAGES[0]}/{page}"
            kind = every[name]
            yield _doubled(place, name, kind, (faults if kind == "faults" else flow).place(kind, name))
    for kind in ("aliases", "retired"):
        for old in getattr(flow, kind):
            yield from _old(flow, kind, old, every, tree, {FIX: {*faults.faults, *faults.symptoms}, GLOSSARY: {*terms}})


def _doubled(place: str, name: str, kind: str, first: str) -> Problem:
    return Problem(place, f"'{name}' is already one of the {kind} ({first}): /go/{name}/ leads there.", "Rename one.")


def _old(
    flow: Flow, kind: str, old: str, every: dict[str, str], tree: Pages, made: dict[str, set[str]]
) -> Iterator[Problem]:
    """What is wrong with one address of other days, and with where it leads; `made` are the ids pages get later."""
    place, to = flow.place(kind, old), former(flow)[old]
    ids = {page: {*targets.ids(source), *made.get(page, ())} for page, source in tree.items()}
    if kind == "retired" and old in flow.aliases:
        yield Problem(place, f"'{old}' is one of the aliases too.", "Keep one of the two.")
    if not (ID.fullmatch(old) or IN_PAGE.fullmatch(old) or IN_SITE.fullmatch(old)):
        yield Problem(place, f"'{old}' is no address.", "Write an id, PAGE.md, PAGE.md#ID or diagrams/FILE.")
    elif old in every or _address(old) in map(_address, tree) or _there(old, ids):
        yield Problem(place, f"'{old}' is there today.", "An id is never used again: rename that, or delete this.")
    elif (page := old.partition("#")[0]).endswith(".md") and "#" in old and page not in tree:
        fix_ = f"Write '{page}: …' alone: what stands behind '#' is kept."
        yield Problem(place, f"'{old}' is on a page that is not there.", fix_)
    if IN_SITE.fullmatch(old) and IN_SITE.fullmatch(to):
        return  # only a build knows the files
    if to in former(flow):
        yield Problem(place, f"'{to}' is an address of other days itself.", f"Write '{former(flow)[to]}'.")
    elif not (to in every or to in tree or _there(to, ids)):
        known = [*every, *tree, *(f"{page}#{name}" for page in tree for name in ids[page] if page in to)]
        yield Problem(place, f"'{to}' is nothing of today.", nearest(to, known) or "Name an id, PAGE.md or PAGE.md#ID.")


def _address(page: str) -> str:
    """The address of a page: x.md and x/index.md have the same."""
    return re.sub(r"(/index)?\.md$", "/", page)


def _there(name: str, ids: dict[str, set[str]]) -> bool:
    page, _, anchor = name.partition("#")
    return bool(anchor) and anchor in ids.get(page, ())


# -- what they say ----------------------------------------------------------------------------------------------------
def shorts(book: Book, tree: Pages) -> dict[str, Short]:
    """Give every short link of one language: of today by id and by `PAGE.md`, then those of other days."""
    made = _Makers(book, tree)
    today = {page: made.page(page) for page in tree}
    today |= {step: made.step(step) for step in book.explained}
    today |= {stage: made.stage(stage, today) for stage in book.flow.stages}
    today |= {route: made.route(route, today) for route in book.flow.routes}
    today |= {fault: made.fault(fault) for fault in book.faults.faults if FIX in tree}
    today |= {f"{TERM}{term}": made.term(term) for term in book.glossary.terms if GLOSSARY in tree}
    return today | {old: one for old, one in _former(book, today).items() if "#" not in old}


def _former(book: Book, today: dict[str, Short]) -> dict[str, Short]:
    """What addresses of other days lead to; those of drafts that a build leaves out lead nowhere."""
    out = {}
    for old, to in former(book.flow).items():
        if one := today.get(to) or today.get(to.partition("#")[0]):
            gone = book.flow.retired[old].why[book.language] if old in book.flow.retired else ""
            out[old] = replace(one, target=one.target if to in today else to, gone=gone)
    return out


def moved(book: Book, today: dict[str, Short]) -> dict[str, Moved]:
    """Give what each page has under ids of other days."""
    out: dict[str, Moved] = {}
    for old, one in _former(book, today).items():
        page, _, anchor = one.target.partition("#")
        where, _, name = old.rpartition("#")
        if ID.fullmatch(name) and anchor and where in ("", page):
            out.setdefault(page, Moved()).names.setdefault(anchor, []).append(name)
        elif where:
            out.setdefault(where, Moved()).notes[name] = one
    return out


class _Makers:
    """Make the short link of each kind of thing."""

    def __init__(self, book: Book, tree: Pages) -> None:
        self.book, self.tree = book, tree
        self.ways = Ways(book.language, str, book.value, book.values.fill, str)
        self.first_of: dict[str, str] = {}  # page → the first step explained on it
        for step, explained in book.explained.items():
            self.first_of.setdefault(explained.page, step)

    def step(self, step: str) -> Short:
        row = self.book.views_of(step)[0].row(step)
        return Short(row.label, row.sentence, self.book.explained[step].target, step_name(step))

    def stage(self, stage: str, today: dict[str, Short]) -> Short:
        thing = self.book.flow.stages[stage]
        first = next((s.rows[0].id for v in self.book.views.values() for s in v.stages if s.id == stage), None)
        image = step_name(first) if first else self.image(thing.page)
        return Short(thing.name.long(self.book.language), self._said(thing.page, today), self._at(stage), image)

    def route(self, route: str, today: dict[str, Short]) -> Short:
        page = self.book.flow.routes[route].page
        return Short(self.book.views[route].name, self._said(page, today), self._at(route), route_name(route))

    def page(self, page: str) -> Short:
        said = str(front.matter(self.tree[page]).get("description", ""))
        return Short(names.heading(self.tree[page]), said, page, self.image(page))

    def fault(self, name: str) -> Short:
        fault, language = self.book.faults.faults[name], self.book.language
        page = (fault.section or FIX).partition("#")[0]
        image = step_name(fault.steps[0]) if fault.steps else self.image(page)
        said = bare(fault.cause[language], self.ways).striptags()
        return Short(fault.short[language], said, f"{FIX}#{name}", image)

    def term(self, name: str) -> Short:
        term, language = self.book.glossary.terms[name], self.book.language
        shown = step_name(term.see) if term.see in self.book.explained else self.image(term.see.partition("#")[0])
        return Short(term.term[language], term.says[language], f"{GLOSSARY}#{TERM}{name}", shown)

    def image(self, page: str) -> str:
        """The map at the first step a page explains, or of its route, or of the first route."""
        if page in self.first_of:
            return step_name(self.first_of[page])
        routes = self.book.flow.routes
        return route_name(next((name for name, route in routes.items() if route.page == page), next(iter(routes))))

    def _at(self, name: str) -> str:
        return self.book.link(name).removeprefix("/")

    def _said(self, page: str, today: dict[str, Short]) -> str:
        return today[page].sentence if page in today else ""
