"""What kube-proxy does with a packet, against what its own unit tests assert, and in whatever world one invents.

`data/kube-proxy-cases.yml` says which of their test functions each case comes from.
"""

from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
import worlds
import yaml
from hypothesis import given
from hypothesis import strategies as st
from requestflow.model.definition import Address, Flow
from requestflow.world.network import Network
from requestflow.world.services import MODES, Mode, Question, Services, Verdict

GROUPS = yaml.safe_load((Path(__file__).parent / "data/kube-proxy-cases.yml").read_text("utf-8"))
CASES = [(group, case) for group in GROUPS for case in group["cases"]]
CALLERS = {
    "pod": "10.244.1.200",
    "outside": "198.51.100.7",
    "blocked": "198.51.100.200",
    "node": "192.0.2.11",
    "localhost": "127.0.0.1",
}
NODE = ["192.0.2.11/24", "192.0.2.111/24", "192.0.2.99/24", "2001:db8::11/64", "2001:db8:1::11/64"]
KNOWN = {"pods": "10.244.0.0/16", "services": "10.96.0.0/16"}  # what kube-proxy is told, unless a group says more
WORDS = {"pass": "nothing", "reject": "REJECT", "drop": "DROP"}


# -- worlds of the table ----------------------------------------------------------------------------------------------
def pod_id(address: str) -> str:
    return "pod-" + address.replace(".", "-").replace(":", "-")


def pod(address: str) -> dict[str, Any]:
    """A participant for an endpoint; which node it is on stands in its address."""
    if address == "192.0.2.11":
        return {k: v for k, v in worlds.participant("app", {}, node="here", shares="here").items() if v != {}}
    node = "here" if address.startswith(("10.244.1.", "fd00:244:1:")) else "there"
    return worlds.participant("app", {"eth0": address}, node=node)


def endpoints(service: dict[str, Any]) -> list[dict[str, Any]]:
    return [e if isinstance(e, dict) else {"at": e} for e in service.get("endpoints", [])]


def port(written: dict[str, Any]) -> dict[str, Any]:
    numbers = {"target": written["port"]} | {k: v for k, v in written.items() if k in ("port", "target", "node-port")}
    return written | {key: f"p{number}" for key, number in numbers.items()}


def addresses(written: list[str]) -> list[str]:
    """External addresses as `WHO.INTERFACE`: the node's own, or the balancer's."""
    return [f"{'here' if a == '192.0.2.99' else 'balancer'}.{_device(a)}" for a in written]


def _device(address: str) -> str:
    return "extra" if address == "192.0.2.99" else f"vip{address.rpartition('.')[2]}"


def service(name: str, written: dict[str, Any]) -> dict[str, Any]:
    out = written | {"name": f"default/{name}", "ports": [port(p) for p in written["ports"]]}
    out["endpoints"] = [{"pod": pod_id(e["at"])} | {k: e[k] for k in e if k != "at"} for e in endpoints(written)]
    return out | {k: addresses(written[k]) for k in ("load-balancer", "external-ips") if k in written}


def world(group: dict[str, Any]) -> Flow:
    """Give the definition of a group of cases: two nodes, a balancer, the Pods and Services it names."""
    services = group["services"]
    at = {e["at"] for s in services.values() for e in endpoints(s)}
    vips = {a for s in services.values() for k in ("load-balancer", "external-ips") for a in s.get(k, [])}
    participants = {
        "here": worlds.participant("kernel", {"eth0": [a for a in NODE if ".99/" not in a], "extra": NODE[2]}),
        "there": worlds.participant("kernel", {"eth0": "192.0.2.12/24"}),
        "balancer": worlds.participant("load-balancer", {"eth0": "192.0.2.1/24"} | {_device(a): a for a in vips}),
    }
    told = group.get("cluster", KNOWN)
    ranges = {key: told[key] for key in ("pods", "services") if key in told}
    written = {n: service(n, s) for n, s in services.items()}
    flow = worlds.world(
        participants | {pod_id(a): pod(a) for a in sorted(at)},
        {"go": worlds.step(opens="talk", **{"from": "there"}, to="here", packet="there:A > here:web")},
        services=written,
        cluster=told | {key: key for key in ranges},
        networks={"eth0": {}},
    )
    numbers = {p[k] for s in written.values() for p in s["ports"] for k in ("port", "target", "node-port") if k in p}
    return flow.model_copy(update={"names": ranges, "ports": flow.ports | {p: int(p[1:]) for p in numbers}})


def ask(flow: Flow, mode: Mode, source: str, to: str) -> Verdict:
    """Ask the node `here` about a packet, written `ADDRESS:PORT/PROTOCOL`."""
    ends, _, protocol = to.partition("/")
    address, _, number = ends.rpartition(":")
    src = ip_address(CALLERS.get(source, source))
    network = Network(flow, flow.routes["way"])
    own = network.is_local("here", src) or source.startswith("203.0.113.")
    question = Question("here", mode, src, ip_address(address.strip("[]")), int(number), protocol or "tcp", own)  # type: ignore[arg-type]
    return Services.of(flow, flow.routes["way"], network).verdict(question)


def written(address: Address, number: int) -> str:
    return f"{address}:{number}" if address.version == 4 else f"[{address}]:{number}"


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("group", "case"), CASES, ids=[f"{g['test']}: {c['says']}" for g, c in CASES])
def test_the_verdict_is_what_kube_proxys_own_tests_say(group: dict[str, Any], case: dict[str, Any], mode: Mode):
    verdict = ask(world(group), mode, case["from"], case["to"])
    gives = case["gives"][mode] if isinstance(case["gives"], dict) else case["gives"]
    chosen = [written(t.address, t.port) for t in verdict.endpoints]
    assert (WORDS[verdict.action] if verdict.action in WORDS else sorted(chosen)) == (
        gives if isinstance(gives, str) else sorted(gives)
    ), verdict.why
    source = ip_address(CALLERS.get(case["from"], case["from"]))
    masqueraded = case.get("masqueraded", False)
    for target, name in zip(verdict.endpoints, chosen, strict=True):
        right = name in masqueraded if isinstance(masqueraded, list) else masqueraded
        assert verdict.masquerades(source, target) == right, name


def test_the_table_covers_both_modes_and_every_way_in():
    assert len(CASES) >= 60
    fronts = {ask(world(g), m, c["from"], c["to"]).front for g, c in CASES for m in MODES}
    assert fronts == {None, "cluster-ip", "node-port", "load-balancer", "external-ip"}
    assert sum(isinstance(c["gives"], dict) for _, c in CASES) >= 10, "cases in which the modes differ"


# -- any world --------------------------------------------------------------------------------------------------------
conditions = st.fixed_dictionaries({"ready": st.booleans(), "terminating": st.booleans(), "serving": st.booleans()})
pods = st.dictionaries(st.sampled_from([f"10.244.{n}.{i}" for n in (1, 2) for i in (1, 2)]), conditions, max_size=4)
policies = st.sampled_from(["Cluster", "Local"])
clusters = st.fixed_dictionaries(
    {},
    optional={
        "pods": st.just("10.244.0.0/16"),
        "services": st.just("10.96.0.0/16"),
        "masquerade-all": st.booleans(),
        "localhost-node-ports": st.booleans(),
        "node-port-addresses": st.lists(st.sampled_from(["192.0.2.0/26", "0.0.0.0/0", "127.0.0.0/8"]), max_size=2),
    },
)
callers = st.sampled_from([*CALLERS, "10.244.1.1", "10.244.2.1", "203.0.113.1"])
fronts = st.sampled_from(["10.96.0.1:80", "192.0.2.11:30001", "192.0.2.111:30001", "203.0.113.1:80", "192.0.2.99:80"])
questions = st.tuples(st.sampled_from(MODES), callers, fronts)


@st.composite
def groups(draw: st.DrawFn) -> dict[str, Any]:
    """A cluster with one Service, open on every front."""
    one = {
        "address": "10.96.0.1",
        "ports": [{"port": 80, "target": 8080, "node-port": 30001}],
        "endpoints": [{"at": a} | c for a, c in sorted(draw(pods).items())],
        "external": draw(policies),
        "internal": draw(policies),
        "load-balancer": ["203.0.113.1"],
        "external-ips": ["192.0.2.99"],
        "source-ranges": draw(st.lists(st.sampled_from(["198.51.100.0/25", "192.0.2.0/24"]), max_size=2)),
    }
    return {"cluster": draw(clusters), "services": {"one": one}}


def with_ready(group: dict[str, Any], address: str) -> dict[str, Any]:
    """The same group with one more endpoint that is ready."""
    one = group["services"]["one"]
    more = [e for e in one["endpoints"] if e["at"] != address] + [{"at": address}]
    return group | {"services": {"one": one | {"endpoints": more}}}


@worlds.steady
@given(groups(), questions)
def test_only_endpoints_of_the_service_that_may_take_connections_are_chosen(group: dict[str, Any], asked: Any):
    verdict = ask(world(group), *asked)
    said = {e["at"]: e for e in group["services"]["one"]["endpoints"]}
    for target in verdict.endpoints:
        e = said[str(target.address)]
        assert target.port == 8080
        assert e["serving"] if e["terminating"] else e["ready"]
    assert len({said[str(t.address)]["terminating"] for t in verdict.endpoints}) <= 1, "ready and ending ones mixed"
    assert bool(verdict.endpoints) == (verdict.action == "dnat")


@worlds.steady
@given(groups(), questions)
def test_policy_local_never_gives_outside_callers_an_endpoint_elsewhere(group: dict[str, Any], asked: Any):
    mode, source, to = asked
    verdict = ask(world(group), mode, source, to)
    one = group["services"]["one"]
    policy = one["internal"] if verdict.front == "cluster-ip" else one["external"]
    if policy == "Local" and (source in ("outside", "blocked") or verdict.front == "cluster-ip"):
        assert {t.node for t in verdict.endpoints} <= {"here"}
        assert verdict.front == "cluster-ip" or not verdict.marked, "policy Local keeps the caller's address"


@worlds.steady
@given(groups(), callers)
def test_both_modes_agree_about_a_cluster_ip_and_its_ports(group: dict[str, Any], source: str):
    flow = world(group)
    iptables, nftables = (ask(flow, mode, source, "10.96.0.1:80") for mode in MODES)
    assert iptables == nftables


@worlds.steady
@given(groups(), questions, st.sampled_from(["10.244.1.9", "10.244.2.9"]))
def test_one_more_ready_endpoint_never_makes_a_no(group: dict[str, Any], asked: Any, more: str):
    before, after = (ask(world(g), *asked) for g in (group, with_ready(group, more)))
    assert after.action != "reject", "somebody is ready"
    if before.action == "dnat":
        assert after.action == "dnat"
        assert set(t.pod for t in before.endpoints if _is_ready(group, str(t.address))) <= {
            t.pod for t in after.endpoints
        }


def _is_ready(group: dict[str, Any], address: str) -> bool:
    return any(e["at"] == address and e["ready"] and not e["terminating"] for e in endpoints(group["services"]["one"]))


@worlds.steady
@given(groups(), questions)
def test_whoever_is_rewritten_to_himself_is_masqueraded(group: dict[str, Any], asked: Any):
    mode, source, to = asked
    verdict, src = ask(world(group), mode, source, to), ip_address(CALLERS.get(source, source))
    assert all(verdict.masquerades(src, t) for t in verdict.endpoints if t.address == src)


def every_port(flow: Flow) -> Iterator[str]:
    yield from (f"10.96.0.1:{n}/{p}" for n in flow.ports.values() for p in ("tcp", "udp", "sctp"))


@worlds.steady
@given(groups(), callers)
def test_a_port_a_service_lacks_is_rejected_in_nftables_mode_and_unknown_in_iptables_mode(group: Any, source: str):
    flow = world(group)
    for to in every_port(flow):
        if to != "10.96.0.1:80/tcp":
            actions = {mode: ask(flow, mode, source, to).action for mode in MODES}
            assert actions == {"iptables": "pass", "nftables": "reject"}, to
