"""Reading lists: what front matter says of who reads a page by when, and how many minutes that takes."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

import yaml

from ..model.definition import LANGUAGES, Language
from ..model.onboarding import EVERYBODY, LONGEST, ROLES, TIMES, Reading, Role, Time
from ..problems import Problem, nearest
from ..view.words import WORDS
from . import front, markdown, names
from .loop import Pages
from .markdown import PAGES, Heading, headings
from .matter import Fault

KEY, SECTION = "onboarding", "section"
KNOWN = (*TIMES, SECTION)
FORM = f"Write onboarding: {{hour: [{ROLES[0]}, …]}}, or 'week: {EVERYBODY}'."
A_MINUTE: dict[Language, int] = {"en": 120, "zh": 200}  # words; characters, a Latin word or an address being one
WORD = re.compile(r"[一-鿿]|[^\s一-鿿，。；：、（）“”]*[A-Za-z0-9][^\s一-鿿，。；：、（）“”]*")
TARGET = re.compile(r"\]\([^)]*\)|\{[^{}]*\}|<!--.*?-->")
SOURCES = "sources"  # a list to look things up in


@dataclass
class _Said:
    """What the front matter of a page says of its readers, and what is wrong with it."""

    times: dict[Role, Time] = field(default_factory=dict)
    section: str = ""
    faults: list[Fault] = field(default_factory=list)


# -- front matter -----------------------------------------------------------------------------------------------------
@lru_cache(PAGES)
def said(source: str) -> _Said | None:
    """Read what a page says of its readers; None where it says nothing."""
    found = [(line, node) for key, line, node in front.read(source).keys if key == KEY]
    if not found:
        return None
    out, (line, node) = _Said(), found[0]
    if not isinstance(node, yaml.MappingNode):
        out.faults.append((line, f"'{KEY}' is no mapping.", FORM))
        return out
    for key, value in node.value:
        _entry(out, str(key.value), value, key.start_mark.line + 2, headings(source))
    if not out.times and not out.faults:
        out.faults.append((line, f"'{KEY}' says nobody.", FORM))
    return out


def _entry(out: _Said, key: str, value: yaml.Node, line: int, there: Iterable[Heading]) -> None:
    if key == SECTION:
        out.section, ids = str(value.value), [h.id for h in there if h.id]
        if out.section not in ids:
            fix = nearest(out.section, ids) or "Name the id of a heading."
            out.faults.append((line, f"the page has no section '{out.section}'.", fix))
    elif time := next((time for time in TIMES if time == key), None):
        _readers(out, time, value, line)
    else:
        out.faults.append((line, f"unknown key '{key}' in '{KEY}'.", nearest(key, KNOWN) or f"Known: {_all(KNOWN)}."))


def _readers(out: _Said, time: Time, value: yaml.Node, line: int) -> None:
    """Note who reads by then."""
    if isinstance(value, yaml.ScalarNode) and value.value == EVERYBODY:
        written: list[tuple[int, str]] = [(line, role) for role in ROLES]
    elif isinstance(value, yaml.SequenceNode) and value.value:
        written = [(node.start_mark.line + 2, str(node.value)) for node in value.value]
    else:
        out.faults.append((line, f"'{time}' is no list of roles.", FORM))
        return
    for at, name in written:
        if (role := next((role for role in ROLES if role == name), None)) is None:
            fix = nearest(name, ROLES) or f"Known: {_all(ROLES)}; all of them: '{time}: {EVERYBODY}'."
            out.faults.append((at, f"unknown role '{name}'.", fix))
        elif role in out.times:
            out.faults.append((at, f"'{role}' reads the page by '{out.times[role]}' already.", "Keep one."))
        else:
            out.times[role] = time


def _all(known: Iterable[str]) -> str:
    return ", ".join(known)


# -- minutes ----------------------------------------------------------------------------------------------------------
@lru_cache(PAGES)
def minutes(source: str, language: Language, section: str = "") -> int:
    """Give how long a page, or one section of it, is read: what is folded and what is typed too, its sources not."""
    words = WORD.findall(TARGET.sub("]", "\n".join(_lines(source, section))))
    return max(1, round(len(words) / A_MINUTE[language]))


def _lines(source: str, section: str) -> Iterator[str]:
    """The lines of a page, or of a section and those below it, without front matter and sources."""
    lines, reads, level = markdown.lines_of(source), not section, 0
    heads = headings(source)
    begins = [markdown.front_matter(source).count("\n"), *(h.line - 1 for h in heads), len(lines)]
    for n, h in enumerate([None, *heads]):
        if h and section:
            reads = h.id == section or (reads and h.level > level)
            level = h.level if h.id == section else level
        if reads and not (h and h.id == SOURCES):
            yield from lines[begins[n] : begins[n + 1]]


# -- lists ------------------------------------------------------------------------------------------------------------
def readings(tree: Pages, language: Language, order: Iterable[str], called: Mapping[str, str]) -> tuple[Reading, ...]:
    """Give everything that a list names, in this order of pages; `called` is what the navigation calls them."""
    out = list[Reading]()
    for page in order:
        source = tree.get(page, "")
        if (one := said(source)) and one.times:
            title = next((h.title.replace("`", "") for h in headings(source) if h.id == one.section), "")
            whole = called.get(page) or names.heading(source)
            name = f"{whole}{WORDS[language].colon}{title}" if title else whole
            took = minutes(source, language, one.section)
            out.append(Reading(page, one.section, name, took, tuple(one.times.items())))
    return tuple(out)


def problems(pages: Mapping[Language, Pages]) -> Iterator[Problem]:
    """Give what pages say wrongly of their readers, differently in two languages, and lists that take too long."""
    wrong = list(_written(pages))
    yield from wrong
    if not wrong:
        yield from _too_long(pages)


def _written(pages: Mapping[Language, Pages]) -> Iterator[Problem]:
    first, tree = LANGUAGES[0], pages[LANGUAGES[0]]
    for language in LANGUAGES:
        for page, source in pages[language].items():
            one, there, place = said(source), said(tree.get(page, "")), f"docs/{language}/{page}"
            yield from (Problem(f"{place}:{line}", what, fix) for line, what, fix in (one.faults if one else ()))
            if page in tree and _differ(one, there):
                what = f"'{KEY}' is other than in docs/{first}/{page}:{front.line(tree[page], KEY)}."
                yield Problem(f"{place}:{front.line(source, KEY)}", what, "Give both pages the same.")


def _differ(one: _Said | None, there: _Said | None) -> bool:
    return (one and (one.times, one.section)) != (there and (there.times, there.section))


def _too_long(pages: Mapping[Language, Pages]) -> Iterator[Problem]:
    for language, tree in pages.items():
        found = readings(tree, language, tree, {})
        for role in ROLES:
            taken = 0
            for time in TIMES:
                own = [r for r in found if (role, time) in r.times]
                taken += sum(r.minutes for r in own)
                if own and time in LONGEST and taken > LONGEST[time]:
                    longest = max(own, key=lambda r: r.minutes)
                    place = f"docs/{language}/{longest.page}:{front.line(tree[longest.page], KEY)}"
                    what = f"what '{role}' reads by '{time}' takes {taken} minutes, not {LONGEST[time]}."
                    yield Problem(place, what, "Have a page read later, or shorten it.")
