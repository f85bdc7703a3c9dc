"""What a flow is: the types of `docs/flow.yml`.

Everything here is a shape; what can really happen to a packet is decided in `world/`. A reference to an address is
written `WHO`, `WHO.INTERFACE` or `WHO:PORT`, where WHO is a participant, a Service or a `{role}` of the route. The
docstring of a field is its description in the schema and on /reference/flow-file/.
"""

from datetime import date
from functools import cached_property
from ipaddress import IPv4Address, IPv4Interface, IPv4Network, IPv6Address, IPv6Interface, IPv6Network
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PrivateAttr, StringConstraints, model_validator

from .places import Places

Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$")]
Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = ("en", "zh")
PortNumber = Annotated[int, Field(ge=1, le=65535)]
Words = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
ONE_LINE = r"^[^\r\n]*$"
Name = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True, pattern=ONE_LINE)]
Address = IPv4Address | IPv6Address
Interface = IPv4Interface | IPv6Interface
Prefix = IPv4Network | IPv6Network


def _listed(value: Any) -> Any:
    """A single value stands for a list of one, nothing for an empty list."""
    return value if isinstance(value, list) else [] if value is None else [value]


Interfaces = Annotated[list[Interface], BeforeValidator(_listed, json_schema_input_type=str | list[str] | None)]
Listed = Annotated[list[str], BeforeValidator(_listed, json_schema_input_type=str | list[str])]
Protocol = Literal["tcp", "udp", "sctp"]
Policy = Literal["Cluster", "Local"]


class Unfit(ValueError):
    """Keys that do not go together: which of them is to blame (none: the whole), what is wrong, what to do."""

    def __init__(self, key: str, what: str, fix: str) -> None:
        super().__init__(what)
        self.key, self.what, self.fix = key, what, fix


class Exact(BaseModel):
    """A mapping with exactly these keys; read once, never changed."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Placed(Exact):
    """What a whole file holds; knows where everything in it stands."""

    _places: Places = PrivateAttr(default_factory=Places)

    def stands(self, places: Places) -> None:
        """Say where everything stands; only who reads the file does."""
        self._places = places

    def place(self, *path: str | int) -> str:
        """Give the place of what is at a path, or of the nearest thing around it: `docs/FILE.yml:12:3`."""
        return self._places.of(*path)


class Text(Exact):
    """Words in both languages."""

    model_config = ConfigDict(title="Text in both languages")

    en: Words
    """In English."""
    zh: Words
    """In Chinese."""

    def __getitem__(self, language: Language) -> str:
        return self.en if language == "en" else self.zh


class Label(Exact):
    """Words in both languages, each as [long, short]; the short form stands over lanes and in narrow pictures."""

    model_config = ConfigDict(title="Long and short text in both languages")

    en: tuple[Words, Words]
    """In English, long and short."""
    zh: tuple[Words, Words]
    """In Chinese, long and short."""

    def long(self, language: Language) -> str:
        return (self.en if language == "en" else self.zh)[0]

    def short(self, language: Language) -> str:
        return (self.en if language == "en" else self.zh)[1]


class Sentence(Exact):
    """One sentence in each language, no longer than 120 characters, 60 in Chinese, once its braces are filled.

    It is for somebody in the first week: plain words, no abbreviation but those of everybody (IP, TCP, TLS, …), and a
    full stop at the end. The steps of drafts may lack it, or have it in one language.
    """

    model_config = ConfigDict(title="Sentence in both languages")

    en: Name | None = None
    """In English."""
    zh: Name | None = None
    """In Chinese."""

    def __getitem__(self, language: Language) -> str | None:
        return self.en if language == "en" else self.zh


class Zone(Exact):
    """A place with a tint of its own, such as outside, edge, each node; the tints go by the order of the zones."""

    name: Text
    """What stands over its lanes."""


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
            fix = "A tunnel in UDP (VXLAN, Geneve, WireGuard) has a port, any other a protocol."
            raise Unfit("", "needs either 'port' or 'protocol'.", fix)
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
    """The ports on which it accepts packets: `PORT`, `PORT/udp`, `PORT+tls` where TLS ends here, or `INTERFACE:PORT`
    for one address only."""
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
            fix = "A stack has addresses of its own; a process shares those of the stack it runs in."
            raise Unfit("", "needs either 'interfaces' or 'shares'.", fix)
        if self.shares and (self.kind == "kernel" or self.rp_filter != "off"):
            key = "kind" if self.kind == "kernel" else "rp-filter"
            fix = "Write it of the stack, or give this one 'interfaces' of its own."
            raise Unfit(key, f"has a '{key}' that only a stack has, but shares that of '{self.shares}'.", fix)
        for name, tunnel in self.tunnels.items():
            for device in (name, tunnel.over):
                if device not in self.interfaces:
                    what = f"has a tunnel '{name}' over '{tunnel.over}', but no interface '{device}'."
                    fix = "Add it to 'interfaces'; a device without address is written NAME: []."
                    raise Unfit("tunnels", what, fix)
        return self


class ApiObject(Exact):
    """Configuration. No packet ever reaches one."""

    model_config = ConfigDict(title="API object")

    name: Text
    """What pages call it."""
    page: str
    """The page that explains it."""


class ServicePort(Exact):
    """One port of a Service."""

    model_config = ConfigDict(title="Service port")

    name: Annotated[str, StringConstraints(pattern=r"^([a-z0-9]([a-z0-9-]*[a-z0-9])?)?$"), Field(examples=["http"])] = (
        ""
    )
    """Its name in the Service; a Service with one port may leave it out."""
    port: Id
    """The port callers use."""
    target: Id
    """The port of the endpoints."""
    node_port: Id | None = Field(None, alias="node-port")
    """The port every node answers to."""
    protocol: Protocol = "tcp"
    """The protocol of its packets."""


class Endpoint(Exact):
    """A Pod behind a Service, and whether it may get new connections."""

    pod: Id
    """The Pod, or the process of a node."""
    ready: bool = True
    """Whether it passes its readiness check."""
    terminating: bool = False
    """Whether it is being deleted."""
    serving: bool | None = None
    """Whether it would still answer while it terminates; by default, when it is ready."""


def _endpoint(value: Any) -> Any:
    return {"pod": value} if isinstance(value, str) else value


Endpoints = list[Annotated[Endpoint, BeforeValidator(_endpoint, json_schema_input_type=str | Endpoint)]]


class Service(Exact):
    """A Service: addresses that nobody owns, which the rules on every node rewrite."""

    name: Annotated[
        str,
        StringConstraints(pattern=r"^[a-z0-9]([a-z0-9-]*[a-z0-9])?/[a-z0-9]([a-z0-9-]*[a-z0-9])?$"),
        Field(examples=["default/shop"]),
    ]
    """`namespace/name`."""
    address: Address | None = None
    """Its ClusterIP; a headless Service has none."""
    ports: Annotated[list[ServicePort], Field(min_length=1)]
    """Its ports; with several, each has a name."""
    endpoints: Endpoints = []
    """The Pods behind it: ids, or mappings that say more."""
    external: Policy = "Cluster"
    """`externalTrafficPolicy`."""
    internal: Policy = "Cluster"
    """`internalTrafficPolicy`."""
    affinity: Literal["none", "client-ip"] = "none"
    """`sessionAffinity`: it narrows the choice on each node, not what is allowed."""
    load_balancer: Listed = Field([], alias="load-balancer")
    """Addresses in its status (`WHO.INTERFACE`) for which every node has rules."""
    external_ips: Listed = Field([], alias="external-ips")
    """`externalIPs`, as `WHO.INTERFACE`."""
    source_ranges: list[IPv4Interface | IPv6Interface] = Field([], alias="source-ranges")
    """`loadBalancerSourceRanges`: who may call the load balancer's addresses; everybody, when empty."""


class ServiceChange(Exact):
    """What is different about a Service in one route."""

    model_config = ConfigDict(title="Change of a Service")

    endpoints: Endpoints | None = None
    """Other Pods behind it."""
    external: Policy | None = None
    """Another `externalTrafficPolicy`."""
    internal: Policy | None = None
    """Another `internalTrafficPolicy`."""
    load_balancer: Listed | None = Field(default=None, alias="load-balancer")
    """Other addresses in its status."""
    source_ranges: list[IPv4Interface | IPv6Interface] | None = Field(default=None, alias="source-ranges")
    """Other `loadBalancerSourceRanges`."""


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
    """Whether 127.0.0.1 answers to NodePorts in iptables mode (`localhostNodePorts`). In nftables mode it does not: the
    TCP proxy that can be turned on there since 1.37 (alpha) is not followed."""


class Via(Exact):
    """Where a route of a routing table leads."""

    model_config = ConfigDict(title="Next hop")

    to: str
    """Who takes the packets: `WHO`, `WHO.INTERFACE`, or `direct`."""
    dev: str | None = None
    """The interface they leave by, where it does not follow from `to`."""


def _via(value: Any) -> Any:
    return {"to": value} if isinstance(value, str) else value


class Masquerade(Exact):
    """The network plugin's own masquerade on every node, for what leaves the Pods' range."""

    source: str
    """The name of the range whose packets it concerns."""
    outside: str
    """The name of the range that is left alone."""


class Filter(Exact):
    """A rule of a firewall or a NetworkPolicy: packets that match are dropped or rejected."""

    at: str
    """The participant whose stack asks it, or a `{role}`."""
    hook: Literal["input", "forward", "output"] = "forward"
    """Where in the kernel it is asked: for packets to the stack, through it, or from it."""
    source: str | None = Field(None, alias="from")
    """`WHO`, a `{role}`, or the name of a range; anybody, when left out."""
    to: str | None = None
    """Who is called: `WHO`, a `{role}`, or the name of a range; anybody, when left out."""
    port: Id | None = None
    """The destination port it concerns, after DNAT."""
    action: Literal["drop", "reject"]
    """What becomes of a packet that matches."""


class Network(Exact):
    """Routing tables, by stack; what is not written follows from prefixes and from the node a Pod is on."""

    like: Id | None = None
    """Another network that this one changes."""
    routes: dict[str, dict[str, Annotated[Via, BeforeValidator(_via, json_schema_input_type=str | Via)]]] = {}
    """For each stack: destination (`default`, a name of a range, or `WHO.INTERFACE`) → next hop: `WHO`, or
    `WHO.INTERFACE`; `direct` is whoever has the address, by way of routers that are not drawn."""
    bridge_netfilter: bool | None = Field(None, alias="bridge-netfilter")
    """Whether a node's rules see what its bridge passes from one Pod to another (`bridge-nf-call-iptables`)."""
    hairpin: bool | None = None
    """Whether a bridge sends a frame back through the port it came from."""
    masquerade: Masquerade | None = None
    """What the network plugin masquerades by itself."""
    filters: list[Filter] = []
    """Rules of firewalls and NetworkPolicies, the first that matches counts."""


class Connection(Exact):
    """One TCP or UDP conversation: opened once, carried, answered."""

    name: Text
    """What pages call it."""


class Stage(Exact):
    """A handful of steps a reader takes in at once, explained on one page."""

    name: Label
    """Its name, long and short."""
    page: str
    """The page its steps are explained on."""


class Joint(Exact):
    """What ties a connection to the one its opener took the request from, and so what its other end can learn."""

    model_config = ConfigDict(title="Tie to another connection")

    connection: Id
    """The connection that was there before."""
    by: Literal["header", "proxy-protocol", "nothing"]
    """What tells the other end about the first caller: a header, a PROXY header, or nothing."""


VERBS = ("opens", "carries", "answers", "says", "handles", "refuses", "drops", "expires")
Message = Literal["proxy-header", "hello", "certificate", "request", "response", "error", "bytes"]
STAYING = ("handles", "refuses", "drops", "expires")
MOVING = ("opens", "says")
ONLY_WITH = {
    "packet": "opens",
    "joins": "opens",
    "transparent": "opens",
    "message": "says",
    "with": "refuses",
    "hands": "carries",
}
NEEDED = {
    "packet": "Write the first packet, like 'client:P > load-balancer:https'.",
    "message": f"Write what is said: {', '.join(get_args(Message))}.",
    "with": "Write how it is refused: icmp or rst.",
}


def _one_verb(schema: dict[str, Any]) -> None:
    """Tell editors that the verbs exclude each other."""
    schema["oneOf"] = [{"required": [verb]} for verb in VERBS]


class Step(Exact):
    """One arrow, or one thing done inside one participant.

    Exactly one verb names the connection. A step is a move (`from`, `to`) or happens `at` a participant; `opens` gives
    the first packet, `dnat` and `snat` say what is rewritten. Which way a packet goes and what a Service does is
    decided by the world: a step that could not happen is refused.
    """

    model_config = ConfigDict(json_schema_extra=_one_verb)

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
    packet: Annotated[str, StringConstraints(pattern=r"^\S+ > \S+$")] | None = Field(
        None, examples=["client:P > load-balancer:https", "client:D > resolver:dns/udp"]
    )
    """`WHO:PORT > WHO:PORT`, with `/udp` or `/sctp` behind it where it is not TCP. A capital letter is a port that a
    kernel picks; a source without interface gets the address of the interface its packet leaves by."""
    transparent: bool = False
    """Whether the opener uses a source address that is not its own (TPROXY)."""
    dnat: str | None = None
    """The new destination, `WHO:PORT`."""
    snat: Annotated[str, StringConstraints(pattern=r"^(masquerade(:[A-Z])?|[^\s:]+(:\w[\w-]*)?)$")] | None = Field(
        None, examples=["masquerade:Q", "masquerade", "load-balancer.inside"]
    )
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
    seen: Annotated[str, StringConstraints(min_length=4)] | None = None
    """What the recordings call this message, from its first word on (`TLS ClientHello`, `GET /`), or, where somebody
    works on one, what is in his log."""
    unseen: Text | None = None
    """Why no recording shows this step."""
    label: Label
    """What happens, long and short; may hold `{src}`, `{dst}`, roles and values, never an address."""
    sentence: Sentence | None = None
    """What it means for the packet, or why it is done: one thing more than the label says; may hold what a label may.
    Every step of a published route has one."""

    def said(self, language: Language) -> str:
        """Give its sentence as it is written; nothing where a draft has none."""
        return (self.sentence and self.sentence[language]) or ""

    @property
    def verb(self) -> str:
        return next(v for v in VERBS if getattr(self, v))

    @property
    def connection(self) -> str:
        return str(getattr(self, self.verb))

    def has(self, key: str) -> bool:
        """Whether a key of the file is written."""
        return bool(getattr(self, {"from": "source", "with": "with_"}.get(key, key)))

    @model_validator(mode="after")
    def _one_verb(self) -> "Step":
        if len(named := [v for v in VERBS if self.has(v)]) != 1:
            what = f"needs exactly one of {', '.join(VERBS)}; has {', '.join(named) or 'none'}."
            fix = "Keep the one that says what happens." if named else "Write one, with its connection."
            raise Unfit("", what, fix)
        self._takes_place(self.verb)
        self._goes_with(self.verb)
        self._rewrites(self.verb)
        return self

    def _takes_place(self, verb: str) -> None:
        """Refuse a step that neither moves nor stays, or does what its verb does not; raises Unfit."""
        moves, stays = self.has("from") and self.has("to"), self.has("at")
        if moves == stays or self.has("from") != self.has("to"):
            fix = "A packet or a message goes 'from' one 'to' another; what is done inside one has 'at'."
            raise Unfit("", "needs either 'from' and 'to', or 'at'.", fix)
        if verb in STAYING and not stays:
            raise Unfit(verb, f"has '{verb}', which needs 'at'.", "Write 'at' in the place of 'from' and 'to'.")
        if verb in MOVING and not moves:
            raise Unfit(verb, f"has '{verb}', which needs 'from' and 'to'.", "Write them in the place of 'at'.")

    def _goes_with(self, verb: str) -> None:
        """Refuse keys of other verbs, and a verb without its key; raises Unfit."""
        for key, owner in ONLY_WITH.items():
            if self.has(key) and verb != owner:
                raise Unfit(key, f"has '{key}', which belongs to '{owner}'.", f"Delete it: this step has '{verb}'.")
        if self.seen and verb not in ("says", "handles"):
            what = f"has 'seen', but '{verb}' says nothing: a packet is looked up by its addresses."
            raise Unfit("seen", what, "Delete it.")
        for key, fix in NEEDED.items():
            if verb == ONLY_WITH[key] and not self.has(key):
                raise Unfit(verb, f"has '{verb}' without '{key}'.", fix)

    def _rewrites(self, verb: str) -> None:
        """Refuse rewrites where none is made, and what goes with them; raises Unfit."""
        for key in ("dnat", "snat"):
            if self.has(key) and (verb not in ("carries", "answers") or not self.has("at")):
                raise Unfit(key, f"has '{key}', but carries nothing 'at' a participant.", "Make it a step of its own.")
        if verb == "carries" and self.has("at") and not (self.has("dnat") or self.has("snat")):
            fix = "Say what is rewritten, or write 'from' and 'to'."
            raise Unfit(verb, "has 'carries' with 'at', but neither 'dnat' nor 'snat'.", fix)
        if self.has("chooses") and not (verb == "opens" or self.has("dnat")):
            what = "has 'chooses', but neither opens a connection nor rewrites a destination."
            raise Unfit("chooses", what, "Move it to the step that picks the backend.")
        if self.chooses == "request" and verb != "opens":
            fix = "Write 'connection'; who opens connections of its own may choose per request."
            raise Unfit("chooses", "rewrites packets, which knows connections and no requests.", fix)


_SomeIds = Annotated[list[Id], Field(min_length=1)]
Stead = Annotated[_SomeIds, BeforeValidator(_listed, json_schema_input_type=Id | _SomeIds)]


class Route(Exact):
    """An ordered list of steps in stages; or like another route, with some of it changed."""

    name: Text
    """What pages call it."""
    page: str
    """The page it is explained on."""
    draft: bool = False
    """Shown while serving, and marked; a build leaves it out and says so, which stops a strict one."""
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
    """Who is not there any more: a Pod with all that runs in it, a node with its Pods, so that nobody answers for their
    addresses. A process that `shares` a stack may be gone alone: then nobody listens where it did."""
    dies: dict[Id, Text] = {}
    """Why the answer of a connection does not count, in words; that it does not is found out."""
    stages: dict[Id, Annotated[list[Id], Field(min_length=1)]] = {}
    """Stages in order, each with its steps."""
    unseen: dict[Id, Text] = {}
    """Why the recordings of this route do not show a step."""
    recordings: list[str] = []
    """What was recorded of it: NAME stands for `docs/recordings/NAME-iptables.txt` and `NAME-nftables.txt`."""
    like: Id | None = None
    """Another route that this one changes."""
    replace: dict[Id, Stead] = {}
    """Steps that others stand in for."""
    drop: list[Id] = []
    """Steps that are left out."""
    restage: dict[Id, Id] = {}
    """Stages that others stand in for."""

    @model_validator(mode="after")
    def _whole_or_like(self) -> "Route":
        if self.like is None:
            if not self.stages or not self.network:
                raise Unfit("", "needs 'stages' and 'network', or 'like'.", "A route is whole, or like another.")
            for key in ("replace", "drop", "restage"):
                if getattr(self, key):
                    raise Unfit(key, f"has '{key}', but is like no other route.", "Add 'like', or change its stages.")
        elif self.stages:
            fix = "They come from that route: use 'replace', 'drop' and 'restage', or delete 'like'."
            raise Unfit("stages", "has 'like' and 'stages'.", fix)
        return self


class Call(Exact):
    """One component calls another (`from`, `to`), or does something itself (`at`)."""

    source: Id | None = Field(None, alias="from")
    """Who calls."""
    to: Id | None = None
    """Who is called."""
    at: Id | None = None
    """Who does something by itself."""
    returns: bool = False
    """Whether it is the answer to a call; drawn dashed."""
    label: Label
    """What is called or done, long and short."""

    @model_validator(mode="after")
    def _one_shape(self) -> "Call":
        if bool(self.source and self.to) == bool(self.at) or bool(self.source) != bool(self.to):
            fix = "One calls 'from' itself 'to' another; what it does alone has 'at'."
            raise Unfit("", "needs either 'from' and 'to', or 'at'.", fix)
        return self


class Procedure(Exact):
    """Who calls whom to build the path: control, not data; no packet of a request is in it."""

    name: Text
    """What pages call it."""
    lanes: Annotated[dict[Id, Label], Field(min_length=1)]
    """Who takes part, in the order of the lanes."""
    calls: Annotated[list[Call], Field(min_length=1)]
    """Who calls whom, in order."""


class Box(Exact):
    """Something that contains other things; `name` and `note` may hold values in braces."""

    name: Text
    """What stands in it."""
    note: Text | None = None
    """A line below the name."""
    inside: list["Box"] = []
    """What it contains."""


class Checked(Exact):
    """What the claims of the pages were held against; each page says when."""

    kubernetes: Words
    """The release of Kubernetes."""


class Recorded(Exact):
    """What made the recordings."""

    kube_proxy: Words = Field(alias="kube-proxy")
    """The version of kube-proxy."""
    linux: Words
    """The version of the kernel."""
    day: date
    """When, as YYYY-MM-DD."""


class Retired(Exact):
    """What is gone for good: its links lead to what comes nearest, and its id is never given to anything else."""

    to: str
    """Where its links lead: an id of today, `PAGE.md` or `PAGE.md#ID`."""
    since: date
    """When it went, as YYYY-MM-DD."""
    why: Text
    """Why it went; who follows an old link without script may read it."""


class Flow(Placed):
    """The whole of `docs/flow.yml`."""

    model_config = ConfigDict(title="The file")

    checked: Checked | None = None
    """What the claims of the pages were held against."""
    recorded: Recorded | None = None
    """What made the recordings."""
    names: dict[Id, Name]
    """Words and ranges: neither an address of a machine nor a port."""
    ports: dict[Id, PortNumber]
    """Port numbers by name."""
    zones: dict[Id, Zone]
    """Where things stand; one tint each, by their order."""
    participants: dict[Id, Participant]
    """Who touches packets, in the order of the lanes."""
    objects: dict[Id, ApiObject] = {}
    """API objects: no packet ever reaches one."""
    cluster: Cluster | None = None
    """What kube-proxy is told about the cluster."""
    services: dict[Id, Service] = {}
    """Services: their addresses are nobody’s."""
    networks: dict[Id, Network] = {}
    """Routing tables, of which a route chooses one set."""
    connections: dict[Id, Connection]
    """TCP and UDP conversations."""
    stages: dict[Id, Stage]
    """Handfuls of steps, each explained on one page."""
    steps: dict[Id, Step]
    """Everything that can happen, once; routes put steps in order."""
    routes: Annotated[dict[Id, Route], Field(min_length=1)]
    """The ways of a request."""
    procedures: dict[Id, Procedure] = {}
    """Who calls whom to build the path."""
    boxes: dict[Id, Box] = {}
    """What contains what."""
    ours: Id | None = None
    """The route that home and the list of all steps show; the first when it is left out."""
    hidden: list[Id] = []
    """Routes that no list shows; their pages stay where links lead to them."""
    aliases: dict[str, str] = {}
    """What has a new name or place, and where it is today: an id, `PAGE.md`, `PAGE.md#ID`, or a file of the site."""
    retired: dict[str, Retired] = {}
    """What is gone, by the id, `PAGE.md` or `PAGE.md#ID` it had."""
    _settled: dict[str, Route] = PrivateAttr(default_factory=dict)

    @cached_property
    def addresses(self) -> dict[str, tuple[tuple[str, Address, Prefix], ...]]:
        """Device, address and prefix of each participant's interfaces, in order."""
        return {
            who: tuple((device, i.ip, i.network) for device, listed in p.interfaces.items() for i in listed)
            for who, p in self.participants.items()
        }

    @property
    def own_route(self) -> str:
        """The route that is shown where pages show `ours`."""
        return self.ours if self.ours in self.routes else next(iter(self.routes))

    @property
    def settled(self) -> dict[str, Route]:
        """Give the routes `routes.settle` has worked out so far."""
        return self._settled

    def __copy__(self) -> "Flow":
        copied = super().__copy__()  # its routes and participants may be others
        copied._settled = {}
        copied.__dict__.pop("addresses", None)
        return copied

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

    def owner(self, address: Address) -> tuple[str, str] | None:
        """Give the participant and its interface that have an address; Services have none."""
        every = ((who, name, i) for who, p in self.participants.items() for name, i in p.interfaces.items())
        return next(((who, name) for who, name, listed in every if address in [i.ip for i in listed]), None)
