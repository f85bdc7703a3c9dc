"""Walking a route step by step: buttons, keys, swipes, the address bar; what is lit and said, where the packet is."""

from pathlib import Path
from typing import Any

import pytest
import worlds
from playwright.sync_api import Page, expect
from requestflow.view import map_marks, maps
from requestflow.view.maps import TIP
from screens import LANGUAGES, audit, darken, each, lit, paths, step_ids, unfold

pytestmark = pytest.mark.browser

ROUTE = "through-service"
START = {"en": "Walk the route", "zh": "逐步走一遍"}
COUNT = {"en": "Step {} of {}", "zh": "第 {} / {} 步"}
WHEN = {"en": ("before", "after"), "zh": ("之前", "之后")}
ICON = "favicon.svg"  # the browser asks for it when it likes
PHONE: dict[str, Any] = {"width": 360, "height": 740, "has_touch": True}
SIZES = [(320, 640), (360, 740), (768, 1024), (1280, 800), (1920, 1080)]


@pytest.fixture
def ids(routes):
    return [hop.id for hop in routes[ROUTE]]


@pytest.fixture
def walk(screen, at):
    """Opens /request/ or another page, at a step or not, and starts walking when asked to."""

    def opened(language="en", step="", *, start=False, path="request/", folded=False, **options) -> Page:
        page = screen(**options)
        page.goto(at(language, path) + (f"#{step}" if step else ""))
        if not (step or folded):
            unfold(page)
        if start:
            page.locator(".ladder .walk").first.click()
        if start or step:
            expect(stepper(page)).to_be_visible()
        return page

    return opened


def stepper(page: Page):
    return page.locator(".stepper")


def fragment(page: Page) -> str:
    return page.evaluate("location.hash.slice(1)")


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def focused(page: Page) -> str:
    """What a screen reader would call the focused thing."""
    return page.evaluate("document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent")


LINES = """ends => ends.map(end => {
  const line = end.cloneNode(true)
  for (const heard of line.querySelectorAll(".vh")) heard.remove()
  for (const to of line.querySelectorAll(".to")) to.textContent = "→"
  return line.textContent.split(/\\s+/).filter(Boolean).join(" ")
})"""


def lines(page: Page) -> list[str]:
    """What the bar says of the packet, a line each, as it is seen."""
    found: list[str] = stepper(page).locator(".ends").evaluate_all(LINES)
    return found


# What must be seen of a step without scrolling, whole, and by what else it is covered.
SEEN = """() => {
  const find = s => [...document.querySelectorAll(s)].find(e => e.getClientRects().length), faults = []
  const box = e => e.getBoundingClientRect()
  const [route] = location.hash.slice(1).split(":"), of = `.ladder[data-route="${route}"]`  // where a page has several
  const bar = find(".stepper"), row = find(of + " li.on") ?? find("li.on"), ladder = row.closest(".ladder")
  const mark = find(`.map[data-route="${ladder.dataset.route}"] a.on`)
  const top = box(find(".md-header")).bottom, bottom = box(bar).top
  const between = (name, e, from, to) => e && (box(e).top < from - 1 || box(e).bottom > to + 1) && faults.push(name)
  between("mark", mark, top, bottom)
  between("packet", find(".packet .ends"), top, bottom)
  between("bar", bar, top, innerHeight)
  const heads = ladder.querySelector(".heads")
  if (find(".map.pinned") || !mark) between("row", row, box(heads).bottom, bottom)
  for (const e of bar.querySelectorAll("button, a, p")) {
    const { left, right, top, bottom } = box(e), x = (left + Math.min(right, left + 40)) / 2
    if (!e.contains(document.elementFromPoint(x, (top + bottom) / 2))) faults.push(e.textContent)
    if (left < 0 || right > innerWidth) faults.push(e.textContent + " sideways")
  }
  return faults
}"""


def hidden(page: Page) -> list[str]:
    """What of the step a reader would have to scroll for, or does not see for what is above it."""
    return page.evaluate(SEEN)


# -- start and end ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_bar_is_hidden_until_the_walk_starts(walk, ids, language):
    page = walk(language)
    expect(stepper(page)).to_be_hidden()
    assert lit(page) == []
    page.get_by_role("button", name=START[language]).first.click()
    expect(stepper(page)).to_be_visible()
    assert lit(page) == ids[:1]
    assert fragment(page) == ids[0]


def test_both_the_map_and_the_ladder_have_a_button_that_starts_the_walk(walk, ids):
    for place in (".map", ".ladder"):
        page = walk()
        page.locator(f"{place} .walk").click()
        expect(stepper(page)).to_be_visible()
        assert lit(page) == ids[:1]


@pytest.mark.parametrize("place", [".map", ".ladder li >> nth=3"])
def test_the_right_arrow_starts_the_walk_while_map_or_ladder_is_on_the_screen(walk, ids, place):
    page = walk()
    page.locator(place).first.scroll_into_view_if_needed()
    press(page, "End", "ArrowLeft", "ArrowRight")
    page.locator(place).first.scroll_into_view_if_needed()
    press(page, "ArrowRight")
    expect(stepper(page)).to_be_visible()
    assert lit(page)[0] in ids[:2]


def test_the_right_arrow_starts_nothing_where_neither_is_on_the_screen(walk):
    page = walk()
    page.locator("#ten-controller").evaluate("e => e.scrollIntoView()")
    press(page, "ArrowRight")
    page.wait_for_timeout(200)
    expect(stepper(page)).to_be_hidden()
    assert fragment(page) == ""


def test_no_key_but_the_right_arrow_starts_a_walk(walk):
    page = walk()
    press(page, "ArrowLeft", "Enter", "Escape", "Control+ArrowRight", "Shift+ArrowRight")
    page.wait_for_timeout(200)
    expect(stepper(page)).to_be_hidden()


def test_nothing_of_a_walk_is_loaded_before_it_starts(walk):
    page, asked = walk(), []
    page.on("request", lambda request: asked.append(request.url.rpartition("/")[2]))
    page.locator(".ladder .msg").first.hover()
    page.wait_for_timeout(200)
    assert set(asked) <= {ICON}
    page.locator(".ladder .walk").click()
    expect(stepper(page)).to_be_visible()
    assert sorted(set(asked) - {ICON}) == [f"{ROUTE}-walk.json", "walk.css", "walk.js"]


def test_a_start_that_is_asked_for_twice_starts_one_walk(walk, ids):
    page = walk()
    page.locator(".map").first.scroll_into_view_if_needed()
    page.evaluate("""() => {
      const press = () =>
        document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true }))
      press()
      press()
    }""")
    expect(stepper(page)).to_be_visible()
    page.wait_for_timeout(100)
    assert (stepper(page).count(), lit(page)) == (1, ids[:1])


def test_a_ladder_that_is_folded_away_opens_below_its_map(walk, routes):
    page, first = walk(path="routes/own-load-balancer/", folded=True), routes["own-load-balancer"][0].id
    assert not page.locator(".ladder").is_visible()
    page.locator(".map .walk").click()
    expect(page.locator(f".ladder li[data-step={first}].on")).to_be_in_viewport()
    assert hidden(page) == []


def test_every_step_is_open_where_no_map_beside_it_shows_the_same(walk):
    assert walk(step="steps", start=True, folded=True).locator(".ladder").is_visible()


def test_when_a_walk_starts_and_ends_nothing_on_the_page_moves(walk):
    page = walk()
    where = """() => [...document.querySelectorAll("h2, .ladder, figure.seqfig")]
      .map(e => e.getBoundingClientRect().top + scrollY)"""
    before = page.evaluate(where)
    page.locator(".ladder .walk").click()
    expect(stepper(page)).to_be_visible()
    assert page.locator(".map.pinned").count() == 1
    assert page.evaluate(where) == before
    press(page, "Escape")
    assert page.evaluate(where) == before


# -- keys, fields and the screen --------------------------------------------------------------------------------------
FIELDS = """document.querySelector(".ladder").append(...["select", "input"].map(tag => document.createElement(tag)))"""


def test_arrows_work_wherever_the_focus_is_but_in_a_field(walk, ids):
    page = walk(start=True)
    page.locator(".ladder .msg").first.focus()
    press(page, "ArrowRight")
    assert lit(page) == ids[1:2]
    page.evaluate(FIELDS)
    for field in (".ladder select", ".ladder input", ".map input >> nth=0"):
        page.locator(field).evaluate("e => e.focus()")
        press(page, "ArrowRight", "ArrowLeft", "ArrowLeft")
        assert lit(page) == ids[1:2], field


def test_arrows_are_left_to_the_page_while_neither_map_nor_ladder_is_on_the_screen(walk, ids):
    page = walk("en", ids[2], **PHONE)
    page.locator("#ten-controller").evaluate("e => e.scrollIntoView({ behavior: 'instant' })")
    page.locator("body").evaluate("() => document.activeElement.blur()")
    press(page, "ArrowRight")
    assert lit(page) == [ids[2]]
    unfold(page)
    page.locator(".ladder").evaluate("e => e.scrollIntoView({ behavior: 'instant' })")
    press(page, "ArrowRight")
    assert lit(page) == [ids[3]]


def test_keys_with_a_modifier_are_left_to_the_browser(walk, ids):
    page = walk(start=True)
    press(page, "Control+End", "Shift+Tab", "Tab", "Meta+ArrowRight")
    assert lit(page) == ids[:1]


@pytest.mark.parametrize("leave", ["Escape", "the button"])
def test_leaving_gives_focus_and_address_back(walk, leave):
    page = walk(start=True)
    press(page, "ArrowRight")
    if leave == "Escape":
        press(page, "Escape")
    else:
        page.get_by_role("button", name="Close").click()
    expect(stepper(page)).to_be_hidden()
    assert lit(page) == []
    assert "#" not in page.url
    assert focused(page) == START["en"]
    assert page.locator("[aria-current=step]").count() == 0


def test_a_walk_that_a_link_began_gives_the_focus_to_a_button_that_is_seen(walk, ids):
    page = walk(step=ids[2], **PHONE)
    press(page, "Escape")
    expect(page.locator(".map .walk")).to_be_focused()


def test_a_walk_can_start_again_after_it_was_left(walk, ids):
    page = walk(start=True)
    press(page, "End", "Escape", "Enter")
    expect(stepper(page)).to_be_visible()
    assert lit(page) == ids[:1]
    press(page, "ArrowRight")
    assert lit(page) == ids[1:2]


# -- keys -------------------------------------------------------------------------------------------------------------
def test_keys_move_one_step_or_to_either_end(walk, ids):
    page = walk(start=True)
    at = []
    for key in ("ArrowRight", "ArrowRight", "ArrowLeft", "End", "ArrowLeft", "Home"):
        press(page, key)
        at.append(*lit(page))
    assert at == [ids[1], ids[2], ids[1], ids[-1], ids[-2], ids[0]]


@pytest.mark.parametrize(("key", "end"), [("Home", 0), ("End", -1)])
def test_the_route_has_two_ends(walk, ids, key, end):
    page = walk(start=True)
    press(page, key)
    beyond = {"Home": "Previous", "End": "Next"}[key]
    expect(page.get_by_role("button", name=beyond)).to_have_attribute("aria-disabled", "true")
    press(page, "ArrowLeft" if key == "Home" else "ArrowRight")
    page.get_by_role("button", name=beyond).click(force=True)
    assert lit(page) == [ids[end]]
    press(page, "ArrowRight" if key == "Home" else "ArrowLeft")
    assert lit(page) != [ids[end]], "the focus was lost"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_walk_by_keyboard_visits_every_step_in_order(walk, ids, language):
    page = walk(language)
    page.locator(".ladder .walk").focus()
    press(page, "Enter")
    expect(stepper(page)).to_be_visible()
    visited = []
    for n, step in enumerate(ids, 1):
        visited += lit(page)
        assert fragment(page) == step
        assert step_ids(page, ".ladder [aria-current=step]") == [step]
        expect(stepper(page).locator("output")).to_contain_text(COUNT[language].format(n, len(ids)))
        assert hidden(page) == [], step
        press(page, "ArrowRight")
    assert visited == ids


def test_the_walk_leaves_no_trail_in_the_history(walk, ids):
    page = walk()
    before = page.evaluate("history.length")
    page.locator(".ladder .walk").click()
    expect(stepper(page)).to_be_visible()
    press(page, *["ArrowRight"] * 5, "Home", "End", "Escape")
    assert page.evaluate("history.length") == before


def test_buttons_walk_too(walk, ids):
    page = walk(start=True, **PHONE)
    for name in ("Next", "Next", "Previous"):
        page.get_by_role("button", name=name).tap()
        assert hidden(page) == []
    assert lit(page) == ids[1:2]
    for button in stepper(page).locator("a, button:not(.x)").all():
        assert button.bounding_box()["height"] >= 44


def test_next_stays_where_it_is_while_it_is_tapped(walk, ids):
    page = walk(start=True, **PHONE)
    button = page.get_by_role("button", name="Next")
    places = set()
    for _ in ids[1:]:
        places.add(tuple(button.bounding_box().values()))
        button.tap()
    assert len(places) == 1


SWIPE = """(e, [from, to, by = 0]) => {
  const touch = x => new Touch({ identifier: 1, target: e, clientX: x, clientY: 200 + (x === to ? by : 0) })
  const send = (type, x, touches) =>
    e.dispatchEvent(new TouchEvent(type, { bubbles: true, touches, changedTouches: [touch(x)] }))
  send("touchstart", from, [touch(from)])
  send("touchend", to, [])
}"""


@pytest.mark.parametrize("place", [".map svg", ".ladder li.on .say", ".stepper output"])
def test_a_swipe_over_map_ladder_or_bar_goes_on_or_back(walk, ids, place):
    page = walk("en", ids[4], **PHONE)
    for gesture, step in (
        ([300, 100], ids[5]),
        ([100, 300], ids[4]),
        ([300, 280], ids[4]),
        ([300, 200, 300], ids[4]),
    ):
        page.locator(place).first.evaluate(SWIPE, gesture)
        assert lit(page) == [step], gesture


def test_a_swipe_anywhere_else_is_none(walk, ids):
    page = walk("en", ids[4], **PHONE)
    page.locator("#ten-controller").evaluate(SWIPE, [300, 100])
    assert lit(page) == [ids[4]]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_arrow_of_a_button_stays_while_it_is_pointed_at(walk, dark):
    page = walk(start=True, dark=dark)
    for name in ("Next", "Previous", "Close"):
        button = page.get_by_role("button", name=name)
        button.hover(force=True)
        colours = button.evaluate("e => [getComputedStyle(e).color, getComputedStyle(e).backgroundColor]")
        assert colours[0] != colours[1], name


# -- what is said -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_bar_announces_the_sentence_of_each_step(walk, flow, language):
    page = walk(language, start=True)
    said = stepper(page).get_by_role("status")
    expect(said).to_have_attribute("aria-live", "polite")
    for row in worlds.view(flow, ROUTE, language).rows:
        expect(said.locator(".sentence")).to_have_text(row.sentence)
        assert row.sentence
        press(page, "ArrowRight")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("route", "path"), [(ROUTE, "request/"), ("vxlan", "routes/same-node-and-overlay/")])
def test_the_bar_has_the_packet_before_and_after_as_the_world_computes_them(walk, flow, routes, language, route, path):
    hops = routes[route]
    page = walk(language, f"{route}:{hops[0].id}", path=path)
    view = worlds.view(flow, route, language)
    for hop in hops:
        if hop.rewrites:
            wanted = [f"{when} {packet}" for when, packet in zip(WHEN[language], (hop.before, hop.after), strict=True)]
        elif hop.is_message:
            wanted = [view.words.inside.format(connection=flow.connections[hop.connection].name[language])]
        else:
            around = [view.words.envelope.format(outer=outer) for outer in hop.envelopes]
            wanted = [" ".join([str(hop.after), *around])]
        assert lines(page) == wanted, hop.id
        marked = stepper(page).locator(".ends ins").all_inner_texts()
        ends = ((hop.before.src, hop.after.src), (hop.before.dst, hop.after.dst))
        assert marked == [str(new) for old, new in ends if old != new and hop.rewrites]
        press(page, "ArrowRight")


def test_the_bar_is_a_named_region_and_takes_the_focus(walk):
    page = walk(start=True)
    bar = page.get_by_role("region", name=START["en"])
    names = [e.get_attribute("aria-label") or e.inner_text() for e in bar.locator("a, button").all()]
    assert names == ["Previous", "Explain", "Next", "Close"]
    assert focused(page) == START["en"]
    press(page, "Tab")
    assert focused(page) == "Previous"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("how", ["Enter", "click", "Enter elsewhere"])
def test_explain_leads_to_the_card_of_the_step(walk, at, language, how):
    page = walk(language, "nodeport-masquerade")
    if how == "click":
        stepper(page).get_by_role("link").click()
    else:
        if how == "Enter elsewhere":
            page.evaluate("document.activeElement.blur()")
        press(page, "Enter")
    page.wait_for_url(at(language, "request/kube-proxy/") + "#nodeport-masquerade")
    expect(page.locator(".step-head[data-step=nodeport-masquerade].on")).to_be_visible()


def test_enter_on_a_button_is_that_button_and_on_a_clicked_one_explains(walk, at, ids):
    page = walk(start=True)
    press(page, "Tab", "Tab", "Tab", "Enter")
    assert lit(page) == ids[1:2]
    page = walk(start=True)
    page.get_by_role("button", name="Next").click()
    press(page, "Enter")
    page.wait_for_url(at("en", "request/dns/") + f"#{ids[1]}")


def test_explained_on_the_same_page_the_walk_gives_way_to_the_card(walk, at):
    page = walk(step="local-policy:local-dnat", path="routes/local-policy/")
    press(page, "Enter")
    expect(stepper(page)).to_be_hidden()
    assert fragment(page) == "local-dnat"
    expect(page.locator("#local-dnat.step-on")).to_be_in_viewport()
    assert page.locator(".map.pinned").count() == 0


def test_without_its_sentences_the_walk_has_the_words_of_the_ladder(walk, screen, at, built, ids):
    file = Path(built.site / "request/index.html").as_uri()
    page = screen()
    page.goto(f"{file}#{ids[6]}")
    expect(stepper(page)).to_be_visible()
    label = page.locator(f".ladder li[data-step={ids[6]}] .msg").inner_text()
    expect(stepper(page).locator(".sentence")).to_have_text(label)
    assert lines(page)[1].startswith("after 192.0.2.11:Q")


# -- addresses --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [390, 1280])
def test_the_address_of_a_step_opens_it(walk, ids, language, width):
    step = ids[len(ids) // 2]
    page = walk(language, step, width=width)
    assert lit(page) == [step]
    assert step_ids(page, ".ladder [aria-current=step]") == [step]
    page.wait_for_function("scrollY > 300")
    assert hidden(page) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_route_further_down_has_addresses_of_its_own(walk, routes, language):
    """The steps it shares with the first route of the page, and those that are headings there, mean something else."""
    page = walk(language, path="routes/local-policy/")
    page.locator(".ladder[data-route=local-policy] .walk").click()
    expect(stepper(page)).to_be_visible()
    for hop in routes["local-policy"]:
        assert lit(page) == [hop.id]
        own = hop.id if fragment(page) == hop.id else f"local-policy:{hop.id}"
        assert fragment(page) == own
        press(page, "ArrowRight")
    last = walk(language, fragment(page), path="routes/local-policy/")
    assert lit(last) == [routes["local-policy"][-1].id]
    assert last.locator(".map.pinned, .map:has(.packet)").first.get_attribute("data-route") == "local-policy"


def test_the_address_of_a_heading_lights_it_and_starts_no_walk(screen, at):
    page = screen()
    page.goto(at("en", "routes/local-policy/") + "#local-dnat")
    expect(page.locator("#local-dnat.step-on")).to_be_in_viewport()
    page.wait_for_timeout(200)
    expect(stepper(page)).to_be_hidden()


def test_a_changed_address_moves_the_walk(walk, ids):
    page = walk(step=ids[3])
    page.evaluate("step => { location.hash = step }", ids[8])
    page.wait_for_function("step => document.querySelector(`li.on[data-step=${step}]`)", arg=ids[8])
    assert lit(page) == [ids[8]]


@pytest.mark.parametrize(
    "strange", ["no-such-step", "%E0%A4%A", "reading", '"]', "no-route:nodeport-dnat", f"{ROUTE}:no-such-step", ":"]
)
def test_an_address_that_is_no_step_does_no_harm(screen, at, ids, strange):
    page, errors = screen(), []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(at("en", "request/") + "#" + strange)
    expect(stepper(page)).to_be_hidden()
    page.locator(".map .walk").click()
    expect(stepper(page)).to_be_visible()
    assert lit(page) == ids[:1]
    page.goto(at("en", "request/kube-proxy/") + "#" + strange)
    assert lit(page) == []
    assert errors == []


# -- pages of the hops ------------------------------------------------------------------------------------------------
PAINT = """step => Object.fromEntries(Object.entries({
  heading: [document.getElementById(step), "backgroundImage"],
  card: [document.querySelector(`.step-head[data-step=${step}]`), "borderTopColor"],
  arrow: [[...document.querySelectorAll(`a.m[data-step=${step}]`)].find(a => a.getClientRects().length)
    .querySelector(".l, .sf"), "stroke"],
}).map(([name, [e, property]]) => [name, getComputedStyle(e)[property]]))"""


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_address_lights_heading_arrow_and_card_together(screen, at, language, width):
    page = screen(width)
    page.goto(at(language, "request/kube-proxy/"))
    steps = step_ids(page, ".step-head")
    dull = {step: page.evaluate(PAINT, step) for step in steps}
    for step in steps:
        page.evaluate("step => { location.hash = step }", step)
        expect(page.locator(f"#{step}.step-on")).to_be_visible()
        assert lit(page) == [step]
        for other in steps:
            now = page.evaluate(PAINT, other)
            changed = {name for name in now if now[name] != dull[other][name]}
            assert changed == ({"heading", "arrow", "card"} if other == step else set())


# -- the other language -----------------------------------------------------------------------------------------------
def switch(page: Page, language: str) -> None:
    page.locator(".md-select").hover()
    page.locator(f".md-select__link[hreflang={language}]").click()
    page.wait_for_load_state()


@pytest.mark.parametrize(("language", "other"), [("en", "zh"), ("zh", "en")])
def test_the_language_switch_keeps_page_and_step(screen, at, ids, language, other):
    page = screen()
    for path in ("request/", "request/kube-proxy/"):
        page.goto(at(language, path) + "#nodeport-dnat")
        switch(page, other)
        assert page.url == at(other, path) + "#nodeport-dnat"
        expect(page.locator("[data-step=nodeport-dnat].on").first).to_be_attached()
        assert lit(page) == ["nodeport-dnat"]


def test_the_language_switch_keeps_the_step_of_a_walk(walk, at, ids):
    page = walk(start=True)
    press(page, "ArrowRight", "ArrowRight")
    switch(page, "zh")
    assert page.url == at("zh", "request/") + f"#{ids[2]}"
    expect(stepper(page)).to_be_visible()
    press(page, "ArrowRight")  # the walk goes on there
    assert lit(page) == [ids[3]]


def test_the_language_switch_adds_nothing_where_no_step_is(screen, at):
    page = screen()
    page.goto(at("en", "request/dns/"))
    switch(page, "zh")
    assert page.url == at("zh", "request/dns/")


# -- the link to a step -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("language", "copied"), [("en", "Copied"), ("zh", "已复制")])
def test_a_link_that_was_copied_says_so_to_eyes_and_ears(screen, at, language, copied):
    page = screen(permissions=["clipboard-read", "clipboard-write"])
    page.goto(at(language, "request/kube-proxy/"))
    link = page.locator("[data-step=nodeport-dnat] .perma").first
    words = link.inner_text()
    link.click()
    expect(link).to_have_text(copied)
    expect(page.get_by_role("status")).to_have_text(copied)
    assert page.evaluate("navigator.clipboard.readText()") == at(language, "go/nodeport-dnat/")
    assert fragment(page) == "nodeport-dnat"
    expect(link).to_have_text(words)


@pytest.mark.parametrize(("language", "copied"), [("en", "Copied"), ("zh", "已复制")])
def test_a_step_can_be_copied_as_markdown_with_its_sentence(screen, at, flow, language, copied):
    page = screen(permissions=["clipboard-read", "clipboard-write"])
    page.goto(at(language, "request/kube-proxy/"))
    link = page.locator("[data-step=nodeport-dnat] .perma", has_text="Markdown")
    link.click()
    expect(page.get_by_role("status")).to_have_text(copied)
    sentence = worlds.view(flow, ROUTE, language).row("nodeport-dnat").sentence
    written = f"[{sentence}]({at(language, 'go/nodeport-dnat/')})"
    assert page.evaluate("navigator.clipboard.readText()") == written
    expect(link).to_have_text("Markdown")


def test_without_script_the_link_to_a_step_is_a_link(screen, at):
    page = screen(java_script_enabled=False)
    page.goto(at("en", "request/kube-proxy/"))
    assert page.locator("[data-step=nodeport-dnat] .perma").count() == 1
    page.locator("[data-step=nodeport-dnat] .perma").first.click()
    assert page.url.endswith("#nodeport-dnat")


# -- the packet on the map ---------------------------------------------------------------------------------------------
# Where the packet is, and where the line of its step ends, or its chip is; in px from the corner of the map.
WHERE = """() => {
  const map = document.querySelector(".map:has(.packet)"), frame = map.querySelector("svg").getBoundingClientRect()
  const { x, y, width, height } = map.querySelector(".packet i").getBoundingClientRect()
  const mark = map.querySelector("a.on")
  const path = [...mark.querySelectorAll("path:not(.h)")].find(p => p.getClientRects().length)
  const c = mark.getBoundingClientRect(), at = [x + width / 2 - frame.x, y + height / 2 - frame.y]
  const inside = x > c.left - 9 && x + width < c.right + 9 && y > c.top - 9 && y + height < c.bottom + 9
  return { at, inside, moves: !!path, running: map.querySelector(".packet").getAnimations().length }
}"""


def ends(flow, route: str, form: str) -> dict[str, tuple[int, int]]:
    """Where the line of each step ends, as it was laid."""
    drawn = maps.plan(worlds.view(flow, route), form)
    return {line.mark.id: line.points[-1] for line in drawn.lines}


@pytest.mark.parametrize(("form", "size"), [("wide", (1280, 800)), ("narrow", (360, 740))])
def test_the_packet_stands_at_the_end_of_its_line_with_its_addresses(walk, flow, routes, form, size):
    page = walk(start=True, width=size[0], height=size[1])
    laid = ends(flow, ROUTE, form)
    for hop in routes[ROUTE]:
        assert page.locator(".packet").count() == (0 if hop.is_message else 1), hop.id
        if not hop.is_message:
            where = page.evaluate(WHERE)
            assert where["moves"] == (hop.id in laid) and where["inside"], hop.id
            if where["moves"]:
                assert all(abs(a - b) <= TIP + 2 for a, b in zip(where["at"], laid[hop.id], strict=True)), hop.id
            words = page.locator(".packet .ends").inner_text().split()
            assert words[-1] == str(hop.after.dst) and str(hop.after.src) in words
            if hop.rewrites:
                old, new = page.locator(".packet del"), page.locator(".packet ins")
                assert str(hop.before) != str(hop.after) and old.count() == new.count() > 0
        press(page, "ArrowRight")


def test_the_map_shows_the_way_the_step_belongs_to_and_dims_the_rest(walk, routes):
    for size in ((1280, 800), (360, 740)):
        page = walk(start=True, width=size[0], height=size[1])
        ways = set()
        page.mouse.move(0, 0)  # what is pointed at is not dimmed
        for hop in routes[ROUTE]:
            mark = page.locator(".map a.on")
            expect(mark).to_be_visible()
            ways.add(page.locator(".map .to-b input").is_checked())
            others = page.locator(".map a[data-step]:visible:not(.on)")
            assert mark.evaluate("e => +getComputedStyle(e).opacity") == 1
            full = others.evaluate_all(
                "es => es.filter(e => getComputedStyle(e).opacity >= 0.5).map(e => e.dataset.step)"
            )
            carry = {h.id for h in routes[ROUTE] if hop.is_message and h.connection == hop.connection}
            assert set(full) <= carry and len(full) < others.count(), hop.id
            press(page, "ArrowRight")
        assert ways == {False, True}


# Of a map: the boxes with another edge than `plain`, those with another ground, and the steps that are not dimmed.
FULL = """([edge, ground]) => {
  const shown = what => [...document.querySelectorAll(`.map:has(a.on) ${what}`)].filter(e => e.getClientRects().length)
  const other = (look, plain) => shown(".a").filter(e => getComputedStyle(e)[look] !== plain)
  const names = boxes => boxes.map(e => e.nextSibling.textContent).sort()
  const full = shown("a").filter(e => getComputedStyle(e).opacity === "1").map(e => e.dataset.step)
  return [names(other("stroke", edge)), names(other("fill", ground)), full]
}"""
PLAIN = "e => [getComputedStyle(e).stroke, getComputedStyle(e).fill]"


@pytest.mark.parametrize("width", [360, 1280])
def test_a_message_lights_both_its_ends_and_what_carries_it(walk, flow, routes, width):
    page, shown = walk(start=True, width=width), worlds.view(flow, ROUTE)
    plain, turn = page.locator(".map .a").first.evaluate(PLAIN), map_marks.turning(shown.rows)
    for n, hop in enumerate(routes[ROUTE]):
        edged, filled, full = page.evaluate(FULL, plain)
        if not hop.is_message:
            assert (edged, filled, full) == ([], [], [hop.id])
        else:
            assert edged == sorted({shown.who(hop.source), shown.who(hop.to)}) or hop.source == hop.to, hop.id
            assert filled == [shown.who(hop.to)], hop.id
            way = routes[ROUTE][:turn] if n < turn else routes[ROUTE][turn:]
            carry = [h.id for h in way if h.connection == hop.connection and not h.is_message]
            lit = {hop.id, *(carry if hop.source != hop.to else ())}
            assert full == [h.id for h in way if h.id in lit], hop.id
        press(page, "ArrowRight")


# What names something on the map, or is the step's own, and lies under the packet's addresses.
COVERED = """() => {
  const label = document.querySelector(".packet .ends")?.getBoundingClientRect(), found = []
  const names = ".mp g > :is(.an, .ad), .map .bt, .mp .on :is(path, rect, circle)"
  if (label) for (const e of document.querySelectorAll(names)) {
    const r = e.getBoundingClientRect(), lower = Math.min(label.bottom, r.bottom) - Math.max(label.top, r.top)
    const across = Math.min(label.right, r.right) - Math.max(label.left, r.left)
    if (lower > 2 && across > 1) found.push(e.textContent || e.localName)
  }
  return found
}"""


# Walks to the end; gives each step with what it covers, and what of it a reader would have to scroll for.
TO_THE_END = f"""() => {{
  const found = []
  for (let step; step !== location.hash;) {{
    step = location.hash
    found.push(...({COVERED})().map(name => [step, "covers " + name]))
    found.push(...({SEEN})().map(part => [step, part + " not seen"]))
    document.body.dispatchEvent(new KeyboardEvent("keydown", {{ key: "ArrowRight", bubbles: true, cancelable: true }}))
  }}
  return found
}}"""
MAPS = [path for path in paths("<!-- flow:map") if path != ""]


@pytest.mark.parametrize(("width", "height"), [(360, 740), (1280, 800)])
@pytest.mark.parametrize("path", each(MAPS))
def test_the_addresses_of_the_packet_cover_no_name_no_address_and_not_their_step(walk, path, width, height):
    page = walk(path=path, width=width, height=height)
    for button in page.locator(".map .walk").all():
        button.click()
        expect(stepper(page)).to_be_visible()
        assert page.evaluate(TO_THE_END) == []
        press(page, "Escape")


def test_where_a_line_is_as_long_as_the_screen_the_addresses_of_its_packet_are_seen_whole(walk):
    page = walk(path="routes/local-policy/", width=320, height=568)
    page.locator(".map .walk").first.click()
    expect(stepper(page)).to_be_visible()
    assert [found for found in page.evaluate(TO_THE_END) if found[1] == "packet not seen"] == []
    assert fragment(page) == "back-to-client"


def test_the_packet_keeps_its_place_when_the_screen_is_turned(walk, flow):
    page = walk(step="lb-to-node", width=1280, height=800)
    page.set_viewport_size({"width": 360, "height": 740})
    page.wait_for_function("!document.querySelector('.map.pinned')")
    x, y = ends(flow, ROUTE, "narrow")["lb-to-node"]
    at = page.evaluate(WHERE)["at"]
    assert abs(at[0] - x) <= TIP + 2 and abs(at[1] - y) <= TIP + 2


# -- where is the packet now, and what did it become? ------------------------------------------------------------------
@pytest.mark.parametrize("size", SIZES, ids=lambda s: str(s[0]))
@pytest.mark.parametrize("language", LANGUAGES)
def test_where_the_packet_is_and_what_it_became_is_seen_without_scrolling(walk, ids, language, size):
    page = walk(language, ids[6], width=size[0], height=size[1])
    expect(page.locator(".packet ins")).to_be_in_viewport(ratio=1)
    assert hidden(page) == []
    for dark in (False, True):
        darken(page, dark)
        for part, texts in ((".stepper", 10), (".packet .ends", 3)):
            look = audit(page, part)
            assert look.faults == [] and look.texts >= texts and look.smallest >= 12, part


ROWS = "e => e.offsetHeight / parseFloat(getComputedStyle(e).lineHeight)"


@pytest.mark.parametrize("language", LANGUAGES)
def test_on_a_phone_the_bar_takes_less_than_a_third_and_sentences_three_lines(walk, ids, language):
    page = walk(language, start=True, **PHONE)
    for step in ids:
        assert hidden(page) == [], step
        assert stepper(page).bounding_box()["height"] <= 0.3 * 740, step
        assert stepper(page).locator(".sentence").evaluate(ROWS) <= 3.01, step
        press(page, "ArrowRight")


# -- motion -----------------------------------------------------------------------------------------------------------
ASKED = """async () => {
  const asked = [], before = scrollY
  for (const [of, name] of [[Element.prototype, "scrollIntoView"], [window, "scrollBy"]]) {
    const real = of[name]
    of[name] = function (options) { asked.push(options.behavior); return real.call(this, options) }
  }
  document.querySelector(".stepper .go").click()
  for (let left = 300, still = 0; left && still < 10; left--) {
    const at = scrollY
    await new Promise(requestAnimationFrame)
    still = at === scrollY && at !== before ? still + 1 : 0
  }
  return [asked, scrollY !== before]
}"""


@pytest.mark.parametrize(("wish", "behavior"), [("reduce", "auto"), ("no-preference", "smooth")])
def test_the_page_slides_only_for_those_who_like_it(walk, ids, wish, behavior):
    page = walk(step=ids[8], reduced_motion=wish, height=760)
    page.wait_for_timeout(500)
    page.locator(".ladder li.on").evaluate("e => e.scrollIntoView({ block: 'end', behavior: 'instant' })")
    assert page.evaluate(ASKED) == [[behavior], True]


@pytest.mark.parametrize(("wish", "moves"), [("reduce", False), ("no-preference", True)])
def test_the_packet_moves_and_flashes_only_for_those_who_like_it(walk, wish, moves):
    page = walk(step="lb-picks-node", reduced_motion=wish)
    named = page.locator(".packet ins").evaluate("e => getComputedStyle(e).animationName")
    assert (named != "none") == moves
    press(page, "ArrowRight")
    assert (page.evaluate(WHERE)["running"] > 0) == moves


DURATIONS = """es => [...new Set(es.flatMap(e => getComputedStyle(e).transitionDuration.split(", ")))]"""


@pytest.mark.parametrize(("wish", "duration"), [("reduce", "0s"), ("no-preference", "0.15s")])
def test_nothing_fades_for_those_who_want_calm(walk, wish, duration):
    page = walk(start=True, reduced_motion=wish)
    assert page.eval_on_selector_all(".ladder .say, .seq .l, .stepper .bar i", DURATIONS) == [duration]


# -- on paper, and what it weighs -------------------------------------------------------------------------------------
def test_paper_shows_nothing_of_a_walk(walk, ids):
    page = walk(step=ids[6])
    place = page.locator(".map-place").evaluate("e => e.offsetHeight")
    assert place > 100
    page.emulate_media(media="print")
    assert not any(page.locator(s).is_visible() for s in (".stepper", ".packet", ".map-place", ".walk >> nth=0"))
    assert page.locator(".map.pinned").evaluate("e => getComputedStyle(e).position") == "static"


# -- from the door of the home page ------------------------------------------------------------------------------------
@pytest.mark.parametrize("language", LANGUAGES)
def test_one_tap_on_the_door_of_the_home_page_shows_the_first_step(screen, at, ids, language):
    page = screen(width=360, height=740)
    page.goto(at(language, ""))
    page.locator(".doors a").first.click()
    expect(stepper(page)).to_be_in_viewport()
    assert fragment(page) == ids[0]
    assert hidden(page) == []


def test_without_the_script_the_door_leads_to_every_step(screen, at):
    page = screen(java_script_enabled=False)
    page.goto(at("en", ""))
    page.locator(".doors a").first.click()
    expect(page.locator("#walk")).to_be_in_viewport()
    expect(page.locator("#steps")).to_have_count(1)
