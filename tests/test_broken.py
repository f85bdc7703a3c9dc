"""Every mistake in the definition is one line: the place it really is at, what is wrong, what to do.

A file of `data/broken/` is one mistake: `change` replaces texts of data/two-routes.yml; ①, ② mark places in them;
`expect` is every line a writer reads, with ① for the place, `{name}` for a value of the definition and … for any text.
A mistake in a step is told for each route that has it: only those of `route` (through-service) are compared.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import worlds
import yaml
from hypothesis import given
from hypothesis import strategies as st
from requestflow import reading
from requestflow.definition import LANGUAGES
from requestflow.problems import FlowError, Problem
from requestflow.values import Values
from requestflow.view import View
from requestflow.world import packets

BROKEN = Path(__file__).parent / "data/broken"
CASES = sorted(p.stem for p in BROKEN.glob("*.yml"))
TEXT = worlds.TWO_ROUTES.read_text("utf-8")
PLACE = re.compile(r"docs/flow\.yml:\d+:\d+")
MARKS = "①②③"


def check(file: Path) -> list[Problem]:
    """Do what `python -m requestflow check` does before it looks at pages; give the problems."""
    try:
        flow, places = reading.read(file)
        for route, hops in {name: t.hops for name, t in packets.trips(flow, places).items()}.items():
            for language in LANGUAGES:
                View(flow, places, route, hops, {}, language)
    except FlowError as error:
        return error.problems
    return []


def changed(case: dict) -> tuple[str, dict[str, str]]:
    """Give the broken text, and the place each mark stands for."""
    text = TEXT
    for change in case["change"]:
        assert text.count(change["old"]) == 1, f"must be there once: {change['old']}"
        text = text.replace(change["old"], change["new"])
    places = {}
    for mark in MARKS:
        for n, line in enumerate(text.splitlines(), 1):
            if mark in line:
                column = len(re.sub(f"[{MARKS}]", "", line[: line.index(mark)])) + 1
                places[mark] = f"{reading.SHOWN}:{n}:{column}"
    return re.sub(f"[{MARKS}]", "", text), places


def is_in_another_route(problem: Problem, route: str) -> bool:
    named = re.match(r"route '([\w-]+)'", problem.what)
    return bool(named) and named[1] != route


def assert_well_formed(problems: list[Problem]) -> None:
    for problem in problems:
        assert PLACE.fullmatch(problem.place), problem
        assert problem.what, problem
        assert problem.fix, f"says what is wrong, but not what to do: {problem}"
        assert len(str(problem).splitlines()) == 1, problem


@pytest.mark.parametrize("name", CASES)
def test_a_mistake_is_one_line_with_its_place_and_a_fix(name: str, tmp_path: Path):
    case = yaml.safe_load((BROKEN / f"{name}.yml").read_text("utf-8"))
    text, places = changed(case)
    file = tmp_path / "flow.yml"
    file.write_text(text, "utf-8")
    problems = check(file)
    said = [str(p) for p in problems if not is_in_another_route(p, case.get("route", "through-service"))]
    value = Values(worlds.two_routes()[0], "en")
    expected = [re.sub(f"[{MARKS}]", lambda m: places[m[0]], value.fill(line)) for line in case["expect"]]
    patterns = [re.escape(line).replace("…", ".*") for line in expected]
    assert len(said) == len(expected), said
    unexpected = [line for line, pattern in zip(said, patterns, strict=True) if not re.fullmatch(pattern, line)]
    assert not unexpected, expected
    assert_well_formed(problems)


def test_the_definition_without_a_mistake_is_accepted(tmp_path: Path):
    (tmp_path / "flow.yml").write_text(TEXT, "utf-8")
    assert check(tmp_path / "flow.yml") == []


# -- what no text of flow.yml can show --------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("content", "line"),
    [
        (None, "docs/flow.yml: is not there. It is the definition every page is made from."),
        (b"", "docs/flow.yml:1:1: is empty or not a mapping. Its top-level keys are names, ports, zones, …"),
        (b"# only a comment\n", "docs/flow.yml:1:1: is empty or not a mapping. …"),
        (b"- a list\n", "docs/flow.yml:1:1: is empty or not a mapping. …"),
        ("names: {host: café}".encode("latin-1"), "docs/flow.yml: is not UTF-8. Save it as UTF-8."),
        (b"names: {}\n---\nports: {}\n", "docs/flow.yml:2:1: not valid YAML: …"),
    ],
    ids=["missing", "empty", "comment", "list", "latin-1", "two-documents"],
)
def test_a_file_that_is_no_definition_is_one_line(content: bytes | None, line: str, tmp_path: Path):
    file = tmp_path / "flow.yml"
    if content is not None:
        file.write_bytes(content)
    (problem,) = check(file)
    assert re.fullmatch(re.escape(line).replace("…", ".*"), str(problem))
    assert problem.fix


@pytest.mark.parametrize(
    "loop", ["  a: &a {b: *a}\n", "  a: &a [*a]\n", "  a: &a {b: [{c: *a}]}\n"], ids=["mapping", "list", "deep"]
)
def test_an_alias_that_contains_itself_is_refused(loop: str, tmp_path: Path):
    file = tmp_path / "flow.yml"
    file.write_text(f"names:\n{loop}" + TEXT.replace("names: ", "zones: "), "utf-8")
    first, *more = check(file)
    assert str(first) == "docs/flow.yml:2:6: contains itself through an alias. Write it out."
    assert_well_formed(more)


@pytest.mark.parametrize("value", ["9" * 5000, "[" * 5000], ids=["number", "brackets"])
def test_an_absurd_value_is_a_problem_like_any_other(value: str, tmp_path: Path):
    file = tmp_path / "flow.yml"
    file.write_text(TEXT.replace("  https: 443\n", f"  https: {value}\n"), "utf-8")
    problems = check(file)
    assert problems
    assert_well_formed(problems)


def test_a_byte_order_mark_does_no_harm(tmp_path: Path):
    (tmp_path / "flow.yml").write_text("\ufeff" + TEXT, "utf-8")
    assert check(tmp_path / "flow.yml") == []


# -- any mistake ------------------------------------------------------------------------------------------------------
WORDS = sorted({m[0] for m in re.finditer(r"[\w.-]+", TEXT)})
WORD_PLACES = [m.span() for m in re.finditer(r"[\w.-]+|[{}\[\]:,\"]", TEXT)]
ODD = st.sampled_from([*WORDS, "", "null", "[]", "{}", "1", "-1", "1e9", "~", "*x", "&x", "<<", "{x}", "{entry.node}"])


@worlds.steady
@given(edits=st.lists(st.tuples(st.sampled_from(WORD_PLACES), ODD), min_size=1, max_size=3, unique_by=lambda e: e[0]))
def test_whatever_is_written_in_the_place_of_a_word_no_other_exception_escapes(
    edits: list[tuple[tuple[int, int], str]], tmp_path_factory: pytest.TempPathFactory
):
    text = TEXT
    for (start, end), word in sorted(edits, reverse=True):
        text = text[:start] + word + text[end:]
    file = tmp_path_factory.getbasetemp() / "any-mistake.yml"
    file.write_text(text, "utf-8")
    assert_well_formed(check(file))


# -- the command ------------------------------------------------------------------------------------------------------
COMMON = ["yaml-tab", "key-unknown", "step-in-no-route", "role-unused", "route-like-itself", "label-with-unknown-value"]


@pytest.mark.parametrize("name", COMMON)
def test_the_command_prints_the_line_and_exits_1(name: str, tmp_path: Path):
    text, places = changed(yaml.safe_load((BROKEN / f"{name}.yml").read_text("utf-8")))
    (tmp_path / "docs").mkdir()
    (tmp_path / reading.SHOWN).write_text(text, "utf-8")
    run = subprocess.run(
        [sys.executable, "-m", "requestflow", "check"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(worlds.ROOT / "hooks"), "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert (run.returncode, run.stdout) == (1, "")
    assert "Traceback" not in run.stderr
    (line,) = run.stderr.splitlines()
    assert line.startswith(f"{places['①']}: ")
