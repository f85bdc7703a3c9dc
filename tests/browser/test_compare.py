"""Two routes side by side: the two that were chosen, in that order, by an address that can be passed on."""

import pytest
from playwright.sync_api import Page, expect
from screens import LANGUAGES

pytestmark = pytest.mark.browser

PAIR = ("local-policy", "through-service")


def heads(page: Page) -> list[str]:
    return page.locator("table.compare thead th").all_inner_texts()[1:]


@pytest.fixture
def compare(screen, at):
    """Opens the page with a choice."""

    def opened(query: str = "", language: str = "en", **options) -> Page:
        page = screen(**options)
        page.goto(at(language, "routes/compare/") + query)
        return page

    return opened


@pytest.mark.parametrize("pair", [PAIR, PAIR[::-1], ("hairpin", "vxlan")])
def test_the_columns_stand_in_the_order_chosen(compare, flow, pair):
    page = compare("?a={}&b={}".format(*pair))
    assert heads(page) == [flow.routes[name].name.en for name in pair]
    assert page.locator(".compare-pick select").evaluate_all("es => es.map(e => e.value)") == list(pair)


def test_a_cell_stands_below_its_route_and_a_row_names_no_node_of_another(compare, routes, flow):
    page = compare("?a={}&b={}".format(*PAIR))
    row = page.locator("table.compare tbody tr", has=page.locator("a[href$='#lb-picks-node']"))
    ends = [next(h.after for h in routes[name] if h.id == "lb-picks-node") for name in PAIR]
    assert row.locator("td").all_inner_texts() == [f"{p.src}\n{p.dst}" for p in ends]
    assert row.locator("th").inner_text() == "Picks the entry node, rewrites the destination"


def test_a_choice_is_kept_by_the_address_and_by_the_language_switch(compare, flow):
    page = compare()
    page.locator(".compare-pick select").nth(1).select_option("hairpin")
    assert page.url.endswith("?a=through-service&b=hairpin")
    page.locator(".compare-pick select").nth(0).select_option("vxlan")
    page.locator(".md-select").hover()
    page.locator(".md-select__link[hreflang=zh]").click()
    page.wait_for_url("**/zh/routes/compare/?a=vxlan&b=hairpin")
    assert heads(page) == [flow.routes[name].name.zh for name in ("vxlan", "hairpin")]


def test_one_route_twice_is_shown_twice(compare):
    page = compare("?a=vxlan&b=vxlan")
    assert len(heads(page)) == 2 and len(set(heads(page))) == 1
    assert page.locator("tr.differs").count() == 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_route_that_is_not_there_is_said_so(compare, language):
    page = compare("?a=vxlan&b=no-such-route", language)
    expect(page.get_by_role("status")).to_contain_text("no-such-route")
    assert "vxlan" not in page.get_by_role("status").inner_text()
    assert len(heads(page)) == 2
    assert compare("?a=vxlan&b=hairpin", language).get_by_role("status").count() == 0


def test_paper_shows_both_routes_what_differs_and_nothing_to_choose_with(compare):
    page = compare("?a={}&b={}".format(*PAIR))
    page.emulate_media(media="print")
    assert not page.locator(".compare-pick").is_visible()
    assert len(heads(page)) == 2
    assert page.locator("tr.differs td").first.evaluate("e => getComputedStyle(e).printColorAdjust") == "exact"
