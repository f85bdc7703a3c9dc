"""`python -m requestflow`: the door beside MkDocs, for terminals, editors and CI."""

import json
import os
import shutil
import subprocess
import sys

import pytest
from houses import ROOT, edit
from requestflow.__main__ import main
from requestflow.model import reading
from requestflow.model.places import SHOWN
from requestflow.pages import built, loop
from requestflow.problems import FlowError


@pytest.fixture
def definition(tmp_path, monkeypatch):
    """A copy of the definition and the pages, with the current folder somewhere inside."""
    shutil.copytree(ROOT / "docs", tmp_path / "docs")
    monkeypatch.chdir(tmp_path / "docs" / "en")
    return tmp_path / SHOWN


def test_check_counts_what_it_checked(definition, capsys, flow, routes):
    assert main(["check"]) == 0
    said = capsys.readouterr().out
    for count in (f"{len(flow.steps)} steps", f"{len(flow.routes)} routes", f"{sum(map(len, routes.values()))} hops"):
        assert count in said


def test_a_reader_who_has_seen_enough_is_no_error(definition):
    shown = subprocess.Popen(
        [sys.executable, "-m", "requestflow", "show", "through-service"],
        env=os.environ | {"PYTHONPATH": str(ROOT / "hooks")},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    shown.stdout.close()
    assert shown.stderr.read() == "" and shown.wait() == 0


@pytest.mark.parametrize(
    ("route", "where", "code", "said"),
    [
        ("no-answer", ">&-", 2, "unknown route 'no-answer'."),
        ("through-service", ">&-", 0, ""),
        ("through-service", "2>&-", 0, ""),
        ("through-service", ">/dev/full", 1, "python -m requestflow show: [Errno 28] No space left on device\n"),
    ],
)
def test_what_cannot_be_printed_changes_no_code_but_where_it_is_lost(definition, route, where, code, said):
    run = subprocess.run(
        ["sh", "-c", f'exec "$0" -m requestflow show {route} {where}', sys.executable],
        env=os.environ | {"PYTHONPATH": str(ROOT / "hooks")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == code and run.stderr.startswith(said) and "Traceback" not in run.stderr, run.stderr


def test_check_says_that_it_has_not_rendered_the_pages(definition, capsys):
    assert main(["check"]) == 0
    assert capsys.readouterr().out.splitlines()[-1].startswith("The pages were read, not rendered: `check --pages`")


def test_check_of_pages_tells_what_the_build_tells(definition, capsys, monkeypatch):
    line = "docs/zh/way.md:7: '**bold' is shown as text."
    said = f"ERROR   -  [zh] flow: {line}\n[zh] 1 problem(s) in 1 file(s), see above\n\nAborted with a BuildError!\n"
    monkeypatch.setattr(built.subprocess, "run", lambda *_, **__: subprocess.CompletedProcess([], 1, said))
    assert main(["check", "--pages"]) == 1
    assert capsys.readouterr().err == f"{line}\n"
    monkeypatch.setattr(built.subprocess, "run", lambda *_, **__: subprocess.CompletedProcess([], 0, ""))
    assert main(["check", "--pages"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "Every page is rendered in every language."


def test_check_of_pages_without_mkdocs_says_what_to_install(definition, capsys, monkeypatch):
    monkeypatch.setattr(built, "find_spec", lambda _: None)
    assert main(["check", "--pages"]) == 2
    assert "pip install -r requirements/site.txt" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("file", "old", "new", "place", "words"),
    [
        ("flow.yml", "  client:\n    name:", "  client:\n    nam:", "docs/flow.yml:", "unknown key 'nam'"),
        ("flow.yml", "snat: ", "dnat: ", "docs/flow.yml:", "route 'through-service', step 'nodeport-masquerade'"),
        ("flow.yml", "Asks for {host}", "Asks for {hots}", "docs/flow.yml:", "Did you mean 'host'?"),
        (
            "zh/request/dns.md",
            "{#ask-resolver .step}",
            "{#ask-resolve .step}",
            "docs/zh/request/dns.md:",
            "'ask-resolve'",
        ),
    ],
)
def test_check_says_place_and_mistake_and_fails(definition, capsys, file, old, new, place, words):
    edit(definition.parent / file, old, new)
    assert main(["check"]) == 1
    out, said = capsys.readouterr()
    assert not out and any(line.startswith(place) and words in line for line in said.splitlines()), said


NEW_STEP = """steps:
  looks-twice:
    {handles: outer, at: "{controller}", label: {en: [Looks twice, look], zh: [再看一遍, 再看]},
     sentence: {en: Twice is better than once., zh: 看两遍更稳妥。}}
"""
UNSEEN = "unseen: {en: it is new, zh: 新加的},"


def test_check_asks_for_a_recording_of_a_new_step_or_why_there_is_none(definition, capsys):
    edit(definition, "steps:\n", NEW_STEP)
    edit(definition, "[http-request, match-rule]", "[http-request, match-rule, looks-twice]")
    for language in ("en", "zh"):
        page = definition.parent / language / "request/ingress.md"
        page.write_text(page.read_text("utf-8") + "\n## ? {#looks-twice .step}\n", "utf-8")
    assert main(["check"]) == 1
    (said,) = capsys.readouterr().err.splitlines()
    line = definition.read_text("utf-8").splitlines().index("  looks-twice:") + 1
    assert said.startswith(f"docs/flow.yml:{line}:3: no recording of the route 'through-service' and "), said
    assert "'looks-twice'" in said and "'unseen: {en: …, zh: …}'" in said, said
    edit(
        definition,
        '{handles: outer, at: "{controller}", label: {en: [Looks',
        "{" + UNSEEN + ' handles: outer, at: "{controller}", label: {en: [Looks',
    )
    assert main(["check"]) == 0, capsys.readouterr().err


def test_check_is_content_with_names_and_addresses_of_your_own(definition, capsys):
    edit(definition, "host: shop.example.com", "host: pay.example.net")
    edit(definition, "interfaces: {eth0: 192.0.2.11/24,", "interfaces: {eth0: 192.0.2.211/24,")
    edit(definition, "nodeport: 30443", "nodeport: 31555")
    assert main(["check"]) == 0, capsys.readouterr().err


def test_one_run_tells_mistakes_of_steps_labels_and_pages_and_what_nothing_uses(definition, capsys):
    edit(definition, "resolver:dns/udp", "resolver:dms/udp")
    edit(definition, "GET {path}, in plain HTTP", "GET {pth}, in plain HTTP")
    edit(definition, "\nstages: ", "  idle: {name: {en: idle, zh: 空闲}}\n\nstages: ")
    edit(definition.parent / "zh/request/dns.md", "{#ask-resolver .step}", "{#ask-resolve .step}")
    assert main(["check"]) == 1
    said = capsys.readouterr().err
    for words in ("unknown port 'dms'", "unknown value 'pth'", "connection 'idle' is named", "explains 'ask-resolve'"):
        assert words in said, words


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("<!-- flow:passes through-service", "<!-- flow:pases through-service", "unknown marker 'flow:pases'"),
        ("<!-- flow:passes through-service", "<!-- flow:passes through-servise", "unknown route 'through-servise'"),
        ("](flow:cross-back-to-entry)", "](flow:cross-back-to-entri)", "unknown id 'cross-back-to-entri'"),
        ("[](flow:port.nodeport)", "[](flow:port.nodeprt)", "unknown value 'port.nodeprt'"),
        ("recording.three-endpoints-spread-nftables", "recording.three-endpoints", "unknown recording"),
        ("upstream=10.96.45.10:80\n", "upstream=10.96.45.11:80\n", "is not in docs/recordings/"),
    ],
)
def test_what_a_page_names_and_nothing_has_is_told_at_its_line_in_both_languages(definition, capsys, old, new, words):
    for language in ("en", "zh"):
        edit(definition.parent / language / "request/kube-proxy.md", old, new)
    assert main(["check"]) == 1
    said = [line for line in capsys.readouterr().err.splitlines() if words in line]
    page = "request/kube-proxy.md"
    assert {line.split(":")[0] for line in said} == {f"docs/en/{page}", f"docs/zh/{page}"}, said


def test_a_name_that_means_nothing_in_one_language_is_told_beside_the_difference(definition, capsys):
    edit(definition.parent / "zh/request/kube-proxy.md", "<!-- flow:passes through", "<!-- flow:pases through")
    assert main(["check"]) == 1
    said = capsys.readouterr().err
    assert "the markers differ: 'pases" in said and "unknown marker 'flow:pases'" in said, said


def test_a_route_can_be_shown_while_other_things_are_in_no_route_yet(definition, capsys):
    edit(definition, "\nstages: ", "  idle: {name: {en: idle, zh: 空闲}}\n\nstages: ")
    assert main(["show", "through-service"]) == 0


def test_a_key_in_the_wrong_place_is_not_offered_again(definition, capsys):
    edit(definition, "  client:\n    name:", "  client:\n    dnat: x\n    name:")
    assert main(["check"]) == 1
    said = capsys.readouterr().err
    assert "unknown key 'dnat'" in said and "Did you mean 'dnat'" not in said


def test_show_prints_every_step_with_its_addresses(definition, capsys, routes):
    assert main(["show", "through-service"]) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines() if line[:3].strip().isdigit()]
    assert [line[1] for line in lines] == [hop.id for hop in routes["through-service"]]
    for line, hop in zip(lines, routes["through-service"], strict=True):
        if not hop.is_message:
            assert line[2:5] == [str(hop.after.src), "→", str(hop.after.dst)]


def test_show_speaks_chinese(definition, capsys, flow):
    assert main(["show", "through-service", "--language", "zh"]) == 0
    said = capsys.readouterr().out
    assert flow.routes["through-service"].name.zh in said and flow.stages["resolve"].name.long("zh") in said


def test_an_unknown_route_gets_the_nearest_and_exit_code_2(definition, capsys):
    assert main(["show", "through-servic"]) == 2
    out, said = capsys.readouterr()
    assert not out and "'through-servic'" in said and "Did you mean 'through-service'?" in said


def test_a_route_like_no_other_gets_the_list(definition, capsys, flow):
    assert main(["show", "zzz"]) == 2
    said = capsys.readouterr().err
    assert not [route for route in flow.routes if route not in said], said


def test_the_schema_in_the_repository_is_the_one_the_command_writes(definition):
    written = definition.with_name("flow.schema.json")
    written.unlink()
    assert main(["schema"]) == 0
    assert written.read_bytes() == (ROOT / "docs" / "flow.schema.json").read_bytes(), (
        "run: python -m requestflow schema"
    )
    assert json.loads(written.read_text("utf-8"))["$schema"].startswith("https://json-schema.org/")


def test_a_definition_that_is_not_there_is_said_so(tmp_path):
    with pytest.raises(FlowError, match=r"docs/flow\.yml: is not there"):
        reading.read(tmp_path / "docs" / "flow.yml")


def test_a_page_that_is_not_utf8_is_named(definition):
    page = definition.parent / "zh" / "index.md"
    page.write_bytes("首页".encode("gb18030"))
    with pytest.raises(FlowError, match=r"docs/zh/index\.md:1:1: is not UTF-8: byte 0xCA"):
        loop.load(definition.parent)


def python(*arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT / "docs",
        env=os.environ | {"PYTHONPATH": str(ROOT / "hooks"), "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def test_it_runs_as_a_command():
    run = python("-m", "requestflow", "check")
    assert (run.returncode, run.stderr) == (0, "") and "docs/flow.yml: " in run.stdout
    assert python("-m", "requestflow", "show", "zzz").returncode == 2


@pytest.mark.parametrize("arguments", [["check"], ["show", "straight-to-pod"]])
def test_it_needs_neither_mkdocs_nor_a_renderer(arguments):
    blocked = ("mkdocs", "material", "mermaid2", "pymdownx", "mmdr")
    wrapper = f"""
import runpy, sys
class Blocker:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {blocked}:
            raise ImportError(name + " is blocked")
sys.meta_path.insert(0, Blocker())
sys.argv = ["requestflow", *{arguments}]
runpy.run_module("requestflow", run_name="__main__")
"""
    run = python("-c", wrapper)
    assert (run.returncode, run.stderr) == (0, "") and run.stdout.strip()
