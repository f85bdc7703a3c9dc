"""A Python-Markdown extension for links into the definition.

`[text](flow:ID)` becomes a link to the page of a step, stage, participant or route, before MkDocs checks links;
`[](flow:NAME)` becomes the value NAME stands for.
"""

from collections.abc import Callable
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

from .values import UnknownValue

SCHEME = "flow:"


class FlowLinks(Extension):
    """Resolve links and values; what it does not know is kept in `unknown` as (name, message)."""

    def __init__(self, link: Callable[[str], str], value: Callable[[str], tuple[str, bool]]) -> None:
        """`link` gives `/page.md#anchor` for an id, `value` a text and whether it is code; both raise UnknownValue."""
        super().__init__()
        self.link, self.value = link, value
        self.unknown: list[tuple[str, str]] = []
        self.here = ""  # the page being rendered, "/request/dns.md"

    def extendMarkdown(self, md: Markdown) -> None:
        md.treeprocessors.register(_Resolve(self), "flow", 5)  # MkDocs' own link processor runs at 0


class _Resolve(Treeprocessor):
    def __init__(self, owner: FlowLinks) -> None:
        super().__init__()
        self.owner = owner

    def run(self, root: Element) -> None:
        for a in root.iter("a"):
            href = a.get("href", "")
            if href.startswith(SCHEME):
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
