"""The front matter of a page: YAML between two lines of three hyphens, before everything else."""

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import yaml

from .markdown import PAGES, front_matter

QUICK = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Front:
    """What the front matter says, each key with its line and its node; and why and where it cannot be read."""

    said: dict[str, Any] = field(default_factory=dict)
    keys: tuple[tuple[str, int, yaml.Node], ...] = ()
    unreadable: tuple[int, str] | None = None


@lru_cache(PAGES)
def read(source: str) -> Front:
    """Read the front matter of a page; says nothing where there is none."""
    text = front_matter(source)
    if not text:
        return Front()
    loader = QUICK(text.split("\n", 1)[1].rstrip().rstrip("-."))
    try:
        node = loader.get_single_node()
        said = loader.construct_document(node) if node else None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line if error.problem_mark else 0
        return Front(unreadable=(line + 2, f"is not valid YAML: {error.problem}."))
    except ValueError as error:  # a day that is in no calendar
        return Front(unreadable=(2, f"is not valid YAML: {error}."))
    except (yaml.YAMLError, RecursionError, TypeError):
        return Front(unreadable=(2, "is not valid YAML."))
    finally:
        loader.dispose()
    if not isinstance(node, yaml.MappingNode) or not isinstance(said, dict):
        return Front(unreadable=(2, "is no mapping, so it would be shown as text."))
    return Front(said, tuple((str(k.value), k.start_mark.line + 2, v) for k, v in node.value))


def matter(source: str) -> dict[str, Any]:
    """Give what the front matter says; nothing when there is none, or none that can be read."""
    return read(source).said


def line(source: str, key: str) -> int:
    """Give the line a key of the front matter stands on, or the first line."""
    return next((n for name, n, _ in read(source).keys if name == key), 1)
