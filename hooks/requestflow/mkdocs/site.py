"""The only room that knows MkDocs: one object per build and language, its events a few lines each."""

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial, wraps
from pathlib import Path, PurePath
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, Template, TemplateError
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.livereload import LiveReloadServer
from mkdocs.plugins import event_priority, get_plugin_logger
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from mkdocs.utils import get_relative_url

from ..model import sources
from ..model.definition import Language
from ..pages import (
    about,
    books,
    folds,
    keywords,
    links,
    names,
    plain,
    published,
    rendered,
    sections,
    short,
    terms,
    whole,
)
from ..pages.book import Hrefs
from ..pages.markers import put_in
from ..problems import FlowError, Problem, gathering, refuse
from ..view import own, picture, pixels, signs, style
from ..view.elements import Markup, escape, unbroken
from ..view.glossary import PAGE as GLOSSARY
from ..view.words import LANGUAGE_NAMES
from . import away, fallback, head, ondemand, onward, previews, remembered, scripts, search, settings, theme
from .apart import Apart, Asked
from .offered import Offered
from .remembered import MEMORY
from .unfinished import Unfinished, reveal

log = get_plugin_logger("flow")
SITES: tuple[tuple[Language, str, str], ...] = (
    ("en", LANGUAGE_NAMES["en"], ""),
    ("zh", LANGUAGE_NAMES["zh"], "zh/"),
)  # code, name, where in the site
PRUNED = "navigation.prune"  # the theme's: a menu names no page of the sections a reader is not in
STEPS = "reference/steps.md"  # where the search's button leads without script
MOST_SHOWN = 20  # problems of one file printed at once


def told(event: Callable[..., Any]) -> Callable[..., Any]:
    """Problems become one PluginError: every problem on its own line, the count last."""

    @wraps(event)
    def run(self: "Site", *args: Any, **kwargs: Any) -> Any:
        try:
            return event(self, *args, **kwargs)
        except FlowError as error:
            files = Counter[str]()
            for problem in error.problems:
                files[file := problem.place.split(":")[0]] += 1
                if files[file] <= MOST_SHOWN:
                    log.error(str(problem))  # our own logger: MkDocs hides a message it has printed before, serving
            raise PluginError(f"{len(error.problems)} problem(s) in {len(files)} file(s), see above") from None

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

    def __init__(
        self, config: MkDocsConfig, drawn: dict[str, str], indexing: search.Running | None, beside: Apart | None
    ) -> None:
        self.root = Path(config.config_file_path).absolute().parent  # `-f mkdocs.yml` leaves it relative
        self.docs = self.root / "docs"
        self.language, self.at = self._which(config)
        self.within = "address" in config.extra  # the build of the first language
        # MkDocs' own options end it with a slash, but what plugins set has none; the first language says where it is
        if address := config.extra.get("address", config.site_url):
            config.site_url = address.rstrip("/") + "/"
        self.drawn = drawn
        self.unfinished = Unfinished(Path(config.site_dir))
        config.site_dir = str(self.unfinished.folder)
        self.problems: list[Problem] = []  # of pages, told together when all of them have been read
        self.unmade: set[str] = set()  # places of pages with a problem in their source
        self.made: dict[str, rendered.Page] = {}  # by URL
        self.plain: dict[str, plain.Made] = {}  # by page; what is written as Markdown
        self.ids: dict[str, set[str]] = {}  # that links may lead to, by URL
        self.indexing = indexing  # None: wait for the index
        self.serving = indexing is not None
        self.beside = beside  # builds the other languages; None: they are built when this one is done
        self.searchable = search.program() is not None
        self.answers = remembered.Answers(
            link=lambda name: self.book.link(name),
            value=lambda name: self.book.value(name),
            recording=lambda name: self.hrefs.file(self.book.recording(name)),
        )
        self.links = links.FlowLinks(*map(self.answers.to, ("link", "value", "recording")))
        config.markdown_extensions.append(self.links)  # type: ignore[arg-type]
        config.theme.get_env = partial(theme.environment, config.theme)  # type: ignore[method-assign]
        for key in ("site_name", "site_description", "site_author"):
            config[key] = config[key] and escape(config[key])  # the theme does not
        fences = config.mdx_configs.setdefault("pymdownx.superfences", {})
        fences["custom_fences"] = [{"name": "mermaid", "class": "mermaid", "format": fallback.fence(config)}]

    def _which(self, config: MkDocsConfig) -> tuple[Language, str]:
        """The language of the pages, and where in the site they are."""
        for language, _, at in SITES:
            if Path(config.docs_dir).absolute() == self.docs / language:
                return language, at
        folders = " or ".join(f"docs/{language}" for language, _, _ in SITES)
        raise PluginError(f"{Path(config.config_file_path).name}: docs_dir is '{config.docs_dir}'. Name {folders}.")

    # -- reading ------------------------------------------------------------------------------------------------------
    @told
    def on_pre_build(self, *, config: MkDocsConfig) -> None:
        """Read everything before MkDocs empties the site folder: a mistake leaves the last build alone."""
        if self.indexing is not None and not self.at:
            search.stop(self.indexing)
        wrong = list[Problem](settings.problems(config, self.root, self.language))
        with gathering(wrong):
            if not wrong:
                self._begin(config)
            found = whole.read(self.root, MEMORY.recall)
        refuse(wrong)
        known, self.drafts = found.known, found.drafts
        self.problems += [] if self.within else found.bearable  # told once, with what making the pages will find
        self.told = {problem.place for problem in found.lost}
        self.written = {language: set(tree) for language, tree in found.pages.items()}
        if not self.serving:
            self._tell_drafts()
        renderer, called = picture.Renderer(drawn=self.drawn), names.in_navigation(config.nav)
        pixels = self._draws_pixels(config)
        self.book, self.pages = books.book(
            self.root, found, self.language, renderer, called, drafted=self.serving, pixels=pixels
        )
        self.top = config.site_url or f"{self.book.words.host}{self.at}"
        titles = {step: (e.page, e.title) for step, e in self.book.explained.items()}
        self.meaning = known, titles, self.book.anchors
        self.terms = MEMORY.recall(("terms", self.language), self.meaning, self._terms)

    def _terms(self) -> terms.Terms:
        """Finds the terms of the glossary on pages, except on the page that shows each."""
        glossary, link = self.book.glossary, self.book.link
        sees = {name: term.see if ".md" in term.see else link(term.see)[1:] for name, term in glossary.terms.items()}
        return terms.Terms(glossary, self.language, {name: see.partition("#")[0] for name, see in sees.items()})

    def _tell_drafts(self) -> None:
        """A warning, which stops a strict build; once, not for every language."""
        if self.drafts and not self.at:
            log.warning(f"{self.drafts}. Left out: finish them, or look at them while serving.")

    def on_files(self, files: Files, *, config: MkDocsConfig) -> None:
        self._hide(config, files)
        for at, path in published.files(self.docs, self.language).items():
            if at.endswith(".js"):
                script = self._script(at)
                slim = MEMORY.recall(("script", self.language, at), script, partial(scripts.slim, script))
                files.append(File.generated(config, at, content=slim))
            elif at.endswith(".css"):
                css = self._sheet() if at == style.SHEET else self._text(at)
                files.append(File.generated(config, at, content=theme.short(css)))
            else:
                files.append(File.generated(config, at, abs_src_path=str(path)))
        if not self.serving:
            self._leave_out(config, files)
        if not self.at:
            said = head.robots(config.site_url or "", [at for _, _, at in SITES])
            files.append(File.generated(config, published.ROBOTS, content=said))
        palettes = config.theme["palette"]
        colours = {palette[key] for palette in palettes for key in ("primary", "accent")}
        for file in files.css_files():
            if PurePath(file.src_uri).match(theme.SHEETS):
                file.content_string = theme.slimmed(file.content_string, colours)

    def _hide(self, config: MkDocsConfig, files: Files) -> None:
        """Take the pages of hidden routes from the navigation."""
        config.nav = config.nav and names.without(config.nav, self.book.unlisted)
        for page in self.book.unlisted:
            if file := files.get_file_from_path(page):
                file.inclusion = InclusionLevel.NOT_IN_NAV

    def _leave_out(self, config: MkDocsConfig, files: Files) -> None:
        """Take the drafts from pages and navigation."""
        for page in self.drafts.pages:
            if file := files.get_file_from_path(page):
                files.remove(file)
        config.nav = config.nav and names.without(config.nav, self.drafts.pages)
        for page, source in self.pages.items() if self.drafts.steps else ():
            if (file := files.get_file_from_path(page)) and file.content_string != source:
                file.content_string = source

    def _script(self, at: str) -> str:
        script, book = self._text(at), self.book
        if at == own.SCRIPT:
            return own.script(script, book.flow, book.words)
        return signs.script(at, script, book.faults, book.values)

    def _sheet(self) -> str:
        shared, rest = self._text(style.PICTURE) + self._text(style.MAP), self._text(style.SHEET)
        return style.sheet(shared, rest, len(self.book.flow.zones))

    def _text(self, name: str) -> str:
        return sources.text(self.docs / name, f"docs/{name}")

    def on_nav(self, nav: Navigation, *, config: MkDocsConfig, files: Files) -> None:
        self.files, self.nav = files, nav
        configuration = [(f, f.read_bytes()) for f in sorted(self.root.glob("*.yml"))]
        self.around = configuration, [(f.src_uri, f.url) for f in files]
        inputs = self.around, self.meaning, self.pages, self.serving
        self.shorts = MEMORY.recall(("short", self.language), inputs, lambda: short.shorts(self.book, self.pages))
        self.moved = short.moved(self.book, self.shorts)
        self.offered = self._offers(config)
        self.shown = self.offered.previews() if self.book.pixels else {}

    # -- one page -----------------------------------------------------------------------------------------------------
    def on_page_markdown(self, markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
        place = self._place(page)
        self.links.here, self.hrefs, self.parts = f"/{page.file.src_uri}", self._hrefs(page), list[str]()
        above = page.file.content_string.count("\n") - markdown.count("\n")  # front matter, already taken off
        page.meta.setdefault("title", names.heading(markdown) or page.title)  # a page has one name
        for key in ("title", "description", "author"):
            if isinstance(words := page.meta.get(key), str):
                page.meta[key] = escape(words)  # the theme does not, on this page and where others name it
        page.render = partial(remembered.render, self.around, self.answers, page)  # type: ignore[method-assign]
        beside = (self.book.readings, self.book.titles) if sections.names_others(markdown) else ()
        inputs = self.around, self.meaning, page.file.content_string, beside
        try:
            markdown, self.parts = remembered.expand(inputs, self.book, markdown, place, self.hrefs, max(above, 0))
        except FlowError as error:
            self.problems += error.problems
            self.unmade.add(place)
        self.plain[page.file.src_uri] = plain.Made(page.file.content_string, markdown, self.parts)
        return markdown

    def on_page_content(self, html: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
        source, place = page.file.content_string, self._place(page)
        read = MEMORY.recall(("read", place), html, lambda: rendered.read(html))
        made = rendered.Page(place, source, page.markdown or "", read)
        found = list(links.problems(self.links, made.place, source))
        if made.place not in self.unmade:
            from_ = source, made.expanded, html, self.parts
            differ = partial(rendered.differences, made, self.parts)
            differences = [] if found else MEMORY.recall(("differences", place), from_, lambda: list(differ()))
            found += [problem for problem in differences if problem.place not in self.told]
            self.made[self.at + page.url] = made
        ids = self.ids[self.at + page.url] = rendered.ids(made, self.parts)
        page.present_anchor_ids = {*(page.present_anchor_ids or ()), *ids}  # MkDocs looks at links before parts are in
        self.problems += found
        zones = [zone.name[self.language] for zone in self.book.flow.zones.values()]
        inputs = html, self.parts, zones, self.terms, self.around
        whole = MEMORY.recall(("whole", place), inputs, partial(self._whole, html, zones, page.file))
        if (was := self.moved.get(page.file.src_uri)) is None:
            return whole
        hrefs = self._hrefs(page)
        return onward.with_old_ids(whole, was, self.book.words.elsewhere, partial(_to, hrefs))

    def _whole(self, html: str, zones: list[str], file: File) -> str:
        html = self._marked(html.replace("<th></th>", "<td></td>"), file)  # an empty corner heads nothing
        html = folds.fold(html, self.parts, self.book.words)
        return unbroken(put_in(search.set_aside(html), self.parts), zones)

    def _marked(self, html: str, file: File) -> str:
        """A page with its first uses of terms linked; what the definition says has no part in it."""
        if (glossary := self.files.get_file_from_path(GLOSSARY)) is None:
            return html
        href = glossary.url_relative_to(file)
        inputs = html, href, self.terms.says, self.terms.shown
        return MEMORY.recall(
            ("marked", self.language, file.src_uri), inputs, lambda: self.terms.mark(html, file.src_uri, href)
        )

    @told
    def on_env(self, env: Environment, *, config: MkDocsConfig, files: Files) -> None:
        """Tell every bad page, those of the other languages too, before any is written."""
        env.bytecode_cache = MEMORY
        if not self.unmade:
            dead = rendered.dead_links(self.made, self.ids, partial(self._has, files))
            self.problems += [problem for problem in dead if problem.place not in self.told]
        if self.problems:
            with suppress(SystemExit):  # it told its own
                self._translate(config)
            raise FlowError(*self.problems)

    def _has(self, files: Files, path: str) -> bool:
        """Whether the site has this file; what belongs to another language is not looked at."""
        if not path.startswith(self.at) or (not self.at and path.startswith(tuple(at for _, _, at in SITES if at))):
            own = path.startswith(("recordings/", "assets/", "flow."))
            return not own or (self.docs / path).is_file()
        return path[len(self.at) :] in {file.url for file in files}

    def _place(self, page: Page) -> str:
        return f"docs/{self.language}/{page.file.src_uri}"

    def _hrefs(self, page: Page) -> Hrefs:
        here = page.file

        def of_page(name: str) -> str:
            target = self.files.get_file_from_path(name)
            if target is None and name in self.drafts.pages:
                target = self.files.get_file_from_path(names.HOME)  # until it is written in this language
            if target is None:
                raise FlowError(Problem(self._place(page), f"links to '{name}', which is not built."))
            return target.url_relative_to(here)

        def of_step(step: str) -> str:
            page, _, anchor = self.book.explained[step].target.partition("#")
            if page == here.src_uri and anchor:
                return f"#{anchor}"
            return of_page(page) + (f"#{anchor}" if anchor else "")

        def of_file(path: str) -> str:
            return get_relative_url(path, self.at + here.url)

        return Hrefs(of_step, of_page, of_file, lambda path: get_relative_url(path, here.url), self._elsewhere)

    def _elsewhere(self, target: str) -> str:
        """The full address of a page or a file, for those who are on no page of this site."""
        page, _, anchor = target.partition("#")
        url = file.url if (file := self.files.get_file_from_path(page)) else page
        return f"{self.top}{'' if url == './' else url}" + (f"#{anchor}" if anchor else "")

    # -- around a page ------------------------------------------------------------------------------------------------
    def on_page_context(self, context: dict[str, Any], *, page: Page, config: MkDocsConfig, nav: Navigation) -> None:
        context["translations"] = self._translations(config, page.url, page.file.src_uri)
        context["draft"] = self.book.words.draft_page if page.file.src_uri in self.drafts.pages else ""
        context["search"] = self._search(config, page.url)
        title = Markup(page.meta["title"]).unescape()
        context["found_by"] = keywords.found_by([title, *keywords.given(page.meta)])
        url, checked = page.canonical_url or "", str(page.meta.get("checked", ""))
        source = about.Source(self._place(page), title, url, checked)
        context["about"] = about.about(self.book.flow, self.language, source, config.extra["repository"])
        name = Markup(config.site_name).unescape()
        image = self._preview(config, self.shorts[page.file.src_uri].image)
        site = name, config.site_url or ""
        text = PurePath(away.file(self.files, page.file.src_uri)).name if self._goes_elsewhere(config) else ""
        title = name if page.is_homepage else title
        context["head"] = head.head(page, site, title, image, context["translations"], text)

    @event_priority(-100)  # after the plugin that draws Mermaid texts in the browser
    def on_post_page(self, output: str, *, page: Page, config: MkDocsConfig) -> str:
        return fallback.pinned(theme.mended(output), config)

    def on_pre_template(self, template: Template, *, template_name: str, config: MkDocsConfig) -> Template:
        self.features = config.theme["features"]
        config.theme["features"] = [f for f in self.features if f != PRUNED]  # it guesses from the whole menu
        return template

    def on_post_template(self, output_content: str, *, template_name: str, config: MkDocsConfig) -> str:
        config.theme["features"] = self.features
        return theme.mended(output_content)

    def on_template_context(self, context: dict[str, Any], *, template_name: str, config: MkDocsConfig) -> None:
        if not config.site_url:
            context["base_url"] = f"/{self.at}"  # MkDocs takes every language for the whole site
        context["translations"] = self._translations(config)
        context["search"] = self._search(config)
        context["translations_of"] = lambda url: self._translations(config, url)

    def _translations(self, config: MkDocsConfig, url: str | None = None, page: str = "") -> list[dict[str, str]]:
        """Give the page in every language, or the top of one in which a draft is not written yet.

        `href` is relative, so it works wherever the site is served.

        A template (404) does not know where it is served, so it gets the absolute path of each language's top.
        """
        missing = {code for code, tree in self.written.items() if page in self.drafts.pages and page not in tree}
        paths = ((code, name, at + ("" if code in missing else url or "")) for code, name, at in SITES)
        return [
            {"lang": code, "name": name, "url": self._top(config) + path, "href": self._href(config, path, url)}
            for code, name, path in paths
        ]

    def _search(self, config: MkDocsConfig, url: str | None = None) -> dict[str, str]:
        """Where the button of the search leads, and what it loads; nothing to load where nothing was indexed."""
        steps = self.files.get_file_from_path(STEPS)
        assert steps
        files = {"steps": self.at + steps.url}
        if self.searchable:
            files |= {"script": f"{self.at}assets/search.js", "index": search.SCRIPT}
        return {name: self._href(config, path, url) for name, path in files.items()}

    def _href(self, config: MkDocsConfig, path: str, url: str | None) -> str:
        """The address of something in the site, relative to a page; absolute for a template, which may be anywhere."""
        if url is None:
            return urlsplit(self._top(config) + path).path
        return get_relative_url(path, self.at + url)

    def _top(self, config: MkDocsConfig) -> str:
        """The address of the first language's top, in which the others are."""
        return (config.site_url or f"/{self.at}").removesuffix(self.at)

    # -- the other language -------------------------------------------------------------------------------------------
    def _take_away(self, config: MkDocsConfig) -> None:
        """Write the files that pages offer; the maps of the last build if they would be the same."""
        offered, site = self.offered, Path(config.site_dir)
        inputs = self.around, self.meaning, dict(self.book.mapped), offered.css, config.site_url
        maps = MEMORY.recall(("maps", self.language), inputs, offered.maps)
        offered.write(site, maps)
        if self.book.pixels:
            offered.write_pixels(site / published.DIAGRAMS, maps, self.shown, self.root / previews.CACHE)

    def _offers(self, config: MkDocsConfig) -> Offered:
        return Offered(self.book, self._text(style.PICTURE), self._text(style.MAP), partial(self._address, config))

    # -- pages that lead on -------------------------------------------------------------------------------------------
    def _lead_on(self, config: MkDocsConfig) -> None:
        """Write the short links, and what stands at addresses of other days; while serving, keep them."""
        inputs, site = (self.around, self.shorts, config.site_url, sorted(self.shown)), Path(config.site_dir)
        made = MEMORY.recall(("onward", self.language), inputs, partial(self._leaves, config))
        ondemand.keep(made, site) if self.serving else onward.write(made, site)
        for problem in onward.copied(self.book.flow, site, not self.at):
            log.warning(str(problem))

    def on_serve(self, server: LiveReloadServer, *, config: MkDocsConfig, builder: Any) -> LiveReloadServer:
        ondemand.serve(server, [at for _, _, at in SITES])
        return server

    def _leaves(self, config: MkDocsConfig) -> dict[str, str]:
        name = Markup(config.site_name).unescape()
        place = onward.Place(
            config.theme["language"], name, config.site_url or "", self._url, config.use_directory_urls
        )
        return onward.pages(self.shorts, place, partial(self._preview, config))

    def _url(self, page: str) -> str | None:
        return file.url if (file := self.files.get_file_from_path(page)) else None

    def _preview(self, config: MkDocsConfig, name: str) -> str:
        """The full address of a preview; nothing where none is drawn, or the site knows no address."""
        return f"{config.site_url}{published.DIAGRAMS}/{name}.png" if config.site_url and name in self.shown else ""

    def _goes_elsewhere(self, config: MkDocsConfig) -> bool:
        """Whether pages are written as Markdown and for print too."""
        return bool(config.extra["elsewhere"]) and not self.serving

    def _draws_pixels(self, config: MkDocsConfig) -> bool:
        """Whether PNGs are asked for and can be drawn; one line where they cannot."""
        if not config.extra["previews"] or self.serving:
            return False
        try:
            return bool(pixels.ready(self.language))
        except pixels.NoPixels as why:
            log.info(f"{why}.")
            return False

    def _address(self, config: MkDocsConfig, step: str) -> str:
        """The full address of a step, for those who look at a picture somewhere else."""
        file = self.files.get_file_from_path(self.book.explained[step].page)
        assert file
        url = config.site_url + file.url if config.site_url else get_relative_url(file.url, "diagrams/x.svg")
        return f"{url}#{step}"

    def on_post_build(self, *, config: MkDocsConfig) -> None:
        self._take_away(config)
        head.timeless(Path(config.site_dir))
        if self._goes_elsewhere(config):
            away.write(self.book, self.at, self.plain, self.nav, self.files, config)
        self._lead_on(config)
        if self.book.later:
            log.info(f"{len(self.book.later)} picture(s) are left to the reader's browser; {self.book.later[0]}")
        self._translate(config)
        if self.indexing is None:
            self._indexed(search.index, Path(config.site_dir))
        config.site_dir = str(self.unfinished.site)
        warned = any(h.get_counts() for h in logging.getLogger(_tool(config)).handlers if hasattr(h, "get_counts"))
        self.unfinished.drop() if warned else self.unfinished.finish()  # a strict build with a warning ends in an error
        if self.indexing is not None and not warned:
            self._indexed(partial(search.start, running=self.indexing), Path(config.site_dir))

    def on_build_error(self, error: Exception, **_: Any) -> None:
        if self.beside:
            self.beside.abandon()
        self.unfinished.drop()
        if isinstance(error, TemplateError):
            log.error(str(settings.in_template(error, self.root)))
            raise PluginError("a template cannot be used, see above") from None

    def _others(self, config: MkDocsConfig) -> Iterator[tuple[str, Asked]]:
        """The other languages, and their builds inside this one."""
        hidden = "." if self.beside else ""  # from MkDocs, which empties the folder after they have begun
        for file in config.extra["translations"]:
            language = Path(file).suffixes[0][1:]
            into = str(self.unfinished.folder / (hidden + language))
            address = f"{config.site_url}{language}/" if config.site_url else ""
            options = config.strict, config.use_directory_urls, address
            yield language, Asked(_tool(config), str(self.root / file), into, *options)

    def _begin(self, config: MkDocsConfig) -> None:
        """Have the other languages built meanwhile, where there is something to do that."""
        if self.beside:
            for _, asked in self._others(config):
                self.beside.begin(asked)

    def _translate(self, config: MkDocsConfig) -> None:
        """Build the other languages into their folders, or wait for those begun."""
        for language, asked in self._others(config):
            with speaking_of(language, logging.getLogger(asked.tool).handlers):
                if not (self.beside and self.beside.wait(asked)):
                    asked.build(asked.config())
            reveal(Path(asked.site_dir))

    def _indexed(self, index: Callable[[Path], Any], site: Path) -> None:
        """Make what the search looks into, of all languages at once."""
        if self.at:
            return
        try:
            index(site)
        except search.NotIndexed as why:
            log.log(logging.WARNING if self.searchable else logging.INFO, f"The site has no search: {why}.")


def _to(hrefs: Hrefs, target: str) -> str:
    """Where `PAGE.md#ANCHOR` is, seen from a page."""
    page, _, anchor = target.partition("#")
    return hrefs.page(page) + (f"#{anchor}" if anchor else "")


def _tool(config: MkDocsConfig) -> str:
    """Give the name of what builds the site: 'mkdocs', or a successor with the same shape."""
    return type(config).__module__.split(".")[0]
