"""What assistants and scripts read of a site: each page as Markdown, llms.txt, llms-full.txt, flow.json."""

import json
import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urljoin

from ..view import show
from . import front, names, plain
from .book import Book
from .plain import Made, Tree
from .published import DATA, FULL, LIST

_LINK = re.compile(r"(?<=\]\()(?![a-zA-Z][a-zA-Z0-9+.-]*:)(?P<file>[^)#\s]*)(?P<at>#[^)\s]*)?(?=\))")


@dataclass(frozen=True)
class About:
    """A site: its name, what it is in one sentence, and its address, or nothing."""

    name: str
    sentence: str
    address: str


Sections = list[tuple[str, list[str]]]  # of the navigation: name, or nothing, and pages


def files(book: Book, tree: Tree, made: dict[str, Made], site: About, sections: Sections) -> dict[str, str]:
    """Give every file by its path below the top of a language."""
    own = {page: plain.of_site(book, tree, page, one) for page, one in made.items()}
    out = {tree.file(page): text for page, text in own.items()}
    told = {page: str(front.matter(one.source).get("description", "")) for page, one in made.items()}
    out[LIST] = "\n".join(_list(book, tree, told, site, sections)) + "\n"
    out[FULL] = _full(tree, {page: own[page] for _, pages in sections for page in pages}, site)
    return out | {DATA: _data(book)}


def _list(book: Book, tree: Tree, told: dict[str, str], site: About, sections: Sections) -> Iterator[str]:
    """A site as a list of its pages, each with its sentence."""
    yield from (f"# {site.name}", "", f"> {site.sentence}")
    for name, pages in sections:
        yield from ("", f"## {name}" if name else f"## {site.name}", "")
        for page in pages:
            called = site.name if page == names.HOME else book.names[page]
            yield f"- [{called}]({site.address}{tree.file(page)}): {told[page]}"
    yield from ("", "## Optional", "")
    yield from (f"- [{name}]({site.address}{name})" for name in (FULL, DATA))


def _full(tree: Tree, texts: dict[str, str], site: About) -> str:
    """Every page after the other, their links counted from the top."""
    return "\n".join(
        [f"# {site.name}\n\n> {site.sentence}\n", *(_moved(tree.file(p), t, site) for p, t in texts.items())]
    )


def _moved(file: str, text: str, site: About) -> str:
    def link(m: re.Match[str]) -> str:
        to = posixpath.normpath(posixpath.join(posixpath.dirname(file), m["file"])) if m["file"] else file
        return f"{urljoin(site.address, to) if site.address else to}{m['at'] or ''}"

    return f"<!-- {site.address}{file} -->\n\n{_LINK.sub(link, text)}"


def _data(book: Book) -> str:
    """Every route with its steps and the addresses worked out for them."""
    routes = [show.data(view, book.trips[name]) for name, view in book.views.items()]
    pages = {step: e.target for step, e in book.explained.items()}
    return json.dumps({"routes": routes, "explained": pages}, ensure_ascii=False, separators=(",", ":")) + "\n"
