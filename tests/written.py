"""A page of the small definition, written, read, rendered as the site renders it, and compared: what is told of it."""

from dataclasses import dataclass
from pathlib import Path

import markdown
import worlds
import yaml
from requestflow.pages import book as pages
from requestflow.pages import links, loop, markers, rendered
from requestflow.pages.markdown import front_matter
from requestflow.problems import FlowError
from requestflow.view import picture
from requestflow.view.view import View
from requestflow.world import evidence
from small import HOME, WAY, closed, read

ROOT = Path(__file__).parents[1]
HREFS = pages.Hrefs(
    step=lambda step: f"#{step}", page=lambda page: page, file=lambda file: f"/{file}", own=lambda file: f"/en/{file}"
)
TRACE = "one two three four\nfive six\n  seven eight nine ten eleven\nlast\n"


class _Settings(yaml.SafeLoader):
    """Reads mkdocs.yml, whose !ENV is of no interest here."""


_Settings.add_multi_constructor("!", lambda *_: None)


def settings() -> tuple[list[str], dict]:
    """The site's own Markdown extensions."""
    listed = yaml.load((ROOT / "mkdocs.yml").read_text("utf-8"), _Settings)["markdown_extensions"]
    named = {name: options or {} for e in listed for name, options in (e.items() if isinstance(e, dict) else [(e, {})])}
    return list(named), named


@dataclass(frozen=True)
class Writer:
    """Writes pages in a folder with the small definition and one recording, `trace`."""

    folder: Path

    def book(self, tree: dict[str, str], other: dict[str, str]) -> pages.Book:
        flow = read(self.folder)
        trips = worlds.trips(flow)
        hops = {name: trip.hops for name, trip in trips.items()}
        views = {r: View(flow, r, h, evidence.prove(flow, r, h, []), "en") for r, h in hops.items()}
        explained = closed({"en": tree, "zh": other}, flow)["en"]
        (self.folder / "trace.txt").write_text(TRACE, "utf-8")
        anchors = loop.anchors(tree)
        return pages.Book(flow, views, explained, "en", self.folder, picture.Renderer(None), trips, anchors)

    def html(self, source: str, chinese: str | None = None, page: str = "way.md") -> str:
        """The HTML of a page; raises FlowError with everything that is told of it."""
        tree, other = ({"index.md": HOME, "way.md": WAY, page: text} for text in (source, chinese or source))
        book = self.book(tree, other)
        front = front_matter(source)
        expanded, parts = markers.expand(book, source.removeprefix(front), f"docs/en/{page}", HREFS, front.count("\n"))
        extension = links.FlowLinks(book.link, book.value, book.recording)
        extension.here = f"/{page}"
        names, options = settings()
        html = markdown.markdown(expanded, extensions=[*names, extension], extension_configs=options)
        made = rendered.Page(f"docs/en/{page}", source, expanded, rendered.read(html))
        found = [*links.problems(extension, made.place, source)]
        found += rendered.differences(made, parts) if not found else []
        found += rendered.dead_links({page: made}, {page: rendered.ids(made, parts)}, lambda _: True)
        if found:
            raise FlowError(*found)
        return markers.put_in(html, parts)

    def told(self, source: str, chinese: str | None = None, page: str = "way.md") -> list[str]:
        """What is told of a page, one line for each problem; of its Chinese twin only where it differs."""
        try:
            self.html(source, chinese, page)
        except FlowError as error:
            return [str(p) for p in error.problems if chinese or not p.place.startswith("docs/zh")]
        return []
