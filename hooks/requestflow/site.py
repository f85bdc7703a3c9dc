"""The only room that knows MkDocs: one object per build and language, its events a few lines each."""

import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial, wraps
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import mermaid2
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import event_priority, get_plugin_logger
from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from mkdocs.utils import get_relative_url

from . import evidence, exports, links, loop, picture, reading
from .definition import Flow, Language
from .pages import Book, Hrefs, put_in
from .problems import FlowError, Problem, gathering
from .view import View
from .world import packets
from .world.wire import Hop

log = get_plugin_logger("flow")
SITES: tuple[tuple[Language, str, str], ...] = (
    ("en", "English", ""),
    ("zh", "中文", "zh/"),
)  # code, name, where in the site
RAW = re.compile(r"""<a\s[^>]*href\s*=\s*["']?flow:""", re.I)
MOST_SHOWN = 20  # problems printed at once


def told(event: Callable[..., Any]) -> Callable[..., Any]:
    """Problems become one PluginError: every problem on its own line, the count last."""

    @wraps(event)
    def run(self: "Site", *args: Any, **kwargs: Any) -> Any:
        try:
            return event(self, *args, **kwargs)
        except FlowError as error:
            for problem in error.problems[:MOST_SHOWN]:
                log.error(str(problem))  # our own logger: MkDocs hides a message it has printed before, while serving
            raise PluginError(f"{len(error.problems)} problem(s) in docs/flow.yml or the pages, see above") from None

    return run


@contextmanager
def speaking_of(language: str, handlers: list[logging.Handler]) -> Iterator[None]:
    """Start every message of the other language's build with '[zh] ': MkDocs names pages without their folder."""

    def prefix(record: logging.LogRecord) -> bool:
        if not str(record.msg).startswith(f"[{language}] "):
            record.msg = f"[{language}] {record.msg}"
        return True

    for handler in handlers:
        handler.addFilter(prefix)
    try:
        yield
    finally:
        for handler in handlers:
            handler.removeFilter(prefix)


class Site:
    """One build of one language; MkDocs calls its `on_…` methods."""

    def __init__(self, config: MkDocsConfig, drawn: dict[str, str]) -> None:
        self.root = Path(config.config_file_path).absolute().parent  # `-f mkdocs.yml` leaves it relative
        self.docs = self.root / "docs"
        self.language, _, self.at = next(s for s in SITES if s[0] == Path(config.docs_dir).name)
        self.drawn = drawn
        self.links = links.FlowLinks(
            lambda name: self.book.link(name),
            lambda name: self.book.value(name),
            lambda name: self.hrefs.file(self.book.recording(name)),
        )
        config.markdown_extensions.append(self.links)  # type: ignore[arg-type]
        fences = config.mdx_configs.setdefault("pymdownx.superfences", {})
        fences["custom_fences"] = [{"name": "mermaid", "class": "mermaid", "format": _browser_fence(config)}]

    # -- reading ------------------------------------------------------------------------------------------------------
    @told
    def on_pre_build(self, *, config: MkDocsConfig) -> None:
        """Read everything before MkDocs empties the site folder: a mistake leaves the last build alone."""
        flow, places = reading.read(self.docs / "flow.yml")
        pages, problems = loop.load(self.docs), list[Problem]()
        with gathering(problems):
            trips = packets.trips(flow, places)
            views = {r: self._view(flow, places, r, trips[r].hops) for r in flow.routes}
        with gathering(problems):
            explained = loop.close(pages, flow, places)[self.language]
        if problems:
            raise FlowError(*problems)
        quiet_segmenter()
        self.book = Book(
            flow,
            views,
            explained,
            self.language,
            self.docs / "recordings",
            picture.Renderer(drawn=self.drawn),
            trips,
            loop.anchors(pages[self.language]),
        )

    def _view(self, flow: Flow, places: reading.Places, route: str, hops: list[Hop]) -> View:
        folder, ports = self.docs / "recordings", flow.ports.values()
        recordings = [r for name in flow.routes[route].recordings for r in evidence.load(folder, name, ports)]
        return View(flow, places, route, hops, evidence.prove(flow, route, hops, recordings), self.language)

    def on_files(self, files: Files, *, config: MkDocsConfig) -> None:
        folders = ["assets"] if self.at else ["assets", "recordings"]
        found = [p for folder in folders for p in sorted((self.docs / folder).rglob("*")) if p.is_file()]
        if not self.at:
            found += [self.docs / "flow.yml", self.docs / "flow.schema.json"]
        for path in found:
            files.append(File.generated(config, path.relative_to(self.docs).as_posix(), abs_src_path=str(path)))

    def on_nav(self, nav: Navigation, *, config: MkDocsConfig, files: Files) -> None:
        self.files = files

    # -- one page -----------------------------------------------------------------------------------------------------
    @told
    def on_page_markdown(self, markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
        place = self._place(page)
        self.links.here, self.hrefs = f"/{page.file.src_uri}", self._hrefs(page)
        above = page.file.content_string.count("\n") - markdown.count("\n")  # front matter, already taken off
        markdown, self.parts = self.book.expand(markdown, place, self.hrefs, max(above, 0))
        return markdown

    @told
    def on_page_content(self, html: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
        place, lines = self._place(page), page.file.content_string.splitlines()
        problems = []
        for name, message in self.links.unknown:
            written = re.compile(rf"flow:{re.escape(name)}(?![\w.:-])")
            line = next((n for n, text in enumerate(lines, 1) if written.search(text)), 1)
            problems.append(Problem(f"{place}:{line}", message))
        self.links.unknown.clear()
        if re.search(RAW, html) and not problems:  # raw HTML passes Markdown by
            line = next((n for n, text in enumerate(lines, 1) if re.search(RAW, text)), 1)
            problems.append(Problem(f"{place}:{line}", 'has an <a href="flow:…">.', "Write [text](flow:…)."))
        if problems:
            raise FlowError(*problems)
        return put_in(html.replace("<th></th>", "<td></td>"), self.parts)  # an empty corner heads nothing

    def _place(self, page: Page) -> str:
        return f"docs/{self.language}/{page.file.src_uri}"

    def _hrefs(self, page: Page) -> Hrefs:
        here = page.file

        def of_page(name: str) -> str:
            target = self.files.get_file_from_path(name)
            if target is None:
                raise FlowError(Problem(self._place(page), f"links to '{name}', which is not built."))
            return target.url_relative_to(here)

        def of_step(step: str) -> str:
            target = self.book.explained[step].page
            return f"#{step}" if target == here.src_uri else f"{of_page(target)}#{step}"

        def of_file(path: str) -> str:
            return get_relative_url(path, self.at + here.url)

        return Hrefs(of_step, of_page, of_file, lambda path: get_relative_url(path, here.url))

    # -- around a page ------------------------------------------------------------------------------------------------
    def on_page_context(self, context: dict[str, Any], *, page: Page, config: MkDocsConfig, nav: Navigation) -> None:
        context["translations"] = self._translations(config, page.url)

    def on_template_context(self, context: dict[str, Any], *, template_name: str, config: MkDocsConfig) -> None:
        context["translations"] = self._translations(config)
        context["translations_of"] = lambda url: self._translations(config, url)

    def _translations(self, config: MkDocsConfig, url: str | None = None) -> list[dict[str, str]]:
        """Give the page in every language. `href` is relative, so it works wherever the site is served.

        A template (404) does not know where it is served, so it gets the absolute path of each language's top.
        """
        site_url = config.site_url or "/"
        top = site_url[: len(site_url) - len(self.at)]

        def href(at: str) -> str:
            return urlsplit(top + at).path if url is None else get_relative_url(at + url, self.at + url)

        return [
            {"lang": code, "name": name, "url": top + at + (url or ""), "href": href(at)} for code, name, at in SITES
        ]

    # -- the other language -------------------------------------------------------------------------------------------
    def _take_away(self, config: MkDocsConfig) -> None:
        """Write the diagrams that pages offer as files: Mermaid text always, pictures when they can be drawn."""
        charts = self.book.taken.values()
        css = (self.docs / "assets/flow.css").read_text("utf-8")
        made = exports.texts(charts) | exports.pictures(charts, self.book.renderer, css, partial(self._address, config))
        folder = Path(config.site_dir) / "diagrams"
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in made.items():
            (folder / name).write_text(content, "utf-8", newline="\n")

    def _address(self, config: MkDocsConfig, step: str) -> str:
        """The full address of a step, for those who look at a picture somewhere else."""
        file = self.files.get_file_from_path(self.book.explained[step].page)
        assert file
        url = config.site_url + file.url if config.site_url else get_relative_url(file.url, "diagrams/x.svg")
        return f"{url}#{step}"

    @event_priority(-100)  # after the search plugin wrote its index: it is one object for both languages
    def on_post_build(self, *, config: MkDocsConfig) -> None:
        self._take_away(config)
        if self.book.later:
            log.info(f"{len(self.book.later)} picture(s) are left to the reader's browser; {self.book.later[0]}")
        for file in config.extra["translations"]:
            language = Path(file).suffixes[0][1:]
            tool = type(config).__module__.split(".")[0]  # 'mkdocs', or a successor with the same shape
            other = import_module(f"{tool}.config").load_config(
                str(self.root / file),
                site_dir=str(Path(config.site_dir) / language),
                strict=config.strict,
                use_directory_urls=config.use_directory_urls,
                site_url=config.site_url.rstrip("/") + f"/{language}/" if config.site_url else "",
            )
            with speaking_of(language, logging.getLogger(tool).handlers):
                import_module(f"{tool}.commands.build").build(other)


def quiet_segmenter() -> None:
    """Keep the Chinese word segmenter from announcing its dictionary at every build."""
    with suppress(ImportError):
        jieba = import_module("jieba")
        jieba.setLogLevel(logging.WARNING)


def _browser_fence(config: MkDocsConfig) -> Callable[..., str]:
    """The fence for what the build did not draw: the plugin draws it in the reader's browser."""

    def fence(source: str, language: str, css_class: str, options: Any, md: Any, **kwargs: Any) -> str:
        plugin: Any = config.plugins["mermaid2"]
        plugin._javascript = plugin.config["javascript"]  # else it asks the network, and a strict build fails offline
        return str(mermaid2.fence_mermaid(source, language, css_class, options, md, **kwargs))

    return fence
