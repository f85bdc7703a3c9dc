"""Mermaid text that any Mermaid reads as it was meant, whatever the words."""

import re

import pytest
import worlds
from goldens import HOW, golden, left_over
from hypothesis import example, given
from hypothesis import strategies as st
from requestflow.view import mermaid

CHARTS = worlds.charts(worlds.two_routes())
HOSTILE = [
    "a; b", "#35;", "a#b", "end", "%%", "%%{init: {}}%%", "<script>alert(1)</script>", "a<br/>b",
    '"quoted"', "'", "`", "$$x^2$$", "&amp;", "&#35;", "👩‍💻 ✅", "负载均衡器；#", "two\nlines", "\r\n",
    "tab\there", "\u2028", "a->>b: c", "->>", "-->>+", "A: B: C", "wrap: x", "nowrap:x", ":wrap:x",
    "note over a", "loop", "style a:b#c", "classDef x:y#z", "---", "\\n", "[]", "{host}",
    '@{ "type": "actor" }', "as b", "participant x", "box red", "par", "100%", "−", "a,b", "()",
    "|",
]  # fmt: skip
TEXTS = st.one_of(
    st.sampled_from(HOSTILE),
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1),
    st.lists(st.sampled_from([*HOSTILE, " ", "\n", "x"]), min_size=1, max_size=5).map("".join),
).filter(lambda text: text.strip())


def plain(text: str) -> str:
    """What a reader sees of a text: white space as one blank."""
    return " ".join(text.split())


def decoded(text: str) -> str:
    """What Mermaid makes of its entities."""
    return re.sub(r"#(\d+);", lambda m: chr(int(m[1])), text)


# -- golden files -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", CHARTS)
def test_the_text_is_the_golden_one(name: str):
    text = mermaid.text(CHARTS[name])
    assert text == golden(f"{name}.mmd", text), HOW


def test_no_golden_file_is_left_over():
    assert left_over("*.mmd", {f"{name}.mmd" for name in CHARTS}) == []


# -- steps ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", CHARTS)
def test_the_steps_come_back_from_the_text(name: str):
    assert re.findall(r"^ *%% step (.+)$", mermaid.text(CHARTS[name]), re.M) == [
        arrow.id for arrow in CHARTS[name].arrows
    ]


def test_a_route_is_numbered_through_its_stages(flow):
    view = worlds.view(flow, "through-service")
    starts = [re.search(r"autonumber (\d+)", mermaid.diagram(view, stage.id)) for stage in view.stages]
    assert [int(m[1]) for m in starts if m] == [stage.rows[0].number for stage in view.stages]


# -- any words --------------------------------------------------------------------------------------------------------
@worlds.steady
@given(st.lists(TEXTS, min_size=1, max_size=9))
@example(HOSTILE[:-1])
def test_any_label_is_one_message_line_and_can_be_decoded(texts: list[str]):
    chart = worlds.said(texts)
    lines = mermaid.text(chart).split("\n")
    body = lines[lines.index("  autonumber 1") + 1 :]
    assert body.pop() == ""
    assert mermaid.text(chart).splitlines() == lines[:-1]
    assert body[::2] == [f"  %% step {arrow.id}" for arrow in chart.arrows]
    messages = [re.fullmatch(r"  (one|two)(-?->>)(one|two): (.*)", line) for line in body[1::2]]
    assert all(messages)
    assert [decoded(m[4]) for m in messages] == [plain(text) for text in texts]
    ends = [(a.source, "-->>" if a.answer else "->>", a.to) for a in chart.arrows]
    assert [(m[1], m[2], m[3]) for m in messages] == ends


@worlds.steady
@given(TEXTS)
def test_no_character_mermaid_gives_a_meaning_is_left_in_a_text(text: str):
    without_entities = re.sub(r"#\d+;", "", mermaid.escape(text))
    assert not set(without_entities) & set("#;$<>&%\n\r")


@worlds.steady
@given(TEXTS, TEXTS, TEXTS)
def test_names_zones_and_titles_are_escaped_too(name: str, zone: str, title: str):
    lines = mermaid.text(worlds.said(["x"], name, zone, title)).splitlines()
    found = {
        start: decoded(line.strip().removeprefix(start))
        for line in lines
        for start in ("accTitle: ", "accDescr: ", "participant one as ", "box ")
        if line.strip().startswith(start)
    }
    assert found["accTitle: "] == found["accDescr: "] == plain(title)
    assert found["participant one as "] == plain(name)
    assert found["box "].endswith(plain(zone))


def test_several_words_of_an_arrow_stand_on_lines_of_their_own():
    (two_lines,) = [a for a in CHARTS["through-service-reach-wide-en"].arrows if a.id == "lb-picks-node"]
    text = mermaid.text(CHARTS["through-service-reach-wide-en"])
    assert f": {'<br/>'.join(two_lines.words)}\n" in text
    assert len(two_lines.words) == 2


# -- participants -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("zone", [None, "zone"])
def test_lanes_are_boxed_by_zone_only_when_they_stand_in_one(zone: str | None):
    chart = worlds.said(["x"])
    lanes = tuple(worlds.Lane(lane.id, lane.name, zone, "here") for lane in chart.lanes)
    text = mermaid.text(worlds.Chart("x", "x", "x", "wide", lanes, chart.arrows))
    assert text.count("  box ") == text.count("  end\n") == (0 if zone is None else 1)
    assert text.count("participant ") == 2
