"""What mkdocs.yml names and nothing has: it would break a template halfway, or be left out without a word."""

import re
import traceback
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import TemplateError, TemplateSyntaxError
from mkdocs.config.defaults import MkDocsConfig

from ..model.definition import Language
from ..pages import published
from ..problems import Problem, nearest

COLOURS = (
    *("red", "pink", "purple", "deep-purple", "indigo", "blue", "light-blue", "cyan", "teal", "green", "light-green"),
    *("lime", "yellow", "amber", "orange", "deep-orange", "brown", "grey", "blue-grey", "black", "white", "custom"),
)
SCHEMES = ("default", "slate")
EXTRA: dict[str, tuple[type, str, str]] = {  # what the site needs of `extra`: type, in words, how to write one
    "repository": (str, "a text", "…"),
    "mermaid_integrity": (str, "a text", "…"),
    "translations": (list, "a list of files", "[…]"),
    "previews": (bool, "true or false", "!ENV [PREVIEWS, false]"),
    "elsewhere": (bool, "true or false", "!ENV [ELSEWHERE, false]"),
    "alternate": (bool, "true or false", "true"),
}
PASSED_ON = {"address"}  # where the site is, for the builds of other languages; see apart.py
ASKED = re.compile(r"config\.extra\.(\w+)")  # by a template
FEATURE = re.compile(r"\"((?:[a-z]+\.)+[a-z]+)\"")


def problems(config: MkDocsConfig, root: Path, language: Language) -> Iterator[Problem]:
    """Give everything in the settings of one language that the site could not be made with."""
    file = Path(config.config_file_path).name

    def problem(words: str, what: str, fix: str) -> Problem:
        return _at(root, file, words, what, fix)

    yield from _extra(config, problem)
    yield from _files(config, root, language, problem)
    yield from _palettes(config, problem)
    yield from _icons(config, problem)
    known = _features(tuple(config.theme.dirs))
    for feature in config.theme.get("features") or ():
        if feature not in known:
            fix = nearest(str(feature), known) or "Delete it."
            yield problem(str(feature), f"the theme has no feature '{feature}'.", fix)


Tell = Callable[[str, str, str], Problem]


def _at(root: Path, file: str, words: str, what: str, fix: str) -> Problem:
    """A problem at the line that has these words, in the file or in the one it inherits from."""
    written = re.compile(rf"(?<![\w-]){re.escape(words)}(?!\w)")
    for name in (file, "mkdocs.yml"):
        for n, line in enumerate((root / name).read_text("utf-8").splitlines(), 1):
            if written.search(line):
                return Problem(f"{name}:{n}", what, fix)
    return Problem(f"{file}:1", what, fix)


def _extra(config: MkDocsConfig, problem: Tell) -> Iterator[Problem]:
    for key, (kind, words, form) in EXTRA.items():
        if not isinstance(config.extra.get(key), kind):
            yield problem(f"{key}:", f"'extra: {key}' is not {words}.", f"Write {key}: {form}.")
    asked = _asked(tuple(config.theme.dirs)) | EXTRA.keys() | PASSED_ON
    for key in config.extra.keys() - asked:
        fix = nearest(str(key), asked) or "Delete it."
        yield problem(f"{key}:", f"nothing asks for 'extra: {key}'.", fix)


def _files(config: MkDocsConfig, root: Path, language: Language, problem: Tell) -> Iterator[Problem]:
    """Styles and scripts that are nowhere."""
    made = published.files(root / "docs", language)
    for listed in (config.extra_css, config.extra_javascript):
        for entry in listed:
            path = str(entry)
            if "://" not in path and path not in made and not (root / "docs" / language / path).is_file():
                yield problem(
                    path, f"'{path}' is no file of the site.", nearest(path, made) or "Put it under docs/assets/."
                )


def _palettes(config: MkDocsConfig, problem: Tell) -> Iterator[Problem]:
    palettes = config.theme.get("palette")
    if not isinstance(palettes, list) or not all(isinstance(p, dict) for p in palettes):
        yield problem(
            "palette:", "'theme: palette' is no list of palettes.", "Give each scheme, primary, accent and toggle."
        )
        return
    for palette in palettes:
        for key, known in (("scheme", SCHEMES), ("primary", COLOURS), ("accent", COLOURS)):
            if (word := palette.get(key)) not in known:
                fix = nearest(str(word), known) or f"Known: {', '.join(known)}."
                yield problem(f"{key}: {word}", f"the theme has no {key} '{word}'.", fix)


def _icons(config: MkDocsConfig, problem: Tell) -> Iterator[Problem]:
    """Pictures of the theme that a template would look for in vain."""
    icons = config.theme.get("icon")
    palettes = config.theme.get("palette")
    named: list[Any] = list(icons.values()) if isinstance(icons, dict) else []
    for palette in palettes if isinstance(palettes, list) else ():
        toggle = palette.get("toggle") if isinstance(palette, dict) else None
        named += [toggle.get("icon")] if isinstance(toggle, dict) else []
    for icon in named:
        if not any((Path(folder) / ".icons" / f"{icon}.svg").is_file() for folder in config.theme.dirs):
            yield problem(str(icon), f"the theme has no icon '{icon}'.", nearest(str(icon), _beside(config, str(icon))))


def _beside(config: MkDocsConfig, icon: str) -> list[str]:
    """The icons in the folder of one."""
    folder = icon.rpartition("/")[0]
    found = (file for top in config.theme.dirs for file in (Path(top) / ".icons" / folder).glob("*.svg"))
    return [f"{folder}/{file.stem}" for file in found]


@lru_cache(4)
def _asked(folders: tuple[str, ...]) -> frozenset[str]:
    """Every key of `extra` that the theme's templates, and ours, ask for."""
    files = (f for folder in folders for f in Path(folder).rglob("*.html"))
    return frozenset(word for file in files for word in ASKED.findall(file.read_text("utf-8", "replace")))


@lru_cache(4)
def _features(folders: tuple[str, ...]) -> frozenset[str]:
    """Every word of the theme's templates and scripts that has the form of a feature."""
    files = (f for folder in folders for f in Path(folder).rglob("*") if f.suffix in (".html", ".js"))
    return frozenset(word for file in files for word in FEATURE.findall(file.read_text("utf-8", "replace")))


def in_template(error: TemplateError, root: Path) -> Problem:
    """Say in which line of which template something is wrong."""
    frames = traceback.extract_tb(error.__traceback__)  # Jinja gives them the lines of the templates
    found = [(frame.filename, frame.lineno) for frame in frames if frame.filename.endswith((".html", ".xml"))]
    if isinstance(error, TemplateSyntaxError) and error.filename:
        found.append((error.filename, error.lineno))
    file, line = found[-1] if found else ("overrides", 1)
    place = Path(file).relative_to(root).as_posix() if Path(file).is_relative_to(root) else file
    return Problem(f"{place}:{line}", f"the template cannot be used: {error.message}.", "Mend that line.")
