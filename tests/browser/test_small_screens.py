"""On a phone: tables that go on say so and can be reached by keyboard, names stay whole, the title can be read."""

import pytest
from playwright.sync_api import Page
from screens import LANGUAGES, unfold

pytestmark = pytest.mark.browser

WITH_TABLES = ["routes/without-ingress/", "request/kube-proxy/", "request/ingress/"]
FRAMES = (
    """es => es.map(e => [e.scrollWidth > e.clientWidth, e.tabIndex, e.role ?? e.getAttribute("role"), e.ariaLabel])"""
)


def frames(page: Page) -> list[tuple[bool, int, str | None, str | None]]:
    """Every frame around a table of the prose: whether it is wider than its place, and how it can be reached."""
    return [tuple(f) for f in page.eval_on_selector_all(".md-typeset__scrollwrap", FRAMES)]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", WITH_TABLES)
def test_a_table_wider_than_the_page_can_be_reached_by_keyboard_and_has_a_name(screen, at, language, path):
    page = screen(360)
    page.goto(at(language, path))
    unfold(page)
    page.wait_for_function("document.querySelector('.md-typeset__scrollwrap[tabindex]')")
    wide = [frame for frame in frames(page) if frame[0]]
    assert wide and all((tab, role) == (0, "group") and name for _, tab, role, name in wide)
    page.set_viewport_size({"width": 1600, "height": 900})
    page.wait_for_timeout(50)
    assert all((tab, role) == (-1, None) for is_wide, tab, role, _ in frames(page) if not is_wide)


def test_arrow_keys_scroll_a_table_that_has_the_focus(screen, at):
    page = screen(360)
    page.goto(at("en", "routes/without-ingress/"))
    unfold(page)
    table = page.locator(".md-typeset__scrollwrap[tabindex]").last
    table.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("document.activeElement.scrollLeft > 0")


BROKEN = """es => es.filter(e => e.getClientRects().length > 1).map(e => e.textContent)"""


@pytest.mark.parametrize("width", [320, 360, 768, 1280])
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_name_of_a_node_and_no_option_of_a_command_is_cut_in_two(screen, at, language, width):
    page = screen(width)
    for path in WITH_TABLES:
        page.goto(at(language, path))
        unfold(page)
        assert page.locator(".whole-word").count() > 5
        assert page.eval_on_selector_all(".whole-word", BROKEN) == []


def test_a_click_on_a_command_in_a_table_selects_all_of_it(screen, at):
    page = screen()
    page.goto(at("en", "request/kube-proxy/"))
    unfold(page)
    command = page.locator("td code.command", has_text="get endpointslices").first
    command.click()
    assert page.evaluate("getSelection().toString()") == command.inner_text()
    assert command.inner_text().endswith(" get endpointslices -l kubernetes.io/service-name=ingress")


@pytest.mark.parametrize("width", [320, 360, 414])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_title_of_the_site_is_not_cut_on_a_phone(screen, at, language, width):
    page = screen(width)
    page.goto(at(language, "request/kube-proxy/"))
    title = page.locator(".md-header__topic").first
    assert title.evaluate("e => [e, ...e.children].every(x => x.scrollWidth <= x.clientWidth + 1)")
    assert title.bounding_box()["height"] <= 48
