"""Whether a quotation is one: words of a recording, in its order, none of them made up.

A quoted line takes words from one line of the recording, in order: all of them, or two at least. It begins behind the
quoted line before it, so lines stand in the order of the file, and a long one may be broken. `…` stands for words, or
alone for lines, that are left out.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache

RECORDINGS = 64  # whose words are kept: a page quotes the same few again and again
LEFT_OUT = "…"
FEWEST = 2  # words of a quoted line that is not a whole one
BRACKETS = "[]{}(),;"  # where a line is cut, these do not count
Mistake = tuple[int, str, str]  # which quoted line (from 0), what is wrong, what to do


def mistakes(quoted: Sequence[str], recording: str, file: str) -> Iterator[Mistake]:
    """Give the quoted lines that are not in the recording, or not in this order; `file` is its name for the reader."""
    if not any(map(_words, quoted)):
        yield 0, "nothing is quoted.", f"Quote lines of {file}."
    lines = _lines(recording)
    at = (0, 0)  # line and word behind what was quoted last
    for n, line in enumerate(quoted):
        if line.strip() in ("", LEFT_OUT):
            continue
        words = _words(line)
        if found := _find(words, lines, at):
            at = found
        elif _find(words, lines, (0, 0)):
            what = f"'{line.strip()[:60]}' stands in {file} before the line quoted above it."
            yield n, what, "Quote in the order of the file, or begin another fence."
        elif words and len(words) < FEWEST and any(words[0] in known for known in lines):
            what = f"'{line.strip()[:60]}' is a shred of {file}."
            yield n, what, f"Quote {FEWEST} words of a line at least, or a whole line."
        else:
            what = f"'{line.strip()[:60]}' is not in {file}."
            yield n, what, "Recorded output is quoted as it is: whole words of one line, in its order."


@lru_cache(RECORDINGS)
def _lines(recording: str) -> list[list[str]]:
    return [_words(line) for line in recording.splitlines()]


def _words(line: str) -> list[str]:
    return [word.strip(BRACKETS) or word for word in line.split() if word != LEFT_OUT]


def _find(words: list[str], lines: list[list[str]], at: tuple[int, int]) -> tuple[int, int] | None:
    """Where the first place of these words at or after `at` ends."""
    for n in range(at[0], len(lines)):
        begin = at[1] if n == at[0] else 0
        if (end := _behind(words, lines[n], begin)) is not None and (len(words) >= FEWEST or words == lines[n]):
            return n, end
    return None


def _behind(words: list[str], line: list[str], begin: int) -> int | None:
    at = begin
    for word in words:
        try:
            at = line.index(word, at) + 1
        except ValueError:
            return None
    return at
