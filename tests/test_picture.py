"""Pictures and marks beside them that a golden file cannot show: what is refused, what is too wide, what is stacked."""

import re
from pathlib import Path
from typing import Any

import pytest
import test_cases
import test_golden
import worlds
import yaml
from requestflow.pages import book as pages
from requestflow.pages import markers
from requestflow.pages.loop import Explanation
from requestflow.problems import FlowError
from requestflow.view import chart, ladder, picture
from requestflow.view.view import View

mmdr: Any = pytest.importorskip("mmdr")
HREFS = pages.Hrefs(
    step=lambda step: f"#{step}", page=lambda page: page, file=lambda file: f"/{file}", own=lambda file: f"/en/{file}"
)


class Forgetful:
    """A renderer that leaves out the last arrow."""

    @staticmethod
    def render(text: str) -> Any:
        return mmdr.render("\n".join(text.rstrip("\n").split("\n")[:-1]) + "\n")


def book(**more: Any) -> pages.Book:
    flow, views = test_golden.FLOW, test_golden.views("en")
    explained = {step: Explanation(step, "way.md", 1, "Title") for step in flow.steps}
    return pages.Book(flow, views, explained, "en", Path("nowhere"), picture.Renderer(), test_golden.TRIPS, **more)


def page(source: str) -> str:
    return markers.put_in(*markers.expand(book(), source, "docs/en/p.md", HREFS))


# -- arrows and widths ------------------------------------------------------------------------------------------------
def test_an_arrow_that_the_renderer_leaves_out_is_noticed():
    drawn = chart.of_route(test_golden.view("through", "en"), "enter")
    with pytest.raises(ValueError, match="4 arrows drawn for 5 steps of through-enter-wide"):
        picture.draw(picture.Renderer(Forgetful), drawn, None)


def test_a_picture_wider_than_its_place_is_refused_at_its_marker(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(picture, "FITS", {"wide": 600, "narrow": 300})
    with pytest.raises(FlowError) as refused:
        page("one\n\n<!-- flow:picture through enter -->\n")
    (problem,) = refused.value.problems
    assert problem.place == "docs/en/p.md:3"
    assert problem.what == "the wide picture 'through-enter' takes 604 px; 600 fit."


@pytest.mark.parametrize(
    ("stage", "said"),
    [("enter", "where the packet is addressed to"), ("back", "where the answer says it comes from"), ("ask", None)],
)
def test_what_stands_beside_the_arrows_is_said_as_it_is(stage: str, said: str | None):
    found = re.findall(r"Beside each arrow: (.*?)\.<", page(f"<!-- flow:picture through {stage} -->\n"))
    assert found == ([said] if said else [])


# -- the ladder -------------------------------------------------------------------------------------------------------
def test_addresses_too_long_for_their_columns_are_stacked():
    case = yaml.safe_load((Path(test_cases.__file__).parent / "data/cases/22b-ipv6-throughout.yml").read_text("utf-8"))
    case = {key: value for key, value in case.items() if key not in test_cases.RIGHT}
    trip, _ = test_cases.follow(case)
    assert trip
    long = View(worlds.small(case, test_cases.PORTS), "way", trip.hops, {}, "en")
    starts = [str(ladder.ladder(v, test_golden.step))[:30] for v in (long, test_golden.view("through", "en"))]
    assert starts == ['<div class="ladder long" style', '<div class="ladder" style="--l']


# -- values and links -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("route", "rewrites"), [("through", "3"), ("refused", "2"), ("dropped", "0")])
def test_a_route_counts_its_rewrites_and_neither_work_nor_undoing(route: str, rewrites: str):
    assert book().value(f"{route}.rewrites") == (rewrites, False)


def test_a_link_to_a_thing_with_a_heading_of_its_own_leads_to_the_heading():
    anchored = book(anchors={"way.md#through", "way.md#enter", "back.md#through"})
    assert (anchored.link("through"), anchored.link("enter")) == ("/way.md#through", "/way.md#enter")
    assert anchored.link("back") == "/back.md"
