"""The chains a kube-proxy writes for a Service, in the order a new connection walks them.

Sources: pkg/proxy/iptables/proxier.go (servicePortChainName, endpoint chain names) and pkg/proxy/nftables/proxier.go
(servicePortChainNameBase) of Kubernetes 1.36.2; tests compare every name with the recorded rule dumps and rule traces.
"""

import base64
import hashlib
from typing import Literal

from ..model.definition import Service, ServicePort
from .services import Mode, Verdict


def _hash(text: str, length: int) -> str:
    return base64.b32encode(hashlib.sha256(text.encode()).digest()).decode()[:length]


def port_name(service: Service, port: ServicePort) -> str:
    """Give `namespace/name:port-name` as kube-proxy names a port; without a name there is no colon."""
    return f"{service.name}:{port.name}" if port.name else service.name


def iptables_chain(kind: Literal["SVC", "EXT", "SVL"], service: str, protocol: str = "tcp") -> str:
    """Give KUBE-SVC-… and its kin; `service` is `namespace/name:port-name`."""
    return f"KUBE-{kind}-{_hash(service + protocol, 16)}"


def iptables_endpoint(service: str, endpoint: str, protocol: str = "tcp") -> str:
    """Give KUBE-SEP-… of one endpoint, written `ADDRESS:PORT`."""
    return f"KUBE-SEP-{_hash(service + protocol + endpoint, 16)}"


def nftables_chain(kind: Literal["service", "external", "local"], service: str, protocol: str = "tcp") -> str:
    """Give service-HASH-namespace/name/protocol/port-name and its kin."""
    name, _, port = service.partition(":")
    base = f"{name}/{protocol}/{port}"
    return f"{kind}-{_hash(base, 8)}-{base}"


_WALKS: dict[str, dict[Mode, str]] = {
    "cluster-ip": {"iptables": "KUBE-SERVICES SVC SEP", "nftables": "services service"},
    "cluster-ip-local": {"iptables": "KUBE-SERVICES SVL SEP", "nftables": "services local"},
    "cluster-ip-marked": {"iptables": "KUBE-SERVICES SVC KUBE-MARK-MASQ SEP", "nftables": "services service"},
    "hairpin": {"iptables": "KUBE-SERVICES SVC SEP KUBE-MARK-MASQ", "nftables": "services service"},
    "node-port": {
        "iptables": "KUBE-SERVICES KUBE-NODEPORTS EXT KUBE-MARK-MASQ SVC SEP",
        "nftables": "services external service",
    },
    "node-port-local": {"iptables": "KUBE-SERVICES KUBE-NODEPORTS EXT SVL SEP", "nftables": "services external local"},
    "node-port-pod": {"iptables": "KUBE-SERVICES KUBE-NODEPORTS EXT SVC SEP", "nftables": "services external service"},
    "load-balancer": {"iptables": "KUBE-SERVICES EXT KUBE-MARK-MASQ SVC SEP", "nftables": "services external service"},
    "load-balancer-local": {"iptables": "KUBE-SERVICES EXT SVL SEP", "nftables": "services external local"},
    "load-balancer-pod": {"iptables": "KUBE-SERVICES EXT SVC SEP", "nftables": "services external service"},
}
_HOOKS: dict[str, dict[Mode, str]] = {
    "prerouting": {"iptables": "PREROUTING", "nftables": "nat-prerouting"},
    "output": {"iptables": "OUTPUT", "nftables": "nat-output"},
}
_MASQUERADE: dict[Mode, str] = {"iptables": "POSTROUTING KUBE-POSTROUTING", "nftables": "nat-postrouting masquerading"}
_ENDS: dict[tuple[str, str, str], dict[Mode, str]] = {
    ("reject", "cluster-ip", "prerouting"): {
        "iptables": "FORWARD KUBE-SERVICES",
        "nftables": "filter-forward service-endpoints-check reject-chain",
    },
    ("reject", "cluster-ip", "output"): {
        "iptables": "OUTPUT KUBE-SERVICES",
        "nftables": "filter-output service-endpoints-check reject-chain",
    },
    ("reject", "node-port", "prerouting"): {
        "iptables": "INPUT KUBE-EXTERNAL-SERVICES",
        "nftables": "filter-input nodeport-endpoints-check reject-chain",
    },
    ("drop", "node-port", "prerouting"): {
        "iptables": "INPUT KUBE-EXTERNAL-SERVICES",
        "nftables": "filter-input nodeport-endpoints-check",
    },
    ("drop", "cluster-ip", "prerouting"): {
        "iptables": "FORWARD KUBE-SERVICES",
        "nftables": "filter-forward service-endpoints-check",
    },
}


# IPVS mode: every Service address sits on the dummy device kube-ipvs0, so packets take the INPUT path, where the
# kernel's virtual server picks (round robin by default). Sets of addresses replace the chains of a Service. From
# pkg/proxy/ipvs/README.md and proxier.go of Kubernetes 1.36.2; deprecated since 1.35, not recorded.
_IPVS: dict[str, str] = {
    "cluster-ip": "KUBE-SERVICES INPUT IPVS",
    "cluster-ip-marked": "KUBE-SERVICES KUBE-MARK-MASQ INPUT IPVS",
    "hairpin": "KUBE-SERVICES INPUT IPVS",
    "node-port": "KUBE-SERVICES KUBE-NODE-PORT KUBE-MARK-MASQ INPUT IPVS",
    "node-port-local": "KUBE-SERVICES KUBE-NODE-PORT INPUT IPVS",
    "load-balancer": "KUBE-SERVICES KUBE-LOAD-BALANCER KUBE-MARK-MASQ INPUT IPVS",
    "load-balancer-local": "KUBE-SERVICES KUBE-LOAD-BALANCER INPUT IPVS",
}


def _walk(verdict: Verdict, chosen: str, source: str) -> str:
    """Which of the walks a verdict was reached by."""
    front = "load-balancer" if verdict.front == "external-ip" else verdict.front or ""
    if front == "cluster-ip":
        if verdict.local:
            return "cluster-ip-local"
        if verdict.marked:
            return "cluster-ip-marked"
        return "hairpin" if chosen.rpartition(":")[0].strip("[]") == source else front
    return front if verdict.marked else f"{front}-{'local' if verdict.local else 'pod'}"


def ipvs_chains(verdict: Verdict, chosen: str, source: str, masquerade: bool) -> list[str]:
    """Give what a new connection passes in IPVS mode; empty where we know of no source."""
    if masquerade:
        return ["POSTROUTING", "KUBE-POSTROUTING"]
    walk = _IPVS.get(_walk(verdict, chosen, source), "") if verdict.action == "dnat" else ""
    return [_HOOKS[verdict.hook]["iptables"], *walk.split()] if walk else []


def chains(
    service: Service, verdict: Verdict, chosen: str, source: str, mode: Mode, *, masquerade: bool = False
) -> list[str]:
    """Give the chains one new connection walks for a verdict.

    `chosen` is the endpoint it ends at, as `ADDRESS:PORT`, `source` the address it comes from; with `masquerade`, those
    that replace its source.
    """
    if masquerade:
        return _MASQUERADE[mode].split()
    if verdict.action != "dnat":
        ends = _ENDS.get((verdict.action, verdict.front or "", verdict.hook), {})
        return ends.get(mode, "").split()
    words = [_HOOKS[verdict.hook][mode], *_WALKS[_walk(verdict, chosen, source)][mode].split()]
    assert verdict.port
    return [_named(word, port_name(service, verdict.port), verdict.port.protocol, chosen) for word in words]


def _named(word: str, service: str, protocol: str, chosen: str) -> str:
    """The chain of this Service, or of this endpoint, that a word of a walk stands for."""
    match word:
        case "SVC" | "EXT" | "SVL":
            return iptables_chain(word, service, protocol)
        case "SEP":
            return iptables_endpoint(service, chosen, protocol)
        case "service" | "external" | "local":
            return nftables_chain(word, service, protocol)
    return word
