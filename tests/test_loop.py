"""The closed loop: every step explained once in both languages, pages of one shape, a clear line for each mistake."""

import pytest
from requestflow.pages import loop
from requestflow.problems import FlowError
from small import FLOW, HOME, WAY, closed, line, read


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    return read(tmp_path_factory.mktemp("small"))


def en(page: str, text: str | None) -> dict:
    return {("en", page): text}


def zh(page: str, text: str | None) -> dict:
    return {("zh", page): text}


def both(page: str, text: str | None) -> dict:
    return en(page, text) | zh(page, text)


def pages(changes: dict) -> dict:
    """The small pages in both languages with some changed, added, or (None) deleted."""
    tree = {language: {"index.md": HOME, "way.md": WAY} for language in ("en", "zh")}
    for (language, page), text in changes.items():
        tree[language][page] = text
        if text is None:
            del tree[language][page]
    return tree


def said(small, changes: dict) -> list[str]:
    try:
        closed(pages(changes), small)
    except FlowError as error:
        return [str(problem) for problem in error.problems]
    return []


def test_a_closed_loop_knows_where_every_step_is_explained(small):
    explained = closed(pages({}), small)
    assert [(e.step, e.page, e.line, e.title) for e in explained["zh"].values()] == [
        ("ask", "way.md", 3, "Ask"),
        ("reply", "way.md", 5, "Reply"),
    ]


# What was changed, and for every line expected: its place, then words it must say.
MISTAKES = {
    "a step nobody explains": (
        both("way.md", "# Way {#way}\n\n## Reply {#reply .step}\n"),
        (f"docs/flow.yml:{line('  ask:')}:3: ", "'ask' in 'en'", "{#ask .step}", "docs/en/way.md"),
        (f"docs/flow.yml:{line('  ask:')}:3: ", "'ask' in 'zh'", "{#ask .step}", "docs/zh/way.md"),
    ),
    "a step explained twice": (
        both("index.md", HOME + "\n## Again {#ask .step}\n"),
        ("docs/en/way.md:3", "'ask' again", "docs/en/index.md:3"),
        ("docs/zh/way.md:3", "'ask' again", "docs/zh/index.md:3"),
    ),
    "a step that is nearly one": (
        both("way.md", WAY + "\n## More {#replay .step}\n"),
        ("docs/en/way.md:7", "'replay'", "Did you mean 'reply'?"),
        ("docs/zh/way.md:7", "'replay'", "Did you mean 'reply'?"),
    ),
    "a step like no other": (
        both("way.md", WAY + "\n## More {#zzz .step}\n"),
        ("docs/en/way.md:7", "'zzz'", "docs/flow.yml"),
        ("docs/zh/way.md:7", "'zzz'", "docs/flow.yml"),
    ),
    "a step's id on an ordinary heading": (
        both("index.md", HOME + "\n## Ask {#ask}\n"),
        ("docs/en/index.md:3", "'ask'", "{#ask .step}"),
        ("docs/zh/index.md:3", "'ask'", "{#ask .step}"),
    ),
    "a page only English has": (en("extra.md", HOME), ("docs/zh/extra.md", "missing", "docs/en/extra.md")),
    "a page only Chinese has": (zh("extra.md", HOME), ("docs/en/extra.md", "missing", "docs/zh/extra.md")),
    "an id of its own in Chinese": (
        zh("index.md", "# Home {#start}\n"),
        ("docs/zh/index.md:1", "'start'", "'home'", "docs/en/index.md:1"),
    ),
    "a level of its own in Chinese": (
        zh("way.md", WAY.replace("## Reply", "### Reply")),
        ("docs/zh/way.md:5", "level 3", "level 2", "docs/en/way.md:5"),
    ),
    "a heading only English has": (
        en("index.md", HOME + "\n## More {#more}\n"),
        ("docs/zh/index.md:1", "nothing", "'more'", "docs/en/index.md:3"),
    ),
    "a heading only Chinese has": (
        zh("index.md", HOME + "\n## More {#more}\n"),
        ("docs/zh/index.md:3", "'more'", "nothing", "docs/en/index.md"),
    ),
    "a heading without an id": (
        both("index.md", HOME + "\n## Bare\n"),
        ("docs/en/index.md:3", "'Bare'", "no id", "{#"),
        ("docs/zh/index.md:3", "'Bare'", "no id", "{#"),
    ),
    "an id twice on a page": (
        both("index.md", HOME + "\n## More {#home}\n"),
        ("docs/en/index.md:3", "'home'", "line 1"),
        ("docs/zh/index.md:3", "'home'", "line 1"),
    ),
    "an id that is not ASCII": (
        both("index.md", HOME + "\n## More {#更多}\n"),
        ("docs/en/index.md:3", "'更多'", "ASCII"),
        ("docs/zh/index.md:3", "'更多'", "ASCII"),
    ),
    "a claim that shows nothing": (
        en("index.md", f"{HOME}\nIt was measured.\n") | zh("index.md", f"{HOME}\n这是实测。\n"),
        ("docs/en/index.md:3", "'measured'", "flow:recording.NAME"),
        ("docs/zh/index.md:3", "'实测'", "flow:recording.NAME"),
    ),
    "a page where the other language is built": (
        both("zh/index.md", HOME),
        ("docs/en/zh/index.md", "overwritten"),
        ("docs/zh/zh/index.md", "overwritten"),
    ),
    "a page the definition names": (
        both("index.md", None),
        (f"docs/flow.yml:{line('page: index')}:6: ", "'client'", "'index.md'", "not there"),
        (f"docs/flow.yml:{line('page: index.md, network')}:", "'whole'", "'index.md'", "not there"),
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_one_line_with_its_place_and_what_to_do(small, mistake):
    changes, *expected = MISTAKES[mistake]
    lines = said(small, changes)
    assert len(lines) == len(expected), lines
    for told, (place, *words) in zip(lines, expected, strict=True):
        assert told.startswith(place) and "\n" not in told, told
        assert not [word for word in words if word not in told], told


def test_a_stage_naming_a_page_that_is_not_there_gets_the_nearest(tmp_path):
    stage = "zh: [解析, 解析]}, page: way.md"
    lines = said(read(tmp_path, FLOW.replace(stage, stage.replace("way.md", "ways.md"))), {})
    assert len(lines) == 1 and lines[0].startswith(f"docs/flow.yml:{line(stage)}:"), lines
    assert "'resolve' names the page 'ways.md'" in lines[0] and "Did you mean 'way.md'?" in lines[0], lines


# -- what nothing uses ------------------------------------------------------------------------------------------------
SPARE = FLOW.replace("names: {", "names: {spare: nothing, ").replace("ports: {", "ports: {idle: 99, ")


@pytest.fixture(scope="module")
def spare(tmp_path_factory):
    return read(tmp_path_factory.mktemp("spare"), SPARE)


def test_a_name_and_a_port_that_neither_definition_nor_page_uses_are_told_at_their_place(spare):
    port, name = said(spare, {})
    assert port.startswith("docs/flow.yml:2:9: port 'idle' is used nowhere."), port
    assert name.startswith("docs/flow.yml:1:9: name 'spare' is used neither here nor on a page."), name


@pytest.mark.parametrize(
    "text",
    [
        "[](flow:spare) and [](flow:port.idle)",
        "[a][1], [](flow:client:idle)\n\n[1]: flow:spare",
        "``` {.bash .flow}\ncurl {spare}:{port.idle}\n```",
    ],
)
def test_a_page_uses_what_it_shows(spare, text):
    assert said(spare, both("index.md", f"{HOME}\n{text}\n")) == []


@pytest.mark.parametrize("text", ["`[](flow:spare)`", "```\n[](flow:spare) {spare}\n```", "<!--\n[](flow:spare)\n-->"])
def test_what_code_or_a_comment_shows_is_no_use(spare, text):
    lines = said(spare, both("index.md", f"{HOME}\n{text}\n\n[](flow:port.idle)\n"))
    assert any("name 'spare' is used neither here nor on a page" in line for line in lines), lines


@pytest.mark.parametrize(
    "code",
    [
        "```text\n## Ask {#ask .step}\n```",
        "~~~~\n# Bare\n~~~\n## Ask {#ask .step}\n~~~~",
        "``` {.bash .flow}\n# a comment\n```",
        "    # indented\n    ## Ask {#ask .step}",
    ],
)
def test_a_heading_in_code_is_no_heading(small, code):
    assert said(small, both("index.md", f"{HOME}\n{code}\n")) == []


def test_a_comment_in_front_matter_is_no_heading(small):
    assert said(small, both("index.md", f"---\n# for editors\ntitle: Home\n---\n{HOME}")) == []


def test_an_explanation_commented_out_explains_nothing(small):
    lines = said(small, both("way.md", WAY.replace("## Ask {#ask .step}", "<!--\n## Ask {#ask .step}\n-->")))
    assert len(lines) == 2 and "no page explains the step 'ask'" in lines[0], lines


def test_a_step_only_a_like_route_has_is_told_its_page_too(tmp_path):
    route = "  other: {name: {en: Other, zh: 另一条}, page: index.md, like: whole, replace: {ask: call}}\n"
    step = FLOW[FLOW.index("  ask:") : FLOW.index("  reply:")].replace("  ask:", "  call:")
    lines = said(read(tmp_path, FLOW.replace("steps:\n", route + "steps:\n" + step)), {})
    assert len(lines) == 2 and "docs/en/way.md" in lines[0] and "docs/zh/way.md" in lines[1], lines


def test_a_stage_whose_page_explains_none_of_its_steps_is_told_at_its_page(tmp_path):
    stage = "zh: [解析, 解析]}, page: way.md"
    lines = said(read(tmp_path, FLOW.replace(stage, stage.replace("way.md", "index.md"))), {})
    assert len(lines) == 1 and lines[0].startswith(f"docs/flow.yml:{line(stage)}:"), lines
    assert "'index.md' explains no step of the stage 'resolve'" in lines[0] and "ask, reply" in lines[0], lines


# -- files ------------------------------------------------------------------------------------------------------------
@pytest.fixture
def docs(tmp_path):
    for language in ("en", "zh"):
        (tmp_path / language).mkdir()
        (tmp_path / language / "index.md").write_text(HOME, "utf-8")
    return tmp_path


def test_files_that_editors_and_systems_leave_behind_are_no_pages(docs):
    (docs / "en/.#index.md").symlink_to("nobody@host.1234")  # Emacs' lock: a link that leads nowhere
    (docs / "en/._index.md").write_bytes(b"\x00\x05\x16\x07 AppleDouble \xff")
    (docs / "en/.cache").mkdir()
    (docs / "en/.cache/old.md").write_text("# Old\n", "utf-8")
    (docs / "en/folder.md").mkdir()
    (docs / "en/index.md~").write_text("# Older\n", "utf-8")
    assert loop.load(docs) == {"en": {"index.md": HOME}, "zh": {"index.md": HOME}}


def test_a_byte_order_mark_hides_no_heading(docs):
    (docs / "zh/index.md").write_bytes(b"\xef\xbb\xbf" + HOME.encode())
    assert loop.load(docs)["zh"] == {"index.md": HOME}


def test_every_page_that_cannot_be_read_is_told_in_one_go(docs):
    (docs / "en/gone.md").symlink_to("nowhere.md")
    (docs / "zh/index.md").write_bytes(b"# A {#a}\n\ncaf\xe9\n")
    with pytest.raises(FlowError) as refused:
        loop.load(docs)
    gone, latin = map(str, refused.value.problems)
    assert gone == "docs/en/gone.md: is not there. Put it there, or delete the link."
    assert latin == "docs/zh/index.md:3:4: is not UTF-8: byte 0xE9 does not fit. Save it as UTF-8."


def test_a_language_without_pages_is_told(docs):
    (docs / "zh/index.md").unlink()
    with pytest.raises(FlowError, match=r"docs/zh: has no pages\."):
        loop.load(docs)
