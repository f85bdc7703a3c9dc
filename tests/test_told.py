"""Who tells of a failure on a page leads to it: what quotes an error text, or an exit code of curl, links to /fix/."""

import re
from collections.abc import Iterator

import pytest
from houses import ROOT
from requestflow.model import faults
from requestflow.model.values import PLACEHOLDER
from requestflow.pages import loop, markdown, sections
from requestflow.view.faults import PAGE

KNOWN = faults.read(ROOT / faults.SHOWN)
TREES = loop.load(ROOT / "docs")
MADE_FROM_DATA = {PAGE, "reference/glossary.md"}
SOURCES = {"sources"}  # headings below which others are cited
FAILING = r"[5-7]|1[68]|28|35|47|5[256]|60|92"  # exit codes of curl that pages tell of; a version has a dot behind it
CURL = re.compile(rf"curl (?:gives |exits with |以 ?)?(?:{FAILING})(?!\.?\d)", re.I)
ERRNO = re.compile(r"\(\d+: [^()]+\)")  # the number of an error, as nginx prints it
SHORT = ("connection refused", "连接被拒绝", "SSL_ERROR_SYSCALL")  # known by fewer words, where they are quoted
QUOTED = re.compile("|".join(rf"[`*\"“]{words}[`*\"”]" for words in SHORT), re.I)
BEGINS = re.compile(r"\s*(?:\||[-*] |\d+\. )")  # a row or an item: it tells by itself
LINK = re.compile(r"\]\([^)\s]*fix/index\.md#([\w-]+)\)")


def says_much(text: str) -> bool:
    return len(PLACEHOLDER.sub("", text).split()) >= 3 or bool(ERRNO.search(text))


TEXTS = {text for fault in KNOWN.faults.values() for text in fault.texts if says_much(text)}


def told(source: str) -> Iterator[tuple[int, str]]:
    """The paragraphs, items and rows of a page, each with the number of its first line; no code, heading or source."""
    for section in sections.sections(source):
        if section.heading and section.heading.id in SOURCES:
            continue
        first, lines = 0, list[str]()
        for n, line in [*section.text[bool(section.heading) :], (0, "")]:
            if lines and (not line.strip() or BEGINS.match(line) or n != first + len(lines)):
                yield first, " ".join(lines)
                lines = []
            if line.strip():
                first, lines = (first, [*lines, line]) if lines else (n, [line])


def failures(words: str) -> set[str]:
    """What a paragraph quotes of failures."""
    low = words.lower()
    texts = {text for text in TEXTS if text.lower() in low}
    return texts | {m[0] for pattern in (CURL, ERRNO, QUOTED) for m in pattern.finditer(words)}


def leads(words: str) -> bool:
    """Whether a paragraph links to a failure or symptom, and to that of the texts it quotes."""
    to = set(LINK.findall(words))
    of_text = {text: {n for n, f in KNOWN.faults.items() if text in f.texts} for text in failures(words) & TEXTS}
    right = all(to & {*names, *(s for n in names for s in KNOWN.faults[n].symptoms)} for names in of_text.values())
    return right and bool(to & {*KNOWN.faults, *KNOWN.symptoms})


@pytest.mark.parametrize("language", TREES)
def test_what_quotes_an_error_text_or_an_exit_code_of_curl_links_to_its_failure(language: str):
    found = [
        (f"docs/{language}/{page}:{n}", words)
        for page, source in TREES[language].items()
        if page not in MADE_FROM_DATA
        for n, words in told(source)
        if failures(words)
    ]
    assert len(found) > 25
    assert [(place, sorted(failures(words))) for place, words in found if not leads(words)] == []


@pytest.mark.parametrize(
    ("words", "held"),
    {
        "The log says `connect() failed (111: Connection refused)`.": False,
        "Its log: upstream prematurely closed connection while reading response header from upstream": False,
        "The Pod is gone: `No route to host`.": False,
        "The Pod is gone: [`No route to host`](../fix/index.md#pod-gone).": True,
        "The Pod is gone: [`No route to host`](../fix/index.md#refused).": True,
        "The Pod is gone: [`No route to host`](../fix/index.md#throttled).": False,
        'The caller reads "connection refused".': False,
        "It ends in a timeout, curl 28.": False,
        "It ends in a timeout, [curl 28](../fix/index.md#timeout).": True,
        "It ends in a timeout, [curl 28](../fix/index.md#timeouts).": False,
    }.items(),
)
def test_a_paragraph_leads_to_what_it_tells(words: str, held: bool):
    assert failures(words)
    assert leads(words) is held


def test_what_is_measured_with_a_version_of_curl_tells_no_failure():
    assert failures("Measured with curl 7.88.1, in curl 8.19 too; a refused connection.") == set()


def test_items_rows_and_paragraphs_stand_by_themselves():
    source = "# P {#p}\n\na\nb\n\n- c\n  d\n- e\n\n```text\nf\n```\n\n| g |\n|---|\n| h |\n\n## S {#sources}\n\n- i\n"
    assert [(n, words.strip()) for n, words in told(source) if "---" not in words] == [
        (3, "a b"), (6, "- c   d"), (8, "- e"), (14, "| g |"), (16, "| h |"),
    ]  # fmt: skip
    assert markdown.lines_of(source)[2] == "a"
