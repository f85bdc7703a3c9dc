"""Below a page: with what and when it was checked, what its recordings were made with, the ways to its writers."""

from dataclasses import replace
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from requestflow.model.definition import Flow
from requestflow.pages import about, loop
from worlds import ROOT

PAGE = about.Source("docs/en/request/dns.md", "DNS & names", "https://example.org/request/dns/", "2026-11-27")
VERSIONS = {
    "en": "Checked with Kubernetes 1.37 on 2026-11-27 · recorded with kube-proxy 1.36.2 on Linux 6.18, 2026-11-22",
    "zh": "2026-11-27 对照 Kubernetes 1.37 核对 · 抓包于 2026-11-22，kube-proxy 1.36.2、Linux 6.18",
}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_page_says_what_it_was_checked_and_recorded_with(flow: Flow, language):
    made = about.about(flow, language, PAGE, "")
    assert f"<p>{VERSIONS[language]}</p>" in made
    assert "<a " not in made and "https://example.org/request/dns/" in made


@pytest.mark.parametrize("repository", ["https://example.org/o/r", "https://example.org/o/r/"])
def test_a_report_names_page_language_and_versions_and_ends_where_the_step_goes(flow: Flow, repository):
    made = str(about.about(flow, "en", PAGE, repository)).replace("&amp;", "&")
    url = made.split('href="')[3].split('"')[0]
    asked = parse_qs(urlsplit(url).query)
    assert urlsplit(url).path == "/o/r/issues/new" and asked["title"] == ["Unclear: DNS & names"]
    for words in (PAGE.url, "Language: en", VERSIONS["en"]):
        assert words in asked["body"][0]
    without = about.about(flow, "en", replace(PAGE, url=""), repository)
    assert quote(f": {PAGE.file}\n", safe="") in without and "example.org/request" not in without
    assert url.endswith("%0A"), "the script adds the step to the last line"


def test_a_page_without_a_day_or_with_a_strange_one_is_told():
    pages = {
        "en": {"a.md": "---\ntitle: A\nchecked: 2026-11-27\n---\n# A\n", "b.md": "# B\n"},
        "zh": {"a.md": "---\ntitle: A\nchecked: soon\n---\n# A\n"},
    }
    missing, strange = (str(p) for p in about.unchecked(pages))
    assert missing.startswith("docs/en/b.md:1: does not say when it was checked. Write 'checked: YYYY-MM-DD'")
    assert strange.startswith("docs/zh/a.md:3: 'checked: soon' is no day. Write")


@pytest.mark.parametrize(
    "day", ["2026-11-27T10:00:00", '"2026-11-27"', "2026-11", "2026-1-2", "[2026-11-27]", "20261127"]
)
def test_a_day_is_written_in_one_form(day):
    (said,) = about.unchecked({"en": {"a.md": f"---\nchecked: {day}\n---\n# A\n"}})
    assert str(said).startswith("docs/en/a.md:2: 'checked: ") and "is no day. Write" in str(said)


def test_no_page_was_checked_in_the_future():
    (said,) = about.unchecked({"en": {"a.md": "---\nchecked: 2999-01-01\n---\n# A\n"}})
    assert str(said).startswith("docs/en/a.md:2: 'checked: 2999-01-01' is in the future. Write the day")


def test_every_page_of_this_site_says_when_it_was_checked():
    assert [str(p) for p in about.unchecked(loop.load(ROOT / "docs"))] == []
