"""What Markdown made of a page, compared with what the loop read in its source: each difference is a problem."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import unquote, urljoin, urlsplit

from ..problems import Problem, nearest
from . import markdown
from .markdown import Fence, Heading

PART = re.compile(r"<!--flow:part (?P<n>\d+) of line (?P<line>\d+)-->")  # stands for a generated part
PART_ID = re.compile(r'(?<![\w-])id="([^"]+)"')
HOST = "http://site/"  # stands for wherever the site is
CODE = {"pre", "code", "script", "style", "textarea"}  # where text is shown, or used, as it stands
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"}
SCHEMES = {"", "http", "https", "mailto", "tel"}  # of links
LEFT = (  # what is left in the text when Markdown did not see it
    (re.compile(r"\{\s*[#.:][^\s}]*"), "attributes", "Write them after a space, last on the line of a heading."),
    (
        re.compile(r"(?<![\w-])flow[:：][A-Za-z][\w.:-]*", re.IGNORECASE),
        "a link",
        "Write [text](flow:ID) or [](flow:NAME).",
    ),
    (re.compile(r"<!-+|&lt;!-+"), "a comment", "Write <!-- … --> on a line of its own."),
    (re.compile(r"`{3,}\S*|~{3,}\S*"), "a fence", "Give its first and last line the same ticks and indentation."),
    (re.compile(r"(?<!`)`{1,2}(?!`)[^`\s]*"), "a code span", "Give both its ends the same number of backticks."),
    (
        re.compile(r"\]\s?\([^\s)]+|\]\[[\w.:-]*\]|https?://[^\s)]+|[\w./-]+\.md\b(?:#[\w-]+)?"),
        "a link",
        "Write [text](address) without a space between them.",
    ),
    (re.compile(r"\|\s*[^\s|]*"), "a table", "Give every row as many | as the row of dashes below the first."),
    (re.compile(r"^-{3,}$"), "a table", "Write the row of dashes once, below the first row."),
    (re.compile(r"(?<=\n)[ \t]*(?:[-*+]|\d+[.)])[ \t]+\S+"), "a list", "Put an empty line before its first item."),
    (re.compile(r"\*\*\S*|(?<!\w)__\w*"), "bold words", "Put ** right before the first and right behind the last."),
    (re.compile(r"\[\^[^\]]*\]?"), "a footnote", "The site has none: write it into the text."),
    (re.compile(r"~~\S*|==\w+\S*==|\[[ xX]\](?= )"), "a sign", "The site has no struck or marked words and no tasks."),
    (
        re.compile(r"^[!?]{2,3}\+?[ \t]+\w+|^={3}[ \t]+\S+", re.M),
        "a note",
        "Write '!!! note', an empty line, indented text.",
    ),
)


@dataclass(frozen=True)
class Shown:
    """A heading as the page has it."""

    level: int
    id: str
    classes: tuple[str, ...]
    title: str


@dataclass
class Html:
    """A page's HTML as far as it can be compared; `links` are all addresses of its `<a>`."""

    headings: list[Shown] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    steps: list[str] = field(default_factory=list)  # tags of whatever has the class 'step' and is no heading
    texts: list[str] = field(default_factory=list)
    values: list[str] = field(default_factory=list)  # of attributes
    comments: list[tuple[str, bool]] = field(default_factory=list)  # text, and whether it stands in code
    code: list[str] = field(default_factory=list)  # of every <pre>
    links: list[str] = field(default_factory=list)
    empty: list[str] = field(default_factory=list)  # links without a word
    open: list[str] = field(default_factory=list)  # tags never closed, and end tags of nothing, as written


def read(html: str) -> Html:
    """Read a page's HTML."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    reader.made.open += [f"<{tag}>" for tag in reader.stack]
    return reader.made


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.made = Html()
        self.stack: list[str] = []
        self.heading: tuple[int, dict[str, str]] | None = None
        self.link: dict[str, str] | None = None
        self.words: list[str] = []  # of the heading, link or <pre> being read
        self.linked = ""
        self.drawing = 0  # how deep in the stack a text stands that the browser turns into a picture

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        made, classes = self.made, given.get("class", "").split()
        if "id" in given:
            made.ids.append(given["id"])
        made.values += given.values()
        if re.fullmatch("h[1-6]", tag):
            self.heading, self.words = (int(tag[1]), given), []
        elif "step" in classes:
            made.steps.append(tag)
        if tag == "pre":
            self.words = []
        if tag == "a" and "href" in given:
            self.link, self.linked = given, ""
        if tag == "img" and self.link is not None:
            self.linked += "picture"
        if tag not in VOID:
            self.stack.append(tag)
        if "mermaid" in classes:
            self.drawing = len(self.stack)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.stack:
            self.made.open.append(f"</{tag}>")
            return
        while (closed := self.stack.pop()) != tag:
            if closed not in ("p", "li", "td", "th", "tr", "tbody", "thead", "dt", "dd"):  # HTML closes these itself
                self.made.open.append(f"<{closed}>")
        if self.heading and tag == f"h{self.heading[0]}":
            level, given = self.heading
            title = " ".join("".join(self.words).replace("¶", "").split())
            self.made.headings.append(Shown(level, given.get("id", ""), tuple(given.get("class", "").split()), title))
            self.heading = None
        if tag == "pre":
            self.made.code.append("".join(self.words))
        if tag == "a" and self.link is not None:
            self.made.links.append(self.link["href"])
            if not self.linked.strip():
                self.made.empty.append(self.link["href"])
            self.link = None

    def handle_data(self, data: str) -> None:
        self.words.append(data)
        self.linked += data if self.link is not None else ""
        self.drawing = self.drawing if len(self.stack) >= self.drawing else 0
        if not self.drawing and not CODE & set(self.stack):
            self.made.texts.append(data)

    def handle_comment(self, data: str) -> None:
        self.made.comments.append((data, bool(CODE & set(self.stack))))


@dataclass
class Page:
    """One page: its place, its source (the whole file), the Markdown it became, and the HTML made of that."""

    place: str
    source: str
    expanded: str
    html: Html

    def problem(self, line: int, what: str, fix: str) -> Problem:
        return Problem(f"{self.place}:{line}", what, fix)

    def line_of(self, *words: str) -> int:
        """Give the first line that has one of these words; the first line of all when none has."""
        lines = list(enumerate(markdown.lines_of(self.source), 1))
        return next((n for word in words if word.strip() for n, line in lines if word in line), 1)

    def line_beside_headings(self, *words: str) -> int:
        """Give the first line with one of these words that is no heading; else the first of all."""
        headings = {h.line for h in markdown.headings(self.source)}
        lines = [(n, line) for n, line in enumerate(markdown.lines_of(self.source), 1) if n not in headings]
        found = next((n for word in words for n, line in lines if word in line), None)
        return found or self.line_of(*words)


def ids(page: Page, parts: list[str]) -> set[str]:
    """Give every id a link may lead to."""
    return {*page.html.ids, *(i for part in parts for i in PART_ID.findall(part))}


def differences(page: Page, parts: list[str]) -> Iterator[Problem]:
    """Give everything in which a page as made differs from the page as read."""
    for compare in (_headings, _ids, _parts, _fences, _left, _attributes, _tags):
        yield from compare(page, parts)


def _headings(page: Page, _: list[str]) -> Iterator[Problem]:
    read = {h.id: h for h in markdown.headings(page.source) if h.id}
    shown = {h.id: h for h in page.html.headings}
    for h in read.values():
        if h.id not in shown:
            fix = "Put it between empty lines, outside lists, quotes, tables and HTML."
            yield page.problem(h.line, f"the heading '{h.title}' is none on the page as built.", fix)
        else:
            yield from _one_heading(page, h, shown[h.id])
    for s in page.html.headings:
        if s.id not in read:
            line = page.line_of(f"#{s.id}", s.title, s.title.split("{")[0].strip(), *s.title.split()[:1])
            fix = f"Write '{'#' * s.level} {s.title.split('{')[0].strip()} {{#its-id}}' at the beginning of a line."
            yield page.problem(line, f"'{s.title}' became a heading of the page, but is written in no such way.", fix)
    for tag in page.html.steps:
        line = page.line_beside_headings(".step", 'class="step"', "step")
        yield page.problem(line, f"a <{tag}> has the class 'step'.", "Only the heading of a step has it: drop it.")


def _one_heading(page: Page, h: Heading, shown: Shown) -> Iterator[Problem]:
    if shown.level != h.level:
        what = f"the heading '{h.title}' has level {shown.level} on the page as built, {h.level} in the source."
        yield page.problem(h.line, what, "Write its id once, at the beginning of a line.")
    if sorted(shown.classes) != sorted(h.classes):
        what = f"the heading '{h.title}' has the classes {list(shown.classes)} on the page as built."
        yield page.problem(h.line, what, f"Write {{#{h.id} .class}} with a space before each.")


def _ids(page: Page, parts: list[str]) -> Iterator[Problem]:
    count = Counter(page.html.ids)
    generated = {i for part in parts for i in PART_ID.findall(part)}
    for i, n in count.items():
        if n > 1 or i in generated:
            other = "a generated part of the page" if i in generated else "something else"
            line = page.line_beside_headings(f"#{i} ", f"#{i}}}", f'id="{i}"')
            yield page.problem(line, f"the id '{i}' is used by {other} as well.", "Choose another id.")


def _parts(page: Page, _: list[str]) -> Iterator[Problem]:
    """Every generated part stands once where it is seen."""
    seen = Counter(m["n"] for text, code in page.html.comments if not code and (m := PART.match(f"<!--{text}-->")))
    for line in sorted({int(m["line"]) for m in PART.finditer(page.expanded) if seen[m["n"]] != 1}):
        fix = "Put it on a line of its own outside HTML, tables and indented code."
        yield page.problem(line, "what stands for this line is not shown on the page as built.", fix)


def _fences(page: Page, _: list[str]) -> Iterator[Problem]:
    """Every fence is shown as code."""
    code = iter(["".join(text.split()) for text in page.html.code])
    lines = markdown.lines_of(page.expanded)
    written, made = _plain(page.source), _plain(page.expanded)
    for fence, now in zip(written, made, strict=False):
        text = "".join("".join(lines[now.first : now.last - 1]).split())
        if text not in code:
            fix = "Give all its lines the same indentation, with an empty line before it."
            yield page.problem(fence.first, "the fence is not shown as code.", fix)
            return


def _plain(source: str) -> list[Fence]:
    return [f for f in markdown.fences(source) if f.language != "mermaid"]  # which becomes a picture


def _left(page: Page, _: list[str]) -> Iterator[Problem]:
    """What a reader would see of our own signs."""
    said = set[tuple[int, str]]()
    for text in page.html.texts:
        for sign, name, fix in LEFT:
            for m in sign.finditer(text):
                line = page.line_of(m[0], m[0].split("：")[0], m[0][:6])
                if (line, name) not in said:
                    said.add((line, name))
                    yield page.problem(line, f"'{m[0][:40]}' of {name} is shown as text.", fix)


def _attributes(page: Page, _: list[str]) -> Iterator[Problem]:
    for value in page.html.values:
        if m := re.search(r"(?<![\w-])flow[:：]\s?[\w.:-]*", value, re.IGNORECASE):
            line = page.line_of(m[0], m[0].strip())
            yield page.problem(line, f"'{m[0]}' stands in an attribute.", "Write [text](flow:ID) or [](flow:NAME).")
    for link in page.html.links:
        scheme = m[1].lower() if (m := re.match(r"([A-Za-z][A-Za-z0-9+.-]*):", link)) else ""
        if scheme not in SCHEMES and scheme != "flow":
            line = page.line_of(link)
            yield page.problem(line, f"'{link}' has an unknown scheme.", "Write flow:ID, https://… or a page.md.")
        elif not link.strip():
            yield page.problem(page.line_of("]()", 'href=""'), "a link has no address.", "Write [text](page.md).")
    for link in page.html.empty:
        line = page.line_of(f"[]({link}", f'href="{link}"', link.rpartition("#")[2])
        yield page.problem(
            line, f"the link to '{link}' has no words.", "Write [text](…), or [](flow:NAME) for a value."
        )


def _tags(page: Page, _: list[str]) -> Iterator[Problem]:
    for tag in page.html.open:
        name = tag.strip("</>")
        line = page.line_of(f"<{name}" if "/" not in tag else tag, f"</{name}", name)
        yield page.problem(line, f"{tag} has no counterpart.", "Close every HTML element, or write &lt; for '<'.")


def dead_links(pages: dict[str, Page], ids: dict[str, set[str]], has: Callable[[str], bool]) -> Iterator[Problem]:
    """Give every link that leads nowhere; pages and ids are by URL, `has` knows the other files of the site."""
    for url, page in pages.items():
        for link in dict.fromkeys(page.html.links):
            target = urlsplit(urljoin(f"{HOST}{url}", link))
            if f"{target.scheme}://{target.netloc}/" != HOST or link.lower().startswith("flow:"):
                continue
            path, anchor = unquote(target.path[1:]), unquote(target.fragment)
            if path not in ids and not has(path):
                line = page.line_of(f"({link}", f'"{link}"', link)
                yield page.problem(line, f"the link to '{link}' leads to no page or file.", "Name a page.md.")
            elif path in ids and anchor and anchor not in ids[path]:
                line = page.line_of(f"#{anchor})", f"#{anchor}", anchor)
                fix = nearest(anchor, ids[path]) or "Name the id of a heading."
                yield page.problem(line, f"the link to '{link}' leads to no id of that page.", fix)
