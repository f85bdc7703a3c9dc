"""A term where a page first uses it: what it is shows by pointer and by keyboard, a tap leads to the glossary."""

import gzip
import re

import pytest
from houses import slow
from playwright.sync_api import Locator, Page, expect
from requestflow.model import glossary
from screens import LANGUAGES, PAGES, ROOT

pytestmark = pytest.mark.browser

KNOWN = glossary.read(ROOT / glossary.SHOWN).terms
HOP = "request/kube-proxy/"
MOST = 2000  # bytes of a page, compressed
BUBBLE = """a => {
  const style = getComputedStyle(a, "::after"), open = style.content !== "none"
  return open && style.visibility === "visible" ? a.getAttribute("aria-description") : ""
}"""
MARKED = "() => [...document.querySelectorAll('.term')].map(a => [a.textContent, a.href, a.ariaDescription ?? ''])"


def term(page: Page, name: str) -> Locator:
    return page.locator(f".term[href$='#term-{name}']")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [360, 1280])
def test_the_sentence_shows_by_pointer_and_by_keyboard_and_widens_nothing(screen, at, language, width):
    page = screen(width, 740)
    page.goto(at(language, HOP))
    link = term(page, "conntrack")
    assert link.evaluate(BUBBLE) == ""
    link.hover()
    assert link.evaluate(BUBBLE) == KNOWN["conntrack"].says[language]
    page.mouse.move(0, 0)
    assert link.evaluate(BUBBLE) == ""
    for _ in range(200):
        page.keyboard.press("Tab")
        if link.evaluate("a => a === document.activeElement"):
            break
    assert link.evaluate(BUBBLE) == KNOWN["conntrack"].says[language]
    for other in page.locator(".term").all():
        if other.is_visible():
            other.hover()
            assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_tap_leads_to_the_term(screen, at, language):
    page = screen(360, 740, has_touch=True, is_mobile=True)
    page.goto(at(language, HOP))
    term(page, "conntrack").tap()
    page.wait_for_url("**/reference/glossary/#term-conntrack")
    expect(page.locator("#term-conntrack + p")).to_be_in_viewport()
    expect(page.locator("#term-conntrack + p")).to_have_text(KNOWN["conntrack"].says[language])


@pytest.mark.parametrize("language", ["en", slow("zh")])
def test_every_page_links_each_term_once_to_where_it_is_told(screen, at, language):
    page, told = screen(), at(language, "reference/glossary/#term-")
    found = set()
    for path in PAGES:
        page.goto(at(language, path))
        hrefs = [href for _, href, _ in page.evaluate(MARKED)]
        assert len(hrefs) == len(set(hrefs)), path
        assert all(href.startswith(told) for href in hrefs), path
        found |= {href.removeprefix(told) for href in hrefs}
    assert found <= set(KNOWN) and len(found) > 0.9 * len(KNOWN), set(KNOWN) - found
    page.goto(told)
    assert set(page.eval_on_selector_all(".terms h2", "es => es.map(e => e.id)")) == {f"term-{n}" for n in KNOWN}


def test_terms_cost_a_page_at_most_two_kilobytes(built):
    costs = {}
    for file in built.site.rglob("index.html"):
        if file.parent.name == "print":  # which is all pages in one
            continue
        html = file.read_text("utf-8")
        plain = re.sub(r'<a class="term"[^>]*>([^<]*)</a>', r"\1", html)
        costs[file.relative_to(built.site)] = len(gzip.compress(html.encode())) - len(gzip.compress(plain.encode()))
    assert max(costs.values()) > 500
    assert {file: cost for file, cost in costs.items() if cost > MOST} == {}


def test_on_paper_a_term_is_a_word(screen, at):
    page = screen()
    page.goto(at("en", HOP))
    page.emulate_media(media="print")
    link = term(page, "conntrack")
    link.focus()
    assert link.evaluate(BUBBLE) == ""
    assert link.evaluate("a => getComputedStyle(a).textDecorationLine") == "none"
