"""The navigation as mkdocs.yml has it, each entry with its line: read without MkDocs, and refused where it is none."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import NamedTuple

import yaml

from ..problems import Problem
from .front import QUICK

INDEXES = ("index", "README")  # which the navigation shows as the section itself
FORM = "Write 'NAME: page.md', or 'NAME:' and a list below it."


class Entry(NamedTuple):
    """A page of the navigation, its name there (an index has its section's), its line, its section."""

    page: str
    name: str
    line: int
    section: str


@dataclass
class Navigation:
    """Every page in order, and what is wrong with the file."""

    entries: list[Entry] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read(root: Path, file: str) -> Navigation:
    """Read the navigation of one language; nothing where there is no file."""
    path = root / file
    if not path.is_file():
        return Navigation()
    try:
        node = yaml.compose(path.read_text("utf-8"), Loader=QUICK)
    except yaml.MarkedYAMLError as error:
        at = error.problem_mark.line + 1 if error.problem_mark else 1
        what = f"not valid YAML: {error.problem}."
        return Navigation([], [Problem(f"{file}:{at}", what, "Check indentation, quotes and colons.")])
    except (yaml.YAMLError, ValueError) as error:
        what = f"cannot be read: {str(error).splitlines()[0]}."
        return Navigation([], [Problem(f"{file}:1", what, "Save it as UTF-8, without control characters.")])
    if not isinstance(node, yaml.MappingNode):
        return Navigation([], [Problem(f"{file}:1", "is empty or not a mapping.", "Write KEY: VALUE.")])
    out = Navigation(problems=list(_twice(file, node)))
    for key, value in node.value:
        if key.value == "nav":
            _list(out, file, value, "")
    return out


def _twice(file: str, node: yaml.MappingNode) -> Iterator[Problem]:
    """Keys that a mapping has again: only the last would count."""
    lines: dict[str, int] = {}
    for key, value in node.value:
        line = key.start_mark.line + 1
        if (first := lines.setdefault(str(key.value), line)) != line:
            yield Problem(
                f"{file}:{line}", f"has '{key.value}' again; the first stands on line {first}.", "Delete one."
            )
        if isinstance(value, yaml.MappingNode):
            yield from _twice(file, value)


def _list(out: Navigation, file: str, node: yaml.Node, section: str) -> None:
    place = f"{file}:{node.start_mark.line + 1}"
    if not isinstance(node, yaml.SequenceNode) or not node.value:
        out.problems.append(Problem(place, "the navigation is no list.", FORM))
        return
    for entry in node.value:
        _entry(out, file, entry, section)


def _entry(out: Navigation, file: str, node: yaml.Node, section: str) -> None:
    line = node.start_mark.line + 1
    if isinstance(node, yaml.ScalarNode):
        _page(out, file, node, section if PurePosixPath(node.value).stem in INDEXES else "", section)
        return
    pairs = node.value if isinstance(node, yaml.MappingNode) else []
    if len(pairs) != 1:
        out.problems.append(Problem(f"{file}:{line}", "an entry of the navigation has not one name.", FORM))
        return
    ((name, what),) = pairs
    if isinstance(what, yaml.ScalarNode):
        _page(out, file, what, str(name.value), section)
    else:
        _list(out, file, what, str(name.value))


def _page(out: Navigation, file: str, node: yaml.ScalarNode, name: str, section: str) -> None:
    line, page = node.start_mark.line + 1, str(node.value)
    if page.startswith(("http://", "https://")):
        return
    if not page.endswith(".md"):
        what = f"'{page}' in the navigation is no page." if page else f"'{name}' in the navigation names no page."
        out.problems.append(Problem(f"{file}:{line}", what, FORM))
        return
    out.entries.append(Entry(page, name, line, section))
