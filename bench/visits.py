"""What a first visit costs: everything the browser fetches for a page, and what the search adds when it is used."""

from dataclasses import dataclass

from playwright.sync_api import Browser, Page, sync_playwright

from tools.machine import Failed

from .measure import FLAGS, LONGEST
from .serve import Server
from .tell import progress

PAGES = ("", "request/kube-proxy/", "routes/local-policy/")
LANGUAGES = {"en": "", "zh": "zh/"}  # and where they are in the site
WORDS = {"en": "conntrack", "zh": "负载均衡"}
# What opens the search, where to write, and what a result is: the first of these that a page has.
SEARCHES = (
    ("button[data-search]", "[role=dialog] input", "[role=dialog] a[href]"),
    (".md-search__input", ".md-search__input", ".md-search-result__item"),
)
REST = 1000  # ms in which a page at rest may still ask for something


@dataclass(frozen=True)
class Visit:
    """One page opened with nothing cached: its bytes with everything it needs, and how often it asked after loading."""

    path: str
    size: int
    later: int
    searched: int  # bytes more for one word in the search


def run(chromium: str, server: Server) -> list[Visit]:
    """Visit every page in every language; raises Failed."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        return [visit(browser, server, at + page, WORDS[code]) for page in PAGES for code, at in LANGUAGES.items()]


def visit(browser: Browser, server: Server, path: str, word: str) -> Visit:
    """Open a page, let it rest, then search for a word; raises Failed."""
    progress(f"visiting /{path}")
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    try:
        tab = context.new_page()
        server.sent.clear()
        tab.goto(server.address + path, wait_until="load", timeout=LONGEST)
        loaded = len(server.sent)
        tab.wait_for_timeout(REST)
        visited = list(server.sent)
        search(tab, word)
        size, whole = (sum(s.size for s in sent) for sent in (visited, server.sent))
        return Visit(path, size, len(visited) - loaded, whole - size)
    finally:
        context.close()


def search(tab: Page, word: str) -> None:
    """Open the search of a page, type a word and wait for the first result; raises Failed."""
    found = [names for names in SEARCHES if tab.locator(names[0]).count()]
    if not found:
        raise Failed(f"{tab.url} has no search that this knows")
    opener, box, result = found[0]
    tab.locator(opener).first.click()
    tab.locator(box).first.fill(word)
    tab.locator(box).first.press("End")  # the theme listens to keys
    tab.locator(result).first.wait_for(timeout=LONGEST)
    tab.wait_for_load_state("networkidle", timeout=LONGEST)
    tab.wait_for_timeout(REST)
