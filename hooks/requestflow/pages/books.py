"""All that is known and written, put together into the book of one language, for whoever makes pages of it."""

from pathlib import Path

from ..model.definition import Language
from ..view import picture
from ..world import recordings
from . import drafts, loop, names, onboarding
from .book import Book
from .loop import Pages
from .whole import Whole


def book(
    root: Path,
    found: Whole,
    language: Language,
    renderer: picture.Renderer,
    called: names.Names,
    *,
    drafted: bool = False,
    pixels: bool = False,
) -> tuple[Book, Pages]:
    """Give the book of a language and the pages that are in it, with drafts or without.

    `called` is what the navigation calls its pages, in its order.
    """
    known, flow, pages = found.known, found.known.flow, found.pages[language]
    if not drafted:
        flow, pages = drafts.published(flow, found.drafts), drafts.without(pages, found.drafts)
    made = Book(
        flow,
        {route: known.views[language][route] for route in flow.routes},
        {step: e for step, e in found.explained[language].items() if step in flow.steps},
        language,
        root / recordings.SHOWN,
        renderer,
        {route: known.trips[route] for route in flow.routes},
        loop.anchors(pages),
        names=names.shown(called, pages),
        faults=known.faults,
        glossary=known.glossary,
        versions=known.versions,
        questions=known.questions,
        readings=onboarding.readings(pages, language, called, called),
        titles=loop.titles(pages),
        meanings=known.meanings[language],
        pixels=pixels,
        left_out=set() if drafted else set(found.drafts.ids),
    )
    return made, pages
