"""Golden files: what was right when somebody looked at it last.

`UPDATE_GOLDEN=1 python -m pytest tests/test_golden.py tests/test_mermaid.py` writes them anew: look at the difference.
"""

import os
import re
from pathlib import Path

GOLDEN = Path(__file__).parent / "data/golden"
HOW = "if this is what you want, UPDATE_GOLDEN=1 python -m pytest tests/test_golden.py tests/test_mermaid.py writes it"
SHOWN = {" ": "␣", "\n": "↵"}  # white space that nobody would see in a file


def golden(name: str, text: str) -> str:
    """Give what a golden file holds; what is new is written first, when that is asked for."""
    file = GOLDEN / name
    if os.environ.get("UPDATE_GOLDEN"):
        file.write_text(text, "utf-8", newline="\n")
    assert file.is_file(), f"{file} is not there; {HOW}"
    return file.read_text("utf-8")


def left_over(pattern: str, names: set[str]) -> list[str]:
    """Give the golden files nobody compares any more; they are deleted when that is asked for."""
    found = [file for file in GOLDEN.glob(pattern) if file.name not in names]
    if os.environ.get("UPDATE_GOLDEN"):
        for file in found:
            file.unlink()
        return []
    return [file.name for file in found]


def by_element(markup: str) -> str:
    """HTML or SVG with an element to a line, so that a difference can be read; nothing is lost."""
    lines, depth, leaf = [""], 0, False
    for token in re.findall(r"<[^>]*>|[^<]+", markup):
        if not token.startswith("<"):
            lines[-1] += _visible(token)
        elif token.startswith("</"):
            depth -= 1
            if leaf:
                lines[-1] += token
            else:
                lines.append("  " * depth + token)
            leaf = False
        else:
            lines.append("  " * depth + token)
            leaf = not token.endswith("/>") and not token.startswith("<wbr")
            depth += leaf
    return "\n".join(lines).strip("\n") + "\n"


def as_it_was(text: str) -> str:
    """Give back the markup `by_element` has laid out."""
    whole = "".join(line.lstrip(" ") for line in text.splitlines())
    for space, sign in SHOWN.items():
        whole = whole.replace(sign, space)
    return whole


def _visible(text: str) -> str:
    text = text.replace("\n", SHOWN["\n"])
    end = len(text.rstrip(" "))
    return text[:end] + SHOWN[" "] * (len(text) - end)
