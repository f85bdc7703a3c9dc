"""One meaning for each id and each address."""

from collections.abc import Iterator

from ..problems import Problem
from .definition import Flow, Interface


def doubled(flow: Flow) -> Iterator[Problem]:
    """Give every id and address that stands for two things, and addresses that no machine can have."""
    first: dict[str, str] = {}
    for kind in ("participants", "objects", "services", "steps", "routes", "stages", "names"):
        for name in getattr(flow, kind):
            if name in first:
                what = f"'{name}' is already one of the {first[name]}."
                yield Problem(flow.place(kind, name), what, "Links need one meaning for each id: rename one.")
            first.setdefault(name, kind)
    owner: dict[object, str] = {}
    for name, p in flow.participants.items():
        for device, listed in p.interfaces.items():
            for i, interface in enumerate(listed):
                at = flow.place("participants", name, "interfaces", device, i)
                yield from _interface(at, name, interface, owner)
    yield from _of_services(flow, owner)


def _interface(place: str, name: str, interface: Interface, owner: dict[object, str]) -> Iterator[Problem]:
    """A link-local or loopback address may stand on every node: packets for it never leave one."""
    ip = interface.ip
    if ip in owner and not (ip.is_link_local or ip.is_loopback):
        what = f"{ip} already belongs to {owner[ip]}."
        yield Problem(place, what, "Every address has one owner; only link-local ones stand on every node.")
    owner.setdefault(ip, name)
    if why := _unusable(interface):
        yield Problem(place, f"{ip} is {why}.", "Choose an address of a machine.")


def _unusable(interface: Interface) -> str:
    ip, net = interface.ip, interface.network
    if ip.is_multicast or ip.is_unspecified or str(ip) == "255.255.255.255":
        return "no address of one machine"
    if ip.version == 4 and net.prefixlen < 31 and ip in (net.network_address, net.broadcast_address):
        return f"the first or last address of {net}"
    return ""


def _of_services(flow: Flow, owner: dict[object, str]) -> Iterator[Problem]:
    for name, service in flow.services.items():
        if service.address is None:
            continue
        if (first := owner.setdefault(service.address, name)) in flow.participants:
            what = f"{service.address} already belongs to {first}."
            yield Problem(
                flow.place("services", name, "address"), what, "A Service has an address that no machine has."
            )
        elif first != name:
            what = f"{service.address} is already the address of '{first}'."
            fix = "Choose another; ports of one Service stand in one list."
            yield Problem(flow.place("services", name, "address"), what, fix)
