"""A Python-Markdown extension for links into the definition.

`[text](flow:ID)` becomes a link to the page of a step, stage, participant or route, before MkDocs checks links;
`[](flow:NAME)` becomes the value NAME stands for; `[text](flow:recording.NAME)` leads to docs/recordings/NAME.txt.
"""

import re
from collections.abc import Callable, Iterator
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

from ..model.values import UnknownValue
from ..problems import Problem

SCHEME = "flow:"
RECORDING = f"{SCHEME}recording."


class FlowLinks(Extension):
    """Resolve links and values; what it does not know is kept in `unknown` as (name, message)."""

    def __init__(
        self,
        link: Callable[[str], str],
        value: Callable[[str], tuple[str, bool]],
        recording: Callable[[str], str],
    ) -> None:
        """Take what names mean; all three raise UnknownValue.

        `link` gives `/page.md#anchor` for an id, `value` a text and whether it is code, `recording` the URL of a file.
        """
        super().__init__()
        self.link, self.value, self.recording = link, value, recording
        self.unknown: list[tuple[str, str]] = []
        self.here = ""  # the page being rendered, "/request/dns.md"

    def extendMarkdown(self, md: Markdown) -> None:
        md.treeprocessors.register(_Resolve(self), "flow", 5)  # MkDocs' own link processor runs at 0
        md.treeprocessors.register(_Recordings(self), "flow-recordings", -5)  # no page: MkDocs would look for one


def problems(extension: FlowLinks, place: str, source: str) -> Iterator[Problem]:
    """Give the names the page just rendered used and nothing has, each at its line; then forget them."""
    lines = source.split("\n")
    for name, message in extension.unknown:
        written = re.compile(rf"flow:{re.escape(name)}(?![\w.:-])")
        line = next((n for n, text in enumerate(lines, 1) if written.search(text)), 1)
        yield Problem(f"{place}:{line}", message)
    extension.unknown.clear()


class _Resolve(Treeprocessor):
    def __init__(self, owner: FlowLinks) -> None:
        super().__init__()
        self.owner = owner

    def run(self, root: Element) -> None:
        for a in root.iter("a"):
            href = a.get("href", "")
            if href.startswith(SCHEME) and not href.startswith(RECORDING):
                name = href[len(SCHEME) :]
                try:
                    self._link(a, name) if len(a) or (a.text or "").strip() else self._value(a, name)
                except UnknownValue as error:
                    self.owner.unknown.append((name, str(error)))

    def _link(self, a: Element, name: str) -> None:
        link = self.owner.link(name)
        page, _, anchor = link.partition("#")
        a.set("href", f"#{anchor}" if page == self.owner.here and anchor else link)

    def _value(self, a: Element, name: str) -> None:
        text, code = self.owner.value(name)
        a.tag = "code" if code else "span"
        a.attrib.clear()
        a.text = AtomicString(text)


class _Recordings(Treeprocessor):
    """Links to recordings, which stand outside the pages of a language."""

    def __init__(self, owner: FlowLinks) -> None:
        super().__init__()
        self.owner = owner

    def run(self, root: Element) -> None:
        for a in root.iter("a"):
            if (href := a.get("href", "")).startswith(RECORDING):
                try:
                    a.set("href", self.owner.recording(href[len(RECORDING) :]))
                except UnknownValue as error:
                    self.owner.unknown.append((href[len(SCHEME) :], str(error)))
