"""The words people search a page by though its prose does not use them: `search: {words: […]}` in its front matter."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import yaml

from ..problems import Problem, nearest
from . import front

HAN = re.compile(r"[\u3400-\u9fff]+")
KEY, KNOWN = "search", ("words",)
FORM = "Write search: {words: [client IP, …]}."


def given(meta: Mapping[str, Any]) -> list[str]:
    """Give the words of a page whose front matter was checked."""
    return [str(word) for word in (meta.get(KEY) or {}).get("words", [])]


def found_by(words: Iterable[str]) -> str:
    """Give what the index holds of these words, so that any part of a Chinese one finds the page.

    The index splits at spaces, the reader's browser splits Chinese as it likes, and a word is found by its beginning:
    with 话保持 and 保持 beside it, 会话保持 is found by 会话, by 保持 and by 话保.
    """
    tokens = [token for word in words for part in word.split() for token in _tokens(part)]
    return " ".join(dict.fromkeys(tokens))


def _tokens(part: str) -> Iterator[str]:
    end = 0
    for m in HAN.finditer(part):
        if before := part[end : m.start()].strip():
            yield before
        yield from (m[0][n:] for n in range(max(len(m[0]) - 1, 1)))  # one sign at the end would match too little
        end = m.end()
    if rest := part[end:].strip():
        yield rest


def problems(place: str, source: str) -> Iterator[Problem]:
    """Yield what is wrong with the search words of one page; front matter that is no YAML is another's matter."""
    for key, line, value in front.read(source).keys:
        if key == KEY:
            yield from _in_search(place, f"{place}:{line}", value)


def _in_search(place: str, line: str, node: yaml.Node) -> Iterator[Problem]:
    if not isinstance(node, yaml.MappingNode):
        yield Problem(line, f"'{KEY}' is no mapping.", FORM)
        return
    for key, value in node.value:
        here = f"{place}:{key.start_mark.line + 2}"
        if key.value not in KNOWN:
            yield Problem(here, f"unknown key '{key.value}' in '{KEY}'.", nearest(str(key.value), KNOWN) or FORM)
        elif not isinstance(value, yaml.SequenceNode):
            yield Problem(here, f"'{key.value}' is no list.", FORM)
        else:
            yield from _in_words(place, value)


def _in_words(place: str, words: yaml.SequenceNode) -> Iterator[Problem]:
    for word in words.value:
        here = f"{place}:{word.start_mark.line + 2}"
        kind = word.tag.rpartition(":")[2]
        if not isinstance(word, yaml.ScalarNode) or kind == "null":
            yield Problem(here, f"a word of '{KEY}' is no text.", FORM)
        elif kind != "str" and not (kind == "int" and re.fullmatch(r"[1-9]\d*", word.value)):
            yield Problem(here, f"the word {word.value} is read as a {kind}.", f'Write "{word.value}".')
