"""What a capture shows, and what became of a connection: the plain values the other rooms share."""

from dataclasses import dataclass, field
from typing import Literal

from ..model.definition import Address, Filter
from .routes import Stop
from .services import Verdict

Outcome = Literal["answered", "error", "refused", "dropped", "reset", "expired"]


@dataclass(frozen=True)
class End:
    """One end of a packet. The port is a number, a capital letter for one some kernel picks, or empty (ICMP)."""

    address: Address
    port: str

    def __str__(self) -> str:
        if not self.port:
            return str(self.address)
        return f"{self.address}:{self.port}" if self.address.version == 4 else f"[{self.address}]:{self.port}"


@dataclass(frozen=True)
class Packet:
    """Source and destination, as a capture shows them."""

    src: End
    dst: End

    def __str__(self) -> str:
        return f"{self.src} → {self.dst}"

    @property
    def turned(self) -> "Packet":
        return Packet(self.dst, self.src)

    @property
    def portless(self) -> "Packet":
        """The same addresses as an ICMP message shows them."""
        return Packet(End(self.src.address, ""), End(self.dst.address, ""))


@dataclass(frozen=True)
class Envelope:
    """The packet a tunnel puts around another one, and by which protocol."""

    packet: Packet
    protocol: str  # UDP, IPIP, …
    device: str

    def __str__(self) -> str:
        return f"{self.packet} {self.protocol}"


@dataclass(frozen=True)
class Hop:
    """One step of a followed route, with the packet before and after it.

    For messages (`says`, `handles`) the packet is the one its sender, or the participant at work, sees. `envelopes` are
    around it on this move, the outermost first. `verdict` is what kube-proxy's rules say where they do this step.
    """

    number: int
    stop: Stop
    verb: str
    connection: str
    source: str
    to: str
    before: Packet
    after: Packet
    envelopes: tuple[Envelope, ...] = ()
    verdict: Verdict | None = None
    icmp: str = ""  # what an ICMP error says: "port unreachable", "host unreachable", …

    @property
    def id(self) -> str:
        return self.stop.id

    @property
    def stage(self) -> str:
        return self.stop.stage

    @property
    def stays(self) -> bool:
        """Whether it happens inside one participant."""
        return self.stop.at is not None

    @property
    def is_message(self) -> bool:
        return self.verb in ("says", "handles")

    @property
    def rewrites(self) -> bool:
        """Whether an address changes here; saying no makes a new packet, it rewrites none."""
        return self.before != self.after and self.verb not in ("refuses", "drops", "expires")

    @property
    def badge(self) -> str:
        """What is done inside: DNAT, SNAT, undo, work, refuse, drop; empty for an arrow."""
        if not self.stays:
            return ""
        named = {"handles": "work", "refuses": "refuse", "drops": "drop", "expires": "expire"}
        if self.verb in named:
            return named[self.verb]
        kinds = [name for name, written in (("DNAT", self.stop.dnat), ("SNAT", self.stop.snat)) if written]
        return "+".join(kinds) or "undo"


@dataclass
class Session:
    """One connection of a route, from its opening to its end.

    `arrived` is the packet as the far end sees it; `nat` lists who rewrote it; `outcome` says how it ended, `who` at
    whose hands and `why` in words.
    """

    name: str
    client: str
    opened: Packet
    protocol: str = "tcp"
    server: str | None = None
    arrived: Packet | None = None
    nat: list[str] = field(default_factory=list)
    moves: int = 0
    joined: tuple[str, str] | None = None  # the connection its opener took the request from, and what tells of it
    outcome: Outcome | None = None
    who: str = ""
    why: str = ""


@dataclass(frozen=True)
class Trip:
    """A followed route: its hops, and what became of each connection."""

    route: str
    hops: list[Hop]
    sessions: dict[str, Session]
    met: tuple[Filter, ...] = ()  # the filters that its packets have met
