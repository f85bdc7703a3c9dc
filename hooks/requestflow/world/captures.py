"""What each tool on the way of a route shows: which packet, and after and before which rewrite.

A capture on an interface sees a packet before the rules of that machine when it comes in, and after them when it goes
out (netfilter's hooks lie between); connection tracking keeps the packet as it came and the answer it waits for.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Literal

from ..model.definition import Flow
from .facts import counted
from .network import Network
from .routes import settle
from .wire import Envelope, Hop, Packet, Session, Trip

Around = tuple[tuple[Envelope, ...], tuple[Envelope, ...]]
NONE: Around = ((), ())
VETH = "veth"  # the node's end of a Pod's only link
Tool = Literal["socket", "capture", "tracking", "trace", "log"]


@dataclass(frozen=True)
class Place:
    """Where somebody looks: at whom, with what, on which interface (of a capture), of which Pod's link."""

    who: str
    tool: Tool
    device: str = ""
    pod: str = ""


@dataclass(frozen=True)
class Seen:
    """What one connection shows at several places: the same packet, between the same two rewrites.

    `there` is the request's packet, `back` the answer's (None where none passes), `around` the envelopes of each.
    `after` and `before` are the steps next to it that rewrite the request, or None. A tracking entry holds the packet
    before its own rewrites, and the answer that it waits for.
    """

    places: tuple[Place, ...]
    connection: str
    there: Packet
    back: Packet | None
    around: Around = NONE
    after: str | None = None
    before: str | None = None

    def same(self, other: "Seen") -> bool:
        """Whether another place shows just this."""
        return replace(self, places=()) == replace(other, places=())


def seen(flow: Flow, trip: Trip) -> list[Seen]:
    """Give what can be seen of the packets of a route, in the order in which the request comes by."""
    network = Network(flow, settle(flow, trip.route))
    found = [s for talk in counted(trip) for s in _Walk(flow, network, trip, talk).seen()]
    out: list[Seen] = []
    for one in found:
        if out and out[-1].same(one):
            out[-1] = replace(out[-1], places=tuple(dict.fromkeys((*out[-1].places, *one.places))))
        else:
            out.append(one)
    return out


class _Walk:
    """The way of one connection, place by place."""

    def __init__(self, flow: Flow, network: Network, trip: Trip, session: Session) -> None:
        self.flow, self.network, self.session = flow, network, session
        mine = [h for h in trip.hops if h.connection == session.name and not h.is_message]
        self.there = [h for h in mine if h.verb in ("opens", "carries")]
        self.back = [h for h in mine if h.verb == "answers"]

    def seen(self) -> Iterator[Seen]:
        session = self.session
        answer = self.back[-1].after if self.back and self.back[-1].to == session.client else None
        yield self._one(0, Place(session.client, "socket"), session.opened, answer)
        for n, hop in enumerate(self.there):
            yield from self._inside(n, hop) if hop.stays else self._moved(n, hop)
        if session.server and session.arrived:
            answer = self.back[0].before if self.back and self.back[0].source == session.server else None
            yield self._one(len(self.there), Place(session.server, "log"), session.arrived, answer)

    def _moved(self, n: int, hop: Hop) -> Iterator[Seen]:
        """A move can be captured where it leaves and where it comes in, on a tunnel's device without its envelope."""
        answer = next((h for h in self.back if (h.source, h.to) == (hop.to, hop.source)), None)
        whole = hop.envelopes, answer.envelopes if answer else ()
        tunnels = [e.device for e in hop.envelopes]
        ways = (
            *((hop.source, device, NONE) for device in tunnels),
            (hop.source, self._leaves_by(hop), whole),
            (hop.to, self._comes_by(hop), whole),
            *((hop.to, device, NONE) for device in reversed(tunnels)),
        )
        for who, device, around in ways:
            other = hop.source if who == hop.to else hop.to
            if device and self._has_bridge(who, other, device):
                yield from self._by_bridge(n, hop, answer, who, device)
            elif device and self._can_be_captured(who):
                place = Place(self.network.stack(who), "capture", device, other if device == VETH else "")
                yield self._one(n + 1, place, hop.after, self._comes_back(who, device, answer), around)

    def _can_be_captured(self, who: str) -> bool:
        """Whether a capture shows more than the ends do: on what forwards, and in a Pod."""
        p = self.flow.participants[who]
        return p.forwards or p.node is not None

    def _comes_back(self, who: str, device: str, answer: Hop | None) -> Packet | None:
        """The answer on a device; one that does not take the same way back may still come by there."""
        elsewhere = (
            h
            for h in self.back
            for at, way in ((h.source, self._leaves_by(h)), (h.to, self._comes_by(h)))
            if not h.stays and (at, way) == (who, device)
        )
        found = answer or next(elsewhere, None)
        return found.after if found else None

    # -- bridges ------------------------------------------------------------------------------------------------------
    def _has_bridge(self, node: str, pod: str, device: str) -> bool:
        return self.flow.participants[pod].node == node and device not in (VETH, "lo")

    def _by_bridge(self, n: int, hop: Hop, answer: Hop | None, node: str, bridge: str) -> Iterator[Seen]:
        """Between a Pod and its node: the Pod's device, and the bridge behind it.

        With bridge netfilter, PREROUTING is asked between the two for what comes from the Pod: the bridge shows a new
        destination already, and the old source still. What goes to a Pod on the same bridge never comes up to it.
        """
        pod = hop.source if hop.to == node else hop.to
        device = next(iter(self.flow.participants[pod].interfaces), "")
        veth = Place(node, "capture", VETH, pod)
        both = [self._one(n + 1, veth, hop.after, self._comes_back(pod, device, answer))]
        asked = self.network.bridge_netfilter
        if not (asked and self._stays_on_the_bridge(n, node)):
            k, there, back = n + 1, hop.after, answer.after if answer else None
            if asked and hop.to == node:
                k, there = self._behind_prerouting(n, there)
            elif asked and answer:
                back = Packet(answer.after.src, self._undone(answer).dst)
            both.append(self._one(k, Place(node, "capture", bridge), there, back))
        yield from both if hop.to == node else reversed(both)

    def _stays_on_the_bridge(self, n: int, node: str) -> bool:
        """Whether a packet of a Pod of this node goes to a Pod of this node: the bridge hands it from port to port."""
        moves = [h for h in self.there[: n + 1] if not h.stays]
        comes = moves[-1] if moves[-1].to == node else moves[-2] if len(moves) > 1 else None
        if comes is None or self.flow.participants[comes.source].node != node:
            return False
        goes = self.flow.owner(self._behind_prerouting(self.there.index(comes), comes.after)[1].dst.address)
        return goes is not None and self.flow.participants[goes[0]].node == node

    def _behind_prerouting(self, n: int, packet: Packet) -> tuple[int, Packet]:
        """How many hops have been taken, and the packet, when the destination has been rewritten."""
        here = self._visit(n + 1)
        last = next((h for h in reversed(here) if h.stop.dnat), None)
        return (self.there.index(last) + 1, last.after) if last else (n + 1, packet)

    def _undone(self, answer: Hop) -> Packet:
        """The answer's packet when the machine it has come to has undone its rewrites."""
        here = takewhile(lambda h: h.stays, self.back[self.back.index(answer) + 1 :])
        return [answer, *here][-1].after

    def _inside(self, n: int, hop: Hop) -> Iterator[Seen]:
        """Between two rewrites of one machine a trace of its rules shows the packet; after the last stands an entry."""
        here = self._visit(n + 1)
        if hop in here[:-1] and self.flow.participants[hop.source].kind == "kernel":
            yield self._one(n + 1, Place(hop.source, "trace"), hop.after, None)
        if here and hop is here[-1]:
            place = Place(self._entry_at(hop), "tracking")
            yield self._one(self.there.index(here[0]), place, here[0].before, hop.after.turned)

    def _visit(self, n: int) -> list[Hop]:
        """The rewrites of the stay in a machine that the first n hops lead into."""
        first = next((k + 1 for k in range(min(n, len(self.there)) - 1, -1, -1) if not self.there[k].stays), 0)
        stay = takewhile(lambda h: h.stays, self.there[first:])
        return [h for h in stay if h.rewrites]

    def _entry_at(self, hop: Hop) -> str:
        """Who keeps the entry: who rewrites, or, when it hands the connection on, the node of the endpoint."""
        owner = self.flow.owner(hop.after.dst.address) if hop.stop.step.hands else None
        return (owner and self.flow.participants[owner[0]].node) or hop.source

    def _one(self, n: int, place: Place, there: Packet, back: Packet | None, around: Around = NONE) -> Seen:
        """What is seen behind the first n hops."""
        earlier = [h.id for h in self.there[:n] if h.stays and h.rewrites]
        after = earlier[-1] if earlier else None
        return Seen((place,), self.session.name, there, back, around, after, self._next(n))

    def _next(self, n: int) -> str | None:
        return next((h.id for h in self.there[n:] if h.stays and h.rewrites), None)

    def _leaves_by(self, hop: Hop) -> str | None:
        dst = hop.envelopes[0].packet.dst if hop.envelopes else hop.after.dst
        return self._device(hop, hop.source, hop.to, self.network.lookup(hop.source, dst.address).device)

    def _comes_by(self, hop: Hop) -> str | None:
        stack = self.network.stack(hop.to)
        return self._device(hop, hop.to, hop.source, self.network.comes_in_by(stack, hop.source))

    def _device(self, hop: Hop, here: str, there: str, device: str | None) -> str | None:
        """The device of a move; inside one stack only what a process of it opened passes the loopback.

        A Pod that no bridge of its node connects hangs on a device of its own.
        """
        stack = self.network.stack(here)
        if stack == self.network.stack(there):
            return "lo" if self.network.stack(self.session.client) == stack else None
        own_pod = self.flow.participants[there].node == here
        return VETH if own_pod and device == next(iter(self.flow.participants[here].interfaces), None) else device
