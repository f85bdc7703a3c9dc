"""Scripts as they go out: without comments, indentation and the blanks that say nothing; lines and names stay."""

import re

from pygments.lexers.javascript import JavascriptLexer
from pygments.token import Comment, String

_WORD = re.compile(r"[\w$]")
_LEXER = JavascriptLexer(stripnl=False)


def slim(script: str) -> str:
    """Give a script that does the same. A line that ends stays one: it may end a statement."""
    out, between = "", ""
    for kind, text in _LEXER.get_tokens(script):
        if kind in Comment:
            between += "\n" * ("\n" in text)
        elif kind not in String and not text.strip():
            between += text
        else:
            out += _kept(between, out[-1:], text[0]) + text
            between = ""
    return out + "\n"


def _kept(between: str, before: str, after: str) -> str:
    """What must stay of the blanks between two characters."""
    if "\n" in between:
        return "\n" if before else ""
    if not between or not before:
        return ""
    return " " if (_WORD.match(before) and _WORD.match(after)) or (before == after and before in "+-") else ""
