"""Search words in front matter: read, prepared for the index, and refused with file and line where they are none."""

import pytest
from houses import ROOT
from requestflow.pages import keywords, loop
from requestflow.problems import FlowError
from small import closed

PAGE = "docs/en/a.md"


def said(front_matter: str) -> list[str]:
    return [str(p) for p in keywords.problems(PAGE, f"---\ntitle: A\n{front_matter}\n---\n# A {{#a}}\n")]


@pytest.mark.parametrize(
    "written", ["search: {words: [client IP, 504, 源 IP]}", "search:\n  words:\n    - client IP", "x: 1"]
)
def test_words_are_a_list_of_texts(written):
    assert said(written) == []


@pytest.mark.parametrize(
    ("written", "line", "what"),
    [
        ("search: [504]", 3, "'search' is no mapping. Write search: {words: [client IP, …]}."),
        ("search:", 3, "'search' is no mapping."),
        ("search: {words: 504}", 3, "'words' is no list."),
        ("search: {word: [504]}", 3, "unknown key 'word' in 'search'. Did you mean 'words'?"),
        ("search: {boost: 2}", 3, "unknown key 'boost' in 'search'. Write search: {words: [client IP, …]}."),
        ("search:\n  words:\n    - 504\n    - [a]", 6, "a word of 'search' is no text."),
        ("search: {words: [1.20]}", 3, 'the word 1.20 is read as a float. Write "1.20".'),
        ("search: {words: [0755]}", 3, 'the word 0755 is read as a int. Write "0755".'),
        ("search: {words: [no]}", 3, 'the word no is read as a bool. Write "no".'),
    ],
)
def test_anything_else_is_told_with_its_line(written, line, what):
    (problem,) = said(written)
    assert problem.startswith(f"{PAGE}:{line}: {what}")


def test_every_mistake_of_every_page_is_told_at_once(flow):
    pages = loop.load(ROOT / "docs")
    for language in ("en", "zh"):
        text = pages[language]["request/dns.md"]
        pages[language]["request/dns.md"] = text.replace("---\n", "---\nsearch: []\n", 1)
    with pytest.raises(FlowError) as error:
        closed(pages, flow)
    found = [p.place for p in error.value.problems if "no mapping" in p.what]
    assert found == ["docs/en/request/dns.md:2", "docs/zh/request/dns.md:2"]


def test_front_matter_that_cannot_be_read_is_left_to_others():
    assert said("search: {words: [") == [] and list(keywords.problems(PAGE, "# No front matter")) == []


def test_any_part_of_a_chinese_word_is_in_the_index():
    assert keywords.found_by(["会话保持"]).split() == ["会话保持", "话保持", "保持"]
    assert keywords.found_by(["源 IP", "客户端IP", "源 IP"]).split() == ["源", "IP", "客户端", "户端"]
    assert keywords.found_by(["client IP", "X-Real-IP"]) == "client IP X-Real-IP"


def test_words_are_texts_whatever_yaml_makes_of_them():
    assert keywords.given({"search": {"words": [504, "client IP"]}}) == ["504", "client IP"]
    assert keywords.given({}) == keywords.given({"search": {}}) == []
