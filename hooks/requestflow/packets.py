"""Follow the packet: derive every address of a route, both ways, and refuse what cannot happen.

A connection is opened with a source and a destination; machines on its way rewrite them; the answer starts with both
exchanged and has every rewrite undone where it was made, in reverse order. That is what Linux connection tracking does
(nf_nat in the kernel; RFC 3022 names the address pairs), and what the recordings in `docs/recordings/` show.
"""

import re
from dataclasses import dataclass, field
from ipaddress import IPv4Address

from .definition import Flow
from .problems import FlowError, Problem, nearest
from .reading import Places
from .routes import Stop, settle, stops
from .wire import Conversation, End, Hop, Packet, Trip

__all__ = ["End", "Hop", "Packet", "Trip", "follow", "follow_all", "trip", "trips"]


def trip(flow: Flow, places: Places, name: str) -> Trip:
    """Follow one route; raises FlowError at the first step that cannot happen."""
    follower = _Follower(flow, places, name)
    hops = [follower.step(i) for i in range(len(follower.stops))]
    return Trip(name, hops, follower.finish())


def trips(flow: Flow, places: Places) -> dict[str, Trip]:
    """Follow every route; raises FlowError with one problem for each route that cannot happen."""
    out, problems = {}, list[Problem]()
    for name in flow.routes:
        try:
            out[name] = trip(flow, places, name)
        except FlowError as error:
            problems += [p for p in error.problems if p not in problems]
    if problems:
        raise FlowError(*problems)
    return out


def follow(flow: Flow, places: Places, name: str) -> list[Hop]:
    """Give every hop of a route; raises FlowError at the first step that cannot happen."""
    return trip(flow, places, name).hops


def follow_all(flow: Flow, places: Places) -> dict[str, list[Hop]]:
    """Give the hops of every route; raises FlowError with one problem for each route that cannot happen."""
    return {name: t.hops for name, t in trips(flow, places).items()}


@dataclass
class _State:
    """A connection while it is followed."""

    talk: Conversation
    packet: Packet
    at: str
    turned: bool = False
    standing: list[tuple[str, Packet]] = field(
        default_factory=list
    )  # who rewrote, and the packet before; last first undone

    @property
    def over(self) -> bool:
        return self.talk.fate is not None and (self.at == self.talk.client or self.talk.fate == "dropped")


class _Follower:
    def __init__(self, flow: Flow, places: Places, route: str) -> None:
        self.flow, self.places, self.route = flow, places, route
        self.stops = stops(flow, places, route)
        self.settled = settle(flow, places, route)
        self.owner = dict(flow.owners)
        self._change_owners()
        self.connections: dict[str, _State] = {}
        self.letters: dict[str, str] = {}  # port letter → the step that introduced it

    def _change_owners(self) -> None:
        """With a load balancer that keeps the destination, a node's rules take packets for the public address."""
        people = self.flow.participants
        for role, addresses in self.settled.owns.items():
            who = self.settled.roles.get(role, role)
            if who not in people:
                what = f"gives addresses to the unknown participant or role '{role}'."
                raise self._no_owner(role, what, nearest(role, [*people, *self.settled.roles]))
            for written in addresses:
                name, _, interface = written.partition(".")
                have = people[name].interfaces if name in people else {}
                if not have or (interface and interface not in have):
                    near = nearest(interface, have) if have else nearest(name, people)
                    raise self._no_owner(role, f"gives {who} the unknown address '{written}'.", near)
                self.owner[self.flow.address(name, interface or None)] = who

    def _no_owner(self, role: str, what: str, near: str) -> FlowError:
        place = self.places.of("routes", self.route, "owns", role)
        return FlowError(
            Problem(place, f"route '{self.route}' {what}", near or "Write WHO.INTERFACE, like load-balancer.vip.")
        )

    def owns(self, who: str, address: IPv4Address) -> bool:
        """Whether packets for an address are a participant's own; a process on the host network has its node's."""
        owner = self.owner.get(address)
        return owner is not None and owner in (who, self.flow.participants[who].shares)

    # -- one step ---------------------------------------------------------------------------------------------------
    def step(self, index: int) -> Hop:
        stop = self.stops[index]
        role, name = stop.step.role, stop.step.connection
        if role == "opens":
            self._open(stop, name)
        c = self.connections.get(name)
        if c is None:
            fix = f"Put the step that opens '{name}' before it."
            raise self.no(stop, role, f"the connection '{name}' is not open.", fix)
        if c.over:
            end = f"its answer has reached {c.talk.client}" if c.at == c.talk.client else f"it is {c.talk.fate}"
            raise self.no(
                stop, role, f"the connection '{name}' is over: {end}.", "Put it before the answer's last step."
            )
        before, outer = c.packet, None
        if role == "says":
            before = self._says(stop, c)
        elif role == "handles":
            before = self._handles(stop, c)
        elif role == "drops":
            self._here(stop, c)
            c.talk.fate, c.talk.who = "dropped", stop.at or ""
        elif role == "refuses":
            self._here(stop, c)
            self._refuse(index, c)
        else:
            self._here(stop, c)
            if role == "answers":
                self._turn(stop, c)
                before = c.packet
            elif c.turned:
                fix = "Use 'answers', or move the step up."
                raise self.no(stop, role, "carries the request on, but the answer is already on its way.", fix)
            if stop.at:
                self._undo(stop, c) if c.turned else self._rewrite(index, c)
            else:
                outer = self._move(stop, c)
        here = stop.at or stop.source or ""
        after = before if role in ("says", "handles") else c.packet
        return Hop(index + 1, stop, role, name, here, stop.to or here, before, after, outer)

    def finish(self) -> dict[str, Conversation]:
        """Give what became of each connection; every one must have come to an end."""
        for name, c in self.connections.items():
            opener = next(s for s in self.stops if s.step.opens == name)
            if not c.over:
                what = f"the connection '{name}' is never answered: its packet stays at {c.at}."
                raise self.no(opener, "opens", what, f"Add the steps that bring the answer back to {c.talk.client}.")
            if name in self.settled.dies and c.talk.fate != "dies":
                place = self.places.of("routes", self.route, "dies", name)
                what = f"route '{self.route}' says that '{name}' dies, but it ends well ({c.talk.fate})."
                raise FlowError(Problem(place, what, "Delete the line, or leave out the step that saves it."))
        return {name: c.talk for name, c in self.connections.items()}

    # -- opening, moving ----------------------------------------------------------------------------------------------
    def _open(self, stop: Stop, name: str) -> None:
        if name in self.connections:
            raise self.no(
                stop, "opens", f"opens the connection '{name}' again.", "A connection is opened once in a route."
            )
        assert stop.packet and stop.source
        packet = Packet(self.end(stop, "packet", stop.packet[0]), self.end(stop, "packet", stop.packet[1]))
        if not self.owns(stop.source, packet.src.address):
            what = f"{stop.source} sends from {packet.src.address}, which it does not own."
            raise self.no(stop, "packet", what, "Start the packet with the one that sends it.")
        talk = Conversation(name, stop.source, packet)
        if joint := stop.step.joins:
            self._joined(stop, joint.connection)
            talk.joined = (joint.connection, joint.by)
        self.connections[name] = _State(talk, packet, stop.source)

    def _joined(self, stop: Stop, other: str) -> None:
        """A proxy opens one connection because of another that has reached it and is still open."""
        first = self.connections.get(other)
        if first is None or not self.owns(stop.source or "", first.packet.dst.address) or first.turned:
            what = f"joins '{other}', which has not reached {stop.source} or is answered already."
            raise self.no(stop, "joins", what, "A proxy opens the second connection while it holds the first.")

    def _here(self, stop: Stop, c: _State) -> None:
        where = stop.at or stop.source
        if where != c.at:
            what = f"happens at {where}, but the packet is at {c.at}."
            raise self.no(
                stop, "at" if stop.at else "from", what, f"Add the step that takes it from {c.at} to {where}."
            )

    def _move(self, stop: Stop, c: _State) -> Packet | None:
        """Take the packet one machine on; gives the packet a tunnel puts around it."""
        source, to = stop.source or "", stop.to or ""
        self._linked(stop, source, to)
        self._may_leave(stop, source, c)
        outer = self._tunnel(stop, source, to)
        c.at, c.talk.moves = to, c.talk.moves + 1
        mine = self.owns(to, c.packet.dst.address)
        if not mine and not self.flow.participants[to].forwards and not self._may_die(c):
            what = f"delivers a packet for {c.packet.dst} to {to}, which does not own that address."
            raise self.no(stop, "to", what, self._missing(c))
        if not c.turned and mine and not self.flow.participants[to].forwards:
            c.talk.server, c.talk.arrived = to, c.packet
        if c.turned and to == c.talk.client:
            self._arrive(stop, c)
        return outer

    def _may_leave(self, stop: Stop, source: str, c: _State) -> None:
        if c.turned and c.standing and c.standing[-1][0] == source and not self._may_die(c):
            what = f"the answer leaves {source} with the rewrite made there not undone."
            raise self.no(stop, "from", what, f"Add a step that answers '{stop.step.connection}' at {source}.")
        to = stop.to or ""
        to_its_own_process = self.flow.participants[to].shares == source
        if to_its_own_process or not self.owns(source, c.packet.dst.address):
            return
        if c.turned:
            what = f"the answer is addressed to {source} itself ({c.packet.dst}), so it never leaves."
            raise self.no(stop, "from", what, "The request needs its source rewritten on the way (hairpin).")
        if stop.step.role == "carries":
            what = f"{source} passes on a packet addressed to {c.packet.dst}, which is its own."
            raise self.no(stop, "from", what, "Rewrite the destination first, or answer.")

    def _linked(self, stop: Stop, source: str, to: str) -> None:
        """A Pod's only link leads to its own node, whose bridge may pass a frame from one Pod to another."""
        nodes = self.flow.participants[source].node, self.flow.participants[to].node
        if stop.step.bridged:
            if None in nodes or nodes[0] != nodes[1]:
                raise self.no(
                    stop, "bridged", f"{source} and {to} hang on no common bridge.", "Both must be on one node."
                )
            return
        for key, pod, node, other in (("from", source, nodes[0], to), ("to", to, nodes[1], source)):
            if node not in (None, other):
                what = f"goes from {source} to {to}, but the only link of {pod} leads to {node}."
                raise self.no(stop, key, what, f"Go by way of {node}.")

    def _tunnel(self, stop: Stop, source: str, to: str) -> Packet | None:
        """The packet around the packet, when the interface it leaves by is a tunnel to the same device over there."""
        p = self.flow.participants[source]
        if stop.via and stop.via not in p.interfaces:
            fix = nearest(stop.via, p.interfaces) or f"It has {', '.join(p.interfaces)}."
            raise self.no(stop, "via", f"{source} has no interface '{stop.via}'.", fix)
        tunnel = p.tunnels.get(stop.via or "")
        if tunnel is None:
            return None
        other = self.flow.participants[to].tunnels.get(stop.via or "")
        if other is None:
            what = f"{to} has no tunnel '{stop.via}' to take the packet out of its envelope."
            raise self.no(stop, "via", what, "Both ends of a tunnel need it.")
        port = str(self.flow.ports[tunnel.port])
        ends = self.flow.address(source, tunnel.over), self.flow.address(to, other.over)
        return Packet(End(ends[0], ""), End(ends[1], port))

    def _arrive(self, stop: Stop, c: _State) -> None:
        """The answer, or a no, is back at the one who opened the connection."""
        refused = c.talk.fate == "refused"
        fits = c.packet.dst.address == c.talk.opened.src.address if refused else c.packet == c.talk.opened.turned
        if fits:
            c.talk.fate = c.talk.fate or "answered"
        elif self._may_die(c):
            c.talk.fate, c.talk.who = "dies", c.talk.client
        else:
            what = f"the answer arrives as {c.packet}, but {c.talk.client} opened {c.talk.opened}."
            raise self.no(stop, "to", what, self._missing(c))

    def _may_die(self, c: _State) -> bool:
        return c.turned and c.talk.name in self.settled.dies

    def _missing(self, c: _State) -> str:
        if c.turned and c.standing:
            standing = ", then ".join(who for who, _ in reversed(c.standing))
            return f"Not undone: the rewrite at {standing}. The answer must pass there again."
        owner = self.owner.get(c.packet.dst.address)
        return f"That address belongs to {owner}." if owner else "Nobody owns it; add the rewrite that replaces it."

    # -- rewriting, undoing -------------------------------------------------------------------------------------------
    def _rewrite(self, index: int, c: _State) -> None:
        stop = self.stops[index]
        at, before = stop.at or "", c.packet
        if stop.dnat:
            self._may_dnat(stop, at, c)
            c.packet = Packet(c.packet.src, self.end(stop, "dnat", stop.dnat))
            if c.packet.dst.address not in self.owner:
                what = f"rewrites to {c.packet.dst}, which nobody owns."
                raise self.no(stop, "dnat", what, "Name the participant the packet goes on to.")
        if stop.step.snat:
            letter = stop.step.snat.partition(":")[2]
            self._letter(stop, "snat", letter)
            interface = self._leaves_by(index, at, "carries")
            if interface is None:
                what = f"masquerades, but the packet never leaves {at}."
                fix = "A masquerade takes the address of the interface the packet leaves by: add the move."
                raise self.no(stop, "snat", what, fix)
            c.packet = Packet(End(self.flow.address(at, interface), letter), c.packet.dst)
        c.standing.append((at, before))
        if at not in c.talk.nat:
            c.talk.nat.append(at)

    def _may_dnat(self, stop: Stop, at: str, c: _State) -> None:
        """Rules match what is addressed to the machine or to a virtual address, before its source is rewritten."""
        dst = c.packet.dst.address
        virtual = {v.address for v in self.flow.virtual.values()}
        if not self.owns(at, dst) and dst not in virtual:
            what = f"{at} rewrites a packet addressed to {c.packet.dst}, which belongs to {self.owner.get(dst)}."
            fix = "Only packets for the machine itself or for a virtual address match its rules."
            raise self.no(stop, "at", what, fix)
        if c.standing and c.standing[-1][0] == at and c.standing[-1][1].src != c.packet.src:
            fix = "A kernel rewrites the destination first (PREROUTING), the source last (POSTROUTING): exchange them."
            raise self.no(stop, "dnat", f"{at} has already rewritten the source.", fix)

    def _leaves_by(self, index: int, at: str, role: str) -> str | None:
        """The interface of the next move of this connection: its address is what a masquerade or a refusal carries."""
        name = self.stops[index].step.connection
        for later in self.stops[index + 1 :]:
            if later.step.role == role and later.step.connection == name and later.source == at:
                interfaces = self.flow.participants[at].interfaces
                return later.via if later.via in interfaces else next(iter(interfaces))
        return None

    def _undo(self, stop: Stop, c: _State) -> None:
        if not c.standing or c.standing[-1][0] != stop.at:
            last = f"The last rewrite still standing is at {c.standing[-1][0]}." if c.standing else ""
            raise self.no(
                stop, "at", f"{stop.at} has nothing to undo here.", last or "Every rewrite is undone already."
            )
        while c.standing and c.standing[-1][0] == stop.at:
            _, before = c.standing.pop()
            c.packet = before.turned

    def _turn(self, stop: Stop, c: _State) -> None:
        """The first answering step: whoever the packet is addressed to answers it, source and destination exchanged."""
        if c.turned:
            return
        if not self.owns(c.at, c.packet.dst.address):
            what = f"{c.at} answers a packet addressed to {c.packet.dst}, which it does not own."
            raise self.no(stop, "answers", what, self._missing(c))
        c.talk.server, c.talk.arrived = c.at, c.packet
        c.packet, c.turned = c.packet.turned, True

    def _refuse(self, index: int, c: _State) -> None:
        """Say no: an ICMP error from the machine's own address, or a RST as if from the address that was called."""
        stop = self.stops[index]
        at = stop.at or ""
        if c.turned:
            raise self.no(stop, "refuses", "refuses what is answered already.", "A connection is refused instead.")
        if stop.step.with_ == "rst":
            if not self.owns(at, c.packet.dst.address):
                what = f"{at} resets a connection to {c.packet.dst}, which it does not own."
                raise self.no(stop, "at", what, "Only the owner of the address has no listener on it.")
            c.packet = c.packet.turned
        else:
            if c.standing:
                what = f"sends an ICMP error with the rewrite at {c.standing[-1][0]} standing."
                raise self.no(stop, "refuses", what, "Rules that reject are asked before the address is rewritten.")
            interface = self._leaves_by(index, at, "answers")
            c.packet = Packet(End(self.flow.address(at, interface), ""), End(c.packet.src.address, ""))
        c.talk.fate, c.talk.who, c.turned = "refused", at, True

    # -- messages -----------------------------------------------------------------------------------------------------
    def _ends(self, stop: Stop, c: _State, key: str) -> dict[str, Packet]:
        """Both ends of a connection, each with the packet it sends."""
        owner = self.owner.get(c.packet.dst.address)
        server = c.talk.server or owner
        if server is None or (not c.turned and c.at != server):
            what = f"the connection '{c.talk.name}' has not reached its other end; its packet is at {c.at}."
            raise self.no(stop, key, what, "Put it after the step that delivers the packet.")
        return {c.talk.client: c.talk.opened, server: c.packet if c.turned else c.packet.turned}

    def _says(self, stop: Stop, c: _State) -> Packet:
        ends = self._ends(stop, c, "says")
        if {stop.source, stop.to} != set(ends):
            what = f"'{c.talk.name}' joins {' and '.join(ends)}, not {stop.source} and {stop.to}."
            raise self.no(stop, "says", what, "A message goes from one end of its connection to the other.")
        if c.turned and c.at != c.talk.server:
            what = f"comes when the answer is already on its way, at {c.at}."
            raise self.no(stop, "says", what, "Put messages before the first step that answers.")
        if stop.step.fails:
            c.talk.fate, c.talk.who = "error", stop.source or ""
        return ends[stop.source or ""]

    def _handles(self, stop: Stop, c: _State) -> Packet:
        ends = self._ends(stop, c, "handles")
        if stop.at not in ends:
            raise self.no(stop, "at", f"{stop.at} is no end of '{c.talk.name}'.", f"Its ends are {' and '.join(ends)}.")
        return ends[stop.at].turned if stop.at != c.talk.client else ends[stop.at]

    # -- names --------------------------------------------------------------------------------------------------------
    def end(self, stop: Stop, key: str, written: str) -> End:
        """`WHO:PORT` or `WHO.INTERFACE:PORT` → End; WHO is a participant or a virtual address."""
        m = re.fullmatch(r"([a-z0-9-]+)(?:\.([\w.-]+))?:(\w[\w-]*)", written)
        if not m:
            fix = "Write WHO:PORT, like load-balancer:https."
            raise self.no(stop, key, f"'{written}' is not an address and a port.", fix)
        who, interface, port = m.groups()
        if who in self.flow.objects:
            fix = "Name a participant or a virtual address."
            raise self.no(stop, key, f"'{who}' is an API object; it has no address.", fix)
        known = {**self.flow.participants, **self.flow.virtual}
        if who not in known:
            fix = nearest(who, known) or f"Known: {', '.join(known)}."
            raise self.no(stop, key, f"unknown address '{who}'.", fix)
        if interface and (who in self.flow.virtual or interface not in self.flow.participants[who].interfaces):
            raise self.no(stop, key, f"{who} has no interface '{interface}'.", "See its interfaces under participants.")
        if re.fullmatch("[A-Z]", port):
            self._letter(stop, key, port)
            return End(self.flow.address(who, interface), port)
        if port not in self.flow.ports:
            fix = nearest(port, self.flow.ports) or f"Known: {', '.join(self.flow.ports)}, or one capital letter."
            raise self.no(stop, key, f"unknown port '{port}'.", fix)
        return End(self.flow.address(who, interface), str(self.flow.ports[port]))

    def _letter(self, stop: Stop, key: str, letter: str) -> None:
        first = self.letters.setdefault(letter, stop.id)
        if first != stop.id:
            what = f"the port letter {letter} is taken by the step '{first}'."
            raise self.no(stop, key, what, "Choose another capital letter: two kernels pick two ports.")

    def no(self, stop: Stop, key: str, what: str, fix: str) -> FlowError:
        place = self.places.of("steps", stop.id, key)
        return FlowError(Problem(place, f"route '{self.route}', step '{stop.id}': {what}", fix))
