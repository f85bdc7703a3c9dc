"""All pages of a language as one page to print: ids of its own, links between pages within it, nothing folded."""

import posixpath
import re
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from ..view.elements import Markup, el, join
from ..view.words import Words
from .published import PRINT

_TAG = re.compile(r"<[a-z][^<>]*>")
_ATTRIBUTE = re.compile(r'(?<= )(id|href|src|for|headers|aria-labelledby|aria-describedby|aria-controls)="([^"]*)"')
_LINKS = ("href", "src")
_MAP = re.compile(r'<figure class="map".*?</figure>', re.S)
_PICTURE = re.compile(r'<figure class="seqfig".*?</figure>', re.S)
_FILE = re.compile(r'<a href="([^"]+\.svg)">')
_LABEL = re.compile(r'<svg[^>]* aria-label="([^"]*)"')
_TITLE = re.compile(r"<title>(.*?)</title>")
_UNSHOWN = re.compile(
    r"<script\b.*?</script>|<form\b.*?</form>|<a class=\"headerlink\".*?</a>"
    r"|<div class=\"compared\" hidden>.*?(?=<div class=\"pairs\")",
    re.S,
)
_FOLDED = re.compile(r"<details(?![^>]* open)")
HERE = "http://site/"
STYLE = """
.print{max-width:44rem;margin:0 auto;padding:1rem}.print .sheet{break-before:page;border-top:1px solid;margin-top:2rem}
.print .all{columns:2}
.print .sheet table:not([class]) :is(td,th){padding:.4em .5em;min-width:0}.print table .whole-word{white-space:normal}
.print figure img{max-width:100%;height:auto}
@media print{.print{max-width:none;padding:0}.print .sheet{border:0;margin:0}.print .causes{display:block!important}}
"""


@dataclass(frozen=True)
class Sheet:
    """One page: its address below the top of the site, what it is called, its content as HTML."""

    top: str  # of its language
    url: str
    name: str
    html: str

    @property
    def key(self) -> str:
        """What its ids begin with."""
        return re.sub(r"\W+", "-", self.url.removeprefix(self.top).strip("/.")) or "home"


@dataclass(frozen=True)
class Edition:
    """What stands around the pages; `styles` are addresses below the top of the language."""

    language: str  # as HTML names it
    name: str
    sentence: str
    styles: list[str]
    words: Words


def edition(about: Edition, sections: list[tuple[str, list[Sheet]]]) -> str:
    """Give the whole page."""
    sheets = [sheet for _, of in sections for sheet in of]
    places = {urljoin(HERE, sheet.url): sheet.key for sheet in sheets}
    title = f"{about.name}: {about.words.print_edition}"
    head = [
        Markup('<!doctype html>\n<html lang="{}">\n<head>\n<meta charset="utf-8">').format(about.language),
        el("title", title),
        Markup('<meta name="viewport" content="width=device-width">\n<meta name="robots" content="noindex">'),
        *(Markup('<link rel="stylesheet" href="../{}">').format(style) for style in about.styles),
        el("style", Markup(STYLE)),
        Markup('</head>\n<body class="print md-typeset" data-md-color-scheme="default">'),
        join(el("h1", title), el("p", about.sentence), el("h2", about.words.contents)),
        el("nav", *(_contents(name, of) for name, of in sections), class_="all"),
    ]
    return "\n".join([*head, *(_sheet(sheet, places) for sheet in sheets), "</body>\n</html>\n"])


def _contents(name: str, sheets: list[Sheet]) -> Markup:
    links = (el("li", el("a", sheet.name, href=f"#{sheet.key}")) for sheet in sheets)
    return join(*([el("p", el("strong", name))] if name else []), el("ul", *links))


def _sheet(sheet: Sheet, places: dict[str, str]) -> str:
    """A page as a part of the whole."""
    html = _UNSHOWN.sub("", _PICTURE.sub(_still, _MAP.sub(_still, sheet.html)))
    html = _TAG.sub(lambda tag: _ATTRIBUTE.sub(lambda a: _moved(a, sheet, places), tag[0]), html)
    return f'<section class="sheet" id="{sheet.key}">\n{_FOLDED.sub("<details open", html)}\n</section>'


def _still(figure: re.Match[str]) -> str:
    """A drawing as the file that stands beside the pages; what has none stays as it is drawn."""
    file = _FILE.search(figure[0])
    if not file:
        return figure[0]
    label = _LABEL.search(figure[0]) or _TITLE.search(figure[0])
    start, caption = figure[0].partition(">")[0], figure[0].partition("<figcaption")
    image = Markup('<img src="{}" alt="{}">').format(Markup(file[1]), Markup(label[1] if label else ""))
    return f"{start}>{image}{''.join(caption[1:])}"


def _moved(attribute: re.Match[str], sheet: Sheet, places: dict[str, str]) -> str:
    """An attribute with the ids and addresses it has here."""
    name, value = attribute[1], attribute[2]
    if name in _LINKS:
        return f'{name}="{_link(value, sheet, places)}"'
    return f'{name}="{" ".join(f"{sheet.key}--{one}" for one in value.split())}"'


def _link(to: str, sheet: Sheet, places: dict[str, str]) -> str:
    if urlsplit(to).scheme or to.startswith("//"):
        return to
    path, _, anchor = urljoin(urljoin(HERE, sheet.url), to).partition("#")
    if key := places.get(path.partition("?")[0]):
        return f"#{key}--{anchor}" if anchor else f"#{key}"
    rest = posixpath.relpath(path.removeprefix(HERE), sheet.top + PRINT) + ("/" if path.endswith("/") else "")
    return f"{rest}#{anchor}" if anchor else rest
