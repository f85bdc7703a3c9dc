"""The self-check, each question once: the types of `docs/questions.yml`, and how the file is read.

Whether what questions and answers name is there is decided in `pages/asked.py`.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from pydantic import Field, StringConstraints

from ..problems import Problem, refuse
from . import placed
from .definition import LANGUAGES, Exact, Id, Placed, Text
from .sentences import CHINESE, STOPS

FILE = "questions.yml"
SHOWN = f"docs/{FILE}"
ASKS = {"en": "?", "zh": "？"}

Seen = Annotated[str, StringConstraints(pattern=r"^([a-z][a-z0-9-]*|[\w/-]+\.md(#[\w-]+)?)$")]


class Question(Exact):
    """One question."""

    ask: Text
    """What is asked."""
    answer: Text
    """What is right, and why."""
    see: Seen = Field(examples=["a step, a route, … or PAGE.md#ID"])
    """What proves it: an id of the flow, or a section of a page."""


class Questions(Placed):
    """The self-check."""

    groups: dict[Id, dict[Id, Question]] = Field(default_factory=dict)
    """Group → id → question, in the order they are asked."""

    def every(self) -> Iterator[tuple[int, str, str, Question]]:
        """Give every question: its number, its group, its id."""
        asked = [(group, name, one) for group, of in self.groups.items() for name, one in of.items()]
        yield from ((n, *one) for n, one in enumerate(asked, 1))


def read(file: Path) -> Questions:
    """Read and check the file; where there is none nothing is asked. Raises FlowError with every problem."""
    questions = placed.read(Questions, file, SHOWN)
    refuse([*_doubled(questions), *_written(questions)])
    return questions


def _doubled(questions: Questions) -> Iterator[Problem]:
    """One id is one question, in whatever group."""
    first: dict[str, str] = {}
    for _, group, name, _ in questions.every():
        place = questions.place("groups", group, name)
        if (before := first.setdefault(name, place)) != place:
            yield Problem(place, f"'{name}' is a question already ({before}).", "Rename one.")


def _written(questions: Questions) -> Iterator[Problem]:
    """A question asks, an answer ends, and Chinese is Chinese."""
    for _, group, name, one in questions.every():
        for language in LANGUAGES:
            ends = {"ask": ASKS[language], "answer": STOPS[language]}
            for key, said in (("ask", one.ask[language]), ("answer", one.answer[language])):
                place = questions.place("groups", group, name, key, language)
                if not said.endswith(ends[key]):
                    yield Problem(place, f"does not end with '{ends[key]}'.", "Write it at the end.")
                if language == "zh" and not CHINESE.search(said):
                    yield Problem(place, "has no Chinese letter.", "Write it in Chinese.")
