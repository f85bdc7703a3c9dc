"""A problem is a value: where it is, what is wrong, what to do."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True)
class Problem:
    """One mistake of a writer; `str()` gives the one line they read."""

    place: str  # "docs/flow.yml:12:3", a path from the project's root
    what: str
    fix: str = ""

    def __str__(self) -> str:
        words = f"{self.place}: {self.what}" + (f" {self.fix}" if self.fix else "")
        return " ".join(words.splitlines())  # what is quoted may have lines


class FlowError(Exception):
    """Carries one or more problems out of the rooms; the doors (`__main__`, `site`) print them."""

    def __init__(self, *problems: Problem) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(map(str, problems)))


def refuse(problems: Iterable[Problem]) -> None:
    """Raise FlowError when there is any problem."""
    if found := list(problems):
        raise FlowError(*found)


@contextmanager
def gathering(problems: list[Problem]) -> Iterator[None]:
    """Keep the problems of what fails inside, each once, and go on."""
    try:
        yield
    except FlowError as error:
        problems += [p for p in error.problems if p not in problems]


def nearest(word: str, words: Iterable[str]) -> str:
    """Give "Did you mean 'x'?" for the closest of `words`, or an empty string."""
    hit = get_close_matches(word, list(words), 1, 0.6)
    return f"Did you mean '{hit[0]}'?" if hit else ""
