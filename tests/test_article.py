"""Every point of the article has its row, every correction its section, in both languages."""

import re
from pathlib import Path

import pytest
from requestflow.pages.markdown import headings

ROOT = Path(__file__).parents[1]
POINTS = 43  # paragraphs and list entries of the article, in its order
CORRECTIONS = [f"c-{n:02}" for n in range(1, 30)]


def page(language: str) -> str:
    return (ROOT / "docs" / language / "reference/article.md").read_text("utf-8")


def rows(language: str) -> list[list[str]]:
    """The table of points: a list of cells for each row that starts with a number."""
    lines = [line for line in page(language).splitlines() if re.match(r"\| *\d+ *\|", line)]
    return [re.split(r"(?<!\\)\|", line)[1:-1] for line in lines]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_point_has_a_row_with_a_page(language: str):
    assert [int(r[0]) for r in rows(language)] == list(range(1, POINTS + 1))
    for row in rows(language):
        assert ".md" in row[2], f"point {row[0]} is covered by no page"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_correction_has_a_section_and_is_named_by_a_point(language: str):
    assert [h.id for h in headings(page(language)) if re.fullmatch(r"c-\d+", h.id or "")] == CORRECTIONS
    named = {c for row in rows(language) for c in re.findall(r"#(c-\d+)", row[4])}
    assert named == set(CORRECTIONS)


def test_both_languages_point_at_the_same_pages_and_steps():
    for en, zh in zip(rows("en"), rows("zh"), strict=True):
        for cell in (2, 3, 4):
            assert re.findall(r"\]\((.*?)\)", en[cell]) == re.findall(r"\]\((.*?)\)", zh[cell]), f"point {en[0]}"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_correction_is_linked_from_a_page_that_explains_it(language: str):
    docs = ROOT / "docs" / language
    others = [f.read_text("utf-8") for f in docs.rglob("*.md") if f.name != "article.md"]
    missing = [c for c in CORRECTIONS if not any(f"article.md#{c}" in text for text in others)]
    assert not missing
