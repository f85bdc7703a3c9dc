"""The real Mermaid reads every diagram as the definition means it, whatever the words."""

import html
from collections.abc import Callable, Iterator
from itertools import groupby
from typing import Any

import npm
import pytest
import worlds
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser
from requestflow.view import mermaid
from requestflow.view.chart import Chart
from test_mermaid import HOSTILE, TEXTS, plain

pytestmark = pytest.mark.browser
VERSION = "11.17.2"
CHARTS = worlds.charts(worlds.shipped())
READ = """
async texts => {
  const out = [];
  for (const text of texts) {  // one after the other: Mermaid keeps one title for all diagrams
    try {
      const { db } = await mermaid.mermaidAPI.getDiagramFromText(text);
      const lines = { [db.LINETYPE.SOLID]: "->>", [db.LINETYPE.DOTTED]: "-->>" };
      out.push({
        title: db.getAccTitle(),
        description: db.getAccDescription(),
        lanes: [...db.getActors().values()].map(a => [a.name, a.description]),
        zones: db.getBoxes().map(b => [b.name, b.actorKeys]),
        messages: db.getMessages()
          .filter(m => m.type !== db.LINETYPE.AUTONUMBER)
          .map(m => [m.from, lines[m.type], m.to, m.message]),
      });
    } catch (error) {
      out.push({ error: String(error) });
    }
  }
  return out;
}
"""
RENDER = """
async texts => {
  const out = [];
  for (const [n, text] of texts.entries()) {
    try {
      const { svg } = await mermaid.render(`drawn-${n}`, text);
      const root = new DOMParser().parseFromString(svg, "text/html");
      const of = selector => [...root.querySelectorAll(selector)].map(e => e.textContent);
      out.push({
        words: of(".messageText"),
        numbers: of(".sequenceNumber"),
        scripts: root.querySelectorAll("script, [onload], [onerror]").length,
      });
    } catch (error) {
      out.push({ error: String(error) });
    }
  }
  return out;
}
"""
Ask = Callable[[str, list[Chart]], list[dict[str, Any]]]


@pytest.fixture(scope="module")
def ask(browser: Browser) -> Iterator[Ask]:
    """Gives what Mermaid makes of diagrams, in one page that reaches no network."""
    script = npm.fetch("mermaid", VERSION) / "dist/mermaid.min.js"
    context = browser.new_context(offline=True)
    page = context.new_page()
    page.set_content("<!doctype html><body></body>")
    page.add_script_tag(path=script)
    page.evaluate("mermaid.initialize({ startOnLoad: false })")
    yield lambda what, charts: page.evaluate(what, [mermaid.text(chart) for chart in charts])
    context.close()


def shown(text: str) -> str:
    """What a reader sees of a text Mermaid keeps, its entities written in its own way."""
    return html.unescape(text.replace("ﬂ°°", "&#").replace("ﬂ°", "&").replace("¶ß", ";"))


def meant(chart: Chart) -> dict[str, Any]:
    """Give what Mermaid must read from the text of a diagram."""
    lanes = [mermaid.participant(lane.id) for lane in chart.lanes]
    neighbours = [[*group] for zone, group in groupby(chart.lanes, key=lambda lane: lane.zone) if zone]
    zones = [[plain(group[0].zone_name), [mermaid.participant(lane.id) for lane in group]] for group in neighbours]
    return {
        "title": plain(chart.title),
        "description": plain(chart.description),
        "lanes": [[key, plain(lane.name)] for key, lane in zip(lanes, chart.lanes, strict=True)],
        "zones": zones,
        "messages": [
            [
                mermaid.participant(a.source),
                "-->>" if a.answer else "->>",
                mermaid.participant(a.to),
                "<br/>".join(map(plain, a.words)),
            ]
            for a in chart.arrows
        ],
    }


def read(found: dict[str, Any]) -> dict[str, Any]:
    """Decode the texts of what Mermaid read."""
    assert "error" not in found, found["error"]
    return {
        "title": shown(found["title"]),
        "description": shown(found["description"]),
        "lanes": [[key, shown(name)] for key, name in found["lanes"]],
        "zones": [[shown(name or ""), keys] for name, keys in found["zones"]],
        "messages": [[source, line, to, shown(text)] for source, line, to, text in found["messages"]],
    }


def test_every_diagram_is_read_as_it_is_meant(ask: Ask):
    found = ask(READ, [*CHARTS.values()])
    for (name, chart), diagram in zip(CHARTS.items(), found, strict=True):
        assert read(diagram) == meant(chart), name


@pytest.mark.slow
def test_every_diagram_is_drawn_with_its_words_and_numbers_in_order(ask: Ask):
    drawn = ask(RENDER, [*CHARTS.values()])
    for (name, chart), picture in zip(CHARTS.items(), drawn, strict=True):
        assert "error" not in picture, (name, picture)
        assert picture["words"] == [word for arrow in chart.arrows for word in arrow.words], name
        assert picture["numbers"] == [str(arrow.number) for arrow in chart.arrows], name


@settings(worlds.steady, max_examples=5, suppress_health_check=[*HealthCheck])
@given(texts=st.lists(TEXTS, min_size=100, max_size=100))
def test_a_label_may_say_anything(ask: Ask, texts: list[str]):
    (found,) = ask(READ, [worlds.said(texts)])
    assert [message[3] for message in read(found)["messages"]] == [plain(text) for text in texts]


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_every_text_in_a_diagram_may_be_hostile(ask: Ask, text: str):
    if plain(text):
        chart = worlds.said([text], text, text, text)
        assert read(ask(READ, [chart])[0]) == meant(chart)


def test_hostile_words_are_drawn_as_words(ask: Ask):
    texts = [text for text in HOSTILE if plain(text)]
    (picture,) = ask(RENDER, [worlds.said(texts)])
    assert picture["words"] == [plain(text) for text in texts]
    assert picture["scripts"] == 0


KEYWORDS = [
    "activate", "actor", "alt", "and", "as", "autonumber", "box", "break", "create", "critical", "deactivate",
    "destroy", "details", "else", "end", "left-of", "links", "link", "loop", "note", "off", "opt", "option",
    "over", "par", "par-over", "participant", "properties", "rect", "right-of", "sequence-diagram", "title",
    "acc-title", "wrap", "graph", "style", "class", "click", "default", "href", "call", "constructor",
    "prototype", "to-string",
]  # fmt: skip


@pytest.mark.parametrize("word", KEYWORDS)
def test_a_participant_may_be_called_by_any_word_of_the_grammar(ask: Ask, word: str):
    chart = worlds.said(["hello", "hello yourself", "hm"])
    named = {"one": word, "two": f"{word}-2"}
    lanes = tuple(worlds.Lane(named[lane.id], lane.name) for lane in chart.lanes)
    arrows = tuple(
        worlds.Arrow(a.id, a.number, named[a.source], named[a.to], a.words, a.answer, a.message) for a in chart.arrows
    )
    chart = Chart("x", "x", "x", "wide", lanes, arrows)
    assert read(ask(READ, [chart])[0]) == meant(chart)


@pytest.mark.parametrize("zone", ["red team", "Gold", "transparent", "rgb(1,2,3) x", "inherit", "node-1", "集群外"])
def test_a_zone_may_be_called_like_a_colour(ask: Ask, zone: str):
    chart = worlds.said(["hello"], zone=zone)
    assert read(ask(READ, [chart])[0]) == meant(chart)
