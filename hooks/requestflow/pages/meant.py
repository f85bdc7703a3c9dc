"""What pages name means something: their markers, values, links to the definition and quotations, before a build."""

import re
from collections.abc import Iterator
from pathlib import Path

from ..model.values import UnknownValue
from ..problems import FlowError, Problem
from ..view.picture import Renderer
from . import books, markdown, markers
from .book import Book, Hrefs
from .claims import SHOWN
from .loop import Pages
from .whole import Whole

NOWHERE = Hrefs(str, str, str, str)


def problems(root: Path, found: Whole) -> Iterator[Problem]:
    """Give every marker, value, link and quotation of a page that means nothing, drafts too; no picture is drawn."""
    for language, tree in found.pages.items():
        book, _ = books.book(root, found, language, Renderer(None), {}, drafted=True)
        yield from _of_pages(book, tree)


def _of_pages(book: Book, tree: Pages) -> Iterator[Problem]:
    for page, source in tree.items():
        place, front = f"docs/{book.language}/{page}", markdown.front_matter(source)
        try:
            markers.check(book, source.removeprefix(front), place, NOWHERE, front.count("\n"))
        except FlowError as error:
            yield from error.problems
        for n, line in markdown.prose(source):
            for target in markdown.FLOW_TARGET.finditer(line) if "flow:" in line else ():
                if unknown := _unknown(book, target):
                    yield Problem(f"{place}:{n}", unknown)


def _unknown(book: Book, target: re.Match[str]) -> str:
    """Why what a link leads to is nothing, in words; empty where it is something."""
    name = target["name"]
    try:
        if name.startswith(SHOWN):
            book.recording(name.removeprefix(SHOWN))
        elif target["empty"]:
            book.value(name)
        else:
            book.link(name)
    except UnknownValue as unknown:
        return str(unknown)
    return ""
