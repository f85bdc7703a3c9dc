"""A route like another: what it takes from it, and what it does not."""

import pytest
import worlds
from requestflow.model.definition import Flow, Route
from requestflow.model.unused import Used
from requestflow.world import packets
from requestflow.world.routes import settle

FLOW = worlds.two_routes()
WHY = {"en": "not seen", "zh": "未见"}


def like(flow: Flow, name: str, **changes: object) -> Flow:
    """Add the route 'variant', which is like another but for these keys."""
    route = Route.model_validate({"name": worlds.both("variant"), "page": "x.md", "like": name} | changes)
    return flow.model_copy(update={"routes": flow.routes | {"variant": route}})


def settled(flow: Flow) -> Route:
    return settle(flow, "variant")


def test_it_has_the_steps_roles_and_network_of_the_other_but_for_what_it_changes():
    base = FLOW.routes["through-service"]
    route = settled(like(FLOW, "through-service", roles={"endpoint": "shop-2"}, mode="nftables"))
    assert (route.stages, route.network, route.mode) == (base.stages, base.network, "nftables")
    assert route.roles == base.roles | {"endpoint": "shop-2"}


def test_steps_are_dropped_replaced_by_several_and_stages_left_empty_vanish():
    flow = like(
        FLOW,
        "through-service",
        drop=["ask-resolver", "resolver-answers"],
        replace={"match-rule": ["match-rule", "call-pod"]},
    )
    stages = settled(flow).stages
    assert "resolve" not in stages
    assert stages["match"] == ["http-request", "match-rule", "call-pod"]


def test_two_stages_may_exchange_their_names_and_keep_their_places():
    stages = settled(like(FLOW, "through-service", restage={"resolve": "reach", "reach": "resolve"})).stages
    base = FLOW.routes["through-service"].stages
    assert [*stages][:2] == ["reach", "resolve"]
    assert (stages["reach"], stages["resolve"]) == (base["resolve"], base["reach"])


def test_its_recordings_and_what_they_do_not_show_are_its_own():
    base = FLOW.routes["through-service"].model_copy(update={"unseen": {"nodeport-dnat": WHY}})
    flow = FLOW.model_copy(update={"routes": FLOW.routes | {"through-service": base}})
    assert (settled(like(flow, "through-service")).unseen, settled(like(flow, "through-service")).recordings) == (
        {},
        [],
    )


@pytest.mark.parametrize("name", [n for n, r in worlds.shipped().routes.items() if r.dies])
def test_a_connection_that_dies_in_the_other_dies_in_it_too(name: str):
    flow = worlds.shipped()
    trip = packets.trip(like(flow, name), "variant")
    assert {c for c, s in trip.sessions.items() if s.outcome == "reset"} == {*settled(like(flow, name)).dies} != set()


def test_the_later_word_about_a_service_counts_and_the_rest_of_what_was_said_stays():
    flow = like(FLOW, "through-service", services={"ingress": {"external": "Local"}, "shop": {"endpoints": ["shop-2"]}})
    again = Route.model_validate({
        "name": worlds.both("again"),
        "page": "x.md",
        "like": "variant",
        "services": {"ingress": {"internal": "Local"}, "shop": {"endpoints": ["shop-1"]}},
    })  # fmt: skip
    services = settle(flow.model_copy(update={"routes": flow.routes | {"again": again}}), "again").services
    assert (services["ingress"].external, services["ingress"].internal) == ("Local", "Local")
    assert [e.pod for e in services["shop"].endpoints or []] == ["shop-1"]


def test_a_service_is_used_where_a_route_like_another_picks_its_endpoint():
    shipped = worlds.shipped()
    routes = {name: route for name, route in shipped.routes.items() if name in ("through-service", "straight-to-pod")}
    assert routes["straight-to-pod"].like == "through-service" and not routes["straight-to-pod"].stages
    flow = shipped.model_copy(update={"routes": routes})
    assert "shop-tls" in Used(flow).services
    steps = {name: step.model_copy(update={"chooses": None}) for name, step in flow.steps.items()}
    assert "shop-tls" not in Used(flow.model_copy(update={"steps": steps})).services
