"""A page as plain Markdown: every marker, value and `flow:` link is what it stands for, all links are relative.

What only our site, or only one builder, understands is written so that any reader of Markdown shows it well.
"""

import posixpath
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ..view import beside, chart, compare, mermaid, plain
from ..view.elements import el
from ..view.view import View
from . import about, front, markdown, names
from .book import Book, Hrefs
from .links import RECORDING, SCHEME
from .markers import Maker, expand
from .rendered import PART

_LINK = re.compile(r"\]\(\s*<?(?P<to>[^)\s>]+)>?(?P<title>\s+\"[^\"]*\")?\s*\)")
_BELOW = re.compile(r"^(?P<head>\[[^\]]+\]:\s+)<?(?P<to>[^\s>]+)>?")
_VALUE = re.compile(r"\[\s*\]\(\s*flow:(?P<name>[\w.:-]+)\s*\)")
_NAMED = re.compile(r"(?P<link>\[[^\[\]]*\]\([^)\s]+\))\{:?[^{}]*?#(?P<id>[\w-]+)[^{}]*\}")
_OTHER_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_ID = re.compile(r"#([\w-]+)")
_ATTRIBUTES = re.compile(r"^\s*\{:[^{}]*\}\s*$|(?<=\S)\{:[^{}]*\}\s*$")
_SEVERAL = re.compile(r"\n{3,}")
_BOX = re.compile(r"\s*</?(?:div|section|details|figure|p)\b[^<>]*>\s*$")
_BY = re.compile(r"\s*<p class=\"by\">")  # below what is recorded
_SUMMARY = re.compile(r"^\s*<summary>(?P<words>.*)</summary>\s*$")
_NOTE = re.compile(r'^(?P<indent> *)!!! (?P<kind>[\w-]+)[^"]*(?:"(?P<title>[^"]*)")?\s*$')


@dataclass(frozen=True)
class Tree:
    """Where things are: the folder of the language below the top, the file of each page in it."""

    top: str  # "en/", or nothing
    file: Callable[[str], str]

    def page(self, page: str) -> str:
        """Give where a page is, from the top."""
        return self.top + self.file(page)


@dataclass(frozen=True)
class Made:
    """A page as it was expanded: its file as written, the Markdown it became, the parts that are HTML."""

    source: str
    expanded: str
    parts: list[str]


def page(book: Book, tree: Tree, page: str, source: str) -> str:
    """Give one page; raises FlowError as `expand` does."""
    one, above = _Page(book, tree, page, str), markdown.front_matter(source)
    hrefs = Hrefs(one.step, one.of_page, one.from_here, one.own)
    place = f"docs/{book.language}/{page}"
    return one.text(Made(source, *expand(book, source[len(above) :], place, hrefs, above.count("\n"), maker=Plain)))


def of_site(book: Book, tree: Tree, page: str, made: Made) -> str:
    """Give a page that was made for the site, where each page's Markdown stands beside its HTML."""
    return _Page(book, tree, page, _beside).text(made)


def _beside(href: str) -> str:
    """The Markdown of a page instead of the page: it stands in its folder."""
    path, sign, anchor = href.partition("#")
    if path.endswith(".html") and not _OTHER_SCHEME.match(path):  # a page that is no folder
        return f"{path.removesuffix('.html')}.md{sign}{anchor}"
    inside = not _OTHER_SCHEME.match(path) and path.endswith(("/", "."))
    return f"{path.removesuffix('.')}{'' if path.endswith('/') else './'}index.md{sign}{anchor}" if inside else href


class _Page:
    """One page on its way, line by line; `href` gives where a link in HTML leads from its Markdown."""

    def __init__(self, book: Book, tree: Tree, page: str, href: Callable[[str], str]) -> None:
        self.book, self.tree, self.page = book, tree, page
        self.ways = plain.Ways(href, self._diagram, book.words.colon, book.words.aside)

    def text(self, made: Made) -> str:
        """Write each line anew."""
        drawn = [self._drawn(part) for part in made.parts]
        body = _SEVERAL.sub("\n\n", "\n".join(self._lines(made.expanded, drawn))).strip("\n")
        checked = str(front.matter(made.source).get("checked", ""))
        known = about.about(self.book.flow, self.book.language, about.Source(self.page, "", "", checked), "")
        return f"{body}\n\n---\n\n{self._drawn(known)}\n"

    def _drawn(self, part: str) -> str:
        return plain.markdown(part, self.ways)

    def _diagram(self, name: str) -> str:
        return mermaid.bare(self.book.taken[name])

    # -- where things are, from here ----------------------------------------------------------------------------------
    def from_here(self, path: str) -> str:
        here = posixpath.dirname(self.tree.page(self.page))
        return posixpath.relpath(path, here or ".")

    def of_page(self, page: str) -> str:
        return self.from_here(self.tree.page(page if page in self.book.names else names.HOME))

    def own(self, path: str) -> str:
        return self.from_here(self.tree.top + path)

    def step(self, step: str) -> str:
        return self._at(self.book.explained[step].target)

    def _at(self, target: str) -> str:
        """Where `PAGE.md#ANCHOR` is."""
        page, _, name = target.partition("#")
        return f"#{name}" if page == self.page and name else self.of_page(page) + (f"#{name}" if name else "")

    def _to(self, to: str) -> str:
        """Where a link as written leads."""
        if to.startswith(RECORDING):
            return self.from_here(self.book.recording(to.removeprefix(RECORDING)))
        if to.startswith(SCHEME):
            return self._at(self.book.link(to.removeprefix(SCHEME)).removeprefix("/"))
        if _OTHER_SCHEME.match(to) or to.startswith("#"):
            return to
        path, _, name = to.partition("#")
        folder = "" if path.startswith("/") else posixpath.dirname(self.page)
        target = posixpath.normpath(posixpath.join(folder, path.lstrip("/")))
        if target in self.book.names:
            return self._at(f"{target}#{name}" if name else target)
        return self.own(target) + (f"#{name}" if name else "")

    # -- lines --------------------------------------------------------------------------------------------------------
    def _lines(self, expanded: str, drawn: list[str]) -> list[str]:
        """Every line of an expanded page; what stands for a part is the part."""
        lines = markdown.lines_of(expanded)
        in_fence = {n: f for f in markdown.fences(expanded) for n in f.lines}
        headings = {h.line: h for h in markdown.headings(expanded)}
        made = [
            self._fenced(in_fence[n], n, line) if n in in_fence else self._line(line, headings.get(n), drawn)
            for n, line in enumerate(lines, 1)
        ]
        return [*_with_notes(["" if n in in_fence else line for n, line in enumerate(lines, 1)], lines, made)]

    def _fenced(self, fence: markdown.Fence, n: int, line: str) -> list[str]:
        """A fence as every reader of Markdown knows it: its ticks and its language."""
        return [f"{fence.indent}{fence.ticks}{fence.language}"] if n == fence.first else [line]

    def _line(self, line: str, heading: markdown.Heading | None, drawn: list[str]) -> list[str]:
        if heading:
            title = f"{'#' * heading.level} {self._words(heading.title)}"
            return ["", plain.anchor(heading.id), "", title] if heading.id else [title]
        if part := PART.search(line):
            indent = line[: len(line) - len(line.lstrip())]
            return [indent + one if one else "" for one in drawn[int(part["n"])].split("\n")]
        if _BY.match(line):
            return [line[: len(line) - len(line.lstrip())] + self._drawn(line)]
        if _BOX.match(line):
            return [""]
        if summary := _SUMMARY.match(line):
            return ["", f"**{summary['words']}**", ""]
        line = _ATTRIBUTES.sub(lambda m: "".join(map(plain.anchor, _ID.findall(m[0]))), line)
        if below := _BELOW.match(line):
            return [below["head"] + self._to(below["to"])]
        return [self._words(line)]

    def _words(self, line: str) -> str:
        """Words of a line with what their links and values mean; code stays as it is."""
        out, at = list[str](), 0
        line = _NAMED.sub(lambda m: plain.anchor(m["id"]) + m["link"], line)
        for span in [*markdown.CODE_SPAN.finditer(line), None]:
            text = line[at : span.start() if span else None]
            text = _VALUE.sub(lambda m: self._value(m["name"]), text)
            out.append(_LINK.sub(lambda m: f"]({self._to(m['to'])}{m['title'] or ''})", text))
            out.append((plain.code(span[0].strip("`")) if "</" in span[0] else span[0]) if span else "")
            at = span.end() if span else at
        return "".join(out)

    def _value(self, name: str) -> str:
        text, is_code = self.book.value(name)
        return plain.code(text) if is_code else plain.escape(text)


def _with_notes(outside: list[str], lines: Sequence[str], made: list[list[str]]) -> Iterator[str]:
    """What was made of each line; a note is a quotation, for Git hosts know none. `outside` is empty in fences."""
    n = 0
    while n < len(lines):
        note, n = _NOTE.match(outside[n]), n + 1
        if not note:
            yield from made[n - 1]
            continue
        pad, end = note["indent"], n
        while end < len(lines) and (not lines[end].strip() or lines[end].startswith(pad + plain.INDENT)):
            end += 1
        while not lines[end - 1].strip():
            end -= 1
        yield f"{pad}> **{note['title'] or note['kind'].capitalize()}**"
        yield from (f"{pad}> {one[len(pad) + 4 :]}".rstrip() for part in made[n:end] for one in part)
        n = end


class Plain(Maker):
    """Makes the parts of a page without drawing: what is drawn elsewhere is named only."""

    def figure(self, line: int, charts: list[chart.Chart], caption: str, href: Any) -> list[str]:
        return [self.part(el("figure", el("figcaption", caption), class_="seqfig"))]

    def map_of(self, line: int, view: View) -> list[str]:
        like = self.book.flow.routes[view.id].like
        self.book.mapped[view.id] = like if like in self.book.views else None
        title = self.book.words.map_of.format(route=view.name)
        return [self.part(el("figure", el("svg", aria_label=title), self.map_file(view), class_="map"))]

    def chooser(self) -> list[str]:
        return [self.part(beside.pairs(self.comparison))]

    def comparison_of(self, views: dict[str, View]) -> compare.Comparison:
        """Without the page on which two are chosen, which is made by a script."""
        return compare.Comparison(views, self.book.trips, self.hrefs.step, self.route_href)
