"""YAML → Flow, with `docs/flow.yml:LINE:COL` for everything that is wrong."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError

from . import definition
from .definition import LANGUAGES, Box, Flow, Interface, ServicePort
from .problems import FlowError, Problem, nearest
from .values import UnknownValue, Values

SHOWN = "docs/flow.yml"
FIRST_NODE_PORT, LAST_NODE_PORT = 30000, 32767  # --service-node-port-range, by default
LONGEST_NUMBER = 20  # digits; what is longer is a text, and refused as one
Path_ = tuple[str | int, ...]
Known = Callable[[tuple[str | int, ...], str, dict[str, Any], str], Iterator["Problem"]]


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
        problems += [_explain(dict(e), places, data) for e in error.errors()]
    if problems:
        raise FlowError(*problems)
    problems = [*_references(flow, places), *_doubles(flow, places)]
    if problems:
        raise FlowError(*problems)
    return flow, places


def schema() -> dict[str, Any]:
    """Give the JSON Schema that editors complete and check `docs/flow.yml` with."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **Flow.model_json_schema(by_alias=True)}


def _compose(text: str) -> yaml.Node:
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
        raise FlowError(Problem(f"{SHOWN}:1:1", "is nested too deep.", "Look for a run of brackets.")) from None


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
    """Plain data of a YAML node; remembers places, refuses doubled keys, merge keys and endless aliases."""
    at = f"{SHOWN}:{node.start_mark.line + 1}:{node.start_mark.column + 1}"
    places.setdefault(path, at)
    if id(node) in inside:
        problems.append(Problem(at, "contains itself through an alias.", "Write it out."))
        return None
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
    if kind.startswith(("ip_v4", "ip_v6")):
        return Problem(place, f"'{given}' is not an IP address.", "Write it like 192.0.2.11/24 or 2001:db8::1/64.")
    if kind == "string_pattern_mismatch" and error["loc"][-1] == "[key]":
        return Problem(
            place, f"'{given}' is not a good id.", "Use small letters, digits and hyphens; start with a letter."
        )
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
        for i, written in enumerate(p.listens):
            port = re.sub(r"^[\w.-]+:|/(udp|sctp)|\+tls$", "", written)
            yield from known(("participants", name, "listens", i), port, flow.ports, "port")
        if p.shares in flow.participants and not flow.participants[p.shares].interfaces:
            what = f"'{name}' shares the addresses of '{p.shares}', which has none of its own."
            yield Problem(places.of("participants", name, "shares"), what, "Name the node it runs on.")
        for interface, tunnel in p.tunnels.items():
            if tunnel.port:
                yield from known(("participants", name, "tunnels", interface, "port"), tunnel.port, flow.ports, "port")
    yield from _services(flow, places, known)
    yield from _networks(flow, places, known)
    for name, step in flow.steps.items():
        yield from known(("steps", name, step.verb), step.connection, flow.connections, "connection")
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
            fillers = {**flow.participants, **flow.ports, **flow.services}
            yield from known((*at, "roles", role), who, fillers, "participant, port or Service")
        if route.network is not None:
            yield from known((*at, "network"), route.network, flow.networks, "network")
        for service, change in route.services.items():
            yield from known((*at, "services", service), service, flow.services, "Service")
            yield from _written_addresses(
                (*at, "services", service, "load-balancer"), change.load_balancer or [], flow, places
            )
            for endpoint in change.endpoints or []:
                yield from known(
                    (*at, "services", service, "endpoints"), endpoint.pod, flow.participants, "participant"
                )
        for outside, written in route.host_ports.items():
            pod, _, inside = written.partition(":")
            for port in (outside, inside):
                yield from known((*at, "host-ports", outside), port, flow.ports, "port")
            yield from known((*at, "host-ports", outside), pod, flow.participants, "participant")
        for pod in route.gone:
            yield from known((*at, "gone"), pod, flow.participants, "participant")
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


def _services(flow: Flow, places: Places, known: Known) -> Iterator[Problem]:
    """What Services name, and NodePorts that two of them want or that no API server would give."""
    taken: dict[tuple[str, str], str] = {}
    names: dict[str, str] = {}
    for name, service in flow.services.items():
        at: Path_ = ("services", name)
        if (first := names.setdefault(service.name, name)) != name:
            yield Problem(
                places.of(*at, "name"), f"'{service.name}' is already the name of '{first}'.", "Choose another."
            )
        for i, port in enumerate(service.ports):
            for key, value in (("port", port.port), ("target", port.target), ("node-port", port.node_port)):
                if value:
                    yield from known((*at, "ports", i, key), value, flow.ports, "port")
            if port.node_port in flow.ports:
                yield from _node_port(flow, places, (*at, "ports", i, "node-port"), name, port, taken)
        if len(service.ports) > 1 and not all(p.name for p in service.ports):
            what = f"'{name}' has several ports, and one without a name."
            yield Problem(places.of(*at, "ports"), what, "Give each port a name.")
        for i, endpoint in enumerate(service.endpoints):
            yield from known((*at, "endpoints", i), endpoint.pod, flow.participants, "participant")
        for key, written in (("load-balancer", service.load_balancer), ("external-ips", service.external_ips)):
            yield from _written_addresses((*at, key), written, flow, places)
    if flow.cluster:
        for key, name_ in (("pods", flow.cluster.pods), ("services", flow.cluster.services)):
            if name_:
                yield from known(("cluster", key), name_, flow.names, "name of a range")


def _node_port(
    flow: Flow, places: Places, path: Path_, name: str, port: ServicePort, taken: dict[tuple[str, str], str]
) -> Iterator[Problem]:
    assert port.node_port
    if not FIRST_NODE_PORT <= flow.ports[port.node_port] <= LAST_NODE_PORT:
        what = f"{flow.ports[port.node_port]} is no NodePort."
        yield Problem(places.of(*path), what, f"They are {FIRST_NODE_PORT} to {LAST_NODE_PORT}.")
    key = (str(flow.ports[port.node_port]), port.protocol)
    if (first := taken.setdefault(key, name)) != name:
        yield Problem(places.of(*path), f"the NodePort {key[0]} is already that of '{first}'.", "Choose another.")


def _written_addresses(path: Path_, written: list[str], flow: Flow, places: Places) -> Iterator[Problem]:
    for i, text in enumerate(written):
        who, _, interface = text.partition(".")
        have = flow.participants[who].interfaces if who in flow.participants else {}
        if not any(have.values()) or (interface and not have.get(interface)):
            near = nearest(interface, have) if have else nearest(who, flow.participants)
            what = f"'{text}' is no address of a participant."
            yield Problem(places.of(*path, i), what, near or "Write WHO.INTERFACE, like load-balancer.vip.")


def _networks(flow: Flow, places: Places, known: Known) -> Iterator[Problem]:
    for name, network in flow.networks.items():
        if network.like is not None:
            yield from known(("networks", name, "like"), network.like, flow.networks, "network")
        if name in (chain := _above(flow, name)):
            what = f"network '{name}' is like itself ({' → '.join((name, *chain))})."
            yield Problem(places.of("networks", name, "like"), what, "Write one of them out.")
        if network.masquerade:
            for key, value in (("source", network.masquerade.source), ("outside", network.masquerade.outside)):
                yield from known(("networks", name, "masquerade", key), value, flow.names, "name of a range")
        for i, rule in enumerate(network.filters):
            if rule.port:
                yield from known(("networks", name, "filters", i, "port"), rule.port, flow.ports, "port")


def _above(flow: Flow, name: str) -> list[str]:
    """The networks that one is like, the nearest first; ends with one that is there already."""
    chain: list[str] = []
    at = flow.networks[name].like
    while at in flow.networks:
        chain.append(at)
        if at == name or at in chain[:-1]:
            break
        at = flow.networks[at].like
    return chain


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
    for kind in ("participants", "objects", "services", "steps", "routes", "stages", "names"):
        for name in getattr(flow, kind):
            if name in first:
                yield Problem(
                    places.of(kind, name),
                    f"'{name}' is already one of the {first[name]}.",
                    "Links need one meaning for each id: rename one.",
                )
            first.setdefault(name, kind)
    yield from _addresses(flow, places)


def _addresses(flow: Flow, places: Places) -> Iterator[Problem]:
    """Addresses that stand for two things, or that no machine can have.

    A link-local or loopback address may stand on every node: packets for it never leave one.
    """
    owner: dict[object, str] = {}
    for name, p in flow.participants.items():
        for device, listed in p.interfaces.items():
            for interface in listed:
                place = places.of("participants", name, "interfaces", device)
                if interface.ip in owner and not (interface.ip.is_link_local or interface.ip.is_loopback):
                    what = f"{interface.ip} already belongs to {owner[interface.ip]}."
                    yield Problem(place, what, "Every address has one owner; only link-local ones stand on every node.")
                owner.setdefault(interface.ip, name)
                if why := _unusable(interface):
                    yield Problem(place, f"{interface.ip} is {why}.", "Choose an address of a machine.")
    for name, service in flow.services.items():
        if service.address in owner:
            what = f"{service.address} already belongs to {owner[service.address]}."
            fix = "The address of a Service is nobody's, and one Service's: its ports stand in one list."
            yield Problem(places.of("services", name, "address"), what, fix)
        if service.address is not None:
            owner.setdefault(service.address, name)


def _unusable(interface: Interface) -> str:
    ip, net = interface.ip, interface.network
    if ip.is_multicast or ip.is_unspecified or (ip.version == 4 and str(ip) == "255.255.255.255"):
        return "no address of one machine"
    if ip.version == 4 and net.prefixlen < 31 and ip in (net.network_address, net.broadcast_address):
        return f"the first or last address of {net}"
    return ""
