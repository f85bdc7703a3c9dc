"""Every mistake in the definition is one line: the place it really is at, what is wrong, what to do.

A file of `data/broken/` is one mistake: `change` replaces texts of data/two-routes.yml; ①, ② mark places in them;
steps that come in have a sentence given to them;
`expect` is every line a writer reads, with ① for the place, `{name}` for a value of the definition and … for any text.
A mistake in a step is told for each route that has it: only those of `route` (through-service) are compared.
"""

import ast
import inspect
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import test_cases
import worlds
import yaml
from hypothesis import given
from hypothesis import strategies as st
from requestflow.model import definition, reading, references
from requestflow.model.places import SHOWN
from requestflow.model.values import Values
from requestflow.pages import whole
from requestflow.problems import Problem, gathering
from requestflow.world import flight, network, packets, routes

BROKEN = Path(__file__).parent / "data/broken"
CASES = sorted(p.stem for p in BROKEN.glob("*.yml"))
TEXT = worlds.TWO_ROUTES.read_text("utf-8")
VALUES = Values(worlds.two_routes(), "en")
PLACE = re.compile(r"docs/flow\.yml:\d+:\d+")
MARKS = "①②③"


def check(file: Path) -> list[Problem]:
    """Do what `python -m requestflow check` does before it looks at recordings and pages; give the problems."""
    problems = list[Problem]()
    with gathering(problems):
        flow = reading.read(file)
        whole.labelled(flow, packets.follow(flow, problems), {}, problems)
    return problems


def changed(case: dict) -> tuple[str, dict[str, str]]:
    """Give the broken text, and the place each mark stands for."""
    text = TEXT
    for change in case["change"]:
        assert text.count(change["old"]) == 1, f"must be there once: {change['old']}"
        text = text.replace(change["old"], change["new"])
    text, places = worlds.with_sentences(text), {}
    for mark in MARKS:
        for n, line in enumerate(text.splitlines(), 1):
            if mark in line:
                column = len(re.sub(f"[{MARKS}]", "", line[: line.index(mark)])) + 1
                places[mark] = f"{SHOWN}:{n}:{column}"
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


@cache
def said(name: str) -> tuple[list[Problem], list[str]]:
    """Give the problems of a file of data/broken/, and the lines it expects, with places and values."""
    case = yaml.safe_load((BROKEN / f"{name}.yml").read_text("utf-8"))
    text, places = changed(case)
    with TemporaryDirectory() as folder:
        (file := Path(folder) / "flow.yml").write_text(text, "utf-8")
        problems = check(file)
    expected = [re.sub(f"[{MARKS}]", lambda m: places[m[0]], VALUES.fill(line)) for line in case["expect"]]
    route = case.get("route", "through-service")
    return [p for p in problems if not is_in_another_route(p, route)], expected


@pytest.mark.parametrize("name", CASES)
def test_a_mistake_is_one_line_with_its_place_and_a_fix(name: str):
    problems, expected = said(name)
    lines = [str(p) for p in problems]
    patterns = [re.escape(line).replace("…", ".*") for line in expected]
    assert len(lines) == len(expected), lines
    unexpected = [line for line, pattern in zip(lines, patterns, strict=True) if not re.fullmatch(pattern, line)]
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
        ("names: {host: café}".encode("latin-1"), "docs/flow.yml:1:18: is not UTF-8: byte 0xE9 does not fit. Save …"),
        ("names:\n  路径: “路”\n".encode("gbk"), "docs/flow.yml:2:4: is not UTF-8: byte 0xBE does not fit. Save …"),
        ("names:\n  路径: a".encode()[:-5], "docs/flow.yml:2:4: is not UTF-8: byte 0xE5 does not fit. Save …"),
        ("names: {}".encode("utf-16"), "docs/flow.yml:1:1: is UTF-16, not UTF-8. Save it as UTF-8."),
        ("names: {}".encode("utf-16-le"), "docs/flow.yml:1:1: is UTF-16, not UTF-8. Save it as UTF-8."),
        ("names: {}".encode("utf-16-be"), "docs/flow.yml:1:1: is UTF-16, not UTF-8. Save it as UTF-8."),
        (b"names: {}\n---\nports: {}\n", "docs/flow.yml:2:1: not valid YAML: …"),
    ],
    ids=[
        *("missing", "empty", "comment", "list"),
        *("latin-1", "gbk", "cut short", "utf-16", "utf-16-le", "utf-16-be", "two-documents"),
    ],
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


DEEP_KEYS = "deep:\n" + "".join(f"{' ' * n}a:\n" for n in range(1, 1200))
DEEP_BOXES = "{name: {en: a, zh: a}, inside: [" * 400 + "]}" * 400
MULTIPLYING = "".join(f"  n{n}: &n{n} [{', '.join([f'*n{n - 1}'] * 9)}]\n" for n in range(1, 9))
ABSURD = {
    "number": TEXT.replace("  https: 443\n", f"  https: {'9' * 5000}\n"),
    "brackets": TEXT.replace("  https: 443\n", f"  https: {'[' * 5000}\n"),
    "brackets-closed": TEXT.replace("  https: 443\n", f"  https: {'[' * 500}{']' * 500}\n"),
    "more-brackets": TEXT.replace("  https: 443\n", f"  https: {'[' * 100_000}\n"),
    "hyphens": TEXT + "\ndeep:\n  " + "- " * 100_000 + "a\n",
    "keys": TEXT + "\n" + DEEP_KEYS,
    "boxes": TEXT.replace("\nboxes: ", f"\nboxes:\n  deep: {DEEP_BOXES}\n#"),
    "aliases": TEXT.replace("\nzones: ", f"\n  n0: &n0 [a]\n{MULTIPLYING}\nzones: ").replace("80\n\n  n0", "80\n  n0"),
    "routes": TEXT + "".join(f"  r-{n}: {{name: {{en: r, zh: r}}, page: x, like: r-{n + 1}}}\n" for n in range(1500)),
}
ABSURD["routes"] = TEXT.replace("\nprocedures: ", ABSURD["routes"].removeprefix(TEXT) + "\nprocedures: ")


@pytest.mark.parametrize("kind", ABSURD)
def test_what_is_absurd_is_a_problem_like_any_other(kind: str, tmp_path: Path):
    file = tmp_path / "flow.yml"
    file.write_text(ABSURD[kind], "utf-8")
    problems = check(file)
    assert problems
    assert len(problems) < 20
    assert_well_formed(problems)


def laughs(lines: int, written: str) -> str:
    """Give a list of lists that an alias of the one before fills: ten times as many values with each line."""
    more = "".join(f"  a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, lines))
    return f"{written}:\n  a0: &a0 [{', '.join('x' * 10)}]\n{more}"


@pytest.mark.parametrize("key", ["more", "boxes"])
def test_aliases_that_multiply_are_refused_before_they_fill_the_memory(key: str, tmp_path: Path):
    file = tmp_path / "flow.yml"
    file.write_text(re.sub(r"(?ms)^boxes:.*\Z", "", TEXT) + laughs(12, key), "utf-8")
    (problem,) = check(file)
    assert problem.what == "aliases repeat more than 10,000 values."
    assert_well_formed([problem])


def test_an_alias_that_repeats_a_little_is_welcome(tmp_path: Path):
    file = tmp_path / "flow.yml"
    file.write_text(TEXT.replace("zh: 集群外", "zh: &outside 集群外").replace("zh: 边缘", "zh: *outside"), "utf-8")
    assert check(file) == []


def test_boxes_nested_without_measure_are_a_problem_like_any_other(tmp_path: Path):
    deep = "{name: {en: a, zh: a}, inside: [" * 400 + "]}" * 400
    file = tmp_path / "flow.yml"
    file.write_text(TEXT.replace("\nboxes:", f"\nboxes:\n  deep: {deep}\n#"), "utf-8")
    (problem,) = [p for p in check(file) if "nested" in p.what]
    assert problem.what == "is nested more than 64 deep."


CONTROL = [*range(9), 0xB, 0xC, *range(0xE, 0x20), 0x7F, 0x80, 0x9F, 0xFDD0, 0xFFFE, 0xFFFF]


@pytest.mark.parametrize("code", CONTROL, ids=hex)
def test_a_character_no_picture_can_hold_is_refused_at_its_place(code: int, tmp_path: Path):
    file = tmp_path / "flow.yml"
    file.write_text(TEXT.replace("en: outside", f'en: "out\\u{code:04x}side"'), "utf-8")
    (problem,) = check(file)
    line = next(n for n, text in enumerate(TEXT.splitlines(), 1) if "en: outside" in text)
    assert problem.place.startswith(f"{SHOWN}:{line}:")
    assert problem.what == f"has the control character U+{code:04X}."


def test_half_a_surrogate_pair_is_refused(tmp_path: Path):
    file = tmp_path / "flow.yml"
    file.write_text(TEXT.replace("en: outside", 'en: "out\\ud800side"'), "utf-8")
    problems = check(file)
    assert problems
    assert_well_formed(problems)


# -- routes like routes -----------------------------------------------------------------------------------------------
def test_a_long_line_of_routes_each_like_the_one_before_is_settled_once_each(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    count, settled = references.MOST_LIKE - 1, []
    names = ["straight-to-pod", *(f"route-{n}" for n in range(count))]
    line = "{{name: {{en: a, zh: a}}, page: request/index.md, like: {}}}"
    more = "".join(f"  {name}: {line.format(like)}\n" for like, name in pairwise(names))
    file = tmp_path / "flow.yml"
    file.write_text(TEXT.replace("\nprocedures:", f"\n{more}\nprocedures:"), "utf-8")
    once = routes._settle
    monkeypatch.setattr(routes, "_settle", lambda flow, name: settled.append(name) or once(flow, name))
    flow = reading.read(file)
    last = list(flow.routes)[-1]
    assert routes.settle(flow, last).stages == routes.settle(flow, "straight-to-pod").stages
    for name in flow.routes:
        routes.settle(flow, name)
    assert sorted(settled) == sorted(flow.routes)


def test_a_definition_with_other_routes_forgets_what_was_settled():
    flow = worlds.two_routes()
    assert len(routes.settle(flow, "straight-to-pod").stages) > 1
    base = flow.routes["through-service"]
    fewer = base.model_copy(update={"stages": {"dial": ["call-service"]}})
    other = flow.model_copy(update={"routes": {"straight-to-pod": fewer}})
    assert list(routes.settle(other, "straight-to-pod").stages) == ["dial"]


# -- other texts ------------------------------------------------------------------------------------------------------
def test_a_byte_order_mark_does_no_harm(tmp_path: Path):
    (tmp_path / "flow.yml").write_text("\ufeff" + TEXT, "utf-8")
    assert check(tmp_path / "flow.yml") == []


# -- every refusal ----------------------------------------------------------------------------------------------------
TELLING = {  # what tells of a mistake: the name it is called by, and the function behind it
    "Problem": Problem.__init__,
    "Refused": flight.Refused.__init__,
    "NoSuchPlace": network.NoSuchPlace.__init__,
    "Unfit": definition.Unfit.__init__,
    "problem": references._Known.problem,
    "_error": routes._Filler._error,
    "_wrong": routes._Filler._wrong,
}


OF_FILES = (  # read beside the definition; their mistakes have tests of their own
    *("sources", "reading", "recordings", "evidence", "translated"),
    *("faults", "overlay", "glossary", "versions", "questions"),
)


def refusals() -> set[tuple[str, int]]:
    """Give file and line of everything in the engine that tells of a mistake."""
    found = set()
    package = worlds.ROOT / "hooks/requestflow"
    rooms = [file for floor in ("model", "world") for file in (package / floor).glob("*.py")]
    for file in [*(file for file in rooms if file.stem not in OF_FILES), package / "view/view.py"]:
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            called = node.func if isinstance(node, ast.Call) else None
            name = (
                called.id if isinstance(called, ast.Name) else called.attr if isinstance(called, ast.Attribute) else ""
            )
            if name in TELLING and not (name == "problem" and isinstance(called, ast.Name)):
                found.add((str(file), node.lineno))
    return found


@pytest.fixture(scope="module", autouse=True)
def told() -> Iterator[set[tuple[str, int]]]:
    """Note where in the engine mistakes are told while the tests of this file run."""
    places: set[tuple[str, int]] = set()

    def listened(function: Any) -> Any:
        def tell(*args: Any, **kwargs: Any) -> Any:
            caller = sys._getframe(1)
            places.add((caller.f_code.co_filename, caller.f_lineno))
            return function(*args, **kwargs)

        return tell

    with pytest.MonkeyPatch.context() as patch:
        for function in TELLING.values():
            owner: Any = inspect.getmodule(function)
            for part in function.__qualname__.split(".")[:-1]:
                owner = getattr(owner, part)
            patch.setattr(owner, function.__name__, listened(function))
        yield places


def test_every_refusal_of_the_engine_is_reached_by_a_file(told: set[tuple[str, int]]):
    for name in CASES:
        said(name)
    for file in test_cases.CASES:
        test_cases.follow(yaml.safe_load(file.read_text("utf-8")))
    never = sorted(f"{Path(file).name}:{line}" for file, line in refusals() - told)
    assert never == []


# -- any mistake ------------------------------------------------------------------------------------------------------
WORDS = sorted({m[0] for m in re.finditer(r"[\w.-]+", TEXT)})
WORD_PLACES = [m.span() for m in re.finditer(r"[\w.-]+|[{}\[\]:,\"]", TEXT)]
ODD = st.sampled_from([*WORDS, "", "null", "[]", "{}", "1", "-1", "1e9", "~", "*x", "&x", "<<", "{x}", "{entry.node}"])


@pytest.mark.slow
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
def test_the_command_prints_the_lines_and_exits_1(name: str, tmp_path: Path):
    text, _ = changed(yaml.safe_load((BROKEN / f"{name}.yml").read_text("utf-8")))
    (tmp_path / "docs").mkdir()
    (tmp_path / SHOWN).write_text(text, "utf-8")
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
    lines = run.stderr.splitlines()
    patterns = [re.escape(line).replace("…", ".*") for line in said(name)[1]]
    assert all(any(re.fullmatch(pattern, line) for line in lines) for pattern in patterns), lines
    assert all(re.match(r"docs/\S+: \S", line) for line in lines), lines
