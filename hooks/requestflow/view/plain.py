"""HTML as our drawers make it → Markdown that reads well where nothing but Markdown is known: on a Git host, as text.

What only shows (pictures, buttons, signs) is left out; what folds is open.
"""

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import PurePosixPath

Node = ET.Element | str
BLOCKS = {
    *("div", "p", "ul", "ol", "li", "dl", "table", "details", "figure", "nav", "pre", "section", "footer", "h2", "h3")
}
UNSHOWN = {"svg", "script", "style", "input", "form", "template", "summary", "label"}
UNREAD = {"perma", "take", "key"}  # classes of what leads nowhere outside the site, or explains looks
HEARD = {"vh", "to"}  # classes of words that join others for those who hear the page
LANGUAGE = "language-"  # begins the class of code that is no command
INDENT = " " * 4  # what both Git hosts and Python-Markdown take as inside an item
ARROW = " → "
BESIDE = " · "  # between elements that only style keeps apart
_MEANT = re.compile(r"[\\`*<\[\]]|(?<!\w)_|_(?!\w)")  # what Markdown gives a meaning
_DRAWN = re.compile(r"<svg(?P<given>[^>]*)>.*?</svg>", re.S)
_LABEL = re.compile(r' aria-label="[^"]*"')
_BARE = re.compile(r" (hidden|checked|defer|selected|data-[\w-]+)(?=[ />])(?=[^<>]*>)")  # attribute without value
_VALUELESS = r' \1=""'
_OPEN = re.compile(r"<((?:wbr|br|hr|img|input|link)\b[^<>]*?)/?>")  # an element that needs no end
_ENDED = r"<\1/>"
_IN_HTML = re.compile(r"[^\w\s./:='-]")  # what HTML, or Markdown within it, gives a meaning, and more
_SPACE = re.compile(r"\s+")
_FULL = "，。；：（）"  # as wide as a character, and so with a space of their own
_NEEDLESS = re.compile(  # a blank; what is code stays
    rf"(`+).*?\1|(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])|(?<=[{_FULL}]) (?![·→])|(?<![·→]) (?=[{_FULL}])"
)
_TICKS = re.compile("`{3,}")
_ITEM = re.compile(r"- |\d+\. ")


@dataclass(frozen=True)
class Ways:
    """What is not in the HTML: where links lead from here, and the Mermaid text of a picture, by its file name."""

    href: Callable[[str], str]
    diagram: Callable[[str], str]
    colon: str  # behind a term
    aside: str  # around {words} that are said beside others


def markdown(html: str, ways: Ways) -> str:
    """Give HTML as Markdown blocks, with a blank line between them."""
    return "\n\n".join(_Writer(ways).blocks(_children(read(html))))


def anchor(name: str) -> str:
    """Give a place that links may lead to: a heading's `{#id}` is text to a Git host."""
    return f'<a id="{name}"></a>'


def read(html: str) -> ET.Element:
    """Read HTML as `el` makes it, of a drawing only its name."""
    html = str(html)  # of Markup, what `sub` puts in would be escaped
    html = _DRAWN.sub(_name, html) if "<svg" in html else html
    try:
        return ET.fromstring(f"<x>{html}</x>")
    except ET.ParseError:  # an attribute without a value, or an element that needs no end
        return ET.fromstring(f"<x>{_BARE.sub(_VALUELESS, _OPEN.sub(_ENDED, html))}</x>")


def _name(svg: re.Match[str]) -> str:
    label = _LABEL.search(svg["given"])
    return f"<svg{label[0]}/>" if label else "<svg/>"


@lru_cache(8192)
def escape(words: str) -> str:
    """Give words as Markdown shows them."""
    return _MEANT.sub(lambda m: "&lt;" if m[0] == "<" else f"\\{m[0]}", _SPACE.sub(" ", words))


@lru_cache(8192)
def code(words: str) -> str:
    """Give words as code within a line."""
    words = _SPACE.sub(" ", words).strip()
    if "</" in words:  # MkDocs takes it for the end of an element, up to the next '>', and misses what stands there
        return f"<code>{_IN_HTML.sub(lambda m: f'&#{ord(m[0])};', words)}</code>"
    return f"`` {words} ``" if "`" in words else f"`{words}`" if words else ""


def fence(language: str, text: str) -> str:
    """Give a block of code, in more ticks than it has itself."""
    ticks = "`" * max([3, *(len(found) + 1 for found in _TICKS.findall(text))])
    return f"{ticks}{language}\n{text.strip(chr(10))}\n{ticks}"


# -- nodes ------------------------------------------------------------------------------------------------------------
def _children(node: ET.Element) -> list[Node]:
    """Texts and elements in order."""
    out: list[Node] = [node.text] if node.text else []
    for child in node:
        out.append(child)
        if child.tail:
            out.append(child.tail)
    return out


def _text(node: ET.Element) -> str:
    return "".join(node.itertext())


@lru_cache(1024)
def _classes(words: str) -> frozenset[str]:
    return frozenset(words.split())


def _language(pre: ET.Element) -> str:
    """What a block of code is written in: a command, if it does not say."""
    said = (part.get("class", "") for part in pre)
    return next((c.removeprefix(LANGUAGE) for c in said if c.startswith(LANGUAGE)), "bash")


def _has(node: ET.Element, *classes: str) -> bool:
    given = node.get("class")
    return given is not None and not _classes(given).isdisjoint(classes)


def _shown(node: ET.Element) -> bool:
    """Whether it says anything to those who read."""
    if node.tag in UNSHOWN or _has(node, *UNREAD) or "hidden" in node.attrib:
        return _has(node, "key") and bool(_key(node))
    return node.get("aria-hidden") != "true" or node.find("b") is not None  # what is done stands in a sign, too


def _key(node: ET.Element) -> str:
    """What letters mean, without what lines do."""
    return "".join(_text(s) for s in node if not s.get("class")).strip() if node.tag == "p" else ""


def _apart(node: ET.Element) -> bool:
    """Whether style alone keeps it apart from its neighbours."""
    return not _has(node, *HEARD) and node.tag not in ("wbr", "br", "i") and bool(_text(node).strip())


def _is_listed(node: Node | None) -> bool:
    """Whether it is one of several that style alone keeps apart, though there is a blank between them."""
    if node is None or isinstance(node, str):
        return False
    return _has(node, "chip", "change") or (node.tag == "span" and not node.text and node.find("b") is not None)


def _repeats(details: ET.Element) -> bool:
    """Whether its name says nothing that does not stand in it; a question and what is to be copied do."""
    if _has(details, "whole"):
        return details.find("pre") is None and "id" not in details.attrib
    return details.find("dl") is not None or details.find("ul/li/span") is not None


def _is_small(node: Node | None) -> bool:
    """Whether only its size tells it from what it stands behind; what has a class is a sentence."""
    return isinstance(node, ET.Element) and node.tag == "small" and not node.get("class")


class _Writer:
    """Writes nodes as Markdown."""

    def __init__(self, ways: Ways) -> None:
        self.ways = ways

    # -- within a line ------------------------------------------------------------------------------------------------
    def line(self, nodes: list[Node]) -> str:
        """Give nodes as one line, or a part of one."""
        words = self._inner(nodes)
        words = _SPACE.sub(" ", words) if "  " in words or "\n" in words else words
        return _NEEDLESS.sub(lambda m: m[0] if m[1] else "", words).strip()

    def _inner(self, nodes: list[Node]) -> str:
        """Give nodes with the space around them; elements that only style keeps apart get a sign between them."""
        if len(nodes) == 1 and isinstance(nodes[0], str):
            return escape(nodes[0])
        shown = [n for n in nodes if isinstance(n, str) or _shown(n)]
        out = list[str]()
        for n, node in enumerate(shown):
            before, after = shown[n - 1] if n else None, shown[n + 1] if n + 1 < len(shown) else None
            if isinstance(node, str):
                listed = not node.strip() and ((_is_listed(before) and _is_listed(after)) or (n and _is_small(after)))
                out.append(BESIDE if listed else escape(node))
            else:
                apart = before is not None and not isinstance(before, str) and _apart(before) and _apart(node)
                words = self._one(node)
                words = self.ways.aside.format(words=words) if n and node.get("class") == "num" else words
                out.append(BESIDE + words if apart else words)
        return "".join(out)

    def _one(self, node: ET.Element) -> str:
        name = node.get("id")
        return anchor(name) + self._words(node) if name else self._words(node)

    def _words(self, node: ET.Element) -> str:
        if node.tag == "code":
            return self._code(node)
        if _has(node, "to"):
            return ARROW
        if node.tag in ("del", "ins"):
            return code(_text(node)) + (ARROW if node.tag == "del" else "")
        if node.tag == "br":
            return " "
        if node.tag == "img":
            return self._image(node.get("alt", ""), node.get("src", ""))
        words = self._inner(_children(node))
        if node.tag in ("a", "b", "strong") and words.strip():
            words = words.strip()
            return f"[{words}]({self.ways.href(node.get('href', ''))})" if node.tag == "a" else f"**{words}**"
        return words

    def _image(self, says: str, file: str) -> str:
        return f"![{escape(says)}]({self.ways.href(file)})"

    def _code(self, node: ET.Element) -> str:
        """Code; what was there before and what is there now each for itself."""
        if node.find("ins") is None:
            return code(_text(node))
        return " ".join(code(_text(c)) if c.tag in ("del", "ins") else escape(_text(c)).strip() for c in node)

    # -- blocks -------------------------------------------------------------------------------------------------------
    def blocks(self, nodes: Iterable[Node]) -> list[str]:
        """Give nodes as blocks; what stands within a line together is a paragraph."""
        out, line = list[str](), list[Node]()
        for node in nodes:
            if isinstance(node, str) or node.tag not in BLOCKS:
                line.append(node)
                continue
            out += self._paragraph(line)
            line = []
            out += self._block(node) if _shown(node) else []
        return out + self._paragraph(line)

    def _paragraph(self, nodes: list[Node]) -> list[str]:
        return [words] if nodes and (words := self.line(nodes)) else []

    def _block(self, node: ET.Element) -> list[str]:
        makers: dict[str, Callable[[ET.Element], list[str]]] = {
            "ul": self._list,
            "ol": self._list,
            "dl": self._terms,
            "table": self._table,
            "figure": self._figure,
            "details": self._details,
            "nav": self._nav,
            "pre": lambda pre: [fence(_language(pre), _text(pre))],
        }
        if make := makers.get(str(node.tag)):
            return make(node)
        name, inside = node.get("id"), _children(node)
        if node.tag in ("h2", "h3"):
            return [*([anchor(name)] if name else []), f"{'#' * int(str(node.tag)[1])} {self.line(inside)}"]
        if node.tag == "p":
            words = escape(_key(node)) if _has(node, "key") else self.line(inside)
            return [(anchor(name) if name else "") + words] if words else []
        return self.blocks(inside)

    def _figure(self, node: ET.Element) -> list[str]:
        """A map as the picture that stands beside the page, any other as its Mermaid text."""
        files = [a.get("href", "") for a in node.iter("a") if a.get("href", "").endswith((".svg", ".mmd"))]
        label = next((svg.get("aria-label", "") for svg in node.iter("svg")), "")
        if _has(node, "map"):
            return [self._image(label, files[0])]
        caption = self._paragraph([n for c in node.iter("figcaption") for n in _children(c)])
        return [*caption, fence("mermaid", self.ways.diagram(PurePosixPath(files[0]).stem))]

    def _details(self, node: ET.Element) -> list[str]:
        """What is folded, open; under its name where that says more than it does itself."""
        title, place = node.find("summary"), anchor(name) if (name := node.get("id")) else ""
        head = f"**{self.line(_children(title))}**" if title is not None and not _repeats(node) else ""
        return [*([place + head] if place or head else []), *self.blocks(_children(node))]

    def _nav(self, node: ET.Element) -> list[str]:
        """Where a reader is, in one line; or links in one line."""
        if not _has(node, "here"):
            return self._paragraph(_children(node))
        lead = "".join(self.line(_children(p)) for p in node.iter("p"))
        return [f"**{lead}**{self.ways.colon}{ARROW.join(map(self._stop, node.iter('li')))}"]

    def _stop(self, li: ET.Element) -> str:
        words = self.line(_children(li))
        return f"**{words}**" if _has(li, "now") else words

    # -- lists --------------------------------------------------------------------------------------------------------
    def _list(self, node: ET.Element) -> list[str]:
        items = [self._item(li) for li in node if li.tag == "li"]
        first = int(node.get("start", "1"))
        signs = [f"{first + n}. " if node.tag == "ol" else "- " for n in range(len(items))]
        return _items(zip(signs, items, strict=True))

    def _item(self, li: ET.Element) -> list[str]:
        inside = list[Node]()
        for node in _children(li):
            say = isinstance(node, ET.Element) and _has(node, "say")  # a box around a line
            inside += [" ", *_children(node)] if say and isinstance(node, ET.Element) else [node]
        name, made = li.get("id"), self.blocks(inside)
        return [anchor(name) + made[0], *made[1:]] if name and made else made

    def _terms(self, node: ET.Element) -> list[str]:
        """Terms and what is said of them, as a list; which routes a step is in is told where each of them is."""
        return _items(("- ", self._term(div)) for div in node if div.find("dd/a[@class='chip']/span") is None)

    def _term(self, div: ET.Element) -> list[str]:
        term, said = (_children(part) for tag in ("dt", "dd") for part in div.iter(tag))
        made = self.blocks(said)
        first = made.pop(0) if made and not _ITEM.match(made[0]) else ""
        return [f"**{self.line(term)}**{self.ways.colon}{first}".rstrip(), *made]

    # -- tables -------------------------------------------------------------------------------------------------------
    def _table(self, node: ET.Element) -> list[str]:
        """A table as wide as its widest row; a cell over rows stands in each of them."""
        rows, held = list[list[str]](), dict[int, tuple[int, str]]()  # column → rows to come, words
        for tr in node.iter("tr"):
            row, cells = list[str](), iter(tr)
            while len(row) in held or (cell := next(cells, None)) is not None:
                if (at := len(row)) in held:
                    left, words = held.pop(at)
                else:
                    assert cell is not None
                    left, words = int(cell.get("rowspan", "1")), self._cell(cell)
                row.append(words)
                if left > 1:
                    held[at] = left - 1, words
            if row and (name := tr.get("id")):
                row[0] = anchor(name) + row[0]
            rows.append(row)
        return [_rows(rows)] if rows else []

    def _cell(self, cell: ET.Element) -> str:
        words = "<br>".join(self.blocks(_children(cell))).replace("|", "\\|").replace("\n", " ")
        return f"**{words}**" if cell.get("scope") == "rowgroup" else words


def _items(items: Iterable[tuple[str, list[str]]]) -> list[str]:
    """A list: what follows the first line of an item is indented, lists right below it."""
    made = ["".join(_parts(sign, parts)) for sign, parts in items]
    return [("\n\n" if any("\n\n" in one for one in made) else "\n").join(made)] if made else []


def _parts(sign: str, parts: list[str]) -> Iterator[str]:
    yield sign + (parts[0] if parts else "")
    for before, part in pairwise(parts):
        inside = "\n".join(INDENT + line if line else "" for line in part.split("\n"))
        yield ("\n" if _ITEM.match(part) and "\n" not in before else "\n\n") + inside


def _rows(rows: list[list[str]]) -> str:
    width = max(map(len, rows))
    lines = [f"| {' | '.join([*row, *[''] * (width - len(row))])} |" for row in rows]
    return "\n".join([lines[0], f"|{'---|' * width}", *lines[1:]])
