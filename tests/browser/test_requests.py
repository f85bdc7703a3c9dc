"""The site asks nobody but itself, complains about nothing, and needs neither script, nor colour, nor a wide screen."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect
from screens import HOPS, LANGUAGES, PAGES, each, step_ids

pytestmark = pytest.mark.browser

LATE = 150  # ms in which a page may still ask for something
CHROME = ".stepper, .ladder-start, .map .walk"  # what the script adds


def listen(page: Page, host: str) -> list[str]:
    """Keep everything a reader's browser would grumble about, and every request that leaves the site."""
    heard: list[str] = []

    def asked(request):
        if urlsplit(request.url).netloc != host and not request.url.startswith(("data:", "blob:")):
            heard.append(f"asks {request.url}")

    page.on("request", asked)
    page.on("requestfailed", lambda request: heard.append(f"failed {request.url}"))
    page.on("response", lambda response: response.ok or heard.append(f"{response.status} {response.url}"))
    page.on("console", lambda m: m.type in ("error", "warning") and heard.append(f"{m.type}: {m.text}"))
    page.on("pageerror", lambda error: heard.append(f"error: {error}"))
    return heard


def sideways(page: Page) -> int:
    """How many px the page is wider than the screen."""
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", each(PAGES))
def test_a_page_is_quiet_and_fits_small_screens_and_double_size(screen, at, address, language, path):
    page = screen(640, 450, device_scale_factor=2)  # 1280 px at 200 %
    heard = listen(page, urlsplit(address).netloc)
    page.goto(at(language, path))
    assert sideways(page) == 0
    page.set_viewport_size({"width": 320, "height": 640})
    assert sideways(page) == 0
    page.wait_for_timeout(LATE)
    assert heard == []


@pytest.mark.parametrize(
    "page_asks", ["fetch('http://127.0.0.2:9/')", "new Image().src = 'no-such.png'", "console.warn('x')"]
)
def test_what_a_page_should_not_do_is_heard(screen, at, address, page_asks):
    page = screen()
    heard = listen(page, urlsplit(address).netloc)
    page.goto(at("en"))
    page.evaluate(f"() => {{ {page_asks} }}")
    page.wait_for_timeout(LATE)
    assert heard


# -- without script ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("language", LANGUAGES)
def test_without_script_nothing_is_missing(screen, at, language, routes):
    page = screen(java_script_enabled=False)
    page.goto(at(language, "request/"))
    rows = page.locator(".ladder li")
    assert rows.count() == len(routes["through-service"])
    assert all(row.is_visible() and row.locator(".msg").is_visible() for row in rows.all())
    assert page.locator(CHROME).count() == 0
    page.goto(at(language))
    assert page.locator(".home .map a[data-step]").count() == len(routes["through-service"])
    assert page.locator(".dests").is_visible()


@pytest.mark.parametrize("path", HOPS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_without_script_pictures_and_cards_are_there(screen, at, language, path):
    page = screen(java_script_enabled=False)
    page.goto(at(language, path))
    for part in (".here", ".seqfig svg:visible", ".step-head"):
        assert page.locator(part).count() > 0
        assert all(e.is_visible() for e in page.locator(part).all())
    assert len(page.locator(".seqfig").all()) == page.locator(".seqfig svg:visible").count()
    assert page.locator(CHROME).count() == 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_with_script_the_stepper_is_there(screen, at, language):
    """The two tests above would pass if the script's parts were named otherwise."""
    page = screen()
    page.goto(at(language, "request/"))
    assert page.locator(CHROME).count() == 2


# -- on paper ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_paper_shows_the_ladder_and_no_buttons(screen, at, language, dark, routes):
    page = screen(760, dark=dark)
    page.goto(at(language, "request/#nodeport-dnat"))
    expect(page.locator(".stepper")).to_be_visible()
    page.emulate_media(media="print")
    assert not any(e.is_visible() for e in page.locator(CHROME).all())
    assert step_ids(page, ".ladder li:visible") == [hop.id for hop in routes["through-service"]]
    assert page.locator(".ladder .msg").first.evaluate("e => getComputedStyle(e).color") == "rgb(0, 0, 0)"


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
@pytest.mark.parametrize("path", ["request/kube-proxy/", "routes/dsr/", "fix/"])
def test_paper_shows_what_is_folded_and_nothing_to_press(screen, at, path, script):
    page = screen(688, java_script_enabled=script)
    page.goto(at("en", path))
    page.emulate_media(media="print")
    if script:
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
    for part in (".step-head .chain", ".ladder li", ".looks", ".symptom > details .outcomes", ".cause dl"):
        assert all(shown.is_visible() for shown in page.locator(part).all()), part
    pressed = page.locator("button, input, .step-head summary, .md-clipboard, .cause summary, .step-head .chip")
    assert [e.evaluate("e => e.outerHTML.slice(0, 80)") for e in pressed.all() if e.is_visible()] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("width", [695, 718], ids=["A4", "Letter"])
def test_paper_has_the_wide_map(screen, at, width):
    page = screen(width)
    page.goto(at("en", "routes/local-policy/"))
    page.emulate_media(media="print")
    for svg in page.locator(".map .mp").all():
        box = svg.bounding_box()
        assert box["width"] > box["height"] and box["x"] >= 0 and box["x"] + box["width"] <= width


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_folded_goes_on_on_the_next_sheet_of_paper_and_its_name_does_not(screen, at, language):
    page = screen(760)
    page.goto(at(language, "routes/local-policy/"))
    page.emulate_media(media="print")
    breaks = "es => [...new Set(es.map(e => getComputedStyle(e).breakInside))]"
    for part, how in ((".whole, .fold, .captures, .route-facts details", "auto"), (".whole > summary", "avoid")):
        assert page.locator(part).count() > 3
        assert page.eval_on_selector_all(part, breaks) == [how], part


def test_a_list_to_copy_is_on_paper_once(screen, at):
    page = screen()
    page.goto(at("en", "onboarding/"))
    page.emulate_media(media="print")
    assert page.locator(".reading .checks:visible").count() > 5
    assert page.locator(".reading .whole:visible").count() == 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_paper_shows_pictures_and_cards(screen, at, language):
    page = screen(760)
    page.goto(at(language, "request/kube-proxy/"))
    page.emulate_media(media="print")
    assert page.locator(".seqfig svg:visible").count() == page.locator(".seqfig").count() > 0
    assert all(card.is_visible() for card in page.locator(".step-head").all())
