"""One name for one page: what the navigation calls it is how its heading begins, and its heading is its title."""

from collections.abc import Collection, Iterator
from html import unescape
from pathlib import Path, PurePosixPath
from typing import Any

import yaml

from ..model.definition import Language
from ..problems import Problem, nearest
from . import front
from .markdown import headings

Names = dict[str, str]  # "request/dns.md" → what the navigation calls it
CONFIGS: dict[Language, str] = {"en": "mkdocs.yml", "zh": "mkdocs.zh.yml"}
INDEXES = ("index", "README")  # which the navigation shows as the section itself
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


def shown(nav: list[Any] | None, pages: dict[str, str]) -> Names:
    """Give how to call every page: as the navigation does, or else by its heading."""
    return {page: heading(source) for page, source in pages.items()} | in_navigation(nav)


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
    """Pages with two names: a title that is not the heading, a name in the navigation that does not begin it."""
    for language, file in CONFIGS.items():
        config = root / file
        text = config.read_text("utf-8") if config.is_file() else ""
        try:
            called = in_navigation((yaml.load(text, Loader=_Tolerant) or {}).get("nav"))
        except yaml.MarkedYAMLError as error:
            at = error.problem_mark.line + 1 if error.problem_mark else 1
            yield Problem(f"{file}:{at}", f"not valid YAML: {error.problem}.", "Check indentation, quotes and colons.")
            continue
        yield from _absent(file, text, called, pages[language])
        for page, source in pages[language].items():
            if page != HOME and (head := heading(source)):
                place = f"docs/{language}/{page}"
                yield from _title(place, source, head)
                yield from _called(file, text, place, page, called.get(page, ""), head)


def _absent(file: str, text: str, called: Names, pages: Collection[str]) -> Iterator[Problem]:
    for page in called:
        if page.endswith(".md") and page not in pages:
            what = f"the navigation names the page '{page}', which is not there."
            yield Problem(
                f"{file}:{_line_of(page, text)}", what, nearest(page, pages) or "Write it, or delete the line."
            )


def _line_of(page: str, text: str) -> int:
    return next((n for n, words in enumerate(text.splitlines(), 1) if words.rstrip().endswith(page)), 1)


def _title(place: str, source: str, head: str) -> Iterator[Problem]:
    title = front.matter(source).get("title", head)
    if title != head:
        what = f"the title '{title}' is not the heading '{head}'."
        yield Problem(f"{place}:{front.line(source, 'title')}", what, "Write the heading there, or drop 'title'.")


def _called(file: str, text: str, place: str, page: str, name: str, head: str) -> Iterator[Problem]:
    rest = head.removeprefix(name)
    if name and (rest == head or (rest[:1].isascii() and rest[:1].isalnum())):
        what = f"the navigation calls {place} '{name}', its heading is '{head}'."
        yield Problem(f"{file}:{_line_of(page, text)}", what, "Write the heading, or how it begins.")


class _Tolerant(yaml.SafeLoader):
    """Reads mkdocs.yml without knowing its tags (!ENV and others)."""


_Tolerant.add_multi_constructor("", lambda loader, tag, node: None)
