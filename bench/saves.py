"""How long a writer waits while serving: from a save to the moment an open browser shows it."""

import time
from pathlib import Path

from playwright.sync_api import Page

from tools.machine import copy_house
from tools.serve import Preview

from . import houses
from .report import Target, Told, middle, progress, ratio, spread, table
from .visits import LONGEST, browsing

# file → what in it is replaced, by what, and the page that shows it; SAVED is another word every time
SAVES = {
    "docs/en/request/dns.md": ("\n## ", "\nSAVED\n\n## ", "request/dns/"),
    "docs/zh/request/dns.md": ("\n## ", "\nSAVED\n\n## ", "zh/request/dns/"),
    "docs/flow.yml": ("shop.example.com", "SAVED", "zh/request/dns/"),
}
REST = 3000  # ms for the page to ask the server to tell it of changes, and for what the last save left to do
Found = dict[str, dict[str, list[float]]]  # side → file → seconds of every round


def run(house: Path, folder: Path, rounds: int) -> Told:
    """Save every file in turn, side by side, once more than is counted; raises Failed."""
    sides = {"then": houses.earlier(folder / "then"), "now": copy_house(folder / "now", house)}
    found: Found = {side: {file: [] for file in SAVES} for side in sides}
    texts = {side: {file: (house / file).read_text("utf-8") for file in SAVES} for side, house in sides.items()}
    previews = {side: Preview(house) for side, house in sides.items()}
    try:
        with browsing() as browser:
            for preview in previews.values():
                preview.until_up()
            tabs = {side: browser.new_context().new_page() for side in sides}
            for n in range(rounds + 1):  # the first warms up
                for k, file in enumerate(SAVES):
                    for side in sides:
                        took = save(tabs[side], previews[side], file, texts[side][file], f"saved-{n}-{k}.example")
                        found[side][file] += [took] if n else []
                        progress(f"round {n} of {rounds}, {side}: {file} shown after {took:.1f} s")
    finally:
        for preview in previews.values():
            preview.stop()
    return report(found)


def save(tab: Page, preview: Preview, file: str, text: str, word: str) -> float:
    """Write a word into a file under the eyes of a browser; give the seconds until it showed."""
    old, new, page = SAVES[file]
    tab.goto(preview.address + page, timeout=LONGEST)
    tab.wait_for_timeout(REST)
    start = time.perf_counter()
    (preview.house / file).write_text(text.replace(old, new.replace("SAVED", word)), "utf-8")
    tab.wait_for_function("word => document.body?.innerText.includes(word)", arg=word, timeout=LONGEST)
    return time.perf_counter() - start


def report(found: Found) -> Told:
    """Tell how long a save takes to show, at the earlier commit and now: not long."""
    rows = []
    for file in SAVES:
        then, now = found["then"][file], found["now"][file]
        rows.append([file, spread(then), spread(now), f"{ratio(now, then):.2f}"])
    title = f"From a save to the browser, s (least–most); then: {houses.COMMIT}"
    return table(title, ["", "then", "now", "now : then"], rows), [
        Target(f"{file} saved, then shown", middle(took), 3, "{:.1f} s") for file, took in found["now"].items()
    ]
