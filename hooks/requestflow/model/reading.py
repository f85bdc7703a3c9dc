"""YAML → Flow, with `docs/flow.yml:LINE:COL` for everything that is wrong."""

import re
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from ..problems import FlowError, Problem, gathering, refuse
from . import docstrings, overlay, shape, sources
from .admitted import admitted
from .definition import Flow
from .keys import PAGE
from .meanings import doubled
from .places import SHOWN, Places
from .places import Path as Path_
from .references import dangling
from .standing import standing
from .typed import typed
from .unused import unused

LONGEST_NUMBER = 20  # digits; what is longer is a text, and refused as one
WANTED = "It is the definition every page is made from."
DEEPEST = 64  # brackets and indents inside each other
MOST_REPEATED = 10_000  # values that aliases write again
UNREADABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


def read(file: Path, *, own: bool = True) -> Flow:
    """Read and check the definition; raises FlowError with every problem found.

    Your own names and addresses, `flow.local.yml` beside it, are laid over it first, if they are there and wanted.
    """
    data, places, problems = load(file, SHOWN, WANTED)
    if own and (local := file.with_name(overlay.FILE)).is_file():
        mine, at, wrong = load(local, overlay.SHOWN)
        return _over(overlay.laid(data, places, mine, at), [*problems, *wrong])
    return check(data, places, problems)


def read_over(file: Path, own: Mapping[str, Any]) -> Flow:
    """Read the definition with names and addresses over it that stand in no file; raises FlowError as `read` does."""
    data, places, problems = load(file, SHOWN, WANTED)
    return _over(overlay.laid(data, places, own, Places(_in_no_file(own, ()))), problems)


def _in_no_file(own: Any, path: Path_) -> dict[Path_, str]:
    """Give names for what stands in no file: `own.names.host`."""
    below = own.items() if isinstance(own, Mapping) else enumerate(own) if isinstance(own, list) else ()
    here = {path: ".".join(map(str, ("own", *path)))}
    return here | {p: name for key, value in below for p, name in _in_no_file(value, (*path, key)).items()}


def _over(over: overlay.Laid, problems: list[Problem]) -> Flow:
    flow, unfit = None, list(over.problems)
    with gathering(unfit):
        flow = check(over.data, over.places, problems)
    refuse(unfit)
    assert flow
    return flow


def check(data: Any, places: Places | None = None, problems: list[Problem] | None = None) -> Flow:
    """Give the definition plain data stands for; raises FlowError with every problem, after those found already."""
    places, problems = places if places is not None else Places(), list(problems or ())
    try:
        flow = Flow.model_validate(data)
    except ValidationError as error:
        problems += shape.problems(error.errors(), data, places.of)
    if problems:
        raise FlowError(*problems)
    flow.stands(places)
    problems = [*dangling(flow), *typed(flow), *doubled(flow), *standing(flow), *admitted(flow)]
    if problems:
        raise FlowError(*problems, *unused(flow))
    return flow


def load(file: Path, shown: str, wanted: str = "") -> tuple[dict[str, Any], Places, list[Problem]]:
    """Give the mapping a YAML file holds, where everything stands, and what is wrong with single values.

    Raises FlowError when it is no mapping, or nested or repeated beyond all measure.
    """
    nodes = _Nodes(shown)
    data = nodes.data(_compose(sources.text(file, shown, wanted), shown), ())
    return data, nodes.places, nodes.problems


def schema() -> dict[str, Any]:
    """Give the JSON Schema that editors complete and check `docs/flow.yml` with."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **docstrings.schema(Flow)}


def _compose(text: str, shown: str) -> yaml.Node:
    with suppress(yaml.YAMLError):
        return _composed(text, shown, getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    try:
        return _composed(text, shown, yaml.SafeLoader)  # it is slow, and tells more about a mistake
    except yaml.MarkedYAMLError as e:
        at = _at(shown, e.problem_mark or e.context_mark)
        what = f"not valid YAML: {e.problem or e.context}."
        raise FlowError(Problem(at, what, "Check quotes, colons, brackets and indentation.")) from None
    except yaml.reader.ReaderError as e:
        before = text[: e.position].split("\n")
        at = f"{shown}:{len(before)}:{len(before[-1]) + 1}"
        what = f"not valid YAML: {e.reason}."
        raise FlowError(Problem(at, what, f"Delete the character U+{e.character:04X}.")) from None


def _composed(text: str, shown: str, loader: Any) -> yaml.Node:
    if loader is yaml.SafeLoader:  # the fast one has a limit of its own
        _refuse_depth(text, shown, loader)
    return _mapping(yaml.compose(text, Loader=loader), shown)


def _refuse_depth(text: str, shown: str, loader: Any) -> None:
    """Composing recurses: what is nested beyond all measure is refused before."""
    depth = 0
    for event in yaml.parse(text, Loader=loader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise FlowError(_too_deep(_at(shown, event.start_mark)))


def _too_deep(at: str) -> Problem:
    return Problem(at, f"is nested more than {DEEPEST} deep.", "Look for a run of brackets.")


def _mapping(node: yaml.Node | None, shown: str) -> yaml.Node:
    if not isinstance(node, yaml.MappingNode):
        of_flow = f"Its top-level keys are names, ports, zones, participants, …: see {PAGE}."
        fix = of_flow if shown == SHOWN else "Write KEY: VALUE."
        raise FlowError(Problem(f"{shown}:1:1", "is empty or not a mapping.", fix)) from None
    return node


def _at(shown: str, mark: Any) -> str:
    return f"{shown}:{mark.line + 1}:{mark.column + 1}" if mark else f"{shown}:1:1"


class _Nodes:
    """YAML nodes as plain data; keeps where each value stands, and what is wrong with it."""

    def __init__(self, shown: str) -> None:
        self.shown = shown
        self.places, self.problems = Places(), list[Problem]()
        self.met: set[int] = set()
        self.repeated = 0

    def data(self, node: yaml.Node, path: Path_, inside: tuple[int, ...] = ()) -> Any:
        """Give a node's data; refuses doubled keys, merge keys, endless and multiplying aliases, odd characters."""
        at = _at(self.shown, node.start_mark)
        self.places.setdefault(path, at)
        if id(node) in inside:
            return self.refuse(at, "contains itself through an alias.", "Write it out.")
        self._count(node, at)
        if len(inside) > DEEPEST:
            raise FlowError(_too_deep(at))
        inside = (*inside, id(node))
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path, inside)
        if isinstance(node, yaml.SequenceNode):
            return [self.data(v, (*path, i), inside) for i, v in enumerate(node.value)]
        if node.tag == "tag:yaml.org,2002:null":
            return None
        self._readable(node.value, at)
        whole = node.tag == "tag:yaml.org,2002:int" and node.value.isdecimal() and len(node.value) < LONGEST_NUMBER
        return int(node.value) if whole else node.value

    def refuse(self, at: str, what: str, fix: str) -> None:
        self.problems.append(Problem(at, what, fix))

    def _mapping(self, node: yaml.MappingNode, path: Path_, inside: tuple[int, ...]) -> dict[str, Any]:
        out: dict[str, Any] = {}
        for key, value in node.value:
            here = _at(self.shown, key.start_mark)
            if not isinstance(key, yaml.ScalarNode):
                self.refuse(here, "a key must be a word.", "Put quotes around text that starts with { or [.")
                continue
            self._readable(key.value, here)
            if key.value in out:
                self.refuse(here, f"'{key.value}' is written twice.", "Keep one of them.")
            self.places[(*path, key.value)] = here
            out[key.value] = self.data(value, (*path, key.value), inside)
        return out

    def _count(self, node: yaml.Node, at: str) -> None:
        """What an alias repeats is walked again: a few lines can stand for more than any memory holds."""
        self.repeated += id(node) in self.met
        self.met.add(id(node))
        if self.repeated > MOST_REPEATED:
            what = f"aliases repeat more than {MOST_REPEATED:,} values."
            raise FlowError(Problem(at, what, "Write it out, once."))

    def _readable(self, text: str, at: str) -> None:
        if m := UNREADABLE.search(text):
            fix = "Delete it: no page or picture can show it."
            self.refuse(at, f"has the control character U+{ord(m[0]):04X}.", fix)
