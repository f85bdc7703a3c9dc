"""The benchmark reads, compresses, compares and judges what it says it does; measuring itself is not tested."""

import gzip
import shutil
import subprocess
from pathlib import Path
from urllib.request import urlopen

import pytest
from houses import ROOT
from requestflow.__main__ import check

from bench import builds, earlier, growth, report, saves, serve, table, variants, visits
from bench.builds import Took
from bench.saves import Save
from bench.visits import Visit
from tools.machine import Failed, copy_house


# -- the server, whose bytes are counted -------------------------------------------------------------------------------
@pytest.fixture
def server(tmp_path: Path):
    server = serve.Server({"/elsewhere.js": tmp_path / "runtime.js"})
    server.folder = tmp_path
    yield server
    server.close()


def test_the_server_compresses_text_and_counts_heads_too(server, tmp_path: Path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a/index.html").write_text("<p>same</p>" * 1000, "utf-8")
    with urlopen(f"{server.address}a/?x=1") as answer:
        body = answer.read()
    assert gzip.decompress(body).startswith(b"<p>same</p>") and len(body) < 200
    (sent,) = server.sent
    assert sent.path == "/a/" and sent.kind == "text/html" and len(body) < sent.size < len(body) + 200


def test_the_server_has_files_of_other_places_and_leaves_pictures_as_they_are(server, tmp_path: Path):
    (tmp_path / "runtime.js").write_text("run()", "utf-8")
    (tmp_path / "b.png").write_bytes(b"\x89PNG" * 50)
    assert gzip.decompress(urlopen(f"{server.address}elsewhere.js").read()) == b"run()"
    assert urlopen(f"{server.address}b.png").read() == b"\x89PNG" * 50


def test_what_is_not_there_is_counted_as_an_answer(server):
    with pytest.raises(OSError, match="404"):
        urlopen(f"{server.address}no.html")
    assert [sent.path for sent in server.sent] == ["/no.html"]


# -- the tables --------------------------------------------------------------------------------------------------------
def test_numbers_are_medians_with_their_spread():
    assert table.spread([3, 1, 2]) == "2 (1–3)" and table.spread([2.04, 2.01], ".1f") == "2.0"
    assert (table.times(1, 4), table.times(1, 0), table.kilobytes(1536)) == ("0.25", "–", "1.5")


def test_columns_line_up():
    lines = table.table("Title", ["", "KB"], [["a", "10.5"], ["longer", "1"]]).splitlines()
    assert lines == ["Title", "          KB", "------  ----", "a       10.5", "longer     1"]


@pytest.mark.parametrize(
    ("visit", "over"),
    [
        (Visit("", 90_000, 0, 160_000), []),
        (Visit("", 90_001, 0, 160_000), ["first visit, heaviest (/)"]),
        (Visit("", 90_000, 1, 160_000), ["requests after a page has loaded, most"]),
        (Visit("", 90_000, 0, 160_001), ["search opened, one word typed, most"]),
    ],
)
def test_the_heaviest_visit_decides(visit: Visit, over: list[str]):
    light = Visit("light/", 10, 0, 10)
    assert [t.what for t in report.visit_targets([light, visit, light]) if not t.met] == over


def test_saves_are_compared_file_by_file_and_what_takes_too_long_is_over():
    took = {"earlier": [8.0, 9.0], "ours": [2.0, 4.5]}
    found = [Save(side, file, Took(took[side][n], 1)) for side in took for n, file in enumerate(("page", "flow"))]
    assert "page, on the clock      8.00  2.00        0.25" in report.saves(found)
    targets = report.save_targets(found)
    assert [t.met for t in targets] == [True, False]
    assert "flow saved, then shown   ≤ 3 s  4.50 s  over" in report.verdicts(targets)


# -- what is compared with what ----------------------------------------------------------------------------------------
def test_the_words_of_a_page_are_those_of_its_article(tmp_path: Path):
    page = tmp_path / "page.html"
    page.write_text(
        '<nav>no</nav><article>\n<p class="x">A &amp; <a class=y href="../z/#q">b</a></p></article>', "utf-8"
    )
    assert builds.words(page) == ["<article>", "<p>", "A", "&", "<a>../z/#q", "b", "</a>", "</p>", "</article>"]


def test_a_page_with_other_words_is_named_and_one_that_is_missing_stops(tmp_path: Path):
    for side, text in (("ours", "one"), ("expanded", "two")):
        for name in ("same", "other"):
            (tmp_path / side / name).mkdir(parents=True)
            words = text if name == "other" else "alike"
            (tmp_path / side / name / "index.html").write_text(f"<article>{words}</article>", "utf-8")
    found = builds.compare(tmp_path / "ours", tmp_path / "expanded")
    assert (found.pages, found.different) == (2, ["other"])
    (tmp_path / "expanded/same/index.html").unlink()
    with pytest.raises(Failed, match="lacks same"):
        builds.compare(tmp_path / "ours", tmp_path / "expanded")


def test_a_definition_that_has_grown_is_accepted_and_has_that_many_steps(tmp_path: Path):
    house = copy_house(tmp_path / "house")
    root = growth.grown(house, tmp_path / "twice", 2)
    assert len(growth.definition(root)["steps"]) == 2 * len(growth.definition(house)["steps"])
    assert check(root) == 0


def test_every_drawn_thing_of_our_pages_has_its_place_in_the_variants():
    pages = [p.read_text("utf-8") for p in (ROOT / "docs").rglob("*.md")]
    found = {m[1] for text in pages for m in variants.MARKER.finditer(text)}
    assert found == {"picture", "pictures", "calls", "ladder", "whole", "boxes"}


def test_what_is_replaced_by_a_save_is_there():
    for file, (old, _, page) in saves.SAVES.items():
        assert old in (ROOT / file).read_text("utf-8")
        assert (ROOT / "docs/en" / page.removeprefix("zh/").rstrip("/")).with_suffix(".md").is_file()
    for page in visits.PAGES:
        assert (ROOT / "docs/en" / (page.rstrip("/") or "index")).with_suffix(".md").is_file()


def test_an_earlier_commit_that_is_not_here_is_one_line_that_says_what_to_do(tmp_path: Path):
    if shutil.which("git") is None:
        pytest.skip("there is no git here")
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    with pytest.raises(Failed, match=r"\Acommit \w+ is not here; .*git fetch --unshallow\Z"):
        earlier.house(tmp_path / "to", tmp_path)
