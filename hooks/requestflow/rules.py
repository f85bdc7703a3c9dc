"""The chains a kube-proxy writes for a Service, in the order a new connection walks them.

Sources: pkg/proxy/iptables/proxier.go (servicePortChainName, endpoint chain names) and pkg/proxy/nftables/proxier.go
(servicePortChainNameBase) of Kubernetes 1.36.2; tests compare every name with the recorded rule dumps and rule traces.
"""

import base64
import hashlib
from typing import Literal

from .definition import Entry, Flow, Virtual

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
    return None if left == 1 else f"{round(2**31 * float(f'{1 / left:.10f}')) / 2**31:.11f}"


def endpoint(flow: Flow, written: str) -> str:
    """`PARTICIPANT:PORT-NAME` → `ADDRESS:PORT`."""
    who, _, port = written.partition(":")
    return f"{flow.address(who)}:{flow.ports[port]}"


_ENTRIES: dict[Entry, dict[Mode, str]] = {
    "cluster-ip": {"iptables": "PREROUTING KUBE-SERVICES SVC SEP", "nftables": "nat-prerouting services service"},
    "hairpin": {
        "iptables": "PREROUTING KUBE-SERVICES SVC SEP KUBE-MARK-MASQ",
        "nftables": "nat-prerouting services service",
    },
    "node-port": {
        "iptables": "PREROUTING KUBE-SERVICES KUBE-NODEPORTS EXT KUBE-MARK-MASQ SVC SEP",
        "nftables": "nat-prerouting services external service",
    },
    "node-port-local": {
        "iptables": "PREROUTING KUBE-SERVICES KUBE-NODEPORTS EXT SVL SEP",
        "nftables": "nat-prerouting services external local",
    },
    "load-balancer": {
        "iptables": "PREROUTING KUBE-SERVICES EXT KUBE-MARK-MASQ SVC SEP",
        "nftables": "nat-prerouting services external service",
    },
    "load-balancer-local": {
        "iptables": "PREROUTING KUBE-SERVICES EXT SVL SEP",
        "nftables": "nat-prerouting services external local",
    },
    "masquerade": {"iptables": "POSTROUTING KUBE-POSTROUTING", "nftables": "nat-postrouting masquerading"},
    "reject-cluster-ip": {
        "iptables": "FORWARD KUBE-SERVICES",
        "nftables": "filter-forward service-endpoints-check reject-chain",
    },
    "reject-node-port": {
        "iptables": "INPUT KUBE-EXTERNAL-SERVICES",
        "nftables": "filter-input nodeport-endpoints-check reject-chain",
    },
    "drop-node-port": {
        "iptables": "INPUT KUBE-EXTERNAL-SERVICES",
        "nftables": "filter-input nodeport-endpoints-check",
    },
}


# IPVS mode: every Service address sits on the dummy device kube-ipvs0, so packets take the INPUT path, where the
# kernel's virtual server picks (round robin by default). Sets of addresses replace the chains of a Service. From
# pkg/proxy/ipvs/README.md and proxier.go of Kubernetes 1.36.2; deprecated since 1.35, not recorded.
_IPVS: dict[Entry, str] = {
    "cluster-ip": "PREROUTING KUBE-SERVICES INPUT IPVS",
    "hairpin": "PREROUTING KUBE-SERVICES INPUT IPVS",
    "node-port": "PREROUTING KUBE-SERVICES KUBE-NODE-PORT KUBE-MARK-MASQ INPUT IPVS",
    "node-port-local": "PREROUTING KUBE-SERVICES KUBE-NODE-PORT INPUT IPVS",
    "load-balancer": "PREROUTING KUBE-SERVICES KUBE-LOAD-BALANCER KUBE-MARK-MASQ INPUT IPVS",
    "load-balancer-local": "PREROUTING KUBE-SERVICES KUBE-LOAD-BALANCER INPUT IPVS",
    "masquerade": "POSTROUTING KUBE-POSTROUTING",
}


def ipvs_chains(entry: Entry) -> list[str]:
    """Give what a new connection passes in IPVS mode; empty where we know of no source."""
    return _IPVS.get(entry, "").split()


def chains(virtual: Virtual, entry: Entry, chosen: str, mode: Mode) -> list[str]:
    """Give the chains one new connection walks; `chosen` is the endpoint it ends at, as `ADDRESS:PORT`."""
    return [_named(word, virtual, chosen) for word in _ENTRIES[entry][mode].split()]


def _named(word: str, virtual: Virtual, chosen: str) -> str:
    """The chain of this Service, or of this endpoint, that a word of the table stands for."""
    match word:
        case "SVC" | "EXT" | "SVL":
            return iptables_chain(word, virtual.service, virtual.protocol)
        case "SEP":
            return iptables_endpoint(virtual.service, chosen, virtual.protocol)
        case "service" | "external" | "local":
            return nftables_chain(word, virtual.service, virtual.protocol)
    return word
