"""Values that a page types by hand though the definition owns them: the page would keep them when they change.

Recordings are quoted as they are. A page that writes out a flow file of its own means that file's addresses.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from ..model.typed import Owned, Typed
from ..problems import Problem
from . import markdown
from .markdown import PAGES

OWN_FILE = re.compile(r"^\s*participants:", re.M)
TARGET = re.compile(r"\](?:\([^)\s]*|:\s.*)")  # where a link leads is no text


def faults(place: str, source: str, owned: Owned) -> Iterator[Problem]:
    """Give every value of the definition that the text, the code and the front matter of a page type out."""
    if _has_own_file(source):
        return
    text = _words(source)
    for typed in owned(text):
        n = text.count("\n", 0, typed.start) + 1
        what = f"types the {typed.kind} {typed.text}, which the definition owns."
        yield Problem(f"{place}:{n}", what, _fix(source, n, typed))


@lru_cache(PAGES)
def _has_own_file(source: str) -> bool:
    lines = markdown.lines_of(source)
    written = [f for f in markdown.fences(source) if f.language in ("yaml", "yml")]
    return any(OWN_FILE.search("\n".join(lines[f.first : f.last - 1])) for f in written)


@lru_cache(PAGES)
def _words(source: str) -> str:
    """A page without its quotations, its comments and where its links lead, each line where it was."""
    quoted = {n for f in markdown.fences(source) if "recorded" in f.classes for n in f.lines}
    lines = ("" if n in quoted else line for n, line in enumerate(markdown.lines_of(source), 1))
    return TARGET.sub("]", markdown.COMMENT.sub(lambda m: "\n" * m[0].count("\n"), "\n".join(lines)))


def _fix(source: str, n: int, typed: Typed) -> str:
    if n <= markdown.front_matter(source).count("\n"):
        return "Nothing is filled in here: say it in words."
    if fence := next((f for f in markdown.fences(source) if n in f.lines), None):
        flow = "" if "flow" in fence.classes else ", and add .flow to the fence"
        return f"Write {' or '.join(f'{{{name}}}' for name in typed.names)} in its place{flow}."
    values = " or ".join(f"[](flow:{name})" for name in typed.names)
    spans = markdown.CODE_SPAN.findall(line := markdown.lines_of(source)[n - 1])
    if spans and typed.text not in markdown.without_code(line) and f"`{typed.text}`" not in line:
        return f"Write {values} beside the code, or the command into a fence ``` {{.bash .flow}}."
    return f"Write {values} in its place."
