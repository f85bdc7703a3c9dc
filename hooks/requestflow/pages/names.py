"""One name for one page: what the navigation calls it is how its heading begins, and its heading is its title."""

from collections.abc import Collection, Iterator
from html import unescape
from pathlib import Path, PurePosixPath
from typing import Any

from ..model.definition import Language
from ..problems import Problem, nearest
from . import drafts, front, navigation
from .markdown import headings
from .navigation import INDEXES, Entry

Names = dict[str, str]  # "request/dns.md" → what the navigation calls it
CONFIGS: dict[Language, str] = {"en": "mkdocs.yml", "zh": "mkdocs.zh.yml"}
HOME = "index.md"  # it asks a question; its title is the site's name


def in_navigation(nav: list[Any] | None, section: str = "") -> Names:
    """Give the name of every page of a MkDocs `nav`; the index of a section has the section's, other bare ones none."""
    out: Names = {}
    for entry in nav or []:
        if isinstance(entry, str):
            out |= {entry: section} if PurePosixPath(entry).stem in INDEXES else {}
            continue
        for name, what in entry.items():
            out |= {what: name} if isinstance(what, str) else in_navigation(what, name)
    return out


def shown(called: Names, pages: dict[str, str]) -> Names:
    """Give how to call every page: as the navigation does, or else by its heading."""
    return {page: heading(source) for page, source in pages.items()} | called


def without(nav: list[Any], pages: Collection[str]) -> list[Any]:
    """Give a MkDocs `nav` without some pages, and without sections of which nothing is left."""
    out: list[Any] = []
    for entry in nav:
        if isinstance(entry, str):
            out += [] if entry in pages else [entry]
            continue
        for name, what in entry.items():
            left = without(what, pages) if isinstance(what, list) else what if what not in pages else None
            out += [{name: left}] if left else []
    return out


def heading(source: str) -> str:
    """Give the words of the first heading of a page; nothing when it has none."""
    return next((unescape(h.title.replace("`", "")) for h in headings(source)), "")


def problems(root: Path, pages: dict[Language, dict[str, str]]) -> Iterator[Problem]:
    """Pages with two names, and navigations that lose one: a title that is not the heading, a page twice or never."""
    orders: dict[Language, list[str]] = {}
    for language, file in CONFIGS.items():
        nav = navigation.read(root, file)
        yield from nav.problems
        if nav.problems or not nav.entries:
            continue
        yield from _listed(file, nav.entries, pages[language], drafts.pages(pages))
        orders[language] = [entry.page for entry in nav.entries]
        called = {entry.page: entry for entry in reversed(nav.entries)}
        for page, source in pages[language].items():
            if page != HOME and (head := heading(source)):
                place = f"docs/{language}/{page}"
                yield from _title(place, source, head)
                if page in called:
                    yield from _called(f"{file}:{called[page].line}", place, called[page].name, head)
    yield from _ordered(root, orders)


def _listed(file: str, entries: list[Entry], pages: Collection[str], unfinished: Collection[str]) -> Iterator[Problem]:
    """Pages a navigation names that are not there, or names again; and those it does not name."""
    lines: dict[str, int] = {}
    for page, _, line, _ in entries:
        if page not in pages:
            what = f"the navigation names the page '{page}', which is not there."
            yield Problem(f"{file}:{line}", what, nearest(page, pages) or "Write it, or delete the line.")
        if (first := lines.setdefault(page, line)) != line:
            what = f"the navigation names the page '{page}' again; the first stands on line {first}."
            yield Problem(f"{file}:{line}", what, "Delete one.")
    misspelt = set(lines) - set(pages)
    for page in pages:
        if page not in lines and page not in unfinished and not nearest(page, misspelt):
            line = max((n for other, n in lines.items() if _folder(other) == _folder(page)), default=1)
            yield Problem(
                f"{file}:{line}", f"the navigation does not name the page '{page}'.", f"Write 'NAME: {page}'."
            )


def _folder(page: str) -> str:
    return page.rpartition("/")[0]


def _ordered(root: Path, orders: dict[Language, list[str]]) -> Iterator[Problem]:
    """Both languages have the same way through the pages."""
    if len(orders) == len(CONFIGS) and len({frozenset(order) for order in orders.values()}) == 1:
        (_, first), (language, order) = orders.items()
        for page, there in zip(order, first, strict=False):
            if page != there:
                file = CONFIGS[language]
                line = next(entry.line for entry in navigation.read(root, file).entries if entry.page == page)
                what = f"the navigation has '{page}' where {CONFIGS['en']} has '{there}'."
                yield Problem(f"{file}:{line}", what, "Give both the same order.")
                return


def _title(place: str, source: str, head: str) -> Iterator[Problem]:
    title = front.matter(source).get("title", head)
    if title != head:
        what = f"the title '{title}' is not the heading '{head}'."
        yield Problem(f"{place}:{front.line(source, 'title')}", what, "Write the heading there, or drop 'title'.")


def _called(at: str, place: str, name: str, head: str) -> Iterator[Problem]:
    rest = head.removeprefix(name)
    if name and (rest == head or (rest[:1].isascii() and rest[:1].isalnum())):
        what = f"the navigation calls {place} '{name}', its heading is '{head}'."
        yield Problem(at, what, "Write the heading, or how it begins.")
