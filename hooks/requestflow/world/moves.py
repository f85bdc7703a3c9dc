"""Moves: where a stack sends a packet, what it must have done first, and what becomes of it there."""

from ..model.definition import Filter
from .flight import Flight, Refused, Stay
from .network import ONLY_LINK
from .routes import Stop
from .services import Verdict
from .stacks import Stacks
from .wire import End, Envelope, Packet

MOST_ENVELOPES = 4
DOES = {
    "dnat": "rewrite it: 'carries' with 'dnat'",
    "reject": "reject it: 'refuses' with 'icmp'",
    "drop": "drop it: 'drops'",
}
CALLED_BY = {
    "cluster-ip": "from outside the Pods",
    "node-port": "by its NodePort",
    "load-balancer": "by its public address",
    "external-ip": "by an external IP",
}


class Moves:
    """Takes packets from one participant to the next."""

    def __init__(self, stacks: Stacks) -> None:
        self.stacks, self.network, self.flow = stacks, stacks.network, stacks.flow

    def move(self, stop: Stop, flight: Flight, may_die: bool = False) -> None:
        """Take the packet one participant on; raises Refused where the world would not."""
        source, to = stop.source or "", stop.to or ""
        within = self.stacks.stack(source) == self.stacks.stack(to)
        if flight.turned:
            self._undone(stop, flight, source, may_die)
        else:
            self._obeyed(flight, source, to, within)
        self._filtered(flight, source, to, within)
        if within:
            self._inside(flight, source, to)
        else:
            self._routed(flight, source, to)
        flight.shown = tuple(reversed(flight.envelopes))
        self._arrive(flight, source, to, within)
        if flight.turned and to == flight.session.client:
            self._back(flight, may_die)

    # -- before it leaves ---------------------------------------------------------------------------------------------
    def _obeyed(self, flight: Flight, source: str, to: str, within: bool) -> None:
        """The rules of this stack have been followed: rewritten, masqueraded, refused as they say."""
        self._verdict_obeyed(flight, source)
        if flight.stay.came_from is not None and not within and not self.flow.participants[source].forwards:
            what = f"{source} passes on a packet for {flight.packet.dst}, but it is no router."
            raise Refused("from", what, "Make it one by its 'kind', or open another connection there.")
        stay = flight.stay
        if not (within or stay.sourced or stay.handed) and (due := self.masquerade_due(flight, source)):
            what = f"leaves {source} with its source unchanged, but {due}."
            fix = f"Add a step that carries it at {source}, with 'snat: masquerade:Q'."
            raise Refused("from", what, fix)
        if self._folds_back(flight, source, to):
            what = f"leaves {source} by the port it came in by, but the bridge has hairpin mode off."
            raise Refused("to", what, f"Use 'drops' at {source}, or a network with 'hairpin: true'.")

    def _verdict_obeyed(self, flight: Flight, source: str) -> None:
        verdict, dst = flight.stay.verdict, flight.packet.dst
        if verdict and verdict.action in ("reject", "drop"):
            verb = "refuses" if verdict.action == "reject" else "drops"
            raise Refused("from", f"passes {source}, whose rules {verdict.action} it: {verdict.why}.", f"Use '{verb}'.")
        if flight.stay.chosen is not None or not self.stacks.has_rules(source):
            return
        if verdict and verdict.action == "dnat":
            pods = " or ".join(t.pod for t in verdict.endpoints)
            what = f"passes {source} with its destination as it was, but the rules there rewrite {dst}."
            raise Refused("from", what, f"Add a step that carries it at {source}, with dnat to {pods}.")
        if (pod := self.stacks.host_port(source, flight)) is not None:
            what = f"passes {source}, where the host port {dst.port} leads to {pod.pod}."
            raise Refused("from", what, f"Add a step that carries it at {source}, with dnat to {pod.pod}.")

    def masquerade_due(self, flight: Flight, source: str) -> str:
        """Why a node replaces the source of this packet as it leaves; an empty text where it does not."""
        verdict, chosen = flight.stay.verdict, flight.stay.chosen
        address = flight.packet.src.address if not flight.stay.sourced else None
        if verdict and verdict.action == "dnat" and chosen:
            if verdict.marked:
                return f"kube-proxy masquerades what comes to {verdict.service} {CALLED_BY[verdict.front or '']}"
            if address is not None and verdict.masquerades(address, chosen):
                return "kube-proxy masquerades a connection whose endpoint is the caller itself"
        rule = self.network.masquerade
        if rule and self.stacks.has_rules(source) and address is not None:
            of, outside = self.network.range(rule.source), self.network.range(rule.outside)
            there = flight.packet.dst.address
            if (
                of
                and outside
                and _in(address, of)
                and not _in(there, outside)
                and not self.stacks.is_local(source, there)
            ):
                return "the network plugin masquerades what leaves the Pods"
        return ""

    def _folds_back(self, flight: Flight, source: str, to: str) -> bool:
        """Whether a node would send a Pod's frame back through the port it came from, and the bridge does not."""
        on_node = self.flow.participants[to].node == source
        return on_node and flight.stay.came_from == to and not flight.turned and not self.network.hairpin

    def _undone(self, stop: Stop, flight: Flight, source: str, may_die: bool) -> None:
        """A rewrite whose entry stands in this stack is undone before the answer goes on."""
        stack = self.stacks.stack(source)
        if flight.entries and flight.entries[-1].stack == stack and source == stack and not may_die:
            if flight.session.outcome == "refused" and flight.packet.src.address == flight.packet.dst.address:
                return
            what = f"the answer leaves {source} with the rewrite made there not undone."
            raise Refused("from", what, f"Add a step that answers '{stop.step.connection}' at {source}.")

    # -- filters ------------------------------------------------------------------------------------------------------
    def _filtered(self, flight: Flight, source: str, to: str, within: bool) -> None:
        hook = "output" if flight.stay.came_from is None and not within else "input" if within else "forward"
        if (rule := self._filter(flight, source, hook)) is not None:
            verb = "drops" if rule.action == "drop" else "refuses"
            raise Refused("from", f"passes {source}, where a filter {rule.action}s it.", f"Use '{verb}' at {source}.")

    def filter_for(self, flight: Flight, who: str) -> Filter | None:
        """Give the filter of a stack that this packet, which stands there, is going to meet."""
        local = self.stacks.is_local(who, flight.packet.dst.address)
        return self._filter(flight, who, "input" if local else "forward" if flight.stay.came_from else "output")

    def _filter(self, flight: Flight, who: str, hook: str) -> Filter | None:
        """Give the filter of a stack that matches this packet at a hook; answers of known connections pass."""
        if flight.turned:
            return None
        return next((f for f in self.network.filters if self._fits(f, flight.packet, who, hook)), None)

    def _fits(self, rule: Filter, packet: Packet, who: str, hook: str) -> bool:
        if not self._matches(rule, packet, who, hook):
            return False
        self.network.met.append(rule)
        return True

    def _matches(self, rule: Filter, packet: Packet, who: str, hook: str) -> bool:
        if self.network.filled(rule.at) != who or hook != rule.hook:
            return False
        if rule.port and packet.dst.port != str(self.flow.ports.get(rule.port)):
            return False
        return self._is(rule.source, packet.src) and self._is(rule.to, packet.dst)

    def _is(self, written: str | None, end: End) -> bool:
        if written is None:
            return True
        written = self.network.filled(written)
        if (net := self.network.range(written)) is not None:
            return _in(end.address, net)
        return written in self.network.owners.get(end.address, ())

    # -- on the way ---------------------------------------------------------------------------------------------------
    def _inside(self, flight: Flight, source: str, to: str) -> None:
        """From a process into its stack, from a stack to one of its processes, or between two processes."""
        stack = self.stacks.stack(source)
        if to == stack:
            return
        dst = flight.packet.dst
        if not self.stacks.is_local(stack, dst.address):
            what = f"hands a packet for {dst} to {to}, but {stack} does not own that address."
            raise Refused("to", what, self.missing(flight))
        if not flight.turned and not self.stacks.listens(to, dst.address, dst.port, flight.session.protocol):
            others = self.stacks.listeners(stack, dst.address, dst.port, flight.session.protocol)
            fix = f"{' and '.join(others)} does." if others else f"Give {to} the port under 'listens'."
            raise Refused("to", f"{to} does not listen on {dst} ({flight.session.protocol}).", fix)

    def _routed(self, flight: Flight, source: str, to: str) -> None:
        """From one stack to another: to the next hop of the route that applies."""
        stack = self.stacks.stack(source)
        dst = flight.envelopes[-1].packet.dst if flight.envelopes else flight.packet.dst
        if not flight.envelopes and self.stacks.is_local(stack, dst.address):
            raise self._own(flight, source)
        hop = self.network.lookup(stack, dst.address)
        for _ in range(MOST_ENVELOPES):
            if hop.device not in self.flow.participants[stack].tunnels:
                break
            dst = self._wrap(flight, stack, hop.device or "", hop.to)
            hop = self.network.lookup(stack, dst.address)
        else:
            what = f"{source} puts envelopes for {dst} into envelopes without end ({hop.route})."
            raise Refused("to", what, "Let the network send them by a device that is no tunnel.")
        if hop.to != to:
            raise self._elsewhere(flight, source, to, hop.to, hop.route)

    def _own(self, flight: Flight, source: str) -> Refused:
        if flight.turned:
            what = f"the answer is addressed to {source} itself ({flight.packet.dst}), so it never leaves."
            fix = f"Go to {flight.session.client}: the request has never left that stack either."
            return Refused("from", what, fix)
        what = f"{source} passes on a packet addressed to {flight.packet.dst}, which is its own."
        return Refused("from", what, "Rewrite the destination first, or answer.")

    def _elsewhere(self, flight: Flight, source: str, to: str, instead: str | None, route: str) -> Refused:
        dst = (flight.envelopes[-1].packet if flight.envelopes else flight.packet).dst
        where = f"to {instead}" if instead else "nowhere"
        what = f"{source} sends packets for {dst.address} {where} ({route}), not to {to}."
        if flight.turned and flight.entries and flight.entries[-1].stack == to:
            what = f"{what[:-1]}, where the request was rewritten."
            fix = f"Give the network a route by {to}; without it the answer comes from an address nobody called."
            return Refused("to", what, fix)
        if route == ONLY_LINK:
            fix = f"Go to {instead}, its 'node'; give {source} routes in the network where it has other ways."
            return Refused("to", what, fix)
        return Refused("to", what, f"Go to {instead}." if instead else "Give the network a route, or choose another.")

    def _wrap(self, flight: Flight, stack: str, device: str, other: str | None) -> End:
        """Put the packet into the envelope of a tunnel; give where that is addressed to."""
        tunnel = self.flow.participants[stack].tunnels[device]
        far = self.flow.participants[other].tunnels.get(device) if other else None
        if other is None or far is None:
            what = f"{other} has no tunnel '{device}' to take the packet out of its envelope."
            nobody = f"nobody is at the other end of the tunnel '{device}'."
            raise Refused("to", what if other else nobody, "Both ends of a tunnel need it, and a route to each other.")
        port = str(self.flow.ports[tunnel.port]) if tunnel.port else ""
        try:
            ends = self.flow.address(stack, tunnel.over), self.flow.address(other, far.over)
        except ValueError as none:
            what = f"no envelope of the tunnel '{device}' can be addressed: {none}"
            raise Refused("to", what, "Give what the tunnel goes over an address.") from None
        envelope = Packet(End(ends[0], ""), End(ends[1], port))
        flight.envelopes.append(Envelope(envelope, "UDP" if tunnel.port else (tunnel.protocol or "").upper(), device))
        return envelope.dst

    # -- at its end ---------------------------------------------------------------------------------------------------
    def _arrive(self, flight: Flight, source: str, to: str, within: bool) -> None:
        flight.at = to
        flight.session.moves += 1
        stack = self.stacks.stack(to)
        while flight.envelopes and self.stacks.is_local(stack, flight.envelopes[-1].packet.dst.address):
            flight.envelopes.pop()
        arrived_by_wire = None if within and to == stack else source
        if not (within and to != stack):
            flight.stay = Stay(came_from=arrived_by_wire)
        if flight.envelopes:
            return
        mine = self.stacks.is_local(stack, flight.packet.dst.address)
        p = self.flow.participants[to]
        if not mine and not p.forwards and not (within and to == stack):
            what = f"{to} gets a packet for {flight.packet.dst}, which is not its own, and passes nothing on."
            fix = f"Let the network send it by another way, or give {to} a kind that forwards, such as router."
            raise Refused("to", what, self.missing(flight) if flight.turned and flight.entries else fix)
        if not within and (why := self._martian(flight, stack) or self._rp_filter(flight, stack, source)):
            flight.stay.verdict = Verdict("drop", why=why)
        elif not flight.turned and to == stack:
            flight.stay.verdict = self.stacks.verdict(to, flight, own=within)
        if not flight.turned and mine and not p.forwards:
            flight.session.server, flight.session.arrived = to, flight.packet

    def _martian(self, flight: Flight, stack: str) -> str:
        """Why a packet that claims to come from the stack it reaches is dropped (Linux: martian source)."""
        source = flight.packet.src.address
        if not flight.turned and self.stacks.is_local(stack, source):
            return f"it comes in with {source} as its source, which is {stack}'s own address"
        return ""

    def _rp_filter(self, flight: Flight, stack: str, source: str) -> str:
        """Why the reverse path filter drops a packet; an empty text where it does not."""
        how = self.flow.participants[stack].rp_filter
        if how == "off":
            return ""
        back = self.network.lookup(stack, flight.packet.src.address)
        by = self.network.comes_in_by(stack, source)
        if back.device is None or (how == "strict" and back.device != by):
            return f"its rp_filter is {how}, and {flight.packet.src.address} is reached by {back.device}, not by {by}"
        return ""

    def _back(self, flight: Flight, may_die: bool) -> None:
        """The answer, or a no, is back at the one who opened the connection."""
        session = flight.session
        if session.outcome == "refused":
            fits = flight.packet.dst.address == session.opened.src.address
        else:
            fits = flight.packet == session.opened.turned
        if fits:
            session.outcome = session.outcome or "answered"
        elif may_die:
            session.outcome, session.who = "reset", session.client
            session.why = f"the answer came as {flight.packet}, but {session.opened} was opened"
        else:
            what = f"the answer arrives as {flight.packet}, but {session.client} opened {session.opened}."
            fix = self.missing(flight) if flight.entries else "Leave out the step that rewrote the answer anew."
            raise Refused("to", what, fix)

    def drop(self, stop: Stop, flight: Flight) -> None:
        """End a connection without a word; raises Refused where nothing here drops it."""
        at = stop.at or ""
        verdict = flight.stay.verdict
        rule = self.filter_for(flight, at)
        back = self.network.lookup(at, flight.packet.dst.address).to
        folded = back is not None and self._folds_back(flight, at, back)
        if verdict and verdict.action == "drop":
            why = verdict.why
            flight.asked = verdict if verdict.service else None
        elif rule and rule.action == "drop":
            why = "a filter drops it"
        elif folded:
            why = "the bridge does not send a frame back through the port it came from"
        else:
            raise Refused("drops", f"nothing at {at} drops a packet for {flight.packet.dst}.", self.instead(flight, at))
        flight.session.outcome, flight.session.who, flight.session.why = "dropped", at, why

    def instead(self, flight: Flight, at: str) -> str:
        """What becomes of the packet there."""
        verdict, dst = flight.stay.verdict, flight.packet.dst
        if verdict and verdict.action != "pass" and flight.stay.chosen is None:
            return f"The rules there {DOES[verdict.action]}."
        if not self.stacks.is_local(at, dst.address):
            return "It goes on by its route: use 'carries'."
        if listeners := self.stacks.listeners(self.stacks.stack(at), dst.address, dst.port, flight.session.protocol):
            return f"{' and '.join(listeners)} listens there: let it answer."
        return "Nobody listens there: use 'refuses' with " + ("'rst'." if self._is_tcp(flight) else "'icmp'.")

    def _is_tcp(self, flight: Flight) -> bool:
        return flight.session.protocol == "tcp"

    def missing(self, flight: Flight) -> str:
        """What would have to be done first."""
        if flight.turned and flight.entries:
            return f"Not undone: the rewrite at {flight.standing()}. The answer must pass there again."
        owner = self.stacks.owner(flight.packet.dst.address)
        return f"That address belongs to {owner}." if owner else "Nobody owns it; add the rewrite that replaces it."


def _in(address: object, net: object) -> bool:
    return getattr(address, "version", 0) == getattr(net, "version", 1) and address in net  # type: ignore[operator]
