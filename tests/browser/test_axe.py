"""axe-core finds nothing to complain about in what we made, in either palette and language."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from houses import slow
from playwright.sync_api import Page, expect
from screens import KINDS, darken, each, unfold

pytestmark = pytest.mark.browser

PAGES = [
    "",
    "routes/",
    "routes/no-answer/",
    "request/",
    "request/kube-proxy/",
    "request/reply/",
    "reference/steps/",
    "reference/flow-file/",
    "foundations/namespaces/",
    "reference/article/",
]
TO_THE_TOP = "document.querySelectorAll('.md-sidebar__scrollwrap').forEach(menu => menu.scrollTo(0, 0))"
OF_COLOUR = ("color-contrast", "link-in-text-block")  # all that the palette can change
MORE = {"target-size": {"enabled": True}}  # not among those axe asks for by itself


def findings(page: Page, *rules: str) -> list[tuple[str, str, str]]:
    """What axe finds, by all rules or some: rule, selector, message."""
    page.evaluate(TO_THE_TOP)  # a menu that is scrolled half hides one of its links behind its title
    unfold(page)
    options = {"resultTypes": ["violations"], "rules": MORE} | ({"runOnly": list(rules)} if rules else {})
    found = []
    for violation in Axe().run(page, options=options).response["violations"]:
        for node in violation["nodes"]:
            messages = [check["message"] for kind in ("any", "all", "none") for check in node[kind]]
            found.append((violation["id"], str(node["target"][0]), [*messages, violation["help"]][0]))
    return found


@pytest.mark.parametrize(
    ("language", "path"),
    [("en", path) if path in KINDS else slow("en", path) for path in PAGES]
    + [("zh", path) for path in PAGES if path in KINDS],  # the rest are made of the same parts
)
def test_axe_finds_nothing(screen, at, path, language):
    page = screen()
    page.goto(at(language, path))
    assert findings(page) == []
    darken(page, True)
    assert findings(page, *OF_COLOUR) == []


@pytest.mark.parametrize(
    "path", each(["routes/no-answer/", "routes/compare/", "reference/steps/", "reference/flow-file/"])
)
def test_axe_finds_nothing_in_what_is_wider_than_a_phone(screen, at, path):
    page = screen(360)
    page.goto(at("en", path))
    assert findings(page) == []


@pytest.mark.parametrize("path", ["", "node/", "request/", "request/kube-proxy/", "routes/no-answer/"])
def test_axe_finds_nothing_on_a_phone(screen, at, path):
    page = screen(390)
    page.goto(at("zh", path) + "#nodeport-dnat")
    if "request" in path:
        expect(page.locator("[data-step=nodeport-dnat].on").first).to_be_attached()
    assert findings(page) == []
    darken(page, True)
    assert findings(page, *OF_COLOUR) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("rule", "spoil"),
    [
        ("color-contrast", "document.querySelector('.step-head .count').style.color = '#aaa'"),
        ("link-name", "document.querySelector('.step-head .perma').textContent = ''"),
        ("aria-roles", "document.querySelector('.here').setAttribute('role', 'strip')"),
        ("landmark-unique", "document.querySelectorAll('nav').forEach(e => e.setAttribute('aria-label', 'x'))"),
        ("target-size", "document.querySelectorAll('.step-head .chip').forEach(e => e.style.font = '6px/9px serif')"),
    ],
)
def test_axe_sees(screen, at, rule, spoil):
    page = screen()
    page.goto(at("en", "request/kube-proxy/"))
    page.evaluate(f"() => {{ {spoil} }}")
    assert rule in {found[0] for found in findings(page)}


@pytest.mark.parametrize(
    ("language", "width", "height"),
    [("en", 360, 740), slow("en", 1280, 800), slow("zh", 360, 740), ("zh", 1280, 800)],
)
def test_axe_finds_nothing_in_a_walk(screen, at, language, width, height):
    page = screen(width, height)
    page.goto(at(language, "request/") + "#nodeport-masquerade")
    expect(page.locator(".stepper")).to_be_visible()
    assert findings(page) == []
    darken(page, True)
    assert findings(page, *OF_COLOUR) == []


@pytest.mark.parametrize(
    ("language", "words"), [("en", "504"), slow("en", "zyzzyva"), slow("zh", "504"), ("zh", "zyzzyva")]
)
def test_axe_finds_nothing_in_the_open_search(screen, at, language, words):
    for width, dark in ((1280, False), (390, True)):
        page = screen(width, dark=dark)
        page.goto(at(language, "request/"))
        page.keyboard.press("/")
        page.get_by_role("searchbox").fill(words)
        expect(page.get_by_role("dialog").get_by_role("status")).not_to_be_empty()
        assert findings(page) == []
