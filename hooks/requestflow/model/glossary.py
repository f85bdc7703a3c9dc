"""The terms of the site, each once: the types of `docs/glossary.yml`, and how the file is read.

Where a term is found on a page, and whether what it names is there, is decided in `pages/terms.py`.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from pydantic import Field, StringConstraints

from ..problems import Problem, refuse
from . import placed
from .definition import LANGUAGES, Exact, Id, Language, Listed, Placed, Text
from .sentences import CHINESE, SECOND, STOPS

FILE = "glossary.yml"
SHOWN = f"docs/{FILE}"
LONGEST: dict[Language, int] = {"en": 160, "zh": 80}  # characters of a sentence


class Spellings(Exact):
    """How else a term is written."""

    en: Listed = Field(default_factory=list)
    """In English."""
    zh: Listed = Field(default_factory=list)
    """In Chinese."""

    def __getitem__(self, language: Language) -> list[str]:
        return self.en if language == "en" else self.zh


class Term(Exact):
    """One term."""

    term: Text
    """How it is written."""
    also: Spellings = Field(default_factory=Spellings)
    """How else it is written."""
    says: Text
    """What it is, in one sentence for the first week."""
    see: Annotated[str, StringConstraints(pattern=r"^([a-z][a-z0-9-]*|[\w/-]+\.md(#[\w-]+)?)$")] = Field(
        examples=["a step, a route, … or PAGE.md#ID"]
    )
    """What shows it: an id of the flow, or a section of a page."""

    def spellings(self, language: Language) -> list[str]:
        """Give all ways to write it, the usual one first."""
        return [self.term[language], *self.also[language]]


class Glossary(Placed):
    """All terms."""

    terms: dict[Id, Term] = Field(default_factory=dict)
    """Id → what it is."""


def read(file: Path) -> Glossary:
    """Read and check the file; where there is none there are no terms. Raises FlowError with every problem."""
    glossary = placed.read(Glossary, file, SHOWN)
    refuse([*_sentences(glossary), *_doubled(glossary)])
    return glossary


def _sentences(glossary: Glossary) -> Iterator[Problem]:
    for name, term in glossary.terms.items():
        for language in LANGUAGES:
            for what, fix in wrong(term.says[language], language):
                yield Problem(glossary.place("terms", name, "says", language), what, fix)


def wrong(sentence: str, language: Language) -> Iterator[tuple[str, str]]:
    """Give what is wrong with the sentence of a term, and what to do."""
    if (over := len(sentence) - LONGEST[language]) > 0:
        yield f"is {over} character{'s' * (over > 1)} too long.", f"Say it in {LONGEST[language]}."
    if not sentence.endswith(stop := STOPS[language]):
        yield "has no full stop.", f"End it with '{stop}'."
    if SECOND[language].search(sentence):
        yield "is more than one sentence.", "Keep the one that says what it is."
    if language == "zh" and not CHINESE.search(sentence):
        yield "has no Chinese letter.", "Write it in Chinese."


def _doubled(glossary: Glossary) -> Iterator[Problem]:
    """A spelling leads to one term."""
    for language in LANGUAGES:
        first: dict[str, str] = {}
        for name, term in glossary.terms.items():
            for spelling in term.spellings(language):
                if (other := first.setdefault(spelling.casefold(), name)) != name:
                    what = f"'{spelling}' is a spelling of '{other}' as well in '{language}'."
                    yield Problem(glossary.place("terms", name), what, "Keep one.")
