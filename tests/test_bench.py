"""The benchmark counts, compares and judges what it says it does; how long something takes is not tested."""

import gzip
import shutil
import subprocess
from pathlib import Path
from urllib.request import urlopen

import pytest
from houses import ROOT

from bench import __main__ as bench
from bench import check, houses, lighthouse, load, picture, report, saves, visits
from bench.check import Growth
from bench.houses import Took
from bench.picture import Opening
from bench.report import Target
from bench.visits import Visit
from tools.machine import Failed
from tools.serve import Host


# -- the host, whose bytes are counted ---------------------------------------------------------------------------------
@pytest.fixture
def host(tmp_path: Path):
    host = Host(tmp_path)
    yield host
    host.close()


def test_the_host_compresses_text_and_counts_heads_too(host, tmp_path: Path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a/index.html").write_text("<p>same</p>" * 1000, "utf-8")
    with urlopen(f"{host.address}a/?x=1") as answer:
        body = answer.read()
    assert gzip.decompress(body).startswith(b"<p>same</p>") and len(body) < 200
    ((path, size),) = host.sent
    assert path == "/a/" and len(body) < size < len(body) + 200


def test_the_host_shows_what_was_saved_since_and_leaves_pictures_as_they_are(host, tmp_path: Path):
    for body in (b"\x89PNG" * 50, b"\x89PNG" * 60):
        (tmp_path / "b.png").write_bytes(body)
        assert urlopen(f"{host.address}b.png").read() == body


def test_the_host_leads_to_the_end_of_a_folders_address_and_counts_what_is_not_there(host, tmp_path: Path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a/index.html").write_text("here", "utf-8")
    assert urlopen(f"{host.address}a").url == f"{host.address}a/"
    with pytest.raises(OSError, match="404"):
        urlopen(f"{host.address}no.html")
    assert [path for path, _ in host.sent] == ["/a/", "/no.html"]


# -- the tables --------------------------------------------------------------------------------------------------------
def test_numbers_are_medians_with_their_spread():
    assert report.spread([3, 1, 2], ".0f") == "2 (1–3)" and report.spread([2.04, 2.01], ".1f") == "2.0"
    assert (report.ratio([1, 3], [4]), report.ratio([1], [0]), report.kilobytes(1540)) == (0.5, 0, "1.5")


def test_columns_line_up():
    lines = report.table("Title", ["", "KB"], [["a", "10.5"], ["longer", "1"]]).splitlines()
    assert lines == ["Title", "          KB", "------  ----", "a       10.5", "longer     1"]


def test_a_target_is_met_up_to_its_most():
    _, _, _, *rows = report.verdicts([Target("a", 3, 3, "{:.0f} s"), Target("b", 3.1, 3)]).splitlines()
    assert [" ".join(row.split()) for row in rows] == ["a ≤ 3 s 3 s met", "b ≤ 3.00 3.10 MISSED"]


def missed(told: report.Told) -> list[str]:
    return [target.what for target in told[1] if not target.met]


@pytest.mark.parametrize(
    ("visit", "over"),
    [
        (Visit("", 90_000, 0, 160_000), []),
        (Visit("", 90_001, 0, 160_000), ["first visit, heaviest page"]),
        (Visit("", 90_000, 1, 160_000), ["requests after a page has loaded, most"]),
        (Visit("", 90_000, 0, 160_001), ["search opened, one word typed, most"]),
        (Visit("", 90_000, 0, 160_000, 6_301), ["our scripts for a page and a walk on it, with heads, most"]),
    ],
)
def test_the_heaviest_visit_decides(visit: Visit, over: list[str]):
    light = Visit("light/", 10, 0, 10)
    told = visits.report({"then": [Visit("", 180_000, 0, 0)] * 3, "now": [light, visit, light]})
    assert missed(told) == over and "180.0  90.0        0.50" in told[0]


def test_saves_are_compared_file_by_file_and_what_takes_too_long_is_missed():
    files = list(saves.SAVES)
    now = {file: [2.0, 2.0] for file in files} | {files[-1]: [3.1, 9.0, 2.0]}
    told = saves.report({"then": {file: [8.0, 8.0] for file in files}, "now": now})
    assert missed(told) == [f"{files[-1]} saved, then shown"]
    assert "8.00              2.00        0.25" in told[0] and "3.10 (2.00–9.00)        0.39" in told[0]


def test_a_picture_is_compared_by_bytes_and_time_and_its_worst_shift_decides():
    stock = [Opening(400, 3000, 0.02)] * 3
    ours = [Opening(100, 900, 0), Opening(100, 600, 0.006), Opening(100, 300, 0)]
    told = picture.report({"ours": ours, "stock": stock})
    assert missed(told) == ["layout shift, worst"] and [t.found for t in told[1]] == [0.25, 0.2, 0.006]


@pytest.mark.parametrize(("last", "over"), [(0.7, 0), (0.9, 1)])
def test_growth_is_linear_when_a_step_costs_the_same_among_many(last: float, over: int):
    seconds = {100: 0.4, 200: 0.5, 400: last}
    found = [Growth(Path(), steps, [Took(9, work)]) for steps, work in seconds.items()]
    assert found[1].further(found[0]) == pytest.approx(1) and len(missed(check.report(found))) == over


def test_a_point_lost_on_any_page_is_told():
    assert missed(lighthouse.report({"/": [100, 100, 100]})) == []
    assert [t.found for t in lighthouse.report({"/": [100, 100, 100], "/a/": [100, 97, 100]})[1]] == [3]


def test_what_a_load_says_is_read():
    assert load.most("  26108 requests in 4.10s, 435.60MB read\nRequests/sec:   6367.59\n") == (26108, 6367.59)
    assert load.slow("  95% in 0.0037 secs\n  99% in 0.0197 secs\n\n  [200]\t7478 responses\n") == pytest.approx(19.7)


@pytest.mark.parametrize("more", ["Non-2xx or 3xx responses: 5\n", "Socket errors: connect 0, read 1\n"])
def test_an_answer_that_was_none_is_not_counted(more: str):
    with pytest.raises(Failed, match="wrk was not answered"):
        load.most(f"  2 requests in 4.10s, 4MB read\n  {more}Requests/sec:   6.59\n")
    with pytest.raises(Failed, match="hey was not answered"):
        load.slow("  99% in 0.0197 secs\n  [200]\t74 responses\n  [404]\t1 responses\n")


@pytest.mark.parametrize(
    ("work", "last", "over"),
    [
        (0.5, 50, []),
        (0.51, 50, ["a request, of one core (2000 a second)"]),
        (0.5, 51, ["99 of 100 answers at 2000 a second within"]),
    ],
)
def test_the_slowest_page_decides_and_nginxs_own_does_not(work: float, last: float, over: list[str]):
    found = {page: [load.Served(9000, 0.1, 1)] for page in load.PAGES} | {load.OWN: [load.Served(9, 9, 999)]}
    told = load.report(found | {load.PAGES[1]: [load.Served(1, work, last)]})
    assert missed(told) == over and "10000" in told[0]


def test_what_cannot_be_measured_is_one_line_and_the_rest_goes_on(tmp_path: Path, monkeypatch, capsys):
    def fails(*_: object) -> report.Told:
        raise Failed("no browser\nat all")

    monkeypatch.setattr(bench, "PARTS", {"a": fails, "b": lambda *_: ("table", [Target("x", 1, 1)])})
    assert bench.measure(["a", "b"], tmp_path, 1) == 1
    said = capsys.readouterr().out
    assert said.startswith("a: not measured: no browser\n\ntable\n\nTargets") and said.endswith("met\n")


# -- what is compared with what ----------------------------------------------------------------------------------------
def test_a_definition_that_has_grown_is_accepted_and_has_that_many_steps(tmp_path: Path):
    once, twice = (check.grown(ROOT, tmp_path / str(times), times) for times in (1, 2))
    assert twice.steps == 2 * once.steps
    houses.timed(twice.house, "-m", "requestflow", "check", PYTHONPATH="hooks")


def test_what_ends_in_an_error_is_told_with_the_last_it_said(tmp_path: Path):
    with pytest.raises(Failed, match=r"-c import sys; sys.exit\('no'\) ended with 1: no\Z"):
        houses.timed(tmp_path, "-c", "import sys; sys.exit('no')")


def test_what_is_replaced_by_a_save_is_there():
    for file, (old, _, page) in saves.SAVES.items():
        assert old in (ROOT / file).read_text("utf-8")
        assert (ROOT / "docs/en" / page.removeprefix("zh/").rstrip("/")).with_suffix(".md").is_file()


def test_an_earlier_commit_that_is_not_here_is_one_line_that_says_what_to_do(tmp_path: Path):
    if shutil.which("git") is None:
        pytest.skip("there is no git here")
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    with pytest.raises(Failed, match=r"\Acommit \w+ is not here; .*git fetch --unshallow\Z"):
        houses.earlier(tmp_path / "to", tmp_path)


@pytest.mark.site
@pytest.mark.slow
def test_the_usual_way_is_the_same_site_with_the_theme_drawing_the_pictures(tmp_path: Path, monkeypatch):
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist" / houses.RUNTIME).touch()
    monkeypatch.setattr(houses, "package", lambda name, version: tmp_path)
    house = houses.stock(tmp_path / "stock", ROOT)
    houses.timed(house, "-m", "mkdocs", "build", "--quiet", "--strict")
    page = (house / "site" / picture.PAGE / "index.html").read_text("utf-8")
    assert '<pre class="mermaid"><code>' in page and "<svg class=" not in page.partition("<article")[2]
    houses.own_runtime(house)
    (bundle,) = (house / "site/assets/javascripts").glob("bundle.*.js")
    assert f'"/{houses.RUNTIME}"' in bundle.read_text("utf-8") and (house / "site" / houses.RUNTIME).is_file()


# -- in a browser ------------------------------------------------------------------------------------------------------
@pytest.fixture
def site(built):
    host = Host(built.site)
    yield host
    host.close()


@pytest.mark.browser
@pytest.mark.parametrize("path", ["", "zh/routes/local-policy/"])
def test_a_visit_weighs_the_page_and_then_the_search(browser, site, path: str):
    visit = visits.visit(browser, site, path, visits.PATHS[path])
    assert visit.later == 0 and 50_000 < visit.size < 200_000 and 80_000 < visit.searched < 300_000
    assert (visit.scripts > 5000) == ("routes" in path) and visit.scripts > 2000  # a route has a walk


@pytest.mark.browser
def test_the_picture_is_seen_once_it_is_there(browser, site):
    opening = picture.once(browser, site, picture.PICTURES["ours"])
    assert 50_000 < opening.size < 200_000 and opening.seen > 150  # the way there and back


@pytest.mark.browser
def test_a_picture_that_never_comes_is_told(browser, site, monkeypatch):
    monkeypatch.setattr(picture, "LONGEST", 5000)
    with pytest.raises(Failed, match=r"no figure\.none came into view"):
        picture.once(browser, site, "figure.none")
