"""Words of the definition that neither it nor a page uses: ports and names."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from ..model.definition import Flow
from ..model.unused import Used
from ..model.values import PLACEHOLDER
from ..problems import Problem
from .markdown import PAGES, fences, prose

_LINK = re.compile(r"(?<![\w-])flow:([\w.:-]+)")


def unused_words(flow: Flow, pages: Iterable[str], more: Iterable[str] = ()) -> Iterator[Problem]:
    """Give every port and name that neither the definition nor a page, given as its Markdown, nor `more` values use."""
    used = Used(flow)
    shown = {*used.values, *more} | {value for page in pages for value in _values(page)}
    ports = used.ports | {p for value in shown for p in re.findall(r"(?:^port\.|:)([\w-]+)$", value)}
    for name in flow.ports:
        if name not in ports:
            yield Problem(flow.place("ports", name), f"port '{name}' is used nowhere.", "Use it or delete it.")
    for name in flow.names:
        if name not in used.names | shown:
            what = f"name '{name}' is used neither here nor on a page."
            yield Problem(flow.place("names", name), what, "Use it or delete it.")


@lru_cache(PAGES)
def _values(page: str) -> frozenset[str]:
    """Every value a page shows: `flow:NAME` in its text, `{NAME}` in its filled fences."""
    return frozenset(_shown(page))


def _shown(page: str) -> Iterator[str]:
    for _, line in prose(page):
        yield from _LINK.findall(line) if "flow:" in line else ()
    lines = page.splitlines()
    for fence in fences(page):
        if "flow" in fence.classes:
            yield from (m[1] for line in lines[fence.first : fence.last - 1] for m in PLACEHOLDER.finditer(line))
