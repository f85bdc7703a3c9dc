"""What the site publishes beside its pages, what must be there for it, and what must not stand in its way."""

from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from ..model import sources
from ..model.definition import LANGUAGES, Language
from ..problems import Problem, gathering, refuse
from ..view.style import MAP, PICTURE, SHEET, embedded

SCHEMA = "flow.schema.json"
DIAGRAMS = "diagrams"  # the folder of the files that pages offer
MAPS = "maps"  # that of the files a page asks for when they are chosen
GO = "go"  # that of the short links
PRINT = "print"  # that of all pages in one
ROBOTS = "robots.txt"
LIST, FULL, DATA = "llms.txt", "llms-full.txt", "flow.json"  # of a language: its pages, all of them, its routes
NEEDED: dict[str, str] = dict.fromkeys(LANGUAGES, "The pages of a language stand there.") | {
    "assets": "Styles and script stand there.",
    "recordings": "What was recorded stands there.",
    SHEET: "It is the site's stylesheet.",
    PICTURE: "It is the style of pictures.",
    MAP: "It is the style of maps.",
    SCHEMA: "Write it by: python -m requestflow schema",
}
TEMPLATES = {
    "404.html": "overrides/404.html",
    "sitemap.xml": "overrides/sitemap.xml",
    "sitemap.xml.gz": "overrides/sitemap.xml",
}


def files(docs: Path, language: Language) -> dict[str, Path]:
    """Give what a language's site has beside its pages: where in the site → from which file."""
    first = language == LANGUAGES[0]  # what both share is published once
    folders = ["assets", "recordings"] if first else ["assets"]
    found = [p for folder in folders for p in sorted((docs / folder).rglob("*")) if p.is_file() and _shown(p, docs)]
    if first:
        found += [docs / "flow.yml", docs / SCHEMA]
    return {path: p for p in found if (path := p.relative_to(docs).as_posix()) not in (PICTURE, MAP)}


def check(docs: Path) -> None:
    """Raise FlowError with what is missing, what cannot be used, and what would be overwritten."""
    problems = _missing(docs)
    with gathering(problems):
        _usable(docs)
    refuse(problems)


def _missing(docs: Path) -> list[Problem]:
    """What is not there, and what stands in the way of something."""
    there = {True: Path.is_file, False: Path.is_dir}
    problems = [
        Problem(f"docs/{name}", "is not there.", fix)
        for name, fix in NEEDED.items()
        if not there["." in name](docs / name)
    ]
    return [*problems, *(p for language in LANGUAGES for p in _overwritten(docs, language))]


def _usable(docs: Path) -> None:
    """The stylesheets can be read, and pictures that leave the site know all their colours."""
    texts = {name: sources.text(docs / name, f"docs/{name}") for name in (SHEET, PICTURE) if (docs / name).is_file()}
    embedded(texts.get(PICTURE, ""), ())


def _overwritten(docs: Path, language: Language) -> Iterator[Problem]:
    """Files of a language that land where the site has something else; folders and capitals count as on any disk."""
    folders = {DIAGRAMS: "the diagrams of the pages", MAPS: "the maps to compare", GO: "the ids of the definition"}
    folders |= {PRINT: "all pages"} | dict.fromkeys((LIST, FULL), "the pages") | {DATA: "the definition"}
    made = {at: f"docs/{at}" for at in files(docs, language)} | TEMPLATES | folders
    if language == LANGUAGES[0]:
        made |= {other: f"docs/{other}" for other in LANGUAGES[1:]} | {ROBOTS: "the settings"}
    by_name = {at.casefold(): (at, source) for at, source in made.items()}
    for file in sorted((docs / language).rglob("*")):
        if not file.is_file() or not _shown(file, docs / language):
            continue
        path = PurePosixPath(file.relative_to(docs / language).as_posix())
        place = _place(path)
        for at in (place, *place.parents):
            if hit := by_name.get(str(at).casefold()):
                what = f"would be overwritten: '{hit[0]}' of the site is made from {hit[1]}."
                yield Problem(f"docs/{language}/{path}", what, "Rename it.")


def _place(path: PurePosixPath) -> PurePosixPath:
    """Where MkDocs puts a file: x.md becomes x/index.html, everything else stays."""
    if path.suffix not in (".md", ".markdown"):
        return path
    is_index = path.stem in ("index", "README")
    return path.with_name("index.html") if is_index else path.with_suffix("") / "index.html"


def _shown(file: Path, folder: Path) -> bool:
    """Whether a file is none that editors and systems keep for themselves."""
    return not any(part.startswith(".") for part in file.relative_to(folder).parts)
