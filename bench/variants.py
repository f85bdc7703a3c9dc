"""The same pages made in four ways, each from a copy of the repository in a temporary folder.

ours      pictures drawn by the build, the route as a ladder
mermaid2  pictures left to mkdocs-mermaid2-plugin, as our build does where the renderer is missing
stock     pictures left to the theme, as its documentation says
limit     the pages without any of them: less cannot be sent

Where a page shows a whole route, `mermaid2` and `stock` draw all its steps as one diagram in the ladder's place.
"""

import json
import os
import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal, get_args

from mkdocs.utils.yaml import yaml_load
from requestflow.model import reading
from requestflow.model.definition import LANGUAGES, Language
from requestflow.view import chart, mermaid
from requestflow.view.view import View
from requestflow.world import packets

from tools.machine import Failed, copy_house

from .tell import command

HERE = Path(__file__).resolve().parent
CONFIGS: dict[Language, str] = {"en": "mkdocs.yml", "zh": "mkdocs.zh.yml"}
Name = Literal["ours", "mermaid2", "stock", "limit"]
VARIANTS: tuple[Name, ...] = get_args(Name)
RUNTIME = "/npm/mermaid.min.js"  # where the servers have it
REMOTE = re.compile(r"https://[^\"'\s]*/mermaid@\d[\d.]*/dist/mermaid\.min\.js")
MARKER = re.compile(r"^<!-- flow:(picture|pictures|calls|ladder|whole|boxes) (.+?) -->$", re.MULTILINE)
LADDER = re.compile(r"^<!-- flow:(ladder) (.+?) -->$", re.MULTILINE)
Config = dict[str, Any]


def build(name: Name, source: Path, house: Path, address: str) -> Path:
    """Build a variant of a house for an address; give the site's folder. Raises Failed."""
    copy_house(house, source)
    environment = os.environ | {"NO_MKDOCS_2_WARNING": "1", "PYTHONUTF8": "1", "SITE_URL": address}
    if name == "limit":
        replace(house, MARKER, lambda language, kind, names: "")
    elif name != "ours":
        fences = Fences(house)
        replace(house, MARKER if name == "stock" else LADDER, fences)
        environment["PYTHONPATH"] = str(without_renderer(house / "without"))
    if name == "stock":
        shutil.copy(HERE / "hook_stock.py", house / "hooks")
        rewrite(house, lambda config, language: _stock(config), address)
    command(sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", cwd=house, environment=environment)
    if name in ("mermaid2", "stock"):
        take_runtime_from_here(house / "site")
    return house / "site"


def _stock(config: Config) -> None:
    config["hooks"].append("hooks/hook_stock.py")
    config["plugins"] = [p for p in config["plugins"] if "mermaid2" not in p]


def rewrite(house: Path, change: Callable[[Config, Language], None], address: str) -> None:
    """Change a house's configurations, which are written as JSON: that is YAML too."""
    configs: dict[Language, Config] = {}
    for language, name in CONFIGS.items():
        with (house / name).open("rb") as file:
            configs[language] = yaml_load(file)  # fills in what it inherits
    for language, config in configs.items():
        change(config, language)
        config["site_url"] = address if language == "en" else f"{address}{language}/"
        (house / CONFIGS[language]).write_text(json.dumps(config, ensure_ascii=False), "utf-8")


def without_renderer(folder: Path) -> Path:
    """Give a folder for PYTHONPATH that hides the picture renderer."""
    folder.mkdir()
    (folder / "mmdr.py").write_text('raise ImportError("hidden by the benchmark")\n')
    return folder


def replace(house: Path, markers: re.Pattern[str], by: Callable[[Language, str, list[str]], str | None]) -> None:
    """Put something else, language by language, in the place of markers; None leaves a marker as it is."""
    for language in LANGUAGES:
        for page in (house / "docs" / language).rglob("*.md"):
            text = page.read_text("utf-8")

            def change(m: re.Match[str], language: Language = language) -> str:
                new = by(language, m[1], m[2].split())
                return m[0] if new is None else new

            page.write_text(markers.sub(change, text), "utf-8")


class Fences:
    """Gives the Mermaid fence for what a marker stands for, as an author would write it by hand."""

    def __init__(self, house: Path) -> None:
        self.flow, self.places = reading.read(house / reading.SHOWN)
        self.hops = {name: t.hops for name, t in packets.trips(self.flow, self.places).items()}

    def __call__(self, language: Language, kind: str, names: list[str]) -> str | None:
        if kind in ("whole", "boxes"):  # no sequence; the same on both sides
            return None
        if kind == "calls":
            charts = [chart.of_procedure(names[0], self.flow.procedures[names[0]], language)]
        else:
            view = View(self.flow, self.places, names[0], self.hops[names[0]], {}, language)
            stages = [s.id for s in view.stages] if kind == "pictures" else names[1:]
            charts = [chart.of_route(view, s) for s in stages] or [chart.of_route(view, None, "whole")]
        return "\n\n".join(f"```mermaid\n{mermaid.text(c)}```" for c in charts)


def take_runtime_from_here(site: Path) -> None:
    """Let a site load Mermaid from its own server, where bytes are counted and slowed down; raises Failed if none."""
    found = 0
    for file in (*site.rglob("*.html"), *site.glob("assets/javascripts/bundle.*.js")):
        text, n = REMOTE.subn(RUNTIME, file.read_text("utf-8"))
        if n:
            file.write_text(text, "utf-8")
            found += n
    if not found:
        raise Failed("the theme or the plugin loads Mermaid from an address this does not recognize")
