"""What each drawer makes of one small definition that has one of each thing, data/every-kind.yml, letter by letter."""

import json
from collections.abc import Callable
from functools import cache

import pytest
import worlds
from goldens import HOW, as_it_was, by_element, golden, left_over
from requestflow.model import faults as written
from requestflow.model import glossary as written_terms
from requestflow.model import versions as written_claims
from requestflow.model.definition import Language, Text
from requestflow.model.reading import read
from requestflow.model.values import Values
from requestflow.pages import about
from requestflow.view import (
    beside,
    boxes,
    captures,
    cards,
    chart,
    exports,
    faults,
    glossary,
    ladder,
    maps,
    picture,
    show,
    style,
    versions,
)
from requestflow.view.compare import Comparison
from requestflow.view.elements import join
from requestflow.view.prose import Ways
from requestflow.view.view import View
from requestflow.world.evidence import Proof, Recording
from requestflow.world.services import MODES

FLOW = read(worlds.ROOT / "tests/data/every-kind.yml")
FAULTS = written.read(worlds.ROOT / "tests/data/faults.yml")
VERSIONS = written_claims.read(worlds.ROOT / "tests/data/versions.yml")
GLOSSARY = written_terms.read(worlds.ROOT / "tests/data/glossary.yml")
TRIPS = worlds.trips(FLOW)
BOTH = tuple(Recording("trace", mode, "", (), frozenset()) for mode in MODES)
PROOFS = {
    "entry-dnat": Proof("recorded", BOTH),
    "entry-masquerade": Proof("recorded", BOTH[:1]),
    "cross": Proof("moved", BOTH),
    "request": Proof("unseen", why=Text(en="it is encrypted", zh="已加密")),
}
CARDS = (
    "connect",
    "entry-dnat",
    "entry-masquerade",
    "cross",
    "request",
    "match",
    "no-endpoint",
    "entry-drop",
    "to-client",
)
CSS = "/* not published */.seq .a{fill:var(--flow-bg)}\n.seq .mt{color:var(--flow-ink);font-family:var(--font,sans)}"


@cache
def view(route: str, language: Language) -> View:
    proofs = {h.id: PROOFS.get(h.id, Proof("unrecorded")) for h in TRIPS[route].hops}
    return View(FLOW, route, TRIPS[route].hops, proofs, language)


def views(language: Language) -> dict[str, View]:
    return {route: view(route, language) for route in FLOW.routes}


def step(name: str) -> str:
    return f"way/#{name}"


def route(name: str) -> str:
    return f"routes/#{name}"


def file(name: str) -> str:
    return f"files/{name}"


def compared(language: Language) -> Comparison:
    return Comparison(views(language), TRIPS, step, route, "pairs.html")


def every_card(language: Language) -> str:
    made = []
    for name in CARDS:
        having = [v for v in views(language).values() if v.has(name)]
        made.append(cards.card(having, name, step, route, file, short=f"../../go/{name}/"))
    return join(*made)


def charts(language: Language) -> list[chart.Chart]:
    refused = view("refused", language)
    stages = [chart.of_route(refused, stage, width) for stage in ("enter", "call") for width in chart.WIDTHS]
    return [*stages, *(chart.of_procedure("start", FLOW.procedures["start"], language, w) for w in chart.WIDTHS)]


def pictures(language: Language) -> str:
    pytest.importorskip("mmdr")
    renderer = picture.Renderer()
    return join(*(picture.draw(renderer, c, None if c.id.startswith("start") else step) for c in charts(language)))


def exported(language: Language) -> str:
    pytest.importorskip("mmdr")
    chart_ = chart.of_route(view("through", language), "enter")
    (made,) = exports.pictures([chart_], picture.Renderer(), CSS, lambda s: f"https://x.example/{s}").values()
    return made


def difference(language: Language) -> str:
    return maps.figure(view("refused", language), step, view("through", language))


def exported_map(language: Language) -> str:
    taken = [(view("through", language), None)]
    (made,) = exports.drawn_maps(taken, CSS, lambda s: f"https://x.example/{s}").values()
    return made


def footer(language: Language) -> str:
    page = about.Source("docs/en/way.md", "Way & back", "https://x.example/way/", "2026-01-03")
    unknown = about.Source("docs/en/back.md", "Back", "", "")
    return join(
        about.about(FLOW, language, page, "https://x.example/repository/"), about.about(FLOW, language, unknown, "")
    )


def sheet(_: Language) -> str:
    return style.sheet(".picture{}", ".rest{}", 6).replace("}", "}\n").replace(";", ";\n  ")


def drawer(language: Language) -> faults.Drawer:
    return faults.Drawer(FAULTS, ways(language))


def ways(language: Language) -> Ways:
    values = Values(FLOW, language)
    return Ways(language, file, lambda name: (values(name), True), values.fill, step)


def terms(language: Language) -> str:
    links = [glossary.link("bridges", "glossary/#term-bridge", one.says[language]) for one in GLOSSARY.terms.values()]
    return join(glossary.terms(GLOSSARY, ways(language)), *links)


def fix(language: Language) -> str:
    draws = drawer(language)
    pages = {"way.md": "Way & back", "drop.md": "Drops"}
    hops = draws.hops(pages, lambda fault: ["way.md"] if fault.section else ["drop.md", "drop.md"])
    return join(draws.symptoms(), *map(draws.symptom, FAULTS.symptoms), hops, draws.statuses())


def claims(language: Language) -> str:
    return versions.claims(VERSIONS, ways(language), {"way.md": "Way & back", "drop.md": "Drops"}.__getitem__)


def breaks(language: Language) -> str:
    return join(drawer(language).table(FAULTS.tables["way"]), drawer(language).chips(FAULTS.of_step("call-shop")))


def plain(name: str, language: Language) -> str:
    return show.text(view(name, language), TRIPS[name]) + "\n"


DRAWERS: dict[str, Callable[[Language], str]] = {
    "fix.html": fix,
    "breaks.html": breaks,
    "glossary.html": terms,
    "versions.html": claims,
    "ladder.html": lambda language: ladder.ladder(view("refused", language), step),
    "captures.html": lambda language: captures.captures(view("through", language), TRIPS["through"], step),
    "map.html": lambda language: maps.figure(view("through", language), step),
    "difference.html": difference,
    "map.svg": exported_map,
    "strip.html": lambda language: ladder.strip(view("through", language), "ask", file),
    "card.html": every_card,
    "passes.html": lambda language: join(*(cards.passes(view("through", language), s) for s in ("enter", "home"))),
    "destinations.html": lambda language: cards.destinations(view("through", language), step),
    "index.html": lambda language: cards.index([*views(language).values()], [*FLOW.steps], step, file),
    "about.html": lambda language: join(*map(compared(language).about, FLOW.routes)),
    "overview.html": lambda language: compared(language).overview(),
    "seen.html": lambda language: compared(language).seen(),
    "beside.html": lambda language: beside.chooser(compared(language), "maps/", beside.drawn(views(language))),
    "boxes.html": lambda language: boxes.boxes(FLOW.boxes["nest"], Values(FLOW, language)),
    "footer.html": footer,
    "pictures.svg": pictures,
    "exported.svg": exported,
    "zones.css": sheet,
    "show.txt": lambda language: "\n".join(plain(name, language) for name in FLOW.routes),
    "show.json": lambda language: json.dumps(
        show.data(view("refused", language), TRIPS["refused"]), indent=1, ensure_ascii=False
    ),
}
ALIKE = ("pictures.svg", "exported.svg", "zones.css", "show.json")  # but for the definition's own words
FILES = [f"{language}-{name}" for name in DRAWERS for language in ("en", "zh") if language == "en" or name not in ALIKE]


@pytest.mark.parametrize("name", FILES)
def test_what_is_drawn_is_what_the_golden_file_has(name: str):
    language, _, drawer = name.partition("-")
    drawn = DRAWERS[drawer]("zh" if language == "zh" else "en")
    if drawer.endswith((".html", ".svg")):
        assert as_it_was(by_element(drawn)) == drawn
        drawn = by_element(drawn)
    assert drawn == golden(name, drawn), HOW


@pytest.mark.parametrize("pattern", ["*.html", "*.svg", "*.css", "*.txt", "*.json"])
def test_no_golden_file_is_left_over(pattern: str):
    assert left_over(pattern, {*FILES}) == []
