"""What was built before stays until the new site is whole."""

from pathlib import Path

import pytest
from requestflow.mkdocs.unfinished import Unfinished, reveal


@pytest.fixture
def site(tmp_path: Path) -> Path:
    (tmp_path / "site/old").mkdir(parents=True)
    (tmp_path / "site/old/page.html").write_text("old", "utf-8")
    (tmp_path / "site/index.html").write_text("old", "utf-8")
    (tmp_path / "site/.git").write_text("kept", "utf-8")
    return tmp_path / "site"


def build(new: Unfinished) -> None:
    (new.folder / "zh").mkdir(parents=True)
    (new.folder / "index.html").write_text("new", "utf-8")


def files(site: Path) -> dict[str, str]:
    return {p.relative_to(site).as_posix(): p.read_text("utf-8") for p in site.rglob("*") if p.is_file()}


def test_a_whole_site_takes_the_place_of_what_was_built_before(site):
    new = Unfinished(site)
    build(new)
    assert files(site)["index.html"] == "old"
    new.finish()
    assert files(site) == {"index.html": "new", ".git": "kept"} and (site / "zh").is_dir()


def test_a_site_that_is_not_whole_leaves_no_trace(site):
    before, new = files(site), Unfinished(site)
    build(new)
    new.drop()
    assert files(site) == before and sorted(p.name for p in site.iterdir()) == [".git", "index.html", "old"]


def test_where_nothing_was_built_before_nothing_is_left(tmp_path):
    new = Unfinished(tmp_path / "site")
    build(new)
    new.drop()
    assert not (tmp_path / "site").exists()
    Unfinished(tmp_path / "site").drop()


def test_the_other_language_is_built_inside_the_first(site):
    first = Unfinished(site)
    build(first)
    other = Unfinished(first.folder / "zh")
    assert other.folder == first.folder / "zh"
    other.finish()
    other.drop()
    assert (first.folder / "zh").is_dir()


def test_a_hidden_folder_gets_its_name_in_the_place_of_what_has_it(site):
    for folder, text in ((".zh", "new"), ("zh", "old")):
        (site / folder).mkdir()
        (site / folder / "index.html").write_text(text, "utf-8")
    reveal(site / ".zh")
    reveal(site / "zh")  # is shown already
    assert (site / "zh/index.html").read_text("utf-8") == "new" and not (site / ".zh").exists()
