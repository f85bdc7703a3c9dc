"""The files that pages offer: Mermaid texts, pictures, maps, what walks say; and PNGs of maps, steps and routes."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ..pages import published
from ..pages.book import Book
from ..view import exports
from . import previews


@dataclass(frozen=True)
class Offered:
    """What the pages of one language offer; `href` gives the full address of a step."""

    book: Book
    picture_css: str
    map_css: str
    href: Callable[[str], str]

    @property
    def css(self) -> str:
        """Give what maps need, which is beside the rules of pictures."""
        return self.picture_css + self.map_css

    def maps(self) -> dict[str, str]:
        """Give an SVG of each map, by file name."""
        views = self.book.views
        pairs = [(views[route], views[base] if base else None) for route, base in self.book.mapped.items()]
        return exports.drawn_maps(pairs, self.css, self.href)

    def write(self, site: Path, maps: dict[str, str]) -> None:
        """Write everything that is text into a site's folders; maps that a page asks for when they are chosen, too."""
        charts = self.book.taken.values()
        made = exports.texts(charts) | exports.pictures(charts, self.book.renderer, self.picture_css, self.href)
        made |= maps | exports.walks(self.book.views.values())
        chosen = {f"{route}.svg": svg for route, svg in self.book.beside.items()}
        for folder, files in ((published.DIAGRAMS, made), (published.MAPS, chosen)):
            into = site / folder
            into.mkdir(parents=True, exist_ok=True)
            for name, content in files.items():
                (into / name).write_text(content, "utf-8", newline="\n")

    def previews(self) -> dict[str, str]:
        """Give an SVG of each step and each route for those who preview links, by file name."""
        views = self.book.views.values()
        return previews.steps(views, self.css) | previews.routes(views, self.css)

    def write_pixels(self, folder: Path, maps: dict[str, str], shown: dict[str, str], cache: Path) -> None:
        """Write maps, and what previews show, as PNGs; raises pixels.NoPixels."""
        drawn = {name.removesuffix(".svg"): svg for name, svg in maps.items()}
        for svgs, width in ((drawn, previews.MAPS), (shown, previews.WIDTH)):
            previews.write(svgs, self.book.language, folder, cache, width)
