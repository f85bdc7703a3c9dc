"""`docs/questions.yml`: what may stand in it, that it fits steps and pages, and how a question is shown."""

import re
from functools import partial
from pathlib import Path

import pytest
from houses import ROOT
from refused import refused
from requestflow.model import questions
from requestflow.model.questions import Questions
from requestflow.pages import asked, whole
from requestflow.view import questions as view
from requestflow.view.prose import Ways
from requestflow.world import recordings

TEXT = (ROOT / questions.SHOWN).read_text("utf-8")
SMALL = (ROOT / "tests/data/questions.yml").read_text("utf-8")


@pytest.fixture(scope="module")
def project() -> whole.Whole:
    return whole.read(ROOT)


def read(folder: Path, text: str) -> Questions:
    file = folder / "questions.yml"
    file.write_text(text, "utf-8")
    return questions.read(file)


def told(project: whole.Whole, asks: Questions, pages: dict | None = None) -> list[str]:
    known, folder = project.known, ROOT / recordings.SHOWN
    found = asked.problems(asks, known.flow, project.explained, pages or project.pages, folder)
    return [str(problem) for problem in found]


# -- what stands in it ------------------------------------------------------------------------------------------------
def test_thirty_questions_are_asked_in_five_groups_of_six(project: whole.Whole):
    groups = project.known.questions.groups
    assert [len(of) for of in groups.values()] == [6] * 5
    assert [n for n, *_ in project.known.questions.every()] == list(range(1, 31))


def test_most_questions_have_addresses_of_the_example_world(project: whole.Whole):
    said = [one.ask.en + one.answer.en for *_, one in project.known.questions.every()]
    assert sum("{" in words for words in said) >= 18


REFUSED = {
    "a key that is misspelt": ("see: ask", "sea: ask", "unknown key 'sea'. Did you mean 'see'?"),
    "a language that is missing": (", zh: 没有人。}", "}", "'zh' is missing"),
    "an answer that nothing proves": ("      see: ask\n", "", "'see' is missing"),
    "what proves it, in free words": ("see: way.md#bridge", "see: the way", "Write it like a step, a route"),
    "an id of another form": ("    three:", "    Number_3:", "'Number_3' is not a good id."),
    "an id that stands twice": ("    two:", "    one:", "'one' is written twice."),
    "an id of another group": ("    three:", "    two:", "'two' is a question already (docs/questions.yml:9:5)."),
    "a question that asks nothing": ('"Who?"', "Who.", "does not end with '?'."),
    "an answer without an end": ("Nobody.", "Nobody", "does not end with '.'."),
    "English in the place of Chinese": ('"为什么？"', '"Why？"', "has no Chinese letter."),
}  # fmt: skip


@pytest.mark.parametrize("mistake", REFUSED)
def test_the_file_by_itself_is_refused_with(mistake: str, tmp_path: Path):
    refused(partial(read, tmp_path), SMALL, REFUSED[mistake], questions.SHOWN)


def test_the_file_as_it_stands_is_not_refused(tmp_path: Path):
    assert [name for _, _, name, _ in read(tmp_path, SMALL).every()] == ["one", "two", "three"]
    assert questions.read(tmp_path / "none.yml") == Questions()


AGAINST_THE_REST = {
    "a step that is none": ("see: nodeport-masquerade", "see: nodeport-masquerad", "Did you mean 'nodeport-masq"),
    "a section that is none": ("pod.md#container-port", "pod.md#container-prt", "Did you mean 'request/pod.md#contain"),
    "a value that is none": ("{load-balancer}, the", "{load-balance}, the", "'load-balance'"),
    "a link that leads nowhere": ("[start TLS with the Pod](flow:re-encrypt)", "[start TLS](flow:re-encryt)",
                                  "the link to 'flow:re-encryt' leads nowhere."),
    "a value typed by hand": ("From {node-1}, port Q", "From 192.0.2.11, port Q", "types the address 192.0.2.11"),
    "languages that differ": ("curl to {node-1:empty-nodeport}", "curl to the node", "node-1:empty-nodeport"),
    "a claim without a recording": ("No, it is chance.", "No, as we measured.", "names no recording"),
}  # fmt: skip


@pytest.mark.parametrize("mistake", AGAINST_THE_REST)
def test_the_file_is_refused_where_it_does_not_fit_the_rest(mistake: str, project: whole.Whole, tmp_path: Path):
    old, new, words = AGAINST_THE_REST[mistake]
    assert old in TEXT, old
    found = told(project, read(tmp_path, TEXT.replace(old, new, 1)))
    assert any(words in problem for problem in found), found
    assert all(re.match(r"docs/questions\.yml:\d+", problem) for problem in found)


def test_the_project_as_it_is_has_no_problem(project: whole.Whole):
    assert told(project, project.known.questions) == []


def test_a_group_that_no_page_asks_is_told(project: whole.Whole):
    pages = {language: dict(tree) for language, tree in project.pages.items()}
    pages["zh"][view.PAGE] = pages["zh"][view.PAGE].replace("<!-- flow:questions breaks -->", "")
    (problem,) = told(project, project.known.questions, pages)
    assert "docs/zh/onboarding/self-check.md does not ask the group 'breaks'." in problem


# -- how it is shown --------------------------------------------------------------------------------------------------
def test_an_answer_is_folded_behind_its_question_and_leads_to_its_proof(tmp_path: Path):
    ways = Ways("en", lambda to: f"→{to}", lambda name: (f"<{name}>", True), str, str)
    html = view.questions(read(tmp_path, SMALL), "first", ways, lambda see: f"the {see}")
    one, two = html.split("<details")[1:]
    assert "<summary>1. What is <code>&lt;host&gt;</code>?</summary>" in one
    assert '<p>A <a href="→flow:ask">name</a>.</p><p>Shown by: <a href="→flow:ask">the ask</a></p>' in one
    assert 'id="q-two"' in two and "<p>So &amp; &lt;so&gt;.</p>" in two and 'href="→/way.md#bridge"' in two


def test_questions_are_counted_through_all_groups(tmp_path: Path):
    ways = Ways("zh", str, lambda name: (name, False), str, str)
    assert "<summary>3. 是谁？" in view.questions(read(tmp_path, SMALL), "second", ways, str)
