"""Reading Markdown sources as Python-Markdown reads them: front matter, headings, markers, fences, line by line."""

import re
from dataclasses import dataclass
from functools import lru_cache

MARKERS = {  # word → what follows it
    **dict.fromkeys(("here", "picture", "passes"), "ROUTE STAGE"),
    **dict.fromkeys(("pictures", "ladder", "map", "destinations", "route", "captures"), "ROUTE"),
    "calls": "PROCEDURE",
    "boxes": "BOX",
    **dict.fromkeys(("steps", "routes", "seen", "compare", "own", "keys", "ours", "glossary", "versions"), ""),
    **{"breaks": "TABLE", "fix": "SYMPTOM", "symptoms": "", "hops": "", "statuses": ""},
    **{"reading": "LIST", "readings": "", "questions": "GROUP", "linked": "STEP", "embedded": "ROUTE"},
}
OF_OTHERS = {"reading", "readings", "questions"}  # these say what other pages are called
FRONT_MATTER = re.compile(r"-{3}[ \t]*\n(?P<yaml>.*?\n)(?:\.{3}|-{3})[ \t]*\n", re.DOTALL)  # as MkDocs finds it
HEADING = re.compile(r"(?P<level>#{1,6})(?P<text>(?:\\.|[^\\#]|#+(?=[^#]))*?)#*")  # as Python-Markdown finds it
ATTRIBUTE_LIST = re.compile(r"[ \t]+\{:?[ \t]*(?P<list>[^{}]*)\}[ \t]*$")
ATTRIBUTE = re.compile(r"""[^ \t=]+="[^"]*"|[^ \t=]+='[^']*'|[^ \t=]+=[^ \t=]+|[^ \t=]+""")
MARKER = re.compile(r"^\s*<!--\s*flow:(\S*)\s*(.*?)\s*-->\s*$")
COMMENT = re.compile(r"<!--.*?-->", re.S)
CODE_SPAN = re.compile(r"(?<![`\\])(`+)(?!`).*?(?<!`)\1(?!`)")
FENCE = re.compile(r"^(?P<indent>[ \t]*)(?P<ticks>`{3,}|~{3,})[ \t]*(?P<info>.*)$")
ATTRIBUTE_FENCE = re.compile(r"^\{[ \t]*(?P<list>[^{}]*)\}$")
FLOW_TARGET = re.compile(r"(?P<empty>\[\s*)?\](?:\(\s*|:\s+)<?flow:(?P<name>[\w.:-]+)")  # empty: a value, not a link
PAGES = 256  # whose parts are kept: every check asks for them anew


@dataclass(frozen=True)
class Heading:
    """One heading of a page; `attributes` are those that are neither id nor class, as written."""

    line: int
    level: int
    title: str
    id: str | None
    classes: tuple[str, ...]
    attributes: tuple[str, ...] = ()
    ids: int = 1  # how many are written

    @property
    def is_step(self) -> bool:
        return "step" in self.classes


@dataclass(frozen=True)
class Fence:
    """A code fence: its first and last line (from 1), its language, classes and `key=value` attributes."""

    first: int
    last: int
    indent: str
    ticks: str
    language: str
    classes: tuple[str, ...]
    attributes: dict[str, str]
    info: str = ""  # what follows the ticks, as written
    closed: bool = True

    @property
    def lines(self) -> range:
        return range(self.first, self.last + 1)


@dataclass(frozen=True)
class Comment:
    """An HTML comment outside code: the line it starts on, its text, whether it ends."""

    line: int
    text: str
    closed: bool


@lru_cache(PAGES)
def lines_of(source: str) -> tuple[str, ...]:
    """Give the lines as Markdown counts them: only a newline ends one."""
    return tuple(source.removesuffix("\n").split("\n"))


def front_matter(source: str) -> str:
    """Give the front matter with the lines around it, as it stands in the file; or nothing."""
    m = FRONT_MATTER.match(source)
    return m[0] if m else ""


@lru_cache(PAGES)
def lines_outside_code(source: str) -> tuple[tuple[int, str], ...]:
    """Give number and text of every line outside front matter, code fences and comments that fill their lines."""
    inside = {n for f in fences(source) for n in f.lines} | set(range(1, front_matter(source).count("\n") + 1))
    out, comment = list[tuple[int, str]](), False
    for n, line in enumerate(lines_of(source), 1):
        if n in inside:
            continue
        if comment or line.lstrip().startswith("<!--"):
            comment = "-->" not in line
        else:
            out.append((n, line))
    return tuple(out)


@lru_cache(PAGES)
def prose(source: str) -> tuple[tuple[int, str], ...]:
    """Give the lines outside code with their code spans emptied."""
    return tuple((n, without_code(line)) for n, line in lines_outside_code(source))


@lru_cache(PAGES)
def headings(source: str) -> tuple[Heading, ...]:
    """Give every heading outside code, in order."""
    found = [(n, line) for n, line in lines_outside_code(source) if line.startswith("#")]
    return tuple(_heading(n, m) for n, line in found if (m := HEADING.fullmatch(line)))


def _heading(line: int, m: re.Match[str]) -> Heading:
    text = m["text"].strip()
    attributes = ATTRIBUTE_LIST.search(f" {text}")
    title = f" {text}"[: attributes.start()] if attributes else text
    words = ATTRIBUTE.findall(attributes["list"]) if attributes else []
    ids = [w[1:] for w in words if w.startswith("#")]
    return Heading(
        line,
        len(m["level"]),
        title.strip().rstrip("#").strip(),
        ids[-1] if ids else None,
        tuple(w[1:] for w in words if w.startswith(".")),
        tuple(w for w in words if w[0] not in "#."),
        len(ids),
    )


def heading(h: Heading, *more: str) -> str:
    """Write a heading so that Markdown reads it as we do, with more attributes; braces in its title stay text."""
    words = [f"#{h.id}", *(f".{c}" for c in h.classes), *h.attributes, *more]
    return f"{'#' * h.level} {_without_braces(h.title)} {{{' '.join(words)}}}"


def _without_braces(title: str) -> str:
    out, at = [], 0
    for code in [*CODE_SPAN.finditer(title), None]:
        text = title[at : code.start() if code else None]
        out += [text.replace("{", "&#123;").replace("}", "&#125;"), code[0] if code else ""]
        at = code.end() if code else at
    return "".join(out)


def without_code(line: str) -> str:
    """Give a line with its code spans emptied."""
    return CODE_SPAN.sub("``", line) if "`" in line else line


@lru_cache(PAGES)
def text(source: str) -> str:
    """Give a page with its front matter, fences, code spans and comments emptied, each line where it was."""
    return COMMENT.sub(lambda m: "\n" * m[0].count("\n"), _without_any_code(source))


@lru_cache(PAGES)
def _without_any_code(source: str) -> str:
    inside = {n for f in fences(source) for n in f.lines} | set(range(1, front_matter(source).count("\n") + 1))
    return "\n".join("" if n in inside else without_code(line) for n, line in enumerate(lines_of(source), 1))


def comments(source: str) -> list[Comment]:
    """Give every comment outside fences and code spans."""
    text = _without_any_code(source)
    out, at = list[Comment](), 0
    while (start := text.find("<!--", at)) >= 0:
        end = text.find("-->", start + 4)
        out.append(Comment(text.count("\n", 0, start) + 1, text[start + 4 : end if end >= 0 else None], end >= 0))
        at = end + 3 if end >= 0 else len(text)
    return out


@lru_cache(PAGES)
def fences(source: str) -> tuple[Fence, ...]:
    """Give every code fence, in order; one that is never closed ends with the page."""
    out: list[Fence] = []
    lines = lines_of(source)
    opened: re.Match[str] | None = None
    first = 0
    for n, line in enumerate(lines, 1):
        m = FENCE.match(line)
        if opened is None:
            if m and not (m["ticks"][0] == "`" and "`" in m["info"]):
                opened, first = m, n
        elif m and m["ticks"] == opened["ticks"] and not m["info"].strip():
            out.append(_fence(opened, first, n))
            opened = None
    if opened is not None:
        out.append(_fence(opened, first, len(lines) + 1, closed=False))
    return tuple(out)


def _fence(m: re.Match[str], first: int, last: int, closed: bool = True) -> Fence:
    info = m["info"].strip()
    attributes = ATTRIBUTE_FENCE.match(info)
    words = ATTRIBUTE.findall(attributes["list"]) if attributes else [f".{info.split()[0].lstrip('.')}"] if info else []
    classes = [w[1:] for w in words if w.startswith(".")]
    pairs = dict(w.split("=", 1) for w in words if "=" in w and not w.startswith("."))
    language = next((c for c in classes if c not in ("flow", "recorded")), "")
    values = {k: v.strip("\"'") for k, v in pairs.items()}
    return Fence(first, last, m["indent"], m["ticks"], language, tuple(classes), values, info, closed)
