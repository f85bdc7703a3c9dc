"""Two routes beside each other: the two that were chosen, in that order, by an address that can be passed on."""

import re

import pytest
import worlds
from houses import slow
from playwright.sync_api import Locator, Page, expect
from requestflow.world.facts import differences
from screens import LANGUAGES, audit, darken, step_ids
from test_axe import findings

pytestmark = pytest.mark.browser

PAIR = ("local-policy", "through-service")
PAIRS = [PAIR, PAIR[::-1], ("hairpin", "vxlan"), ("wrong-return", "through-service")]
ROWS = "table.chosen tbody:last-child tr"
GONE = ".gone[role=status]"
LONG = ("public-address-local", "istio-sidecar")


def heads(page: Page) -> Locator:
    return page.locator("table.chosen thead th")


def step(page: Page, name: str):
    """The row of a step."""
    return page.locator(ROWS, has=page.locator(f"[data-step={name}]"))


def said(page: Page):
    """What is said of a route that is not there."""
    return page.locator(GONE)


def drawn(page: Page) -> None:
    """Wait for both maps."""
    expect(page.locator(".sides svg")).to_have_count(2)


@pytest.fixture
def compare(screen, at):
    """Opens the page with a choice."""

    def opened(query: str = "", language: str = "en", **options) -> Page:
        page = screen(**options)
        page.goto(at(language, "routes/compare/") + query)
        return page

    return opened


@pytest.fixture(scope="module")
def trips(flow):
    return worlds.trips(flow)


def query(pair: tuple[str, str]) -> str:
    return "?a={}&b={}".format(*pair)


# -- the table --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("pair", PAIRS)
def test_the_columns_stand_in_the_order_chosen_and_so_do_their_steps(compare, flow, routes, pair):
    page = compare(query(pair) + "&all")
    expect(heads(page)).to_have_text([flow.routes[name].name.en for name in pair])
    assert page.locator(".compare-pick select").evaluate_all("es => es.map(e => e.value)") == list(pair)
    first = step_ids(page, f"{ROWS} td:first-child[data-step]")
    second = step_ids(page, f"{ROWS} td:last-child[data-step]")
    assert first == [hop.id for hop in routes[pair[0]]]
    own = [hop.id for hop in routes[pair[1]]]
    assert sorted(second) == sorted(own)
    if pair != ("wrong-return", "through-service"):  # which meets two of its steps the other way round
        assert second == own


def test_a_column_says_a_step_as_its_own_route_does(compare, routes):
    page = compare(query(PAIR))
    cells = step(page, "lb-picks-node").locator("td")
    assert cells.locator("a").all_inner_texts() == [
        "Picks node-2, rewrites the destination",
        "Picks node-1, rewrites the destination",
    ]
    ends = [next(h for h in routes[name] if h.id == "lb-picks-node") for name in PAIR]
    assert cells.locator("code").all_inner_texts() == [f"{h.after.src} → {h.after.dst}" for h in ends]
    assert cells.locator("b").all_inner_texts() == [str(h.number) for h in ends]
    assert cells.locator("ins").all_inner_texts() == [str(h.after.dst) for h in ends], "what is another is lit"


def test_a_step_that_one_of_them_has_not_is_said_to_be_missing(compare):
    page = compare(query(PAIR))
    row = step(page, "nodeport-masquerade")
    assert row.locator("td").nth(0).inner_text() == "no such step"
    assert "The node stands in for the client" in row.locator("td").nth(1).inner_text()


def test_what_is_the_same_is_shown_when_asked_for(compare, routes):
    page = compare(query(PAIR))
    assert step(page, "lb-picks-node").is_visible() and not step(page, "connect-to-vip").is_visible()
    some = page.locator(f"{ROWS}:visible").count()
    page.get_by_label("Show what is the same too").check()
    assert step(page, "connect-to-vip").is_visible()
    assert page.locator(f"{ROWS}:visible").count() == len({h.id for name in PAIR for h in routes[name]}) > some
    expect(page).to_have_url(re.compile(re.escape(query(PAIR) + "&all") + "$"))
    page.reload()
    assert step(page, "connect-to-vip").is_visible()


@pytest.mark.parametrize("pair", PAIRS)
def test_what_is_told_of_each_route_stands_above_its_steps(compare, pair):
    page = compare(query(pair) + "&all")
    told = page.locator("table.chosen tbody").first.locator("tr")
    assert told.locator("th").all_inner_texts() == ["cost", "sees as source", "picks a backend", "TLS ends at", "ends"]
    counted = [int(re.match(r"\d+", words)[0]) for words in told.nth(1).locator("td").all_inner_texts()]
    columns = ("first", "last")
    assert counted == [page.locator(f"{ROWS} td:{column}-child[data-step]").count() for column in columns]


# -- the sentence -----------------------------------------------------------------------------------------------------
SENTENCES = {
    (
        "en",
        PAIR,
    ): "“Policy Local” differs from “Through the Service” in 11 steps: it lacks 4, it has 1 more,"
    " and in 6 the addresses differ.",
    ("zh", PAIR): "与“经过 Service”相比，“Local 策略”有 11 步不同：少 4 步，多 1 步，6 步地址不同。",
    ("en", ("vxlan", "vxlan")): "“VXLAN between the nodes” and “VXLAN between the nodes” are the same in every step.",
    ("zh", ("vxlan", "vxlan")): "“节点之间用 VXLAN”与“节点之间用 VXLAN”每一步都相同。",
}


@pytest.mark.parametrize(("language", "pair"), SENTENCES)
def test_a_sentence_says_how_they_differ(compare, language, pair):
    page = compare(query(pair), language)
    assert page.locator(".differ").inner_text() == SENTENCES[language, pair]


MEANT = {
    "en": (
        "Only in the second is the source rewritten by node-1 kernel to 192.0.2.11.",
        "In the first, Ingress controller sees 198.51.100.7,",
        "in the second, Ingress controller sees 192.0.2.11,",
        "Ingress controller → node-2 kernel → Load balancer → Client in the first,",
    ),
    "zh": (
        "只有后者这样改写源地址：node-1 内核改为 192.0.2.11。",
        "前者，Ingress 控制器看到 198.51.100.7，",
        "后者，Ingress 控制器看到 192.0.2.11，",
        "前者，Ingress 控制器 → node-2 内核 → 负载均衡器 → 客户端；",
    ),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_said_what_the_difference_means(compare, language):
    page = compare(query(PAIR), language)
    meant = page.locator(".means").inner_text()
    for words in MEANT[language]:
        assert words in meant
    page.locator("[name=swap]").click()
    turned = page.locator(".means li").first.inner_text()
    assert turned == MEANT[language][0].replace("the second", "the first").replace("后者", "前者")


def test_where_nothing_differs_nothing_is_made_of_it(compare):
    page = compare(query(("vxlan", "vxlan")))
    assert page.locator(".differ").is_visible() and page.locator(".means li").count() == 0


APART = {
    "en": (" have no step in common: ", "The destination is rewritten in the first by ", " sees "),
    "zh": ("没有共同的步骤：", "改写目的地址：前者，", "看到"),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_of_two_without_a_step_in_common_it_is_said_what_can_be_compared(compare, language):
    page = compare(query(("hairpin", "vxlan")), language)
    shared, rewritten, seen = APART[language]
    assert shared in page.locator(".differ").inner_text()
    meant = page.locator(".means").inner_text()
    assert rewritten in meant and seen in meant


@pytest.mark.parametrize("pair", [*PAIRS, ("straight-to-pod", "through-service"), LONG])
def test_the_numbers_of_the_sentence_are_those_of_the_routes(compare, trips, pair):
    """Counted anew: what the first lacks, what it has more, where the packet is another, where the machine is."""
    first, second = (trips[name] for name in pair)
    d = differences(second, first)
    ends = [{h.id: (h.source, h.to) for h in trip.hops} for trip in (first, second)]
    moved = {name for name, _, _ in d.changed}
    machines = {name for name in ends[0].keys() & ends[1].keys() - moved if ends[0][name] != ends[1][name]}
    counted = [n for n in (len(d.dropped), len(d.added), len(moved), len(machines)) if n]
    page = compare(query(pair))
    said = page.locator(".differ").inner_text().rpartition("”")[2]
    if not ends[0].keys() & ends[1].keys():
        assert [int(n) for n in re.findall(r"\d+", said)] == [len(first.hops), len(second.hops)]
    else:
        assert [int(n) for n in re.findall(r"\d+", said)] == [sum(counted), *counted]
    assert page.locator(f"{ROWS}.differs").count() == sum(counted)


# -- choosing ---------------------------------------------------------------------------------------------------------
def test_without_a_choice_there_are_pairs_to_choose_and_no_table(compare, flow):
    page = compare()
    assert not page.locator("table").is_visible() and not page.locator(".differ").is_visible()
    pairs = page.locator(".pairs a")
    assert pairs.count() == sum(bool(route.like) for route in flow.routes.values())
    pairs.get_by_text("Policy Local beside Through the Service", exact=True).click()
    expect(page).to_have_url(re.compile(re.escape(query(PAIR)) + "$"))
    expect(heads(page)).to_have_text([flow.routes[name].name.en for name in PAIR])


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_script_a_pair_leads_to_the_pages_of_its_routes(compare, flow, language):
    page = compare(query(PAIR), language, java_script_enabled=False)
    pair = page.locator("[data-pair='local-policy through-service'] a")
    assert pair.all_inner_texts() == [getattr(flow.routes[name].name, language) for name in PAIR]
    assert not page.locator(".compare-pick").is_visible() and not page.locator("table").is_visible()
    pair.first.click()
    expect(page).to_have_url(re.compile(r"/routes/local-policy/"))


def test_a_choice_is_kept_by_the_address_and_by_the_language_switch(compare, flow):
    page = compare()
    page.locator(".compare-pick select").nth(1).select_option("hairpin")
    expect(page).to_have_url(re.compile(re.escape("?a=through-service&b=hairpin") + "$"))
    page.locator(".compare-pick select").nth(0).select_option("vxlan")
    page.locator(".md-select").hover()
    page.locator(".md-select__link[hreflang=zh]").click()
    page.wait_for_url("**/zh/routes/compare/?a=vxlan&b=hairpin")
    expect(heads(page)).to_have_text([flow.routes[name].name.zh for name in ("vxlan", "hairpin")])


def test_the_two_change_places(compare, flow):
    page = compare(query(PAIR))
    page.get_by_role("button", name="Swap the two routes").click()
    expect(page).to_have_url(re.compile(re.escape(query(PAIR[::-1])) + "$"))
    expect(heads(page)).to_have_text([flow.routes[name].name.en for name in PAIR[::-1]])
    assert page.locator(".differ").inner_text().startswith("“Through the Service” differs from “Policy Local”")


def test_the_link_that_is_copied_is_the_choice(compare):
    page = compare(permissions=["clipboard-read", "clipboard-write"])
    assert not page.get_by_text("Copy link").is_visible()
    page.locator(".compare-pick select").nth(1).select_option("vxlan")
    page.get_by_text("Copy link").click()
    expect(page.get_by_text("Copied").first).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == page.url
    expect(page).to_have_url(re.compile(re.escape("?a=through-service&b=vxlan") + "$"))


def test_one_route_twice_is_shown_twice(compare):
    page = compare("?a=vxlan&b=vxlan")
    first, second = heads(page).all_inner_texts()
    assert first == second
    assert page.locator("tr.differs").count() == 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_route_that_is_not_there_is_said_so_and_the_nearest_shown(compare, flow, language):
    page = compare("?a=hairpin&b=vxlam", language)
    name = getattr(flow.routes["vxlan"].name, language)
    expect(said(page)).to_contain_text("vxlam")
    expect(said(page)).to_contain_text(name)
    expect(heads(page).nth(1)).to_have_text(name)
    page.locator(".compare-pick select").nth(1).select_option("hairpin-off")
    assert said(page).count() == 0
    assert compare("?a=vxlan&b=hairpin", language).locator(GONE).count() == 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_none_is_near_nothing_is_compared(compare, language):
    page = compare("?a=vxlan&b=zyzzyva", language)
    expect(said(page)).to_contain_text("zyzzyva")
    assert "VXLAN" not in said(page).inner_text()
    assert not page.locator("table").is_visible()


# -- the maps ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("pair", [*PAIRS, LONG])
def test_each_map_is_that_of_its_route_with_what_differs_lit(compare, routes, pair):
    page = compare(query(pair))
    drawn(page)
    differing = set(step_ids(page, f"{ROWS}.differs [data-step]"))
    for side, name in zip(page.locator(".sides > div").all(), pair, strict=True):
        marks = side.locator("a[data-step]").evaluate_all("es => es.map(e => [e.dataset.step, e.matches('.more')])")
        assert {step for step, _ in marks} == {hop.id for hop in routes[name]}
        assert {step for step, lit in marks if lit} == {hop.id for hop in routes[name]} & differing


def test_one_switch_turns_both_maps(compare):
    page = compare(query(PAIR))
    drawn(page)
    shown = page.locator(".sides g.b")
    assert not any(way.is_visible() for way in shown.all())
    page.get_by_label("Back", exact=True).check()
    assert all(way.is_visible() for way in shown.all()) and shown.count() == 2


def test_a_mark_leads_where_its_row_leads(compare):
    page = compare(query(PAIR))
    drawn(page)
    mark = page.locator(".sides a[data-step=lb-picks-node]").first
    row = step(page, "lb-picks-node").locator("a").first
    assert mark.evaluate("e => new URL(e.getAttribute('href'), document.baseURI).href") == row.evaluate("e => e.href")


def test_maps_are_asked_for_when_they_are_chosen(screen, at):
    page, asked = screen(), []
    page.on("request", lambda request: asked.append(request.url.rpartition("/maps/")[2]))
    page.goto(at("en", "routes/compare/"), wait_until="networkidle")
    assert not [url for url in asked if url.endswith(".svg") and "favicon" not in url]
    page.locator(".compare-pick select").nth(1).select_option("vxlan")
    drawn(page)
    assert {"through-service.svg", "vxlan.svg"} <= set(asked)


def test_without_maps_sentence_and_table_say_everything(screen, at):
    page = screen()
    page.route("**/maps/*.svg", lambda route: route.abort())
    page.goto(at("en", "routes/compare/") + query(PAIR), wait_until="networkidle")
    assert page.locator(".differ").inner_text() == SENTENCES["en", PAIR]
    assert step(page, "lb-picks-node").is_visible()
    assert not page.locator(".sides").is_visible()


def test_nothing_moves_when_a_map_comes(screen, at):
    page, held = screen(), []
    page.route("**/maps/*.svg", lambda route: held.append(route))
    page.goto(at("en", "routes/compare/") + query(PAIR))
    place = page.locator("table.chosen").bounding_box()
    for route in held:
        route.continue_()
    drawn(page)
    assert page.locator("table.chosen").bounding_box() == place


# -- everybody --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("pair", [PAIR, LONG])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_comparison_can_be_read_on_every_screen(compare, language, pair):
    page = compare(query(pair) + "&all", language)
    drawn(page)
    for width, dark in ((1280, False), (768, True), (360, False), (320, True)):
        page.set_viewport_size({"width": width, "height": 900})
        darken(page, dark)
        look = audit(page, ".compare")
        assert (width, look.faults) == (width, [])
        assert look.texts > 100 and look.smallest >= 12
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0


@pytest.mark.parametrize(("language", "width"), [("en", 1280), slow("en", 360), slow("zh", 1280), ("zh", 360)])
def test_axe_finds_nothing_in_a_comparison(compare, language, width):
    page = compare(query(PAIR) + "&all", language, width=width)
    drawn(page)
    assert findings(page) == []
    darken(page, True)
    assert findings(page, "color-contrast", "link-in-text-block") == []


def test_paper_shows_both_routes_what_differs_and_nothing_to_choose_with(compare):
    page = compare(query(PAIR))
    page.emulate_media(media="print")
    for control in (".compare-pick", ".whole-too", ".pairs"):
        assert not page.locator(control).is_visible()
    expect(heads(page)).to_have_count(2)
    assert page.locator(".chosen ins").first.evaluate("e => getComputedStyle(e).printColorAdjust") == "exact"
