"""Control is drawn and told once: the table below a picture of calls has its arrows as rows, in its order."""

import re
from collections.abc import Iterator

import pytest
from requestflow.model.definition import LANGUAGES, Flow, Language
from requestflow.pages import loop
from worlds import ROOT

PAGES = loop.load(ROOT / "docs")
MARKER = re.compile(r"<!-- flow:calls ([\w-]+) -->")
ARROWS = {"en": "Rows 1 to {} are the arrows", "zh": "第 1 到 {} 行就是图中的箭头"}  # of a table with more rows
NUMBERS = re.compile(r"^\| (\d+)(?:-(\d+))? \|", re.MULTILINE)


def told(source: str) -> Iterator[tuple[str, list[int]]]:
    """Each picture of a page, and the numbers of the rows of the first table below it."""
    for marker in MARKER.finditer(source):
        table = re.search(r"^\| # \|.*?\n\n", source[marker.end() :], re.MULTILINE | re.DOTALL)
        rows = NUMBERS.findall(table[0]) if table else []
        yield marker[1], [n for first, last in rows for n in range(int(first), int(last or first) + 1)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_procedure_is_drawn_on_one_page(flow: Flow, language: Language):
    drawn = [name for source in PAGES[language].values() for name, _ in told(source)]
    assert sorted(drawn) == sorted(flow.procedures)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_table_below_has_a_row_for_each_arrow_in_its_order(flow: Flow, language: Language):
    for page, source in PAGES[language].items():
        for name, numbers in told(source):
            arrows = [*range(1, len(flow.procedures[name].calls) + 1)]
            more = ARROWS[language].format(len(arrows)) in source
            assert (numbers[: len(arrows)] if more else numbers) == arrows, (language, page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_moment_of_a_pod_says_what_a_caller_reads(language: Language):
    for page in ("node/pod-goes.md", "node/pod-comes.md"):
        table = re.search(r"^\| # \|.*?\n\n", PAGES[language][page], re.MULTILINE | re.DOTALL)
        assert table
        for row in table[0].strip().splitlines()[2:]:
            cells = [cell.strip() for cell in row.strip("|").split(" | ")]
            assert len(cells) == 4 and all(cells), row
