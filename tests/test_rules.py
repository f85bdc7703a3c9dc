"""The chains computed for a Service are the ones a real kube-proxy wrote, in the order a real packet walked them."""

import itertools
import re
from collections.abc import Iterator

import pytest
import worlds
from requestflow.model.definition import Flow
from requestflow.world import rules
from requestflow.world.network import Network
from requestflow.world.services import MODES, Mode, Question, Services, Verdict

RECORDED = ("shop", "ingress", "kube-dns")  # the Services the recorded cluster had, with endpoints
PLACES = [*itertools.product(("nodeport", "loadbalancer"), ("Cluster", "Local"), ("node-1", "node-2"))]


def recorded(name: str) -> str:
    return (worlds.RECORDINGS / f"{name}.txt").read_text("utf-8")


def services_with(flow: Flow, policy: str, kind: str) -> Services:
    """Give the Services of the recorded cluster: `ingress` has this policy, and a public address or none."""
    change = {"external": policy} | ({"load-balancer": "load-balancer.vip"} if kind == "loadbalancer" else {})
    route = worlds.with_route(flow, services={"ingress": change}).routes["variant"]
    settled = flow.routes["through-service"].model_copy(update={"services": route.services})
    return Services.of(flow, settled, Network(flow, settled))


def verdicts(services: Services, name: str, node: str, mode: Mode) -> Iterator[tuple[Verdict, str]]:
    """Ask a node about every way to a Service; give what it says, and the caller's address."""
    flow, service = services.flow, services[name]
    pods, client, own = ([flow.address(w) for w in who] for who in (("shop-1", "shop-2"), ("client",), (node,)))
    for port in service.ports:
        fronts = [(service.address, port.port, [*pods, *client, *own])]
        fronts += [(flow.address(node), port.node_port, client)] if port.node_port else []
        fronts += [(flow.address(*w.split(".")), port.port, [*pods, *client]) for w in service.load_balancer]
        for address, called, callers in fronts:
            for caller in callers:
                question = Question(node, mode, caller, address, flow.ports[called], port.protocol, caller in own)
                yield services.verdict(question), str(caller)


def walks(services: Services, name: str, node: str, mode: Mode) -> Iterator[list[str]]:
    """Give the chains of every way to a Service at a node, rewriting and masquerading."""
    for verdict, caller in verdicts(services, name, node, mode):
        ends = [f"{t.address}:{t.port}" for t in verdict.endpoints] or [""]
        for end in ends:
            yield rules.chains(services[name], verdict, end, caller, mode)
            yield rules.chains(services[name], verdict, end, caller, mode, masquerade=True)


# -- names ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("kind", "policy", "node"), PLACES)
def test_every_chain_is_in_the_dump(flow: Flow, kind: str, policy: str, node: str, mode: Mode):
    dump = recorded(f"rules-{mode}-{kind}-{policy.lower()}-{node}")
    written = set(re.findall(r"(?:^:|^-A |^\tchain )(\S+)", dump, re.M))
    services = services_with(flow, policy, kind)
    computed = {chain for name in RECORDED for walk in walks(services, name, node, mode) for chain in walk}
    assert len(computed) > 8
    assert computed <= written


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("node", ["node-1", "node-2"])
def test_policy_local_walks_the_chain_of_the_nodes_own_endpoints_and_drops_where_there_are_none(flow, node, mode):
    services = services_with(flow, "Local", "nodeport")
    (outside,) = [v for v, _ in verdicts(services, "ingress", node, mode) if v.front == "node-port"]
    assert outside.action == {"node-1": "drop", "node-2": "dnat"}[node]
    own = {"iptables": "KUBE-SVL-", "nftables": "local-"}[mode]
    walk = rules.chains(services["ingress"], outside, "10.244.2.20:8443", "198.51.100.7", mode)
    assert any(chain.startswith(own) for chain in walk) == (node == "node-2")


@pytest.mark.parametrize("mode", MODES)
def test_another_service_has_other_chains(flow: Flow, mode: Mode):
    services = services_with(flow, "Cluster", "nodeport")
    shop, ingress = ({c for w in walks(services, name, "node-1", mode) for c in w} for name in ("shop", "ingress"))
    own = re.compile(r"KUBE-(SVC|SEP|EXT)-|(service|external)-")
    assert {c for c in shop if own.match(c)}.isdisjoint(c for c in ingress if own.match(c))


def test_a_port_without_a_name_is_called_without_a_colon(flow: Flow):
    service = flow.services["shop"]
    nameless = service.ports[0].model_copy(update={"name": ""})
    assert (rules.port_name(service, service.ports[0]), rules.port_name(service, nameless)) == (
        "default/shop:http", "default/shop"
    )  # fmt: skip


def test_another_protocol_has_other_chains():
    assert rules.iptables_chain("SVC", "a/b:c", "udp") != rules.iptables_chain("SVC", "a/b:c")
    assert rules.nftables_chain("service", "kube-system/kube-dns:dns", "udp") in recorded(
        "rules-nftables-nodeport-cluster-node-1"
    )


# -- order ------------------------------------------------------------------------------------------------------------
def walked(trace: str, mode: Mode, first: str) -> list[str]:
    """Give the nat chains one packet walked after it entered the base chain `first`, each once."""
    enters, rule = {
        "iptables": (r"^PACKET:", r"^TRACE: +nat:([\w-]+):"),
        "nftables": (r"^ip kube-proxy \S+ packet:", r"^ip kube-proxy (\S+) rule "),
    }[mode]
    sections = [list(dict.fromkeys(re.findall(rule, section, re.M))) for section in re.split(enters, trace, flags=re.M)]
    return next(chains for chains in sections if chains[:1] == [first])


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    ("step", "trace", "changes"),
    [
        ("nodeport-dnat", "ruletrace-nodeport-cluster-node-1", {}),
        ("nodeport-dnat", "ruletrace-vxlan-nodeport-cluster-node-1", {"network": "vxlan"}),
        ("nodeport-masquerade", "ruletrace-nodeport-cluster-node-1", {}),
        ("nodeport-masquerade", "ruletrace-vxlan-nodeport-cluster-node-1", {"network": "vxlan"}),
        ("service-dnat", "ruletrace-clusterip-node-2", {}),
        ("service-dnat", "ruletrace-pod-to-service-node-1", {"roles": {"endpoint": "shop-2"}}),
    ],
)
def test_a_step_walks_its_chains_in_the_recorded_order(flow: Flow, step: str, trace: str, changes: dict, mode: Mode):
    view = worlds.view(worlds.with_route(flow, **changes), "variant")
    computed = view.chains(view.row(step), mode)
    assert walked(recorded(f"{trace}-{mode}"), mode, computed[0]) == computed


def test_a_step_that_is_none_of_kube_proxys_has_no_chains(flow: Flow):
    view = worlds.view(flow, "through-service")
    having = {row.id for row in view.rows if view.all_chains(row)}
    assert having == {"nodeport-dnat", "nodeport-masquerade", "service-dnat"}


# -- IPVS -------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("front", "kind", "chains_"),
    [
        ("cluster-ip", {}, "KUBE-SERVICES INPUT IPVS"),
        ("cluster-ip", {"marked": True}, "KUBE-SERVICES KUBE-MARK-MASQ INPUT IPVS"),
        ("node-port", {"marked": True}, "KUBE-SERVICES KUBE-NODE-PORT KUBE-MARK-MASQ INPUT IPVS"),
        ("node-port", {"local": True}, "KUBE-SERVICES KUBE-NODE-PORT INPUT IPVS"),
        ("load-balancer", {"marked": True}, "KUBE-SERVICES KUBE-LOAD-BALANCER KUBE-MARK-MASQ INPUT IPVS"),
        ("load-balancer", {"local": True}, "KUBE-SERVICES KUBE-LOAD-BALANCER INPUT IPVS"),
    ],
)
@pytest.mark.parametrize(("hook", "first"), [("prerouting", "PREROUTING"), ("output", "OUTPUT")])
def test_in_ipvs_mode_sets_lead_to_the_virtual_server_on_the_input_path(front, kind, chains_, hook, first):
    verdict = Verdict("dnat", front=front, hook=hook, **kind)
    assert rules.ipvs_chains(verdict, "10.244.1.30:8080", "198.51.100.7", False) == [first, *chains_.split()]
    assert rules.ipvs_chains(verdict, "10.244.1.30:8080", "198.51.100.7", True) == ["POSTROUTING", "KUBE-POSTROUTING"]


def test_where_nothing_is_rewritten_ipvs_has_nothing_to_pass():
    assert rules.ipvs_chains(Verdict("reject", front="cluster-ip"), "10.96.0.10:80", "10.244.1.9", False) == []
