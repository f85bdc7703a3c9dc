"""The machines of one route: whose addresses are whose, who listens, what a name in a step stands for."""

import re
from collections.abc import Sequence

from ..model.definition import Address, Flow, Protocol, Route
from ..model.references import LISTENS
from ..problems import nearest
from .flight import Flight, Refused
from .network import Network
from .routes import Stop, name_of, typed_address
from .services import MODES, PASS, Mode, Question, Services, Target, Verdict
from .wire import End

_LETTER = re.compile("[A-Z]")
_WRITTEN = re.compile(r"([a-z0-9-]+)(?:\.([\w.-]+))?(?::(\w[\w-]*))?")


class Stacks:
    """What every step of a route asks about participants."""

    def __init__(self, flow: Flow, settled: Route, route: Sequence[Stop]) -> None:
        self.flow, self.settled, self.route = flow, settled, route
        self.network = Network(flow, settled)
        self.services = Services.of(flow, settled, self.network)
        self.letters: dict[str, str] = {}  # port letter → the step that introduced it
        self.decided = False  # whether the mode of kube-proxy has decided anything
        self.led: set[str] = set()  # the host ports that a packet has met

    def stack(self, who: str) -> str:
        return self.network.stack(who)

    def is_local(self, who: str, address: Address) -> bool:
        return self.network.is_local(who, address)

    def has_rules(self, who: str) -> bool:
        """Whether kube-proxy's rules stand in this stack: it is a node's kernel."""
        return self.flow.participants[who].kind == "kernel"

    def owner(self, address: Address) -> str | None:
        """Who has an address; Services have none."""
        return next(iter(self.network.owners.get(address, ())), None)

    def is_endpoint(self, end: End) -> bool:
        """Whether this is an endpoint of some Service."""
        return self.services.is_endpoint(end.address, end.port)

    # -- rules --------------------------------------------------------------------------------------------------------
    def verdict(self, who: str, flight: Flight, own: bool) -> Verdict:
        """What the rules of a stack say about a packet that opens a connection; nothing where it has none."""
        if not self.has_rules(who) or not flight.packet.dst.port.isdigit():
            return PASS
        protocol: Protocol = flight.session.protocol  # type: ignore[assignment]
        packet = flight.packet

        def ask(mode: Mode) -> Verdict:
            dst = packet.dst
            return self.services.verdict(
                Question(who, mode, packet.src.address, dst.address, int(dst.port), protocol, own)
            )

        both = ask("iptables"), ask("nftables")
        if self.settled.mode:
            self.decided |= both[0] != both[1]
            return both[MODES.index(self.settled.mode)]
        if both[0] != both[1]:
            said = ", ".join(f"{m}: {v.action}" for m, v in zip(MODES, both, strict=True))
            what = f"the two modes of kube-proxy decide differently about a packet for {packet.dst} at {who} ({said})."
            raise Refused("to", what, "Give the route a 'mode'.")
        return both[0]

    def host_port(self, at: str, flight: Flight) -> Target | None:
        """Give the Pod that a TCP port of this node leads to, by the portmap plugin's rule."""
        dst = flight.packet.dst
        if not self.is_local(at, dst.address) or flight.session.protocol != "tcp":
            return None
        for outside, written in self.settled.host_ports.items():
            pod, _, inside = written.partition(":")
            has = [a for _, a, _ in self.network.addresses(self.stack(pod)) if a.version == dst.address.version]
            if has and self.flow.participants[pod].node == at and str(self.flow.ports[outside]) == dst.port:
                self.led.add(outside)
                return Target(pod, has[0], self.flow.ports[inside], at)
        return None

    def listens(self, who: str, address: Address, port: str, protocol: str) -> str | None:
        """How a participant accepts packets for this address and port: "plain" or "tls"; None where it does not."""
        stack = self.flow.participants[self.stack(who)].interfaces
        for written in self.flow.participants[who].listens:
            m = LISTENS.fullmatch(written)
            if not m or self.flow.ports.get(m[2]) != _number(port) or (m[3] or "tcp") != protocol:
                continue
            if m[1] is None or address in [i.ip for i in stack.get(m[1], [])]:
                if who in self.network.gone:
                    self.network.missed.add(who)
                    return None
                return "tls" if m[4] else "plain"
        return None

    def listeners(self, stack: str, address: Address, port: str, protocol: str) -> list[str]:
        """Every participant of a stack that accepts packets for this address and port."""
        here = [name for name in self.flow.participants if self.stack(name) == stack]
        return [name for name in here if self.listens(name, address, port, protocol)]

    # -- names --------------------------------------------------------------------------------------------------------
    def end(self, stop: Stop, key: str, written: str, towards: Address | None = None, family: int | None = None) -> End:
        """`WHO:PORT` or `WHO.INTERFACE:PORT` → End; raises Refused for what it does not know.

        `towards` is the destination: a source without interface gets the address its packet leaves with. Of addresses
        of both families, one of `family` is taken.
        """
        who, interface, port = self.parts(key, written)
        address = self.address(key, who, interface, towards, family)
        if port is None:
            raise Refused(
                key, f"'{written}' is not an address and a port.", "Write WHO:PORT, like load-balancer:https."
            )
        return End(address, self.port(stop, key, port))

    def check(self, key: str, written: str | None) -> None:
        """Raise Refused for a reference that names nobody, or an unknown port."""
        if written and not written.startswith("masquerade"):
            port = self.parts(key, written)[2]
            self.number(key, port) if port and not _LETTER.fullmatch(port) else None

    def port(self, stop: Stop, key: str, written: str) -> str:
        """A port of the definition, or the letter of one that a kernel picks."""
        if _LETTER.fullmatch(written):
            first = self.letters.setdefault(written, stop.id)
            if first != stop.id:
                what = f"the port letter {written} is taken by the step '{first}'."
                raise Refused(key, what, "Choose another capital letter; write 'masquerade' where the port is kept.")
            return written
        return self.number(key, written)

    def number(self, key: str, written: str) -> str:
        """The number of a port of the definition; raises Refused for an unknown one."""
        if written not in self.flow.ports:
            fix = nearest(written, self.flow.ports) or f"Known: {', '.join(self.flow.ports)}, or one capital letter."
            raise Refused(key, f"unknown port '{written}'.", fix)
        return str(self.flow.ports[written])

    def families(self, who: str) -> set[int]:
        """The families of a participant's addresses."""
        return {a.version for _, a, _ in self.network.addresses(self.stack(who))}

    def address(
        self,
        key: str,
        who: str,
        interface: str | None,
        towards: Address | None = None,
        family: int | None = None,
    ) -> Address:
        """The address of a participant or Service; raises Refused where there is none."""
        computed = interface is None and towards is not None and who in self.flow.participants
        if computed and towards and (found := self.network.source(who, towards)) is not None:
            return found
        try:
            return self.flow.address(who, interface, family)
        except ValueError as none:
            pods = [e.pod for e in self.services[who].endpoints] if who in self.flow.services else []
            fix = f"Call one of its Pods: {', '.join(pods)}." if pods else "Name an interface that has an address."
            raise Refused(key, str(none), fix) from None

    def parts(self, key: str, written: str) -> tuple[str, str | None, str | None]:
        """`WHO.INTERFACE:PORT` → its parts, of which the last two may be missing; raises Refused."""
        if (typed := typed_address(written)) is not None:
            what = f"'{written}' has a typed address; addresses follow from names."
            raise Refused(key, what, name_of(self.flow, typed))
        m = _WRITTEN.fullmatch(written)
        if not m:
            raise Refused(
                key, f"'{written}' is not an address and a port.", "Write WHO:PORT, like load-balancer:https."
            )
        who, interface, port = m.groups()
        if who in self.flow.objects:
            raise Refused(key, f"'{who}' is an API object; it has no address.", "Name a participant or a Service.")
        known = {**self.flow.participants, **self.flow.services}
        if who not in known:
            raise Refused(key, f"unknown address '{who}'.", nearest(who, known) or f"Known: {', '.join(known)}.")
        if interface and (who in self.flow.services or interface not in self._interfaces(who)):
            mine = self._interfaces(who) if who in self.flow.participants else {}
            fix = nearest(interface, mine) or f"It has {', '.join(mine)}."
            service = f"A Service has one address: write '{who}:PORT'."
            raise Refused(key, f"{who} has no interface '{interface}'.", fix if mine else service)
        return who, interface, port

    def _interfaces(self, who: str) -> dict[str, object]:
        return dict(self.flow.participants[self.stack(who)].interfaces)


def _number(port: str) -> int | None:
    return int(port) if port.isdigit() else None
