"""The PNG files of a site: maps, and steps and routes for those who preview links; kept from build to build."""

import hashlib
import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from ..model.definition import Language
from ..view import exports, map_lines, pixels
from ..view import previews as drawn
from ..view.view import View

CACHE = ".cache/previews"  # below the project: by the content they are drawn from
WIDTH = drawn.WIDTH
MAPS = 1376  # px: twice as wide as in a page


def steps(views: Iterable[View], css: str) -> dict[str, str]:
    """Give an SVG of each step in the first route that has it and a map, by file name."""
    made: dict[str, str] = {}
    for view in views:
        with suppress(map_lines.NoWay):  # told where a page shows the map
            for name, step in ((exports.step_name(row.id), row.id) for row in view.rows):
                if name not in made:
                    made[name] = drawn.step(view, step, css)
    return made


def routes(views: Iterable[View], css: str) -> dict[str, str]:
    """Give an SVG of each route that has a map, by file name."""
    made: dict[str, str] = {}
    for view in views:
        with suppress(map_lines.NoWay):
            made[exports.route_name(view.id)] = drawn.route(view, css)
    return made


def write(svgs: dict[str, str], language: Language, folder: Path, cache: Path, width: int) -> None:
    """Write a PNG of each SVG, by file name; raises pixels.NoPixels."""
    known = {name: cache / f"{_content(svg, width)}.png" for name, svg in svgs.items()}
    cache.mkdir(parents=True, exist_ok=True)
    missing = {kept: svgs[name] for name, kept in known.items() if not kept.is_file()}
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for kept, png in zip(
            missing, pool.map(lambda svg: pixels.png(svg, language, width), missing.values()), strict=True
        ):
            part = kept.with_suffix(".part")
            part.write_bytes(png)
            part.replace(kept)
    for name, kept in known.items():
        file = folder / f"{name}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(kept.read_bytes())


def _content(svg: str, width: int) -> str:
    return hashlib.sha256(f"{pixels.VERSION} {width} {svg}".encode()).hexdigest()[:32]
