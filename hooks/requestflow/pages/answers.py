"""What those who ask from elsewhere are told, as plain data: routes, steps, traces with other addresses, faults.

Everything is read and computed when it is asked for; nothing is searched in finished pages.
"""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from ..model import reading
from ..model.definition import Flow, Language, Text
from ..model.faults import Check, Command, Fault, Symptom
from ..model.places import SHOWN
from ..model.values import Values
from ..problems import nearest
from ..view import show
from ..view.faults import PAGE as FIX
from ..view.prose import text
from . import whole

Data = dict[str, Any]
MOST = 8  # faults told at once


class Unknown(Exception):
    """Nothing has the name that was asked for; the message says what is near."""


class Answers:
    """Answers about the project at a root, in one language. All raise FlowError where it cannot be read."""

    def __init__(self, root: Path, language: Language) -> None:
        self.root, self.language = root, language

    # -- routes and steps ---------------------------------------------------------------------------------------------
    def routes(self) -> list[Data]:
        """Give every route: its id, its name, its page, and the route it is like."""
        flow = reading.read(self.root / SHOWN)
        return [
            {"id": name, "name": route.name[self.language], "page": self._address(route.page), "like": route.like}
            for name, route in flow.routes.items()
        ]

    def route(self, name: str) -> Data:
        """Give a route step by step with its packets, and how each connection ends; raises Unknown."""
        return self.trace(name, {})

    def trace(self, name: str, own: Mapping[str, Any]) -> Data:
        """Follow a route with names and addresses of one's own, as `docs/flow.local.yml` has them; raises Unknown."""
        flow = reading.read_over(self.root / SHOWN, own) if own else reading.read(self.root / SHOWN)
        _known("route", name, flow.routes)
        return show.data(*whole.one(self.root, flow, name, self.language))

    def step(self, name: str) -> Data:
        """Give where a step is told, its packet in every route that has it, and what breaks it; raises Unknown."""
        found = whole.read(self.root)
        _known("step", name, found.known.flow.steps)
        explained = found.explained[self.language].get(name)
        views = found.known.views[self.language].items()
        told = _Told(found.known.flow, self.language)
        return {
            "id": name,
            "title": explained.title if explained else None,
            "page": self._address(explained.target) if explained else None,
            "in": {route: show.step(view, row) for route, view in views for row in view.rows if row.id == name},
            "breaks": {fault: told(one.cause) for fault, one in found.known.faults.of_step(name).items()},
        }

    # -- what breaks --------------------------------------------------------------------------------------------------
    def fix(self, words: str) -> Data:
        """Give the commands that decide, and the causes, of a symptom or fault, or of a text that was printed."""
        known = whole.read(self.root).known
        told, faults = _Told(known.flow, self.language), known.faults
        symptoms = [name for name in faults.symptoms if name == words]
        causes = [name for name, one in faults.faults.items() if name == words or words in one.symptoms]
        if not causes:
            likeness = {name: _likeness(words, fault, told) for name, fault in faults.faults.items()}
            causes = sorted(filter(likeness.get, likeness), key=lambda name: -likeness[name])[:MOST]
        if not causes:
            raise Unknown(f"no cause is known by '{words}'. Ask with one of: {', '.join(faults.symptoms)}.")
        return {
            "symptoms": {name: self._symptom(faults.symptoms[name], told) for name in symptoms},
            "causes": {name: self._fault(name, faults.faults[name], told) for name in causes},
        }

    def _symptom(self, symptom: Symptom, told: "_Told") -> Data:
        return {"name": told(symptom.name), "ask": [_asked(command, told) for command in symptom.commands]}

    def _fault(self, name: str, fault: Fault, told: "_Told") -> Data:
        return {
            "cause": told(fault.cause),
            "sees": told(fault.sees),
            "page": self._address(f"{FIX}#{name}"),
            "steps": fault.steps,
            "checks": [_checked(check, told) for check in fault.checks],
            "mend": told(fault.mend),
            "known": fault.known,
        }

    def _address(self, target: str) -> str:
        """Where `PAGE.md#ID` is, below the top of the site."""
        page, hash_, anchor = target.partition("#")
        folder = page.removesuffix(".md").removesuffix("index").rstrip("/")
        top = "" if self.language == "en" else f"{self.language}/"
        return f"{top}{folder}{'/' if folder else ''}{hash_}{anchor}"


class _Told:
    """Words of the data without links, their values filled in."""

    def __init__(self, flow: Flow, language: Language) -> None:
        self.language, self.fill = language, Values(flow, language).fill

    def __call__(self, words: Text) -> str:
        return text(words[self.language], self.fill)


def _likeness(words: str, fault: Fault, told: _Told) -> int:
    """How well a fault fits words: a text it prints counts most, then how many of the words it is told in."""
    low = words.lower()
    printed = (told.fill(one).lower() for one in fault.texts)
    if any(low in one or one in low for one in printed):
        return len(low) + 100
    said = " ".join((told(fault.short), told(fault.cause), told(fault.sees))).lower()
    return sum(word in said for word in set(low.split()) if len(word) > 1)


def _asked(command: Command, told: _Told) -> Data:
    outcomes = [{"prints": told(one.prints), "leads": one.leads} for one in command.outcomes]
    return {"decides": told(command.ask), "run": told.fill(command.run), "at": command.at, "outcomes": outcomes}


def _checked(check: Check, told: _Told) -> Data:
    given = {"prints": check.prints, "otherwise": check.otherwise}
    said = {key: told(text) for key, text in given.items() if text}
    return {"run": told.fill(check.run), "at": check.at} | said


def _known(kind: str, name: str, names: Collection[str]) -> None:
    if name not in names:
        raise Unknown(f"unknown {kind} '{name}'. " + (nearest(name, names) or f"Known: {', '.join(names)}."))
