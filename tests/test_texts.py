"""Whatever a writer's words are, they stay words in HTML, in pictures and in files; else they are refused."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import worlds
import yaml
from hypothesis import example, given
from hypothesis import strategies as st
from requestflow.model import reading
from requestflow.model.definition import LANGUAGES, Language
from requestflow.model.values import Values
from requestflow.problems import FlowError
from requestflow.view import boxes, cards, chart, exports, ladder, picture
from requestflow.view.view import View
from requestflow.world import packets
from small import FLOW
from test_mermaid import HOSTILE

CSS = (worlds.ROOT / "docs/assets/picture.css").read_text("utf-8")
SVG = "{http://www.w3.org/2000/svg}"
BREAKING = ['"><script>alert(1)</script>', "' onload='alert(1)", "</title></svg><img src=x>", "]]>", "<!--", "{client}"]
BREAKING += ["\u0085", "\u200f\u202e", "\U0001fffe", "&#x0;", "</style>", "\\", "x" * 300]
WORDS = st.one_of(
    st.sampled_from([*HOSTILE, *BREAKING]),
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1),
    st.lists(st.sampled_from([*HOSTILE, *BREAKING, " ", "\n", "x"]), min_size=1, max_size=5).map("".join),
)


def written(words: str, data: Any = None) -> Any:
    """The small definition with these words wherever a page shows some."""
    data = yaml.safe_load(FLOW) if data is None else data
    if isinstance(data, dict):
        if set(data) == set(LANGUAGES):
            return {key: [words] * len(value) if isinstance(value, list) else words for key, value in data.items()}
        return {key: sentence(words) if key == "sentence" else written(words, value) for key, value in data.items()}
    return [written(words, value) for value in data] if isinstance(data, list) else data


def sentence(words: str) -> dict[str, str]:
    """The words made into one sentence that nobody refuses for its form."""
    return worlds.SENTENCE | {"en": re.sub(r"[.!?]", ",", " ".join(words.lower().split())[:100]) + "."}


class Shape(HTMLParser):
    """The elements of some HTML and the names of their attributes: what words must not change."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, ...]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, *(name for name, _ in attrs)))

    def handle_endtag(self, tag: str) -> None:
        self.seen.append((f"/{tag}",))

    def handle_comment(self, data: str) -> None:
        self.seen.append(("comment", data))


def href(name: str) -> str:
    return f"#{name}"


def drawn(file: Path, language: Language) -> tuple[list[str], list[str]]:
    """Everything the drawers make of a definition: HTML, and pictures to take away. Raises FlowError."""
    flow = reading.read(file)
    hops = packets.trip(flow, "whole").hops
    view = View(flow, "whole", hops, {}, language)
    charts = [chart.of_route(view, None, width) for width in chart.WIDTHS]
    charts += [chart.of_procedure(n, p, language) for n, p in flow.procedures.items()]
    renderer = picture.Renderer()
    html = [ladder.ladder(view, href), ladder.strip(view, "resolve", href)]
    html += [cards.passes(view, "resolve"), cards.destinations(view, href), cards.index([view], ["ask"], href, href)]
    html += [boxes.boxes(box, Values(flow, language)) for box in flow.boxes.values()]
    html += [picture.draw(renderer, c, href) for c in charts]
    return [str(part) for part in html], [*exports.pictures(charts, renderer, CSS, href).values()]


def shapes(parts: list[str]) -> Iterator[list[tuple[str, ...]]]:
    """The shape of each part; a picture may break a label into lines, so of those only what is no text."""
    for part in parts:
        shape = Shape(part).seen
        yield [one for one in shape if one[0] not in ("text", "/text")] if "<svg" in part else shape


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[str], list[str]]:
    """What the drawers make of the plainest words."""
    file = tmp_path_factory.mktemp("plain") / "words.yml"
    file.write_text(yaml.safe_dump(written("x")), "utf-8")
    return drawn(file, "en")


@worlds.steady
@given(words=WORDS)
@example(words="".join(HOSTILE[:-1]))
@example(words='"><script>alert(1)</script>')
def test_any_words_are_shown_as_words_or_refused(tmp_path_factory: pytest.TempPathFactory, plain, words: str):
    file = tmp_path_factory.getbasetemp() / "words.yml"
    file.write_text(yaml.safe_dump(written(words)), "utf-8")
    try:
        html, files = drawn(file, "en")
    except FlowError as error:
        assert all(p.place.startswith("docs/flow.yml:") and len(str(p).splitlines()) == 1 for p in error.problems)
        return
    assert list(shapes(html)) == list(shapes(plain[0]))
    for svg in [*files, *(part for part in html if part.startswith("<svg"))]:
        root = ElementTree.fromstring(svg)
        assert {e.tag.removeprefix(SVG) for e in root.iter()} <= {
            *("svg", "title", "desc", "style", "rect", "text", "path", "circle", "a", "g"),
        }
    assert len(files) == len(plain[1])
