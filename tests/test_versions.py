"""`docs/versions.yml`: what may stand in it, that it fits the pages, and what `make check-versions` lists."""

import re
from functools import partial
from pathlib import Path

import pytest
import worlds
from houses import ROOT
from refused import refused
from requestflow.__main__ import main
from requestflow.model import versions
from requestflow.model.versions import Versions
from requestflow.pages import releases, whole

TEXT = (ROOT / versions.SHOWN).read_text("utf-8")
SMALL = (ROOT / "tests/data/versions.yml").read_text("utf-8")


@pytest.fixture(scope="module")
def project() -> whole.Whole:
    return whole.read(ROOT)


def read(folder: Path, text: str) -> Versions:
    (folder / "docs").mkdir(exist_ok=True)
    file = folder / versions.SHOWN
    file.write_text(text, "utf-8")
    return versions.read(file)


REFUSED = {
    "a key that is misspelt": ("    until: 1.9", "    untill: 1.9", "unknown key 'untill'. Did you mean 'until'?"),
    "a language that is missing": ("{en: It breaks., zh: 会出错。}", "{en: It breaks.}", "'zh' is missing"),
    "an unknown product": ("product: kernel", "product: kernl", "unknown product 'kernl'. Did you mean 'kernel'?"),
    "no version": ("    until: 6.1\n", "", "says neither since nor until when."),
    "a version in words": ("until: 6.1", "until: six", "Write it like 1.37 or 1.29.7."),
    "an end before its beginning": ("since: 1.2", "since: 1.10", "ends with 1.9, before it begins with 1.10."),
    "an end nobody has seen": ("until: 6.1", "until: 6.3", "is known until 6.3, after 6.2."),
    "a release nobody knows": ("known: 6.2", "known: 6.19", "6.19 is newer than the newest release known, 6.18."),
    "a day to come": ("checked: 2026-01-01", "checked: 2026-01-04", "was checked after 2026-01-03"),
    "a day of another form": ("checked: 2026-01-01", "checked: 1.1.2026", "Write it as YYYY-MM-DD"),
    "a source that is no address": ("https://x.example/last", "the manual", "Write it like https://…."),
    "no day of its own": ("as-of: 2026-01-03\n", "", "'as-of' is missing."),
    "a claim that stands twice": ("  plan:", "  old:", "'old' is written twice."),
}  # fmt: skip


@pytest.mark.parametrize("mistake", REFUSED)
def test_the_file_by_itself_is_refused_with(mistake: str, tmp_path: Path):
    refused(partial(read, tmp_path), SMALL, REFUSED[mistake], versions.SHOWN)


def test_the_file_as_it_stands_is_not_refused(tmp_path: Path):
    known = read(tmp_path, SMALL)
    assert list(known.of("cluster")) == ["plan", "old"]
    assert [name for name, claim in known.claims.items() if known.planned(claim)] == ["plan"]
    assert versions.read(tmp_path / "none.yml") == Versions()


AGAINST_THE_PAGES = {
    "a section that is none": ("foundations/cgroups.md#memory", "foundations/cgroups.md#memry", "Did you mean"),
    "words with a link": ("en: IPVS mode is deprecated.", "en: '[IPVS](https://x.example) is deprecated.'", "a link"),
    "languages that differ": ("en: IPVS mode is deprecated.", "en: '`ipvs` is deprecated.'", "differ in ipvs."),
}


@pytest.mark.parametrize("mistake", AGAINST_THE_PAGES)
def test_the_file_is_refused_where_it_does_not_fit_the_pages(mistake: str, project: whole.Whole, tmp_path: Path):
    old, new, words = AGAINST_THE_PAGES[mistake]
    assert old in TEXT, old
    told = [str(problem) for problem in releases.problems(read(tmp_path, TEXT.replace(old, new, 1)), project.pages)]
    assert any(words in line for line in told), told
    assert all(re.match(r"docs/versions\.yml:\d+", line) for line in told), told


def test_a_page_that_does_not_show_the_claims_is_told(project: whole.Whole):
    pages = {language: dict(tree) for language, tree in project.pages.items()}
    assert list(releases.problems(project.known.versions, pages)) == []
    pages["en"][releases.PAGE] += "\n<!-- flow:versions -->\n"
    assert [p.place for p in releases.problems(project.known.versions, pages)] == [f"docs/en/{releases.PAGE}"]


def test_the_pages_were_held_against_no_release_that_the_file_does_not_know(project: whole.Whole):
    known, checked = project.known.versions, project.known.flow.checked
    assert checked and versions.order(checked.kubernetes) <= versions.order(known.products["kubernetes"].newest)
    assert len(known.claims) >= 50 and any(known.planned(claim) for claim in known.claims.values())


def test_the_command_lists_what_is_older_than_the_newest_release(tmp_path: Path, monkeypatch, capsys):
    read(tmp_path, SMALL)
    (tmp_path / "docs/flow.yml").write_text((worlds.ROOT / "tests/data/every-kind.yml").read_text("utf-8"), "utf-8")
    monkeypatch.chdir(tmp_path)
    assert main(["versions"]) == 0
    listed, count = capsys.readouterr().out.splitlines()
    assert re.match(r"docs/versions\.yml:\d+:\d+: 'last' was held against Kernel 6\.2 on 2026-01-01; 6\.18 is", listed)
    assert count == "docs/versions.yml: 1 of 3 claims are older than the newest release it knows."
