"""What a flow is: the types of `docs/flow.yml`.

Everything here is a shape; what can really happen to a packet is decided in `packets.py`. A reference to an address is
written `WHO`, `WHO.INTERFACE` or `WHO:PORT`, where WHO is a participant, a virtual address or a `{role}` of the route.
"""

from datetime import date
from ipaddress import IPv4Address
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, StringConstraints, model_validator

Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$")]
Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = ("en", "zh")
PortNumber = Annotated[int, Field(ge=1, le=65535)]
Words = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Name = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True, pattern=r"^[^\r\n]*$")]  # one line


class Exact(BaseModel):
    """A mapping with exactly these keys; read once, never changed."""

    model_config = ConfigDict(extra="forbid", frozen=True)


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
    """A place with a tint of its own, such as outside, edge, each node; the tints go by the order of the zones."""

    name: Text


class Tunnel(Exact):
    """A device that puts packets inside others: they leave by `over`; the other end listens on `port` (UDP)."""

    over: str
    port: Id


class Participant(Exact):
    """What stands on a lifeline and touches packets. The first interface's address is the one its name stands for.

    A process on the host network has no interfaces of its own: it `shares` those of its node.
    """

    name: Label
    kind: Literal["client", "resolver", "load-balancer", "kernel", "proxy", "app"]
    zone: Id
    interfaces: dict[str, IPv4Address] = {}
    tunnels: dict[str, Tunnel] = {}
    shares: Id | None = None
    node: Id | None = None  # the kernel this Pod's only link leads to
    page: str

    @property
    def forwards(self) -> bool:
        """Whether it passes on packets addressed to others."""
        return self.kind in ("kernel", "load-balancer")

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


class Virtual(Exact):
    """A Service address: nobody owns it, rules rewrite it."""

    address: IPv4Address
    service: Annotated[
        str, StringConstraints(pattern=r"^[a-z0-9-]+/[a-z0-9-]+:[a-z0-9-]+$")
    ]  # namespace/name:port-name
    port: Id
    protocol: Literal["tcp", "udp"] = "tcp"
    node_port: Id | None = Field(None, alias="node-port")
    endpoints: list[str] = []


class Connection(Exact):
    """One TCP or UDP conversation: opened once, carried, answered."""

    name: Text


class Stage(Exact):
    """A handful of steps a reader takes in at once, explained on one page."""

    name: Label
    page: str


Entry = Literal[
    "cluster-ip",
    "hairpin",
    "node-port",
    "node-port-local",
    "load-balancer",
    "load-balancer-local",
    "masquerade",
    "reject-cluster-ip",
    "reject-node-port",
    "drop-node-port",
]


class Rules(Exact):
    """Which kube-proxy rules do a step: of which Service, entered how. The chain names are computed in `rules.py`."""

    service: str  # a virtual address, or a {role}
    entry: Entry


class Joint(Exact):
    """What ties a connection to the one its opener took the request from, and so what its other end can learn."""

    connection: Id
    by: Literal["header", "proxy-protocol", "nothing"]


ROLES_OF_A_STEP = ("opens", "carries", "answers", "says", "handles", "refuses", "drops")
STAYING = ("handles", "refuses", "drops")


class Step(Exact):
    """One arrow, or one thing done inside one participant.

    Exactly one verb names the connection: `opens`, `carries`, `answers`, `says`, `handles`, `refuses`, `drops`. A step
    is a move (`from`, `to`) or happens `at` a participant; `opens` gives the first packet, `dnat` and `snat` say what
    is rewritten.
    """

    opens: Id | None = None
    carries: Id | None = None
    answers: Id | None = None
    says: Id | None = None
    handles: Id | None = None
    refuses: Id | None = None
    drops: Id | None = None
    source: str | None = Field(None, alias="from")
    to: str | None = None
    at: str | None = None
    via: str | None = None
    packet: Annotated[str, StringConstraints(pattern=r"^\S+ > \S+$")] | None = None
    dnat: str | None = None
    snat: Annotated[str, StringConstraints(pattern=r"^masquerade:[A-Z]$")] | None = None
    with_: Literal["icmp", "rst"] | None = Field(None, alias="with")  # how a connection is refused
    bridged: bool = False  # the node's bridge passes the frame on without showing it to the rules
    joins: Joint | None = None
    chooses: Literal["connection", "request"] | None = None  # a backend is picked here, once for each of these
    tls: bool = False  # the sender holds the key: TLS ends there
    fails: bool = False  # a message that says no: a TLS alert, an error status
    rules: Rules | None = None
    seen: Annotated[str, StringConstraints(min_length=4)] | None = None  # what a recording of this message contains
    unseen: Text | None = None  # why no recording shows this step
    label: Label

    @property
    def role(self) -> str:
        return next(r for r in ROLES_OF_A_STEP if getattr(self, r))

    @property
    def connection(self) -> str:
        return str(getattr(self, self.role))

    @model_validator(mode="after")
    def _one_shape(self) -> "Step":
        named = [r for r in ROLES_OF_A_STEP if getattr(self, r)]
        if len(named) != 1:
            raise ValueError(f"needs exactly one of {', '.join(ROLES_OF_A_STEP)}; has {', '.join(named) or 'none'}")
        moves, stays = bool(self.source and self.to), bool(self.at)
        if moves == stays or bool(self.source) != bool(self.to):
            raise ValueError("needs either 'from' and 'to', or 'at'")
        wanted = stays if named[0] in STAYING else moves if named[0] in ("opens", "says") else True
        if not wanted:
            raise ValueError(f"'{named[0]}' needs " + ("'at'" if named[0] in STAYING else "'from' and 'to'"))
        if (named[0] == "refuses") != bool(self.with_):
            raise ValueError("'with' belongs to 'refuses', and only there")
        if self.joins and named[0] != "opens":
            raise ValueError("'joins' belongs to 'opens'")
        if (named[0] == "opens") != bool(self.packet):
            raise ValueError("'packet' belongs to 'opens', and only there")
        rewrites = bool(self.dnat or self.snat)
        if rewrites and (named[0] != "carries" or not stays):
            raise ValueError("'dnat' and 'snat' belong to 'carries' with 'at'")
        if named[0] == "carries" and stays and not rewrites:
            raise ValueError("'carries' with 'at' needs 'dnat' or 'snat'")
        if self.via and not (moves and named[0] in ("carries", "answers")):
            raise ValueError("'via' belongs to a move that 'carries' or 'answers'")
        return self


class Route(Exact):
    """An ordered list of steps in stages; or like another route, with some of it changed."""

    name: Text
    page: str
    roles: dict[Id, Id] = {}  # who, or which port or Service, fills each place of a step
    network: str | None = None  # the interface packets take between nodes
    owns: dict[Id, list[str]] = {}  # whose rules or sockets take packets for an address in this route, where it differs
    dies: dict[Id, Text] = {}  # why the answer of a connection does not count
    stages: dict[Id, Annotated[list[Id], Field(min_length=1)]] = {}
    unseen: dict[Id, Text] = {}  # why the recordings of this route do not show a step
    recordings: list[str] = []  # docs/recordings/NAME-{iptables,nftables}.txt
    like: Id | None = None
    replace: dict[Id, Id | list[Id]] = {}
    drop: list[Id] = []
    restage: dict[Id, Id] = {}

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


class Checked(Exact):
    """What the claims of the pages were held against; each page says when."""

    kubernetes: Words


class Recorded(Exact):
    """What made the recordings."""

    kube_proxy: Words = Field(alias="kube-proxy")
    linux: Words
    day: date


class Flow(Exact):
    """The whole of `docs/flow.yml`."""

    checked: Checked | None = None
    recorded: Recorded | None = None
    names: dict[Id, Name]
    ports: dict[Id, PortNumber]
    zones: dict[Id, Zone]
    participants: dict[Id, Participant]
    objects: dict[Id, ApiObject] = {}
    virtual: dict[Id, Virtual] = {}
    connections: dict[Id, Connection]
    stages: dict[Id, Stage]
    steps: dict[Id, Step]
    routes: Annotated[dict[Id, Route], Field(min_length=1)]
    procedures: dict[Id, Procedure] = {}
    boxes: dict[Id, Box] = {}
    _settled: dict[str, Route] = PrivateAttr(default_factory=dict)

    @property
    def settled(self) -> dict[str, Route]:
        """Give the routes `routes.settle` has worked out so far."""
        return self._settled

    def __copy__(self) -> "Flow":
        copied = super().__copy__()  # its routes may be others
        copied._settled = {}
        return copied

    def address(self, who: str, interface: str | None = None) -> IPv4Address:
        """Give the address of a participant's interface (the first when none is named), or of a virtual."""
        if who in self.virtual:
            return self.virtual[who].address
        interfaces = self.participants[self.participants[who].shares or who].interfaces
        return interfaces[interface] if interface else next(iter(interfaces.values()))

    @property
    def owners(self) -> dict[IPv4Address, str]:
        """Who owns each address; virtual addresses are not in it."""
        return {ip: name for name, p in self.participants.items() for ip in p.interfaces.values()}
