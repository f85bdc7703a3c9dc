"""What was measured, as tables, and whether the targets are met."""

from dataclasses import dataclass
from operator import attrgetter

from .builds import Times
from .earlier import COMMIT
from .growth import Growth
from .measure import NETWORKS, PAGES, SLOW_4G, Run
from .saves import Save
from .table import kilobytes, middle, spread, table, times
from .variants import VARIANTS, Name
from .visits import Visit

FRAME = 1000 / 60  # ms; what is in the frame after the first paint is not seen to come later
NOTE = """Mermaid comes from the page's own server here: elsewhere a name lookup, a handshake and a redirect are added.
`limit` lacks the pictures of every page, so its search index is smaller too."""


@dataclass(frozen=True)
class Target:
    """Something promised, what was found, and whether it holds."""

    what: str
    wanted: str
    found: str
    met: bool


def verdicts(targets: list[Target]) -> str:
    """Give the table of targets."""
    rows = [[t.what, t.wanted, t.found, "PASS" if t.met else "over"] for t in targets]
    return table("Targets (medians)", ["", "wanted", "found", ""], rows)


class Medians:
    """Medians over the rounds, by page, variant and, for what depends on it, network."""

    def __init__(self, runs: list[Run]) -> None:
        self.runs = runs

    def values(self, of: str, page: str, variant: Name, network: str = "") -> list[float]:
        """Give what every run of these has as its `of`."""
        return [
            getattr(r, of) for r in self.runs if (r.page, r.variant) == (page, variant) and network in ("", r.network)
        ]

    def __call__(self, of: str, page: str, variant: Name, network: str = "") -> float:
        return middle(self.values(of, page, variant, network))


def pages(runs: list[Run]) -> str:
    """Give what the browser saw, page by page, then the ratios."""
    of, out = Medians(runs), []
    names = [n.name for n in NETWORKS]
    for page in PAGES:
        rows = [
            [v, kilobytes(of("size", page, v)), f"{of('requests', page, v):.0f}", kilobytes(of("script", page, v))]
            + [spread(of.values("visible", page, v, n)) for n in names]
            for v in VARIANTS
        ]
        heads = ["", "KB", "requests", "script KB", *(f"seen, {n}" for n in names)]
        out.append(table(f"/{page}: over the wire (gzip); ms until the diagram is seen (least–most)", heads, rows))
    return "\n\n".join([*out, NOTE, _ratios(of, names)])


def _ratios(of: Medians, names: list[str]) -> str:
    rows = []
    for page in PAGES:
        for other in ("limit", "stock", "mermaid2"):
            seen = [times(of("visible", page, "ours", n), of("visible", page, other, n)) for n in names]
            work = [times(of("task", page, "ours", n), of("task", page, other, n)) for n in (names[0], names[2])]
            rest = [times(of(w, page, "ours"), of(w, page, other)) for w in ("size", "requests", "script")]
            rows.append([f"/{page} : {other}", *rest, *seen, *work])
    heads = ["ours :", "KB", "requests", "script KB", *(f"seen, {n}" for n in names)]
    return table("Ratios (less than 1 is better for us)", [*heads, "task", "task, CPU /4"], rows)


def page_targets(runs: list[Run]) -> list[Target]:
    """Give the targets that the browser's findings decide."""
    of, out = Medians(runs), list[Target]()
    for page in PAGES:
        more = of("requests", page, "ours") - of("requests", page, "limit")
        out.append(Target(f"/{page}: requests more than the limit", "0", f"{more:.0f}", more == 0))
        worst = max(of("shift", page, "ours", n.name) for n in NETWORKS)
        out.append(Target(f"/{page}: layout shift", "< 0.005", f"{worst:.4f}", worst < 0.005))
        waited = max(of("late", page, "ours", n.name) for n in NETWORKS)
        out.append(Target(f"/{page}: seen with the first paint", "within a frame", f"{waited:.0f} ms", waited < FRAME))
        share = of("size", page, "ours") / of("size", page, "stock")
        out.append(Target(f"/{page}: bytes against stock", "≤ 0.33", f"{share:.2f}", share <= 1 / 3))
        share = of("visible", page, "ours", SLOW_4G.name) / of("visible", page, "stock", SLOW_4G.name)
        out.append(Target(f"/{page}: seen on {SLOW_4G.name} against stock", "≤ 0.33", f"{share:.2f}", share <= 1 / 3))
    return out


def visits(found: dict[str, list[Visit]]) -> str:
    """Give what a first visit fetches, and what the search adds, at the earlier commit and now."""
    rows = []
    for then, now in zip(found["earlier"], found["ours"], strict=True):
        sizes = [f"{bytes_ / 1000:.1f}" for bytes_ in (then.size, now.size, then.searched, now.searched)]
        asked = [str(then.later), str(now.later)]
        rows.append([f"/{now.path}", *sizes[:2], times(now.size, then.size), *asked, *sizes[2:]])
    heads = ["", "then", "now", "now : then", "asked later, then", "now", "one word searched, then", "now"]
    return table(f"First visit, 1000 bytes over the wire (gzip); then: {COMMIT}", heads, rows)


def visit_targets(found: list[Visit]) -> list[Target]:
    """Give the targets of the first visit: what the heaviest page sends, and asks for after it has loaded."""
    heaviest, busiest, searched = (max(found, key=attrgetter(what)) for what in ("size", "later", "searched"))
    size, word = (f"{bytes_ / 1000:.1f} KB" for bytes_ in (heaviest.size, searched.searched))
    return [
        Target(f"first visit, heaviest (/{heaviest.path})", "≤ 90 KB", size, heaviest.size <= 90_000),
        Target("requests after a page has loaded, most", "0", str(busiest.later), busiest.later == 0),
        Target("search opened, one word typed, most", "≤ 160 KB", word, searched.searched <= 160_000),
    ]


def saves(found: list[Save]) -> str:
    """Give how long a save takes to show while serving, at the earlier commit and now."""
    rows = []
    for file in dict.fromkeys(s.file for s in found):
        then, now = ([s.took for s in found if (s.side, s.file) == (side, file)] for side in ("earlier", "ours"))
        for of, what in (("clock", "on the clock"), ("work", "of the processor")):
            a, b = ([getattr(t, of) for t in side] for side in (then, now))
            rows.append([f"{file}, {what}", spread(a, ".2f"), spread(b, ".2f"), times(middle(b), middle(a))])
    return table(f"From a save to the browser, s (least–most); then: {COMMIT}", ["", "then", "now", "now : then"], rows)


def save_targets(found: list[Save]) -> list[Target]:
    """Give the target of serving: what is saved shows soon."""
    out = []
    for file in dict.fromkeys(s.file for s in found):
        clock = middle([s.took.clock for s in found if (s.side, s.file) == ("ours", file)])
        out.append(Target(f"{file} saved, then shown", "≤ 3 s", f"{clock:.2f} s", clock <= 3))
    return out


def lighthouse(found: dict[str, tuple[dict[str, float], list[str]]]) -> str:
    """Give Lighthouse's scores and what cost points."""
    heads = ["", *next(iter(found.values()))[0]]
    rows = [[page, *(f"{score:.0f}" for score in scores.values())] for page, (scores, _) in found.items()]
    lost = sorted({audit for _, audits in found.values() for audit in audits})
    note = f"\nnot passed: {', '.join(lost)}" if lost else ""
    return table("Lighthouse, as a phone, one run each", heads, rows) + note


def builds(found: Times) -> str:
    """Give the build times."""
    rows = []
    for name, side in (("ours", found.ours), ("plain MkDocs, all written out", found.expanded)):
        clock, work = [t.clock for t in side], [t.work for t in side]
        rows.append([name, spread(clock, ".2f"), spread(work, ".2f")])
    pairs = list(zip(found.ours, found.expanded, strict=True))
    ratios = [a.clock / b.clock for a, b in pairs], [a.work / b.work for a, b in pairs if b.work] or [0]
    rows.append(["ratio, round by round", *(spread(r, ".2f") for r in ratios)])
    same = found.pages - len(found.different)
    note = f"{same} of {found.pages} pages have the same elements and words on both sides"
    differ = f"; not: {', '.join(found.different[:5])}" if found.different else ""
    heads = ["", "on the clock", "of the processor"]
    return table("Whole build, both languages, s (least–most)", heads, rows) + f"\n{note}{differ}"


def build_targets(found: Times) -> list[Target]:
    """Give the target of the build time."""
    clock = middle([t.clock for t in found.ours]) / middle([t.clock for t in found.expanded])
    work = times(middle([t.work for t in found.ours]), middle([t.work for t in found.expanded]))
    what = "whole build against plain MkDocs (of the processor)"
    return [Target(what, "≤ 1.25", f"{clock:.2f} ({work})", clock <= 1.25)]


def growth(found: list[Growth]) -> str:
    """Give the times of checking definitions that grow."""
    rows = []
    for smaller, g in zip([None, *found], found, strict=False):
        further = f"{g.further(smaller):.2f}" if smaller else ""
        rows.append([f"{g.times}×", str(g.steps), spread([s * 1000 for s in g.seconds]), further])
    heads = ["", "steps", "ms", "a further step"]
    return table("Checking the whole definition, ms of the processor (least–most)", heads, rows)


def growth_targets(found: list[Growth]) -> list[Target]:
    """Give the target of linear growth: the last steps added cost no more than the first ones."""
    least, middle_, most = found[0], found[-2], found[-1]
    ratio = most.further(middle_) / middle_.further(least)
    what = f"checking: a step more, {middle_.times}× to {most.times}×, against up to {middle_.times}×"
    return [Target(what, "≤ 1.25 (linear)", f"{ratio:.2f}", ratio <= 1.25)]
