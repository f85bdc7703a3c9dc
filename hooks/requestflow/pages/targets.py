"""Where the links of a page lead, as far as its source and those of the other pages tell it: before any is rendered."""

import posixpath
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import unquote

from ..problems import Problem, nearest
from . import markdown
from .markdown import PAGES

LINK = re.compile(r"\]\(\s*<?(?P<inline>[^)\s>]+)|^\[[^\]]+\]:\s+<?(?P<below>\S+)", re.M)
IMAGE = re.compile(r"""(?:!\[[^\]]*\]\(\s*<?|<\w[^<>]*\ssrc=["']?)(?P<inline>[a-z]+:[^)\s>"']+)""")
WORDLESS = re.compile(r"!\[\s*\]\((?!flow:)(?P<inline>[^)\s]*)")
BELOW = re.compile(r"^\[([^\]]+)\]:", re.M)
USED = re.compile(r"\]\[(?P<name>[^\[\]]+)\]")
WIDE = re.compile(r"\](?:（\s*(?P<inline>[^）\s]+))")
ID = re.compile(r"""\{:?[^{}\n]*#(?P<braces>[\w-]+)|\sid=["']?(?P<html>[\w-]+)""")
SCHEME = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*):")
SCHEMES = ("http", "https", "mailto", "tel", "flow")
NO_PAGE = "the link to '{}' leads to no page or file."


@dataclass(frozen=True)
class Made:
    """The ids that pages get later: on every page what begins so, and of one page, in full."""

    beginnings: tuple[str, ...] = ()
    of_page: Mapping[str, frozenset[str]] = field(default_factory=dict)


def faults(place: str, page: str, tree: dict[str, str], made: Made, has: Callable[[str], bool]) -> Iterator[Problem]:
    """Give every link of a page that leads nowhere; `has` knows the files of the language that are no pages."""
    for line, link in _links(tree[page]):
        if fault := _fault(link, page, tree, made, has):
            yield Problem(f"{place}:{line}", *fault)
    for line, what, fix in _by_itself(tree[page]):
        yield Problem(f"{place}:{line}", what, fix)


@lru_cache(PAGES)
def _links(source: str) -> tuple[tuple[int, str], ...]:
    lines = ((n, line) for n, line in enumerate(markdown.text(source).split("\n"), 1) if "]" in line)
    found = ((n, m["inline"] or m["below"]) for n, line in lines for m in LINK.finditer(line))
    return tuple((n, link) for n, link in found if not link.startswith("flow:"))


@lru_cache(PAGES)
def _by_itself(source: str) -> tuple[tuple[int, str, str], ...]:
    """Links that are wrong whatever else there is."""
    text = markdown.text(source)
    out = list[tuple[int, str, str]]()

    def tell(m: re.Match[str], what: str, fix: str) -> None:
        out.append((text.count("\n", 0, m.start()) + 1, what, fix))

    for m in IMAGE.finditer(text) if "![" in text or "src" in text else ():
        tell(m, f"'{m['inline'][:60]}' is fetched from elsewhere.", "Put the file under docs/assets/.")
    for m in WIDE.finditer(text) if "]（" in text else ():
        tell(m, f"'{m['inline'][:60]}' in wide brackets is no link.", "Write [text](address).")
    for m in WORDLESS.finditer(text) if "![" in text else ():
        tell(m, f"the picture '{m['inline'][:60]}' has no words.", "Write ![what it shows](…).")
    below = {name.lower() for name in BELOW.findall(text)}
    for m in USED.finditer(text) if "][" in text else ():
        if m["name"].lower() not in below:
            tell(m, f"no line says where '[{m['name']}]' leads.", "Write [text](address).")
    return tuple(out)


def _fault(
    link: str, page: str, tree: dict[str, str], made: Made, has: Callable[[str], bool]
) -> tuple[str, str] | None:
    if m := SCHEME.match(link):
        known = m["scheme"].lower() in SCHEMES
        return None if known else (f"'{link}' has an unknown scheme.", "Write flow:ID, https://… or a page.md.")
    path, _, anchor = link.partition("#")
    folder = "" if path.startswith("/") else posixpath.dirname(page)
    target = posixpath.normpath(posixpath.join(folder, unquote(path).lstrip("/"))) if path else page
    if target not in tree:
        if not path.endswith(("/", ".html")) and has(target):
            return None
        written = {posixpath.relpath(name, posixpath.dirname(page) or "."): name for name in tree}
        return NO_PAGE.format(link), nearest(path, written) or "Name a page.md."
    known_ids = ids(tree[target]) | made.of_page.get(target, frozenset())
    if not anchor or anchor in known_ids or anchor.startswith(made.beginnings):
        return None
    what = f"the link to '{link}' leads to no id of that page."
    return what, nearest(anchor, known_ids) or "Name the id of a heading."


@lru_cache(PAGES)
def ids(source: str) -> frozenset[str]:
    """Every id the source of a page gives to something."""
    lines = (line for line in markdown.text(source).split("\n") if "#" in line or "id=" in line)
    ids = {m["braces"] or m["html"] for line in lines for m in ID.finditer(line)}
    return frozenset(ids | {h.id for h in markdown.headings(source) if h.id})
