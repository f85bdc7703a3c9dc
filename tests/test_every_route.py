"""Every route of the definition: followed, ended, compared with what a real kube-proxy did."""

import re
from pathlib import Path

import pytest
import traces
import worlds
from requestflow.model.definition import Flow
from requestflow.pages import markdown
from requestflow.view.compare import Comparison
from requestflow.view.view import View
from requestflow.world import evidence, facts
from requestflow.world.services import MODES
from requestflow.world.wire import Trip

ROOT = Path(__file__).parents[1]
RECORDED = {  # the recorded scenarios, and the route each of them is
    "through-service": "through-service",
    "through-service-same-node": "same-node",
    "straight-to-pod": "straight-to-pod",
    "cluster-via-node-2": "own-node",
    "local-node-2": "local-policy",
    "local-dead-end": "local-dead-end",
    "loadbalancer-vip": "public-address",
    "loadbalancer-vip-local": "public-address-local",
    "vxlan-through-service": "vxlan",
    "pod-to-service": "pod-to-service",
    "hairpin": "hairpin",
    "pod-to-coredns": "name-lookup",
    "empty-nodeport": "no-endpoints",
    "empty-clusterip": "no-endpoints-inside",
    "bridge-nf-off": "bridge-unseen",
    "hairpin-off": "hairpin-off",
}
Pairs = list[evidence.Pair]


@pytest.fixture(scope="module")
def trips(flow: Flow) -> dict[str, Trip]:
    return worlds.trips(flow)


def recordings(flow: Flow, name: str) -> list[evidence.Recording]:
    return evidence.load(ROOT / "docs/recordings", name, flow.ports.values())


def by_connection(pairs: Pairs, of: dict[str, Pairs]) -> dict[str, Pairs]:
    """Split recorded pairs by the connection that has them; the order inside each is kept."""
    split: dict[str, Pairs] = {name: [] for name in of}
    for pair in pairs:
        owner = next((name for name, has in of.items() if pair in has), None)
        assert owner, f"recorded, but not computed: {pair}"
        split[owner].append(pair)
    return split


def test_there_are_as_many_routes_as_promised(flow: Flow):
    assert len(flow.routes) >= 18


def test_every_connection_of_every_route_comes_to_a_known_end(trips: dict[str, Trip]):
    for name, trip in trips.items():
        for talk in trip.sessions.values():
            assert talk.outcome, f"{name}: {talk.name}"
            assert (talk.outcome == "answered") == (talk.who == ""), f"{name}: {talk.name} does not say who ended it"


def test_every_recorded_scenario_is_a_route_and_the_other_way_round(flow: Flow):
    files = {f.name for f in (ROOT / "docs/recordings").glob("trace-*.txt")}
    scenarios = {re.sub(r"trace-(.*)-(?:iptables|nftables)\.txt", r"\1", f) for f in files}
    assert scenarios == set(RECORDED)
    for scenario, route in RECORDED.items():
        assert f"trace-{scenario}" in flow.routes[route].recordings


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("scenario", "route"), RECORDED.items())
def test_computed_addresses_are_the_recorded_ones(
    flow: Flow, trips: dict[str, Trip], scenario: str, route: str, mode: str
):
    found = [r for r in recordings(flow, f"trace-{scenario}") if r.mode == mode]
    if not found:
        assert (scenario, mode) == ("hairpin-off", "iptables"), "only this one was recorded in one mode"
        return
    talks = [name for name in trips[route].sessions if name != "dns"]
    computed = {n: traces.computed([h for h in trips[route].hops if h.connection == n]) for n in talks}
    recorded = traces.recorded(found[0])
    assert recorded["request"], "an empty recording proves nothing"
    for side in ("request", "answer"):
        expected = {name: computed[name][side] for name in talks}
        assert by_connection(recorded[side], expected) == expected, side


def test_a_route_without_recordings_claims_none(flow: Flow, trips: dict[str, Trip]):
    for name, trip in trips.items():
        if not flow.routes[name].recordings:
            known = evidence.proofs(flow, [trip], ROOT / "docs/recordings")[name]
            assert {proof.verdict for proof in known.values()} <= {"unrecorded", "unseen"}, name


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    ("route", "step", "trace"),
    [
        ("local-policy", "local-dnat", "nodeport-local-node-2"),
        ("public-address", "vip-dnat", "loadbalancer-vip-node-1"),
        ("public-address", "nodeport-masquerade", "loadbalancer-vip-node-1"),
        ("pod-to-service", "caller-dnat", "pod-to-service-node-1"),
        ("name-lookup", "caller-dnat", "dns-node-1"),
        ("hairpin", "hairpin-dnat", "hairpin-node-1"),
        ("hairpin", "hairpin-masquerade", "hairpin-node-1"),
        ("no-endpoints", "nodeport-reject", "empty-nodeport-node-1"),
        ("local-dead-end", "local-drop", "nodeport-local-dead-end-node-1"),
    ],
)
def test_the_chains_of_a_step_are_walked_in_this_order(
    flow: Flow, trips: dict[str, Trip], route: str, step: str, trace: str, mode: str
):
    view = View(flow, route, trips[route].hops, {}, "en")
    computed = dict(view.all_chains(view.row(step)))[mode]
    text = (ROOT / f"docs/recordings/ruletrace-{trace}-{mode}.txt").read_text("utf-8")
    walked = {"iptables": r"^TRACE: +\w+:([\w-]+):", "nftables": r"^ip kube-proxy (\S+) rule "}[mode]
    steps = iter(re.findall(walked, text, re.M))
    assert all(chain in steps for chain in computed), f"{computed} is not the order of the trace"


def test_the_tunnel_wraps_exactly_what_crosses_between_the_nodes(trips: dict[str, Trip]):
    wrapped = {h.id: [str(e) for e in h.envelopes] for h in trips["vxlan"].hops if h.envelopes}
    assert list(wrapped) == ["cross-to-controller", "cross-to-endpoint", "cross-back", "cross-back-to-entry"]
    assert wrapped["cross-to-controller"] == ["192.0.2.11 → 192.0.2.12:8472 UDP"]
    assert not any(h.envelopes for h in trips["through-service"].hops)


@pytest.mark.parametrize(
    ("route", "source"),
    [
        ("through-service", "192.0.2.11"),
        ("own-node", "10.244.2.1"),
        ("vxlan", "10.244.1.0"),
        ("local-policy", "198.51.100.7"),
        ("public-address-local", "198.51.100.7"),
        ("hairpin", "10.244.1.1"),
    ],
)
def test_who_sees_which_source_address(trips: dict[str, Trip], route: str, source: str):
    assert str(facts.facts(trips[route]).sights[0].source) == source


def test_what_the_application_is_told_of_the_client(trips: dict[str, Trip]):
    told = {n: [str(a) for a in facts.facts(t).sights[-1].told] for n, t in trips.items() if facts.facts(t).sights}
    assert told["through-service"] == ["192.0.2.11"], "X-Forwarded-For is what the controller saw"
    assert told["local-policy"] == ["198.51.100.7"]
    assert told["own-load-balancer"] == ["198.51.100.7"], "the PROXY line replaces the peer"
    assert told["tls-at-load-balancer"] == ["198.51.100.7", "192.0.2.11"]
    assert told["passthrough"] == []


def test_routes_differ_where_they_should(trips: dict[str, Trip]):
    d = facts.differences(trips["through-service"], trips["straight-to-pod"])
    assert d.dropped == ("call-service", "service-dnat", "service-undo")
    assert d.added == ("call-pod",)
    assert {step for step, _, _ in d.changed} == {"back-to-controller"}


def test_every_route_can_be_shown_in_both_languages(flow: Flow, trips: dict[str, Trip]):
    for name, trip in trips.items():
        en, zh = (View(flow, name, trip.hops, {}, language) for language in ("en", "zh"))
        assert [r.id for r in en.rows] == [r.id for r in zh.rows]


# -- pages ------------------------------------------------------------------------------------------------------------
TYPED = re.compile(  # an address of the example world, or a chain whose name is a hash
    r"\b(?:192\.0\.2|198\.51\.100|203\.0\.113|10\.(?:244|96)\.\d+)\.\d+\b"
    r"|\bKUBE-(?:SVC|SEP|EXT|SVL|FW)-\w|\b(?:service|external|local)-[A-Z2-7]{8}-"
)


HAVE_THEIR_OWN = {"reference/flow-file.md", "reference/your-own-names.md"}  # tested in files of their names


@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_address_or_chain_name_is_typed_on_a_page(language: str):
    top = ROOT / "docs" / language
    for page in sorted(set(top.rglob("*.md")) - {top / page for page in HAVE_THEIR_OWN}):
        source = page.read_text("utf-8")
        quoted = {n for f in markdown.fences(source) if "recorded" in f.classes for n in range(f.first, f.last + 1)}
        for n, line in enumerate(source.splitlines(), 1):
            if n not in quoted:
                found = TYPED.search(line)
                assert not found, f"{page.relative_to(ROOT)}:{n}: {found and found[0]}"


def test_every_route_but_the_first_leads_to_a_comparison_with_what_it_is_like_or_with_the_first(flow, trips):
    views = {name: View(flow, name, trips[name].hops, {}, "en") for name in flow.routes}
    tables = Comparison(views, trips, str, str, "compare/")
    first, *others = flow.routes
    led = {name: re.findall(r"compare/\?a=([\w-]+)&amp;b=([\w-]+)", tables.about(name)) for name in flow.routes}
    assert led == {first: []} | {name: [(name, flow.routes[name].like or first)] for name in others}
