"""The site as nginx serves it, under its policy: a browser refuses nothing a reader does, and all that is not ours."""

import pytest
from houses import slow
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

TELL = """window.refused = []
document.addEventListener("securitypolicyviolation", e => refused.push(`${e.effectiveDirective} ${e.blockedURI}`))"""
KINDS = [  # one page of every kind
    "",
    "request/kube-proxy/",
    "routes/local-policy/",
    "routes/compare/?a=hairpin&b=vxlan",
    "request/?own-host=pay.example.net&own-nodes=10.0.0.0/24",
    "reference/your-own-names/?own-nodes=10.0.0.0/24",
    "fix/",
    "reference/steps/",
    "reference/flow-file/",
    "no/such/page/",
]


@pytest.fixture
def opened(screen, nginx):
    """Opens an address of nginx's; `refused()` gives what its policy has refused since."""

    def open_at(path: str, **options) -> Page:
        page = screen(**options)
        page.add_init_script(TELL)
        page.refused = lambda: page.evaluate("refused")
        page.said = []
        page.on("console", lambda message: page.said.append(message.text))
        page.goto(nginx + path, wait_until="networkidle")
        return page

    return open_at


def quiet(page: Page) -> bool:
    """Nothing was refused, and no error told but that of the page that is not there."""
    return page.refused() == [] and not [said for said in page.said if "404 (Not Found)" not in said]


@pytest.mark.parametrize("language", ["", slow("zh/")])
@pytest.mark.parametrize("path", KINDS)
def test_no_page_has_anything_refused(opened, path: str, language: str):
    page = opened(language + path)
    assert page.locator("html.js").count() == 1, "the theme's scripts run"
    assert quiet(page), page.said


def test_places_that_stand_in_attributes_are_taken(opened):
    page = opened("routes/local-policy/")
    row = page.locator(".ladder li[style]").first
    assert row.evaluate("e => e.style.getPropertyValue('--n')").isdigit()


@pytest.mark.parametrize(("language", "word"), [("", "conntrack"), ("zh/", "负载均衡")])
def test_the_search_finds_a_word(opened, language: str, word: str):
    page = opened(language)
    page.locator("button[aria-haspopup=dialog]").click()
    page.locator("dialog input").fill(word)
    expect(page.locator("dialog a[href]").first).to_be_visible()
    assert quiet(page), page.said


@pytest.mark.parametrize("language", ["", "zh/"])
def test_a_route_is_walked_to_its_end(opened, language: str):
    page = opened(language + "routes/local-policy/")
    page.locator("button.walk").first.click()
    expect(page.locator(".stepper")).to_be_visible()
    for _ in range(40):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Escape")
    assert quiet(page), page.said


def test_two_maps_are_compared(opened):
    page = opened("routes/compare/")
    page.locator(".compare-pick select").nth(1).select_option("vxlan")
    expect(page.locator(".sides svg")).to_have_count(2)
    assert quiet(page), page.said


def test_a_link_is_copied_and_the_theme_changed(opened):
    page = opened("routes/compare/?a=hairpin&b=vxlan", permissions=["clipboard-read", "clipboard-write"])
    page.get_by_text("Copy link").click()
    assert page.evaluate("navigator.clipboard.readText()").endswith("?a=hairpin&b=vxlan")
    page.locator("label[title='Switch to dark mode']").click()
    expect(page.locator("body")).to_have_attribute("data-md-color-scheme", "slate")
    assert quiet(page), page.said


def test_a_picture_opened_by_itself_has_its_colours(opened):
    page = opened("diagrams/through-service-map.svg")
    fills = page.evaluate("[...new Set([...document.querySelectorAll('rect')].map(r => getComputedStyle(r).fill))]")
    assert len(fills) > 2 and quiet(page), page.said


# -- it can refuse ----------------------------------------------------------------------------------------------------
FOREIGN = {  # what is put into a page → the part of the policy that refuses it
    "add('script', {text: 'window.ran = 1'})": "script-src-elem",
    "add('script', {src: '//a.invalid/x.js'})": "script-src-elem",
    "add('p', {innerHTML: '<img src=x: onerror=\"window.ran = 1\">'})": "script-src-attr",
    "setTimeout(() => eval('window.ran = 1'))": "script-src",
    "add('style', {textContent: 'p {color: red}'})": "style-src-elem",
    "add('img', {src: '//a.invalid/x.png'})": "img-src",
    "add('iframe', {src: '/fix/'})": "frame-src",
    "fetch('//a.invalid/').catch(() => {})": "connect-src",
}
DONE = """() => new Promise(tell => {
  document.addEventListener("securitypolicyviolation", e => tell(e.effectiveDirective), {once: true})
  setTimeout(tell, 5000, 'nothing was')
  const add = (tag, props) => document.body.append(Object.assign(document.createElement(tag), props))
  WHAT
})"""


@pytest.mark.parametrize("what", FOREIGN)
def test_what_the_site_did_not_bring_is_refused(opened, what: str):
    page = opened("request/kube-proxy/")
    assert page.evaluate(DONE.replace("WHAT", what)) == FOREIGN[what]
    assert page.evaluate("window.ran") is None
