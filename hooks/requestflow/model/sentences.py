"""The one sentence of a step: how long it may be, how it ends, and what it may not take for granted."""

import re
from collections.abc import Iterator

from .definition import Language

LONGEST: dict[Language, int] = {"en": 120, "zh": 60}  # characters, once roles are filled
STOPS: dict[Language, str] = {"en": ".", "zh": "。"}
KNOWN = frozenset(("DNS", "HTTP", "HTTPS", "IP", "TCP", "TLS", "UDP"))  # the abbreviations nobody has to spell out
ABBREVIATION = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2,}(?![A-Za-z0-9])")  # a name with small letters is none
SECOND: dict[Language, re.Pattern[str]] = {"en": re.compile(r"[.!?]\s"), "zh": re.compile(r"[。！？](?!$)")}
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def faults(sentence: str, language: Language, where: str = "") -> Iterator[tuple[str, str]]:
    """Give what is wrong with a filled sentence, and what to do; `where` names the route that fills it."""
    if (over := len(sentence) - LONGEST[language]) > 0:
        what = f"is {over} character{'s' * (over > 1)} too long in '{language}'{where}."
        yield what, f"Say it in {LONGEST[language]}."
    if not sentence.endswith(stop := STOPS[language]):
        yield f"has no full stop in '{language}'.", f"End it with '{stop}'."
    if SECOND[language].search(sentence):
        yield f"is more than one sentence in '{language}'.", "Keep the one that says what happens here and why."
    for word in dict.fromkeys(ABBREVIATION.findall(sentence)):
        if word not in KNOWN:
            fix = f"Spell it out; only {', '.join(sorted(KNOWN))} need not be."
            yield f"has the abbreviation {word} in '{language}'.", fix
    if language == "zh" and not CHINESE.search(sentence):
        yield "has no Chinese letter in 'zh'.", "Write it in Chinese."
