"""What a capture shows, and what became of a connection: the plain values the other rooms share."""

from dataclasses import dataclass, field
from ipaddress import IPv4Address
from typing import Literal

from .routes import Stop

Fate = Literal["answered", "error", "refused", "dropped", "dies"]


@dataclass(frozen=True)
class End:
    """One end of a packet. The port is a number, a capital letter for one some kernel picks, or empty (ICMP)."""

    address: IPv4Address
    port: str

    def __str__(self) -> str:
        return f"{self.address}:{self.port}" if self.port else str(self.address)


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


@dataclass(frozen=True)
class Hop:
    """One step of a followed route, with the packet before and after it.

    `role` is the step's verb. For messages (`says`, `handles`) the packet is the one its sender, or the participant at
    work, sees. `outer` is the packet a tunnel puts around it on this move.
    """

    number: int
    stop: Stop
    role: str
    connection: str
    source: str
    to: str
    before: Packet
    after: Packet
    outer: Packet | None = None

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
        return self.role in ("says", "handles")

    @property
    def rewrites(self) -> bool:
        """Whether an address changes here; saying no makes a new packet, it rewrites none."""
        return self.before != self.after and self.role not in ("refuses", "drops")

    @property
    def badge(self) -> str:
        """What is done inside: DNAT, SNAT, undo, work, refuse, drop; empty for an arrow."""
        if not self.stays:
            return ""
        named = {"handles": "work", "refuses": "refuse", "drops": "drop", "answers": "undo"}
        return named.get(self.role, "DNAT" if self.stop.dnat else "SNAT")


@dataclass
class Conversation:
    """One connection of a route, from its opening to its end.

    `arrived` is the packet as the far end sees it; `nat` lists who rewrote it; `who` and `why` say who ended it.
    """

    name: str
    client: str
    opened: Packet
    server: str | None = None
    arrived: Packet | None = None
    nat: list[str] = field(default_factory=list)
    moves: int = 0
    joined: tuple[str, str] | None = None  # the connection its opener took the request from, and what tells of it
    fate: Fate | None = None
    who: str = ""


@dataclass(frozen=True)
class Trip:
    """A followed route: its hops, and what became of each connection."""

    route: str
    hops: list[Hop]
    conversations: dict[str, Conversation]
