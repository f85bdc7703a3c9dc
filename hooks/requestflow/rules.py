"""The chains a kube-proxy writes for a Service, in the order a new connection walks them.

Sources: pkg/proxy/iptables/proxier.go (servicePortChainName, endpoint chain names) and pkg/proxy/nftables/proxier.go
(servicePortChainNameBase) of Kubernetes 1.36.2; tests compare every name with the recorded rule dumps and rule traces.
"""

import base64
import hashlib
from typing import Literal

from .definition import Flow, Virtual

Mode = Literal["iptables", "nftables"]
MODES: tuple[Mode, ...] = ("iptables", "nftables")
MARK = "0x4000"  # bit 14: "masquerade me later"


def _hash(text: str, length: int) -> str:
    return base64.b32encode(hashlib.sha256(text.encode()).digest()).decode()[:length]


def iptables_chain(kind: Literal["SVC", "EXT", "SVL", "FW"], service: str, protocol: str = "tcp") -> str:
    """Give KUBE-SVC-… and its kin; `service` is `namespace/name:port-name`."""
    return f"KUBE-{kind}-{_hash(service + protocol, 16)}"


def iptables_endpoint(service: str, endpoint: str, protocol: str = "tcp") -> str:
    """Give KUBE-SEP-… of one endpoint, written `ADDRESS:PORT`."""
    return f"KUBE-SEP-{_hash(service + protocol + endpoint, 16)}"


def nftables_chain(
    kind: Literal["service", "external", "local", "firewall"], service: str, protocol: str = "tcp"
) -> str:
    """Give service-HASH-namespace/name/protocol/port-name and its kin."""
    name, _, port = service.partition(":")
    base = f"{name}/{protocol}/{port}"
    return f"{kind}-{_hash(base, 8)}-{base}"


def probability(position: int, endpoints: int) -> str | None:
    """Give the probability `iptables-save` prints for the endpoint at a position (from 0); the last rule has none.

    Every endpoint gets an equal share: the first of n rules matches 1/n, the next 1/(n-1) of the rest, and so on. The
    kernel keeps it as a fraction of 2³¹, hence 0.33333333349 for a third.
    """
    left = endpoints - position
    return None if left == 1 else f"{round(2**31 / left) / 2**31:.11f}"


def endpoint(flow: Flow, written: str) -> str:
    """`PARTICIPANT:PORT-NAME` → `ADDRESS:PORT`."""
    who, _, port = written.partition(":")
    return f"{flow.address(who)}:{flow.ports[port]}"


def chains(flow: Flow, virtual: Virtual, entry: str, chosen: str, mode: Mode) -> list[str]:
    """Give the chains one new connection walks; `chosen` is the endpoint it ends at, as `ADDRESS:PORT`."""
    if entry == "masquerade":
        return ["POSTROUTING", "KUBE-POSTROUTING"] if mode == "iptables" else ["nat-postrouting", "masquerading"]
    name = virtual.service
    if mode == "iptables":
        by_node_port = ["KUBE-NODEPORTS", iptables_chain("EXT", name), "KUBE-MARK-MASQ"] if entry == "node-port" else []
        return [
            "PREROUTING",
            "KUBE-SERVICES",
            *by_node_port,
            iptables_chain("SVC", name),
            iptables_endpoint(name, chosen),
        ]
    by_node_port = [nftables_chain("external", name)] if entry == "node-port" else []
    return ["nat-prerouting", "services", *by_node_port, nftables_chain("service", name)]
