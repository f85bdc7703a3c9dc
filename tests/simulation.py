"""A second opinion on a route, written apart from the engine: plain data in, one packet at a time.

It knows longest prefixes, what kube-proxy decides, and per stack a list of (original, reply) tuples. Where somebody has
a choice (a load balancer, a Service with several endpoints, the letter of a new port) it takes what the route's steps
say; everything else it finds out by itself. It covers what docs/flow.yml uses: no filters, no rp_filter.
"""

from typing import NamedTuple

from requestflow.world.wire import Hop, Trip
from simulated_world import Address, Data, Packet, World, ip_address

FORWARDING = ("kernel", "load-balancer", "router", "nat-gateway", "firewall")
FREE = ("router", "nat-gateway", "firewall", "cdn")  # rewrite what is not addressed to them, as they are configured
MOST_MOVES = 40


class Move(NamedTuple):
    source: str
    to: str
    packet: Packet
    envelopes: tuple[tuple[Address, Address, str], ...]


class Stuck(Exception):
    """The packet cannot do what the route needs it to."""


class End(Exception):
    """The connection ends on its way there: how, at whose hands, with which packet, whether by ICMP."""


class Walk:
    """One connection of a route, from its opener to its end and back."""

    def __init__(self, world: World, name: str) -> None:
        self.world, w = world, world
        self.moves: list[Move] = []
        self.tracked: dict[str, list[tuple[Packet, Packet]]] = {}
        self.envelopes: list[tuple[Address, Address, str]] = []  # the outermost first
        steps = [w.data["steps"][s] for s in w.route["steps"]]
        here = [s for s in steps if s.get("carries") == name and s.get("at")]
        self.says = [
            (w.stack(w.filled(s["at"])), k, w.filled(s[k])) for s in here for k in ("dnat", "snat", "hands") if s.get(k)
        ]
        opens = next(s for s in steps if s.get("opens") == name)
        self.opener = w.stack(w.filled(opens["from"]))
        ends, _, protocol = w.filled(opens["packet"]).partition("/")
        (src, sport), (dst, dport) = (e.rsplit(":", 1) for e in ends.split(" > "))
        families = {a.version for _, a in w.have[self.opener]}
        to = w.address(dst, min(families) if len(families) == 1 else None)
        mine = w.address(src) if "." in src else w.source(w.stack(src), to)
        self.opened = Packet(mine, w.number(sport), to, w.number(dport))
        called = [p for s in w.services.values() if ip_address(s["address"]) == to for p in s["ports"]]
        named = {p.get("protocol", "tcp") for p in called if w.number(p["port"]) == self.opened.dport}
        self.protocol = protocol or (named.pop() if len(named) == 1 else "tcp")

    def choice(self, stack: str, kind: str) -> str | None:
        """What the route says is done here, once."""
        found = next((s for s in self.says if s[:2] == (stack, kind)), None)
        self.says = [s for s in self.says if s is not found]
        return found[2] if found else None

    def run(self) -> tuple[str, str]:
        """Give how the connection ends and at whose hands; raises Stuck."""
        w, end, icmp = self.world, ("answered", ""), False
        try:
            server, packet = self.there()
            answer = packet.turned
        except End as no:
            how, server, packet, icmp = no.args
            end = how, server
            answer = Packet(w.source(server, packet.src), "", packet.src, "") if icmp else packet.turned
        if self.says:
            raise Stuck(f"nobody does {self.says}")
        if end[0] == "dropped":
            return end
        heard = self.back(server, answer, icmp)
        fits = heard.dst == self.opened.src if icmp else heard == self.opened.turned
        return end if fits else ("reset", self.opener)

    def there(self) -> tuple[str, Packet]:
        w, packet, at, came_from = self.world, self.opened, self.opener, ""
        for _ in range(MOST_MOVES):
            before = packet
            if not self.envelopes:
                packet, masquerade = self.rewritten(at, packet)
                entry_at = self.handed(at, packet)
                if w.is_local(at, packet.dst):
                    self.track(entry_at or at, before, packet)
                    if not w.takes(at, packet, self.protocol):
                        raise End("refused", at, packet, self.protocol == "udp")
                    return at, packet
                if came_from and w.who[at]["kind"] not in FORWARDING:
                    raise Stuck(f"{at} passes nothing on")
                to = w.lookup(at, packet.dst)[0]
                if to == came_from and w.who[to].get("node") == at and not w.network.get("hairpin", True):
                    raise End("dropped", at, packet, False)
                packet = packet if entry_at else self.sourced(at, packet, masquerade)
                self.track(entry_at or at, before, packet)
            self.move(at, packet)
            at, came_from = self.moves[-1].to, at
        raise Stuck("it goes round in circles")

    def rewritten(self, at: str, packet: Packet) -> tuple[Packet, bool]:
        """PREROUTING or OUTPUT: the destination, and whether the source will follow."""
        w, kernel = self.world, self.world.who[at]["kind"] == "kernel"
        found, masquerade = [], False
        if kernel and packet.dport.isdigit():
            action, found, masquerade = w.decides(at, packet, self.protocol)
            if action in ("refused", "dropped"):
                raise End(action, at, packet, True)
            found = found or self.host_ports(at, packet)
        takes = bool(found) if kernel else w.who[at]["kind"] in FREE or w.takes(at, packet, self.protocol)
        said = self.choice(at, "dnat") if takes else None
        if said is None and found:
            raise Stuck(f"the route does not say which endpoint {at} picks")
        if said is None:
            return packet, False
        who, port = said.rsplit(":", 1)
        target = w.address(who, packet.dst.version), w.number(port)
        if kernel and target not in found:
            raise Stuck(f"{at} would not pick {target}")
        return Packet(packet.src, packet.sport, *target), kernel and (masquerade or target[0] == packet.src)

    def handed(self, at: str, packet: Packet) -> str | None:
        """Direct server return: the node of the endpoint, which undoes what this one does."""
        w = self.world
        if self.choice(at, "hands") is None:
            return None
        node = w.who[w.owner(packet.dst) or at].get("node")
        if node is None:
            raise Stuck(f"{at} hands a connection to nobody on a node")
        return str(node)

    def host_ports(self, at: str, packet: Packet) -> list[tuple[Address, str]]:
        """The portmap plugin: TCP ports of the node that lead to a Pod on it."""
        w = self.world
        if not w.is_local(at, packet.dst) or self.protocol != "tcp":
            return []
        fitting = [to.split(":") for out, to in w.route["host-ports"].items() if w.number(out) == packet.dport]
        return [(w.address(p, packet.dst.version), w.number(n)) for p, n in fitting if w.who[p].get("node") == at][:1]

    def sourced(self, at: str, packet: Packet, masquerade: bool) -> Packet:
        """POSTROUTING: kube-proxy's masquerade, the network plugin's, or what another machine is configured to do."""
        w, rule, kernel = self.world, self.world.network.get("masquerade"), self.world.who[at]["kind"] == "kernel"
        if rule and kernel and packet.src in w.range(rule["source"]) and packet.dst not in w.range(rule["outside"]):
            masquerade = True
        said = self.choice(at, "snat") if masquerade or not kernel else None
        if said is None and masquerade:
            raise Stuck(f"the route does not say that {at} masquerades")
        if said is None:
            return packet
        letter = said.partition(":")[2]
        return Packet(w.source(at, packet.dst), letter or packet.sport, packet.dst, packet.dport)

    def track(self, at: str, before: Packet, after: Packet) -> None:
        if before != after:
            self.tracked.setdefault(at, []).append((before, after.turned))

    def move(self, at: str, packet: Packet) -> None:
        """To the next stack; into envelopes and out of them."""
        w = self.world
        to, device, _ = w.lookup(at, self.envelopes[0][1] if self.envelopes else packet.dst)
        while to and device in (w.who[at].get("tunnels") or {}):
            near, far = w.who[at]["tunnels"][device], (w.who[to].get("tunnels") or {}).get(device)
            if far is None or len(self.envelopes) > 4:
                raise Stuck(f"nobody takes it out of {device}")
            ends = w.address(f"{at}.{near['over']}"), w.address(f"{to}.{far['over']}")
            self.envelopes.insert(0, (*ends, w.number(near["port"]) if near.get("port") else ""))
            to, device, _ = w.lookup(at, ends[1])
        if to is None:
            raise End("refused", at, packet, True)
        self.moves.append(Move(at, to, packet, tuple(self.envelopes)))
        while self.envelopes and w.is_local(to, self.envelopes[0][1]):
            self.envelopes.pop(0)

    def back(self, at: str, packet: Packet, icmp: bool) -> Packet:
        """The answer, or the no, until it is with the one who opened the connection."""
        w = self.world
        for n in range(MOST_MOVES):
            if not self.envelopes:
                entries = reversed(self.tracked.get(at, []))
                known = next((o for o, reply in entries if icmp or packet == reply), packet.turned)
                packet = Packet(known.dst, "", known.src, "") if icmp else known.turned
                if w.is_local(at, packet.dst) and at != self.opener:
                    raise Stuck(f"the answer stays at {at}: {packet}")
                if w.is_local(at, packet.dst):
                    return packet
                if n and w.who[at]["kind"] not in FORWARDING:
                    raise Stuck(f"{at} passes no answer on")
            try:
                self.move(at, packet)
            except End as end:
                raise Stuck(f"the answer ends at {end.args[1]}") from None
            at = self.moves[-1].to
        raise Stuck("the answer goes round in circles")


def disagreements(data: Data, route: str, trip: Trip) -> list[str]:
    """Where an accepted route and this simulation part."""
    world, out = World(data, route), []
    for name, session in trip.sessions.items():
        walk = Walk(world, name)
        try:
            ends = walk.run()
        except Stuck as stuck:
            out.append(f"{route}, {name}: {stuck}")
            continue
        accepted = [moved(world, h) for h in trip.hops if h.connection == name and not (h.stays or h.is_message)]
        accepted = [m for m in accepted if m.source != m.to]
        idle = session.outcome == "expired"  # an idle connection has come as far as to its server
        simulated = walk.moves[: len(accepted)] if idle else walk.moves
        for n in range(max(len(accepted), len(simulated))):
            if accepted[n : n + 1] != simulated[n : n + 1]:
                found = f"accepted {accepted[n : n + 1]}, simulated {simulated[n : n + 1]}"
                out.append(f"{route}, {name}, move {n + 1}: {found}")
                break
        how = "answered" if idle or session.outcome == "error" else session.outcome
        if (how, world.stack(session.who) if how in ("refused", "dropped", "reset") else "") != ends:
            out.append(f"{route}, {name}: accepted as {how} at {session.who}, simulated {ends}")
    return out


def moved(world: World, hop: Hop) -> Move:
    p = hop.after
    around = tuple((e.packet.src.address, e.packet.dst.address, e.packet.dst.port) for e in hop.envelopes)
    packet = Packet(p.src.address, p.src.port, p.dst.address, p.dst.port)
    return Move(world.stack(hop.source), world.stack(hop.to), packet, around)
