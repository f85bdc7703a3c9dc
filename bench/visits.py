"""What a first visit costs: everything the browser fetches for a page; our scripts; what the search adds when used."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from tools.machine import QUIET, Failed, chromium
from tools.serve import Host

from . import houses
from .report import Target, Told, kilobytes, progress, table

NOBODY_ELSE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
SCREEN: ViewportSize = {"width": 1280, "height": 900}
PAGES = ("", "request/kube-proxy/", "routes/local-policy/")
WORDS = {"": "conntrack", "zh/": "负载均衡"}  # where a language is in the site → what is searched there
PATHS = {at + page: word for page in PAGES for at, word in WORDS.items()}
# What opens the search, where to write, and what a result is: the first of these that a page has.
SEARCHES = (
    ("button[aria-haspopup=dialog]", "dialog input", "dialog a[href]"),
    (".md-search__input", ".md-search__input", ".md-search-result__item"),
)
SCRIPTS = re.compile(r"/assets/[^/]+\.js$")  # ours; those of the theme have a folder
WALK, WALKED = "button.walk", ".stepper"  # what starts a walk, and what shows then
ICON = "favicon.svg"  # the browser asks for it when it likes
REST = 1000  # ms in which a page at rest may still ask for something
LONGEST = 90_000  # ms


@dataclass(frozen=True)
class Visit:
    """One page opened with nothing cached: its bytes with everything it needs, and how often it asked after loading."""

    path: str
    size: int
    later: int
    searched: int  # bytes more for one word in the search
    scripts: int = 0  # bytes of ours for the page, and for a walk on it


Found = dict[str, list[Visit]]  # "then" and "now"


@contextmanager
def browsing() -> Iterator[Browser]:
    """Give a browser that reaches nobody but this machine; raises Failed."""
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=chromium(), args=[*QUIET, NOBODY_ELSE])


@contextmanager
def hosting(house: Path) -> Iterator[Host]:
    """Build a house for its address and serve it; raises Failed."""
    progress(f"building {house.name}")
    host = Host(house / "site")
    try:
        houses.timed(house, "-m", "mkdocs", "build", "--quiet", SITE_URL=host.address)
        yield host
    finally:
        host.close()


def run(house: Path, folder: Path, rounds: int) -> Told:
    """Visit every page in every language, at the earlier commit and now; once, for bytes do not vary. Raises Failed."""
    found: Found = {}
    with browsing() as browser:
        for side, built in {"then": houses.earlier(folder / houses.COMMIT), "now": house}.items():
            with hosting(built) as host:
                found[side] = [visit(browser, host, path, word) for path, word in PATHS.items()]
    return report(found)


def visit(browser: Browser, host: Host, path: str, word: str) -> Visit:
    """Open a page, let it rest, start a walk if it has one, then search for a word; raises Failed."""
    progress(f"visiting /{path}")
    context = browser.new_context(viewport=SCREEN)
    try:
        tab = context.new_page()
        host.sent.clear()
        tab.goto(host.address + path, wait_until="load", timeout=LONGEST)
        loaded = len(host.sent)
        tab.wait_for_timeout(REST)
        later, size = [name for name, _ in host.sent[loaded:] if not name.endswith(ICON)], weight(host)
        walk(tab)
        walked, ours = weight(host), sum(size for name, size in host.sent if SCRIPTS.search(name))
        search(tab, word)
        return Visit(path, size, len(later), weight(host) - walked, ours)
    finally:
        context.close()


def weight(host: Host) -> int:
    """Give the bytes of all that was sent."""
    return sum(size for _, size in host.sent)


def walk(tab: Page) -> None:
    """Start the first walk of a page, if there is one, and leave it."""
    if tab.locator(WALK).count():
        tab.locator(WALK).first.click()
        tab.locator(WALKED).wait_for(timeout=LONGEST)
        tab.keyboard.press("Escape")


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


def report(found: Found) -> Told:
    """Tell what a first visit fetches, at the earlier commit and now: the page decides that costs most."""
    rows = []
    for then, now in zip(found["then"], found["now"], strict=True):
        sizes = [kilobytes(then.size), kilobytes(now.size), f"{now.size / then.size:.2f}"]
        searched = [kilobytes(then.searched), kilobytes(now.searched)]
        rows.append([f"/{now.path}", *sizes, str(then.later), str(now.later), *searched])
    heads = ["", "then", "now", "now : then", "asked later, then", "now", "one word searched, then", "now"]
    most = (max(getattr(v, of) for v in found["now"]) for of in ("size", "later", "scripts", "searched"))
    size, later, scripts, word = most
    return table(f"First visit, KB over the wire (gzip); then: {houses.COMMIT}", heads, rows), [
        Target("first visit, heaviest page", size / 1000, 90, "{:.1f} KB"),
        Target("requests after a page has loaded, most", later, 0, "{:.0f}"),
        Target("our scripts for a page and a walk on it, with heads, most", scripts / 1000, 6.3, "{:.1f} KB"),
        Target("search opened, one word typed, most", word / 1000, 160, "{:.1f} KB"),
    ]
