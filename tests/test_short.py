"""Short links and addresses of other days: one meaning for each id, none used again, every one leads somewhere."""

from html.parser import HTMLParser

import pytest
import small
from houses import ROOT
from requestflow.mkdocs.onward import Place, pages, with_old_ids
from requestflow.model import faults, reading
from requestflow.model.definition import LANGUAGES
from requestflow.model.glossary import Glossary
from requestflow.pages import short, whole
from requestflow.pages.short import Moved, Short

TREE = {"index.md": small.HOME, "way.md": small.WAY, "fix/index.md": "# Fix {#fix}\n"}
TEXT = {"en": "Words.", "zh": "文字。"}
LEADS = [{"prints": TEXT, "leads": ["slow"]}] * 2
SLOW = {"name": TEXT, "short": TEXT, "says": TEXT, "commands": [{"ask": TEXT, "run": "date", "outcomes": LEADS}]}
CAUSE = {
    **{key: TEXT for key in ("short", "cause", "sees", "mend")},
    **{"symptoms": ["slow"], "says": "nobody", "section": "way.md", "checks": [{"run": "date"}], "known": "derived"},
}


def said(tmp_path, more: str, tree: dict[str, str] = TREE, fault: str = "lost") -> list[str]:
    """What is wrong with the small definition and something more at its end."""
    file = tmp_path / "flow.yml"
    file.write_text(small.FLOW + more, "utf-8")
    known = faults.check({"symptoms": {"slow": SLOW}, "faults": {fault: CAUSE}})
    terms = Glossary.model_validate({"terms": {"hop": {"term": TEXT, "says": TEXT, "see": "ask"}}})
    return [str(p) for p in short.problems(reading.read(file), known, terms, dict.fromkeys(LANGUAGES, tree))]


# -- what is wrong ----------------------------------------------------------------------------------------------------
def test_old_names_of_every_kind_may_lead_to_every_kind(tmp_path):
    more = """
aliases: {query: ask, lookup-stage: resolve, all: whole, old/way.md: way.md, way.md#questions: "index.md#home",
  gone: lost, term-leg: term-hop, other.md: index.md, diagrams/all-map.svg: diagrams/whole-map.svg}
retired: {echo: {to: way.md, since: "2026-11-28", why: {en: Nobody echoes., zh: 没有人回显。}}}
"""
    assert said(tmp_path, more) == []


@pytest.mark.parametrize(
    ("more", "what", "fix"),
    [
        ("aliases: {ask: reply}", "'ask' is there today.", "An id is never used again"),
        ("aliases: {lost: reply}", "'lost' is there today.", "An id is never used again"),
        ("aliases: {term-hop: ask}", "'term-hop' is there today.", "An id is never used again"),
        ("aliases: {way.md: index.md}", "'way.md' is there today.", "An id is never used again"),
        ("aliases: {fix.md: index.md}", "'fix.md' is there today.", "An id is never used again"),
        ("aliases: {way.md#ask: index.md}", "'way.md#ask' is there today.", "An id is never used again"),
        ("aliases: {query: asks}", "'asks' is nothing of today.", "Did you mean 'ask'?"),
        ("aliases: {query: way.md#aks}", "'way.md#aks' is nothing of today.", "Did you mean 'way.md#ask'?"),
        ("aliases: {query: ask, question: query}", "'query' is an address of other days itself.", "Write 'ask'."),
        ("aliases: {old.md#x: ask}", "'old.md#x' is on a page that is not there.", "Write 'old.md: …' alone"),
        ("aliases: {Not an id: ask}", "'Not an id' is no address.", "Write an id, PAGE.md,"),
        (
            "aliases: {query: ask}\nretired: {query: {to: ask, since: 2026-11-28, why: {en: Gone., zh: 没了。}}}",
            "'query' is one of the aliases too.",
            "Keep one",
        ),
        (
            "retired: {reply: {to: ask, since: 2026-11-28, why: {en: Gone., zh: 没了。}}}",
            "'reply' is there today.",
            "An id is never used again",
        ),
    ],
)
def test_an_old_address_that_is_used_again_or_leads_nowhere_is_told_with_its_line(tmp_path, more, what, fix):
    line = (small.FLOW + more).count("\n") + 1
    (problem,) = said(tmp_path, more)
    assert problem.startswith(f"docs/flow.yml:{line}:") and f": {what} {fix}" in problem


@pytest.mark.parametrize(("name", "kind"), [("ask", "steps"), ("resolve", "stages"), ("whole", "routes")])
def test_a_fault_named_as_something_else_is_told_with_the_line_of_both(tmp_path, name, kind):
    (problem,) = said(tmp_path, "", fault=name)
    first = f"docs/flow.yml:{small.line(f'  {name}:')}:"
    assert f"'{name}' is already one of the {kind} ({first}" in problem and problem.endswith("Rename one.")


def test_a_page_named_as_a_step_is_told(tmp_path):
    (problem,) = said(tmp_path, "", TREE | {"ask.md": "# Ask {#asking}\n"})
    assert problem.startswith("docs/en/ask.md: 'ask' is already one of the steps (docs/flow.yml:")


def test_ids_of_today_have_one_meaning_and_those_of_other_days_lead_to_one():
    found = whole.read(ROOT)
    assert list(short.problems(found.known.flow, found.known.faults, found.known.glossary, found.pages)) == []


# -- what they say ----------------------------------------------------------------------------------------------------
ONE = Short("A <b> & c", "It says “x”.", "way.md#ask", "steps/ask")
AT = "https://example.org/docs/"


def place(top: str = AT) -> Place:
    known = {"way.md": "way/", "index.md": "./"}
    return Place("en", "The site", top, known.get, directories=True)


class Head(HTMLParser):
    """The tags a client reads that previews links."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags, self.links, self.words = dict[str, str](), list[str](), list[str]()
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        for key in ("property", "name", "http-equiv"):
            if tag == "meta" and key in given:
                self.tags[given[key]] = given["content"]
        if tag == "a":
            self.links.append(given["href"])
        if tag == "link":
            self.tags[given["rel"]] = given["href"]

    def handle_data(self, data):
        self.words.append(data)


def test_a_short_link_says_what_it_leads_to_and_leads_there():
    made = pages({"ask": ONE}, place(), lambda name: f"{AT}diagrams/{name}.png")
    head = Head(made["go/ask/index.html"])
    assert list(made) == ["go/ask/index.html"]
    assert head.tags["og:title"] == head.tags["twitter:title"] == ONE.title
    assert head.tags["og:description"] == ONE.sentence and ONE.title in head.words
    assert head.tags["og:image"] == f"{AT}diagrams/steps/ask.png"
    assert head.tags["twitter:card"] == "summary_large_image"
    assert head.tags["canonical"] == f"{AT}way/" and head.tags["og:url"] == f"{AT}go/ask/"
    assert head.tags["refresh"] == "0; url=../../way/#ask" and head.links == ["../../way/#ask"]


def test_a_site_without_address_names_none_and_shows_no_picture():
    head = Head(pages({"ask": ONE}, place(""), lambda _: "")["go/ask/index.html"])
    assert not {"canonical", "og:url", "og:image"} & set(head.tags) and head.tags["twitter:card"] == "summary"
    assert "http" not in str([*head.tags.values(), *head.links])


def test_a_page_that_moved_leads_on_from_its_own_address_too():
    made = pages({"old/page.md": ONE, "way.md": ONE}, place(), lambda _: "")
    assert set(made) == {"go/old/page/index.html", "old/page/index.html", "go/way/index.html"}
    assert Head(made["old/page/index.html"]).links == ["../../way/#ask"]


def test_what_is_gone_says_why():
    html = pages({"echo": Short("A", "B", "way.md", "", "It was never sent.")}, place(), lambda _: "")
    assert "It was never sent." in html["go/echo/index.html"]


def test_a_link_into_a_draft_that_no_build_has_is_not_made():
    assert pages({"ask": Short("A", "B", "draft.md", "")}, place(), lambda _: "") == {}


# -- on a page --------------------------------------------------------------------------------------------------------
def test_an_old_id_stands_in_the_heading_that_has_todays():
    html = '<h2 id="asks">Asks</h2><h2 class="step" id="ask" data-n="1">Ask</h2>'
    made = with_old_ids(html, Moved({"ask": ["query", "question"]}), "", str)
    assert '<h2 class="step" id="ask" data-n="1"><span id="query"></span><span id="question"></span>Ask' in made
    assert '<h2 id="asks">Asks' in made


def test_what_has_left_a_page_leaves_a_note_that_leads_on():
    made = with_old_ids("<h1>x</h1>", Moved(notes={"query": ONE}), "Moved: ", lambda target: f"../{target}")
    assert made.startswith("<h1>x</h1>") and '<p class="moved" id="query"' in made
    assert '<a href="../way.md#ask">A &lt;b&gt; &amp; c</a>' in made
