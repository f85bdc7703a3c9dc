"""The pages of every language as one tree of plain Markdown, which any builder, and any Git host, shows as it is."""

import posixpath
from pathlib import Path

from ..model import sources
from ..model.definition import LANGUAGES, Language
from ..problems import FlowError, Problem
from ..view import exports, picture, style
from . import drafts, front, loop, names, navigation, onboarding, plain, published
from .book import Book
from .loop import Pages
from .whole import Whole

LANGUAGE_NAMES: dict[Language, str] = {"en": "English", "zh": "中文"}
README = "README.md"  # Git hosts show it first, and builders take it as the first page
LICENSE = "LICENSE"


def books(root: Path, found: Whole) -> dict[Language, tuple[Book, Pages]]:
    """Give what the pages of each language are made from, and the pages, both without drafts."""
    return {language: _book(root, found, language) for language in LANGUAGES}


def _book(root: Path, found: Whole, language: Language) -> tuple[Book, Pages]:
    known, flow = found.known, drafts.published(found.known.flow, found.drafts)
    pages = drafts.without(found.pages[language], found.drafts)
    named = {e.page: e.name for e in navigation.read(root, names.CONFIGS[language]).entries if e.name}
    book = Book(
        flow,
        {route: known.views[language][route] for route in flow.routes},
        {step: e for step, e in found.explained[language].items() if step in flow.steps},
        language,
        root / "docs/recordings",
        picture.Renderer(engine=None),
        {route: known.trips[route] for route in flow.routes},
        loop.anchors(pages),
        names={page: names.heading(source) for page, source in pages.items()} | named,
        faults=known.faults,
        glossary=known.glossary,
        versions=known.versions,
        questions=known.questions,
        readings=onboarding.readings(pages, language, order(root, language, pages), named),
        titles=loop.titles(pages),
        meanings=known.meanings[language],
        left_out=set(found.drafts.ids),
    )
    return book, pages


def tree(root: Path, found: Whole) -> dict[str, str]:
    """Give every file of the staged tree, by its path."""
    made, docs = dict[str, str](), root / "docs"
    both = books(root, found)
    css = "".join(sources.text(docs / name, f"docs/{name}") for name in (style.PICTURE, style.MAP))
    for language, (book, pages) in both.items():
        at = plain.Tree(f"{language}/", str)
        made |= {at.page(page): plain.page(book, at, page, source) for page, source in pages.items()}
        made |= _maps(book, at, css)
    for path, file in published.files(docs, LANGUAGES[0]).items():
        if path.startswith("recordings/") or path == "flow.yml":
            made[path] = sources.text(file, f"docs/{path}")
    if (root / LICENSE).is_file():
        made[LICENSE] = sources.text(root / LICENSE, LICENSE)
    return made | {README: _readme(root, both)}


def _maps(book: Book, at: plain.Tree, css: str) -> dict[str, str]:
    """The maps that the pages of a language show."""

    def step(name: str) -> str:
        page, _, anchor = book.explained[name].target.partition("#")
        return f"{posixpath.relpath(at.page(page), at.top + published.DIAGRAMS)}#{anchor}"

    views = [(book.views[route], book.views[base] if base else None) for route, base in book.mapped.items()]
    made = exports.drawn_maps(views, css, step)
    return {f"{at.top}{published.DIAGRAMS}/{name}": svg for name, svg in made.items()}


def _readme(root: Path, both: dict[Language, tuple[Book, Pages]]) -> str:
    """The first page: each language with its pages in the order of the navigation."""
    parts = list[str]()
    for language, (_, pages) in both.items():
        home = front.matter(pages.get(names.HOME, ""))
        parts += [f"# {home.get('title', '')}" if not parts else f"## {home.get('title', '')}", ""]
        parts += [str(home.get("description", "")), ""]
        for page in order(root, language, pages):
            title = LANGUAGE_NAMES[language] if page == names.HOME else names.heading(pages[page])
            parts.append(f"- [{title}]({language}/{page})")
        parts.append("")
    return "\n".join(parts)


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
