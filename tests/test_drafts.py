"""Nobody asks of a draft what is asked of what is published, and nothing published may stand on one."""

import pytest
from requestflow.pages import about, drafts, loop, names
from requestflow.problems import FlowError
from small import FLOW, HOME, WAY, closed, read

DRAFT = """\
  later:
    {draft: true, name: {en: Later, zh: 以后}, page: index.md, like: whole, replace: {ask: [ask, look]},
     restage: {resolve: afterwards}}
steps:
  look:
    {handles: lookup, at: resolver, label: {en: [Looks it up, look], zh: [查表, 查]}}
"""
SAID = """\
  say:
    {says: lookup, from: client, to: resolver, message: request, label: {en: [Says, say], zh: [说, 说]}}
  said:
    {says: lookup, from: resolver, to: client, message: response, label: {en: [Said, said], zh: [答, 答]}}
"""
STAGE = "stages:\n  afterwards: {name: {en: [Later, Later], zh: [以后, 以后]}, page: index.md}\n"
TEXT = (
    FLOW.replace("steps:\n", DRAFT + SAID, 1)
    .replace("stages:\n", STAGE, 1)
    .replace("[ask, look]", "[ask, say, look, said]")
)
LOOK = "\n## Look {#look .step}\n\nwords\n\n### More {#more}\n"
ASKED = "\n## Say {#say .step}\n"
NIGHT = "---\ndraft: true\n---\n# Night {#night}\n\n## Said {#said .step}\n"


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    return read(tmp_path_factory.mktemp("small"), TEXT)


def trees(en: dict[str, str], zh: dict[str, str]) -> loop.Explained:
    return {"en": {"index.md": HOME, "way.md": WAY} | en, "zh": {"index.md": HOME, "way.md": WAY} | zh}


def said(small, pages) -> list[str]:
    try:
        closed(pages, small)
    except FlowError as error:
        return [str(problem) for problem in error.problems]
    return []


def test_no_step_of_a_draft_needs_a_page_and_one_language_may_have_it(small):
    assert said(small, trees({}, {})) == []
    assert said(small, trees({"way.md": WAY + LOOK + ASKED, "night.md": NIGHT}, {})) == []


def test_a_step_that_is_not_written_yet_stands_on_the_page_of_its_stage(small):
    explained = closed(trees({"way.md": WAY + LOOK}, {}), small)
    assert [explained[language]["look"].target for language in ("en", "zh")] == ["way.md#look", "index.md"]


def test_the_same_is_asked_of_a_route_that_is_no_draft(tmp_path):
    finished = read(tmp_path, TEXT.replace("draft: true, ", ""))
    told = said(finished, trees({"way.md": WAY + LOOK + ASKED, "night.md": NIGHT.replace("true", "false")}, {}))
    for words in ("night.md: is missing", "the headings differ", "'look' in 'zh'", "'say' in 'zh'", "'said' in 'zh'"):
        assert any(words in line for line in told), (words, told)


@pytest.mark.parametrize(
    ("text", "pages", "line"),
    [
        (
            TEXT.replace("routes:\n", "routes:\n  other: {name: {en: O, zh: 他}, page: index.md, like: later}\n"),
            {"way.md": WAY + LOOK + ASKED + "\n## Said {#said .step}\n"},
            "route 'other' is like 'later', which is a draft. Make both drafts, or none.",
        ),
        (
            TEXT,
            {"way.md": f"---\ndraft: true\n---\n{WAY}"},
            "stage 'resolve' names the page 'way.md', which is a draft.",
        ),
        (
            TEXT,
            {"way.md": f"---\ndraft: true\n---\n{WAY}"},
            "explains 'ask', which is in a published route, on a draft.",
        ),
        (
            TEXT,
            {"index.md": f"---\ndraft: true\n---\n{HOME}"},
            "route 'whole' names the page 'index.md', which is a draft",
        ),
        (TEXT, {"way.md": f"---\ndraft: perhaps\n---\n{WAY}"}, "'draft: perhaps' is neither true nor false."),
        (TEXT, {"way.md": f"---\ndraf: true\n---\n{WAY}"}, "unknown key 'draf'. Did you mean 'draft'?"),
    ],
)
def test_what_is_published_cannot_stand_on_a_draft(text, pages, line, tmp_path):
    told = said(read(tmp_path, text), trees(pages, pages))
    assert any(line in one for one in told), told


def test_drafts_are_counted_routes_and_pages_each_once(small):
    found = drafts.find(small, trees({"night.md": NIGHT}, {"night.md": NIGHT}))
    assert str(found) == "2 drafts: route 'later', page night.md" and len(found) == 2
    assert found.steps == {"say", "look", "said"}
    assert not drafts.find(read_finished(small), trees({}, {}))


def read_finished(small):
    return drafts.published(small, drafts.find(small, trees({}, {})))


def test_a_definition_without_its_drafts_has_neither_their_routes_nor_their_steps(small):
    flow = read_finished(small)
    assert list(flow.routes) == ["whole"] and list(flow.steps) == ["ask", "reply"]


def test_a_page_without_sections_of_drafts_keeps_every_other_line_where_it_was(small):
    found = drafts.find(small, trees({}, {}))
    source = WAY.replace("\n## Reply", f"{LOOK}\n## Reply")
    lines, left = source.split("\n"), drafts.without({"way.md": source}, found)["way.md"].split("\n")
    assert len(lines) == len(left)
    assert [line for line in left if line] == [line for line in WAY.split("\n") if line]
    assert left.index("## Reply {#reply .step}") == lines.index("## Reply {#reply .step}")


def test_nobody_asks_when_a_draft_was_checked():
    unchecked = [str(p) for p in about.unchecked(trees({"night.md": NIGHT}, {}))]
    assert not any("night" in line for line in unchecked) and len(unchecked) == 4


def test_a_navigation_without_drafts_has_no_empty_section():
    nav = ["index.md", {"Night": [{"One": "night.md"}]}, {"Day": ["day.md", {"Two": "night.md"}]}]
    assert names.without(nav, ("night.md",)) == ["index.md", {"Day": ["day.md"]}]
