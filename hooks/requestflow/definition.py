"""What a flow is: the types of `docs/flow.yml`.

Everything here is a shape; what can really happen to a packet is decided in `world/`. A reference to an address is
written `WHO`, `WHO.INTERFACE` or `WHO:PORT`, where WHO is a participant, a Service or a `{role}` of the route. The
docstring of a field is its description in the schema and on /reference/flow-file/.
"""

from ipaddress import IPv4Address, IPv4Interface, IPv6Address, IPv6Interface
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator

Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$")]
Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = ("en", "zh")
PortNumber = Annotated[int, Field(ge=1, le=65535)]
Words = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Address = IPv4Address | IPv6Address
Interface = IPv4Interface | IPv6Interface


def _listed(value: Any) -> Any:
    """A single value stands for a list of one, nothing for an empty list."""
    return value if isinstance(value, list) else [] if value is None else [value]


Interfaces = Annotated[list[Interface], BeforeValidator(_listed)]
Protocol = Literal["tcp", "udp", "sctp"]
Policy = Literal["Cluster", "Local"]


class Exact(BaseModel):
    """A mapping with exactly these keys; read once, never changed."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class Text(Exact):
    """Words in both languages."""

    en: Words
    zh: Words

    def __getitem__(self, language: Language) -> str:
        return self.en if language == "en" else self.zh


class Label(Exact):
    """Words in both languages, each as [long, short]; the short form stands over lanes and in narrow pictures."""

    en: tuple[Words, Words]
    zh: tuple[Words, Words]

    def long(self, language: Language) -> str:
        return (self.en if language == "en" else self.zh)[0]

    def short(self, language: Language) -> str:
        return (self.en if language == "en" else self.zh)[1]


class Zone(Exact):
    """A place with a tint of its own: outside, edge, one per node."""

    name: Text


class Tunnel(Exact):
    """A device that puts packets inside others: they leave by `over` and the other end takes them out again."""

    over: str
    """The interface, or another tunnel, by which the envelope leaves."""
    port: Id | None = None
    """The UDP port the other end listens on (VXLAN, Geneve, WireGuard); without one, an IP protocol is named."""
    protocol: Literal["ipip", "gre", "esp", "sit"] | None = None
    """The IP protocol of an envelope without ports."""

    @model_validator(mode="after")
    def _one_kind(self) -> "Tunnel":
        if bool(self.port) == bool(self.protocol):
            raise ValueError("needs either 'port' (UDP) or 'protocol'")
        return self


Kind = Literal[
    "client",
    "resolver",
    "load-balancer",
    "kernel",
    "proxy",
    "app",
    "router",
    "nat-gateway",
    "firewall",
    "cdn",
    "sidecar",
]
FORWARDING: frozenset[str] = frozenset(("kernel", "load-balancer", "router", "nat-gateway", "firewall"))


class Participant(Exact):
    """What stands on a lifeline and touches packets: a stack (network namespace), or a process in one.

    With `interfaces` it is a stack; the first address of the first interface is the one its name stands for. With
    `shares` it is a process in the stack of another participant: a controller on the host network, a sidecar.
    """

    name: Label
    """What stands over its lane, long and short."""
    kind: Kind
    """What it is. A `kernel` is a node's: it follows the rules kube-proxy writes. Kernels, load balancers, routers,
    NAT gateways and firewalls pass on packets addressed to others."""
    zone: Id
    """Where it is drawn."""
    interfaces: dict[str, Interfaces] = {}
    """Its devices, each with its address and prefix (`192.0.2.11/24`), a list of them, or nothing."""
    tunnels: dict[str, Tunnel] = {}
    """Which of its devices put packets into envelopes."""
    shares: Id | None = None
    """The participant in whose stack this process runs."""
    node: Id | None = None
    """The node whose kernel this Pod's only link leads to."""
    listens: list[str] = []
    """The ports on which it accepts packets: `PORT`, `PORT/udp`, or `INTERFACE:PORT` for one address only."""
    rp_filter: Literal["off", "loose", "strict"] = Field("off", alias="rp-filter")
    """Reverse path filter: whether packets are dropped whose source would not be reached by where they came in."""
    page: str
    """The page that explains it, from the top of a language."""

    @property
    def forwards(self) -> bool:
        """Whether it passes on packets addressed to others."""
        return self.kind in FORWARDING

    @model_validator(mode="after")
    def _addresses(self) -> "Participant":
        if bool(self.interfaces) == bool(self.shares):
            raise ValueError("needs either 'interfaces' or 'shares'")
        for name, tunnel in self.tunnels.items():
            if name not in self.interfaces or tunnel.over not in self.interfaces:
                raise ValueError(f"the tunnel '{name}' and what it goes over must both be interfaces")
        return self


class ApiObject(Exact):
    """Configuration. No packet ever reaches one."""

    name: Text
    page: str


class ServicePort(Exact):
    """One port of a Service."""

    name: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]*$")] = ""
    """Its name in the Service; a Service with one port may leave it out."""
    port: Id
    """The port callers use."""
    target: Id
    """The port of the endpoints."""
    node_port: Id | None = Field(None, alias="node-port")
    """The port every node answers to."""
    protocol: Protocol = "tcp"


class Endpoint(Exact):
    """A Pod behind a Service, and whether it may get new connections."""

    pod: Id
    ready: bool = True
    """Whether it passes its readiness check."""
    terminating: bool = False
    """Whether it is being deleted."""
    serving: bool | None = None
    """Whether it would still answer while it terminates; by default, when it is ready."""


def _endpoint(value: Any) -> Any:
    return {"pod": value} if isinstance(value, str) else value


class Service(Exact):
    """A Service: addresses that nobody owns, which the rules on every node rewrite."""

    name: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+/[a-z0-9-]+$")]
    """`namespace/name`."""
    address: Address | None = None
    """Its ClusterIP; a headless Service has none."""
    ports: Annotated[list[ServicePort], Field(min_length=1)]
    endpoints: list[Annotated[Endpoint, BeforeValidator(_endpoint)]] = []
    """The Pods behind it: ids, or mappings that say more."""
    external: Policy = "Cluster"
    """`externalTrafficPolicy`."""
    internal: Policy = "Cluster"
    """`internalTrafficPolicy`."""
    affinity: Literal["none", "client-ip"] = "none"
    """`sessionAffinity`: it narrows the choice on each node, not what is allowed."""
    load_balancer: Annotated[list[str], BeforeValidator(_listed)] = Field([], alias="load-balancer")
    """Addresses in its status (`WHO.INTERFACE`) for which every node has rules."""
    external_ips: Annotated[list[str], BeforeValidator(_listed)] = Field([], alias="external-ips")
    """`externalIPs`, as `WHO.INTERFACE`."""
    source_ranges: list[IPv4Interface | IPv6Interface] = Field([], alias="source-ranges")
    """`loadBalancerSourceRanges`: who may call the load balancer's addresses; everybody, when empty."""


class ServiceChange(Exact):
    """What is different about a Service in one route."""

    endpoints: list[Annotated[Endpoint, BeforeValidator(_endpoint)]] | None = None
    external: Policy | None = None
    internal: Policy | None = None
    load_balancer: Annotated[list[str], BeforeValidator(_listed)] | None = Field(default=None, alias="load-balancer")
    source_ranges: list[IPv4Interface | IPv6Interface] | None = Field(default=None, alias="source-ranges")


class Cluster(Exact):
    """What kube-proxy is told about the cluster."""

    pods: Id | None = None
    """The name (under `names`) of the Pods' range (`clusterCIDR`): who calls a ClusterIP from outside it is
    masqueraded. Without it kube-proxy knows no Pods, and masquerades nobody on the way to a ClusterIP."""
    services: Id | None = None
    """The name of the range of ClusterIPs."""
    masquerade_all: bool = Field(False, alias="masquerade-all")
    """Whether Pods that call a ClusterIP are masqueraded too (`masqueradeAll`)."""
    node_port_addresses: list[Interface] = Field([], alias="node-port-addresses")
    """The ranges whose addresses of a node answer to NodePorts (`nodePortAddresses`); when empty, every address in
    iptables mode, the first of its family in nftables mode."""
    localhost_node_ports: bool = Field(True, alias="localhost-node-ports")
    """Whether 127.0.0.1 answers to NodePorts, which only iptables mode can do (`localhostNodePorts`)."""


class Via(Exact):
    """Where a route of a routing table leads, with the device named."""

    dev: str
    """The interface packets leave by."""
    to: str
    """Who takes them: `WHO`, `WHO.INTERFACE`, or `direct`."""


class Masquerade(Exact):
    """The network plugin's own masquerade on every node, for what leaves the Pods' range."""

    source: str
    """The name of the range whose packets it concerns."""
    outside: str
    """The name of the range that is left alone."""


class Filter(Exact):
    """A rule of a firewall or a NetworkPolicy: packets that match are dropped or rejected."""

    at: Id
    """The participant whose stack asks it; may be a role."""
    hook: Literal["input", "forward", "output"] = "forward"
    source: str | None = Field(None, alias="from")
    """`WHO`, or the name of a range; anybody, when left out."""
    to: str | None = None
    port: Id | None = None
    """The destination port it concerns, after DNAT."""
    action: Literal["drop", "reject"]


class Network(Exact):
    """Routing tables, by stack; what is not written follows from prefixes and from the node a Pod is on."""

    like: Id | None = None
    """Another network that this one changes."""
    routes: dict[str, dict[str, str | Via]] = {}
    """For each stack: destination (`default`, a name of a range, or `WHO.INTERFACE`) → next hop: `WHO`, or
    `WHO.INTERFACE`; `direct` is whoever has the address, by way of routers that are not drawn."""
    bridge_netfilter: bool | None = Field(None, alias="bridge-netfilter")
    """Whether a node's rules see what its bridge passes from one Pod to another (`bridge-nf-call-iptables`)."""
    hairpin: bool | None = None
    """Whether a bridge sends a frame back through the port it came from."""
    masquerade: Masquerade | None = None
    filters: list[Filter] = []


class Connection(Exact):
    """One TCP or UDP conversation: opened once, carried, answered."""

    name: Text


class Stage(Exact):
    """A handful of steps a reader takes in at once, explained on one page."""

    name: Label
    page: str


class Joint(Exact):
    """What ties a connection to the one its opener took the request from, and so what its other end can learn."""

    connection: Id
    by: Literal["header", "proxy-protocol", "nothing"]


VERBS = ("opens", "carries", "answers", "says", "handles", "refuses", "drops", "expires")
Message = Literal["proxy-header", "hello", "certificate", "request", "response", "error", "bytes"]
STAYING = ("handles", "refuses", "drops", "expires")


class Step(Exact):
    """One arrow, or one thing done inside one participant.

    Exactly one verb names the connection. A step is a move (`from`, `to`) or happens `at` a participant; `opens` gives
    the first packet, `dnat` and `snat` say what is rewritten. Which way a packet goes and what a Service does is
    decided by the world: a step that could not happen is refused.
    """

    opens: Id | None = None
    """Sends the first packet of this connection."""
    carries: Id | None = None
    """Takes the request's packet on, or rewrites it."""
    answers: Id | None = None
    """Takes the answer's packet on, or undoes a rewrite."""
    says: Id | None = None
    """Sends a message inside this connection from one end to the other."""
    handles: Id | None = None
    """Works on a message of this connection, at one of its ends."""
    refuses: Id | None = None
    """Says no to this connection."""
    drops: Id | None = None
    """Ends this connection without a word."""
    expires: Id | None = None
    """Forgets this connection's entry after it was idle too long."""
    source: str | None = Field(None, alias="from")
    """Who sends; a participant or a `{role}`."""
    to: str | None = None
    """Who receives."""
    at: str | None = None
    """Where it happens."""
    packet: Annotated[str, StringConstraints(pattern=r"^\S+ > \S+$")] | None = None
    """`WHO:PORT > WHO:PORT`, with `/udp` or `/sctp` behind it where it is not TCP. A capital letter is a port that a
    kernel picks; a source without interface gets the address of the interface its packet leaves by."""
    transparent: bool = False
    """Whether the opener uses a source address that is not its own (TPROXY)."""
    dnat: str | None = None
    """The new destination, `WHO:PORT`."""
    snat: Annotated[str, StringConstraints(pattern=r"^(masquerade(:[A-Z])?|[^\s:]+(:\w[\w-]*)?)$")] | None = None
    """The new source: `masquerade:Q` (address of the outgoing interface, a new port), `masquerade` (the port stays), or
    `WHO.INTERFACE` with or without a port."""
    hands: Literal["ip-option", "envelope"] | None = None
    """Direct server return: with the packet goes, in this form, what its endpoint's node needs to answer for the
    Service; the entry stands there, not here."""
    with_: Literal["icmp", "rst"] | None = Field(None, alias="with")
    """How a connection is refused."""
    joins: Joint | None = None
    """The connection this one is opened because of."""
    chooses: Literal["connection", "request"] | None = None
    """A backend is picked here, once for each of these."""
    message: Message | None = None
    """What `says` says. A `certificate` means that TLS ends at its sender; an `error` is a no: an alert, an error
    status; `bytes` are passed on unread."""
    seen: str | None = None
    """What a recording of this message contains."""
    unseen: Text | None = None
    """Why no recording shows this step."""
    label: Label
    """What happens, long and short; may hold `{src}`, `{dst}`, roles and values, never an address."""

    @property
    def verb(self) -> str:
        return next(v for v in VERBS if getattr(self, v))

    @property
    def connection(self) -> str:
        return str(getattr(self, self.verb))

    @model_validator(mode="after")
    def _one_shape(self) -> "Step":
        named = [v for v in VERBS if getattr(self, v)]
        if len(named) != 1:
            raise ValueError(f"needs exactly one of {', '.join(VERBS)}; has {', '.join(named) or 'none'}")
        moves, stays = bool(self.source and self.to), bool(self.at)
        if moves == stays or bool(self.source) != bool(self.to):
            raise ValueError("needs either 'from' and 'to', or 'at'")
        self._fits(named[0], moves, stays)
        return self

    def _fits(self, verb: str, moves: bool, stays: bool) -> None:
        """Refuse keys that do not go with the verb; raises ValueError."""
        if not (stays if verb in STAYING else moves if verb in ("opens", "says") else True):
            raise ValueError(f"'{verb}' needs " + ("'at'" if verb in STAYING else "'from' and 'to'"))
        rewrites = bool(self.dnat or self.snat)
        only = {"joins": "opens", "packet": "opens", "with": "refuses", "transparent": "opens"}
        only |= {"message": "says", "hands": "carries"}
        for key, verb_of_it in only.items():
            if getattr(self, key if key != "with" else "with_") and verb != verb_of_it:
                raise ValueError(f"'{key}' belongs to '{verb_of_it}', and only there")
        for key in ("packet", "with", "message"):
            if verb == only[key] and not getattr(self, key if key != "with" else "with_"):
                raise ValueError(f"'{key}' belongs to '{only[key]}', which needs it")
        if rewrites and (verb not in ("carries", "answers") or not stays):
            raise ValueError("'dnat' and 'snat' belong to 'carries' with 'at'")
        if verb == "carries" and stays and not rewrites:
            raise ValueError("'carries' with 'at' needs 'dnat' or 'snat'")
        if self.chooses and not (verb == "opens" or self.dnat):
            raise ValueError("'chooses' belongs to a step that opens a connection or rewrites a destination")


class Route(Exact):
    """An ordered list of steps in stages; or like another route, with some of it changed."""

    name: Text
    page: str
    """The page it is explained on."""
    draft: bool = False
    """Shown while serving, marked; a strict build says how many there are."""
    roles: dict[Id, Id] = {}
    """Who, or which port or Service, fills each place of a step."""
    network: Id | None = None
    """Which routing tables the machines have."""
    services: dict[Id, ServiceChange] = {}
    """What is different about a Service in this route."""
    mode: Literal["iptables", "nftables"] | None = None
    """The kube-proxy mode, where the two decide differently."""
    host_ports: dict[Id, str] = Field({}, alias="host-ports")
    """TCP ports of a Pod's node that lead to the Pod, `POD:PORT` (`hostPort`, done by the portmap plugin)."""
    gone: list[Id] = []
    """Pods that are not there any more."""
    dies: dict[Id, Text] = {}
    """Why the answer of a connection does not count, in words; that it does not is found out."""
    stages: dict[Id, Annotated[list[Id], Field(min_length=1)]] = {}
    """Stages in order, each with its steps."""
    unseen: dict[Id, Text] = {}
    """Why the recordings of this route do not show a step."""
    recordings: list[str] = []
    """docs/recordings/NAME-{iptables,nftables}.txt."""
    like: Id | None = None
    """Another route that this one changes."""
    replace: dict[Id, Id | list[Id]] = {}
    """Steps that others stand in for."""
    drop: list[Id] = []
    """Steps that are left out."""
    restage: dict[Id, Id] = {}
    """Stages that others stand in for."""

    @model_validator(mode="after")
    def _whole_or_like(self) -> "Route":
        if self.like is None:
            if not self.stages or not self.network:
                raise ValueError("needs 'stages' and 'network', or 'like'")
            if self.replace or self.drop or self.restage:
                raise ValueError("'replace', 'drop' and 'restage' belong to a route with 'like'")
        elif self.stages:
            raise ValueError("has 'like', so its stages come from that route: use 'replace', 'drop', 'restage'")
        return self


class Call(Exact):
    """One component calls another (`from`, `to`), or does something itself (`at`)."""

    source: Id | None = Field(None, alias="from")
    to: Id | None = None
    at: Id | None = None
    returns: bool = False  # the answer to a call, drawn dashed
    label: Label

    @model_validator(mode="after")
    def _one_shape(self) -> "Call":
        if bool(self.source and self.to) == bool(self.at) or bool(self.source) != bool(self.to):
            raise ValueError("needs either 'from' and 'to', or 'at'")
        return self


class Procedure(Exact):
    """Who calls whom to build the path: control, not data; no packet of a request is in it."""

    name: Text
    lanes: Annotated[dict[Id, Label], Field(min_length=1)]
    calls: Annotated[list[Call], Field(min_length=1)]


class Box(Exact):
    """Something that contains other things; `name` and `note` may hold values in braces."""

    name: Text
    note: Text | None = None
    inside: list["Box"] = []


class Flow(Exact):
    """The whole of `docs/flow.yml`."""

    names: dict[Id, Words]
    ports: dict[Id, PortNumber]
    zones: dict[Id, Zone]
    participants: dict[Id, Participant]
    objects: dict[Id, ApiObject] = {}
    cluster: Cluster | None = None
    services: dict[Id, Service] = {}
    networks: dict[Id, Network] = {}
    connections: dict[Id, Connection]
    stages: dict[Id, Stage]
    steps: dict[Id, Step]
    routes: Annotated[dict[Id, Route], Field(min_length=1)]
    procedures: dict[Id, Procedure] = {}
    boxes: dict[Id, Box] = {}

    def address(self, who: str, interface: str | None = None, family: int | None = None) -> Address:
        """Give the address of a participant's interface, the first when none is named, or a ClusterIP.

        Of several, one of the `family` (4 or 6) where there is one. Raises ValueError where there is none: a device
        without address, a headless Service.
        """
        if who in self.services:
            if (address := self.services[who].address) is None:
                raise ValueError(f"the Service '{who}' is headless: it has no address of its own.")
            return address
        interfaces = self.participants[self.participants[who].shares or who].interfaces
        found = interfaces[interface] if interface else [i for listed in interfaces.values() for i in listed]
        if not found:
            raise ValueError(f"'{who}' has no address" + (f" on '{interface}'." if interface else "."))
        return next((i.ip for i in found if i.version == family), found[0].ip)
