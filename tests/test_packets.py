"""Addresses are computed as a real kube-proxy rewrites them, and what cannot happen is refused."""

from collections.abc import Callable

import pytest
import traces
import worlds
from hypothesis import assume, given
from hypothesis import strategies as st
from requestflow.model.definition import Flow
from requestflow.problems import FlowError
from requestflow.world import evidence, packets
from requestflow.world.services import MODES, Mode
from requestflow.world.wire import Hop, Packet

CONTROLLER = "ingress-controller"
VARIANTS = {  # a recording, and how its route differs from through-service
    "trace-through-service": {},
    "trace-straight-to-pod": {"replace": {"call-service": "call-pod"}, "drop": ["service-dnat", "service-undo"]},
    "trace-cluster-via-node-2": {"roles": {"entry": "node-2"}},
    "trace-vxlan-through-service": {"network": "vxlan"},
    "trace-through-service-same-node": {"roles": {"endpoint": "shop-2"}},
    "trace-local-node-2": {
        "roles": {"entry": "node-2"},
        "drop": ["nodeport-masquerade"],
        "services": {"ingress": {"external": "Local"}},
    },
}


# -- against the recordings -------------------------------------------------------------------------------------------
def seen_in(flow: Flow, name: str, mode: Mode) -> dict[str, traces.Sides]:
    """Give what a trace saw of each connection: the controller is called on its port, and calls from any."""
    (trace,) = [r for r in evidence.load(worlds.RECORDINGS, name, flow.ports.values()) if r.mode == mode]
    caller = f"{flow.address(CONTROLLER)}:*"
    path = traces.recorded(trace)
    return {
        "outer": {side: [p for p in pairs if caller not in p] for side, pairs in path.items()},
        "inner": {side: [p for p in pairs if caller in p] for side, pairs in path.items()},
    }


def computed(hops: list[Hop]) -> dict[str, traces.Sides]:
    """Give what a followed route makes of each connection."""
    return {c: traces.computed([h for h in hops if h.connection == c]) for c in ("outer", "inner")}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", VARIANTS)
def test_every_connection_has_the_recorded_addresses_both_ways(flow: Flow, name: str, mode: Mode):
    seen = seen_in(flow, name, mode)
    assert all(seen[c][side] for c in seen for side in seen[c])
    assert computed(worlds.follow(worlds.with_route(flow, **VARIANTS[name]), "variant")) == seen


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("route", ["through-service", "straight-to-pod"])
def test_the_shipped_routes_have_the_addresses_of_their_own_traces(flow: Flow, routes: dict, route: str, mode: Mode):
    (trace,) = [name for name in flow.routes[route].recordings if name.startswith("trace-")]
    assert computed(routes[route]) == seen_in(flow, trace, mode)


def test_traces_of_different_routes_differ(flow: Flow):
    paths = [computed(worlds.follow(worlds.with_route(flow, **keys), "variant")) for keys in VARIANTS.values()]
    assert all(a != b for i, a in enumerate(paths) for b in paths[:i])


@pytest.mark.parametrize(
    ("changes", "interface"),
    [
        ({}, ("node-1", "eth0")),
        ({"network": "vxlan"}, ("node-1", "flannel.1")),
        ({"roles": {"entry": "node-2"}}, ("node-2", "cni0")),
    ],
)
def test_a_masquerade_takes_the_address_of_the_interface_the_packet_leaves_by(flow: Flow, changes, interface):
    hops = worlds.follow(worlds.with_route(flow, **changes), "variant")
    (masquerade,) = [h for h in hops if h.id == "nodeport-masquerade"]
    assert str(masquerade.after.src) == f"{flow.address(*interface)}:Q"


# -- another address --------------------------------------------------------------------------------------------------
def every_address(flow: Flow) -> list[str]:
    of_machines = {str(i.ip) for p in flow.participants.values() for ips in p.interfaces.values() for i in ips}
    return sorted(of_machines | {str(s.address) for s in flow.services.values() if s.address})


@pytest.mark.parametrize("old", every_address(worlds.shipped()))
def test_another_address_in_the_definition_is_another_one_wherever_it_comes_from(flow: Flow, routes, old):
    new = worlds.free_neighbour(flow, old)
    moved = worlds.with_address(flow, old, new)
    for route, hops in routes.items():
        for before, after in zip(hops, worlds.follow(moved, route), strict=True):
            was, now = ([str(end.address) for end in (h.after.src, h.after.dst)] for h in (before, after))
            assert now == [new if address == old else address for address in was], before.id


def test_the_masquerade_moves_with_its_interface(flow: Flow):
    hops = worlds.follow(worlds.with_address(flow, "192.0.2.11", "192.0.2.99"), "through-service")
    standing_in = [h.id for h in hops if not h.is_message and "192.0.2.99:Q" in str(h.after)]
    assert standing_in[:2] == ["nodeport-masquerade", "cross-to-controller"]
    assert standing_in[-1] == "cross-back-to-entry"


# -- like another route -----------------------------------------------------------------------------------------------
def test_a_move_from_a_machine_to_itself_vanishes(flow: Flow):
    hops = worlds.follow(worlds.with_route(flow, roles={"entry": "node-2"}), "variant")
    gone = {h.id for h in worlds.follow(flow, "through-service")} - {h.id for h in hops}
    assert gone == {"cross-to-controller", "cross-back-to-entry"}
    assert [h.number for h in hops] == [*range(1, len(hops) + 1)]


def test_a_route_like_another_need_not_have_steps_for_all_its_roles(flow: Flow):
    route = flow.routes["through-service"]
    inner = [s for steps in route.stages.values() for s in steps if flow.steps[s].connection == "inner"]
    hops = worlds.follow(worlds.with_route(flow, drop=inner), "variant")
    assert {h.connection for h in hops} == {"dns", "outer"}


def test_every_broken_route_is_told_not_only_the_first(flow: Flow):
    broken = worlds.with_route(flow, drop=["lb-undo"])
    broken = broken.model_copy(update={"routes": broken.routes | {"other": broken.routes["variant"]}})
    with pytest.raises(FlowError) as refused:
        worlds.trips(broken)
    assert [p.what.split(",")[0] for p in refused.value.problems] == ["route 'variant'", "route 'other'"]


def test_every_fault_of_a_route_is_told_and_none_that_only_follows_from_another(flow: Flow):
    dns = flow.steps["ask-resolver"].model_copy(update={"packet": "client:D > resolver:dms/udp"})
    call = flow.steps["call-service"].model_copy(update={"packet": "{controller}:R > shopp:http"})
    broken = flow.model_copy(update={"steps": flow.steps | {"ask-resolver": dns, "call-service": call}})
    with pytest.raises(FlowError) as refused:
        packets.trip(broken, "through-service")
    assert [p.what.split("'")[3] for p in refused.value.problems] == ["ask-resolver", "call-service"]


# -- messages ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("step", "src", "dst"),
    [
        ("client-hello", "client:P", "load-balancer:https"),
        ("server-hello", "ingress-controller:controller", "node-1:Q"),
        ("match-rule", "node-1:Q", "ingress-controller:controller"),
        ("request-inside", "ingress-controller:R", "shop:http"),
        ("app-responds", "shop-1:app", "ingress-controller:R"),
    ],
)
def test_a_message_shows_the_packet_its_sender_sends_or_its_reader_reads(flow: Flow, routes, step, src, dst):
    (hop,) = [h for h in routes["through-service"] if h.id == step]

    def end(written: str) -> str:
        who, port = written.split(":")
        return f"{flow.address(who)}:{flow.ports.get(port, port)}"

    assert (str(hop.after.src), str(hop.after.dst)) == (end(src), end(dst))
    assert hop.before == hop.after


# -- any chain of rewriting machines ----------------------------------------------------------------------------------
CHAINS = st.builds(
    worlds.Chain,
    st.lists(st.sampled_from(["", "dnat", "snat", "dnat snat"]), min_size=1, max_size=5),
    st.booleans(),
)


def links(hops: list[Hop], role: Callable[[Hop], bool]) -> dict[frozenset, Packet]:
    """Give the packet on each link, by the two ends of the link."""
    return {frozenset((h.source, h.to)): h.after for h in hops if not h.stays and role(h)}


@worlds.steady
@given(CHAINS)
def test_an_answer_that_mirrors_the_way_there_arrives_from_the_address_that_was_called(chain: worlds.Chain):
    hops = worlds.follow(chain.flow())
    assert hops[-1].to == "client"
    assert hops[-1].after == hops[0].after.turned
    there, back = links(hops, lambda h: h.verb != "answers"), links(hops, lambda h: h.verb == "answers")
    assert {link: p.turned for link, p in there.items()} == back


@worlds.steady
@given(CHAINS)
def test_every_rewrite_changes_only_what_it_says(chain: worlds.Chain):
    flow = chain.flow()
    for hop in worlds.follow(flow):
        changed = hop.before.src != hop.after.src, hop.before.dst != hop.after.dst
        if hop.id.startswith("dnat-"):
            assert changed == (False, True)
            owners = {flow.address(who): who for who in (*chain.machines, "server")}
            assert hop.after.dst.address in owners
        elif hop.id.startswith("snat-"):
            assert changed == (True, False)
            assert hop.after.src.address == flow.address(hop.source, "out")
        elif not hop.id.startswith("undo-"):
            assert changed == (False, False)


@worlds.steady
@given(CHAINS, st.data())
def test_an_answer_that_leaves_out_an_undo_or_any_move_is_refused(chain: worlds.Chain, data: st.DataObject):
    order = [*chain.steps()]
    gone = data.draw(st.sampled_from([s for s in order if s.startswith(("undo-", "back-to-", "to-"))]))
    with pytest.raises(FlowError):
        worlds.follow(chain.flow([s for s in order if s != gone]))


@worlds.steady
@given(CHAINS, st.data())
def test_two_neighbouring_steps_exchanged_are_refused(chain: worlds.Chain, data: st.DataObject):
    order = [*chain.steps()]
    i = data.draw(st.integers(0, len(order) - 2))
    order[i], order[i + 1] = order[i + 1], order[i]
    with pytest.raises(FlowError):
        worlds.follow(chain.flow(order))


@worlds.steady
@given(CHAINS, st.data())
def test_two_undoings_exchanged_are_refused(chain: worlds.Chain, data: st.DataObject):
    order = [*chain.steps()]
    undoings = [i for i, s in enumerate(order) if s.startswith("undo-")]
    assume(len(undoings) > 1)
    i, j = data.draw(st.lists(st.sampled_from(undoings), min_size=2, max_size=2, unique=True))
    order[i], order[j] = order[j], order[i]
    with pytest.raises(FlowError):
        worlds.follow(chain.flow(order))


@worlds.steady
@given(CHAINS, st.data())
def test_an_answer_that_takes_a_short_cut_past_a_rewrite_is_refused(chain: worlds.Chain, data: st.DataObject):
    """From one machine straight to the client: fine only when nothing is left to undo."""
    machine = data.draw(st.sampled_from(chain.machines))
    flow = chain.flow(straight_back=machine)
    assume(any(chain.rewrites[: chain.machines.index(machine)]))
    order = [*chain.steps()]
    order = [*order[: order.index(f"back-to-{machine}") + 1], "short-cut"]
    if f"undo-{machine}" in flow.steps:
        order.insert(-1, f"undo-{machine}")
    short_cut = flow.steps["back-to-client"].model_copy(update={"source": machine})
    with pytest.raises(FlowError):
        worlds.follow(worlds.reordered(flow.model_copy(update={"steps": flow.steps | {"short-cut": short_cut}}), order))


def test_an_answer_may_take_another_way_where_nothing_was_rewritten():
    chain = worlds.Chain(["", "dnat", ""])
    flow = chain.flow(straight_back="machine-1")
    straight = flow.steps["back-to-client"].model_copy(update={"source": "machine-1"})
    order = [s for s in chain.steps() if s not in ("back-to-machine-0", "back-to-client")]
    flow = flow.model_copy(update={"steps": flow.steps | {"straight": straight}})
    hops = worlds.follow(worlds.reordered(flow, [*order, "straight"]))
    assert hops[-1].after == hops[0].after.turned
