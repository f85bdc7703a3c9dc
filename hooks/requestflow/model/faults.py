"""What can break: the types of `docs/faults.yml`, and how the file is read.

A fault says how it shows, who says no, which step it breaks and which command decides; a symptom says in which order to
ask. Words may have `code`, links and values in braces; they are checked where the pages are, in `pages/failures.py`.
"""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, ValidationError

from ..problems import FlowError, Problem, nearest
from . import shape
from .definition import LANGUAGES, Exact, Id, Language, Listed, Name, Placed, Text
from .places import Places
from .reading import load

FILE = "faults.yml"
SHOWN = f"docs/{FILE}"
NEXT = "next"  # where an outcome leads that decides nothing yet
MOST = 5  # commands of one symptom

Anchor = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Product = Literal["nginx", "haproxy", "ingress-nginx", "envoy", "traefik", "caddy", "gateway"]
Status = Annotated[int, Field(ge=100, le=599)]
Place = Literal["anywhere", "client", "load-balancer", "node", "pod", "proxy"]
Who = Literal[
    "nobody", "reset", "icmp", "neighbour", "proxy", "load-balancer", "application", "client", "resolver", "kubernetes"
]
Balancer = Literal["rewrites", "keeps", "proxy", "pods"]
SEVERAL = re.compile(r"\s*[/、,]\s*")  # between the numbers on one button
SOURCE = r"^(recording [\w-]+|documented https://\S+|derived)$"


class Check(Exact):
    """One command that tells whether this is the cause."""

    run: Name
    """What to type, as a shell reads it."""
    at: Place = "anywhere"
    """Where: `anywhere` is wherever kubectl works."""
    prints: Text | None = None
    """What it prints when this is the cause."""
    otherwise: Text | None = None
    """What it prints when this is not the cause."""


class Fault(Exact):
    """One thing that breaks."""

    short: Text
    """Its name, in a few words, where others lead to it."""
    cause: Text
    """What is broken."""
    sees: Text
    """How it shows: exit code of curl, HTTP status and the proxy that writes it, after how long."""
    symptoms: Annotated[list[Anchor], Field(min_length=1)]
    """Under which symptoms it is found; it is told in full under the first."""
    says: Who
    """Who says no."""
    steps: Listed = Field(default_factory=list)
    """Which steps it breaks."""
    section: Annotated[str, StringConstraints(pattern=r"^[\w/-]+\.md(#[\w-]+)?$")] | None = None
    """The section that explains it, where it breaks no step."""
    behind: list[Balancer] = Field(default_factory=list)
    """Behind which kind of load balancer alone; any kind where it is left out.

    One that rewrites the destination to a node's, keeps the public address, is a proxy, or has Pods as targets.
    """
    status: dict[Product, list[Status]] = Field(default_factory=dict)
    """What each product answers."""
    checks: Annotated[list[Check], Field(min_length=1)]
    """Which commands tell."""
    mend: Text
    """What ends it."""
    known: Annotated[
        str, StringConstraints(pattern=SOURCE), Field(examples=["recording NAME", "documented https://…", "derived"])
    ]
    """How it is known."""
    texts: list[Name] = Field(default_factory=list)
    """What products print, as people paste it."""

    @property
    def recording(self) -> str:
        """Give the recording that shows it; nothing when none does."""
        kind, _, name = self.known.partition(" ")
        return name if kind == "recording" else ""


class Outcome(Exact):
    """One thing a command prints, and where that leads."""

    prints: Text
    """What it prints."""
    leads: Annotated[Listed, Field(min_length=1)]
    """To which faults and symptoms, or `next`: ask the next command."""


class Command(Exact):
    """One command on the way from a symptom to a cause."""

    ask: Text
    """What it decides."""
    run: Name
    """What to type, as a shell reads it."""
    at: Place = "anywhere"
    """Where."""
    outcomes: Annotated[list[Outcome], Field(min_length=2)]
    """All it can print."""


class Asked(Exact):
    """What people say for a symptom; the search looks for it as it is, capitals apart."""

    en: list[Name] = Field(default_factory=list)
    """In English; in Chinese too, for many type that."""
    zh: list[Name] = Field(default_factory=list)
    """In Chinese alone."""


class Symptom(Exact):
    """What somebody brings: a number, a word."""

    name: Text
    """Its heading."""
    short: Text
    """What stands on its button."""
    says: Text
    """What it means, in one sentence."""
    words: Asked = Field(default_factory=Asked)
    """What else brings to it by search."""
    commands: Annotated[list[Command], Field(min_length=1, max_length=MOST)]
    """What to ask, in this order."""

    def asked(self, language: Language) -> list[str]:
        """Give all words that bring to it, in small letters: those of its button first, each of several numbers too."""
        short = self.short[language]
        said = [short, *SEVERAL.split(short), *(self.words.zh if language == "zh" else ()), *self.words.en]
        return list(dict.fromkeys(word.lower() for word in said))


class Row(Exact):
    """One row of a table: a fault, with words of its own where the page has more to say."""

    fault: Id
    """Which."""
    own: dict[Id, Text] = Field(default_factory=dict)
    """Column → words instead of the fault's."""


class Table(Exact):
    """A table of faults on a page."""

    columns: Annotated[dict[Id, Text], Field(min_length=2)]
    """Column → its head; `cause`, `sees` and `shows` come from the fault."""
    rows: Annotated[list[Row], Field(min_length=1)]
    """Its faults."""


COLUMNS = ("cause", "sees", "shows")  # which every fault can fill


class Faults(Placed):
    """Everything that breaks."""

    symptoms: dict[Anchor, Symptom] = Field(default_factory=dict)
    """How it shows."""
    faults: dict[Id, Fault] = Field(default_factory=dict)
    """What breaks."""
    tables: dict[Id, Table] = Field(default_factory=dict)
    """What pages say of it."""

    def of_step(self, step: str) -> dict[str, Fault]:
        """Give the faults that break a step."""
        return {name: fault for name, fault in self.faults.items() if step in fault.steps}


def read(file: Path) -> Faults:
    """Read and check the file; where there is none nothing breaks. Raises FlowError with every problem."""
    return check(*load(file, SHOWN)) if file.is_file() else Faults()


def check(data: object, places: Places | None = None, problems: list[Problem] | None = None) -> Faults:
    """Give the faults plain data stands for; raises FlowError with every problem, after those found already."""
    places, problems = places if places is not None else Places(), list(problems or ())
    try:
        faults = Faults.model_validate(data)
    except ValidationError as error:
        problems += shape.problems(error.errors(), data, places.of, Faults)
    if problems:
        raise FlowError(*problems)
    faults.stands(places)
    checks = _doubled, _dangling, _unreached, _ambiguous, _unreadable
    if problems := [problem for wrong in checks for problem in wrong(faults)]:
        raise FlowError(*problems)
    return faults


def _doubled(faults: Faults) -> Iterator[Problem]:
    """Both are anchors of one page."""
    for name in faults.symptoms:
        if name in (*faults.faults, NEXT):
            other = "the word for the next command" if name == NEXT else "a fault"
            yield Problem(faults.place("symptoms", name), f"'{name}' is {other} already.", "Rename one.")


def _dangling(faults: Faults) -> Iterator[Problem]:
    """Names of faults and symptoms that nothing has."""
    everything = [*faults.symptoms, *faults.faults]
    for name, fault in faults.faults.items():
        for n, symptom in enumerate(fault.symptoms):
            if symptom not in faults.symptoms:
                yield _unknown("symptom", symptom, faults.symptoms, faults.place("faults", name, "symptoms", n))
    for name, one in faults.symptoms.items():
        for n, command in enumerate(one.commands):
            for m, outcome in enumerate(command.outcomes):
                place = faults.place("symptoms", name, "commands", n, "outcomes", m, "leads")
                last = n == len(one.commands) - 1
                yield from _leads(outcome, everything, place, last)
    for name, table in faults.tables.items():
        for n, row in enumerate(table.rows):
            yield from _row(faults, table, row, faults.place("tables", name, "rows", n))


def _leads(outcome: Outcome, everything: list[str], place: str, last: bool) -> Iterator[Problem]:
    for name in outcome.leads:
        if name == NEXT and last:
            yield Problem(place, "leads to the next command, but this is the last.", "Name a fault or a symptom.")
        elif name not in (*everything, NEXT):
            yield _unknown("fault or symptom", name, everything, place)


def _row(faults: Faults, table: Table, row: Row, place: str) -> Iterator[Problem]:
    if row.fault not in faults.faults:
        yield _unknown("fault", row.fault, faults.faults, place)
    for column in row.own:
        if column not in table.columns:
            yield _unknown("column", column, table.columns, place)
    for column in table.columns:
        if column not in (*COLUMNS, *row.own):
            yield Problem(place, f"the column '{column}' is empty.", f"Write own: {{{column}: …}}.")


def _unknown(kind: str, name: str, known: object, place: str) -> Problem:
    names = list(known)  # type: ignore[call-overload]
    return Problem(place, f"unknown {kind} '{name}'.", nearest(name, names) or f"Known: {', '.join(names)}.")


def _unreached(faults: Faults) -> Iterator[Problem]:
    """A symptom that no fault has leads nowhere."""
    for name in faults.symptoms:
        if not any(name in fault.symptoms for fault in faults.faults.values()):
            yield Problem(faults.place("symptoms", name), f"no fault shows as '{name}'.", "Name it in one, or drop it.")


def _ambiguous(faults: Faults) -> Iterator[Problem]:
    """A word that brings to two symptoms."""
    for language in LANGUAGES:
        known: dict[str, str] = {}
        for name, symptom in faults.symptoms.items():
            for word in symptom.asked(language):
                if (other := known.setdefault(word, name)) != name:
                    what = f"'{word}' brings to '{other}' already."
                    yield Problem(faults.place("symptoms", name), what, "Say it of one symptom.")


def _unreadable(faults: Faults) -> Iterator[Problem]:
    """Commands that no shell reads."""
    for path, run in commands(faults):
        if why := unreadable(run):
            yield Problem(faults.place(*path), f"no shell reads '{run}': {why}.", "Write it as it is typed.")


def commands(faults: Faults) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Give every command and where it stands."""
    for name, fault in faults.faults.items():
        for n, one in enumerate(fault.checks):
            yield ("faults", name, "checks", n, "run"), one.run
    for name, symptom in faults.symptoms.items():
        for n, command in enumerate(symptom.commands):
            yield ("symptoms", name, "commands", n, "run"), command.run


def unreadable(run: str) -> str:
    """Say why a shell cannot read a command; nothing when it can."""
    try:
        lexer = shlex.shlex(run, posix=True, punctuation_chars=True)
        lexer.commenters = ""
        words = list(lexer)
    except ValueError as error:
        return str(error).lower()
    if not words or not words[0].strip("'\"")[:1].isalnum():
        return "it begins with no program"
    if words[-1] in ("|", "||", "&&", "<", ">"):
        return f"nothing stands behind '{words[-1]}'"
    if "<" in words and words[words.index("<") + 2 :][:1] == [">"]:
        return "angle brackets are redirections"
    signs = "".join(word for word in words if set(word) <= set("();<>|&"))
    return "a bracket has no counterpart" if signs.count("(") != signs.count(")") else ""
