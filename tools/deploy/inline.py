"""What the pages of a built site carry themselves: scripts and styles, by hash, and what no policy can allow by one."""

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

from requestflow.problems import Problem

DATA = ("application/json", "application/ld+json")  # types of scripts that nobody runs
STYLE = "{http://www.w3.org/2000/svg}style"


@dataclass
class Inline:
    """Hashes of the scripts and styles that stand in pages and pictures, and what must not stand there."""

    scripts: set[str] = field(default_factory=set)
    styles: set[str] = field(default_factory=set)
    drawn: set[str] = field(default_factory=set)  # styles of pictures that are opened by themselves
    problems: list[Problem] = field(default_factory=list)


def hashed(text: str) -> str:
    """Give the source of a policy that allows exactly this text."""
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def read(site: Path) -> Inline:
    """Read every page and picture of a built site."""
    found = Inline()
    for file in sorted(site.rglob("*.html")):
        _Page(f"{site.name}/{file.relative_to(site).as_posix()}", found).read(file.read_text("utf-8"))
    for file in sorted(site.rglob("*.svg")):
        found.drawn |= {hashed(text) for text in _styles(file)}
    return found


def _styles(file: Path) -> Iterator[str]:
    """The styles of a picture, as a browser reads them."""
    yield from (style.text or "" for style in ElementTree.parse(file).iter(STYLE))


class _Page(HTMLParser):
    """Reads one page."""

    def __init__(self, name: str, found: Inline) -> None:
        super().__init__(convert_charrefs=True)
        self.name, self.found = name, found
        self.into: set[str] | None = None  # where the hash of what comes next goes
        self.text = ""

    def read(self, html: str) -> None:
        """Read the whole of it."""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        for name, value in attrs:
            if name.startswith("on") or (value or "").strip().lower().startswith("javascript:"):
                self._refuse(f"<{tag}> has a script in its attribute '{name}'.", "Write it in a file of docs/assets/.")
        if tag == "script":
            self._script(given)
        elif tag == "style":
            self.into, self.text = self.found.styles, ""

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_data(self, data: str) -> None:
        if self.into is not None:
            self.text += data

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style") and self.into is not None:
            self.into.add(hashed(self.text))
            self.into = None

    def _script(self, given: dict[str, str | None]) -> None:
        source = given.get("src")
        if source is None:
            self.into, self.text = (None if given.get("type") in DATA else self.found.scripts), ""
        elif "//" in source:
            fix = "With requirements/picture.txt installed no page needs one: make build"
            self._refuse(f"loads a script from another host, {source}.", fix)

    def _refuse(self, what: str, fix: str) -> None:
        self.found.problems.append(Problem(f"{self.name}:{self.getpos()[0]}", what, fix))
