"""What Markdown takes as it stands, or drops without a word: HTML elements, notes, headings inside lists, tables."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from ..problems import Problem, nearest
from . import markdown
from .markdown import PAGES
from .matter import Fault

TAG = re.compile(r"<(?P<end>/?)(?P<name>[A-Za-z][\w-]*)(?P<rest>(?:\s[^<>]*)?)>")
SCRIPT = re.compile(r"\s(on\w+)\s*=", re.I)
VOID = ("br", "hr", "img", "wbr")
CLOSED_BY_HTML = ("p", "li", "td", "th", "tr", "tbody", "thead", "dt", "dd")
ELEMENTS = (
    *("a", "abbr", "b", "br", "code", "dd", "del", "details", "div", "dl", "dt", "em", "figcaption", "figure", "hr"),
    *("i", "img", "kbd", "li", "ol", "p", "pre", "q", "s", "section", "small", "span", "strong", "sub", "summary"),
    *("sup", "table", "tbody", "td", "th", "thead", "tr", "ul", "var", "wbr"),
)
SIGNS = ("!!!", "???")
NOTE = re.compile(r"(?P<indent> *)(?P<sign>[!?]{3})(?P<rest>.*)")
NOTE_FORM = re.compile(r' (?P<kind>[\w-]+)(?: inline)?(?: end)?(?: "[^"]*")? *')
KINDS = (
    *("note", "abstract", "info", "tip", "success", "question", "warning", "failure", "danger", "bug", "example"),
    "quote",
)
IN_LIST = re.compile(r"\s*(?:(?:[-*+]|\d+[.)])[ \t]+|>[ \t]?)+#{1,6}[ \t]")
INDENTED_HEADING = re.compile(r"(?: {4,}|\t+)#{1,6}[ \t].*\{[^{}]*#[\w-]+[^{}]*\}")
ITEM = re.compile(r" {0,3}(?:[-*+][ \t]|\d+[.)][ \t]|!!!)")
ROW = re.compile(r"\s*\|.*\|\s*")


def problems(place: str, source: str) -> Iterator[Problem]:
    """Give what stands wrongly in a page's source, in the order of its lines."""
    for line, what, fix in faults(source):
        yield Problem(f"{place}:{line}", what, fix)


@lru_cache(PAGES)
def faults(source: str) -> tuple[Fault, ...]:
    """Give line, words and advice for everything that stands wrongly in a page's source."""
    return tuple(sorted(_faults(source), key=lambda fault: fault[0]))


def _faults(source: str) -> Iterator[Fault]:
    outside = markdown.lines_outside_code(source)
    yield from _tags(source)
    yield from _notes(outside, markdown.lines_of(source))
    yield from _inner_headings(outside)
    yield from _rows(outside)


def _tags(source: str) -> Iterator[Fault]:
    """Elements that are none, are never closed, or end though nothing began."""
    text, stack = markdown.text(source), list[tuple[str, int]]()
    for m in TAG.finditer(text):
        name, line = m["name"].lower(), text.count("\n", 0, m.start()) + 1
        if script := SCRIPT.search(m["rest"]):
            yield line, f"<{name}> has the script '{script[1]}'.", "Drop it: pages have none of their own."
        if name not in ELEMENTS:
            fix = nearest(name, ELEMENTS) if len(name) > 2 else ""
            yield (
                line,
                f"<{m['end']}{m['name']}> is no element of a page.",
                fix or "Put it into code, or write &lt; for '<'.",
            )
        elif not m["end"] and name not in VOID and not m["rest"].endswith("/"):
            stack.append((name, line))
        elif m["end"]:
            if name not in [opened for opened, _ in stack]:
                yield _alone(f"</{name}>", line)
                continue
            while (last := stack.pop())[0] != name:
                if last[0] not in CLOSED_BY_HTML:
                    yield _alone(f"<{last[0]}>", last[1])
    yield from (_alone(f"<{name}>", line) for name, line in stack if name not in CLOSED_BY_HTML)


def _alone(tag: str, line: int) -> Fault:
    return line, f"{tag} has no counterpart.", "Close every HTML element, or write &lt; for '<'."


def _notes(outside: tuple[tuple[int, str], ...], lines: Sequence[str]) -> Iterator[Fault]:
    for n, line in outside:
        if line.lstrip(" ")[:3] not in SIGNS or not (m := NOTE.match(line)):
            continue
        form = NOTE_FORM.fullmatch(m["rest"])
        body = next((text for text in lines[n:] if text.strip()), "")
        if m["sign"] != "!!!" or not form:
            yield (
                n,
                f"'{line.strip()[:40]}' is no note.",
                "Write '!!! note' or '!!! note \"Title\"', an empty line, indented text.",
            )
        elif form["kind"] not in KINDS:
            fix = nearest(form["kind"].lower(), KINDS) or f"Known: {', '.join(KINDS)}."
            yield n, f"unknown kind of note '{form['kind']}'.", fix
        elif not body.startswith(m["indent"] + " " * 4):
            yield n, "the note is empty.", "Indent its text by four spaces more."


def _inner_headings(outside: tuple[tuple[int, str], ...]) -> Iterator[Fault]:
    fix = "Begin its line with '#', outside lists, quotes and notes."
    for at, (n, line) in enumerate(outside):
        if "#" not in line:
            continue
        if IN_LIST.match(line) or (INDENTED_HEADING.fullmatch(line) and _is_inside(outside[:at])):
            yield n, f"'{line.strip()[:40]}' is a heading inside a list, a quote or a note.", fix


def _is_inside(before: tuple[tuple[int, str], ...]) -> bool:
    """Whether what is indented below these lines belongs to a list or a note, and is no code."""
    above = next((text for _, text in reversed(before) if text.strip() and not text.startswith("    ")), "")
    return bool(ITEM.match(above))


def _rows(outside: tuple[tuple[int, str], ...]) -> Iterator[Fault]:
    """Rows of a table with other cells than its first: Markdown drops, or makes up, the rest."""
    first, above = 0, -1
    for n, line in outside:
        if "|" not in line or not ROW.fullmatch(line):
            continue
        cells = markdown.without_code(line).replace("\\|", "").strip().count("|") - 1
        first = cells if n != above + 1 else first
        above = n
        if cells != first:
            yield (
                n,
                f"the row has {cells} cells, the first of its table {first}.",
                "Write as many, or \\| for a '|' in a cell.",
            )
