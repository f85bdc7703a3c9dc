"""What is in the HTML a build left behind, without a browser."""

from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

HERE = "http://the.site"
LINKS = {"href", "src", "srcset", "poster", "data", "action", "xlink:href"}
REFERENCES = {"aria-labelledby", "aria-describedby", "aria-controls", "headers"}


class Leaf(HTMLParser):
    """One page: its ids, its links as (tag, URL), and every element's attributes."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self.html = file.read_text("utf-8")
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.feed(self.html)
        self.ids = [attributes["id"] for _, attributes in self.elements if "id" in attributes]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def links(self, *tags: str) -> list[str]:
        """Give every URL the page asks for or leads to, of some elements only when they are named."""
        return [
            attributes[name]
            for tag, attributes in self.elements
            if not tags or tag in tags
            for name in LINKS & attributes.keys()
        ]

    def having(self, name: str) -> list[dict[str, str]]:
        """Give the attributes of every element of a class."""
        return [attributes for _, attributes in self.elements if name in attributes.get("class", "").split()]

    @property
    def language(self) -> str:
        return next(attributes["lang"] for tag, attributes in self.elements if tag == "html")


@cache
def leaves(site: Path) -> dict[str, Leaf]:
    """Give every page of a site by its path in it; those that only lead on are none, nor is that of all pages."""
    paths = {file.relative_to(site).as_posix(): file for file in sorted(site.rglob("*.html"))}
    return {
        path: Leaf(file) for path, file in paths.items() if not path.removeprefix("zh/").startswith(("go/", "print/"))
    }


def page_of(path: str) -> str:
    """The URL of a page, within the site: request/dns/index.html → request/dns/."""
    return path.removesuffix("index.html")


def resolve(page: str, link: str, base: str = "/") -> str | None:
    """Give the path in the site a link of a page leads to, with its #fragment; None when it leads elsewhere.

    A page that was not found can be shown at any address, so it is looked at from a deep one.
    """
    at = "no/such/page/" if page.endswith("404.html") else page_of(page)
    url = urlsplit(urljoin(HERE + base + at, link))
    if f"{url.scheme}://{url.netloc}" != HERE:
        return None
    if not url.path.startswith(base):
        return f"outside {base}: {url.path}"
    path = unquote(url.path)[len(base) :]
    file = f"{path}index.html" if path.endswith("/") or not path else path
    return f"{file}#{unquote(url.fragment)}" if url.fragment else file


def broken(site: Path, base: str = "/") -> list[str]:
    """Give every link that leads nowhere within a site served below `base`."""
    found = []
    for page, leaf in leaves(site).items():
        for link in set(leaf.links()):
            target = resolve(page, link, base)
            if target is None:
                continue
            file, _, fragment = target.partition("#")
            there = leaves(site)[file].ids if file in leaves(site) else None
            if not (site / file).is_file() or (fragment and there is not None and fragment not in there):
                found.append(f"{page}: {link}")
    return found
