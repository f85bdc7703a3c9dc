"""The recordings readers can open: each is told of in one line of their index."""

import re
from pathlib import Path

import pytest
import worlds

INDEX = worlds.RECORDINGS / "index.txt"


def listed(index: Path) -> list[tuple[str, ...]]:
    """The columns of every line: file, where it was recorded, what it shows."""
    lines = [line for line in index.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    return [tuple(column.strip() for column in line.split(" | ")) for line in lines]


def test_every_recording_is_listed_once_and_nothing_else_is():
    files = sorted(file.name for file in worlds.RECORDINGS.glob("*.txt") if file != INDEX)
    assert [line[0] for line in listed(INDEX)] == files


@pytest.mark.parametrize("line", listed(INDEX), ids=lambda line: line[0])
def test_a_line_says_where_with_what_when_and_what_it_shows(line: tuple[str, ...]):
    _, where, shows = line
    assert re.search(r"; 2026-\d\d-\d\d", where), "the day"
    assert re.search(r"\d+\.\d+\.\d+", where) or line[0] == "measured-with.txt", "a product with its version"
    assert shows
