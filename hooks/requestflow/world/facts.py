"""What sets one route apart from another: counted and derived from its trip, never written."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from ..model.definition import Address
from .wire import Hop, Packet, Session, Trip


@dataclass(frozen=True)
class Choice:
    """A place where one backend of several is picked, and how often."""

    who: str
    once_per: str  # connection or request


@dataclass(frozen=True)
class Sight:
    """What the far end of a connection sees and is told about where a request comes from."""

    connection: str
    who: str
    source: Address
    told: tuple[Address, ...]  # by header or PROXY protocol, outermost first
    by: str  # header, proxy-protocol, nothing


Tls = Literal["ends", "fails", "unreached", "later", "none"]


@dataclass(frozen=True)
class Facts:
    """One route in numbers and names."""

    steps: int
    connections: int
    moves: int
    nat: int  # entries in connection tracking that rewrite
    choices: tuple[Choice, ...]
    tls_ends: tuple[str, ...]
    tls: Tls
    sights: tuple[Sight, ...]


def facts(trip: Trip) -> Facts:
    """Count and derive what sets a route apart."""
    talks = counted(trip)
    choices = dict.fromkeys(Choice(h.source, h.stop.step.chooses) for h in trip.hops if h.stop.step.chooses)
    tls = dict.fromkeys(h.source for h in trip.hops if h.stop.step.message == "certificate")
    return Facts(
        steps=len(trip.hops),
        connections=len(talks),
        moves=sum(t.moves for t in talks),
        nat=sum(len(t.nat) for t in talks),
        choices=tuple(choices),
        tls_ends=tuple(tls),
        tls="ends" if tls else _without_tls(trip),
        sights=tuple(_sights(trip, talks)),
    )


def _without_tls(trip: Trip) -> Tls:
    """Why nobody terminates TLS in a route: it fails, is not reached, comes later, or is not asked for."""
    meant = [h.connection for h in trip.hops if _opens_https(h)]
    if not meant:
        return "none"
    if any(h.verb == "says" and h.connection in meant for h in trip.hops):
        return "fails"
    return "later" if all(trip.sessions[c].outcome == "answered" for c in meant) else "unreached"


def _opens_https(hop: Hop) -> bool:
    """Whether a connection is opened to the port that TLS is spoken on."""
    return (hop.stop.step.packet or "").endswith(":https")


def counted(trip: Trip) -> list[Session]:
    """Give the connections of the request: a name lookup for another one its client opens later is not counted."""
    every = list(trip.sessions.values())
    later = {s.name: {other.client for other in every[n:]} for n, s in enumerate(every, 1)}
    return [s for s in every if s.protocol != "udp" or s.client not in later[s.name]]


def _sights(trip: Trip, talks: Iterable[Session]) -> Iterable[Sight]:
    for talk in talks:
        if talk.server and talk.arrived:
            by = talk.joined[1] if talk.joined else "nothing"
            told = () if talk.outcome == "reset" else _told(trip, talk)  # no message ever gets through
            yield Sight(talk.name, talk.server, talk.arrived.src.address, told, by)


def _told(trip: Trip, talk: Session) -> tuple[Address, ...]:
    """The addresses an opener passes on. One that was itself told by PROXY protocol passes that on as its peer."""
    if talk.joined is None or talk.joined[1] == "nothing":
        return ()
    before = trip.sessions[talk.joined[0]]
    peer = (before.arrived.src.address,) if before.arrived else ()
    if talk.joined[1] == "proxy-protocol":
        return peer
    earlier = _told(trip, before)
    return earlier if before.joined and before.joined[1] == "proxy-protocol" else (*earlier, *peer)


@dataclass(frozen=True)
class Differences:
    """How one route differs from another: steps dropped, added, and those with other addresses after them."""

    dropped: tuple[str, ...]
    added: tuple[str, ...]
    changed: tuple[tuple[str, Packet, Packet], ...]


def differences(base: Trip, other: Trip) -> Differences:
    """Compare two routes step by step."""
    before, after = ({h.id: h for h in t.hops} for t in (base, other))
    changed = [
        (step, before[step].after, hop.after)
        for step, hop in after.items()
        if step in before and not hop.is_message and before[step].after != hop.after
    ]
    return Differences(
        tuple(s for s in before if s not in after), tuple(s for s in after if s not in before), tuple(changed)
    )
