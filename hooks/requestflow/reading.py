"""YAML → Flow, with `docs/flow.yml:LINE:COL` for everything that is wrong."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError

from . import definition, sources
from .definition import LANGUAGES, Box, Flow
from .problems import FlowError, Problem, nearest
from .values import UnknownValue, Values

SHOWN = "docs/flow.yml"
LONGEST_NUMBER = 20  # digits; what is longer is a text, and refused as one
DEEPEST = 64  # brackets and indents inside each other
MOST_REPEATED = 10_000  # values that aliases write again
UNREADABLE = re.compile(r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd\U00010000-\U0010ffff]")
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
    data, places, problems = load(file, SHOWN, "It is the definition every page is made from.")
    try:
        flow = Flow.model_validate(data)
    except ValidationError as error:
        problems += [_explain(dict(e), places, data) for e in error.errors()]
    if problems:
        raise FlowError(*problems)
    problems = [*_references(flow, places), *_doubles(flow, places)]
    if problems:
        raise FlowError(*problems)
    return flow, places


def load(file: Path, shown: str, wanted: str = "") -> tuple[dict[str, Any], Places, list[Problem]]:
    """Give the mapping a YAML file holds, where everything stands, and what is wrong with single values.

    Raises FlowError when it is no mapping, or nested or repeated beyond all measure.
    """
    nodes = _Nodes(shown)
    data = nodes.data(_compose(sources.text(file, shown, wanted), shown), ())
    return data, nodes.places, nodes.problems


def schema() -> dict[str, Any]:
    """Give the JSON Schema that editors complete and check `docs/flow.yml` with."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **Flow.model_json_schema(by_alias=True)}


def _compose(text: str, shown: str) -> yaml.Node:
    quick = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        _refuse_depth(text, shown, quick)
        return _mapping(yaml.compose(text, Loader=quick), shown)
    except yaml.YAMLError:
        pass  # once more, with the parser that tells more about a mistake
    try:
        _refuse_depth(text, shown, yaml.SafeLoader)
        return _mapping(yaml.compose(text, Loader=yaml.SafeLoader), shown)
    except yaml.MarkedYAMLError as e:
        at = _at(shown, e.problem_mark or e.context_mark)
        what = f"not valid YAML: {e.problem or e.context}."
        raise FlowError(Problem(at, what, "Check quotes, colons, brackets and indentation.")) from None
    except yaml.reader.ReaderError as e:
        before = text[: e.position].split("\n")
        at = f"{shown}:{len(before)}:{len(before[-1]) + 1}"
        what = f"not valid YAML: {e.reason}."
        raise FlowError(Problem(at, what, f"Delete the character U+{e.character:04X}.")) from None


def _refuse_depth(text: str, shown: str, loader: Any) -> None:
    """Composing recurses: what is nested beyond all measure is refused before."""
    depth = 0
    for event in yaml.parse(text, Loader=loader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            what = f"is nested more than {DEEPEST} deep."
            raise FlowError(Problem(_at(shown, event.start_mark), what, "Look for a run of brackets."))


def _mapping(node: yaml.Node | None, shown: str) -> yaml.Node:
    if not isinstance(node, yaml.MappingNode):
        fix = "Its top-level keys are names, ports, zones, participants, …." if shown == SHOWN else "Write KEY: VALUE."
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


LABELLED = (("participants",), ("stages",), ("steps",), ("procedures",))  # where names are pairs, long and short


def _models(model: type[BaseModel] = Flow) -> set[str]:
    shapes = [m for m in vars(definition).values() if isinstance(m, type) and issubclass(m, BaseModel)]
    return {f.alias or n for m in shapes for n, f in m.model_fields.items()}


def _explain(error: dict[str, Any], places: Places, data: Any) -> Problem:
    """One Pydantic error in our words."""
    loc: Path_ = tuple(error["loc"])
    if loc[-1:] == ("[key]",):
        loc = loc[:-1]
    place, last = places.of(*loc), str(loc[-1]) if loc else "the file"
    where = ".".join(map(str, loc)) or "the file"
    kind, given = error["type"], error.get("input")
    if kind == "extra_forbidden":
        return Problem(place, f"unknown key '{last}'.", nearest(last, _models() - {last}) or "Delete it.")
    if loc[:1] in LABELLED and (kind == "too_long" or (kind == "missing" and last.isdigit())):
        pair = loc[:-1] if last.isdigit() else loc
        what = f"{'.'.join(map(str, pair))} needs two texts, long and short."
        return Problem(places.of(*pair), what, "Write [long, short].")
    if kind == "missing":
        return Problem(places.of(*loc[:-1]), f"'{last}' is missing.", f"Add '{last}'.")
    if kind == "literal_error":
        words = [w.strip("'") for w in error["ctx"]["expected"].replace(" or ", ", ").split(", ")]
        what = f"'{given}' is not {'an' if last[0] in 'aeiou' else 'a'} {last}."
        return Problem(place, what, nearest(str(given), words) or f"Choose one of {', '.join(words)}.")
    if kind.startswith("ip_v4"):
        return Problem(
            place, f"'{given}' is not an IPv4 address.", "Write four numbers from 0 to 255, like 192.0.2.11."
        )
    if kind == "string_pattern_mismatch" and error["loc"][-1] == "[key]":
        return Problem(
            place, f"'{given}' is not a good id.", "Use small letters, digits and hyphens; start with a letter."
        )
    if kind == "string_pattern_mismatch" and len(str(given).splitlines()) > 1:
        return Problem(place, f"'{where}' has more than one line.", "Write it on one.")
    if kind == "string_pattern_mismatch":
        return Problem(
            place, f"'{given}' does not have the form of '{where}'.", f"It must match {error['ctx']['pattern']}."
        )
    if kind == "value_error":
        return Problem(
            place,
            f"{where} {error['ctx']['error']}.",
            "docs/flow.schema.json lists the keys; copy a step or route that is like it.",
        )
    return Problem(
        place,
        f"{where}: {error['msg'][0].lower()}{error['msg'][1:]}.",
        _there(given),
    )


def _there(given: Any) -> str:
    if isinstance(given, str | int):
        return f"'{given}' stands there now."
    return "Nothing stands there now." if given is None else "Something of another kind stands there now."


def _references(flow: Flow, places: Places) -> Iterator[Problem]:
    """Names that point at nothing, apart from those a route has to fill (`packets.py`)."""

    def known(path: Path_, word: str, words: dict[str, Any], what: str) -> Iterator[Problem]:
        if word not in words:
            yield Problem(
                places.of(*path), f"unknown {what} '{word}'.", nearest(word, words) or f"Known: {', '.join(words)}."
            )

    for name, p in flow.participants.items():
        yield from known(("participants", name, "zone"), p.zone, flow.zones, "zone")
        for key, other in (("node", p.node), ("shares", p.shares)):
            if other is not None:
                yield from known(("participants", name, key), other, flow.participants, "participant")
        if p.shares in flow.participants and not flow.participants[p.shares].interfaces:
            what = f"'{name}' shares the addresses of '{p.shares}', which has none of its own."
            yield Problem(places.of("participants", name, "shares"), what, "Name the node it runs on.")
        for interface, tunnel in p.tunnels.items():
            yield from known(("participants", name, "tunnels", interface, "port"), tunnel.port, flow.ports, "port")
    for name, v in flow.virtual.items():
        for key, port in (("port", v.port), ("node-port", v.node_port)):
            if port:
                yield from known(("virtual", name, key), port, flow.ports, "port")
        for i, end in enumerate(v.endpoints):
            who, _, port = end.partition(":")
            yield from known(("virtual", name, "endpoints", i), who, flow.participants, "participant")
            yield from known(("virtual", name, "endpoints", i), port, flow.ports, "port")
    for name, step in flow.steps.items():
        yield from known(("steps", name, step.role), step.connection, flow.connections, "connection")
        if step.rules and not step.rules.service.startswith("{"):
            yield from known(("steps", name, "rules", "service"), step.rules.service, flow.virtual, "virtual address")
        if step.joins:
            yield from known(
                ("steps", name, "joins", "connection"), step.joins.connection, flow.connections, "connection"
            )
    used: set[str] = set()
    for name, route in flow.routes.items():
        at: Path_ = ("routes", name)
        if route.like is not None:
            yield from known((*at, "like"), route.like, flow.routes, "route")
        for role, who in route.roles.items():
            fillers = {**flow.participants, **flow.ports, **flow.virtual}
            yield from known((*at, "roles", role), who, fillers, "participant, port or virtual address")
        for step_id in route.unseen:
            yield from known((*at, "unseen", step_id), step_id, flow.steps, "step")
        for connection in route.dies:
            yield from known((*at, "dies", connection), connection, flow.connections, "connection")
        here: set[str] = set()
        for stage, steps in route.stages.items():
            yield from known((*at, "stages", stage), stage, flow.stages, "stage")
            for i, step_id in enumerate(steps):
                yield from known((*at, "stages", stage, i), step_id, flow.steps, "step")
                if step_id in here:
                    yield Problem(
                        places.of(*at, "stages", stage, i),
                        f"step '{step_id}' stands here twice.",
                        "A route takes a step once.",
                    )
                here.add(step_id)
        used |= here
        for old, new in route.restage.items():
            yield from known((*at, "restage", old), new, flow.stages, "stage")
        for old, instead in route.replace.items():
            for new in [instead] if isinstance(instead, str) else instead:
                yield from known((*at, "replace", old), new, flow.steps, "step")
                used.add(new)
    for name, procedure in flow.procedures.items():
        for i, call in enumerate(procedure.calls):
            for key, lane in (("from", call.source), ("to", call.to), ("at", call.at)):
                if lane:
                    yield from known(("procedures", name, "calls", i, key), lane, procedure.lanes, "lane")
    for name, box in flow.boxes.items():
        yield from _box_words(flow, box, ("boxes", name), places)
    for name in flow.steps:
        if name not in used:
            yield Problem(places.of("steps", name), f"step '{name}' is in no route.", "Add it to a route or delete it.")


def _box_words(flow: Flow, box: Box, path: Path_, places: Places) -> Iterator[Problem]:
    """Values in the words of a box, and of the boxes inside it."""
    for language in LANGUAGES:
        for key, words in (("name", box.name), ("note", box.note)):
            try:
                Values(flow, language).fill(words[language] if words else "")
            except UnknownValue as error:
                yield Problem(places.of(*path, key, language), error.what, error.fix)
    for i, inner in enumerate(box.inside):
        yield from _box_words(flow, inner, (*path, "inside", i), places)


def _doubles(flow: Flow, places: Places) -> Iterator[Problem]:
    """Ids and addresses that stand for two things."""
    first: dict[str, str] = {}
    for kind in ("participants", "objects", "virtual", "steps", "routes", "stages", "names"):
        for name in getattr(flow, kind):
            if name in first:
                yield Problem(
                    places.of(kind, name),
                    f"'{name}' is already one of the {first[name]}.",
                    "Links need one meaning for each id: rename one.",
                )
            first.setdefault(name, kind)
    owner: dict[object, str] = {}
    for name, p in flow.participants.items():
        for interface, ip in p.interfaces.items():
            if ip in owner:
                yield Problem(
                    places.of("participants", name, "interfaces", interface),
                    f"{ip} already belongs to {owner[ip]}.",
                    "Every address has one owner.",
                )
            owner.setdefault(ip, name)
    for name, v in flow.virtual.items():
        if v.address in owner:
            yield Problem(
                places.of("virtual", name, "address"),
                f"{v.address} already belongs to {owner[v.address]}.",
                "A virtual address is owned by nobody.",
            )
        owner.setdefault(v.address, name)
