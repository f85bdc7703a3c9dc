"""The numbers and names that set routes apart: each computed by hand from what the route's steps say."""

import pytest
import test_golden
import worlds
from requestflow.world import facts, packets
from requestflow.world.facts import Choice, Differences

FLOW = worlds.shipped()
ONE_OF_EACH = test_golden.TRIPS
PROXY = ("proxy", "10.244.1.0", [], "nothing")


def shipped(route: str) -> facts.Facts:
    return facts.facts(packets.trip(FLOW, route))


# -- connections ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("route", "counted"),
    [
        ("through-service", ["outer", "inner"]),  # the client's lookup is for its own connection
        ("node-local-dns", ["east", "upstream"]),  # the Pod asks and opens nothing else; who asks on is another
        ("name-lookup", ["east"]),
        ("pod-to-service", ["east"]),
    ],
)
def test_a_lookup_is_left_out_only_where_its_client_then_opens_what_it_looked_up(route: str, counted: list[str]):
    assert [s.name for s in facts.counted(packets.trip(FLOW, route))] == counted
    assert shipped(route).connections == len(counted)


# -- numbers ----------------------------------------------------------------------------------------------------------
def test_moves_are_steps_from_one_participant_to_another_of_what_is_counted():
    for name, trip in ONE_OF_EACH.items():
        moved = [h for h in trip.hops if not h.stays and not h.is_message]
        assert facts.facts(trip).moves == len(moved) < len(trip.hops) == facts.facts(trip).steps, name
    assert facts.facts(ONE_OF_EACH["through"]).moves == 12


def test_a_stack_that_rewrites_both_ends_has_one_entry():
    assert [facts.facts(ONE_OF_EACH[name]).nat for name in ("through", "refused", "dropped")] == [2, 1, 0]
    assert ONE_OF_EACH["through"].sessions["outer"].nat == ["node-1"]


def test_a_choice_is_named_with_who_makes_it_and_how_often():
    assert facts.facts(ONE_OF_EACH["through"]).choices == (
        Choice("node-1", "connection"),
        Choice("node-2", "connection"),
    )
    assert facts.facts(ONE_OF_EACH["dropped"]).choices == ()
    straight = facts.facts(packets.trip(FLOW, "straight-to-pod")).choices
    assert straight[-1] == Choice("ingress-controller", "request")


# -- who sees what ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("route", "seen"),
    [
        ("through", [PROXY, ("shop-1", "10.244.2.20", ["10.244.1.0"], "header")]),
        ("proxied", [PROXY, ("shop-1", "10.244.2.20", ["10.244.1.0"], "proxy-protocol")]),
        ("refused", [PROXY]),
        ("dropped", []),
    ],
)
def test_a_far_end_sees_the_last_source_and_is_told_what_its_opener_saw(route: str, seen: list[tuple]):
    sights = facts.facts(ONE_OF_EACH[route]).sights
    assert [(s.who, str(s.source), [*map(str, s.told)], s.by) for s in sights] == seen


def test_an_opener_that_was_told_by_a_proxy_header_passes_that_on_and_not_its_peer():
    first, second, *_ = shipped("own-load-balancer").sights
    told = {s.connection: [*map(str, s.told)] for s in shipped("own-load-balancer").sights}
    assert second.by == "proxy-protocol" and told[second.connection] == [str(first.source)]
    assert told["inner"] == [str(first.source)]


def test_where_the_connection_dies_nobody_is_told_anything():
    for name, route in FLOW.routes.items():
        trip = packets.trip(FLOW, name)
        dead = {c for c in route.dies if trip.sessions[c].outcome == "reset"}
        assert not [s for s in facts.facts(trip).sights if s.connection in dead and s.told]
        assert dead == {*route.dies}


# -- TLS --------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("route", "ends", "tls"),
    [
        ("through-service", ("ingress-controller",), "ends"),
        ("tls-at-load-balancer", ("load-balancer",), "ends"),
        ("re-encrypt", ("ingress-controller", "shop-1"), "ends"),
        ("local-dead-end", (), "unreached"),
        ("pod-to-service", (), "none"),
    ],
)
def test_tls_ends_where_a_certificate_is_shown_or_it_is_said_why_nowhere(route: str, ends: tuple[str, ...], tls: str):
    assert (shipped(route).tls_ends, shipped(route).tls) == (ends, tls)


# -- one route beside another -----------------------------------------------------------------------------------------
def test_what_is_dropped_added_and_changed_is_told_by_step():
    through, proxied = ONE_OF_EACH["through"], ONE_OF_EACH["proxied"]
    assert facts.differences(through, proxied) == Differences(("call-shop",), ("call-by-proxy", "proxy-line"), ())
    assert facts.differences(through, through) == Differences((), (), ())


def test_a_step_with_another_packet_after_it_is_changed_and_a_message_never_is():
    base, other = (packets.trip(FLOW, name) for name in ("through-service", "local-policy"))
    changed = facts.differences(base, other).changed
    after = {h.id: h.after for h in other.hops}
    assert changed and all(after[step] == now != was for step, was, now in changed)
    assert not [step for step, _, _ in changed if FLOW.steps[step].verb in ("says", "handles")]
