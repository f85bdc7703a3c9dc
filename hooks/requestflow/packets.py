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
from .routes import Stop, stops


@dataclass(frozen=True)
class End:
    """One end of a packet. The port is a number, or a capital letter for one some kernel picks."""

    address: IPv4Address
    port: str

    def __str__(self) -> str:
        return f"{self.address}:{self.port}"


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

    `role` is the step's verb: opens, carries, answers, says or handles. For messages (`says`, `handles`) the packet is
    the one its sender, or the participant at work, sees.
    """

    number: int
    stop: Stop
    role: str
    connection: str
    source: str
    to: str
    before: Packet
    after: Packet

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
        return self.before != self.after

    @property
    def badge(self) -> str:
        """What is done inside: DNAT, SNAT, undo, work; empty for an arrow."""
        if not self.stays:
            return ""
        if self.role == "handles":
            return "work"
        return "undo" if self.role == "answers" else "DNAT" if self.stop.dnat else "SNAT"


@dataclass
class _Connection:
    client: str
    opened: Packet
    packet: Packet
    at: str
    turned: bool = False
    server: str | None = None
    closed: bool = False
    rewrites: list[tuple[str, Packet]] = field(
        default_factory=list
    )  # who, and the packet before; the last is undone first


def follow(flow: Flow, places: Places, name: str) -> list[Hop]:
    """Give every hop of a route; raises FlowError at the first step that cannot happen."""
    follower = _Follower(flow, places, name, stops(flow, places, name))
    return [*map(follower.step, range(len(follower.stops))), *follower.finish()]


def follow_all(flow: Flow, places: Places) -> dict[str, list[Hop]]:
    """Follow every route; raises FlowError with one problem for each route that cannot happen."""
    out, problems = {}, list[Problem]()
    for name in flow.routes:
        try:
            out[name] = follow(flow, places, name)
        except FlowError as error:
            problems += [p for p in error.problems if p not in problems]
    if problems:
        raise FlowError(*problems)
    return out


class _Follower:
    def __init__(self, flow: Flow, places: Places, route: str, stops_: list[Stop]) -> None:
        self.flow, self.places, self.route, self.stops = flow, places, route, stops_
        self.owner = flow.owners
        self.connections: dict[str, _Connection] = {}
        self.letters: dict[str, str] = {}  # port letter → the step that introduced it

    # -- one step ---------------------------------------------------------------------------------------------------
    def step(self, index: int) -> Hop:
        stop = self.stops[index]
        role, name = stop.step.role, stop.step.connection
        if role == "opens":
            self._open(stop, name)
        c = self.connections.get(name)
        if c is None:
            raise self.no(
                stop, role, f"the connection '{name}' is not open.", f"Put the step that opens '{name}' before it."
            )
        if c.closed and role != "opens":
            raise self.no(
                stop,
                role,
                f"the connection '{name}' is over: its answer has reached {c.client}.",
                "Put it before the answer's last step.",
            )
        before = c.packet
        if role == "says":
            before = self._says(stop, c)
        elif role == "handles":
            before = self._handles(stop, c)
        else:
            self._here(stop, c)
            if role == "answers":
                self._turn(stop, c)
                before = c.packet
            elif c.turned:
                raise self.no(
                    stop,
                    role,
                    "carries the request on, but the answer is already on its way.",
                    "Use 'answers', or move the step up.",
                )
            if stop.at:
                self._undo(stop, c) if c.turned else self._rewrite(index, c)
            else:
                self._move(stop, c)
        here = stop.at or stop.source or ""
        after = before if role in ("says", "handles") else c.packet
        return Hop(index + 1, stop, role, name, here, stop.to or here, before, after)

    def finish(self) -> list[Hop]:
        """Nothing more to add, but every connection must have been answered."""
        for name, c in self.connections.items():
            if not c.closed:
                opener = next(s for s in self.stops if s.step.opens == name)
                what = f"the connection '{name}' is never answered: its packet stays at {c.at}."
                raise self.no(opener, "opens", what, f"Add the steps that bring the answer back to {c.client}.")
        return []

    # -- opening, moving ----------------------------------------------------------------------------------------------
    def _open(self, stop: Stop, name: str) -> None:
        if name in self.connections:
            raise self.no(
                stop, "opens", f"opens the connection '{name}' again.", "A connection is opened once in a route."
            )
        assert stop.packet and stop.source
        packet = Packet(self.end(stop, "packet", stop.packet[0]), self.end(stop, "packet", stop.packet[1]))
        if self.owner.get(packet.src.address) != stop.source:
            raise self.no(
                stop,
                "packet",
                f"{stop.source} sends from {packet.src.address}, which it does not own.",
                "Start the packet with the one that sends it.",
            )
        self.connections[name] = _Connection(stop.source, packet, packet, stop.source)

    def _here(self, stop: Stop, c: _Connection) -> None:
        where = stop.at or stop.source
        if where != c.at:
            key = "at" if stop.at else "from"
            raise self.no(
                stop,
                key,
                f"happens at {where}, but the packet is at {c.at}.",
                f"Add the step that takes it from {c.at} to {where}.",
            )

    def _move(self, stop: Stop, c: _Connection) -> None:
        source, to = stop.source or "", stop.to or ""
        self._linked(stop, source, to)
        if stop.via and stop.via not in self.flow.participants[source].interfaces:
            have = self.flow.participants[source].interfaces
            raise self.no(
                stop,
                "via",
                f"{source} has no interface '{stop.via}'.",
                nearest(stop.via, have) or f"It has {', '.join(have)}.",
            )
        if c.turned and c.rewrites and c.rewrites[-1][0] == source:
            raise self.no(
                stop,
                "from",
                f"the answer leaves {source} with the rewrite made there not undone.",
                f"Add a step that answers '{stop.step.connection}' at {source}.",
            )
        if not c.turned and self.owner.get(c.packet.dst.address) == source and stop.step.role == "carries":
            raise self.no(
                stop,
                "from",
                f"{source} passes on a packet addressed to {c.packet.dst}, which is its own.",
                "Rewrite the destination first, or answer.",
            )
        c.at = to
        mine = self.owner.get(c.packet.dst.address) == to
        if not mine and not self.flow.participants[to].forwards:
            raise self.no(
                stop,
                "to",
                f"delivers a packet for {c.packet.dst} to {to}, which does not own that address.",
                self._missing_undo(c),
            )
        if c.turned and to == c.client:
            if c.packet != c.opened.turned:
                raise self.no(
                    stop,
                    "to",
                    f"the answer arrives as {c.packet}, but {c.client} opened {c.opened}.",
                    self._missing_undo(c),
                )
            c.closed = True

    def _linked(self, stop: Stop, source: str, to: str) -> None:
        """A Pod's only link leads to its own node."""
        for key, pod, other in (("from", source, to), ("to", to, source)):
            node = self.flow.participants[pod].node
            if node not in (None, other):
                raise self.no(
                    stop,
                    key,
                    f"goes from {source} to {to}, but the only link of {pod} leads to {node}.",
                    f"Go by way of {node}.",
                )

    def _missing_undo(self, c: _Connection) -> str:
        if c.turned and c.rewrites:
            standing = ", then ".join(who for who, _ in reversed(c.rewrites))
            return f"Not undone: the rewrite at {standing}. The answer must pass there again."
        owner = self.owner.get(c.packet.dst.address)
        return f"That address belongs to {owner}." if owner else "Nobody owns it; add the rewrite that replaces it."

    # -- rewriting, undoing -------------------------------------------------------------------------------------------
    def _rewrite(self, index: int, c: _Connection) -> None:
        stop = self.stops[index]
        at = stop.at or ""
        before = c.packet
        if stop.dnat:
            self._may_dnat(stop, at, c)
            c.packet = Packet(c.packet.src, self.end(stop, "dnat", stop.dnat))
            if c.packet.dst.address not in self.owner:
                raise self.no(
                    stop,
                    "dnat",
                    f"rewrites to {c.packet.dst}, which nobody owns.",
                    "Name the participant the packet goes on to.",
                )
        if stop.step.snat:
            letter = stop.step.snat.partition(":")[2]
            self._letter(stop, "snat", letter)
            interface = self._leaves_by(index, at)
            c.packet = Packet(End(self.flow.address(at, interface), letter), c.packet.dst)
        c.rewrites.append((at, before))

    def _may_dnat(self, stop: Stop, at: str, c: _Connection) -> None:
        """Rules match what is addressed to the machine or to a virtual address, before its source is rewritten."""
        dst = c.packet.dst.address
        virtual = {v.address for v in self.flow.virtual.values()}
        if self.owner.get(dst) != at and dst not in virtual:
            raise self.no(
                stop,
                "at",
                f"{at} rewrites a packet addressed to {c.packet.dst}, which belongs to {self.owner.get(dst)}.",
                "Only packets for the machine itself or for a virtual address match its rules.",
            )
        if c.rewrites and c.rewrites[-1][0] == at and c.rewrites[-1][1].src != c.packet.src:
            raise self.no(
                stop,
                "dnat",
                f"{at} has already rewritten the source.",
                "A kernel rewrites the destination first (PREROUTING), the source last (POSTROUTING): exchange them.",
            )

    def _leaves_by(self, index: int, at: str) -> str:
        """The interface of the next move of this connection: its address is what a masquerade writes."""
        stop = self.stops[index]
        name = stop.step.connection
        for later in self.stops[index + 1 :]:
            if later.step.role == "carries" and later.step.connection == name and later.source == at:
                interfaces = self.flow.participants[at].interfaces
                return later.via if later.via in interfaces else next(iter(interfaces))
        raise self.no(
            stop,
            "snat",
            f"masquerades, but the packet never leaves {at}.",
            "A masquerade takes the address of the interface the packet leaves by: add the move.",
        )

    def _undo(self, stop: Stop, c: _Connection) -> None:
        if not c.rewrites or c.rewrites[-1][0] != stop.at:
            next_ = (
                f"The last rewrite still standing is at {c.rewrites[-1][0]}."
                if c.rewrites
                else "Every rewrite is undone already."
            )
            raise self.no(stop, "at", f"{stop.at} has nothing to undo here.", next_)
        while c.rewrites and c.rewrites[-1][0] == stop.at:
            _, before = c.rewrites.pop()
            c.packet = before.turned

    def _turn(self, stop: Stop, c: _Connection) -> None:
        """The first answering step: whoever the packet is addressed to answers it, source and destination exchanged."""
        if c.turned:
            return
        if self.owner.get(c.packet.dst.address) != c.at:
            raise self.no(
                stop,
                "answers",
                f"{c.at} answers a packet addressed to {c.packet.dst}, which it does not own.",
                self._missing_undo(c),
            )
        c.server, c.packet, c.turned = c.at, c.packet.turned, True

    # -- messages -----------------------------------------------------------------------------------------------------
    def _ends(self, stop: Stop, c: _Connection, key: str) -> dict[str, Packet]:
        """Both ends of a connection, each with the packet it sends."""
        server = c.server or self.owner.get(c.packet.dst.address)
        if server is None or (not c.turned and c.at != server):
            raise self.no(
                stop,
                key,
                f"the connection '{stop.step.connection}' has not reached its other end; its packet is at {c.at}.",
                "Put it after the step that delivers the packet.",
            )
        reply = c.packet if c.turned else c.packet.turned
        return {c.client: c.opened, server: reply}

    def _says(self, stop: Stop, c: _Connection) -> Packet:
        ends = self._ends(stop, c, "says")
        if {stop.source, stop.to} != set(ends):
            raise self.no(
                stop,
                "says",
                f"'{stop.step.connection}' joins {' and '.join(ends)}, not {stop.source} and {stop.to}.",
                "A message goes from one end of its connection to the other.",
            )
        if c.turned and c.at != c.server:
            raise self.no(
                stop,
                "says",
                f"comes when the answer is already on its way, at {c.at}.",
                "Put messages before the first step that answers.",
            )
        return ends[stop.source or ""]

    def _handles(self, stop: Stop, c: _Connection) -> Packet:
        ends = self._ends(stop, c, "handles")
        if stop.at not in ends:
            raise self.no(
                stop, "at", f"{stop.at} is no end of '{stop.step.connection}'.", f"Its ends are {' and '.join(ends)}."
            )
        return ends[stop.at].turned if stop.at != c.client else ends[stop.at]

    # -- names --------------------------------------------------------------------------------------------------------
    def end(self, stop: Stop, key: str, written: str) -> End:
        """`WHO:PORT` or `WHO.INTERFACE:PORT` → End; WHO is a participant or a virtual address."""
        m = re.fullmatch(r"([a-z0-9-]+)(?:\.([\w.-]+))?:(\w[\w-]*)", written)
        if not m:
            raise self.no(
                stop, key, f"'{written}' is not an address and a port.", "Write WHO:PORT, like load-balancer:https."
            )
        who, interface, port = m.groups()
        if who in self.flow.objects:
            raise self.no(
                stop, key, f"'{who}' is an API object; it has no address.", "Name a participant or a virtual address."
            )
        if who not in self.flow.participants and who not in self.flow.virtual:
            known = [*self.flow.participants, *self.flow.virtual]
            raise self.no(stop, key, f"unknown address '{who}'.", nearest(who, known) or f"Known: {', '.join(known)}.")
        if interface and (who in self.flow.virtual or interface not in self.flow.participants[who].interfaces):
            raise self.no(stop, key, f"{who} has no interface '{interface}'.", "See its interfaces under participants.")
        if re.fullmatch("[A-Z]", port):
            self._letter(stop, key, port)
            return End(self.flow.address(who, interface), port)
        if port not in self.flow.ports:
            raise self.no(
                stop,
                key,
                f"unknown port '{port}'.",
                nearest(port, self.flow.ports) or f"Known: {', '.join(self.flow.ports)}, or one capital letter.",
            )
        return End(self.flow.address(who, interface), str(self.flow.ports[port]))

    def _letter(self, stop: Stop, key: str, letter: str) -> None:
        first = self.letters.setdefault(letter, stop.id)
        if first != stop.id:
            raise self.no(
                stop,
                key,
                f"the port letter {letter} is taken by the step '{first}'.",
                "Choose another capital letter: two kernels pick two ports.",
            )

    def no(self, stop: Stop, key: str, what: str, fix: str) -> FlowError:
        return FlowError(
            Problem(self.places.of("steps", stop.id, key), f"route '{self.route}', step '{stop.id}': {what}", fix)
        )
