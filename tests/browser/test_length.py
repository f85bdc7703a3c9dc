"""No page is longer than a reader takes: what is open of it, not what is folded."""

import pytest
from screens import LANGUAGES, PAGES

pytestmark = pytest.mark.browser

WORDS = {"en": 1200, "zh": 2000}  # of prose; Chinese characters
HIGHEST = 7000  # px at 1280, of a page of routes
LOOKED_UP = ("reference/article/", "reference/flow-file/")  # lists in which one entry is read
TEN_MINUTES = "request/"  # as long as that, before anything folded; see test_ten_minutes.py
NO_PROSE = (
    "details, script, style, svg, pre, figure, nav, template, .headerlink, .step-head, .route-facts, .here,"
    " .wide-table, .ladder, .boxes, .about"
)
PROSE = """no_prose => {
  const article = document.querySelector("article").cloneNode(true)
  article.querySelectorAll(no_prose).forEach(e => e.remove())
  return article.textContent
}"""


def count(text: str, language: str) -> int:
    return len(text.split()) if language == "en" else sum("一" <= c <= "鿿" for c in text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_is_read_in_minutes(screen, at, language):
    page, counts = screen(), {}
    for path in PAGES:
        if path not in (*LOOKED_UP, TEN_MINUTES):
            page.goto(at(language, path))
            counts[path] = count(page.evaluate(PROSE, NO_PROSE), language)
    assert {path: n for path, n in counts.items() if n > WORDS[language]} == {}
    assert sum(counts.values()) > 10 * WORDS[language], "nothing was counted"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_of_routes_is_a_few_screens(screen, at, language):
    page, heights = screen(), {}
    for path in PAGES:
        if path.startswith("routes/") and path != "routes/":
            page.goto(at(language, path))
            heights[path] = page.evaluate("document.documentElement.scrollHeight")
    assert {path: px for path, px in heights.items() if px > HIGHEST} == {}
    assert len(heights) > 10
