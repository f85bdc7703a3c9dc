"""Values that a page types by hand though the definition owns them: the page would keep them when they change.

Recordings are quoted as they are. A page that writes out a flow file of its own means that file's addresses.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from ..model.typed import Owned, Typed
from ..problems import Problem
from . import markdown
from .markdown import PAGES, Fence

OWN_FILE = re.compile(r"^\s*participants:", re.M)
TARGET = re.compile(r"(?<=\])(?:\([^)\s]*|:\s.*)")  # where a link leads is no text
PERHAPS = re.compile(r"\d\.\d+\.|:[0-9A-Fa-f]*:|\d{5}|\w\.[a-z]", re.ASCII)


def faults(place: str, source: str, owned: Owned) -> Iterator[Problem]:
    """Give every value of the definition that the text, the code and the front matter of a page type out."""
    if _has_own_file(source):
        return
    fences = {n: f for f in markdown.fences(source) for n in f.lines}
    above = markdown.front_matter(source).count("\n")
    for n, line in _lines(source):
        fence = fences.get(n)
        for typed in owned(line):
            what = f"types the {typed.kind} {typed.text}, which the definition owns."
            yield Problem(f"{place}:{n}", what, _fix(typed, line, fence, n <= above))


@lru_cache(PAGES)
def _has_own_file(source: str) -> bool:
    lines = markdown.lines_of(source)
    written = [f for f in markdown.fences(source) if f.language in ("yaml", "yml")]
    return any(OWN_FILE.search("\n".join(lines[f.first : f.last - 1])) for f in written)


@lru_cache(PAGES)
def _lines(source: str) -> tuple[tuple[int, str], ...]:
    """The lines in which a value may be typed: no quotations, no comments; links without where they lead."""
    aside = {n for f in markdown.fences(source) if "recorded" in f.classes for n in f.lines}
    aside |= {n for c in markdown.comments(source) for n in range(c.line, c.line + c.text.count("\n") + 1)}
    lines = ((n, line) for n, line in enumerate(markdown.lines_of(source), 1) if n not in aside)
    return tuple((n, TARGET.sub("", line)) for n, line in lines if PERHAPS.search(line))


def _fix(typed: Typed, line: str, fence: Fence | None, in_front: bool) -> str:
    if in_front:
        return "Nothing is filled in here: say it in words."
    if fence:
        flow = "" if "flow" in fence.classes else ", and add .flow to the fence"
        return f"Write {' or '.join(f'{{{n}}}' for n in typed.names)} in its place{flow}."
    values = " or ".join(f"[](flow:{name})" for name in typed.names)
    code = next((m for m in markdown.CODE_SPAN.finditer(line) if m.start() < typed.start < m.end()), None)
    if code and code[0].strip("` ") != typed.text:
        return f"Write {values} beside the code, or the command into a fence ``` {{.bash .flow}}."
    return f"Write {values} in its place."
