"""Names that point at nothing.

What only a followed route can tell (roles, next hops, ports of packets) is told in `world/`.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from ipaddress import ip_network
from typing import Any

from ..problems import Problem, nearest
from .definition import (
    LANGUAGES,
    Box,
    Filter,
    Flow,
    Network,
    Participant,
    Route,
    Service,
    ServiceChange,
    ServicePort,
    Step,
)
from .places import Path
from .values import UnknownValue, Values

FIRST_NODE_PORT, LAST_NODE_PORT = 30000, 32767  # --service-node-port-range, by default
MOST_LIKE = 20  # so many routes, or networks, may be like the next
OURS = "ours"  # stands on pages for the route of that key
BRACES = re.compile(r"\{([^{}]*)\}")
LISTENS = re.compile(r"(?:([\w.-]+):)?([a-z][a-z0-9-]*)(?:/(udp|sctp))?(\+tls)?")


def dangling(flow: Flow) -> Iterator[Problem]:
    """Give every name that points at nothing."""
    known = _Known(flow)
    for name, p in flow.participants.items():
        yield from _participant(known, ("participants", name), name, p)
    if flow.cluster:
        yield from known.range(("cluster", "pods"), flow.cluster.pods)
        yield from known.range(("cluster", "services"), flow.cluster.services)
    yield from _services(known)
    for name, network in flow.networks.items():
        yield from _network(known, ("networks", name), network)
    for name, step in flow.steps.items():
        yield from _step(known, ("steps", name), step)
    for name, route in flow.routes.items():
        yield from _route(known, ("routes", name), route)
    for kind in ("routes", "networks"):
        yield from _likeness(known, kind)
    yield from _listed(known)
    for name, procedure in flow.procedures.items():
        for i, call in enumerate(procedure.calls):
            for key, lane in (("from", call.source), ("to", call.to), ("at", call.at)):
                yield from known(("procedures", name, "calls", i, key), lane, procedure.lanes, "lane")
    for name, box in flow.boxes.items():
        yield from _box_words(known, ("boxes", name), box)


def _listed(known: "_Known") -> Iterator[Problem]:
    """Routes that lists show or leave out."""
    flow = known.flow
    yield from known(("ours",), flow.ours, flow.routes, "route")
    for i, name in enumerate(flow.hidden):
        yield from known(("hidden", i), name, flow.routes, "route")
        if name == flow.own_route:
            yield known.problem(("hidden", i), f"'{name}' is hidden, and the route that is ours.", "Keep one of them.")
    if OURS in flow.routes:
        yield known.problem(("routes", OURS), f"'{OURS}' stands for the route of that key.", "Call it something else.")


class _Known:
    """Looks names up; gives a problem for one that nothing has."""

    def __init__(self, flow: Flow) -> None:
        self.flow = flow

    def __call__(self, path: Path, word: str | None, words: Iterable[str], what: str) -> Iterator[Problem]:
        """Look a word up; None, where nothing is written, is fine."""
        if word is not None and word not in (known := list(words)):
            fix = nearest(word, known) or (f"Known: {', '.join(known)}." if known else "There is none: add one.")
            yield self.problem(path, f"unknown {what} '{word}'.", fix)

    def problem(self, path: Path, what: str, fix: str) -> Problem:
        return Problem(self.flow.place(*path), what, fix)

    def participant(self, path: Path, word: str | None) -> Iterator[Problem]:
        yield from self(path, word, self.flow.participants, "participant")

    def twice(self, path: Path, written: Iterable[object]) -> Iterator[Problem]:
        """What a list has again."""
        met: set[object] = set()
        for i, one in enumerate(written):
            if one in met:
                yield self.problem((*path, i), f"'{one}' stands here twice.", "Delete one of the two.")
            met.add(one)

    def port(self, path: Path, word: str | None) -> Iterator[Problem]:
        yield from self(path, word, self.flow.ports, "port")

    def range(self, path: Path, word: str | None) -> Iterator[Problem]:
        """A name of `names` that stands for a range of addresses."""
        yield from self(path, word, self.flow.names, "name of a range")
        if word in self.flow.names and not _is_range(self.flow.names[word]):
            what = f"'{word}' stands for {self.flow.names[word]}, which is no range of addresses."
            yield self.problem(path, what, "Name a range, like 10.244.0.0/16.")

    def addresses(self, path: Path, written: Iterable[str]) -> Iterator[Problem]:
        """Addresses of participants, each as `WHO.INTERFACE`."""
        for i, text in enumerate(written):
            who, _, interface = text.partition(".")
            have = self.flow.participants[who].interfaces if who in self.flow.participants else {}
            if not any(have.values()) or (interface and not have.get(interface)):
                near = nearest(interface, have) if have else nearest(who, self.flow.participants)
                what = f"'{text}' is no address of a participant."
                yield self.problem((*path, i), what, near or "Write WHO.INTERFACE, like load-balancer.vip.")


def _is_range(written: str) -> bool:
    try:
        return "/" in written and bool(ip_network(written))
    except ValueError:
        return False


# -- participants -----------------------------------------------------------------------------------------------------
def _participant(known: _Known, at: Path, name: str, p: Participant) -> Iterator[Problem]:
    flow = known.flow
    yield from known((*at, "zone"), p.zone, flow.zones, "zone")
    yield from known.participant((*at, "node"), p.node)
    yield from known.participant((*at, "shares"), p.shares)
    if p.shares in flow.participants and not flow.participants[p.shares].interfaces:
        what = f"'{name}' shares the addresses of '{p.shares}', which has none of its own."
        yield known.problem((*at, "shares"), what, "Name the node or the Pod it runs in.")
    stack = flow.participants.get(p.shares or name, p)
    for i, written in enumerate(p.listens):
        yield from _listens(known, (*at, "listens", i), written, stack)
    for device, tunnel in p.tunnels.items():
        yield from known.port((*at, "tunnels", device, "port"), tunnel.port)


def _listens(known: _Known, path: Path, written: str, stack: Participant) -> Iterator[Problem]:
    if (m := LISTENS.fullmatch(written)) is None:
        fix = "Write PORT, PORT/udp or PORT+tls, with 'INTERFACE:' before it for one address only."
        yield known.problem(path, f"'{written}' is nothing to listen on.", fix)
        return
    yield from known.port(path, m[2])
    yield from known(path, m[1], stack.interfaces, "interface")


# -- Services ---------------------------------------------------------------------------------------------------------
def _services(known: _Known) -> Iterator[Problem]:
    """What Services name, and NodePorts that two of them want or that no API server would give."""
    taken: dict[tuple[int, str], str] = {}
    names: dict[str, str] = {}
    for name, service in known.flow.services.items():
        at: Path = ("services", name)
        if (first := names.setdefault(service.name, name)) != name:
            what = f"'{service.name}' is already the name of '{first}'."
            yield known.problem((*at, "name"), what, "A namespace has one Service of a name: choose another.")
        yield from _service(known, at, name, service)
        for i, port in enumerate(service.ports):
            yield from _node_port(known, (*at, "ports", i, "node-port"), name, port, taken)


def _service(known: _Known, at: Path, name: str, service: Service) -> Iterator[Problem]:
    for i, port in enumerate(service.ports):
        for key, value in (("port", port.port), ("target", port.target), ("node-port", port.node_port)):
            yield from known.port((*at, "ports", i, key), value)
    names = [p.name for p in service.ports]
    if len(names) > 1 and not all(names):
        what = f"'{name}' has several ports, and one without a name."
        yield known.problem((*at, "ports", names.index("")), what, "Give each port a name.")
    for n in {n for n in names if n and names.count(n) > 1}:
        what = f"'{name}' has two ports of the name '{n}'."
        yield known.problem((*at, "ports", len(names) - 1 - names[::-1].index(n)), what, "Give it another.")
    called = [(known.flow.ports.get(p.port), p.protocol) for p in service.ports]
    for i, (number, protocol) in enumerate(called):
        if number is not None and (number, protocol) in called[:i]:
            what = f"'{name}' has the port {number}/{protocol} twice."
            yield known.problem((*at, "ports", i, "port"), what, "Delete one, or give it another port.")
    for i, endpoint in enumerate(service.endpoints):
        yield from known.participant((*at, "endpoints", i), endpoint.pod)
    yield from known.addresses((*at, "load-balancer"), service.load_balancer)
    yield from known.addresses((*at, "external-ips"), service.external_ips)
    yield from known.twice((*at, "external-ips"), service.external_ips)
    yield from _repeated(known, at, service)


def _repeated(known: _Known, at: Path, service: Service | ServiceChange) -> Iterator[Problem]:
    """What the lists of a Service, or of its change, have twice; and a word about an endpoint that says nothing."""
    yield from known.twice((*at, "endpoints"), (e.pod for e in service.endpoints or []))
    yield from known.twice((*at, "load-balancer"), service.load_balancer or [])
    yield from known.twice((*at, "source-ranges"), service.source_ranges or [])
    for i, endpoint in enumerate(service.endpoints or []):
        if endpoint.serving is not None and not endpoint.terminating:
            what = f"says whether '{endpoint.pod}' is serving, which counts only while it terminates."
            yield known.problem((*at, "endpoints", i, "serving"), what, "Delete it, or add 'terminating: true'.")


def _node_port(
    known: _Known, path: Path, name: str, port: ServicePort, taken: dict[tuple[int, str], str]
) -> Iterator[Problem]:
    number = known.flow.ports.get(port.node_port or "")
    if number is None:
        return
    if not FIRST_NODE_PORT <= number <= LAST_NODE_PORT:
        yield known.problem(path, f"{number} is no NodePort.", f"They are {FIRST_NODE_PORT} to {LAST_NODE_PORT}.")
    if (first := taken.get((number, port.protocol))) is not None:
        yield known.problem(path, f"the NodePort {number} is already that of '{first}'.", "Choose another.")
    taken.setdefault((number, port.protocol), name)


# -- networks, steps, routes ------------------------------------------------------------------------------------------
def _network(known: _Known, at: Path, network: Network) -> Iterator[Problem]:
    """What a network names, but for the places of its routing tables: a role may stand there."""
    yield from known((*at, "like"), network.like, known.flow.networks, "network")
    if network.masquerade:
        yield from known.range((*at, "masquerade", "source"), network.masquerade.source)
        yield from known.range((*at, "masquerade", "outside"), network.masquerade.outside)
    for i, rule in enumerate(network.filters):
        yield from _filter(known, (*at, "filters", i), rule)


def _filter(known: _Known, at: Path, rule: Filter) -> Iterator[Problem]:
    if not rule.at.startswith("{"):
        yield from known.participant((*at, "at"), rule.at)
    for key, written in (("from", rule.source), ("to", rule.to)):
        if written in known.flow.names:
            yield from known.range((*at, key), written)
        elif written is not None and not written.startswith("{"):
            who = [*known.flow.participants, *known.flow.names]
            yield from known((*at, key), written, who, "participant or range")
    yield from known.port((*at, "port"), rule.port)


def _step(known: _Known, at: Path, step: Step) -> Iterator[Problem]:
    yield from known((*at, step.verb), step.connection, known.flow.connections, "connection")
    if step.joins:
        yield from known((*at, "joins", "connection"), step.joins.connection, known.flow.connections, "connection")
    yield from _values(known, at, step)


def _values(known: _Known, at: Path, step: Step) -> Iterator[Problem]:
    """Values of a label that are none, for a brace too few, too many or too wide, or that only one language has."""
    named: dict[str, set[str]] = {}
    for language, texts in (("en", step.label.en), ("zh", step.label.zh)):
        named[language] = {name for text in texts for name in BRACES.findall(text)}
        for text in texts:
            if stray := re.search(r"[{}｛｝]|\$(?=\0)", BRACES.sub("\0", text)):
                what = f"the label '{text}' has a '{stray[0]}' that encloses no value."
                yield known.problem((*at, "label", language), what, "Write a value as {client}.")
    if all(_means(known.flow, name) for name in named["en"] ^ named["zh"]):  # else that is told, when it is filled in
        for language, other in (("en", "zh"), ("zh", "en")):
            for name in sorted(named[language] - named[other]):
                what = f"the label has {{{name}}} in '{language}' only."
                yield known.problem((*at, "label", other), what, "Give both languages the same values.")


def _means(flow: Flow, name: str) -> bool:
    """Whether a value of a label is one, as far as that can be told without a route."""
    roles = {role for route in flow.routes.values() for role in route.roles}
    if name in {"src", "dst", *roles}:
        return True
    try:
        return bool(Values(flow, "en")(name))
    except UnknownValue:
        return False


def _route(known: _Known, at: Path, route: Route) -> Iterator[Problem]:
    flow = known.flow
    yield from known((*at, "like"), route.like, flow.routes, "route")
    yield from known((*at, "network"), route.network, flow.networks, "network")
    for role, who in route.roles.items():
        fillers = [*flow.participants, *flow.ports, *flow.services]
        yield from known((*at, "roles", role), who, fillers, "participant, port or Service")
    for service, change in route.services.items():
        yield from known((*at, "services", service), service, flow.services, "Service")
        yield from _change(known, (*at, "services", service), change)
    for outside, written in route.host_ports.items():
        yield from _host_port(known, (*at, "host-ports", outside), outside, written)
    for i, pod in enumerate(route.gone):
        yield from known.participant((*at, "gone", i), pod)
    yield from known.twice((*at, "gone"), route.gone)
    yield from known.twice((*at, "recordings"), route.recordings)
    for step_id in route.unseen:
        yield from known((*at, "unseen", step_id), step_id, flow.steps, "step")
    for connection in route.dies:
        yield from known((*at, "dies", connection), connection, flow.connections, "connection")
    yield from _stages(known, at, route)
    for old, new in route.restage.items():
        yield from known((*at, "restage", old), new, flow.stages, "stage")
    for old, instead in route.replace.items():
        for step_id in instead:
            yield from known((*at, "replace", old), step_id, flow.steps, "step")


def _host_port(known: _Known, path: Path, outside: str, written: str) -> Iterator[Problem]:
    """A port of a node that leads to a port of a Pod."""
    pod, _, inside = written.partition(":")
    yield from known.port(path, outside)
    yield from known.port(path, inside)
    yield from known.participant(path, pod)
    if pod in known.flow.participants and known.flow.participants[pod].node is None:
        what = f"'{pod}' is on no node, so no port of one leads to it."
        yield known.problem(path, what, f"Give participants.{pod} a 'node'.")


def _change(known: _Known, at: Path, change: ServiceChange) -> Iterator[Problem]:
    for i, endpoint in enumerate(change.endpoints or []):
        yield from known.participant((*at, "endpoints", i), endpoint.pod)
    yield from known.addresses((*at, "load-balancer"), change.load_balancer or [])
    yield from _repeated(known, at, change)


def _stages(known: _Known, at: Path, route: Route) -> Iterator[Problem]:
    here: set[str] = set()
    for stage, steps in route.stages.items():
        yield from known((*at, "stages", stage), stage, known.flow.stages, "stage")
        for i, step_id in enumerate(steps):
            yield from known((*at, "stages", stage, i), step_id, known.flow.steps, "step")
            if step_id in here:
                what = f"step '{step_id}' stands here twice."
                yield known.problem((*at, "stages", stage, i), what, "A route takes a step once.")
            here.add(step_id)


def _likeness(known: _Known, kind: str) -> Iterator[Problem]:
    """Routes, or networks, that are like themselves, or like too many others in a row."""
    things: Mapping[str, Any] = getattr(known.flow, kind)
    one = kind.removesuffix("s")
    for name in things:
        chain: list[str] = [name]
        while (like := things[chain[-1]].like) in things and like not in chain and len(chain) <= MOST_LIKE + 1:
            chain.append(like)
        if like == name:
            what = f"{one} '{name}' is like itself ({' → '.join([*chain, name])})."
            yield known.problem((kind, name, "like"), what, "Write one of them out.")
        elif len(chain) == MOST_LIKE + 2 and like is None:
            what = f"{one} '{name}' is the last of {len(chain)} that are each like the next; {MOST_LIKE + 1} may be."
            yield known.problem((kind, name, "like"), what, "Write one of them out.")


def _box_words(known: _Known, path: Path, box: Box) -> Iterator[Problem]:
    """Values in the words of a box, and of the boxes inside it."""
    for language in LANGUAGES:
        for key, words in (("name", box.name), ("note", box.note)):
            try:
                Values(known.flow, language).fill(words[language] if words else "")
            except UnknownValue as error:
                yield known.problem((*path, key, language), error.what, error.fix)
    for i, inner in enumerate(box.inside):
        yield from _box_words(known, (*path, "inside", i), inner)
