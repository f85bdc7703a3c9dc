"""Sections whose heading says `.fold`: open up to the end of their first paragraph, the rest behind a line of words.

The sources of a page are folded everywhere.
"""

import re
from collections.abc import Iterator, Sequence

from ..problems import nearest
from ..view.elements import Markup, el
from ..view.words import Words, numbered
from . import markdown
from .markdown import Heading
from .rendered import PART

CLASS = "fold"
_HEADING = re.compile(r"<h(?P<level>[2-6])\b(?P<attributes>[^>]*)>(?P<title>.*?)</h(?P=level)>", re.S)
SOURCES = 'id="sources"'
_FOLDED = re.compile(rf'class="(?:[^"]*\s)?{CLASS}[\s"]|{SOURCES}')
_SHOWN = re.compile(r"(?:\s|<!--flow:part [^>]*-->)*(?:<p>.*?</p>)?", re.S)
_NO_PARAGRAPH = re.compile(r"\s*(?:[-*] |\d+\. |`{3}|~{3}|\||<)")
_LINK = re.compile(r"<a [^>]*headerlink.*?</a>", re.S)


def fold(html: str, parts: list[str], words: Words) -> str:
    """Put what is folded of a page's HTML, in which comments stand for its parts, into `<details>`."""
    headings = [*_HEADING.finditer(html)]
    if not any(_FOLDED.search(h["attributes"]) for h in headings):
        return html
    ends = [*(h.start() for h in headings[1:]), len(html)]
    out, open_levels = [html[: headings[0].start()]], list[int]()
    for n, (h, end) in enumerate(zip(headings, ends, strict=True)):
        while open_levels and open_levels[-1] >= int(h["level"]):
            open_levels.pop()
            out.append("</details>\n")
        body = html[h.end() : end]
        out.append(h[0])
        if _FOLDED.search(h["attributes"]):
            shown = _SHOWN.match(body)
            inner = _inner(headings, n)
            at = shown.end() if shown and (inner or body[shown.end() :].strip()) else 0  # parts alone are folded
            is_sources = SOURCES in h["attributes"]
            summary = _sources(body, words) if is_sources else _summary(body[at:], inner, parts, words)
            out += [body[:at], '\n<details class="fold">', summary, body[at:]]
            open_levels.append(int(h["level"]))
        else:
            out.append(body)
    return "".join([*out, *("</details>\n" for _ in open_levels)])


def _inner(headings: list[re.Match[str]], n: int) -> list[re.Match[str]]:
    """The headings one level below a heading, up to the next that is not below it."""
    inner = list[re.Match[str]]()
    for h in headings[n + 1 :]:
        if h["level"] <= headings[n]["level"]:
            break
        inner.append(h)
    return [h for h in inner if h["level"] == min(i["level"] for i in inner)]


def _summary(body: str, inner: list[re.Match[str]], parts: list[str], words: Words) -> Markup:
    """What is behind it: the map and the steps of a route, what the headings inside say, or how much of what."""
    drawn = "".join(parts[int(part["n"])] for part in PART.finditer(body))
    titles = [Markup(_LINK.sub("", h["title"])).striptags() for h in inner]
    route = [words.folded_route] if 'class="map' in drawn else []
    said = [*route, *titles] or [numbered(many, n) for many, n in _amounts(body, drawn, words) if n] or [words.folded]
    return el("summary", said[0], *([el("span", "".join(f" · {title}" for title in said[1:]))] if said[1:] else []))


def _sources(body: str, words: Words) -> Markup:
    return el("summary", numbered(words.links, body.count("<a ")))


def _amounts(body: str, drawn: str, words: Words) -> list[tuple[tuple[str, str], int]]:
    """How many pictures, tables, examples and points there are."""
    return [
        (words.pictures, drawn.count('<figure class="seqfig')),
        (words.tables, body.count("<table") + drawn.count("<table")),
        (words.examples, body.count('class="language-') + drawn.count('class="recorded')),
        (words.points, body.count("<li")),
    ]


def faults(source: str) -> Iterator[tuple[int, str, str]]:
    """Give every folded section with nothing to fold, and what is almost called so: line, what, fix."""
    headings, lines = markdown.headings(source), markdown.lines_of(source)
    for n, h in enumerate(headings):
        for word in h.classes:
            if word != CLASS and (near := nearest(word.lower(), (CLASS,))):
                yield h.line, f"the class '.{word}' of the heading '{h.title}' does nothing.", near
        if CLASS in h.classes and h.level == 1:
            yield h.line, f"the page '{h.title}' cannot be folded as a whole.", f"Take .{CLASS} away."
        if CLASS in h.classes and not _has_more(lines[h.line : _end(headings, n, len(lines))]):
            yield h.line, f"the section '{h.title}' is folded and has only one paragraph.", f"Take .{CLASS} away."


def _end(headings: tuple[Heading, ...], n: int, last: int) -> int:
    below = (h.line - 1 for h in headings[n + 1 :] if h.level <= headings[n].level)
    return next(below, last)


def _has_more(lines: Sequence[str]) -> bool:
    """Whether there is anything but one paragraph, which is never folded."""
    blocks = [block for block in "\n".join(lines).split("\n\n") if block.strip()]
    return len(blocks) > 1 or any(_NO_PARAGRAPH.match(block) for block in blocks)
