"""The files under `docs/recordings/`: what a real kube-proxy did, and the addresses it did it with."""

from collections.abc import Iterator
from pathlib import Path

from ..model import reading, sources
from ..problems import FlowError, Problem

SHOWN = "docs/recordings"
WORLD = "world.yml"  # what the names of the definition stood for when the recordings were made


def names(folder: Path) -> list[str]:
    """Give the name of every recording, without its ending."""
    return sorted(f.stem for f in folder.glob("*.txt") if not f.name.startswith("."))


def text(file: Path) -> str:
    """Read a recording; raises FlowError."""
    return sources.text(file, f"{SHOWN}/{file.name}")


def world(folder: Path) -> dict[str, str]:
    """Give what the names of the definition stood for in the recordings; raises FlowError."""
    if not (folder / WORLD).is_file():
        return {}
    data, places, problems = reading.load(folder / WORLD, f"{SHOWN}/{WORLD}")
    for name, value in data.items():
        if isinstance(value, dict | list) or value is None:
            problems.append(Problem(places.of(name), f"'{name}' has no text.", "Write it as 'name: \"value\"'."))
    if problems:
        raise FlowError(*problems)
    return {name: str(value) for name, value in data.items()}


def unreadable(folder: Path) -> Iterator[Problem]:
    """Give what keeps a recording, or the world they were made in, from being read."""
    for name in names(folder):
        try:
            text(folder / f"{name}.txt")
        except FlowError as error:
            yield from error.problems
    try:
        world(folder)
    except FlowError as error:
        yield from error.problems
