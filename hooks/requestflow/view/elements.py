"""HTML elements as strings that cannot be escaped twice or not at all (MarkupSafe keeps count)."""

import re
from collections.abc import Iterable
from functools import lru_cache

from markupsafe import Markup, escape

__all__ = ["UNSEARCHED", "Markup", "el", "escape", "join", "plain", "unbroken"]

Attribute = str | int | bool | None
REMEMBERED = 8192  # texts that need not be escaped again: most stand on many pages
UNSEARCHED: dict[str, Attribute] = {"data_pagefind_ignore": "all"}  # for `el`: the search finds nothing in here


def el(name: str, /, *children: str, **attributes: Attribute) -> Markup:
    """Give one element; text is escaped, Markup is not. `class_` and `aria_label` become `class` and `aria-label`.

    An attribute that is None or False is left out; one that is True stands without a value.
    """
    written = "".join(_attribute(name, value) for name, value in attributes.items())
    return Markup(f"<{name}{written}>{''.join(map(_escaped, children))}</{name}>")


def join(*children: str, by: str = "") -> Markup:
    """Put elements and texts after each other."""
    return Markup(_escaped(by).join(map(_escaped, children)))


def plain(words: str) -> Markup:
    """Words for those who hear the page, or read it without style."""
    return el("span", words, class_="vh")


LONGEST_WHOLE = 44  # characters; a longer word may break, else a table is wider than any page
_PROSE_TABLE = re.compile(r"<table>.*?</table>", re.S)
_CODE = re.compile(r"<code>([^<]*)</code>")
_BREAKS = re.compile(r"[-/=?]")  # a browser breaks a line after these


def unbroken(html: str, names: Iterable[str]) -> str:
    """Keep names with a hyphen, and the words of commands in tables, from being cut at the end of a line."""
    html = _PROSE_TABLE.sub(lambda table: _CODE.sub(_command, table[0]), html)
    if not (hyphened := "|".join(re.escape(n) for n in names if "-" in n)):
        return html
    text = r"<(?P<tag>pre|code|svg|script|style)\b.*?</(?P=tag)>"
    skipped = rf'{text}|<div\s+class="mermaid".*?</div>|<[^>]*>'  # the last but one is drawn by the browser
    return re.sub(
        rf"{skipped}|(?<![\w-])(?P<name>{hyphened})(?![\w-])",
        lambda m: f'<span class="whole-word">{m["name"]}</span>' if m["name"] else m[0],
        html,
        flags=re.S,
    )


def _command(m: re.Match[str]) -> str:
    """A command in a table: it breaks at its blanks alone; a click selects it."""
    words = m[1].split(" ")
    if len(words) == 1:
        return f'<code class="whole-word">{m[1]}</code>' if _breaks_badly(m[1]) else m[0]
    whole = (f'<span class="whole-word">{w}</span>' if _breaks_badly(w) else w for w in words)
    return f'<code class="command">{" ".join(whole)}</code>'


def _breaks_badly(word: str) -> bool:
    return bool(_BREAKS.search(word)) and len(word) <= LONGEST_WHOLE


def _escaped(child: str) -> str:
    return child if isinstance(child, Markup) else _text(child)


@lru_cache(REMEMBERED)
def _text(words: str) -> str:
    return escape(words)


def _attribute(name: str, value: Attribute) -> str:
    if value is None or value is False:
        return ""
    key = name.rstrip("_").replace("_", "-")
    return f" {key}" if value is True else f' {key}="{_value(str(value))}"'


@lru_cache(REMEMBERED)
def _value(words: str) -> str:
    return str(escape(words))
