"""The whole project: what the command checks and the site is made from, read with every problem told in one run."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol, TypeVar

from ..model import faults, glossary, overlay, questions, reading, translated, versions
from ..model.definition import LANGUAGES, Flow, Language
from ..model.faults import Faults
from ..model.glossary import Glossary
from ..model.keys import Meanings
from ..model.places import SHOWN
from ..model.questions import Questions
from ..model.versions import Versions
from ..problems import FlowError, Problem, gathering, refuse
from ..view.faults import PAGE as FIX
from ..view.glossary import ANCHOR
from ..view.questions import ANCHOR as QUESTION
from ..view.versions import ANCHOR as VERSION
from ..view.view import View
from ..world import evidence, packets, recordings
from ..world.evidence import Proof
from ..world.wire import Trip
from . import (
    about,
    asked,
    blocks,
    drafts,
    failures,
    loop,
    names,
    onboarding,
    published,
    releases,
    short,
    targets,
    terms,
)
from .drafts import Drafts
from .loop import Explained, Pages

Made = TypeVar("Made")
Proofs = dict[str, dict[str, Proof]]  # route → step → how it is known


class Recall(Protocol):
    """Gives what was made from equal inputs the last time, or makes it."""

    def __call__(self, name: str, inputs: object, make: Callable[[], Made]) -> Made: ...


def anew(name: str, inputs: object, make: Callable[[], Made]) -> Made:
    """Remember nothing."""
    return make()


@dataclass(frozen=True, eq=False)
class Known:
    """What the definition, the words for its keys and the recordings say, and all that is wrong with them."""

    flow: Flow
    trips: dict[str, Trip]
    proofs: Proofs
    views: dict[Language, dict[str, View]]
    meanings: dict[Language, Meanings]
    faults: Faults
    glossary: Glossary
    versions: Versions
    questions: Questions
    problems: tuple[Problem, ...]


@dataclass(frozen=True, eq=False)
class Whole:
    """The definition and the pages, which fit each other."""

    known: Known
    pages: dict[Language, Pages]
    explained: Explained
    drafts: Drafts
    differences: list[Problem]  # between the languages
    lost: list[Problem]  # what readers would not see or reach

    @property
    def bearable(self) -> list[Problem]:
        """All that is wrong though the pages can be made."""
        return [*self.differences, *self.lost]


def read(root: Path, recall: Recall = anew) -> Whole:
    """Read everything below a project's root; raises FlowError with every problem.

    Where all else is well, what pages can be made with all the same is given: differences between the languages, and
    what readers would not see or reach.
    """
    known: Known | None = None
    pages: dict[Language, Pages] = {}
    differences, lost, problems = list[Problem](), list[Problem](), list[Problem]()
    with gathering(problems):
        known = recall("definition", _contents(root), lambda: definition(root, recall))
        refuse(known.problems)
    with gathering(problems):
        published.check(root / "docs")
    with gathering(problems):
        pages = loop.load(root / "docs")
        lost = [*_lost(root, pages, known)]
        refuse([*names.problems(root, pages), *about.unchecked(pages)])
    if known and pages:
        flow = known.flow
        with gathering(problems):
            explained, differences = recall("loop", (known, pages), lambda: _loop(root, known, pages))
            unfinished = drafts.find(flow, pages)
        if not problems:
            return Whole(known, pages, explained, unfinished, differences, lost)
    raise FlowError(*problems, *differences, *lost)


def _lost(root: Path, pages: dict[Language, Pages], known: Known | None) -> Iterator[Problem]:
    """What readers would not see or reach, as far as sources tell."""
    made = _made(known) if known else targets.Made(("",))
    for language, tree in pages.items():
        files, folder = published.files(root / "docs", language), root / "docs" / language
        has = partial(_is_file, folder, frozenset(files))
        for page, source in tree.items():
            yield from blocks.problems(f"docs/{language}/{page}", source)
            yield from targets.faults(f"docs/{language}/{page}", page, tree, made, has)


def _made(known: Known) -> targets.Made:
    """The ids that pages get later: of most only the beginning is known."""
    beginnings = (*(f"{route}-" for route in known.flow.routes), "key-", ANCHOR, VERSION, QUESTION)
    return targets.Made(beginnings, {FIX: frozenset(known.faults.faults)})


def _is_file(folder: Path, others: frozenset[str], path: str) -> bool:
    return path in others or (folder / path).is_file()


def _loop(root: Path, known: Known, pages: dict[Language, Pages]) -> tuple[Explained, list[Problem]]:
    """The explanations of every step, once all other files fit the pages; raises FlowError with all that is wrong."""
    values = set(failures.values(known.faults))
    explained, differences = loop.explanations(pages, known.flow, values)
    wrong = [*failures.problems(known.faults, known.flow, explained, pages, root / recordings.SHOWN)]
    wrong += [*short.problems(known.flow, known.faults, known.glossary, pages)]
    wrong += terms.problems(known.glossary, known.flow, known.faults, explained, pages)
    wrong += asked.problems(known.questions, known.flow, explained, pages, root / recordings.SHOWN)
    wrong += onboarding.problems(pages)
    refuse([*wrong, *releases.problems(known.versions, pages)])
    return explained, differences


def _contents(root: Path) -> list[tuple[Path, bytes]]:
    """All that `definition` reads."""
    shown = (SHOWN, overlay.SHOWN, translated.SHOWN, faults.SHOWN, glossary.SHOWN, versions.SHOWN, questions.SHOWN)
    files = [*(root / path for path in shown), *sorted((root / recordings.SHOWN).glob("*"))]
    return [(file, file.read_bytes()) for file in files if file.is_file()]


def definition(root: Path, recall: Recall = anew) -> Known:
    """Read the definition and follow its routes; raises FlowError where it cannot be read."""

    def unchanged(shown: str, read: Callable[[Path], Made]) -> Made:
        """What a file says, read again only when the file is another."""
        file = root / shown
        return recall(shown, file.read_bytes() if file.is_file() else b"", lambda: read(file))

    flow, breaks, terms_, claims, checks = None, Faults(), Glossary(), Versions(), Questions()
    problems = list[Problem]()
    meanings = dict[Language, Meanings]()
    with gathering(problems):
        flow = reading.read(root / SHOWN)
    with gathering(problems):
        meanings |= {language: translated.meanings(root / "docs", language) for language in LANGUAGES}
    with gathering(problems):
        breaks = unchanged(faults.SHOWN, faults.read)
    with gathering(problems):
        terms_ = unchanged(glossary.SHOWN, glossary.read)
    with gathering(problems):
        claims = unchanged(versions.SHOWN, versions.read)
    with gathering(problems):
        checks = unchanged(questions.SHOWN, questions.read)
    if flow is None:
        raise FlowError(*problems)
    trips = packets.follow(flow, problems)
    proofs = _proofs(flow, trips, root / recordings.SHOWN, problems)
    views = labelled(flow, trips, proofs, problems)
    told = tuple(dict.fromkeys(problems))
    return Known(flow, trips, proofs, views, meanings, breaks, terms_, claims, checks, told)


def _proofs(flow: Flow, trips: dict[str, Trip], folder: Path, problems: list[Problem]) -> Proofs:
    """How every step is known; none, and problems, while the recordings and the definition do not fit each other."""
    proofs = Proofs()
    with gathering(problems):
        refuse(evidence.problems(flow, folder))
        proofs |= evidence.proofs(flow, trips.values(), folder)
        refuse(evidence.open_steps(flow, proofs))
    return proofs


def labelled(
    flow: Flow, trips: dict[str, Trip], proofs: Proofs, problems: list[Problem]
) -> dict[Language, dict[str, View]]:
    """Fill the words of every route in every language; what they say and the definition does not is a problem."""
    views: dict[Language, dict[str, View]] = {language: {} for language in LANGUAGES}
    for name, trip in trips.items():
        for language in LANGUAGES:
            with gathering(problems):
                views[language][name] = View(flow, name, trip.hops, proofs.get(name, {}), language)
    return views


def one(root: Path, flow: Flow, route: str, language: Language) -> tuple[View, Trip]:
    """Give one route, whatever is wrong elsewhere; raises FlowError."""
    trip = packets.trip(flow, route)
    proofs = evidence.proofs(flow, [trip], root / recordings.SHOWN)
    return View(flow, route, trip.hops, proofs[route], language), trip
