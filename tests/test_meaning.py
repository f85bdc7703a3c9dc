"""What a route means for who uses it: held against what its trip says, for every route."""

import pytest
import worlds
from requestflow.model.definition import LANGUAGES
from requestflow.view import meaning
from requestflow.view.view import View
from requestflow.world.facts import differences

FLOW = worlds.shipped()
TRIPS = worlds.trips(FLOW)


def told(route: str, language: str = "en") -> meaning.Told:
    return meaning.told(View(FLOW, route, TRIPS[route].hops, {}, language), TRIPS[route])


def test_policy_local_means_what_the_definition_says():
    local, through = told("local-policy"), told("through-service")
    assert local["source"] == [] and through["source"] == ["node-1 kernel to 192.0.2.11"]
    assert local["sees"][0] == "Ingress controller sees 198.51.100.7"
    assert through["sees"][0] == "Ingress controller sees 192.0.2.11"
    assert "node-1" in through["answer"][0] and "node-1" not in local["answer"][0]
    assert local["tls"] == through["tls"] and local["tunnel"] == local["ends"] == []


@pytest.mark.parametrize(
    ("route", "aspect", "said"),
    [
        ("vxlan", "tunnel", ["flannel.1 (UDP)"]),
        ("direct-return", "answer", ["Ingress controller → node-2 kernel → Client"]),
        ("wrong-return", "ends", ["reset by Client (first connection, from the client)"]),
        ("re-encrypt", "tls", ["Ingress controller", "shop Pod"]),
        ("headless", "destination", []),
        ("local-dead-end", "answer", []),
    ],
)
def test_what_a_route_is_chosen_for_is_told(route, aspect, said):
    assert told(route)[aspect] == said


@pytest.mark.parametrize("language", LANGUAGES)
def test_routes_with_other_addresses_are_told_apart(language):
    for route, written in FLOW.routes.items():
        if written.like and differences(TRIPS[written.like], TRIPS[route]).changed:
            assert told(route, language) != told(written.like, language), route


@pytest.mark.parametrize("route", FLOW.routes)
def test_both_languages_tell_as_much(route):
    counts = [{aspect: len(said) for aspect, said in told(route, language).items()} for language in LANGUAGES]
    assert counts[0] == counts[1]
