"""Services that no API server would take, that ask for nothing, or that want what another has.

The API server's part: ValidateService in pkg/apis/core/validation/validation.go of Kubernetes 1.36.2. It takes external
IPs, affinity and `internalTrafficPolicy` of a headless Service, for which kube-proxy writes no rule at all.
"""

from collections.abc import Callable, Iterator, Mapping
from ipaddress import ip_network

from ..problems import Problem
from .definition import Address, Flow, Service

Place = Callable[[str, str], str]  # Service and key → where that is written


def admitted(flow: Flow) -> Iterator[Problem]:
    """Give what is wrong with the Services of the definition."""

    def place(name: str, key: str) -> str:
        return flow.place("services", name, key)

    for name, service in flow.services.items():
        yield from _in_range(flow, name, service)
        yield from unfit(name, service, place)
    yield from shared(flow, flow.services, place)


def unfit(name: str, service: Service, place: Place) -> Iterator[Problem]:
    """Give the keys of a Service that do not go together."""
    node_ports = [p for p in service.ports if p.node_port]
    if service.address is None:
        yield from _headless(name, service, place)
    elif service.external == "Local" and not (node_ports or service.load_balancer or service.external_ips):
        what = f"'{name}' has the policy 'external: Local', but nobody outside can call it."
        fix = "The API server refuses that: give it a node-port, load-balancer or external-ips, or delete the policy."
        yield Problem(place(name, "external"), what, fix)
    if service.source_ranges and not service.load_balancer:
        what = f"'{name}' has source ranges, but no address of a load balancer, which is all they are about."
        yield Problem(place(name, "source-ranges"), what, "Add 'load-balancer', or delete them.")
    elif service.address:
        for net in (r for r in service.source_ranges if r.version != service.address.version):
            what = f"'{name}' has the source range {net}, but is called by IPv{service.address.version}."
            yield Problem(place(name, "source-ranges"), what, "Write a range of that family, or delete it.")


def _headless(name: str, service: Service, place: Place) -> Iterator[Problem]:
    refused = {"load-balancer": service.load_balancer, "ports": [p for p in service.ports if p.node_port]}
    for key, written in refused.items():
        if written:
            kind = "a NodePort" if key == "ports" else "an address of a load balancer"
            what = f"'{name}' is headless and has {kind}: the API server refuses that."
            yield Problem(place(name, key), what, "Give it an 'address', or delete it.")
    idle = {
        "external-ips": bool(service.external_ips),
        "affinity": service.affinity != "none",
        "external": service.external == "Local",
        "internal": service.internal == "Local",
    }
    for key in (key for key, written in idle.items() if written):
        what = f"'{name}' is headless: kube-proxy writes no rules for it, so its '{key}' does nothing."
        yield Problem(place(name, key), what, "Give it an 'address', or delete the line.")


def _in_range(flow: Flow, name: str, service: Service) -> Iterator[Problem]:
    """A ClusterIP comes from the range the API server is told, but for its first address and, in IPv4, its last."""
    words = flow.names.get(flow.cluster.services or "", "") if flow.cluster else ""
    try:
        net = ip_network(words)
    except ValueError:
        return  # there is no range, or that is told elsewhere
    address = service.address
    if address is None or address.version != net.version or "/" not in words or flow.owner(address):
        return  # an address of a machine is told elsewhere
    if address not in net:
        what = f"{address} is outside {net}, the range of ClusterIPs."
        yield Problem(flow.place("services", name, "address"), what, f"Choose one from {net[1]} on.")
    elif address == net[0] or (net.version == 4 and address == net[-1]):
        what = f"{address} is the first or last address of {net}, which no Service gets."
        yield Problem(flow.place("services", name, "address"), what, f"Choose one from {net[1]} on.")


def shared(flow: Flow, services: Mapping[str, Service], place: Place) -> Iterator[Problem]:
    """Give what two of these Services have both: a public address with the same port and protocol."""
    taken: dict[tuple[Address, int, str], str] = {}
    for name, service in services.items():
        for key, address, number, protocol in _wanted(flow, service):
            first = taken.setdefault((address, number, protocol), name)
            if first != name:
                what = f"'{name}' and '{first}' both have {address} with port {number}/{protocol}."
                fix = "Nobody can tell which of them a packet is for: give one of them another address or port."
                yield Problem(place(name, key), what, fix)


def _wanted(flow: Flow, service: Service) -> Iterator[tuple[str, Address, int, str]]:
    """Every public address of a Service with each of its ports, and the key it is written under."""
    for key, written in (("load-balancer", service.load_balancer), ("external-ips", service.external_ips)):
        for address in dict.fromkeys(a for w in written if (a := public(flow, w)) is not None):
            yield from ((key, address, flow.ports.get(p.port, 0), p.protocol) for p in service.ports)


def public(flow: Flow, written: str) -> Address | None:
    """Give the address `WHO.INTERFACE` stands for; None where there is none."""
    who, _, interface = written.partition(".")
    try:
        return flow.address(who, interface or None) if who in flow.participants else None
    except (KeyError, ValueError):
        return None
