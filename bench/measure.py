"""Open every variant in Chromium, under several networks, and keep what was sent, when it was seen and what it cost."""

import json
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser, BrowserContext, sync_playwright

from tools.machine import Failed

from .serve import Sent, Server
from .tell import progress
from .variants import Name

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # nothing is asked of anyone else
]
PAGES = ("request/kube-proxy/", "request/")
LONGEST = 90_000  # ms


@dataclass(frozen=True)
class Network:
    """A way to the reader: latency in ms, Mbit/s down and up, how many times slower the processor; 0 is no limit."""

    name: str
    latency: float = 0
    down: float = 0
    up: float = 0
    slower: int = 1


NETWORKS = (
    Network("no limit"),
    Network("Slow 4G", 150, 1.6, 0.75),
    Network("Fast 3G, CPU /4", 562, 1.44, 0.675, 4),
)
SLOW_4G = NETWORKS[1]

# What shows the diagram: the first of these with a box in the viewport. `limit` has none: its first paint counts.
SEEN: dict[Name, dict[str, str]] = {
    "ours": {"request/kube-proxy/": "figure.seqfig svg", "request/": ".ladder li"},
    "mermaid2": dict.fromkeys(PAGES, "div.mermaid svg"),
    "stock": dict.fromkeys(PAGES, "div.mermaid"),
    "limit": dict.fromkeys(PAGES, ""),
}
WATCH = """(selector => {
  const attach = Element.prototype.attachShadow  // the theme closes it; we have to look inside
  Element.prototype.attachShadow = function (o) { return attach.call(this, {...o, mode: "open"}) }
  const b = window.__bench = {cls: 0, paint: 0, found: selector ? 0 : -1}
  b.done = new Promise(r => b.tell = () => b.paint && b.found && r())
  const seen = e => {
    const svg = e.matches("div.mermaid") ? e.shadowRoot?.querySelector("svg") : e
    const r = svg?.getBoundingClientRect()
    return r && r.width > 0 && r.height > 0 && r.bottom > 0 && r.top < innerHeight
  }
  let waiting = false
  const look = at => {
    waiting = false
    if (b.found || ![...document.querySelectorAll(selector)].some(seen)) return
    b.found = at
    watch.disconnect()
    b.tell()
  }
  const watch = new MutationObserver(() => waiting ||= !!requestAnimationFrame(look))
  if (selector) watch.observe(document, {childList: true, subtree: true})
  new PerformanceObserver(l => l.getEntries().forEach(e => {
    if (e.name === "first-contentful-paint") { b.paint = e.startTime; b.tell() }
  })).observe({type: "paint", buffered: true})
  new PerformanceObserver(l => l.getEntries().forEach(e => {
    if (!e.hadRecentInput) b.cls += e.value
  })).observe({type: "layout-shift", buffered: true})
})(SELECTOR)"""


@dataclass(frozen=True)
class Run:
    """One page, opened once with nothing cached; times in ms since it was asked for."""

    page: str
    network: str
    variant: Name
    paint: float  # first contentful paint
    found: float  # the frame the diagram is first in; 0 for `limit`
    shift: float
    task: float  # of the main thread
    sent: tuple[Sent, ...]

    @property
    def visible(self) -> float:
        """When the diagram is seen: with its frame, but never before anything is painted."""
        return max(self.paint, self.found)

    @property
    def late(self) -> float:
        """How long the diagram comes after the first paint."""
        return self.visible - self.paint

    @property
    def requests(self) -> int:
        return len(self.sent)

    @property
    def size(self) -> int:
        """Bytes over the wire, heads of answers included."""
        return sum(s.size for s in self.sent)

    @property
    def script(self) -> int:
        """Bytes of scripts over the wire."""
        return sum(s.size for s in self.sent if "javascript" in s.kind)


def run(path: str, servers: dict[Name, Server], rounds: int) -> list[Run]:
    """Open everything once per round, the variants next to each other and each first in turn; raises Failed."""
    out, names = [], list(servers)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        for variant in names:  # fills the servers' memory and the machine's
            for page in PAGES:
                once(browser, servers[variant], variant, page, NETWORKS[0])
        for n in range(rounds):
            progress(f"pages: round {n + 1} of {rounds}")
            turn = names[n % len(names) :] + names[: n % len(names)]
            for network in NETWORKS:
                for page in PAGES:
                    out += [once(browser, servers[variant], variant, page, network) for variant in turn]
        browser.close()
    return out


def once(browser: Browser, server: Server, variant: Name, page: str, network: Network) -> Run:
    """Open one page in a fresh context and wait until it rests; raises Failed when it asks anyone else."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    try:
        return _once(context, server, variant, page, network)
    finally:
        context.close()


def _once(context: BrowserContext, server: Server, variant: Name, page: str, network: Network) -> Run:
    tab = context.new_page()
    elsewhere: list[str] = []
    tab.on("request", lambda r: None if r.url.startswith((server.address, "data:")) else elsewhere.append(r.url))
    tab.add_init_script(WATCH.replace("SELECTOR", json.dumps(SEEN[variant][page])))
    devtools = context.new_cdp_session(tab)
    devtools.send("Performance.enable")
    if network.latency:
        bytes_per_second = 1_000_000 / 8
        devtools.send("Network.enable")
        devtools.send(
            "Network.emulateNetworkConditions",
            {
                "offline": False,
                "latency": network.latency,
                "downloadThroughput": network.down * bytes_per_second,
                "uploadThroughput": network.up * bytes_per_second,
            },
        )
    if network.slower > 1:
        devtools.send("Emulation.setCPUThrottlingRate", {"rate": network.slower})
    server.sent.clear()
    tab.goto(server.address + page, wait_until="load", timeout=LONGEST)
    try:
        seen: dict[str, Any] = tab.evaluate(
            """longest => Promise.race([__bench.done, new Promise(r => setTimeout(r, longest))])
            .then(() => ({paint: __bench.paint, found: __bench.found}))""",
            LONGEST,
        )
    finally:
        tab.wait_for_load_state("networkidle", timeout=LONGEST)
    if elsewhere:
        raise Failed(f"{variant}: /{page} asks elsewhere: {elsewhere[0]}")
    if not seen["found"]:
        raise Failed(f"{variant}: no diagram came into view on /{page}")
    shift = float(tab.evaluate("__bench.cls"))
    metrics = {m["name"]: m["value"] for m in devtools.send("Performance.getMetrics")["metrics"]}
    return Run(
        page,
        network.name,
        variant,
        seen["paint"],
        max(seen["found"], 0),
        shift,
        metrics["TaskDuration"] * 1000,
        tuple(server.sent),
    )
