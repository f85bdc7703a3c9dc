"""The chains computed for a Service are the ones a real kube-proxy wrote, in the order a real packet walked them."""

import itertools
import math
import re

import pytest
import worlds
from requestflow import rules
from requestflow.definition import Flow, Virtual
from requestflow.rules import MODES, Mode

RECORDED = ("shop", "ingress", "kube-dns")  # the Services the recorded cluster had, with endpoints
PLACES = [*itertools.product(("nodeport", "loadbalancer"), ("cluster", "local"), ("node-1", "node-2"))]


def recorded(name: str) -> str:
    return (worlds.RECORDINGS / f"{name}.txt").read_text("utf-8")


def entries(virtual: Virtual) -> list[str]:
    return ["cluster-ip", "masquerade", *(["node-port"] if virtual.node_port else [])]


# -- names ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("kind", "policy", "node"), PLACES)
def test_every_chain_is_in_the_dump(flow: Flow, kind: str, policy: str, node: str, mode: Mode):
    dump = recorded(f"rules-{mode}-{kind}-{policy}-{node}")
    written = set(re.findall(r"(?:^:|^-A |^\tchain )(\S+)", dump, re.M))
    computed = {
        chain
        for virtual in (flow.virtual[v] for v in RECORDED)
        for entry in entries(virtual)
        for end in virtual.endpoints
        for chain in rules.chains(virtual, entry, rules.endpoint(flow, end), mode)
    }
    assert len(computed) > 6
    assert computed <= written


@pytest.mark.parametrize("node", ["node-1", "node-2"])
def test_the_chains_of_local_policy_are_in_the_dump(flow: Flow, node: str):
    service = flow.virtual["ingress"].service
    assert f":{rules.iptables_chain('SVL', service)} " in recorded("rules-iptables-nodeport-local-node-2")
    assert f"chain {rules.nftables_chain('local', service)} " in recorded("rules-nftables-nodeport-local-node-2")


@pytest.mark.parametrize("mode", MODES)
def test_another_service_has_other_chains(flow: Flow, mode: Mode):
    shop, ingress = (set(rules.chains(flow.virtual[v], "cluster-ip", "x", mode)) for v in ("shop", "ingress"))
    assert {c for c in shop if "SVC" in c or "service-" in c}.isdisjoint(ingress)


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
    ("step", "trace", "roles"),
    [
        ("nodeport-dnat", "ruletrace-nodeport-cluster-node-1", {}),
        ("nodeport-dnat", "ruletrace-vxlan-nodeport-cluster-node-1", {}),
        ("nodeport-masquerade", "ruletrace-nodeport-cluster-node-1", {}),
        ("nodeport-masquerade", "ruletrace-vxlan-nodeport-cluster-node-1", {}),
        ("service-dnat", "ruletrace-clusterip-node-2", {}),
        ("service-dnat", "ruletrace-pod-to-service-node-1", {"endpoint": "shop-2"}),
    ],
)
def test_a_step_walks_its_chains_in_the_recorded_order(flow: Flow, step: str, trace: str, roles: dict, mode: Mode):
    view = worlds.view(worlds.with_route(flow, roles=roles), "variant")
    computed = view.chains(view.row(step), mode)
    assert walked(recorded(f"{trace}-{mode}"), mode, computed[0]) == computed


def test_a_step_that_is_none_of_kube_proxys_has_no_chains(flow: Flow):
    view = worlds.view(flow, "through-service")
    having = {row.id for row in view.rows if view.all_chains(row)}
    assert having == {"nodeport-dnat", "nodeport-masquerade", "service-dnat"}


# -- probabilities and the mark ---------------------------------------------------------------------------------------
@pytest.mark.parametrize(("kind", "policy", "node"), PLACES)
def test_probabilities_are_those_of_the_dump(flow: Flow, kind: str, policy: str, node: str):
    dump = recorded(f"rules-iptables-{kind}-{policy}-{node}")
    for virtual in (flow.virtual[v] for v in RECORDED):
        chain, ends = rules.iptables_chain("SVC", virtual.service, virtual.protocol), virtual.endpoints
        for i, end in enumerate(ends):
            goal = rules.iptables_endpoint(virtual.service, rules.endpoint(flow, end), virtual.protocol)
            (rule,) = re.findall(rf"^-A {chain} (.*) -j {goal}$", dump, re.M)
            assert re.findall(r"--probability (\S+)", rule) == [p for p in [rules.probability(i, len(ends))] if p]


@pytest.mark.parametrize("endpoints", [2, 3, 7, 44, 51, 71, 1000])
def test_probabilities_are_rounded_as_kube_proxy_and_the_kernel_round_them(endpoints: int):
    """kube-proxy writes ten digits; iptables keeps a fraction of 2³¹ and prints eleven."""
    written = float(f"{1 / endpoints:.10f}")
    assert rules.probability(0, endpoints) == f"{math.floor(written * 2**31 + 0.5) / 2**31:.11f}"


@pytest.mark.parametrize("endpoints", range(1, 9))
def test_every_endpoint_gets_an_equal_share(endpoints: int):
    left, shares = 1.0, []
    for i in range(endpoints):
        shares.append(left * float(rules.probability(i, endpoints) or 1))
        left -= shares[-1]
    assert shares == pytest.approx([1 / endpoints] * endpoints, abs=1e-8)


@pytest.mark.parametrize("mode", MODES)
def test_the_mark_is_the_one_in_the_dump(mode: Mode):
    dump = recorded(f"rules-{mode}-nodeport-cluster-node-1")
    set_mark = {"iptables": r"KUBE-MARK-MASQ -j MARK --set-xmark (\w+)/", "nftables": r"mark set meta mark \| (\w+)"}
    found = re.findall(set_mark[mode], dump)
    assert found
    assert {int(mark, 16) for mark in found} == {int(rules.MARK, 16)}
