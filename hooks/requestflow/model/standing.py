"""Participants that could not stand where they do: in another zone than their node, at an address of no Pod, on a port
that somebody else has.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network

from ..problems import Problem
from .definition import Address, Flow, Participant
from .references import LISTENS


def standing(flow: Flow) -> Iterator[Problem]:
    """Give what contradicts something else about the same machine."""
    for name, p in flow.participants.items():
        yield from _zone(flow, name, p)
    yield from _doubly_listened(flow)
    yield from _outside_the_range(flow)
    yield from _of_services(flow)


def _zone(flow: Flow, name: str, p: Participant) -> Iterator[Problem]:
    """A Pod stands where its node stands, a process where its stack does; a node on a node has a place of its own."""
    if p.kind == "kernel":
        return
    for key, around in (("shares", p.shares), ("node", p.node)):
        other = flow.participants.get(around or "")
        if other is not None and other.zone != p.zone:
            what = f"'{name}' stands in the zone '{p.zone}', but {_tie(key, around or '')} in '{other.zone}'."
            yield Problem(flow.place("participants", name, "zone"), what, f"Write 'zone: {other.zone}'.")
            return


def _tie(key: str, around: str) -> str:
    return f"its node '{around}'" if key == "node" else f"'{around}', whose addresses it shares,"


# -- sockets ----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class _Socket:
    """What one line of `listens` asks the kernel for."""

    who: str
    number: int
    protocol: str
    interface: str | None

    def clashes(self, other: "_Socket") -> bool:
        """Whether the kernel gives only one of them the port: all addresses take in each."""
        same = (self.number, self.protocol) == (other.number, other.protocol)
        return same and (None in (self.interface, other.interface) or self.interface == other.interface)


def _doubly_listened(flow: Flow) -> Iterator[Problem]:
    """A port of an address is listened on once: the second process gets 'address already in use'."""
    taken: dict[str, list[_Socket]] = {}
    for name, p in flow.participants.items():
        stack = p.shares or name
        for i, written in enumerate(p.listens):
            if (socket := _socket(flow, name, written)) is None:
                continue
            first = next((s for s in taken.get(stack, ()) if s.clashes(socket)), None)
            if first is not None:
                whose = " twice" if first.who == name else f", where '{first.who}' listens already in the same stack"
                what = f"'{name}' listens on {socket.number}/{socket.protocol}{whose}."
                place = flow.place("participants", name, "listens", i)
                yield Problem(place, what, "Choose another port, or another address by 'INTERFACE:PORT'.")
            taken.setdefault(stack, []).append(socket)


def _socket(flow: Flow, name: str, written: str) -> _Socket | None:
    m = LISTENS.fullmatch(written)
    number = flow.ports.get(m[2]) if m else None
    return _Socket(name, number, m[3] or "tcp", m[1]) if m and number is not None else None


# -- the range of the Pods --------------------------------------------------------------------------------------------
def _outside_the_range(flow: Flow) -> Iterator[Problem]:
    """A Pod whose node has others in the Pods' range has its own address from there, too.

    A node with none of them is in another cluster, or its Pods have addresses of the nodes' network, as in some clouds.
    """
    if (net := _pods(flow)) is None:
        return
    of_node: dict[str, list[str]] = {}
    for name, p in flow.participants.items():
        if p.node and not p.shares and _first(p, net.version) is not None:
            of_node.setdefault(p.node, []).append(name)
    for node, pods in of_node.items():
        its_own = _addresses(flow.participants[node], net.version) if node in flow.participants else []
        first = {pod: _first(flow.participants[pod], net.version) for pod in pods}
        inside = [a for a in (*its_own, *first.values()) if a in net]
        outside = [pod for pod in pods if (a := first[pod]) and a not in net and not a.is_multicast]
        for pod in outside if inside else ():
            what = f"{first[pod]} is outside {net}, the range of the Pods, in which others on {node} are ({inside[0]})."
            fix = "Give it an address from there; a Pod on the host network 'shares' its node."
            yield Problem(flow.place("participants", pod, "interfaces"), what, fix)


def _of_services(flow: Flow) -> Iterator[Problem]:
    """No machine has an address of the range that Services get theirs from, and no Pod can."""
    if (net := _range(flow, flow.cluster.services if flow.cluster else None)) is None:
        return
    for name, p in flow.participants.items():
        for address in (a for a in _addresses(p, net.version) if a in net):
            what = f"'{name}' has {address}, which is in {net}, the range of ClusterIPs."
            yield Problem(flow.place("participants", name, "interfaces"), what, "Choose an address outside it.")
    if (pods := _pods(flow)) is not None and pods.version == net.version and pods.overlaps(net):
        what = f"the range of the Pods ({pods}) and that of ClusterIPs ({net}) overlap."
        yield Problem(flow.place("cluster", "pods"), what, "Choose ranges that have no address in common.")


def _pods(flow: Flow) -> IPv4Network | IPv6Network | None:
    return _range(flow, flow.cluster.pods if flow.cluster else None)


def _range(flow: Flow, name: str | None) -> IPv4Network | IPv6Network | None:
    words = flow.names.get(name or "", "")
    try:
        return ip_network(words) if "/" in words else None
    except ValueError:
        return None


def _addresses(p: Participant, version: int) -> list[Address]:
    every = (i.ip for listed in p.interfaces.values() for i in listed)
    return [a for a in every if a.version == version and not a.is_loopback]


def _first(p: Participant, version: int) -> Address | None:
    """The address of a Pod by which others call it."""
    return next(iter(_addresses(p, version)), None)
