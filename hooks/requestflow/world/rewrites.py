"""Rewrites: what a stack may replace in a packet, and undoing it on the way back."""

import re

from ..model.definition import Address
from .flight import Entry, Flight, Refused
from .moves import Moves
from .routes import Stop
from .services import Target, Verdict
from .stacks import Stacks
from .wire import End, Packet

FREE = ("router", "nat-gateway", "firewall", "cdn")  # rewrite what is not addressed to them, as they are configured


class Rewrites:
    """DNAT, SNAT and their undoing."""

    def __init__(self, stacks: Stacks) -> None:
        self.stacks, self.network, self.flow = stacks, stacks.network, stacks.flow
        self.moves = Moves(stacks)
        self.given: dict[tuple[str, str, str, Address], Target] = {}  # by node, Service, port and client

    def rewrite(self, stop: Stop, flight: Flight) -> None:
        """Replace destination, source, or both; raises Refused where this stack would not."""
        at, before = stop.at or "", flight.packet
        if stop.dnat:
            self._dnat(stop, flight, at)
        if stop.snat:
            self._snat(stop, flight, at)
        if flight.packet.src.address.version != flight.packet.dst.address.version:
            raise Refused("dnat" if stop.dnat else "snat", "mixes IPv4 and IPv6 in one packet.", "Translate both ends.")
        stack = self.stacks.stack(at)
        if stop.step.hands:
            stack = self._handed(stop, flight)
            flight.asked = None  # what hands connections on is not kube-proxy
        flight.entries.append(Entry(stack, before, flight.packet))
        if stack not in flight.session.nat:
            flight.session.nat.append(stack)

    # -- destination --------------------------------------------------------------------------------------------------
    def _dnat(self, stop: Stop, flight: Flight, at: str) -> None:
        if flight.stay.sourced:
            fix = "A kernel rewrites the destination first (PREROUTING), the source last (POSTROUTING): exchange them."
            raise Refused("dnat", f"{at} has already rewritten the source.", fix)
        family = flight.packet.dst.address.version
        target = self.stacks.end(stop, "dnat", stop.dnat or "", family=family)
        if self.stacks.has_rules(at):
            flight.stay.chosen = self._by_rules(stop, flight, at, target)
        else:
            self._by_configuration(flight, at, target)
        flight.packet = Packet(flight.packet.src, target)

    def _by_rules(self, stop: Stop, flight: Flight, at: str, target: End) -> Target:
        """A node's rules: kube-proxy's first, then host ports of its Pods."""
        verdict, dst = flight.stay.verdict, flight.packet.dst
        if flight.stay.chosen is not None:
            raise Refused(
                "dnat", f"{at} has already rewritten the destination.", "A packet matches once on its way through."
            )
        if verdict is None or verdict.action == "pass":
            if (found := self.stacks.host_port(at, flight)) is not None:
                return self._same(stop, found, target, f"the host port {dst.port} of {at} leads to {found.pod}")
            raise Refused("dnat", f"no rule of {at} rewrites packets for {dst}.", self._rule_for(at, flight))
        if verdict.action != "dnat":
            verb = "refuses" if verdict.action == "reject" else "drops"
            raise Refused(
                "dnat", f"the rules of {at} {verdict.action} packets for {dst}: {verdict.why}.", f"Use '{verb}'."
            )
        chosen = verdict.chosen(target.address, int(target.port)) if target.port.isdigit() else None
        if chosen is None:
            name = self.stacks.services[verdict.service or ""].name
            known = " and ".join(f"{t.pod} ({t.address}:{t.port})" for t in verdict.endpoints)
            local = f" on {at}" if verdict.local else ""
            raise Refused("dnat", f"{target} is no endpoint of {name}{local}.", f"Its endpoints are {known}.")
        if len(verdict.endpoints) > 1 and stop.step.chooses is None:
            pods = ", ".join(t.pod for t in verdict.endpoints)
            what = f"{at} picks one of several endpoints here ({pods}), which the step does not say."
            raise Refused("dnat", what, "Add 'chooses: connection'.")
        self._sticks(flight, at, verdict, chosen)
        flight.asked = verdict
        return chosen

    def _sticks(self, flight: Flight, at: str, verdict: Verdict, chosen: Target) -> None:
        """With session affinity a node gives a client, known by its address, the endpoint it gave it before."""
        service = self.stacks.services[verdict.service or ""]
        if service.affinity == "none" or verdict.port is None:
            return
        client = at, service.name, verdict.port.port, flight.packet.src.address
        before = self.given.setdefault(client, chosen)
        if before != chosen:
            what = f"rewrites to {chosen.pod}, but {at} gave {client[-1]} the endpoint {before.pod} before"
            fix = f"Rewrite to {before.pod}, or set its affinity to none."
            raise Refused("dnat", f"{what}, and {service.name} has session affinity.", fix)

    def _same(self, stop: Stop, found: Target, target: End, rule: str) -> Target:
        if stop.step.chooses is not None:
            raise Refused("chooses", f"has nothing to choose: {rule}, and nowhere else.", "Leave it out.")
        if (str(found.address), str(found.port)) != (str(target.address), target.port):
            port = next(name for name, number in self.flow.ports.items() if number == found.port)
            raise Refused("dnat", f"rewrites to {target}, but {rule}.", f"Write 'dnat: {found.pod}:{port}'.")
        return found

    def _rule_for(self, at: str, flight: Flight) -> str:
        """What to do about a packet that no rule matches."""
        dst = flight.packet.dst
        ports = [
            f"{self.flow.ports[p.port]}/{p.protocol}"
            for s in self.flow.services.values()
            if s.address == dst.address
            for p in s.ports
        ]
        if ports:
            return f"That Service has {', '.join(ports)}; this packet is for {dst.port}/{flight.session.protocol}."
        return (
            "Give a Service this NodePort, or a Pod this host port."
            if self.stacks.is_local(at, dst.address)
            else "It is routed as it is: leave the step out."
        )

    def _by_configuration(self, flight: Flight, at: str, target: End) -> None:
        """Not a node: what it is configured to do. It takes what is addressed to it, or turns to its own processes."""
        kind, dst = self.flow.participants[at].kind, flight.packet.dst
        if self.stacks.is_local(at, target.address) or kind in FREE:
            if target == dst:
                raise Refused("dnat", f"rewrites to {dst}, where the packet goes already.", "Leave the step out.")
            return
        if not self.stacks.is_local(at, dst.address):
            what = f"{at} rewrites a packet addressed to {dst}, which belongs to {self.stacks.owner(dst.address)}."
            raise Refused("at", what, "Only packets for the machine itself match its rules.")
        if not self.stacks.listens(at, dst.address, dst.port, flight.session.protocol):
            what = f"{at} is not configured for packets to {dst} ({flight.session.protocol})."
            raise Refused("dnat", what, "Give it the port under 'listens'.")

    # -- source -------------------------------------------------------------------------------------------------------
    def _snat(self, stop: Stop, flight: Flight, at: str) -> None:
        if self.stacks.has_rules(at):
            verdict, due = flight.stay.verdict, self.moves.masquerade_due(flight, at)
            if verdict and verdict.action == "dnat" and flight.stay.chosen is None:
                what = f"{at} rewrites the destination first (PREROUTING), the source last (POSTROUTING)."
                raise Refused("snat", what, "Put it after the step that rewrites the destination.")
            if not due:
                what = f"{at} would not masquerade this packet ({flight.packet})."
                raise Refused("snat", what, "Leave the step out; the connection keeps its source.")
            flight.asked = flight.stay.verdict if due.startswith("kube-proxy") else None
        if flight.stay.sourced:
            raise Refused(
                "snat", f"{at} has already rewritten the source.", "A packet's source is rewritten once there."
            )
        if self.stacks.is_local(at, flight.packet.dst.address):
            what = f"masquerades, but the packet never leaves {at}."
            raise Refused("snat", what, "Rewrite the destination first, or leave the step out.")
        flight.packet = Packet(self._new_source(stop, flight, at), flight.packet.dst)
        flight.stay.sourced = True

    def _new_source(self, stop: Stop, flight: Flight, at: str) -> End:
        written, old = stop.snat or "", flight.packet.src
        if m := re.fullmatch(r"masquerade(?::([A-Z]))?", written):
            address = self.network.source(at, flight.packet.dst.address)
            if address is None:
                raise Refused(
                    "snat", f"{at} has no address for {flight.packet.dst.address}.", "Give it an interface with one."
                )
            kept = m[1] in (None, old.port)
            return End(address, old.port if kept else self.stacks.port(stop, "snat", m[1]))
        if written.startswith("masquerade:"):
            fix = "Write 'masquerade:Q', with a capital letter, or 'masquerade' where the port is kept."
            raise Refused("snat", f"'{written}' names no port that a kernel picks.", fix)
        who, interface, port = self.stacks.parts("snat", written)
        address = self.stacks.address("snat", who, interface)
        if not self.stacks.is_local(at, address):
            raise Refused(
                "snat", f"{at} takes the source {address}, which it does not own.", "Name one of its addresses."
            )
        if self.stacks.has_rules(at):
            self._masquerades(written, at, flight, address, port)
        return End(address, old.port if port in (None, old.port) else self.stacks.port(stop, "snat", port or ""))

    def _masquerades(self, written: str, at: str, flight: Flight, address: Address, port: str | None) -> None:
        """Raise Refused for what a node's masquerade does not do: it takes the outgoing address, and picks the port."""
        own = self.network.source(at, flight.packet.dst.address)
        if address != own:
            what = f"{at} masquerades with {own}, the address of the interface it leaves by, not with {address}."
            raise Refused("snat", what, "Write 'masquerade:Q'.")
        if port is not None and not re.fullmatch("[A-Z]", port):
            what = f"'{written}' gives the port {port}, but {at} masquerades, which picks a port."
            raise Refused("snat", what, "Write 'masquerade:Q', or 'masquerade' where the port is kept.")

    def _handed(self, stop: Stop, flight: Flight) -> str:
        """Direct server return: the entry stands where the endpoint is, which answers for the Service."""
        chosen = flight.stay.chosen
        if chosen is None or chosen.node is None:
            what = "hands on a connection that its rules give to no Pod of a node."
            raise Refused("hands", what, "Add 'dnat' to an endpoint that is on a node.")
        if chosen.node == self.stacks.stack(stop.at or ""):
            what = f"hands a connection on to {chosen.node} itself, where {chosen.pod} is."
            raise Refused("hands", what, "Leave 'hands' out: its entry stands here.")
        flight.stay.handed = True
        return chosen.node

    # -- the way back -------------------------------------------------------------------------------------------------
    def undo(self, stop: Stop, flight: Flight) -> None:
        """Undo every rewrite whose entry stands in this stack, the last first; or rewrite an answer anew."""
        at = self.stacks.stack(stop.at or "")
        if stop.dnat or stop.snat:
            self._anew(stop, flight, at)
            return
        if not flight.entries or flight.entries[-1].stack != at:
            last = f"The last rewrite still standing is at {flight.entries[-1].stack}." if flight.entries else ""
            raise Refused("at", f"{stop.at} has nothing to undo here.", last or "Every rewrite is undone already.")
        while flight.entries and flight.entries[-1].stack == at:
            before = flight.entries.pop().before.turned
            flight.packet = before.portless if flight.icmp else before

    def _anew(self, stop: Stop, flight: Flight, at: str) -> None:
        """A machine that translates each packet by itself (1:1 NAT, DSR without entries) rewrites an answer."""
        if self.flow.participants[at].kind not in FREE:
            raise Refused("at", f"{at} undoes rewrites; it makes no new one for an answer.", "Leave out dnat and snat.")
        src = self._new_source(stop, flight, at) if stop.snat else flight.packet.src
        dst = self.stacks.end(stop, "dnat", stop.dnat) if stop.dnat else flight.packet.dst
        flight.packet = Packet(src, dst)

    def expire(self, stop: Stop, flight: Flight) -> None:
        """Forget the entry of a connection that was idle too long: nothing of it is on its way."""
        at = self.stacks.stack(stop.at or "")
        if not any(e.stack == at for e in flight.entries):
            raise Refused(
                "expires", f"{stop.at} has no entry for '{flight.session.name}'.", "Name one that rewrote it."
            )
        if flight.at != flight.session.server:
            what = f"nothing of '{flight.session.name}' may be on its way, but its packet is at {flight.at}."
            raise Refused("expires", what, "Let it reach the one who listens first; what is lost on its way 'drops'.")
        flight.session.outcome, flight.session.who = "expired", stop.at or ""
        flight.session.why = "its entry was forgotten after it was idle too long"
