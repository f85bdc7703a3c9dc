"""Tables for a terminal, and numbers as they stand in them."""

import statistics
from collections.abc import Sequence


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


def spread(values: Sequence[float], form: str = ".0f") -> str:
    """Give the median, and the least and the most when they differ from it."""
    least, most = format(min(values), form), format(max(values), form)
    shown = format(middle(values), form)
    return shown if least == most else f"{shown} ({least}–{most})"


def kilobytes(size: float) -> str:
    """Give bytes in units of 1024."""
    return f"{size / 1024:.1f}"


def times(part: float, whole: float) -> str:
    """Give a ratio."""
    return f"{part / whole:.2f}" if whole else "–"
