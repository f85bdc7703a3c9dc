"""Whoever says "measured" shows it: in the same section stands a quotation of a recording, or a link to one."""

import re
from collections.abc import Iterator
from functools import lru_cache

from ..model.definition import Language
from ..problems import Problem
from . import markdown
from .sections import sections

WORDS: dict[Language, tuple[str, ...]] = {
    "en": ("measured", "recorded", "in our lab"),
    "zh": ("实测", "测得", "录到", "抓包记录", "实验里", "实验中"),
}
CLAIMS: dict[Language, re.Pattern[str]] = {
    "en": re.compile(rf"(?<!not )(?<!nor )\b(?:{'|'.join(WORDS['en'])})\b", re.IGNORECASE),
    "zh": re.compile(rf"(?<![未没])(?<!没有|不是)(?:{'|'.join(WORDS['zh'])})"),
}
SHOWN = "recording."  # begins what a link to a recording names


def faults(language: Language, place: str, source: str) -> Iterator[Problem]:
    """Give the first claim of each section that shows nothing for it."""
    for n, word in _claimed(language, source):
        yield Problem(
            f"{place}:{n}",
            f"says '{word}', and its section shows no recording.",
            f"Link one, as in [{word}](flow:recording.NAME), or quote it.",
        )


@lru_cache(markdown.PAGES)
def _claimed(language: Language, source: str) -> tuple[tuple[int, str], ...]:
    """Line and word of each of them."""
    out = list[tuple[int, str]]()
    for section in sections(source):
        if any("recorded" in f.classes for f in section.fences) or any(n.startswith(SHOWN) for n in section.links):
            continue
        lines = [(n, _prose(line)) for n, line in section.text if any(word in line.lower() for word in WORDS[language])]
        out += [(n, m[0]) for n, line in lines for m in CLAIMS[language].finditer(line)][:1]
    return tuple(out)


def _prose(line: str) -> str:
    """The words of a line: no code, no address a link leads to."""
    return re.sub(r"\]\([^)]*\)", "]", markdown.without_code(line))
