"""Questions → the self-check: each answer is folded behind its question, and leads to what proves it."""

from collections.abc import Callable

from ..model.questions import Question, Questions
from .elements import UNSEARCHED, Markup, el, join
from .prose import Ways, bare, prose

PAGE = "onboarding/self-check.md"
ANCHOR = "q-"  # before the id of a question: no heading of a page begins so


def questions(asked: Questions, group: str, ways: Ways, called: Callable[[str], str]) -> Markup:
    """Give the questions of a group, counted through all groups; `called` says what proves an answer is called."""
    parts = [_question(n, name, one, ways, called) for n, of, name, one in asked.every() if of == group]
    return el("div", *parts, class_="questions", **UNSEARCHED)  # the search leads to what proves them


def _question(n: int, name: str, one: Question, ways: Ways, called: Callable[[str], str]) -> Markup:
    see = f"/{one.see}" if ".md" in one.see else f"flow:{one.see}"
    proof = el("a", called(one.see), href=ways.href(see))
    summary = el("summary", f"{n}. ", bare(one.ask[ways.language], ways))
    answer = el("p", prose(one.answer[ways.language], ways))
    shown = el("p", join(ways.words.shown_by, ways.words.colon, proof))
    return el("details", summary, answer, shown, id=f"{ANCHOR}{name}", class_="whole")
