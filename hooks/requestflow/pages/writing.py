"""What a writer almost wrote: near-misses in a page's source that Markdown would show, or lose, without a word."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher, get_close_matches
from functools import lru_cache

from ..model.values import PLACEHOLDER, UnknownValue, Values
from ..problems import Problem, nearest
from . import folds, markdown, matter
from .markdown import PAGES, Comment, Fence, Heading
from .matter import Fault

OPTIONS = ("title", "hl_lines", "linenums")  # of a fence that is not a quotation
ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
INVISIBLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff]")
LANGUAGES = (
    *("bash", "sh", "console", "text", "yaml", "json", "toml", "ini", "nginx", "http", "md", "html", "css", "js"),
    *("python", "go", "c", "diff", "docker", "mermaid"),
)
LANGUAGE = re.compile(r"[\w#+-]+")
LANGUAGE_LINE = re.compile(r"""\.?[\w#+-]+(?:\s+(?:title|hl_lines|linenums)=(?:"[^"]*"|'[^']*'))*""")
ALMOST_FENCE = re.compile(r"^\s*(?:`{1,2}(?!`)|[´‘’']{3,}|(?:>\s*)+(?:`{3,}|~{3,}))\s*[{｛]\s*\.")
ALMOST_HEADING = re.compile(r"^(?: {1,3}#{1,6}[ \t]|\s*[#＃]*＃)")
UNDERLINE = re.compile(r"(?:=+|-+) *")
STRAY_FLOW = re.compile(r"(?<![A-Za-z0-9_-])flow[:：](?=[A-Za-z])", re.IGNORECASE)
ALMOST_VALUE = re.compile(r"(?<!\$)[{｛]\s*([A-Za-z][\w.:-]*)\s*[}｝]")
IN_BRACES = re.compile(r"(?<![$\\{｛])[{｛]{1,2}\s*(?P<name>[A-Za-z][\w.:-]*)(?:\s*[}｝]{1,2}|(?=\s|$))")
FILLED = "Add .flow to the fence, which fills it in."
FIRST_WORD = re.compile(r"\W*(?P<word>[A-Za-z]+)(?P<sign>\s*(?:[^\w\s]|_)*)\s*(?P<then>[A-Za-z]*)")
WORD = re.compile(r"[a-z]+")
NEAR = 0.75  # how like a marker's word another must be


def faults(place: str, source: str, values: Values) -> Iterator[Problem]:
    """Give what stands wrongly in a page's source."""
    found = [*_by_itself(source), *_braces(source, values), *_nearly_filled(source, values)]
    for line, what, fix in sorted(found, key=lambda fault: fault[0]):
        yield Problem(f"{place}:{line}", what, fix)


@lru_cache(PAGES)
def _by_itself(source: str) -> tuple[Fault, ...]:
    """What is wrong whatever the definition says."""
    looks = matter.faults, _characters, _fences, _comments, _headings, _lines, folds.faults
    return tuple(fault for look in looks for fault in look(source))


# -- characters -------------------------------------------------------------------------------------------------------
def _characters(source: str) -> Iterator[Fault]:
    for n, line in enumerate(markdown.lines_of(source), 1):
        if m := INVISIBLE.search(line):
            yield n, f"holds the invisible character U+{ord(m[0]):04X}.", "Delete it."


# -- headings ---------------------------------------------------------------------------------------------------------
def _headings(source: str) -> Iterator[Fault]:
    for h in markdown.headings(source):
        if problem := _heading(h):
            yield h.line, *problem
    outside = dict(markdown.lines_outside_code(source))
    for n, line in outside.items():
        if UNDERLINE.fullmatch(line) and (title := outside.get(n - 1, "").strip()):
            fix = f"Write '## {title[:40]}', or put an empty line before the rule."
            yield n - 1, f"'{title[:40]}' is underlined, which makes it a heading.", fix


def _heading(h: Heading) -> tuple[str, str] | None:
    bare = markdown.without_code(h.title)
    if h.ids > 1:
        return f"the heading '{h.title}' has {h.ids} ids.", "Keep the one that links use."
    if re.search(r"\{\s*[#.:]", bare):
        return f"the heading '{h.title}' has braces that are no attributes of it.", "Write ' {#its-id}' once, last."
    if re.search(r"[{}｛｝]\s*$", bare):
        return f"the heading '{h.title}' ends in a brace.", "Write ' {#its-id}' after a space, last on the line."
    if h.id is not None and not ID.fullmatch(h.id):
        kind = "is not ASCII" if not h.id.isascii() else "is not a good id"
        return f"the id '{h.id}' {kind}.", "Use small ASCII letters, digits and hyphens, the same in both languages."
    return None


# -- fences -----------------------------------------------------------------------------------------------------------
def _fences(source: str) -> Iterator[Fault]:
    for fence in markdown.fences(source):
        if not fence.closed:
            yield fence.first, "the fence is never closed.", f"End it with a line '{fence.indent}{fence.ticks}'."
        elif problem := _fence(fence):
            yield fence.first, *problem


def _fence(fence: Fence) -> tuple[str, str] | None:
    if not fence.info.startswith("{"):
        if not fence.info or LANGUAGE_LINE.fullmatch(fence.info):
            return _language(fence.info.split()[0] if fence.info else "")
        return f"'{fence.info}' is no language of a fence.", _fence_form(fence.info)
    m = markdown.ATTRIBUTE_FENCE.match(fence.info)
    words = markdown.ATTRIBUTE.findall(m["list"]) if m else []
    wrong = [w for w in words if not w.startswith(".") and w.split("=")[0] not in ("from", *OPTIONS)]
    if not m or wrong or any("=" not in w for w in words if not w.startswith(".")):
        return f"the fence's '{fence.info}' cannot be read.", _fence_form(fence.info)
    for name in fence.classes:
        if name not in ("flow", "recorded", fence.language) or not LANGUAGE.fullmatch(name):
            fix = nearest(name.lower(), ("flow", "recorded")) or "A fence has a language and .flow or .recorded."
            return f"the fence has an unknown class '.{name}'.", fix
    if {"flow", "recorded"} <= set(fence.classes):
        return "the fence is both .flow and .recorded.", "Recorded output is never filled in: drop one."
    if "recorded" in fence.classes and set(fence.attributes) - {"from"}:
        return "recorded output has no attribute but 'from'.", "Write {.text .recorded from=NAME}."
    if "recorded" not in fence.classes and "from" in fence.attributes:
        return "the fence has 'from', but is not .recorded.", "Write {.text .recorded from=NAME}."
    return _language(fence.language)


@lru_cache(PAGES)
def _language(word: str) -> tuple[str, str] | None:
    word = word.lstrip(".")
    if near := nearest(word.lower(), ("flow", "recorded")):
        return f"'{word}' stands in the place of the fence's language.", f"Name the language first. {near}"
    if word and word not in LANGUAGES:
        fix = nearest(word.lower(), LANGUAGES) or f"Known: {', '.join(LANGUAGES)}."
        return f"the fence has an unknown language '{word}'.", fix
    return None


def _fence_form(info: str) -> str:
    return "Write {.text .recorded from=NAME}." if "rec" in info else "Write ```bash, or ``` {.bash .flow}."


# -- markers ----------------------------------------------------------------------------------------------------------
def _comments(source: str) -> Iterator[Fault]:
    lines = markdown.lines_of(source)
    for c in markdown.comments(source):
        whole = lines[c.line - 1]
        if not c.closed:
            yield c.line, "the comment is never closed.", "End it with '-->'."
        elif not markdown.MARKER.match(whole) and _almost_marker(c.text):
            yield c.line, *_marker_fix(c, whole)


def _marker_fix(c: Comment, whole: str) -> tuple[str, str]:
    if markdown.MARKER.match(f"<!--{c.text}-->") and "\n" not in c.text:
        return "has a marker that is not alone on its line.", "Give it a line of its own."
    said = " ".join(c.text.split())
    words = WORD.findall(said.lower())
    near = next((close[0] for w in words[:2] if (close := get_close_matches(w, markdown.MARKERS, 1, NEAR))), None)
    form = f"{near} {markdown.MARKERS[near]}".rstrip() if near else "WORD …"
    return (
        f"the comment '{said[:50]}' looks like a marker, but is none.",
        f"Write <!-- flow:{form} --> on one line, or begin the comment with another word.",
    )


def _almost_marker(comment: str) -> bool:
    """Whether the text of a comment was meant as a marker."""
    m = FIRST_WORD.match(comment)
    if not m:
        return False
    word, sign, then = m["word"].lower(), m["sign"].strip(), m["then"].lower()
    is_marker = bool(get_close_matches(then, markdown.MARKERS, 1, NEAR))
    if word in ("flow", "flows"):
        return is_marker or sign[:1] in (*":：;；.=/|\\",)
    if SequenceMatcher(None, "flow", word).ratio() > 0.7 and len(word) < 7:
        return sign in (":", "：") or (bool(sign) and is_marker)
    first, *arguments = comment.split() or [""]
    name = first.strip(":").lower().removeprefix("flow")
    form = markdown.MARKERS.get(name)
    return form is not None and len(arguments) == len(form.split()) and all(map(ID.fullmatch, arguments))


# -- links, values and what only looks like Markdown ------------------------------------------------------------------
def _lines(source: str) -> Iterator[Fault]:
    for (n, line), (_, text) in zip(markdown.lines_outside_code(source), markdown.prose(source), strict=True):
        if ALMOST_FENCE.match(line):
            yield n, "looks like a code fence, but is none.", "Begin the line with three backticks, outside quotes."
        if ("#" in text or "＃" in text) and ALMOST_HEADING.match(text):
            yield n, "looks like a heading, but is none.", "Begin the line with '#'."
        if "flow" not in text.lower():
            continue
        linked = {m.start("name") for m in markdown.FLOW_TARGET.finditer(text)}
        for m in STRAY_FLOW.finditer(text):
            if m.end() not in linked or m[0] != "flow:":
                end = text[m.start() :].split()[0]
                yield n, f"'{end[:40]}' is neither a link nor a marker.", "Write [text](flow:ID) or [](flow:NAME)."


def _nearly_filled(source: str, values: Values) -> Iterator[Fault]:
    """Values in a fence that is filled in, with a brace too few or too many, or otherwise written than a value."""
    for n, name, written in _in_filled(source):
        if _is_value(values, name):
            yield n, f"'{written}' is not filled in as it stands.", f"Write {{{name}}}."


@lru_cache(PAGES)
def _in_filled(source: str) -> tuple[tuple[int, str, str], ...]:
    lines, out = markdown.lines_of(source), list[tuple[int, str, str]]()
    for fence in markdown.fences(source):
        for n in range(fence.first + 1, fence.last) if "flow" in fence.classes else ():
            line = lines[n - 1]
            for m in IN_BRACES.finditer(line) if "{" in line or "｛" in line else ():
                if not PLACEHOLDER.fullmatch(m[0]):
                    out.append((n, m["name"].lower(), m[0]))
    return tuple(out)


def _braces(source: str, values: Values) -> Iterator[Fault]:
    """Values left in braces where nothing fills them in: in fences and code as written, in prose also nearly so."""
    for n, name, written, where in _in_braces(source):
        if _is_value(values, name):
            yield n, f"'{written}' stays in braces here.", FILLED if where == "fence" else f"Write [](flow:{name})."
        elif where == "prose" and (near := nearest(name, values.all())):
            yield n, f"'{written}' stays in braces here.", f"Write [](flow:NAME) for a value. {near}"


@lru_cache(PAGES)
def _in_braces(source: str) -> tuple[tuple[int, str, str, str], ...]:
    """Line, name, and how and where ('fence', 'code' or 'prose') everything in braces is written that nobody fills."""
    fences, out = {n: f for f in markdown.fences(source) for n in f.lines}, list[tuple[int, str, str, str]]()
    begin = markdown.front_matter(source).count("\n")
    for n, line in enumerate(markdown.lines_of(source), 1):
        fence = fences.get(n)
        if not ("{" in line or "｛" in line) or n <= begin or (fence and {"flow", "recorded"} & set(fence.classes)):
            continue
        found, prose = {m[1]: m[0] for m in PLACEHOLDER.finditer(line)}, "" if fence else markdown.without_code(line)
        found |= {m[1].lower(): m[0] for m in ALMOST_VALUE.finditer(prose)}
        for name, written in found.items():
            out.append((n, name, written, "fence" if fence else "prose" if written in prose else "code"))
    return tuple(out)


def _is_value(values: Values, name: str) -> bool:
    try:
        return bool(values(name))
    except UnknownValue:
        return False
