"""`docs/ledger.txt`: every address ever published, and whether a built site still has it.

A page stands at the beginning of a line, the ids on it below; of addresses that differ in one place, that place is `*`
and what stands there is below. A slash in front: once, at the top of the site; others are in every language.

Kept are pages, short links and files to take away; of ids those of headings, and of links and rows that have one. Not
kept is what the theme, the search and our scripts ask for, what begins with `__`, and what is drawn anew as pages need
it: parts of pictures and step lists, and PNGs, which stand beside an SVG of the same name.
"""

import re
from collections.abc import Collection, Iterator
from functools import cache, cached_property
from html import unescape
from pathlib import Path
from textwrap import wrap
from urllib.parse import urljoin, urlsplit

from ..model import sources
from ..model.definition import LANGUAGES
from ..problems import FlowError, Problem
from .published import DATA, DIAGRAMS, FULL, GO, LIST, PRINT, SCHEMA

SHOWN = "docs/ledger.txt"
HEAD = """\
# Every address ever published. `make release` adds new ones, and refuses when an old one leads nowhere; delete nothing.
# A page, and below it the ids on it; or an address with *, and below it what stands there. With / in front: once, at
# the top of the site; all others are in every language.
"""
WIDTH = 118
FILES = {f"{DIAGRAMS}/*": (".svg", ".mmd"), "/recordings/*": (".txt", ".yml")}
OWN = ("flow.yml", SCHEMA, DATA, LIST, FULL)  # at the top
KEPT = re.compile(r'<(?:h[1-6]|a|tr)\b[^>]*?\sid="?([^"\s>]+)')
ANY = re.compile(r'<\w[^>]*?\sid="?([^"\s>]+)')
ONWARD = re.compile(r'<meta http-equiv="refresh" content="0; url=([^"]+)">')
FIRST = 2000  # characters in which such a page says where it leads
TOPS = tuple("" if language == LANGUAGES[0] else f"{language}/" for language in LANGUAGES)
Entries = dict[str, dict[str, int]]  # page or pattern → id or part → the line it stands on


def read(file: Path) -> Entries:
    """Read the ledger; raises FlowError where it cannot be read."""
    entries, group = Entries(), ""
    for n, line in enumerate(sources.text(file, SHOWN, "Write it by: make release").split("\n"), 1):
        if not line.strip() or line.startswith("#"):
            continue
        if line.startswith(" "):
            if not group:
                raise FlowError(Problem(f"{SHOWN}:{n}", "has ids of no page.", "Write the page above them."))
            for word in line.split():
                entries[group].setdefault(word, n)
        else:
            group = line.strip()
            entries.setdefault(group, {}).setdefault("", n)
    return entries


def written(entries: Entries) -> str:
    """Give the ledger as its file has it."""
    parts = [HEAD]
    for group, words in entries.items():
        lines = wrap(" ".join(filter(None, words)), WIDTH, break_long_words=False, break_on_hyphens=False)
        parts += [f"{group}\n", *(f"  {line}\n" for line in lines)]
    return "".join(parts)


def address(group: str, word: str) -> str:
    """Give an address from the top of a language, or from that of the site with a slash in front."""
    if "*" in group:
        return group.replace("*", word)
    return group + (f"#{word}" if word else "")


class Site:
    """A built site, of which every file is read once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._html = cache(self._read)
        self._anchors = cache(lambda path: frozenset(ANY.findall(self._html(path) or "")))

    @cached_property
    def entries(self) -> Entries:
        """Give all addresses it has that are promised, in the order of the ledger."""
        found = {page: dict.fromkeys(["", *self._ids(page)], 0) for page in self._pages()}
        if (self.folder / PRINT).is_dir():
            found[f"{PRINT}/"] = {"": 0}  # its ids are those of the pages it has
        go = self.folder / GO
        links = sorted(f.parent.relative_to(go).as_posix() for f in go.rglob("index.html"))
        found[f"{GO}/*/"] = dict.fromkeys(links, 0)
        for pattern, endings in FILES.items():
            folder = self.folder / pattern.strip("/*")
            found[pattern] = dict.fromkeys(sorted(f.name for f in folder.glob("*") if f.suffix in endings), 0)
        found["/*"] = dict.fromkeys((name for name in OWN if (self.folder / name).is_file()), 0)
        return {group: words for group, words in found.items() if words}

    def _pages(self) -> Iterator[str]:
        """Every page of the first language that is none to lead on."""
        apart = {GO, PRINT, *(top.strip("/") for top in TOPS if top)}
        for file in sorted(self.folder.rglob("*.html")):
            path = file.relative_to(self.folder)
            if path.parts[0] in apart or path.name == "404.html":
                continue
            if not ONWARD.search(file.read_text("utf-8")[:FIRST]):
                yield path.as_posix().removesuffix("index.html") or "./"

    def _ids(self, page: str) -> Iterator[str]:
        yield from (found for m in KEPT.finditer(self._html(page) or "") if not (found := m[1]).startswith("__"))

    def _read(self, url: str) -> str | None:
        """The text at an address below the site's top; None where there is nothing."""
        file = self.folder / (f"{url}index.html" if url.endswith("/") or not url else url)
        return file.read_text("utf-8", "replace") if file.is_file() else None

    def leads(self, url: str) -> bool:
        """Whether an address below the site's top leads to what it names; pages that lead on are followed."""
        at, anchor = urljoin("http://site/", url), urlsplit(url).fragment
        for _ in range(3):
            path = urlsplit(at).path.lstrip("/")
            if (html := self._html(path)) is None:
                return False
            if (m := ONWARD.search(html[:FIRST])) is None:
                return not anchor or anchor in self._anchors(path)
            at = urljoin(at, unescape(m[1]))
            anchor = anchor or urlsplit(at).fragment
        return False


def dead(entries: Entries, site: Site, pages: Collection[str]) -> Iterator[Problem]:
    """Give every address of the ledger that leads nowhere any more, in any language; `pages` are those of today."""
    for group, words in entries.items():
        for word, line in words.items():
            if word or "*" not in group:
                url = address(group, word)
                tops = ("",) if url.startswith("/") else TOPS
                urls = (top + url.lstrip("/").removeprefix("./") for top in tops)
                if gone := next((url for url in urls if not site.leads(url)), None):
                    yield Problem(f"{SHOWN}:{line}", f"'/{gone}' leads nowhere any more.", _fix(group, word, pages))


def _fix(group: str, word: str, pages: Collection[str]) -> str:
    if group == f"{GO}/*/":
        old = f"{word}.md" if "/" in word or word == "index" else word
    elif "*" in group:
        old = group.replace("*", word).lstrip("/")
    else:
        index = f"{group.removeprefix('./')}index.md"
        page = index if index in pages or group == "./" else f"{group.rstrip('/')}.md"
        old = f"{page}#{word}" if word else page
    return f"Write '{old}: …' under 'aliases' in docs/flow.yml, or under 'retired'."


def with_new(entries: Entries, site: Site) -> Entries:
    """Give the ledger with what a site has and it has not; groups of addresses with * stay last."""
    out = {group: dict(words) for group, words in entries.items()}
    for group, words in site.entries.items():
        for word in words:
            out.setdefault(group, {}).setdefault(word, 0)
    return dict(sorted(out.items(), key=lambda item: "*" in item[0]))


def count(entries: Entries) -> int:
    """Give how many addresses a ledger has."""
    return sum(len([word for word in words if word or "*" not in group]) for group, words in entries.items())
