"""What the simulation knows of a world: addresses, routing tables, what kube-proxy decides; from plain data alone."""

import re
from collections.abc import Iterator
from functools import cache
from ipaddress import ip_address, ip_interface, ip_network
from typing import Any, NamedTuple

ip_address, ip_interface, ip_network = cache(ip_address), cache(ip_interface), cache(ip_network)
Data = dict[str, Any]
Address = Any


class Packet(NamedTuple):
    src: Address
    sport: str
    dst: Address
    dport: str

    @property
    def turned(self) -> "Packet":
        return Packet(self.dst, self.dport, self.src, self.sport)


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def settled(data: Data, name: str) -> Data:
    """A route with the steps, roles and choices of the one it is like, its own later."""
    route = {k: v for k, v in data["routes"][name].items() if v is not None}
    if "like" not in route:
        own = [s for steps in route["stages"].values() for s in steps]
        return {"roles": {}, "services": {}, "host-ports": {}, "gone": [], "mode": None} | route | {"steps": own}
    base = settled(data, route["like"])
    kept = [s for s in base["steps"] if s not in route.get("drop", [])]
    out = base | {k: route[k] for k in ("network", "mode") if k in route}
    out["steps"] = [new for s in kept for new in listed(route.get("replace", {}).get(s, s))]
    out["gone"] = base["gone"] + route.get("gone", [])
    for key in ("roles", "host-ports"):
        out[key] = base[key] | route.get(key, {})
    changes = route.get("services", {})
    out["services"] = {n: base["services"].get(n, {}) | changes.get(n, {}) for n in [*base["services"], *changes]}
    return out


class World:
    """Who has which address, where each stack sends what, what kube-proxy decides."""

    def __init__(self, data: Data, route: str) -> None:
        self.data, self.route, self.who = data, settled(data, route), data["participants"]
        self.cluster, self.network = data.get("cluster") or {}, self.layered(self.route["network"])
        self.services = {n: s | self.route["services"].get(n, {}) for n, s in (data.get("services") or {}).items()}
        self.services = {n: s for n, s in self.services.items() if s.get("address")}
        self.have = {
            name: [(d, ip_interface(a)) for d, those in (p.get("interfaces") or {}).items() for a in listed(those)]
            for name, p in self.who.items()
        }
        self.written: dict[str, Data] = {}
        for stack, table in self.network["routes"]:
            rows = {net: via for to, via in table.items() for net in self.destination(self.filled(to))}
            self.written.setdefault(self.filled(stack), {}).update(rows)
        self.tables = {name: list(self.table(name)) for name in self.who}

    def layered(self, name: str) -> Data:
        own = {k: v for k, v in (self.data["networks"][name] or {}).items() if v is not None}
        base = self.layered(own["like"]) if "like" in own else {"routes": []}
        return base | own | {"routes": base["routes"] + list(own.get("routes", {}).items())}

    def filled(self, text: str) -> str:
        roles = self.route["roles"]
        text = re.sub(r"\{([a-z0-9-]+)\.node\}", lambda m: self.who[roles[m[1]]]["node"], text)
        return re.sub(r"\{([a-z0-9-]+)\}", lambda m: roles[m[1]], text)

    def stack(self, who: str) -> str:
        return self.who[who].get("shares") or who

    def number(self, port: str) -> str:
        return port if re.fullmatch("[A-Z]", port) else str(int(self.data["ports"][port]))

    def destination(self, written: str) -> list[Any]:
        if written == "default":
            return [ip_network("0.0.0.0/0"), ip_network("::/0")]
        return [self.range(written) or ip_network(self.address(written))]

    def range(self, name: str | None) -> Any:
        try:
            return ip_network(str(self.data["names"].get(name, name)))
        except ValueError:
            return None

    def address(self, written: str, family: int | None = None) -> Address:
        """`WHO` or `WHO.INTERFACE` → its address."""
        who, _, device = written.partition(".")
        if who in self.services:
            return ip_address(self.services[who]["address"])
        found = [a.ip for d, a in self.have[self.stack(who)] if device in ("", d)]
        return next((a for a in found if a.version == family), found[0])

    def owner(self, address: Address) -> str | None:
        return next((n for n, have in self.have.items() if any(a.ip == address for _, a in have)), None)

    def is_local(self, stack: str, address: Address) -> bool:
        own = any(a.ip == address for _, a in self.have[stack])
        return address.is_loopback or (own and ip_network(address) not in self.written.get(stack, {}))

    # -- routing ------------------------------------------------------------------------------------------------------
    def table(self, stack: str) -> Iterator[tuple[Any, int, str | None, str | None]]:
        """Prefix, rank among equals, device, next hop (None: whoever has the destination)."""
        p = self.who[stack]
        for net, via in self.written.get(stack, {}).items():
            yield net, 1, *((via["dev"], self.filled(via["to"])) if isinstance(via, dict) else (None, self.filled(via)))
        for device, a in self.have[stack]:
            if device not in (p.get("tunnels") or {}) and a.network.num_addresses > 1:
                yield a.network, 0, device, None
        for name in (n for n, pod in self.who.items() if pod.get("node") == stack and not pod.get("shares")):
            yield from ((ip_network(a.ip), 0, self.on_link(stack, a.ip), None) for _, a in self.have[name])
        if p.get("node") and p.get("interfaces"):
            yield from ((net, 0, next(iter(p["interfaces"])), p["node"]) for net in self.destination("default"))

    def on_link(self, stack: str, address: Address) -> str | None:
        return next((d for d, a in self.have[stack] if address in a.network), None)

    def lookup(self, stack: str, address: Address) -> tuple[str | None, str | None, Address]:
        """Who takes a packet for this address, by which device, at which gateway."""
        fitting = [row for row in self.tables[stack] if address in row[0]]
        if not fitting:
            return None, None, None
        _, rank, device, to = max(fitting, key=lambda row: (row[0].prefixlen, row[1]))
        if to == "direct":
            return self.owner(address), device or next(iter(self.who[stack]["interfaces"])), None
        if to is None or rank == 0:
            return to or self.neighbour(stack, address), device, None
        who, gateway = to.partition(".")[0], self.address(to)
        if device is None and "." not in to and self.on_link(stack, gateway) is None:
            gateway = next((a.ip for _, a in self.have[who] if self.on_link(stack, a.ip)), gateway)
        return who, device or self.on_link(stack, gateway), gateway

    def neighbour(self, stack: str, address: Address) -> str | None:
        """Who answers on a link. Every Pod's link is a port of its node's bridge."""
        owner = self.owner(address)
        if owner is None or owner in self.route["gone"]:
            return None
        mine, its = self.who[stack].get("node"), self.who[owner].get("node")
        if its == stack or owner == mine or (mine is None and its is None):
            return owner
        return None if its != mine or mine is None else mine if self.network.get("bridge-netfilter", True) else owner

    def source(self, stack: str, address: Address) -> Address:
        """The address a packet leaves with."""
        if self.is_local(stack, address):
            return address
        _, device, gateway = self.lookup(stack, address)
        have = [(d == device, a) for d, a in self.have[stack] if a.version == address.version]
        return max(have, key=lambda x: (x[0], x[0] and (gateway or address) in x[1].network))[1].ip

    def takes(self, stack: str, packet: Packet, protocol: str) -> bool:
        """Whether the packet is for this stack, and somebody there listens."""
        return self.is_local(stack, packet.dst) and self.listens(stack, packet, protocol)

    def listens(self, stack: str, packet: Packet, protocol: str) -> bool:
        for name in (n for n in self.who if self.stack(n) == stack):
            for written in self.who[name].get("listens") or []:
                device, port, its = re.fullmatch(r"(?:([\w.-]+):)?([a-z0-9-]+)(?:/(\w+))?(?:\+tls)?", written).groups()
                on = [a.ip for d, a in self.have[stack] if d == device]
                if (self.number(port), its or "tcp") == (packet.dport, protocol) and (not device or packet.dst in on):
                    return True
        return False

    # -- kube-proxy ---------------------------------------------------------------------------------------------------
    def endpoints(self, service: Data, port: Data, node: str | None) -> list[tuple[Address, str]]:
        """Ready endpoints, or those that end and serve; on one node or on all."""
        ready, ending = [], []
        for e in ({"pod": e} if isinstance(e, str) else e for e in service.get("endpoints") or []):
            family, is_ready, ends = ip_address(service["address"]).version, e.get("ready", True), e.get("terminating")
            a = next((a.ip for _, a in self.have[self.stack(e["pod"])] if a.version == family), None)
            if a and node in (None, self.who[e["pod"]].get("node")):
                ready += [(a, self.number(port["target"]))] if is_ready and not ends else []
                ending += [(a, self.number(port["target"]))] if ends and e.get("serving", is_ready) else []
        return ready or ending

    def rules(self, node: str, packet: Packet, protocol: str) -> Iterator[tuple[str, Data, Data]]:
        """Every rule for a destination, in kube-proxy's order: addresses of Services, then ports of the node."""
        first = next((a.ip for _, a in self.have[node] if a.version == packet.dst.version), None)
        every = self.route["mode"] != "nftables" and str(packet.dst) != "::1"
        takes = self.is_local(node, packet.dst) and (every or packet.dst == first)
        fitting = [(s, p) for s in self.services.values() for p in s["ports"] if p.get("protocol", "tcp") == protocol]
        for s, p in fitting:
            external = [self.address(a) for key in ("load-balancer", "external-ips") for a in listed(s.get(key))]
            if self.number(p["port"]) == packet.dport and packet.dst in [ip_address(s["address"]), *external]:
                yield "external" if packet.dst in external else "internal", s, p
        yield from (("external", s, p) for s, p in fitting if takes and self.opens(p, packet.dport))

    def opens(self, port: Data, number: str) -> bool:
        return bool(port.get("node-port")) and self.number(port["node-port"]) == number

    def decides(self, node: str, packet: Packet, protocol: str) -> tuple[str, list[tuple[Address, str]], bool]:
        """What kube-proxy does: an action, the endpoints, whether every caller is masqueraded."""
        rule = next(self.rules(node, packet, protocol), None)
        pods, clusters = self.range(self.cluster.get("pods")), self.range(self.cluster.get("services"))
        if rule is None:
            known = [ip_address(s["address"]) for s in self.services.values()]
            no = "refused" if packet.dst in known else "dropped" if clusters and packet.dst in clusters else "nothing"
            return no if self.route["mode"] == "nftables" else "nothing", [], False
        kind, service, port = rule
        caller = "pod" if pods and packet.src in pods else "node" if self.is_local(node, packet.src) else "outside"
        outsider = caller != "pod" and self.cluster.get("pods") is not None
        here, masquerade = {
            ("internal", "Cluster"): (False, outsider),
            ("internal", "Local"): (True, outsider),
            ("external", "Cluster"): (False, True),
            ("external", "Local"): (caller == "outside", caller == "node")
        }[kind, service.get(kind) or "Cluster"]  # fmt: skip
        found = self.endpoints(service, port, node if here else None)
        no = "dropped" if self.endpoints(service, port, None) else "refused"
        return "rewritten" if found else no, found, masquerade
