"""The ledger: what is promised of a built site, and what leads nowhere any more, with what to write."""

import re
from pathlib import Path

import pytest
from houses import ROOT
from requestflow.__main__ import main
from requestflow.pages import ledger
from requestflow.pages.ledger import Site
from requestflow.problems import FlowError

PAGE = '<h1 id="way">Way</h1><h2 id="ask">Ask</h2><p id="drawn">x</p><a id="answer">1</a><input id="__nav">'
ONWARD = '<meta http-equiv="refresh" content="0; url={}">'


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A small site in two languages."""
    for top in ("", "zh/"):
        add(tmp_path / "site", f"{top}index.html", '<h1 id="home">Home</h1>')
        add(tmp_path / "site", f"{top}way/index.html", PAGE)
        add(tmp_path / "site", f"{top}go/ask/index.html", ONWARD.format("../../way/#ask"))
        add(tmp_path / "site", f"{top}diagrams/whole-map.svg", "<svg/>")
        add(tmp_path / "site", f"{top}diagrams/whole-walk.json", "{}")
    add(tmp_path / "site", "recordings/trace.txt", "x")
    add(tmp_path / "site", "flow.yml", "x")
    add(tmp_path / "site", "404.html", '<h1 id="none">x</h1>')
    return tmp_path / "site"


def add(site: Path, path: str, text: str) -> None:
    (site / path).parent.mkdir(parents=True, exist_ok=True)
    (site / path).write_text(text, "utf-8")


def said(site: Path, before: ledger.Entries, *pages: str) -> list[str]:
    return [str(problem) for problem in ledger.dead(before, Site(site), pages)]


def test_of_a_site_pages_ids_of_headings_short_links_and_files_are_kept(site):
    assert {group: list(words) for group, words in Site(site).entries.items()} == {
        "./": ["", "home"],
        "way/": ["", "way", "ask", "answer"],
        "go/*/": ["ask"],
        "diagrams/*": ["whole-map.svg"],
        "/recordings/*": ["trace.txt"],
        "/*": ["flow.yml"],
    }


def test_what_is_written_is_read_again(site, tmp_path):
    entries = ledger.with_new({}, Site(site))
    (tmp_path / "ledger.txt").write_text(ledger.written(entries), "utf-8")
    again = ledger.read(tmp_path / "ledger.txt")
    assert {group: set(words) - {""} for group, words in again.items()} == {
        group: set(words) - {""} for group, words in entries.items()
    }
    assert ledger.written(again) == ledger.written(entries) and said(site, again) == []


def test_a_page_that_went_is_told_with_the_line_and_what_to_write(site, tmp_path):
    (tmp_path / "ledger.txt").write_text("way/\n  way ask\nfix/\n  fix\n", "utf-8")
    before = ledger.read(tmp_path / "ledger.txt")
    assert said(site, before) == [
        "docs/ledger.txt:3: '/fix/' leads nowhere any more. "
        "Write 'fix.md: …' under 'aliases' in docs/flow.yml, or under 'retired'.",
        "docs/ledger.txt:4: '/fix/#fix' leads nowhere any more. "
        "Write 'fix.md#fix: …' under 'aliases' in docs/flow.yml, or under 'retired'.",
    ]


@pytest.mark.parametrize(
    ("path", "text", "what", "old"),
    [
        ("way/index.html", PAGE.replace("ask", "asks"), "/way/#ask", "way/index.md#ask"),
        ("zh/way/index.html", PAGE.replace("answer", "reply"), "/zh/way/#answer", "way/index.md#answer"),
        ("zh/go/ask/index.html", None, "/zh/go/ask/", "ask"),
        ("go/ask/index.html", ONWARD.format("../../why/#ask"), "/go/ask/", "ask"),
        ("go/ask/index.html", ONWARD.format("../../way/#aks"), "/go/ask/", "ask"),
        ("diagrams/whole-map.svg", None, "/diagrams/whole-map.svg", "diagrams/whole-map.svg"),
        ("recordings/trace.txt", None, "/recordings/trace.txt", "recordings/trace.txt"),
    ],
)
def test_whatever_leads_nowhere_in_one_language_is_told(site, path, text, what, old):
    before = ledger.with_new({}, Site(site))
    (site / path).unlink() if text is None else (site / path).write_text(text, "utf-8")
    told = said(site, before, "way/index.md")
    assert [line for line in told if f"'{what}' leads nowhere" in line and f"Write '{old}: …'" in line], told


def test_a_page_that_moved_has_its_ids_where_it_is_now(site):
    before = ledger.with_new({}, Site(site))
    for top in ("", "zh/"):
        add(site, f"{top}path/index.html", PAGE)
        add(site, f"{top}way/index.html", ONWARD.format("../path/"))
        add(site, f"{top}go/ask/index.html", ONWARD.format("../../path/#ask"))
    assert said(site, before) == []
    add(site, "path/index.html", PAGE.replace("answer", "reply"))
    assert [line.split(": ")[1] for line in said(site, before)] == [
        "'/way/#answer' leads nowhere any more. Write 'way.md#answer"
    ]


def test_pages_that_lead_to_each_other_lead_nowhere(site):
    add(site, "go/ask/index.html", ONWARD.format("../ask/"))
    assert not Site(site).leads("go/ask/")


def test_a_release_adds_what_is_new_and_keeps_what_is_old(site, tmp_path, monkeypatch, capsys):
    house(tmp_path, monkeypatch)
    assert main(["release", str(site)]) == 0
    first = (tmp_path / ledger.SHOWN).read_text("utf-8")
    add(site, "new/index.html", '<h1 id="new">New</h1>')
    add(site, "zh/new/index.html", '<h1 id="new">New</h1>')
    assert main(["release", str(site)]) == 0
    assert "2 of them new" in capsys.readouterr().out
    second = (tmp_path / ledger.SHOWN).read_text("utf-8")
    assert second.replace("new/\n  new\n", "") == first != second


def test_a_release_is_refused_while_an_old_link_is_dead(site, tmp_path, monkeypatch, capsys):
    house(tmp_path, monkeypatch)
    assert main(["release", str(site)]) == 0
    before = (tmp_path / ledger.SHOWN).read_text("utf-8")
    add(site, "way/index.html", PAGE.replace('"ask"', '"asks"'))
    assert main(["release", str(site)]) == 1
    assert "'/way/#ask' leads nowhere any more" in capsys.readouterr().err
    assert (tmp_path / ledger.SHOWN).read_text("utf-8") == before


def test_what_is_no_site_is_told(tmp_path, monkeypatch, capsys):
    house(tmp_path, monkeypatch)
    assert main(["release"]) == 2
    assert capsys.readouterr().err == "site is no built site. Build it: make build\n"


def test_ids_of_no_page_are_told(tmp_path):
    (tmp_path / "ledger.txt").write_text("# x\n  ask\n", "utf-8")
    with pytest.raises(FlowError, match=re.escape("docs/ledger.txt:2: has ids of no page.")):
        ledger.read(tmp_path / "ledger.txt")


def test_the_ledger_is_as_a_release_writes_it():
    text = (ROOT / ledger.SHOWN).read_text("utf-8")
    assert ledger.written(ledger.read(ROOT / ledger.SHOWN)) == text


def house(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for language in ("en", "zh"):
        add(root, f"docs/{language}/way.md", "# Way {#way}\n")
    add(root, "docs/flow.yml", "")
    monkeypatch.chdir(root)
