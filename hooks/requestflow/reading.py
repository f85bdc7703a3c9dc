"""YAML → Flow, with `docs/flow.yml:LINE:COL` for everything that is wrong."""

import re
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from . import shape
from .definition import Flow
from .meanings import doubled
from .problems import FlowError, Problem
from .references import dangling
from .unused import unused

SHOWN = "docs/flow.yml"
LONGEST_NUMBER = 20  # digits; what is longer is a text, and refused as one
DEEPEST = 64  # levels
MOST_VALUES = 100_000  # what aliases stand for is counted each time
_DEEP = re.compile(rf"(?:[\[{{][^\[\]{{}}]*){{{DEEPEST}}}|(?:[-?] ){{{DEEPEST}}}")
Path_ = tuple[str | int, ...]


class Places(dict[Path_, str]):
    """Where each value stands: `('steps', 'x', 'dnat')` → `docs/flow.yml:12:3`."""

    def of(self, *path: str | int) -> str:
        """Give the place of the value, or of the nearest thing around it."""
        while path and path not in self:
            path = path[:-1]
        return self.get(path, f"{SHOWN}:1:1")


def read(file: Path) -> tuple[Flow, Places]:
    """Read and check the definition; raises FlowError with every problem found."""
    try:
        text = file.read_text("utf-8")
    except FileNotFoundError:
        raise FlowError(Problem(SHOWN, "is not there.", "It is the definition every page is made from.")) from None
    except UnicodeDecodeError:
        raise FlowError(Problem(SHOWN, "is not UTF-8.", "Save it as UTF-8.")) from None
    places, problems = Places(), list[Problem]()
    data = _data(_compose(text), (), places, problems)
    return check(data, places, problems)


def check(data: Any, places: Places | None = None, problems: list[Problem] | None = None) -> tuple[Flow, Places]:
    """Give the definition plain data stands for; raises FlowError with every problem, after those found already."""
    places, problems = places if places is not None else Places(), list(problems or ())
    try:
        flow = Flow.model_validate(data)
    except ValidationError as error:
        problems += shape.problems(error.errors(), data, places.of)
    if problems:
        raise FlowError(*problems)
    problems = [*dangling(flow, places.of), *doubled(flow, places.of)]
    if problems:
        raise FlowError(*problems, *unused(flow, places.of))
    return flow, places


def schema() -> dict[str, Any]:
    """Give the JSON Schema that editors complete and check `docs/flow.yml` with."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **Flow.model_json_schema(by_alias=True)}


def _compose(text: str) -> yaml.Node:
    if m := _DEEP.search(text):  # before a parser that is written in C runs out of stack
        raise FlowError(_too_deep(text, m.start()))
    try:
        return _mapping(yaml.compose(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)))
    except (yaml.YAMLError, RecursionError):
        pass  # once more, with the parser that tells more about a mistake
    try:
        return _mapping(yaml.compose(text, Loader=yaml.SafeLoader))
    except yaml.MarkedYAMLError as e:
        mark = e.problem_mark or e.context_mark
        at = f"{SHOWN}:{mark.line + 1}:{mark.column + 1}" if mark else SHOWN
        raise FlowError(
            Problem(at, f"not valid YAML: {e.problem or e.context}.", "Check quotes, colons, brackets and indentation.")
        ) from None
    except yaml.reader.ReaderError as e:
        before = text[: e.position].split("\n")
        at = f"{SHOWN}:{len(before)}:{len(before[-1]) + 1}"
        raise FlowError(
            Problem(at, f"not valid YAML: {e.reason}.", f"Delete the character U+{e.character:04X}.")
        ) from None
    except RecursionError:
        raise FlowError(_too_deep(text, 0)) from None


def _too_deep(text: str, position: int) -> Problem:
    before = text[:position].split("\n")
    place = f"{SHOWN}:{len(before)}:{len(before[-1]) + 1}"
    return Problem(place, "is nested too deep.", "Look for brackets or hyphens that are never closed.")


def _mapping(node: yaml.Node | None) -> yaml.Node:
    if not isinstance(node, yaml.MappingNode):
        raise FlowError(
            Problem(
                f"{SHOWN}:1:1",
                "is empty or not a mapping.",
                "Its top-level keys are names, ports, zones, participants, ….",
            )
        ) from None
    return node


def _data(node: yaml.Node, path: Path_, places: Places, problems: list[Problem], inside: tuple[int, ...] = ()) -> Any:
    """Plain data of a YAML node; remembers places, tells doubled keys and endless aliases.

    Raises FlowError where there is too much of it.
    """
    at = f"{SHOWN}:{node.start_mark.line + 1}:{node.start_mark.column + 1}"
    places.setdefault(path, at)
    if id(node) in inside:
        problems.append(Problem(at, "contains itself through an alias.", "Write it out."))
        return None
    if len(path) > DEEPEST or len(places) > MOST_VALUES:
        what = "is nested too deep." if len(path) > DEEPEST else f"is one of more than {MOST_VALUES} values."
        raise FlowError(Problem(at, what, "Look for aliases that repeat others, or write it flatter."))
    inside = (*inside, id(node))
    if isinstance(node, yaml.MappingNode):
        out: dict[str, Any] = {}
        for key, value in node.value:
            here = f"{SHOWN}:{key.start_mark.line + 1}:{key.start_mark.column + 1}"
            if not isinstance(key, yaml.ScalarNode):
                problems.append(
                    Problem(here, "a key must be a word.", "Put quotes around text that starts with { or [.")
                )
                continue
            if key.value in out:
                problems.append(Problem(here, f"'{key.value}' is written twice.", "Keep one of them."))
            places[(*path, key.value)] = here
            out[key.value] = _data(value, (*path, key.value), places, problems, inside)
        return out
    if isinstance(node, yaml.SequenceNode):
        return [_data(v, (*path, i), places, problems, inside) for i, v in enumerate(node.value)]
    if node.tag == "tag:yaml.org,2002:null":
        return None
    whole = node.tag == "tag:yaml.org,2002:int" and node.value.isdecimal() and len(node.value) < LONGEST_NUMBER
    return int(node.value) if whole else node.value
