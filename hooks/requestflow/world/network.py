"""Which way a packet goes: interfaces, routing tables and links of one route's network.

A stack looks a destination up as Linux does (`ip route get`): the longest prefix wins, a route of the network before a
connected one of the same length. Addresses, prefixes and the node of a Pod give most routes; a network writes the rest.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Any

from ..model.definition import Address, Filter, Flow, Prefix, Route, Via
from ..model.definition import Network as Written
from ..problems import nearest
from .routes import ROLE, name_of, typed_address

LOOPBACK: tuple[Prefix, ...] = (IPv4Network("127.0.0.0/8"), IPv6Network("::1/128"))
LINK_LOCAL: tuple[Prefix, ...] = (IPv4Network("169.254.0.0/16"), IPv6Network("fe80::/10"))
ONLY_LINK = "its only link"
DEFAULT = "default"  # every address
DIRECT = "direct"  # to whoever has the address, by way of routers that are not drawn


class NoSuchPlace(Exception):
    """A routing table names something that is not there; `path` is where, below `networks`."""

    def __init__(self, path: tuple[str, ...], what: str, fix: str) -> None:
        super().__init__(what)
        self.path, self.what, self.fix = path, what, fix


class NoSuchPlaces(Exception):
    """Everything the routing tables of a route name that is not there."""

    def __init__(self, every: list[NoSuchPlace]) -> None:
        super().__init__("\n".join(map(str, every)))
        self.every = every


@dataclass(frozen=True)
class NextHop:
    """Where a stack sends a packet: the stack that takes it, the interface it leaves by, the route in words.

    `to` is None where nobody takes it: no route, or no answer on the link.
    """

    to: str | None
    device: str | None
    gateway: Address | None
    route: str


@dataclass(frozen=True)
class _Entry:
    """One line of a routing table."""

    prefix: Prefix
    device: str | None
    gateway: Address | None  # None: whoever has the destination, on the link
    to: str | None  # the stack at the gateway; None: whoever owns the destination
    words: str
    written: bool  # in the network, not following from an interface
    direct: bool = False


class Network:
    """The routing tables of every stack, in one route."""

    def __init__(self, flow: Flow, settled: Route) -> None:
        """Raise NoSuchPlaces for tables that name something unknown."""
        self.flow = flow
        self.name = settled.network or ""
        self.roles = settled.roles
        self.gone = frozenset(with_its_stack(flow, settled.gone))
        self.missed: set[str] = set()  # who of them a packet was meant for
        self.owners: dict[Address, list[str]] = {}
        for name, addresses in flow.addresses.items():
            for _, address, _ in addresses:
                self.owners.setdefault(address, []).append(name)
        layers = list(_layers(flow, self.name))
        self.bridge_netfilter = _last(layers, "bridge_netfilter", True)
        self.hairpin = _last(layers, "hairpin", True)
        self.masquerade = _last(layers, "masquerade", None)
        self.filters = [f for _, layer in layers for f in layer.filters]
        self.met: list[Filter] = []  # those that a packet has met
        self._tables: dict[str, list[_Entry]] = {}
        self._written: dict[str, dict[Prefix, _Entry]] = {}
        wrong: list[NoSuchPlace] = []
        for name, layer in layers:
            for who, table in layer.routes.items():
                wrong += self._read(name, who, table)
        if wrong:
            raise NoSuchPlaces(wrong)

    # -- stacks -------------------------------------------------------------------------------------------------------
    def stack(self, who: str) -> str:
        """Give the participant in whose stack somebody runs."""
        return self.flow.participants[who].shares or who

    def is_local(self, who: str, address: Address) -> bool:
        """Whether a stack takes packets for an address: one of its interfaces has it, or it is a loopback address.

        A written route for just this address comes first: a load balancer that passes packets on unchanged.
        """
        stack = self.stack(who)
        if any(address in net for net in LOOPBACK if net.version == address.version):
            return True
        if _host(address) in self._written.get(stack, {}):
            return False
        return stack in self.owners.get(address, ())

    def addresses(self, stack: str, device: str | None = None) -> Sequence[tuple[str, Address, Prefix]]:
        """Give device, address and prefix of a stack's interfaces, in order."""
        every = self.flow.addresses[stack]
        return every if device is None else [one for one in every if one[0] == device]

    # -- looking up ---------------------------------------------------------------------------------------------------
    def lookup(self, who: str, address: Address) -> NextHop:
        """Give where a stack sends a packet for an address."""
        stack = self.stack(who)
        fitting = [e for e in self._table(stack) if e.prefix.version == address.version and address in e.prefix]
        if not fitting:
            return NextHop(None, None, None, f"no route to {address}")
        best = max(fitting, key=lambda e: (e.prefix.prefixlen, e.written))
        to = self._far(stack, address, best.device) if best.direct else best.to or self._neighbour(stack, address)
        return NextHop(self._there(to), best.device, best.gateway, best.words)

    def _there(self, to: str | None) -> str | None:
        """Give who takes a packet; nobody where that one is gone."""
        if to in self.gone:
            self.missed.add(to or "")
        return None if to in self.gone else to

    def source(self, who: str, address: Address) -> Address | None:
        """Give the address packets for `address` leave with: of the outgoing interface, in the next hop's subnet.

        An interface without one takes the first of the stack. None where the stack has none of this family.
        """
        stack = self.stack(who)
        if self.is_local(stack, address):
            return address
        hop = self.lookup(stack, address)
        towards = hop.gateway or address
        have = [(d, a, n) for d, a, n in self.addresses(stack) if a.version == address.version]
        on_it = [(d, a, n) for d, a, n in have if d == hop.device]
        same = [a for _, a, n in on_it if towards in n]
        return next(iter([*same, *(a for _, a, _ in on_it), *(a for _, a, _ in have)]), None)

    def comes_in_by(self, stack: str, source: str) -> str | None:
        """Give the interface by which packets from a neighbouring stack come in."""
        there = [(a, n) for _, a, n in self.addresses(self.stack(source))]
        for device, _, net in self.addresses(stack):
            if any(a in net for a, _ in there if a.version == net.version):
                return device
        return next((self.lookup(stack, a).device for a, _ in there), None)

    def range(self, name: str) -> Prefix | None:
        """Give the range a name stands for."""
        return _range(self.flow.names.get(name, ""))

    # -- tables -------------------------------------------------------------------------------------------------------
    def _table(self, stack: str) -> list[_Entry]:
        if stack not in self._tables:
            self._tables[stack] = [*self._written.get(stack, {}).values(), *self._connected(stack)]
        return self._tables[stack]

    def _connected(self, stack: str) -> Iterator[_Entry]:
        """The routes that follow from addresses, from the Pods of a node, and from the node of a Pod."""
        p = self.flow.participants[stack]
        for device, _, net in self.addresses(stack):
            if device not in p.tunnels and net.num_addresses > 1:
                yield _Entry(net, device, None, None, f"{net} is on its {device}", False)
        for name, pod in self.flow.participants.items():
            if pod.node == stack and not pod.shares:
                for _, address, _ in self.addresses(name):
                    device = self._port_of(stack, address) or "veth"
                    yield _Entry(_host(address), device, None, None, f"{name} is its Pod", False)
        if p.node is not None:
            for everything in ("0.0.0.0/0", "::/0"):
                yield _Entry(ip_network(everything), self._first_device(stack), None, p.node, ONLY_LINK, False)

    def _port_of(self, node: str, address: Address) -> str | None:
        return next((d for d, _, n in self.addresses(node) if n.version == address.version and address in n), None)

    def _first_device(self, stack: str) -> str | None:
        return next(iter(self.flow.participants[stack].interfaces), None)

    def _neighbour(self, stack: str, address: Address) -> str | None:
        """Who answers for an address on a link of this stack. A Pod's link ends at the bridge of its node."""
        owner = self._owner(stack, address)
        if owner is None:
            return None
        here, there = self.flow.participants[stack].node, self.flow.participants[owner].node
        if here is not None and there == here and owner != stack:
            return here if self.bridge_netfilter else owner
        if there == stack or owner == here:
            return owner
        return owner if here is None and there is None else None

    def _far(self, stack: str, address: Address, device: str | None) -> str | None:
        """Who routers that are not drawn lead to: whoever has an address, but no Pod, which only its node reaches."""
        owner = self._owner(stack, address)
        node = self.flow.participants[owner].node if owner else None
        near = node is None or stack in (owner, node) or self.flow.participants[stack].node == node
        return owner if near or device in self.flow.participants[stack].tunnels else None

    def _owner(self, stack: str, address: Address) -> str | None:
        """Who has an address; where several have it, the one on the same node."""
        owners = self.owners.get(address, [])
        node = self.flow.participants[stack].node
        return next((o for o in owners if o == node), owners[0] if owners else None)

    # -- reading what is written --------------------------------------------------------------------------------------
    def _read(self, network: str, who: str, table: Mapping[str, Via]) -> Iterator[NoSuchPlace]:
        """Take in the table of one stack; give what it names that is not there."""
        stack, here = self.filled(who), (network, "routes", who)
        if stack not in self.flow.participants:
            yield NoSuchPlace(here, f"gives routes to the unknown participant '{stack}'.", self._near(stack))
            return
        for destination, via in table.items():
            try:
                for prefix, words in self._destination((*here, destination), destination):
                    entry = self._entry((*here, destination), self.stack(stack), prefix, words, via)
                    if entry.gateway is None or entry.gateway.version == prefix.version:
                        self._written.setdefault(self.stack(stack), {})[prefix] = entry
                    elif destination != DEFAULT:  # which is written for both, and stands where there is a gateway
                        yield self._other_family((*here, destination), entry)
            except NoSuchPlace as wrong:
                yield wrong

    def _destination(self, path: tuple[str, ...], written: str) -> list[tuple[Prefix, str]]:
        if written == DEFAULT:
            return [(ip_network(net), "its default route") for net in ("0.0.0.0/0", "::/0")]
        if (net := _range(self.flow.names.get(written, written))) is not None:
            return [(net, f"its route for {net}")]
        address = self._address(path, written)[1]
        return [(_host(address), f"its route for {address}")]

    def _entry(self, path: tuple[str, ...], stack: str, prefix: Prefix, words: str, written: Via) -> _Entry:
        via, dev, family = written.to, written.dev, prefix.version
        if dev is not None and dev not in self.flow.participants[stack].interfaces:
            mine = self.flow.participants[stack].interfaces
            fix = nearest(dev, mine) or f"It has {', '.join(mine)}."
            raise NoSuchPlace(path, f"sends by '{dev}', an interface that {stack} does not have.", fix)
        if via == DIRECT:
            device = dev or self._first_device(stack)
            self._leads_on(path, stack, device, prefix)
            return _Entry(prefix, device, None, None, words, True, direct=True)
        to, gateway = self._address(path, via, family)
        device = dev or self._port_of(stack, gateway)
        if "." not in via and device is None:  # any of its addresses that is on a link of ours
            same = [a for _, a, _ in self.addresses(to) if a.version == family]
            on_link = [(d, a) for a in same if (d := self._port_of(stack, a))]
            device, gateway = on_link[0] if on_link else (self._first_device(stack), gateway)
        if self.stack(to) == stack:
            raise NoSuchPlace(path, f"leads from {stack} to itself.", "Name another next hop.")
        if gateway.version == family and not self._reaches(stack, dev, to, gateway):
            what = f"leads to {gateway}, which is on no link of {stack}" + (f" by {dev}." if dev else ".")
            links = [f"{name} ({net})" for name, _, net in self.addresses(stack) if net.num_addresses > 1]
            raise NoSuchPlace(path, what, f"Name one who has an address there: {', '.join(links)}.")
        return _Entry(prefix, device, gateway, self.stack(to), words, True)

    def _leads_on(self, path: tuple[str, ...], stack: str, device: str | None, prefix: Prefix) -> None:
        """Raise NoSuchPlace where a device is the bridge of a node's Pods, or loopback: no router is behind it."""
        nets = [n for _, _, n in self.addresses(stack, device) if n.version == prefix.version]
        if any(_in(prefix, n) for n in nets) or device in self.flow.participants[stack].tunnels:
            return
        pods = [a for name, p in self.flow.participants.items() if p.node == stack for _, a, _ in self.addresses(name)]
        bridge = any(a in n for a in pods for n in nets if a.version == n.version)
        if bridge or any(_in(n, no) for n in nets for no in (*LOOPBACK, *LINK_LOCAL)):
            there = "only its Pods are" if bridge else "nobody is"
            what = f"sends packets for {prefix} 'direct' by {device}, where {there}."
            raise NoSuchPlace(path, what, "Name the interface that leads to others.")

    def _reaches(self, stack: str, dev: str | None, to: str, gateway: Address) -> bool:
        """Whether a next hop is on a link of a stack, or of its device `dev`, or at the end of a tunnel.

        An address alone, as clouds give them, says nothing about its link.
        """
        nets = [n for _, _, n in self.addresses(stack, dev) if n.version == gateway.version and n.num_addresses > 1]
        of_pod = to == self.flow.participants[stack].node or self.flow.participants[to].node == stack
        tunnel = dev in self.flow.participants[stack].tunnels
        return tunnel or of_pod or not nets or any(gateway in net for net in nets)

    def _other_family(self, path: tuple[str, ...], entry: _Entry) -> NoSuchPlace:
        kinds = {4: "IPv4", 6: "IPv6"}
        what = f"leads to {entry.gateway}, but is a route for {kinds[entry.prefix.version]}."
        return NoSuchPlace(path, what, f"Name an interface with an {kinds[entry.prefix.version]} address.")

    def _address(self, path: tuple[str, ...], written: str, family: int | None = None) -> tuple[str, Address]:
        """`WHO` or `WHO.INTERFACE` → the participant and its address, of a family where it has one."""
        who, _, interface = self.filled(written).partition(".")
        if (typed := typed_address(written)) is not None:
            what = f"leads to the typed address '{written}'; addresses follow from names."
            raise NoSuchPlace(path, what, name_of(self.flow, typed))
        if who in self.flow.names and who not in self.flow.participants:
            what = f"names '{who}', which stands for {self.flow.names[who]}: that is no range of addresses."
            raise NoSuchPlace(path, what, "Write a range by its first address, like 10.244.0.0/16.")
        if who not in self.flow.participants:
            raise NoSuchPlace(path, f"names the unknown participant or range '{written}'.", self._near(who))
        listed = self.flow.participants[self.stack(who)].interfaces
        if interface and interface not in listed:
            fix = nearest(interface, listed) or f"It has {', '.join(listed)}."
            raise NoSuchPlace(path, f"names '{written}', but {who} has no interface '{interface}'.", fix)
        try:
            return who, self.flow.address(who, interface or None, family)
        except ValueError as none:
            what = f"names '{written}', which has no address."
            raise NoSuchPlace(path, what, "Name an interface that has one.") from none

    def filled(self, written: str) -> str:
        """Give a text with participants in the place of roles."""

        def fill(m: re.Match[str]) -> str:
            who = self.roles.get(m[1], m[0])
            return who if m[2] is None else (who in self.flow.participants and self.flow.participants[who].node) or m[0]

        return ROLE.sub(fill, written)

    def _near(self, who: str) -> str:
        known = [*self.flow.participants, *self.flow.names, DEFAULT, DIRECT]
        return nearest(who, known) or "Write WHO, WHO.INTERFACE, or the name of a range."


def _in(net: Prefix, other: Prefix) -> bool:
    return net.version == other.version and net.subnet_of(other)  # type: ignore[arg-type]


def with_its_stack(flow: Flow, gone: Sequence[str]) -> Iterator[str]:
    """A stack is gone with every process in it, a node with its Pods; a process may be gone alone."""
    for name, p in flow.participants.items():
        stack = flow.participants.get(p.shares or "", p)
        if {name, p.shares, p.node, stack.node} & {*gone}:
            yield name


def _layers(flow: Flow, name: str) -> Iterator[tuple[str, Written]]:
    """Give a network and those it is like, the base first; one that is like itself ends the walk."""
    chain: list[tuple[str, Written]] = []
    at: str | None = name
    while at in flow.networks and at not in [n for n, _ in chain]:
        chain.append((at, flow.networks[at]))
        at = flow.networks[at].like
    yield from reversed(chain)


def _last(layers: list[tuple[str, Written]], key: str, default: Any) -> Any:
    return next((v for _, layer in reversed(layers) if (v := getattr(layer, key)) is not None), default)


@lru_cache(maxsize=1024)
def _host(address: Address) -> Prefix:
    return ip_network(address)


@lru_cache(maxsize=1024)
def _range(written: str) -> Prefix | None:
    try:
        return ip_network(written) if "/" in written else ip_network(ip_address(written))
    except ValueError:
        return None
