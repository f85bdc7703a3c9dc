"""The page "which one is yours?": each answer has a number that is a link to it, and every route is an answer."""

import re

import pytest
from requestflow.model.definition import LANGUAGES, Flow
from requestflow.pages import loop
from requestflow.pages.sections import Section, sections
from worlds import ROOT

PAGE = "routes/index.md"
QUESTION = re.compile(r"(?P<number>\d+)\. .*[?？]")
ANSWER = re.compile(r"- \[(?P<number>\d+)(?P<letter>[a-z])\]\(#(?P<to>[a-z0-9-]+)\)\{#(?P<id>[a-z0-9-]+)\} .")
ITEM = re.compile(r"^ *[-*+] .*(?:\n {2,}[^ *+-].*)*", re.MULTILINE)
FLOW = re.compile(r"(?<!\[)\]\(flow:([\w-]+)\)")
PUBLISHED = {"routes", "outside", "inside", "no-or-nothing", "all-routes", "sources"}
PAGES = loop.load(ROOT / "docs")


def questions(language: str) -> list[Section]:
    return [s for s in sections(PAGES[language][PAGE]) if s.heading and QUESTION.fullmatch(s.heading.title)]


def answers(section: Section) -> list[str]:
    """The list items of a section, each with the lines that go on."""
    return ITEM.findall("\n".join(line for _, line in section.text))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_question_and_answer_is_numbered_in_order_and_links_to_itself(language):
    asked = questions(language)
    assert [int(QUESTION.fullmatch(s.heading.title)["number"]) for s in asked] == list(range(1, len(asked) + 1))
    for number, section in enumerate(asked, 1):
        found = [ANSWER.match(item) for item in answers(section)]
        assert all(found), (section.heading.title, answers(section))
        assert [(int(m["number"]), m["letter"]) for m in found] == [(number, chr(97 + i)) for i in range(len(found))]
        assert all(m["to"] == m["id"] for m in found), section.heading.title


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_answer_has_an_id_of_something_else_and_published_ids_stay(flow: Flow, language):
    ids = [ANSWER.match(item)["id"] for section in questions(language) for item in answers(section)]
    headings = [s.heading.id for s in sections(PAGES[language][PAGE]) if s.heading]
    assert len({*ids, *headings}) == len(ids) + len(headings) and set(headings) >= PUBLISHED
    assert not {*ids, *headings} & {*flow.steps, *flow.routes}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_route_can_be_reached_from_an_answer(flow: Flow, language):
    linked = {name for s in questions(language) for item in answers(s) for name in FLOW.findall(item)}
    assert set(flow.routes) - linked == set()


def test_both_languages_give_the_same_answers_the_same_routes():
    found = [
        [(ANSWER.match(item)["id"], sorted(FLOW.findall(item))) for s in questions(language) for item in answers(s)]
        for language in LANGUAGES
    ]
    assert found[0] == found[1] and len(found[0]) > len(questions("en"))
