"""Ends of connections: opening one, what is said in it, answering it, saying no to it."""

from .flight import Flight, Refused
from .messages import Messages
from .moves import Moves
from .routes import Stop
from .stacks import Stacks
from .wire import End, Packet, Session

Flights = dict[str, Flight]


class Talk:
    """What the two ends of a connection do."""

    def __init__(self, stacks: Stacks) -> None:
        self.stacks, self.network, self.flow = stacks, stacks.network, stacks.flow
        self.messages = Messages(stacks)

    # -- opening ------------------------------------------------------------------------------------------------------
    def open(self, stop: Stop, flights: Flights) -> Flight:
        """Send the first packet of a connection."""
        name, source = stop.step.connection, stop.source or ""
        if name in flights:
            raise Refused("opens", f"opens the connection '{name}' again.", "A connection is opened once in a route.")
        written = stop.packet or ("", "", "")
        families = self.stacks.families(source)
        dst = self.stacks.end(stop, "packet", written[1], family=families.pop() if len(families) == 1 else None)
        packet = Packet(self.stacks.end(stop, "packet", written[0], dst.address), dst)
        if packet.src.address.version != packet.dst.address.version:
            raise Refused("packet", "mixes IPv4 and IPv6 in one packet.", "Name an interface of the other's family.")
        session = Session(name, source, packet, self._protocol(written[2], dst))
        if joint := stop.step.joins:
            self._joined(stop, flights.get(joint.connection), joint.connection, joint.by)
            session.joined = (joint.connection, joint.by)
        self._knows_where(flights, source)
        self._may_use(stop, flights, packet)
        self._has_choice(stop, dst)
        flight = Flight(session, packet, source)
        self._own_rules(flight, source)
        return flight

    def _own_rules(self, flight: Flight, source: str) -> None:
        """A node that opens a connection itself sends it through its own rules (OUTPUT)."""
        verdict = self.stacks.verdict(source, flight, own=True)
        if verdict.action != "pass":
            what = f"{source} opens a connection to {flight.packet.dst}, about which its own rules decide"
            raise Refused("from", f"{what} ({verdict.action}).", f"Let a participant that shares {source} open it.")

    def _has_choice(self, stop: Stop, dst: End) -> None:
        """Who is said to choose opens to one of several: an endpoint of a Service, or a node."""
        owner, backend = self.stacks.owner(dst.address), self.stacks.is_endpoint(dst)
        if stop.step.chooses is None or (owner and self.stacks.has_rules(owner)) or backend:
            return
        what = f"opens to {dst}, which is neither an endpoint of a Service nor a node: there is nothing to choose."
        raise Refused("chooses", what, "Move it to the step that picks one of several, or leave it out.")

    def _knows_where(self, flights: Flights, source: str) -> None:
        """Who has asked a resolver waits for the answer before it connects."""
        for other in flights.values():
            asks = other.session.protocol == "udp" and self._is_resolver(other.session.opened.dst)
            if asks and other.session.client == source and not other.over:
                what = f"{source} connects before '{other.session.name}' has told it the address."
                raise Refused("opens", what, f"Put it after the end of '{other.session.name}'.")

    def _is_resolver(self, dst: End) -> bool:
        return dst.port == str(self.flow.ports.get("dns"))

    def _protocol(self, written: str, dst: End) -> str:
        """The protocol as written, else that of the Service port which is called, else TCP."""
        if written and written not in ("tcp", "udp", "sctp"):
            raise Refused("packet", f"unknown protocol '/{written}'.", "Known: /tcp (the default), /udp, /sctp.")
        called = [s for s in self.flow.services.values() if s.address == dst.address]
        of_port = [p.protocol for s in called for p in s.ports if str(self.flow.ports[p.port]) == dst.port]
        return written or (of_port[0] if len(set(of_port)) == 1 else "tcp")

    def _may_use(self, stop: Stop, flights: Flights, packet: Packet) -> None:
        """A source address is the sender's own, or, with `transparent`, that of the caller it speaks for."""
        if self.stacks.is_local(stop.source or "", packet.src.address):
            if stop.step.transparent:
                what = f"{stop.source} sends from its own address {packet.src.address}, so 'transparent' does nothing."
                raise Refused("transparent", what, "Delete it.")
            return
        first = flights.get(stop.step.joins.connection) if stop.step.joins else None
        speaks_for = first.packet.src.address if first else None
        if not (stop.step.transparent and packet.src.address == speaks_for):
            what = f"{stop.source} sends from {packet.src.address}, which it does not own."
            spoken = f"'transparent' lets it take {speaks_for}, and no other." if speaks_for else ""
            fix = spoken if stop.step.transparent else ""
            raise Refused("packet", what, fix or f"Start the packet with {stop.source}.")

    def _joined(self, stop: Stop, first: Flight | None, other: str, by: str) -> None:
        """A proxy opens one connection because of another that has reached it and is still open."""
        source = stop.source or ""
        if first is None or first.turned or not self._has(first, source):
            what = f"joins '{other}', which has not reached {source} or is answered already."
            raise Refused("joins", what, "A proxy opens the second connection while it holds the first.")
        self.messages.may_join(first, by, source)

    def _has(self, flight: Flight, who: str) -> bool:
        """Whether a connection's packet is at its end, and that end is this participant."""
        return flight.at == who and self._socket(flight, who) is not None

    def _socket(self, flight: Flight, who: str) -> str | None:
        dst = flight.packet.dst
        if not self.stacks.is_local(who, dst.address):
            return None
        return self.stacks.listens(who, dst.address, dst.port, flight.session.protocol)

    # -- messages -----------------------------------------------------------------------------------------------------
    def _ends(self, flight: Flight, key: str) -> dict[str, Packet]:
        """Both ends of a connection, each with the packet it sends."""
        session = flight.session
        if session.outcome == "refused":
            what = f"nothing is said in '{session.name}', which was refused at {session.who}."
            raise Refused(key, what, "Leave it out, or let somebody listen there.")
        if flight.turned:
            server = session.server or ""
            return {
                session.client: session.opened,
                server: session.arrived.turned if session.arrived else flight.packet,
            }
        if not self._has(flight, flight.at):
            what = f"the connection '{session.name}' has not reached its other end; its packet is at {flight.at}."
            raise Refused(key, what, self._nobody(flight))
        self._received(flight, key)
        return {session.client: session.opened, flight.at: flight.packet.turned}

    def _received(self, flight: Flight, key: str) -> None:
        """Raise Refused where the rules at its end drop the packet, or have something else in mind for it."""
        verdict = flight.stay.verdict
        if verdict and verdict.action == "drop":
            what = f"the packet is dropped at {flight.at}: {verdict.why}."
            raise Refused(key, what, f"Use 'drops' at {flight.at}.")
        if verdict and verdict.action != "pass" and flight.stay.chosen is None:
            what = f"nobody at {flight.at} gets the packet for {flight.packet.dst}: its rules come first."
            raise Refused(key, what, Moves(self.stacks).instead(flight, flight.at))

    def _nobody(self, flight: Flight) -> str:
        dst = flight.packet.dst
        if self.stacks.is_local(flight.at, dst.address) and not self.flow.participants[flight.at].forwards:
            return f"{flight.at} does not listen on {dst}: see its 'listens'."
        return "Put it after the step that delivers the packet."

    def says(self, stop: Stop, flight: Flight, flights: Flights) -> Packet:
        """Send a message; give the packet it travels in, as its sender sees it."""
        source, ends = stop.source or "", self._ends(flight, "says")
        if {source, stop.to} != set(ends):
            what = f"'{flight.session.name}' joins {' and '.join(ends)}, not {source} and {stop.to}."
            raise Refused("says", what, "A message goes from one end of its connection to the other.")
        if flight.turned and flight.at != flight.session.server:
            what = f"comes when the answer is already on its way, at {flight.at}."
            raise Refused("says", what, "Put messages before the first step that answers.")
        assert stop.step.message
        self.messages.say(flight, flights, source, stop.step.message)
        return ends[source]

    def handles(self, stop: Stop, flight: Flight, flights: Flights) -> Packet:
        """Work on a message; give the packet as the participant at work sees it."""
        ends = self._ends(flight, "handles")
        if stop.at not in ends:
            what = f"{stop.at} is no end of '{flight.session.name}'."
            raise Refused("at", what, f"Its ends are {' and '.join(ends)}.")
        self.messages.work(flight, flights, stop.at)
        return ends[stop.at].turned if stop.at != flight.session.client else ends[stop.at]

    # -- answering ----------------------------------------------------------------------------------------------------
    def turn(self, stop: Stop, flight: Flight, flights: Flights) -> None:
        """The first answering step: whoever the packet is addressed to answers it, source and destination exchanged."""
        if flight.turned:
            return
        if self._socket(flight, flight.at) is None:
            raise Refused("answers", *self._no_answer(flight))
        self._received(flight, "answers")
        for other in flights.values():
            if other.session.joined and other.session.joined[0] == flight.session.name and not other.over:
                what = f"{flight.at} answers '{flight.session.name}' while '{other.session.name}' is still open."
                raise Refused("answers", what, f"Put it after the end of '{other.session.name}'.")
        flight.session.server, flight.session.arrived = flight.at, flight.packet
        flight.packet, flight.turned = flight.packet.turned, True

    def _no_answer(self, flight: Flight) -> tuple[str, str]:
        dst = flight.packet.dst
        if not self.stacks.is_local(flight.at, dst.address):
            what = f"{flight.at} answers a packet addressed to {dst}, which it does not own."
            return what, Moves(self.stacks).missing(flight)
        stack = self.stacks.stack(flight.at)
        others = self.stacks.listeners(stack, dst.address, dst.port, flight.session.protocol)
        fix = f"{' and '.join(others)} does." if others else "Give it the port under 'listens', or refuse it."
        return f"{flight.at} does not listen on {dst} ({flight.session.protocol}).", fix

    # -- saying no ----------------------------------------------------------------------------------------------------
    def refuse(self, stop: Stop, flight: Flight, moves: Moves) -> None:
        """Say no: an ICMP error from the machine's own address, or a RST as if from the address that was called."""
        at = stop.at or ""
        if stop.step.with_ == "rst":
            self._reset(flight, moves, at)
        else:
            self._unreachable(stop, flight, moves, at)
        flight.session.outcome, flight.session.who, flight.turned = "refused", at, True

    def _reset(self, flight: Flight, moves: Moves, at: str) -> None:
        dst = flight.packet.dst
        if not self.stacks.is_local(at, dst.address):
            what = f"{at} resets a connection to {dst}, which it does not own."
            owner = self.stacks.owner(dst.address)
            fix = f"Only {owner} does: take the packet there." if owner else "Nobody does: it is a Service's address."
            raise Refused("at", what, fix)
        if others := self.stacks.listeners(self.stacks.stack(at), dst.address, dst.port, flight.session.protocol):
            raise Refused("refuses", f"{' and '.join(others)} listens on {dst}.", "Let it answer.")
        if (verdict := flight.stay.verdict) and verdict.action != "pass":
            what = f"{at} has rules for packets to {dst}, so nobody resets them."
            raise Refused("refuses", what, moves.instead(flight, at))
        flight.session.why = f"nobody listens on {dst}"
        flight.packet = flight.packet.turned

    def _unreachable(self, stop: Stop, flight: Flight, moves: Moves, at: str) -> None:
        flight.icmp, flight.session.why = self._reason(flight, moves, at)
        stack, original = self.stacks.stack(at), flight.packet
        undone = False
        while flight.entries and flight.entries[-1].stack == stack:  # its own entries translate what it sends
            original, undone = flight.entries.pop().before, True
        source = original.dst.address if undone else self.network.source(stack, original.src.address)
        if source is None:
            raise Refused("at", f"{at} has no address to say no from.", "Give it an interface with one.")
        flight.packet = Packet(End(source, ""), End(original.src.address, ""))

    def _reason(self, flight: Flight, moves: Moves, at: str) -> tuple[str, str]:
        """What the ICMP error says, and why; raises Refused where nothing here says no."""
        verdict, rule = flight.stay.verdict, moves.filter_for(flight, at)
        if verdict and verdict.action == "reject":
            flight.asked = verdict
            return "port unreachable", verdict.why
        if rule and rule.action == "reject":
            return "port unreachable", "a filter rejects it"
        dst = flight.packet.dst
        waiting = verdict and verdict.action == "dnat" and flight.stay.chosen is None
        if not waiting and not self.stacks.is_local(at, dst.address) and self.flow.participants[at].forwards:
            hop = self.network.lookup(at, dst.address)
            if hop.device is None:
                return "network unreachable", hop.route
            if hop.to is None or hop.to in self.network.gone:
                return "host unreachable", f"nobody answers for {dst.address} on {hop.device}"
        closed = not self.stacks.listeners(self.stacks.stack(at), dst.address, dst.port, "udp")
        if flight.session.protocol == "udp" and self.stacks.is_local(at, dst.address) and closed and not waiting:
            return "port unreachable", f"nobody listens on {dst}"
        raise Refused("refuses", f"nothing at {at} says no to a packet for {dst}.", moves.instead(flight, at))
