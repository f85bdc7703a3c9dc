"""Pages that lead on: the short links, and what stands at addresses of other days."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from mkdocs.utils import get_relative_url

from ..model.definition import Flow
from ..pages import short
from ..pages.published import GO
from ..pages.short import Moved, Short
from ..problems import Problem
from ..view.elements import Markup, el, join
from ..view.leaf import Leaf, leaf

# Who comes by the old address goes on at once; without script the note stands there, which no other reader sees.
MOVED = (
    "{const a=document.getElementById(location.hash.slice(1));if(a?.className=='moved')location.replace(a.lastChild)}"
)


@dataclass(frozen=True)
class Place:
    """Where a site is, in one language: its name, its address if it knows one, and the URL of each page it has."""

    language: str  # as HTML names it
    site: str
    top: str
    url: Callable[[str], str | None]
    directories: bool  # whether a page is the index of a folder

    def file(self, page: str) -> str:
        """Give the file of a page that is not there any more."""
        if re.search(r"(^|/)(index|README)\.md$", page):
            return re.sub(r"[^/]*$", "index.html", page)
        return page.removesuffix(".md") + ("/index.html" if self.directories else ".html")


def pages(shorts: dict[str, Short], place: Place, image: Callable[[str], str]) -> dict[str, str]:
    """Give every page that leads on, by its file; `image` gives the full address of a preview, or nothing."""
    made = {}
    for name, one in shorts.items():
        page, _, anchor = one.target.partition("#")
        if (url := place.url(page)) is None:  # a draft, which no build has
            continue
        files = [f"{GO}/{short.short_id(name)}/index.html"]
        files += [place.file(name)] if name.endswith(".md") and place.url(name) is None else []
        for file in files:
            made[file] = leaf(_leaf(one, file, url, anchor, place, image(one.image)))
    return made


def _leaf(one: Short, file: str, url: str, anchor: str, place: Place, image: str) -> Leaf:
    at = file.removesuffix("index.html")
    to = get_relative_url(url, at) + (f"#{anchor}" if anchor else "")
    own, canonical = (place.top + path for path in (at, url.removeprefix("./")))
    known = (canonical, own, image) if place.top else ("", "", "")
    return Leaf(place.language, place.site, one.title, one.sentence, to, *known, gone=one.gone)


def write(files: dict[str, str], site: Path) -> None:
    """Write pages into a site's folder."""
    for file, html in files.items():
        path = site / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(html, "utf-8", newline="\n")


def copied(flow: Flow, site: Path, shared: bool) -> Iterator[Problem]:
    """Put files where they once were; give a problem for each that is not there under its new name either.

    Recordings are `shared`, and stand in the site of the first language alone.
    """
    for old, new in flow.aliases.items():
        if short.IN_SITE.fullmatch(old) and (shared or not new.startswith("recordings/")):
            if (site / new).is_file():
                (site / old).write_bytes((site / new).read_bytes())
            else:
                yield Problem(flow.place("aliases", old), f"'{new}' is no file of the site.", "Name one of today.")


# -- on a page --------------------------------------------------------------------------------------------------------
def with_old_ids(html: str, moved: Moved, words: str, href: Callable[[str], str]) -> str:
    """Give a page's content with its ids of other days: on what has them today, or as notes that lead on."""
    for today, olds in moved.names.items():
        marks = "".join(el("span", id=old) for old in olds)
        start = re.search(rf'<(?:h[1-6]|a|li|div|p)\b[^>]*\bid="?{re.escape(today)}"?(?=[\s>])[^>]*>', html)
        at = start.end() if start else len(html)
        html = html[:at] + marks + html[at:]
    notes = [
        el("p", words, el("a", one.title, href=href(one.target)), class_="moved", id=old, data_pagefind_ignore="all")
        for old, one in moved.notes.items()
    ]
    return join(Markup(html), *notes, el("script", Markup(MOVED)) if notes else "")
