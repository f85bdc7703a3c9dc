"""What a build writes for those who take pages elsewhere: each page as Markdown beside its HTML, and lists of them."""

from pathlib import Path, PurePosixPath

from markupsafe import Markup
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.nav import Navigation, Section
from mkdocs.structure.pages import Page

from ..pages import names, paper, published, texts
from ..pages.book import Book
from ..pages.plain import Made, Tree
from ..view.style import SHEET
from . import theme


def write(book: Book, at: str, made: dict[str, Made], nav: Navigation, files: Files, config: MkDocsConfig) -> None:
    """Write everything into the folder of a language; `at` is where that is in the site."""
    name, sentence = (Markup(words or "").unescape() for words in (config.site_name, config.site_description))
    about = texts.About(name, sentence, config.site_url or "")
    for path, text in texts.files(book, Tree(at, lambda page: file(files, page)), made, about, sections(nav)).items():
        (Path(config.site_dir) / path).write_text(text, "utf-8", newline="\n")
    _print(book, at, nav, files, config, about)


def _print(book: Book, at: str, nav: Navigation, files: Files, config: MkDocsConfig, about: texts.About) -> None:
    """Write all pages as one; once they all have been written, nothing of them changes."""
    pages = {page.file.src_uri: page for page in nav.pages}

    def sheet(uri: str) -> paper.Sheet:
        return paper.Sheet(at, at + pages[uri].url, _called(book, uri, about), pages[uri].content or "")

    sheets = [(name, [sheet(uri) for uri in uris]) for name, uris in sections(nav)]
    themes = sorted(f.url for f in files.css_files() if PurePosixPath(f.src_uri).match(theme.SHEETS))
    edition = paper.Edition(config.theme["language"], about.name, about.sentence, [*themes, SHEET], book.words)
    file = Path(config.site_dir) / published.PRINT / "index.html"
    file.parent.mkdir()
    file.write_text(theme.mended(paper.edition(edition, sheets)), "utf-8", newline="\n")


def _called(book: Book, page: str, about: texts.About) -> str:
    return about.name if page == names.HOME else book.names[page]


def file(files: Files, page: str) -> str:
    """Give the Markdown file of a page, which stands beside its HTML."""
    found = files.get_file_from_path(page)
    assert found
    return PurePosixPath(found.dest_uri).with_suffix(".md").as_posix()


def sections(nav: Navigation) -> texts.Sections:
    """Give the pages of a navigation in order, by the sections at its top."""
    out: texts.Sections = []
    for item in nav.items:
        if isinstance(item, Section):
            out.append((str(item.title), [*_pages(item)]))
        elif isinstance(item, Page):
            if not out or out[-1][0]:
                out.append(("", []))
            out[-1][1].append(item.file.src_uri)
    return out


def _pages(section: Section) -> list[str]:
    out = list[str]()
    for child in section.children:
        if isinstance(child, Page):
            out.append(child.file.src_uri)
        elif isinstance(child, Section):
            out += _pages(child)
    return out
