"""One page with a picture against the same page as the theme's documentation would draw it: Mermaid in the browser."""

from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser

from tools.machine import Failed
from tools.serve import Host

from . import houses
from .report import Target, Told, kilobytes, middle, progress, spread, table
from .visits import LONGEST, SCREEN, browsing, hosting, weight

PAGE = "request/kube-proxy/"
PICTURES = {"ours": "figure.seqfig svg", "stock": "div.mermaid"}
SLOW_4G = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 93_750}  # ms, bytes/s
WATCH = """(selector => {
  const attach = Element.prototype.attachShadow  // the theme closes it; we have to look inside
  Element.prototype.attachShadow = function (o) { return attach.call(this, {...o, mode: "open"}) }
  window.shift = 0
  new PerformanceObserver(list => list.getEntries().forEach(e => { if (!e.hadRecentInput) window.shift += e.value }))
    .observe({type: "layout-shift", buffered: true})
  const inView = e => {
    const r = (e.matches("svg") ? e : e.shadowRoot?.querySelector("svg"))?.getBoundingClientRect()
    return r && r.width > 0 && r.height > 0 && r.bottom > 0 && r.top < innerHeight
  }
  window.seen = new Promise(tell => {
    const look = at => [...document.querySelectorAll(selector)].some(inView) ? tell(at) : requestAnimationFrame(look)
    requestAnimationFrame(look)
  })
})("SELECTOR")"""
# The frame the picture is first in, but never before anything is painted; 0 when it never came.
SEEN = """longest => Promise.race([seen, new Promise(r => setTimeout(r, longest))]).then(at =>
  at ? Math.max(at, performance.getEntriesByName("first-contentful-paint")[0].startTime) : 0)"""


@dataclass(frozen=True)
class Opening:
    """The page opened once with nothing cached: its bytes, ms until its picture was seen, and its layout shift."""

    size: int
    seen: float
    shift: float


Found = dict[str, list[Opening]]  # "ours" and "stock"


def run(house: Path, folder: Path, rounds: int) -> Told:
    """Open both pages in turn, each first every other time; raises Failed."""
    usual = houses.stock(folder / "stock", house)
    found: Found = {"ours": [], "stock": []}
    with browsing() as browser, hosting(house) as ours, hosting(usual) as stock:
        houses.own_runtime(usual)
        hosts = {"ours": ours, "stock": stock}
        for n in range(rounds + 1):  # the first warms up
            progress(f"opening /{PAGE}: round {n} of {rounds}")
            for side in sorted(hosts, reverse=n % 2 == 1):
                opened = once(browser, hosts[side], PICTURES[side])
                found[side] += [opened] if n else []
    return report(found)


def once(browser: Browser, host: Host, picture: str) -> Opening:
    """Open the page on Slow 4G and wait until it rests; raises Failed when its picture does not come into view."""
    context = browser.new_context(viewport=SCREEN, reduced_motion="reduce")
    try:
        tab = context.new_page()
        tab.add_init_script(WATCH.replace("SELECTOR", picture))
        network = context.new_cdp_session(tab)
        network.send("Network.enable")
        network.send("Network.emulateNetworkConditions", SLOW_4G)
        host.sent.clear()
        tab.goto(host.address + PAGE, wait_until="load", timeout=LONGEST)
        seen = float(tab.evaluate(SEEN, LONGEST))
        tab.wait_for_load_state("networkidle", timeout=LONGEST)
        if not seen:
            raise Failed(f"no {picture} came into view on /{PAGE}")
        return Opening(weight(host), seen, float(tab.evaluate("shift")))
    finally:
        context.close()


def report(found: Found) -> Told:
    """Tell what both pages cost, and the ratios: a third of the usual, and nothing moves."""
    rows, middles = [], []
    for side, opened in found.items():
        size, seen, shift = ([getattr(o, what) for o in opened] for what in ("size", "seen", "shift"))
        rows.append([side, kilobytes(middle(size)), spread(seen, ".0f"), f"{max(shift):.4f}"])
        middles.append((middle(size), middle(seen)))
    size_ratio, seen_ratio = (ours / stock for ours, stock in zip(*middles, strict=True))
    rows.append(["ours : stock", f"{size_ratio:.2f}", f"{seen_ratio:.2f}", ""])
    heads = ["", "KB", "ms until the picture is seen", "layout shift, worst"]
    return table(f"/{PAGE} on Slow 4G; stock: the theme draws, Mermaid comes from the same host", heads, rows), [
        Target("page with a picture, bytes, ours : stock", size_ratio, 0.33),
        Target("page with a picture, seen on Slow 4G, ours : stock", seen_ratio, 0.33),
        Target("layout shift, worst", max(opening.shift for opening in found["ours"]), 0.005, "{:.4f}"),
    ]
