"""`docs/questions.yml` against all it names: what proves an answer, links and values, and the page that asks."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from ..model.definition import LANGUAGES, Flow, Language
from ..model.questions import Questions
from ..model.typed import Owned
from ..problems import Problem, nearest
from ..view.questions import PAGE
from ..world import recordings
from . import claims, failures, sections
from .failures import RECORDING, Names, Said
from .loop import Explained, Pages, places


def problems(
    questions: Questions, flow: Flow, explained: Explained, pages: dict[Language, Pages], folder: Path
) -> Iterator[Problem]:
    """Give what questions and answers name and nothing has, what their languages differ in, and what no page asks."""
    known, said = recordings.names(folder), [Said(*found) for found in failures.texts(questions)]
    yield from _proofs(questions, flow, explained, pages[LANGUAGES[0]])
    yield from failures.owned(questions, [*failures.words(said)], Owned(flow))
    yield from failures.shapes(questions, said)
    for language in LANGUAGES:
        names = Names(flow, explained[language], pages[language], language, known)
        for one in said:
            yield from (Problem(questions.place(*one.path, language), what) for what in names.wrong(one, language))
            claim = claims.CLAIMS[language].search(one.text[language])
            if claim and RECORDING not in one.text[language]:
                what = f"says '{claim[0]}' and names no recording."
                yield Problem(questions.place(*one.path, language), what, "Link one.")
        yield from _shown(questions, language, pages[language])


def _proofs(questions: Questions, flow: Flow, explained: Explained, tree: Pages) -> Iterator[Problem]:
    there = places(flow, explained[LANGUAGES[0]], tree)
    for _, group, name, one in questions.every():
        if one.see not in there:
            fix = nearest(one.see, there) or "Write an id of docs/flow.yml, or PAGE.md#ID."
            yield Problem(questions.place("groups", group, name, "see"), f"nothing has the id '{one.see}'.", fix)


def _shown(questions: Questions, language: Language, tree: Pages) -> Iterator[Problem]:
    """Every group is asked once."""
    found = Counter(words for section in sections.sections(tree.get(PAGE, "")) for _, words in section.markers)
    for group in questions.groups:
        if found[marker := f"questions {group}"] != 1:
            what = f"docs/{language}/{PAGE} does not ask the group '{group}'."
            yield Problem(questions.place("groups", group), what, f"Write '<!-- flow:{marker} -->' there once.")
