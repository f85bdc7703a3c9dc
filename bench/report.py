"""What was measured, as tables for a terminal, and whether the targets are met."""

import statistics
import sys
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Target:
    """Something promised: what was found must not be more than `most`; `form` shows both."""

    what: str
    found: float
    most: float
    form: str = "{:.2f}"

    @property
    def met(self) -> bool:
        return self.found <= self.most


Told = tuple[str, list[Target]]  # tables, and what they say about the targets


def verdicts(targets: Sequence[Target]) -> str:
    """Give the table of targets."""
    rows = []
    for t in targets:
        most, found = map(t.form.format, (t.most, t.found))
        rows.append([t.what, f"≤ {most}", found, "met" if t.met else "MISSED"])
    return table("Targets (medians)", ["", "wanted", "found", ""], rows)


def table(title: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Give a table: the first column to the left, the others to the right."""
    widths = [max(len(row[i]) for row in (heads, *rows)) for i in range(len(heads))]

    def line(row: Sequence[str]) -> str:
        cells = [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
        return "  ".join(cells).rstrip()

    return "\n".join([title, line(heads), "  ".join("-" * width for width in widths), *map(line, rows)])


def middle(values: Sequence[float]) -> float:
    """Give the median."""
    return statistics.median(values)


def spread(values: Sequence[float], form: str = ".2f") -> str:
    """Give the median, and the least and the most when they differ from it."""
    least, shown, most = (format(value, form) for value in (min(values), middle(values), max(values)))
    return shown if least == most else f"{shown} ({least}–{most})"


def ratio(part: Sequence[float], whole: Sequence[float]) -> float:
    """Give how large one median is against another; 0 where the system tells none."""
    return middle(part) / middle(whole) if middle(whole) else 0.0


def kilobytes(size: float) -> str:
    """Give bytes in units of 1000, in which the targets are."""
    return f"{size / 1000:.1f}"


def progress(words: str) -> None:
    """Say on standard error what is being done."""
    print(f"  … {words}", file=sys.stderr, flush=True)
