"""Onboarding on the built site: lists, answers and what is offered for copying lead to what is there."""

import re
from html import unescape
from pathlib import Path
from urllib.parse import unquote, urljoin

import pytest
from houses import ROOT, Built
from requestflow.model import questions
from requestflow.model.definition import LANGUAGES, Language
from requestflow.pages import front, loop

pytestmark = pytest.mark.site
TOPS = {"en": "", "zh": "zh/"}
HOST = "https://HOST/"  # where a site is that knows no address
LINK = re.compile(r'<a [^>]*?href="([^"]+)"')


def read(built: Built, language: Language, page: str) -> tuple[str, str]:
    """The address of a page within the site, and its article."""
    at = f"{TOPS[language]}{page}"
    return at, (built.site / at / "index.html").read_text("utf-8").partition("<article")[2].partition("</article>")[0]


def lands(site: Path, at: str, href: str) -> bool:
    """Whether a link of the page at this address leads to a file, and to an id in it."""
    path, _, anchor = urljoin(f"/{at}", unescape(href)).removeprefix("/").partition("#")
    file = site / unquote(path)
    file = file / "index.html" if file.is_dir() else file
    return file.is_file() and (not anchor or re.search(rf'\sid="?{re.escape(anchor)}[" >]', file.read_text("utf-8")))


def address(page: str) -> str:
    return re.sub(r"(^|/)index/$", r"\1", page.removesuffix(".md") + "/")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_answer_stands_folded_and_its_links_land(built: Built, language: Language):
    at, article = read(built, language, "onboarding/self-check/")
    asked = [name for _, _, name, _ in questions.read(ROOT / questions.SHOWN).every()]
    parts = re.findall(r'<details id="q-([\w-]+)"[^>]*>(.*?)</details>', article, re.S)
    assert [name for name, _ in parts] == asked
    for name, part in parts:
        links = LINK.findall(part)
        assert links and all(lands(built.site, at, href) for href in links), (name, links)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_for_new_colleagues_is_listed_with_its_minutes_and_its_box(built: Built, language: Language):
    at, article = read(built, language, "onboarding/")
    rows = re.findall(r'<li><input[^>]*><a href="([^"]+)">[^<]+</a> <small>\d+ \S+</small>', article)
    assert len(rows) > 60 and all(lands(built.site, at, href) for href in rows)
    listed = {urljoin(f"/{at}", href).partition("#")[0] for href in rows}
    tree = loop.load(ROOT / "docs")[language]
    with_key = [page for page, source in tree.items() if "onboarding" in front.matter(source)]
    assert listed == {f"/{TOPS[language]}{address(page)}" for page in with_key}


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_copied_leads_to_the_same_pages(built: Built, language: Language):
    at, article = read(built, language, "onboarding/")
    copied = [part for part in re.findall(r"<pre><code[^>]*>(.*?)</code></pre>", article, re.S) if "- [ ]" in part]
    links = re.findall(rf"^- \[ \] \[.+\]\({HOST}([^\s)]*)\) ?[(（]\d+ ", "\n".join(copied), re.M)
    assert len(copied) == 6 and len(links) == article.count("<input")
    assert all(link.startswith(TOPS[language]) and lands(built.site, "", link) for link in links)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_writers_are_told_to_link_and_embed_is_there(built: Built, language: Language):
    at, article = read(built, language, "onboarding/for-writers/")
    offered = re.findall(rf"{HOST}([^\s&)]+)", " ".join(re.findall(r"<code[^>]*>(.*?)</code>", article, re.S)))
    there = [path for path in offered if not path.endswith(".png")]  # drawn when they are asked for
    assert len(offered) == 7 and len(there) == 5
    assert all(path.startswith(TOPS[language]) and lands(built.site, "", path) for path in there)
    (shown,) = re.findall(r'<img src="([^"]+)"', article)
    assert lands(built.site, at, shown)
