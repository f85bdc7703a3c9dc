"""The terms of the glossary: where a page first uses one, and what the glossary names that is not there."""

import re
from collections.abc import Collection, Iterator
from html.parser import HTMLParser
from itertools import accumulate

from ..model.definition import LANGUAGES, Flow, Language
from ..model.faults import Faults
from ..model.glossary import SHOWN, Glossary
from ..model.typed import Owned
from ..problems import Problem, nearest
from ..view import glossary as view
from ..view.glossary import ANCHOR, PAGE
from . import sections
from .loop import Explained, Pages, places
from .names import HOME
from .rendered import VOID

PROSE = {"p", "li"}
NO_PROSE = {*(f"h{n}" for n in range(1, 7)), "a", "code", "pre", "kbd", "table", "dl", "summary", "figure", "label"}
UNMARKED = {HOME, PAGE}  # one is doors, the other is where the links lead
SOURCES = "sources"  # the heading of lists of titles
LATIN = re.compile(r"[A-Za-z0-9]")


class Terms:
    """Finds the terms of a glossary on the pages of one language; `shown` is which page explains each."""

    def __init__(self, glossary: Glossary, language: Language, shown: dict[str, str]) -> None:
        self.says = {name: term.says[language] for name, term in glossary.terms.items()}
        self.shown = shown
        found = [(word, name) for name, term in glossary.terms.items() for word in term.spellings(language)]
        found.sort(key=lambda one: -len(one[0]))  # of two that fit, the longer one
        latin = [one for one in found if LATIN.match(one[0])]
        others = [one for one in found if not LATIN.match(one[0])]
        self._names = [name for _, name in (*latin, *others)]
        self._words = re.compile(
            rf"{_begins(latin)}(?<![A-Za-z0-9_./-])(?:{_any(latin)})"
            rf"{'(?:e?s)?' if language == 'en' else ''}(?![A-Za-z0-9_/-]|\.\w)"
            rf"|{_begins(others)}(?:{_any(others)})"
        )

    def mark(self, html: str, page: str, href: str) -> str:
        """Give a page's HTML with each term linked to the glossary at `href` where the page first uses it."""
        if page in UNMARKED:
            return html
        used = {name for name, where in self.shown.items() if where == page}
        out, at = list[str](), 0
        for start, text in _prose(html):
            for m in self._words.finditer(text):
                name = self._names[(m.lastindex or 1) - 1]
                if name not in used:
                    used.add(name)
                    out += [html[at : start + m.start()], self._link(m[0], href, name)]
                    at = start + m.end()
        return "".join([*out, html[at:]])

    def _link(self, word: str, href: str, name: str) -> str:
        return view.link(word, f"{href}#{ANCHOR}{name}", self.says[name])


def _any(words: list[tuple[str, str]]) -> str:
    """A pattern with a group for each of these words; one that begins small may begin a sentence."""
    return "|".join(f"({_form(word)})" for word, _ in words) or "(?!)"


def _begins(words: list[tuple[str, str]]) -> str:
    """A look at the next letter: in most places none of these words begins, and none need be tried."""
    letters = {form for word, _ in words for form in (word[0], word[0].upper())}
    return f"(?=[{''.join(map(re.escape, sorted(letters)))}])" if letters else ""


def _form(word: str) -> str:
    first, rest = word[0], r"\s+".join(map(re.escape, word[1:].split(" ")))
    return (f"[{first}{first.upper()}]" if first.islower() and first.isascii() else re.escape(first)) + rest


def _prose(html: str) -> list[tuple[int, str]]:
    """The plain text of paragraphs and items, and where each piece of it begins."""
    reader = _Reader(html)
    reader.feed(html)
    reader.close()
    return reader.pieces


class _Reader(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=False)  # a text is as long as it is written
        self.pieces: list[tuple[int, str]] = []
        self._lines = [0, *accumulate(len(line) + 1 for line in html.split("\n"))]
        self._open: list[tuple[str, bool, bool]] = []  # tag, whether prose stands in it, whether none does
        self._in_sources = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in ("h1", "h2"):
            self._in_sources = given.get("id") == SOURCES
        if tag not in VOID:
            none = tag in NO_PROSE or (tag == "p" and "class" in given)
            _, prose, no_prose = self._open[-1] if self._open else ("", False, False)
            self._open.append((tag, prose or tag in PROSE, no_prose or none))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        if any(tag == name for name, _, _ in self._open):
            while self._open.pop()[0] != tag:
                pass

    def handle_data(self, data: str) -> None:
        _, prose, none = self._open[-1] if self._open else ("", False, False)
        if prose and not none and not self._in_sources:
            line, column = self.getpos()
            self.pieces.append((self._lines[line - 1] + column, data))


# -- what the glossary names ------------------------------------------------------------------------------------------
def problems(
    glossary: Glossary, flow: Flow, faults: Faults, explained: Explained, pages: dict[Language, Pages]
) -> Iterator[Problem]:
    """Give what terms name and nothing has, ids that something else has, and pages that do not show the terms."""
    tree, owned = pages[LANGUAGES[0]], Owned(flow)
    there = places(flow, explained[LANGUAGES[0]], tree)
    for name, term in glossary.terms.items():
        if term.see not in there:
            fix = nearest(term.see, there) or "Write an id of docs/flow.yml, or PAGE.md#ID."
            yield Problem(glossary.place("terms", name, "see"), f"nothing has the id '{term.see}'.", fix)
        yield from _taken(glossary, name, flow, faults)
        yield from _typed(glossary, name, owned)
    if glossary.terms:
        yield from sections.shown(pages, PAGE, "glossary", SHOWN)


def _taken(glossary: Glossary, name: str, flow: Flow, faults: Faults) -> Iterator[Problem]:
    kinds: dict[str, Collection[str]] = {"step": flow.steps, "fault": faults.faults, "symptom": faults.symptoms}
    for kind, ids in kinds.items():
        if name in ids:
            yield Problem(glossary.place("terms", name), f"'{name}' is the id of a {kind} already.", "Rename the term.")


def _typed(glossary: Glossary, name: str, owned: Owned) -> Iterator[Problem]:
    """Values the definition owns: a sentence of a term fills none."""
    for language in LANGUAGES:
        for typed in owned(glossary.terms[name].says[language]):
            place = glossary.place("terms", name, "says", language)
            yield Problem(place, f"types the {typed.kind} {typed.text}, which the definition owns.", "Say it in words.")
