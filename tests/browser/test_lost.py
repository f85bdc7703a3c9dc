"""An address that is not there: the page a host shows speaks the address's language and guesses what was meant."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("path", "language", "title"),
    [("no-such/", "en", "From Request to Container"), ("zh/no-such/", "zh-Hans", "从请求到容器")],
)
def test_it_speaks_the_language_of_the_address(screen, address, path, language, title):
    page, errors = screen(), []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(address + path)
    expect(page.locator("html")).to_have_attribute("lang", language)
    expect(page.locator(".md-header__topic").first).to_have_text(title)
    expect(page.locator("h1")).to_have_count(1)
    assert page.url == address + path and errors == []


def test_a_language_without_such_a_page_is_answered_by_the_first(screen, address):
    page, errors = screen(), []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.route("**/zh/404.html", lambda route: route.abort())
    page.goto(address + "zh/no-such/")
    page.wait_for_function("window.document$")  # the theme has started
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("h1")).to_be_visible()
    assert errors == []


def test_without_script_it_speaks_both(screen, address):
    page = screen(java_script_enabled=False)
    page.goto(address + "zh/no-such/")
    for words in ("This page is not here", "没有这个页面", "Start at the first page", "从首页开始"):
        expect(page.locator(".md-content")).to_contain_text(words)


@pytest.mark.parametrize(
    ("path", "leads_to"),
    [
        ("kube-proxy", "request/kube-proxy/"),
        ("docs/request/kube-proxy.html", "request/kube-proxy/"),
        ("request/kube-proxy/nodeport-dnat", "request/kube-proxy/#nodeport-dnat"),
        ("zh/routes/no-answr/", "zh/routes/"),
        ("zh/no-answer/", "zh/routes/no-answer/"),
    ],
)
def test_it_guesses_the_page_from_the_address(screen, address, path, leads_to):
    page = screen()
    page.goto(address + path)
    guess = page.locator("h1 + p a")
    expect(guess).to_have_count(1)
    if path.startswith("zh/"):
        expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
    guess.click()
    assert page.url == address + leads_to


def test_it_does_not_guess_from_nothing(screen, address):
    page = screen()
    page.goto(address + "zyzzyva/")
    expect(page.locator("h1 + p a")).to_have_text("Start at the first page")
