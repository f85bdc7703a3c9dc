"""What nothing uses: things of the definition that are in no route, and words that no page shows."""

import re
from collections.abc import Iterable, Iterator

from ..problems import Problem
from .definition import LANGUAGES, Box, Flow, Route, Service, ServiceChange
from .values import PLACEHOLDER

_ROLE = re.compile(r"\{[^{}]*\}")


def unused(flow: Flow) -> Iterator[Problem]:
    """Give everything that no route comes to."""
    used = Used(flow)
    for kind, one, why, names in (
        ("steps", "step", "is in no route", used.steps),
        ("stages", "stage", "is in no route", used.stages),
        ("connections", "connection", "is named by no step", used.connections),
        ("participants", "participant", "is in no route", used.participants),
        ("zones", "zone", "holds no participant", used.zones),
        ("services", "Service", "is called in no route", used.services),
        ("networks", "network", "is that of no route", used.networks),
    ):
        for name in getattr(flow, kind):
            if name not in names:
                fix = {"zone": "Put one there", "connection": "Add a step"}.get(one, "Add it to a route")
                yield Problem(flow.place(kind, name), f"{one} '{name}' {why}.", f"{fix} or delete it.")


class Used:
    """What is used, by kind."""

    def __init__(self, flow: Flow) -> None:
        self.flow = flow
        routes, steps = flow.routes.values(), flow.steps.values()
        self.steps = _listed(routes)
        self.stages = {s for r in routes for s in (*r.stages, *r.restage.values())}
        joined = {s.joins.connection for s in steps if s.joins}
        self.connections = {s.connection for s in steps} | joined
        self.zones = {p.zone for p in flow.participants.values()}
        self.networks = {r.network for r in routes} | {n.like for n in flow.networks.values()}
        ends = (w for s in steps for w in (s.source, s.to, s.at, s.packet, s.dnat, s.snat))
        self.written = _words(ends) | {who for r in routes for who in r.roles.values()}
        tables = [table for n in flow.networks.values() for table in n.routes.values()]
        self.tables = _words(word for table in tables for to, via in table.items() for word in (to, via.to))
        self.values = set(_shown_values(flow))

    @property
    def participants(self) -> set[str | None]:
        """Who is in a step, an endpoint of a Service, on a way between others, or what others stand on."""
        flow = self.flow
        changes = [change for r in flow.routes.values() for change in r.services.values()]
        services: list[Service | ServiceChange] = [*flow.services.values(), *changes]
        ends = [e.pod for s in services for e in s.endpoints or []]
        public = _words(w for s in services for w in s.load_balancer or [])
        public |= _words(w for s in flow.services.values() for w in s.external_ips)
        rules = _words(w for n in flow.networks.values() for f in n.filters for w in (f.at, f.source, f.to))
        others = {who for p in flow.participants.values() for who in (p.node, p.shares)}
        gone = {pod for r in flow.routes.values() for pod in r.gone}
        gone |= _words(written for r in flow.routes.values() for written in r.host_ports.values())
        return {*self.written, *self.tables, *ends, *public, *rules, *others, *gone}

    @property
    def services(self) -> set[str]:
        """Those that a step or a role names, by their id, a NodePort or a public address, or that a route changes.

        And those of which an opener picks an endpoint itself.
        """
        changed = {name for r in self.flow.routes.values() for name in r.services}
        names = {n: {n, *_fronts(s)} for n, s in self.flow.services.items()}
        picked = {n for n, s in self.flow.services.items() if self._picked & {e.pod for e in s.endpoints}}
        return changed | picked | {n for n, called in names.items() if self.written & called}

    @property
    def _picked(self) -> set[str]:
        """Who fills a role in a route in which somebody chooses where a connection goes by opening it."""
        choosers = {name for name, s in self.flow.steps.items() if s.opens and s.chooses}
        chains = [self._and_bases(name) for name in self.flow.routes]
        return {who for chain in chains if choosers & _listed(chain) for r in chain for who in r.roles.values()}

    def _and_bases(self, name: str | None) -> list[Route]:
        """A route and those it is like, one after the other; one that is like itself ends the walk."""
        names: list[str] = []
        while name in self.flow.routes and name not in names:
            names.append(name)
            name = self.flow.routes[name].like
        return [self.flow.routes[n] for n in names]

    @property
    def ports(self) -> set[str | None]:
        flow = self.flow
        of_services = {w for s in flow.services.values() for p in s.ports for w in (p.port, p.target, p.node_port)}
        host_ports = _words(w for r in flow.routes.values() for pair in r.host_ports.items() for w in pair)
        tunnels = {t.port for p in flow.participants.values() for t in p.tunnels.values() if t.port}
        listens = _words(w for p in flow.participants.values() for w in p.listens)
        return {*self.written, *of_services, *host_ports, *tunnels, *listens, *self._filtered_ports}

    @property
    def _filtered_ports(self) -> set[str | None]:
        return {f.port for n in self.flow.networks.values() for f in n.filters}

    @property
    def names(self) -> set[str | None]:
        cluster, networks = self.flow.cluster, self.flow.networks.values()
        of_cluster = {cluster.pods, cluster.services} if cluster else set()
        of_rules = _words(w for n in networks for f in n.filters for w in (f.source, f.to))
        plugin = {w for n in networks if n.masquerade for w in (n.masquerade.source, n.masquerade.outside)}
        return {*of_cluster, *of_rules, *plugin, *self.tables, *self.values}


def _listed(routes: Iterable[Route]) -> set[str]:
    """The steps that routes name themselves."""
    return {s for r in routes for steps in (*r.stages.values(), *r.replace.values()) for s in steps}


def _words(texts: Iterable[str | None]) -> set[str]:
    """The words of references, `WHO.INTERFACE:PORT`, apart from roles."""
    return {word for text in texts if text for word in re.findall(r"[\w-]+", _ROLE.sub(" ", text))}


def _fronts(service: Service) -> Iterator[str]:
    """What a Service is called by, beside its own name."""
    yield from (p.node_port for p in service.ports if p.node_port)
    yield from (w.partition(".")[0] for w in (*service.load_balancer, *service.external_ips))


def _shown_values(flow: Flow) -> Iterator[str]:
    """Every value in a label, in a sentence or in the words of a box."""
    for step in flow.steps.values():
        texts = [*step.label.en, *step.label.zh, *map(step.said, LANGUAGES)]
        yield from (m[1] for text in texts for m in PLACEHOLDER.finditer(text))
    for box in flow.boxes.values():
        yield from _box_values(box)


def _box_values(box: Box) -> Iterator[str]:
    texts = [text[language] for text in (box.name, box.note) if text for language in LANGUAGES]
    yield from (m[1] for text in texts for m in PLACEHOLDER.finditer(text))
    for inner in box.inside:
        yield from _box_values(inner)
