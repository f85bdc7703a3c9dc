"""What the head of a page says beside the theme's own: to those who preview links, and to search engines."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

from mkdocs.structure.nav import Section
from mkdocs.structure.pages import Page

from ..view.elements import Markup, join
from ..view.leaf import shared

Crumb = tuple[str, str]  # name, address


def head(page: Page, site: Crumb, title: str, image: str, translations: list[dict[str, str]], text: str = "") -> Markup:
    """Give it for one page; nothing that names an address where the site has none. `text` is its Markdown."""
    sentence = Markup(page.meta.get("description", "")).unescape()
    parts = [shared(site[0], title, sentence, page.canonical_url or "", image)]
    if text:
        parts.append(Markup('<link rel="alternate " type="text/markdown" href="{}">').format(text))
    if page.canonical_url:
        parts += [_alternate(t["lang"], t["url"]) for t in translations]
        parts += [_alternate("x-default", translations[0]["url"])]
        parts += [_breadcrumbs([*([] if page.is_homepage else [site]), *_way(page, title)])]
    return join(*parts, by="\n")


def _alternate(language: str, address: str) -> Markup:
    """A link to a language; the theme asks for the sitemap of all whose `rel` is the bare word: a space follows it."""
    return Markup('<link rel="alternate " hreflang="{}" href="{}">').format(language, address)


def _way(page: Page, title: str) -> Iterator[Crumb]:
    """The sections around a page, each by its own page, and the page."""
    sections = [above for above in page.ancestors if isinstance(above, Section)]
    for section in reversed(sections):
        index = next((child for child in section.children if isinstance(child, Page) and child.is_index), None)
        if index is not None and index is not page:
            yield str(section.title), index.canonical_url or ""
    yield title, page.canonical_url or ""


def _breadcrumbs(way: list[Crumb]) -> Markup:
    """The way to a page, as JSON-LD."""
    items = [
        {"@type": "ListItem", "position": n, "name": name, "item": address} for n, (name, address) in enumerate(way, 1)
    ]
    said = {"@context": "https://schema.org", "@type": "BreadcrumbList", "itemListElement": items}
    text = json.dumps(said, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return Markup(f'<script type="application/ld+json">{text}</script>')


def robots(address: str, tops: list[str]) -> str:
    """Give robots.txt: everything may be read; where the site knows its address, it names the sitemaps."""
    lines = ["User-agent: *", "Allow: /", *(f"Sitemap: {address}{top}sitemap.xml" for top in tops if address)]
    return "\n".join(lines) + "\n"


def timeless(site: Path) -> None:
    """Pack the sitemap again without the time of the build: the same pages give the same bytes on any day."""
    if (packed := site / "sitemap.xml.gz").is_file():
        packed.write_bytes(gzip.compress(gzip.decompress(packed.read_bytes()), mtime=0))
