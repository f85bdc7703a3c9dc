"""Walking a route step by step: buttons, keys, the address bar, what is lit and what is said."""

import pytest
from playwright.sync_api import Page, expect
from screens import LANGUAGES, lit, step_ids

pytestmark = pytest.mark.browser

ROUTE = "through-service"
START = {"en": "Walk the route", "zh": "逐步走一遍"}
COUNT = {"en": "Step {} of {}", "zh": "第 {} / {} 步"}


@pytest.fixture
def ids(routes):
    return [hop.id for hop in routes[ROUTE]]


@pytest.fixture
def walk(screen, at):
    """Opens /request/, at a step or not, and starts walking when asked to."""

    def opened(language="en", step="", *, start=False, **options) -> Page:
        page = screen(**options)
        page.goto(at(language, "request/") + (f"#{step}" if step else ""))
        if start:
            page.get_by_role("button", name=START[language]).click()
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


def stands_free(page: Page) -> bool:
    """Whether the lit row is between what sticks to the top and to the bottom of the screen."""
    return page.evaluate("""() => {
      const box = selector => document.querySelector(selector).getBoundingClientRect()
      return box("li.on").top >= box(".ladder .heads").bottom - 1 && box("li.on").bottom <= box(".stepper").top + 1
    }""")


# -- start and end ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_bar_is_hidden_until_the_walk_starts(walk, ids, language):
    page = walk(language)
    expect(stepper(page)).to_be_hidden()
    assert lit(page) == []
    page.get_by_role("button", name=START[language]).click()
    expect(stepper(page)).to_be_visible()
    assert lit(page) == ids[:1]
    assert fragment(page) == ids[0]


def test_keys_do_nothing_without_focus(walk):
    page = walk()
    press(page, "ArrowRight", "End", "Home", "ArrowLeft")
    expect(stepper(page)).to_be_hidden()
    assert lit(page) == []
    assert fragment(page) == ""


def test_keys_do_nothing_when_the_focus_is_elsewhere_on_the_page(walk, ids):
    page = walk(start=True)
    page.locator(".ladder .msg").first.focus()
    press(page, "ArrowRight", "End", "Escape")
    assert lit(page) == ids[:1]


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
        page.get_by_role("button", name="Leave the walk").click()
    expect(stepper(page)).to_be_hidden()
    assert lit(page) == []
    assert "#" not in page.url
    assert focused(page) == START["en"]
    assert page.locator("[aria-current=step]").count() == 0


def test_a_walk_can_start_again_after_it_was_left(walk, ids):
    page = walk(start=True)
    press(page, "End", "Escape", "Enter")
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
    beyond = {"Home": "Previous step", "End": "Next step"}[key]
    expect(page.get_by_role("button", name=beyond)).to_have_attribute("aria-disabled", "true")
    press(page, "ArrowLeft" if key == "Home" else "ArrowRight")
    page.get_by_role("button", name=beyond).click(force=True)
    assert lit(page) == [ids[end]]
    press(page, "ArrowRight" if key == "Home" else "ArrowLeft")
    assert lit(page) != [ids[end]], "the focus was lost"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_walk_by_keyboard_visits_every_step_in_order(walk, ids, language):
    page = walk(language)
    page.get_by_role("button", name=START[language]).focus()
    press(page, "Enter")
    visited = []
    for n, step in enumerate(ids, 1):
        visited += lit(page)
        assert fragment(page) == step
        assert step_ids(page, ".ladder [aria-current=step]") == [step]
        expect(stepper(page).locator("output")).to_contain_text(COUNT[language].format(n, len(ids)))
        assert stands_free(page), f"{step} is covered"
        press(page, "ArrowRight")
    assert visited == ids


def test_the_walk_leaves_no_trail_in_the_history(walk, ids):
    page = walk()
    before = page.evaluate("history.length")
    page.get_by_role("button", name=START["en"]).click()
    press(page, *["ArrowRight"] * 5, "Home", "End", "Escape")
    assert page.evaluate("history.length") == before


def test_buttons_walk_too(walk, ids):
    page = walk(start=True, width=390, has_touch=True)
    page.get_by_role("button", name="Next step").tap()
    page.get_by_role("button", name="Next step").tap()
    page.get_by_role("button", name="Previous step").tap()
    assert lit(page) == ids[1:2]
    assert all(b.bounding_box()["height"] >= 44 for b in stepper(page).get_by_role("button").all())


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_arrow_of_a_button_stays_while_it_is_pointed_at(walk, dark):
    page = walk(start=True, dark=dark)
    for name in ("Next step", "Previous step", "Leave the walk"):
        button = page.get_by_role("button", name=name)
        button.hover(force=True)
        colours = button.evaluate("e => [getComputedStyle(e).color, getComputedStyle(e).backgroundColor]")
        assert colours[0] != colours[1], name


# -- what is said -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("language", LANGUAGES)
def test_each_step_is_announced(walk, ids, language):
    page = walk(language, start=True)
    said = page.get_by_role("status")  # a live region
    for step in ids[:4]:
        label = page.locator(f".ladder li[data-step={step}] .msg").inner_text()
        expect(said).to_contain_text(label)
        press(page, "ArrowRight")


def test_the_bar_is_a_named_group(walk):
    page = walk(start=True)
    assert page.get_by_role("group", name="Step through the route").get_by_role("button").count() == 3


# -- addresses --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [390, 1280])
def test_the_address_of_a_step_opens_it(walk, ids, language, width):
    step = ids[len(ids) // 2]
    page = walk(language, step, width=width)
    assert lit(page) == [step]
    assert step_ids(page, ".ladder [aria-current=step]") == [step]
    expect(stepper(page)).to_be_visible()
    page.wait_for_function("scrollY > 500")
    assert stands_free(page)


def test_a_changed_address_moves_the_walk(walk, ids):
    page = walk(step=ids[3])
    page.evaluate("step => { location.hash = step }", ids[8])
    page.wait_for_function("step => document.querySelector(`li.on[data-step=${step}]`)", arg=ids[8])
    assert lit(page) == [ids[8]]


@pytest.mark.parametrize("strange", ["no-such-step", "%E0%A4%A", "reading", '"]'])
def test_an_address_that_is_no_step_does_no_harm(screen, at, ids, strange):
    page, errors = screen(), []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(at("en", "request/") + "#" + strange)
    expect(stepper(page)).to_be_hidden()
    page.get_by_role("button", name=START["en"]).click()
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
        assert lit(page) == ["nodeport-dnat"]


def test_the_language_switch_keeps_the_step_of_a_walk(walk, at, ids):
    page = walk(start=True)
    press(page, "ArrowRight", "ArrowRight")
    switch(page, "zh")
    assert page.url == at("zh", "request/") + f"#{ids[2]}"
    press(page, "Tab")  # the walk goes on there, once it is focused
    stepper(page).get_by_role("button", name="下一步").press("ArrowRight")
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
    link = page.locator("[data-step=nodeport-dnat] .perma")
    words = link.inner_text()
    link.click()
    expect(link).to_have_text(copied)
    expect(page.get_by_role("status")).to_have_text(copied)
    assert page.evaluate("navigator.clipboard.readText()") == at(language, "request/kube-proxy/") + "#nodeport-dnat"
    assert fragment(page) == "nodeport-dnat"
    expect(link).to_have_text(words)


def test_without_script_the_link_to_a_step_is_a_link(screen, at):
    page = screen(java_script_enabled=False)
    page.goto(at("en", "request/kube-proxy/"))
    page.locator("[data-step=nodeport-dnat] .perma").click()
    assert page.url.endswith("#nodeport-dnat")


# -- motion -----------------------------------------------------------------------------------------------------------
SLIDES = """() => new Promise(done => {
  const seen = new Set()
  const look = left => { seen.add(scrollY); left ? requestAnimationFrame(() => look(left - 1)) : done(seen.size) }
  document.querySelector(".stepper .go").dispatchEvent(new KeyboardEvent("keydown", { key: "End", bubbles: true }))
  look(30)
})"""


@pytest.mark.parametrize(("wish", "places"), [("reduce", range(1, 3)), ("no-preference", range(4, 99))])
def test_the_page_slides_only_for_those_who_like_it(walk, wish, places):
    page = walk(start=True, reduced_motion=wish)
    assert page.evaluate(SLIDES) in places


DURATIONS = """es => [...new Set(es.flatMap(e => getComputedStyle(e).transitionDuration.split(", ")))]"""


@pytest.mark.parametrize(("wish", "duration"), [("reduce", "0s"), ("no-preference", "0.15s")])
def test_nothing_fades_for_those_who_want_calm(walk, wish, duration):
    page = walk(start=True, reduced_motion=wish)
    assert page.eval_on_selector_all(".ladder .say, .seq .l, .stepper .bar i", DURATIONS) == [duration]
