"""Reading Markdown sources: headings, markers and fences, line by line, outside code."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

HEADING = re.compile(r"^(#{1,6})[ \t]+(.*?)[ \t]*(?:\{([^{}]*)\}[ \t]*)?$")
MARKER = re.compile(r"^\s*<!--\s*flow:(\S*)\s*(.*?)\s*-->\s*$")
STRAY_MARKER = re.compile(r"<!--\s*flow:|^\s*<!--\s*$")
CODE_SPAN = re.compile(r"`[^`]*`")
FENCE = re.compile(r"^(?P<indent>[ \t]*)(?P<ticks>`{3,}|~{3,})[ \t]*(?P<info>.*)$")
ATTRIBUTE_FENCE = re.compile(r"^\{\s*(?P<attributes>[^{}]*)\}$")


@dataclass(frozen=True)
class Heading:
    """One heading of a page."""

    line: int
    level: int
    title: str
    id: str | None
    classes: tuple[str, ...]

    @property
    def is_step(self) -> bool:
        return "step" in self.classes


@dataclass(frozen=True)
class Fence:
    """A code fence: its first and last line (from 1), its language, classes and `key=value` attributes."""

    first: int
    last: int
    indent: str
    ticks: str
    language: str
    classes: tuple[str, ...]
    attributes: dict[str, str]


def lines_outside_code(source: str) -> Iterator[tuple[int, str]]:
    """Yield line number and text of every line outside code fences and comments over several lines."""
    inside = {n for f in fences(source) for n in range(f.first, f.last + 1)}
    lines, comment = source.splitlines(), False
    if lines[:1] == ["---"]:
        inside |= set(range(1, next((n for n, line in enumerate(lines[1:], 2) if line.rstrip() == "---"), 0) + 1))
    for n, line in enumerate(lines, 1):
        if n in inside:
            continue
        if comment or line.lstrip().startswith("<!--"):
            comment = "-->" not in line
        else:
            yield n, line


def headings(source: str) -> list[Heading]:
    """Give every heading outside code, in order."""
    out = []
    for n, line in lines_outside_code(source):
        if m := HEADING.match(line):
            words = (m[3] or "").split()
            ident = next((w[1:] for w in words if w.startswith("#")), None)
            out.append(Heading(n, len(m[1]), m[2], ident, tuple(w[1:] for w in words if w.startswith("."))))
    return out


def fences(source: str) -> list[Fence]:
    """Give every code fence, in order; one that is never closed ends with the page."""
    out: list[Fence] = []
    lines = source.splitlines()
    opened: re.Match[str] | None = None
    first = 0
    for n, line in enumerate(lines, 1):
        m = FENCE.match(line)
        if opened is None:
            if m and not (m["ticks"][0] == "`" and "`" in m["info"]):
                opened, first = m, n
        elif m and m["ticks"].startswith(opened["ticks"]) and not m["info"].strip():
            out.append(_fence(opened, first, n))
            opened = None
    if opened is not None:
        out.append(_fence(opened, first, len(lines) + 1))
    return out


def _fence(m: re.Match[str], first: int, last: int) -> Fence:
    info = m["info"].strip()
    attributes = ATTRIBUTE_FENCE.match(info)
    words = attributes["attributes"].split() if attributes else [f".{info.split()[0]}"] if info else []
    classes = [w[1:] for w in words if w.startswith(".")]
    pairs = dict(w.split("=", 1) for w in words if "=" in w and not w.startswith("."))
    language = next((c for c in classes if c not in ("flow", "recorded")), "")
    return Fence(
        first, last, m["indent"], m["ticks"], language, tuple(classes), {k: v.strip("\"'") for k, v in pairs.items()}
    )
