"""A reader's own values stand in the address of a page: every page shows them, and nothing that was recorded does."""

import re
from urllib.parse import parse_qsl, urlsplit

import pytest
from houses import slow
from playwright.sync_api import Page, expect
from screens import darken, unfold
from test_axe import OF_COLOUR, findings
from test_requests import LATE, listen, sideways

pytestmark = pytest.mark.browser

FORM = "reference/your-own-names/"
OWN = {
    "own-host": "shop.example.com.internal",  # has the example's in it: what is replaced twice shows
    "own-path": "/checkout",
    "own-nodeport": "31443",
    "own-nodes": "10.100.130.0/24",  # is in the example's range of Services
    "own-clients": "198.51.100.0/24",  # the same
    "own-public": "203.0.112.0/24",
    "own-pods": "10.96.0.0/16",
    "own-services": "10.43.0.0/16",  # smaller than the example's
}
QUERY = "?" + "&".join(f"{name}={value}" for name, value in OWN.items())
OLD = re.compile(
    r"(?<![\d.])(?:192\.0\.2|203\.0\.113|10\.244\.\d+)\.\d+|10\.96\.45\.10|(?<![\w-])30443|shop\.example\.com(?!\.i)|/cart"
)
TEXTS = """selector => [...document.querySelectorAll(selector)].map(all => {
  const copy = all.cloneNode(true)
  copy.querySelectorAll("script,.recorded").forEach(e => e.remove())
  return [copy.textContent, ...[...copy.querySelectorAll("[aria-label]")].map(e => e.ariaLabel)].join("\\n")
}).join("\\n")"""


def filled(page: Page) -> None:
    """Wait until the page has the values."""
    expect(page.locator("p.own-value a")).to_have_count(2)


def left(page: Page, within: str = "article") -> list[str]:
    """What of the example is left in a part of the page, but in recorded blocks."""
    return OLD.findall(page.evaluate(TEXTS, within))


@pytest.fixture
def own(screen, at):
    """Opens a page with a reader's own values."""

    def opened(path: str, language: str = "en", query: str = QUERY, **options) -> Page:
        page = screen(**options)
        page.goto(at(language, path) + query)
        filled(page)
        return page

    return opened


# -- what is shown ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("language", "path"),
    [
        ("en", "request/kube-proxy/"),
        ("en", "routes/pod-to-service/"),
        ("zh", "request/dns/"),
        ("zh", "request/"),
        ("zh", "fix/"),
    ],
)
def test_nothing_of_the_example_is_left_but_what_was_recorded(screen, at, own, language, path):
    without = screen()
    without.goto(at(language, path))
    had = left(without)
    page = own(path, language)
    assert len(had) > 10 and left(page) == []
    assert "shop.example.com.internal.internal" not in page.content()


def test_an_address_keeps_its_place_in_commands_cards_and_maps(own):
    page = own("request/kube-proxy/")
    expect(page.locator("#nodeport-dnat ~ .step-head .dst ins").first).to_have_text("10.96.2.20:8443")
    expect(page.locator("#nodeport-dnat ~ .step-head .dst del").first).to_have_text("10.100.130.11:31443")
    expect(page.locator("pre", has_text="--orig-port-dst 31443")).to_have_count(1)
    assert "10.100.130.11:31443" in page.locator(".seq").first.text_content()
    page = own("request/")
    assert "→10.100.130.11:31443" in page.locator(".map svg").first.text_content()


def test_an_address_in_coloured_pieces_is_one_in_what_is_copied(own):
    page = own("routes/pod-to-service/")
    code = page.locator(".language-bash code", has_text="10.43.45.10").first
    assert re.search(r"10\.43\.45\.10\b", code.inner_text()) and not OLD.search(code.inner_text())


def test_what_is_added_to_a_page_has_them_in_a_browser_that_knows_no_labels(screen, at):
    page = screen()
    page.add_init_script("delete Element.prototype.ariaLabel")
    page.goto(at("en", "request/dns/") + QUERY)
    filled(page)
    page.evaluate("document.querySelector('article').append('shop.example.com')")  # what a script adds
    expect(page.locator("article > .own-value").last).to_have_text(OWN["own-host"])


def test_addresses_of_fifteen_characters_fit_the_smallest_phone(own):
    own_nodes = "&own-nodes=192.168.100.0/24&own-clients=198.151.100.0/24&own-public=203.123.112.0/24"
    page = own("request/", query="?own-nodeport=31443" + own_nodes, width=320, height=568)
    unfold(page)
    assert sideways(page) == 0


def test_what_was_recorded_stays_and_says_so(screen, at, own):
    blocks = ".recorded pre"
    without = screen()
    without.goto(at("en", "request/kube-proxy/"))
    page = own("request/kube-proxy/")
    assert page.locator(blocks).all_text_contents() == without.locator(blocks).all_text_contents()
    block = page.locator(".recorded", has_text="10.244.2.20").first
    shown = block.locator(".by").evaluate("e => getComputedStyle(e, '::after').content")
    assert "It stays as it was recorded." in shown
    expect(page.locator(".recorded:not(:has([data-kept]))").first).to_be_attached()  # has nothing of the reader's


def test_a_walk_shows_them_once_only(own):
    page = own("request/", query=QUERY + "#nodeport-dnat")
    bar = page.locator(".stepper")
    expect(bar.locator("output ins").first).to_have_text("10.96.2.20:8443")
    for step in ("connect-to-vip", "ask-resolver"):
        page.evaluate(f"location.hash = '{step}'")
        expect(bar.locator(".sentence")).to_be_visible()
        expect(page.locator(f"li.on[data-step={step}]")).to_have_count(1)
        assert left(page, ".stepper") == left(page, ".map") == []
    assert "shop.example.com.internal.internal" not in page.content()
    assert urlsplit(page.url).query == QUERY[1:]


def test_two_routes_beside_each_other_show_them_and_keep_them(own):
    page = own("routes/compare/", query=QUERY + "&a=local-policy&b=through-service")
    expect(page.locator(".sides svg")).to_have_count(2)
    expect(page.locator(".chosen .own-value").first).to_be_visible()
    assert left(page, ".compared") == []
    page.locator("[name=swap]").click()
    expect(page.locator(".chosen th").first).to_have_text("Through the Service")
    assert dict(parse_qsl(urlsplit(page.url).query)) == OWN | {"a": "through-service", "b": "local-policy"}


# -- where they go ----------------------------------------------------------------------------------------------------
def test_links_inside_the_site_take_them_on(own):
    page = own("request/")
    page.locator(".md-sidebar--primary a", has_text="NodePort and kube-proxy").click()
    filled(page)
    assert page.url.endswith("request/kube-proxy/" + QUERY)
    page.locator("a[rel=next][href*=node-to-pod]").first.evaluate("a => a.click()")
    page.wait_for_url("**/node-to-pod/**")
    assert urlsplit(page.url).query == QUERY[1:]
    filled(page)
    page.get_by_label("Select language").click()
    page.locator("a.md-select__link[hreflang=zh]").evaluate("a => a.click()")
    page.wait_for_url("**/zh/**")
    filled(page)
    assert urlsplit(page.url).query == QUERY[1:]


def test_a_copied_link_has_them_and_the_short_one_takes_them_on(own, address):
    page = own("request/kube-proxy/", permissions=["clipboard-read", "clipboard-write"])
    page.locator("#nodeport-dnat ~ .step-head a[data-copy]").first.click()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == f"{address}go/nodeport-dnat/{QUERY}"
    page.goto(copied)
    page.wait_for_url("**/kube-proxy/**")
    assert page.url == f"{address}request/kube-proxy/{QUERY}#nodeport-dnat"


def test_a_reader_changes_them_and_leaves_them(own, address):
    page = own("routes/compare/", query=QUERY + "&a=hairpin&b=vxlan")
    change, leave = page.locator("p.own-value a").all()
    leave.click()
    page.wait_for_url("**/compare/?a=hairpin&b=vxlan")
    expect(page.locator("p.own-value")).to_have_count(0)
    page.go_back()
    filled(page)
    change.click()
    expect(page.locator("#own-pods")).to_have_value("10.96.0.0/16")
    assert page.url == f"{address}{FORM}{QUERY}#fill-in"


def test_only_its_script_and_its_sheet_are_asked_for_and_nothing_is_kept(screen, at, address):
    asked: dict[str, list[str]] = {}
    kept = []
    for query in ("?b=own-load-balancer", QUERY):
        page = screen()
        heard = listen(page, urlsplit(address).netloc)
        asked[query] = []
        page.on("request", lambda request, to=asked[query]: to.append(urlsplit(request.url).path))
        page.goto(at("en", "request/kube-proxy/") + query)
        page.wait_for_timeout(LATE)
        kept.append(page.evaluate("[{...localStorage}, {...sessionStorage}, document.cookie]"))
        assert heard == []
    assert kept[0] == kept[1]  # the theme keeps the palette
    before, after = (sorted(paths) for paths in asked.values())
    assert sorted({*after} - {*before}) == [f"{urlsplit(address).path}assets/own.{kind}" for kind in ("css", "js")]
    assert len(after) == len(before) + 2


# -- the form ---------------------------------------------------------------------------------------------------------
def test_the_form_makes_an_address_one_can_read(screen, at):
    page = screen()
    page.goto(at("en", FORM))
    page.get_by_label("Host", exact=True).fill(" pay.example.net ")
    page.get_by_label("Nodes", exact=True).fill("10.20.30.0/24")
    page.get_by_role("button", name="Show the request").click()
    filled(page)
    assert page.url == at("en", "request/") + "?own-host=pay.example.net&own-nodes=10.20.30.0/24"
    expect(page.locator("p.own-value")).to_contain_text("pay.example.net, 10.20.30.0/24")


WRONG = {
    "host": ["pay", "a b", "x;rm", "$(x)", "a..b", "-a", "https://a"],
    "path": ["/cart", "cart", "/a b", "/$(x)", "/`x`", "/a?b"],
    "nodeport": ["30443", "0", "65536", "http"],
    "nodes": [
        "10.0.0.0/24",
        "10.0.0.0/25",
        "10.0.0.0/0",
        "10.0.0.1/24",
        "10.0.256.0/24",
        "10.0.0/24",
        "10.0.0.0",
        "x/24",
    ],
}


def test_what_cannot_be_used_is_told_in_the_form_and_leads_nowhere(screen, at):
    page = screen()
    page.goto(at("en", FORM))
    for name, (right, *others) in WRONG.items():
        box = page.locator(f"#own-{name}")
        for value in others:
            box.fill(value)
            box.press("Enter")
            expect(box).to_have_attribute("aria-invalid", "true")
            expect(page.locator(f"#own-{name}-hint")).to_contain_text("Cannot be used. Write: ")
            expect(box).to_be_focused()
            assert page.url == at("en", FORM), value
        box.fill(right)
    page.locator("#own-nodes").press("Enter")
    page.wait_for_url("**/request/?own-host=pay&**")


def test_what_cannot_be_used_is_told_on_a_page_and_left_out(own, at):
    page = own("request/kube-proxy/", query="?own-nodes=10.0.0.0/28&own-host=x%3Brm&own-pods=10.7.0.0/16")
    expect(page.locator("p.own-value")).to_contain_text(
        "With your own values: 10.7.0.0/16 · Not used: x;rm, 10.0.0.0/28 · Change"
    )
    text = page.evaluate(TEXTS, "article")
    assert "192.0.2.11" in text and "10.7.2.20" in text and "10.244." not in text
    page.locator("p.own-value a").first.click()
    expect(page.locator("[aria-invalid=true]")).to_have_count(2)


def test_a_range_may_be_larger_or_smaller_and_is_shown_with_its_own_size(own):
    page = own("routes/", query="?own-pods=10.32.0.0/11&own-services=10.43.0.0/16")
    text = page.evaluate(TEXTS, "article")
    assert "not src net 10.32.0.0/11" in text and "10.244." not in text and "10.96." not in text
    page = own("foundations/pod-network/", query="?own-pods=10.32.0.0/11")
    assert "10.32.1.0/24" in page.evaluate(TEXTS, "article")  # a part keeps its size


@pytest.mark.parametrize("language", [slow("en"), "zh"])
def test_axe_finds_nothing_in_the_form_and_in_what_is_filled_in(screen, at, own, language):
    page = screen()
    page.goto(at(language, FORM) + "?own-nodes=10.0.0.0/28")
    expect(page.locator("[aria-invalid=true]")).to_have_count(1)
    for opened in (page, own("request/kube-proxy/", language)):
        assert findings(opened) == []
        darken(opened, True)
        assert findings(opened, *OF_COLOUR) == []


@pytest.mark.parametrize("path", ["request/", "request/kube-proxy/", FORM])
def test_a_phone_is_wide_enough(screen, at, path):
    page = screen(360)
    page.goto(at("zh", path) + QUERY)
    page.wait_for_timeout(LATE)
    unfold(page)
    assert sideways(page) == 0


def test_without_script_a_page_is_the_examples_and_the_form_says_so(screen, at):
    page = screen(java_script_enabled=False)
    page.goto(at("en", "request/kube-proxy/") + QUERY)
    expect(page.locator("article")).to_contain_text("192.0.2.11:30443")
    page.goto(at("en", FORM) + QUERY)
    expect(page.locator("noscript p")).to_contain_text("This form needs JavaScript")
    expect(page.locator(".own-values")).to_be_hidden()
