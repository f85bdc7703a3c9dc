"""Words of the data as HTML: `code`, [links](flow:step), {values}; nothing else of Markdown."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ..model.definition import Language
from .elements import Markup, el, join
from .words import WORDS, Words

INLINE = re.compile(
    r"`(?P<code>[^`]+)`|\[(?P<words>(?:[^\]`]|`[^`]*`)+)\]\((?P<to>[^)\s]+)\)|(?<![$\\])\{(?P<value>[a-z][a-z0-9.:-]*)\}"
)


@dataclass(frozen=True)
class Ways:
    """What links and values in words mean on the page being made."""

    language: Language
    href: Callable[[str], str]  # of "flow:ID", "flow:recording.NAME", "/page.md#anchor", "https://…"
    value: Callable[[str], tuple[str, bool]]  # its text, and whether it is code
    fill: Callable[[str], str]  # of what stands in code
    step: Callable[[str], str]  # what a step is called

    @property
    def words(self) -> Words:
        return WORDS[self.language]


def prose(words: str, ways: Ways) -> Markup:
    """Give words as HTML."""
    return join(*_pieces(words, ways))


def bare(words: str, ways: Ways) -> Markup:
    """Give words as HTML that may stand in a link: without links of their own."""
    return prose(INLINE.sub(lambda m: m["words"] or m[0], words), ways)


def text(words: str, fill: Callable[[str], str]) -> str:
    """Give words as plain text, code in its signs; `fill` puts values in."""

    def one(m: re.Match[str]) -> str:
        return text(m["words"], fill) if m["to"] else fill(f"`{m['code']}`" if m["code"] else m[0])

    return INLINE.sub(one, words)


def named(words: str) -> Iterator[tuple[str, str]]:
    """Give what words name: ("link", target), ("value", name), ("code", text)."""
    for m in INLINE.finditer(words):
        if m["to"]:
            yield "link", m["to"]
            yield from named(m["words"])
        else:
            yield ("code", m["code"]) if m["code"] else ("value", m["value"])


def _pieces(words: str, ways: Ways) -> Iterator[str]:
    at = 0
    for m in INLINE.finditer(words):
        yield words[at : m.start()]
        at = m.end()
        if m["to"]:
            yield el("a", prose(m["words"], ways), href=ways.href(m["to"]))
        elif m["code"]:
            yield el("code", ways.fill(m["code"]))
        else:
            text, code = ways.value(m["value"])
            yield el("code", text) if code else text
    yield words[at:]
