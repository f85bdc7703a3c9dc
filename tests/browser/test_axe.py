"""axe-core finds nothing to complain about in what we made, in either palette and language."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page
from screens import LANGUAGES, darken

pytestmark = pytest.mark.browser

PAGES = [
    "",
    "request/",
    "request/kube-proxy/",
    "request/reply/",
    "reference/steps/",
    "foundations/namespaces/",
    "reference/article/",
]
OF_COLOUR = ("color-contrast", "link-in-text-block")  # all that the palette can change
# What the theme's own markup does on page after page: (rule, start of the selector) → what it is, and why it may stay.
THEME_FINDINGS = {
    ("aria-dialog-name", ".md-search"): "the search's dialog has no name; its field and its buttons have one each",
    ("landmark-unique", "nav[aria-labelledby="): "in its menu a section and its open page give two lists one name",
}


def violations(page: Page, *rules: str) -> list[tuple[str, str, str]]:
    """What axe finds, by all rules or some: rule, selector, message."""
    options = {"resultTypes": ["violations"]} | ({"runOnly": list(rules)} if rules else {})
    found = []
    for violation in Axe().run(page, options=options).response["violations"]:
        for node in violation["nodes"]:
            messages = [check["message"] for kind in ("any", "all", "none") for check in node[kind]]
            found.append((violation["id"], str(node["target"][0]), [*messages, violation["help"]][0]))
    return found


def of_the_theme(rule: str, target: str) -> bool:
    return any(rule == r and target.startswith(where) for r, where in THEME_FINDINGS)


def findings(page: Page, *rules: str) -> list[tuple[str, str, str]]:
    """What axe finds in our own markup."""
    return [found for found in violations(page, *rules) if not of_the_theme(*found[:2])]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing(screen, at, path, language):
    page = screen()
    page.goto(at(language, path))
    assert findings(page) == []
    darken(page, True)
    assert findings(page, *OF_COLOUR) == []


@pytest.mark.parametrize("path", ["routes/no-answer/", "routes/compare/", "reference/steps/"])
def test_axe_finds_nothing_in_what_is_wider_than_a_phone(screen, at, path):
    page = screen(360)
    page.goto(at("en", path))
    assert findings(page) == []


@pytest.mark.parametrize("path", ["request/", "request/kube-proxy/"])
def test_axe_finds_nothing_at_a_step_on_a_phone(screen, at, path):
    page = screen(390)
    page.goto(at("zh", path) + "#nodeport-dnat")
    assert page.locator("[data-step=nodeport-dnat].on").count()
    assert findings(page) == []
    darken(page, True)
    assert findings(page, *OF_COLOUR) == []


@pytest.mark.parametrize(
    ("rule", "spoil"),
    [
        ("color-contrast", "document.querySelector('.step-head .count').style.color = '#aaa'"),
        ("link-name", "document.querySelector('.step-head .perma').textContent = ''"),
        ("aria-roles", "document.querySelector('.here').setAttribute('role', 'strip')"),
    ],
)
def test_axe_sees(screen, at, rule, spoil):
    page = screen()
    page.goto(at("en", "request/kube-proxy/"))
    page.evaluate(f"() => {{ {spoil} }}")
    assert rule in {found[0] for found in findings(page)}


@pytest.mark.parametrize(("rule", "where"), THEME_FINDINGS)
def test_the_theme_still_does_what_is_listed(screen, at, rule, where):
    page = screen(390)
    page.goto(at("en", "request/kube-proxy/"))
    assert [found for found in violations(page, rule) if found[1].startswith(where)], "take it off the list"
