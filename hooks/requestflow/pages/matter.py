"""What front matter may hold: a key the site knows, once, in its form; all else would be lost, or break a template."""

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

from ..problems import nearest
from . import front, markdown

Fault = tuple[int, str, str]  # line, what is wrong, what to do

HIDDEN = ("navigation", "toc", "footer")  # what a page may go without
KEY_LINE = re.compile(r" {0,3}[A-Za-z0-9_-]+:\s")  # MkDocs takes such lines at the top of a page for front matter
Form = tuple[Callable[[Any], bool], str]  # whether a value has it, and how to write one


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_hidden(value: Any) -> bool:
    names = value if isinstance(value, list) else [None]
    return bool(names) and all(names.count(name) == 1 and name in HIDDEN for name in names)


TEXT: Form = _is_text, 'is no text. Write words, as in KEY: "Words: and more".'
FORMS: dict[str, Form] = {
    **dict.fromkeys(("title", "description", "author"), TEXT),
    "hide": (_is_hidden, f"is no list of parts of a page. Write some of [{', '.join(HIDDEN)}], each once."),
    "draft": (
        lambda value: isinstance(value, bool),
        "is neither true nor false. Write 'draft: true', or drop the line.",
    ),
}
KEYS = (*FORMS, "search", "checked", "onboarding")  # of which others say more


def faults(source: str) -> Iterator[Fault]:
    """Give what is wrong with the front matter of a page."""
    read = front.read(source)
    if read.unreadable:
        line, what = read.unreadable
        fix = (
            "Put quotes around texts with a colon." if "mapping" not in what else "Write lines of the form 'key: text'."
        )
        yield line, f"the front matter {what}", fix
    elif not markdown.front_matter(source):
        yield from _missed(source.split("\n", 1)[0])
    lines: dict[str, int] = {}
    for key, line, _ in read.keys:
        if (first := lines.setdefault(key, line)) != line:
            yield line, f"the front matter has '{key}' again; the first stands on line {first}.", "Delete one."
        elif key not in KEYS:
            fix = nearest(key, KEYS) or nearest(key.lower(), KEYS) or f"Known: {', '.join(KEYS)}."
            yield line, f"the front matter has an unknown key '{key}'.", fix
        elif key in FORMS and not FORMS[key][0](read.said[key]):
            what, _, fix = FORMS[key][1].partition(". ")
            yield line, f"'{key}: {_short(read.said[key])}' {what}.", fix.replace("KEY", key)


def _missed(first: str) -> Iterator[Fault]:
    """What MkDocs takes for front matter, or the writer meant as such."""
    if first.rstrip() == "---":
        yield 1, "the front matter is never closed.", "End it with a line '---'."
    elif KEY_LINE.match(f"{first}\n"):
        yield 1, f"MkDocs takes the first line for front matter: '{first[:40]}'.", "Begin with the title, '# …'."


def _short(value: Any) -> str:
    return "" if value is None else str(value)[:40]


def day(source: str) -> Fault | None:
    """Give what is wrong with the day on which the claims of a page were checked; nothing where it is one."""
    fix = "Write 'checked: YYYY-MM-DD' into its front matter when its claims hold."
    written = next(((line, node.value) for key, line, node in front.read(source).keys if key == "checked"), None)
    if written is None:
        return 1, "does not say when it was checked.", fix
    line, said = written
    checked = front.matter(source)["checked"]
    if type(checked) is not date or said != checked.isoformat():
        return line, f"'checked: {checked}' is no day.", fix
    if checked > date.today() + timedelta(days=1):  # it may be tomorrow already where it was written
        return line, f"'checked: {checked}' is in the future.", "Write the day on which the claims were checked."
    return None
