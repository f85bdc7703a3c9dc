"""The front matter of a page: YAML between two lines of three hyphens, before everything else."""

from functools import lru_cache
from typing import Any

import yaml

from .markdown import PAGES

QUICK = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@lru_cache(PAGES)
def matter(source: str) -> dict[str, Any]:
    """Give what the front matter says; nothing when there is none, or none that can be read."""
    try:
        said = yaml.load("\n".join(_lines(source)), Loader=QUICK)
    except yaml.YAMLError:
        return {}
    return said if isinstance(said, dict) else {}


def line(source: str, key: str) -> int:
    """Give the line a key of the front matter stands on, or the first line."""
    return next((n for n, text in enumerate(_lines(source), 2) if text.startswith(f"{key}:")), 1)


def _lines(source: str) -> list[str]:
    first, *rest = source.splitlines() or [""]
    end = next((n for n, text in enumerate(rest) if text.rstrip() == "---"), 0)
    return rest[:end] if first == "---" else []
