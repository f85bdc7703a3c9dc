"""What pages name means something: their markers, values, links to the definition and quotations, before a build."""

import re
from collections.abc import Iterator
from pathlib import Path

from ..model.definition import Flow, Language
from ..model.reading import Places
from ..model.values import UnknownValue
from ..problems import FlowError, Problem
from ..view.picture import Renderer
from ..view.view import View
from ..world import evidence
from ..world.wire import Trip
from . import loop, markdown, markers
from .book import Book, Hrefs
from .claims import SHOWN

NOWHERE = Hrefs(str, str, str, str)


def book(
    flow: Flow, places: Places, trips: dict[str, Trip], explained: loop.Explained, language: Language, docs: Path
) -> Book:
    """Give what the pages of a language are made from, drafts too; no picture is drawn."""
    folder = docs / "recordings"
    proofs = {r: evidence.proofs(flow, r, trip.hops, folder) for r, trip in trips.items()}
    views = {r: View(flow, places, r, trip.hops, proofs[r], language) for r, trip in trips.items()}
    return Book(flow, views, explained[language], language, folder, Renderer(None), trips)


def problems(book: Book, tree: loop.Pages) -> Iterator[Problem]:
    """Give every marker, value, link and quotation that means nothing, each at its line."""
    for page, source in tree.items():
        place, front = f"docs/{book.language}/{page}", markdown.front_matter(source)
        try:
            markers.expand(book, source.removeprefix(front), place, NOWHERE, front.count("\n"))
        except FlowError as error:
            yield from error.problems
        for n, line in markdown.lines_outside_code(source):
            for target in markdown.FLOW_TARGET.finditer(markdown.without_code(line)):
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
