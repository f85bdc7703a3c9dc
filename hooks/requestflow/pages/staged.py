"""The pages of every language as one tree of plain Markdown, which any builder, and any Git host, shows as it is."""

import posixpath
from collections.abc import Iterator
from pathlib import Path

from ..model import sources
from ..model.definition import LANGUAGES, Language
from ..problems import FlowError, Problem
from ..view import exports, picture, style
from ..view.plain import INDENT
from ..view.words import LANGUAGE_NAMES
from . import books, front, names, navigation, plain, published
from .book import Book
from .loop import Pages
from .whole import Whole

README = "README.md"  # Git hosts show it first, and builders take it as the first page
LICENSE = "LICENSE"


def both(root: Path, found: Whole) -> dict[Language, tuple[Book, Pages]]:
    """Give what the pages of each language are made from, and the pages, both without drafts."""
    return {language: _of(root, found, language) for language in LANGUAGES}


def _of(root: Path, found: Whole, language: Language) -> tuple[Book, Pages]:
    entries = navigation.read(root, names.CONFIGS[language]).entries
    called = {entry.page: entry.name for entry in entries if entry.name}
    return books.book(root, found, language, picture.Renderer(None), called)


def tree(root: Path, found: Whole) -> dict[str, str]:
    """Give every file of the staged tree, by its path."""
    made, docs = dict[str, str](), root / "docs"
    of = both(root, found)
    css = "".join(sources.text(docs / name, f"docs/{name}") for name in (style.PICTURE, style.MAP))
    for language, (book, pages) in of.items():
        at = plain.Tree(f"{language}/", str)
        made |= {at.page(page): plain.page(book, at, page, source) for page, source in pages.items()}
        made |= _maps(book, at, css)
    for path, file in published.files(docs, LANGUAGES[0]).items():
        if path.startswith("recordings/") or path == "flow.yml":
            made[path] = sources.text(file, f"docs/{path}")
    if (root / LICENSE).is_file():
        made[LICENSE] = sources.text(root / LICENSE, LICENSE)
    return made | {README: _readme(root, of)}


def _maps(book: Book, at: plain.Tree, css: str) -> dict[str, str]:
    """The maps that the pages of a language show."""

    def step(name: str) -> str:
        page, _, anchor = book.explained[name].target.partition("#")
        return f"{posixpath.relpath(at.page(page), at.top + published.DIAGRAMS)}#{anchor}"

    views = [(book.views[route], book.views[base] if base else None) for route, base in book.mapped.items()]
    made = exports.drawn_maps(views, css, step)
    return {f"{at.top}{published.DIAGRAMS}/{name}": svg for name, svg in made.items()}


def _readme(root: Path, of: dict[Language, tuple[Book, Pages]]) -> str:
    """The first page: the pages of each language, those of a section below its first."""
    homes = [f"[{LANGUAGE_NAMES[language]}]({language}/{names.HOME})" for language in of]
    parts = list[str]()
    for language, (_, pages) in of.items():
        home = front.matter(pages.get(names.HOME, ""))
        parts += [f"# {home.get('title', '')}" if not parts else f"## {home.get('title', '')}", ""]
        parts += [str(home.get("description", "")), ""]
        parts += [" · ".join(homes), ""] if len(parts) == 4 else []
        parts += [*_listed(root, language, pages), ""]
    return "\n".join(parts)


def _listed(root: Path, language: Language, pages: Pages) -> Iterator[str]:
    """Every page of a language as an item of a list."""
    found, above = {e.page: e for e in navigation.read(root, names.CONFIGS[language]).entries}, ""
    for page in order(root, language, pages):
        section, name = (found[page].section, found[page].name) if page in found else ("", "")
        begins, above = section != above, section
        if begins and section and name != section:  # no page stands for the section
            yield f"- {section}"
        indent = INDENT if section and not (begins and name == section) else ""
        yield f"{indent}- [{names.heading(pages[page])}]({language}/{page})"


def order(root: Path, language: Language, pages: Pages) -> list[str]:
    """Give the pages of a language in the order of its navigation, those it does not name last."""
    listed = [e.page for e in navigation.read(root, names.CONFIGS[language]).entries if e.page in pages]
    return [*dict.fromkeys([*listed, *pages])]


def empty(folder: Path) -> None:
    """Raise FlowError for a folder that is neither new nor empty."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FlowError(Problem(str(folder), "is there and not empty.", "Name a folder that is new or empty."))


def write(files: dict[str, str], folder: Path) -> None:
    """Write a tree into a folder."""
    for path, text in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8", newline="\n")
