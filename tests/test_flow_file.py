"""What /reference/flow-file/ shows is true: its example, its walk, what it quotes; and every key has its words."""

import re
import shutil
from pathlib import Path

import pytest
import worlds
import yaml
from requestflow.__main__ import main
from requestflow.model import keys, reading, translated
from requestflow.model.definition import LANGUAGES, VERBS
from requestflow.pages import markdown, quotes
from requestflow.problems import FlowError
from requestflow.view import keys as drawer
from worlds import ROOT

PAGES = {language: (ROOT / f"docs/{language}/reference/flow-file.md").read_text("utf-8") for language in LANGUAGES}


def blocks(language: str, kind: str) -> list[str]:
    """The fences of one language of code, without the indentation of the list they stand in."""
    lines = markdown.lines_of(PAGES[language])
    found = [f for f in markdown.fences(PAGES[language]) if f.language == kind]
    return ["".join(line.removeprefix(f.indent) + "\n" for line in lines[f.first : f.last - 1]) for f in found]


EXAMPLE, ROUTE, CHANGES, STEP, NAMES = blocks("en", "yaml")
REFUSED, DONE, SHOWN = blocks("en", "text")
WALK = {  # what the definition is after each move of the walk
    "as it is": EXAMPLE,
    "with the route": EXAMPLE.replace("\nsteps:\n", f"\n{ROUTE}\nsteps:\n"),
    "with the step": EXAMPLE.replace("\nsteps:\n", f"\n{ROUTE}{CHANGES}\nsteps:\n{STEP}"),
}


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Everything `check` looks at, around a definition: pages that explain the steps of the example, and no others."""
    for name in ("assets", "flow.schema.json", "keys.zh.yml"):
        source = ROOT / "docs" / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, tmp_path / "docs" / name)
        (tmp_path / "docs/recordings").mkdir(exist_ok=True)
    steps = "".join(f"\n## {step} {{#{step} .step}}\n" for step in yaml.safe_load(EXAMPLE)["steps"])
    for language in LANGUAGES:
        (tmp_path / f"docs/{language}").mkdir()
        page = tmp_path / f"docs/{language}/index.md"
        page.write_text(f"---\nchecked: 2026-11-27\n---\n# Home {{#home}}\n{steps}", "utf-8")

    def with_definition(text: str) -> None:
        (tmp_path / "docs/flow.yml").write_text(text, "utf-8", newline="\n")
        monkeypatch.chdir(tmp_path)

    return with_definition


def words(text: str) -> list[str]:
    return text.split()


def problems(text: str, folder: Path) -> list[str]:
    (folder / "flow.yml").write_text(text, "utf-8")
    try:
        worlds.trips(reading.read(folder / "flow.yml"))
    except FlowError as error:
        return [str(p) for p in error.problems]
    return []


# -- the page ---------------------------------------------------------------------------------------------------------
def test_both_pages_show_the_same_files_and_outputs():
    for kind in ("yaml", "text", "sh"):
        assert blocks("en", kind) == blocks("zh", kind)


def test_the_example_is_a_whole_definition_that_can_happen(tmp_path):
    assert problems(EXAMPLE, tmp_path) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "routed: {}",
            "routed: {bridge-netfilter: false}",
            "web-1 sends packets for 10.244.1.20 to caller (10.244.1.0/24 is on its eth0), not to node-1, where the"
            " request was rewritten.",
        ),
        ('dnat: "web-1:app"', 'dnat: "web-1:http"', "10.244.1.30:80 is no endpoint of default/web."),
        ("listens: [app]", "listens: [http]", "web-1 does not listen on 10.244.1.30:8080"),
        (
            "from: caller, to: web-1",
            "from: caller, to: node-1",
            "'call' joins caller and web-1, not caller and node-1.",
        ),
    ],
)
def test_a_line_the_prose_changes_is_refused_in_the_words_it_quotes(old, new, said, tmp_path):
    assert EXAMPLE.count(old) == 1
    (problem,) = problems(EXAMPLE.replace(old, new), tmp_path)
    assert said in problem
    for page in PAGES.values():
        assert f"`{new}`" in page and f"`{said}`" in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_address_of_the_prose_is_one_of_the_example_or_its_outputs(language):
    prose = "\n".join(line for _, line in markdown.lines_outside_code(PAGES[language]))
    known = set(re.findall(r"\d+(?:\.\d+){3}", EXAMPLE + SHOWN)) | {"10.244.1.0"}  # the range of caller's prefix
    assert (typed := set(re.findall(r"\d+(?:\.\d+){3}", prose))) and typed <= known


def test_the_walk_is_refused_where_the_page_says_so(house, capsys):
    house(WALK["with the route"])
    assert main(["check"]) == 1
    assert words(capsys.readouterr().err) == words(REFUSED)


def test_the_walk_ends_in_a_draft_that_can_happen(house, capsys):
    house(WALK["with the step"])
    assert main(["check"]) == 0
    assert words(capsys.readouterr().out) == words(DONE)
    assert main(["show", "no-endpoint"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("Nobody behind the Service (Draft) (no-endpoint)")
    assert list(quotes.mistakes(SHOWN.splitlines(), shown, "the output")) == []


def test_what_the_walk_leaves_to_explain_is_asked_for_when_the_route_is_no_draft_any_more(house, capsys):
    house(WALK["with the step"].replace("    draft: true\n", ""))
    assert main(["check"]) == 1
    told = capsys.readouterr().err
    assert [f"'refuse-call' in '{language}'" in told for language in LANGUAGES] == [True, True]


def test_the_names_that_change_may_be_written_so(house, capsys):
    house(EXAMPLE + NAMES)
    assert main(["check"]) == 0
    house(EXAMPLE + NAMES.replace("calls-web: call-web", "calls-web: cal-web"))
    assert main(["check"]) == 1
    assert "'cal-web' is nothing of today. Did you mean 'call-web'?" in capsys.readouterr().err


# -- the keys ---------------------------------------------------------------------------------------------------------
def test_every_key_stands_on_the_page_once_with_an_anchor_and_words_in_each_language():
    for language in LANGUAGES:
        html = str(drawer.tables(translated.meanings(ROOT / "docs", language), language))
        ids = re.findall(r' id="([^"]+)"', html)
        wanted = [keys.anchor(m, k) for m in keys.models() for k in ("", *keys.types(m))]
        assert sorted(ids) == sorted(wanted) and len(set(ids)) == len(ids)
        assert set(re.findall(r'href="#([^"]+)"', html)) <= set(ids)
        assert "<td></td>" not in html


def test_the_search_finds_the_prose_of_the_page_but_not_its_tables():
    html = str(drawer.tables(keys.english(), "en"))
    assert html.startswith('<div class="keys" data-pagefind-ignore="all">') and html.endswith("</div>")


def test_what_may_stand_in_a_place_is_said_in_plain_words():
    html = str(drawer.tables(keys.english(), "en"))
    rows = {i: re.sub(r"<[^>]+>", "|", row) for i, row in re.findall(r'<tr id="([^"]+)">(.*?)</tr>', html)}
    for key, says in {
        "key-step-opens": ["id", "one of the verbs"],
        "key-step-packet": ["required there"],
        "key-participant-rp-filter": ["one of ", "strict", "default |off"],
        "key-participant-interfaces": ["for each name: address with prefix, a list of them, or nothing"],
        "key-service-endpoints": ["list, each: text or ", "Endpoint"],
        "key-service-name": ["like ", "default/shop", "required"],
        "key-cluster-localhost-node-ports": ["true or false", "default |true"],
        "key-route-like": ["id", "optional"],
        "key-stage-name": ["Long and short text in both languages"],
    }.items():
        assert all(word in rows[key] for word in says), (key, rows[key])
    assert [v for v in VERBS if "one of the verbs" not in rows[f"key-step-{v}"]] == []


@pytest.mark.parametrize(
    ("old", "new", "lines"),
    [
        (
            "  opens: ",
            "  oopens: ",
            ["unknown key 'Step.oopens'. Did you mean 'Step.opens'?", "Step.opens is missing."],
        ),
        ("\nStep:\n", "\nStepp:\n", ["unknown model 'Stepp'. Did you mean 'Step'?", "the model 'Step' is missing."]),
        ("  drops: 不声不响地丢弃，这条连接到此为止。", "  drops:", ["Step.drops has no text. Say in Chinese: Ends"]),
        (
            "  drops: 不声不响地丢弃，这条连接到此为止。",
            "  drops: '  '",
            ["Step.drops has no text. Say in Chinese: Ends"],
        ),
    ],
)
def test_a_key_without_chinese_words_is_told_with_its_place(old, new, lines, tmp_path):
    text = (ROOT / "docs/keys.zh.yml").read_text("utf-8")
    assert text.count(old) == 1
    (tmp_path / "keys.zh.yml").write_text(text.replace(old, new), "utf-8")
    with pytest.raises(FlowError) as error:
        translated.meanings(tmp_path, "zh")
    assert len(error.value.problems) == len(lines)
    for problem, line in zip(error.value.problems, lines, strict=True):
        assert re.match(r"docs/keys\.zh\.yml:\d+:\d+: ", str(problem)) and line in str(problem)


def test_check_tells_a_key_without_chinese_words(house, capsys, tmp_path):
    house(EXAMPLE)
    (tmp_path / "docs/keys.zh.yml").unlink()
    assert main(["check"]) == 1
    assert "docs/keys.zh.yml: is not there." in capsys.readouterr().err
