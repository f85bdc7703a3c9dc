"""What kube-proxy does with the first packet of a connection at a node: rewrite, masquerade, reject, drop, nothing.

One function, `verdict`, decides for both modes. Sources: pkg/proxy/topology.go (which endpoints may be chosen),
pkg/proxy/iptables/proxier.go and pkg/proxy/nftables/proxier.go (what is asked in which order) of Kubernetes 1.36.2.
Their unit tests are the second witness: tests/data/kube-proxy-cases.yml.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

from ..model.definition import Address, Cluster, Endpoint, Flow, Policy, Protocol, Route, Service, ServicePort
from .network import Network

Mode = Literal["iptables", "nftables"]
MODES: tuple[Mode, ...] = ("iptables", "nftables")
Front = Literal["cluster-ip", "node-port", "load-balancer", "external-ip"]
Action = Literal["pass", "dnat", "reject", "drop"]
UNTOLD = Cluster.model_validate({})  # what kube-proxy knows of a cluster it is told nothing about


@dataclass(frozen=True)
class Target:
    """One endpoint a rule may choose."""

    pod: str
    address: Address
    port: int
    node: str | None


@dataclass(frozen=True)
class Verdict:
    """What the rules of a node do with a packet.

    `endpoints` are those the rule may choose; `local` says that the node's own were asked for; `marked` that the packet
    is masqueraded wherever it goes. `why` says it in words.
    """

    action: Action
    service: str | None = None
    port: ServicePort | None = None
    front: Front | None = None
    endpoints: tuple[Target, ...] = ()
    local: bool = False
    marked: bool = False
    hook: Literal["prerouting", "output"] = "prerouting"
    why: str = ""

    def chosen(self, address: Address, port: int) -> Target | None:
        """Give the endpoint with this address and port, if the rule may choose it."""
        return next((t for t in self.endpoints if (t.address, t.port) == (address, port)), None)

    def masquerades(self, source: Address, target: Target) -> bool:
        """Whether the connection's source is replaced: the packet is marked, or the endpoint is the caller itself."""
        return self.marked or target.address == source


PASS = Verdict("pass")


@dataclass(frozen=True)
class Question:
    """A packet at a node: where it comes from, where it is addressed to, and who asks.

    `own` is True for a packet of a process in the node's own stack (OUTPUT), else it came in from outside (PREROUTING).
    """

    node: str
    mode: Mode
    source: Address
    destination: Address
    port: int
    protocol: Protocol = "tcp"
    own: bool = False


@dataclass(frozen=True)
class Services:
    """The Services of one route, as every node's kube-proxy knows them."""

    flow: Flow
    network: Network
    changed: dict[str, Service] = field(default_factory=dict)
    met: set[str] = field(default_factory=set)  # those that a packet has come to

    @classmethod
    def of(cls, flow: Flow, settled: Route, network: Network) -> "Services":
        """Give the Services with what the route changes about them."""
        changed = {
            name: flow.services[name].model_copy(update=change.model_dump(exclude_none=True) | _endpoints(change))
            for name, change in settled.services.items()
            if name in flow.services
        }
        return cls(flow, network, changed)

    def __getitem__(self, name: str) -> Service:
        return self.changed.get(name) or self.flow.services[name]

    # -- the verdict --------------------------------------------------------------------------------------------------
    def verdict(self, q: Question) -> Verdict:
        """Say what the rules do with a packet that opens a connection."""
        found = next(self._matching(q), None)
        if found is None:
            return self._unmatched(q)
        name, port, front = found
        self.met.add(name)
        verdict = self._external(q, name, port, front) if front != "cluster-ip" else self._internal(q, name, port)
        return replace(verdict, hook="output" if q.own else "prerouting")

    def _matching(self, q: Question) -> Iterator[tuple[str, ServicePort, Front]]:
        """Every Service port the packet is addressed to; addresses of Services are asked before NodePorts."""
        late: list[tuple[str, ServicePort, Front]] = []
        for name in self.flow.services:
            service = self[name]
            if service.address is None:
                continue
            for port in service.ports:
                if port.protocol != q.protocol:
                    continue
                if self.flow.ports[port.port] == q.port and (front := self._front(service, q.destination)):
                    yield name, port, front
                if port.node_port and self.flow.ports[port.node_port] == q.port and self.takes_node_ports(q):
                    late.append((name, port, "node-port"))
        yield from late

    def _front(self, service: Service, destination: Address) -> Front | None:
        if destination == service.address:
            return "cluster-ip"
        for front, written in (("external-ip", service.external_ips), ("load-balancer", service.load_balancer)):
            if destination in [self._address(w) for w in written]:
                return front  # type: ignore[return-value]
        return None

    def takes_node_ports(self, q: Question) -> bool:
        """Whether a NodePort is answered on this address of the node."""
        if not self.network.is_local(q.node, q.destination):
            return False
        if q.destination.is_loopback and not self._takes_localhost(q):
            return False
        if ranges := [r.network for r in self._cluster.node_port_addresses]:
            return any(q.destination in r for r in ranges if r.version == q.destination.version)
        return q.mode == "iptables" or q.destination == self._primary(q)

    def _takes_localhost(self, q: Question) -> bool:
        """Whether 127.0.0.1 answers to NodePorts; ::1 never does."""
        return q.mode == "iptables" and q.destination.version == 4 and self._cluster.localhost_node_ports

    def _primary(self, q: Question) -> Address | None:
        """The address by which the cluster knows the node: its first of this family."""
        return next((a for _, a, _ in self.network.addresses(q.node) if a.version == q.destination.version), None)

    def _unmatched(self, q: Question) -> Verdict:
        """No Service has this address and port. Only nftables mode has rules for that (`cluster-ips-check`)."""
        if q.mode == "iptables":
            return PASS
        known = {s.address for s in map(self.__getitem__, self.flow.services)}
        if q.destination in known:
            return Verdict("reject", why=f"no Service has port {q.port}/{q.protocol} at {q.destination}")
        ips = self.network.range(self._cluster.services) if self._cluster.services else None
        if ips is not None and q.destination.version == ips.version and q.destination in ips:
            return Verdict("drop", why=f"no Service has the address {q.destination}")
        return PASS

    # -- the three ways in --------------------------------------------------------------------------------------------
    def _internal(self, q: Question, name: str, port: ServicePort) -> Verdict:
        """To a ClusterIP: masqueraded when it comes from outside the Pods, if kube-proxy knows what is outside."""
        outside = self._cluster.pods is not None and not self._from_pod(q.source)
        marked = self._cluster.masquerade_all or outside
        return self._balanced(q, name, port, "cluster-ip", self[name].internal, marked)

    def _external(self, q: Question, name: str, port: ServicePort, front: Front) -> Verdict:
        """External traffic; what comes from Pods or from the node itself is let through to every endpoint."""
        service = self[name]
        if front == "load-balancer" and not self._allowed(q, name, port):
            why = f"{q.source} is in none of the source ranges of {service.name}"
            return Verdict("drop", name, port, front, why=why)
        if service.external == "Cluster":
            return self._balanced(q, name, port, front, "Cluster", True)
        if self._from_pod(q.source):
            return self._balanced(q, name, port, front, "Cluster", False)
        if self.network.is_local(q.node, q.source):
            return self._balanced(q, name, port, front, "Cluster", True)
        return self._balanced(q, name, port, front, "Local", False)

    def _balanced(
        self, q: Question, name: str, port: ServicePort, front: Front, policy: Policy, marked: bool
    ) -> Verdict:
        every = self.usable(name, port, None)
        may = every if policy == "Cluster" else self.usable(name, port, q.node)
        if not every and self._unseen(q, front):
            return PASS
        if not every:
            return Verdict("reject", name, port, front, why=f"{self[name].name} has no endpoint")
        if not may:
            why = f"{self[name].name} has no endpoint on {q.node}, and its policy is Local"
            return Verdict("drop", name, port, front, local=True, why=why)
        return Verdict("dnat", name, port, front, may, policy == "Local", marked)

    def _unseen(self, q: Question, front: Front) -> bool:
        """Whether the rule that rejects is not on the way: iptables mode has it in INPUT and FORWARD, not in OUTPUT."""
        external = front in ("load-balancer", "external-ip")
        return q.mode == "iptables" and q.own and external and not self.network.is_local(q.node, q.destination)

    def usable(self, name: str, port: ServicePort, node: str | None) -> tuple[Target, ...]:
        """Give the endpoints that get new connections, on one node or on all.

        Those that are ready; where there is none, those that terminate and still serve. A Pod whose address is of
        another family than the Service is none of its endpoints.
        """
        service = self[name]
        family = service.address.version if service.address else 4
        targets = [(e, t) for e in service.endpoints for t in self._targets(e, port, family) if node in (None, t.node)]
        ready = tuple(t for e, t in targets if e.ready and not e.terminating)
        return ready or tuple(t for e, t in targets if e.terminating and (e.ready if e.serving is None else e.serving))

    def is_endpoint(self, address: Address, port: str) -> bool:
        """Whether some Service has an endpoint, ready or not, with this address and port."""
        found = {
            name
            for name, s in ((name, self[name]) for name in self.flow.services)
            for p in s.ports
            for e in s.endpoints
            for t in self._targets(e, p, address.version)
            if (t.address, str(t.port)) == (address, port)
        }
        self.met.update(found)
        return bool(found)

    def _targets(self, endpoint: Endpoint, port: ServicePort, family: int) -> Iterator[Target]:
        stack = self.network.stack(endpoint.pod)
        addresses = [a for _, a, _ in self.network.addresses(stack) if a.version == family]
        node = self.flow.participants[endpoint.pod].node
        yield from (Target(endpoint.pod, a, self.flow.ports[port.target], node) for a in addresses[:1])

    # -- who asks -----------------------------------------------------------------------------------------------------
    @property
    def _cluster(self) -> Cluster:
        return self.flow.cluster or UNTOLD

    def _from_pod(self, source: Address) -> bool:
        """Whether an address is in the Pods' range, by which kube-proxy tells Pods from others (`--cluster-cidr`)."""
        pods = self.network.range(self._cluster.pods) if self._cluster.pods else None
        return pods is not None and pods.version == source.version and source in pods

    def _allowed(self, q: Question, name: str, port: ServicePort) -> bool:
        """Whether the source ranges let a caller in; iptables mode writes none where there is no endpoint.

        With the node's address they mean the balancer's own: a node that has that address calls it from there.
        """
        service = self[name]
        ranges = [r.network for r in service.source_ranges]

        def inside(address: Address | None) -> bool:
            return address is not None and any(address in r for r in ranges if r.version == address.version)

        if not ranges or (q.mode == "iptables" and not self.usable(name, port, None)):
            return True
        balancers = [self._address(w) for w in service.load_balancer]
        return inside(q.source) or (q.source in balancers and inside(self._primary(q)))

    def _address(self, written: str) -> Address:
        who, _, interface = written.partition(".")
        return self.flow.address(who, interface or None)


def _endpoints(change: object) -> dict[str, object]:
    """Endpoints as they are, not as plain data."""
    endpoints = getattr(change, "endpoints", None)
    return {} if endpoints is None else {"endpoints": endpoints}
