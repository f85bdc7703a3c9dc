"""The files under `docs/recordings/`: what a real kube-proxy did, and the addresses it did it with."""

from collections.abc import Iterator
from pathlib import Path

import yaml

from .problems import FlowError, Problem

SHOWN = "docs/recordings"
WORLD = "world.yml"  # what the names of the definition stood for when the recordings were made


def names(folder: Path) -> list[str]:
    """Give the name of every recording, without its ending."""
    return sorted(f.stem for f in folder.glob("*.txt") if not f.name.startswith("."))


def text(file: Path) -> str:
    """Read a recording; raises FlowError."""
    try:
        return file.read_text("utf-8")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise FlowError(Problem(f"{SHOWN}/{file.name}:{line}", "is not UTF-8.", "Save it as UTF-8.")) from None
    except OSError as error:
        what = f"cannot be read ({error.strerror})."
        raise FlowError(Problem(f"{SHOWN}/{file.name}", what, "Put the recording there, or delete it.")) from None


def world(folder: Path) -> dict[str, str]:
    """Give what the names of the definition stood for in the recordings; raises FlowError."""
    file = folder / WORLD
    if not file.is_file():
        return {}
    place = f"{SHOWN}/{WORLD}"
    try:
        data = yaml.safe_load(text(file)) or {}
    except yaml.MarkedYAMLError as error:
        line = (error.problem_mark.line if error.problem_mark else 0) + 1
        raise FlowError(Problem(f"{place}:{line}", f"not valid YAML: {error.problem}.", "Check the quotes.")) from None
    except (yaml.YAMLError, RecursionError, ValueError):
        raise FlowError(
            Problem(f"{place}:1", "not valid YAML.", "Write lines of the form 'name: \"value\"'.")
        ) from None
    if not isinstance(data, dict):
        raise FlowError(Problem(f"{place}:1", "is no mapping.", "Write lines of the form 'name: \"value\"'."))
    if odd := [name for name, value in data.items() if isinstance(value, dict | list) or value is None]:
        raise FlowError(Problem(f"{place}:1", f"'{odd[0]}' has no text.", "Write lines of the form 'name: \"value\"'."))
    return {str(name): str(value) for name, value in data.items()}


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
