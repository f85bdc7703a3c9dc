"""What is missing from the folders of the site, cannot be read, or would be overwritten is told, by both doors."""

import shutil
from pathlib import Path

import pytest
import worlds
from requestflow.__main__ import main
from requestflow.model import reading
from requestflow.pages import published
from requestflow.problems import FlowError
from requestflow.world import evidence

ROOT = worlds.ROOT


@pytest.fixture
def docs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of docs/, with the current folder beside it."""
    shutil.copytree(ROOT / "docs", tmp_path / "docs")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "docs"


def told(capsys: pytest.CaptureFixture[str]) -> list[str]:
    """What `python -m requestflow check` says; nothing of it is a traceback."""
    code = main(["check"])
    lines = capsys.readouterr().err.splitlines()
    assert code == (1 if lines else 0)
    return lines


# -- overwritten ------------------------------------------------------------------------------------------------------
IN_THE_WAY = {
    "en/zh/index.md": "docs/zh",
    "en/zh.md": "docs/zh",
    "en/ZH/picture.png": "docs/zh",
    "en/assets/flow.css": "docs/assets/flow.css",
    "en/Assets/Flow.css": "docs/assets/flow.css",
    "zh/assets/flow.js": "docs/assets/flow.js",
    "en/recordings/lab-traces.txt": "docs/recordings/lab-traces.txt",
    "en/diagrams/mine.svg": "the diagrams of the pages",
    "zh/diagrams/mine.mmd": "the diagrams of the pages",
    "en/maps/mine.svg": "the maps to compare",
    "zh/go/mine.html": "the ids of the definition",
    "en/go.md": "the ids of the definition",
    "en/robots.txt": "the settings",
    "en/flow.yml": "docs/flow.yml",
    "en/flow.yml/index.md": "docs/flow.yml",
    "en/sitemap.xml": "overrides/sitemap.xml",
    "zh/404.html": "overrides/404.html",
}
FREE = ["zh/recordings/lab-traces.txt", "zh/flow.yml", "en/images/zh/x.png", "en/assets/x.png", "en/assets/.flow.css"]


@pytest.mark.parametrize("file", IN_THE_WAY)
def test_a_file_that_would_be_overwritten_is_named_with_what_overwrites_it(docs: Path, file: str):
    (docs / file).parent.mkdir(parents=True, exist_ok=True)
    (docs / file).write_text("mine", "utf-8")
    with pytest.raises(FlowError) as refused:
        published.check(docs)
    (problem,) = refused.value.problems
    assert problem.place == f"docs/{file}"
    assert problem.what.startswith("would be overwritten") and problem.what.endswith(f"from {IN_THE_WAY[file]}.")


def test_a_file_in_nobodys_way_is_welcome(docs: Path):
    for file in FREE:
        (docs / file).parent.mkdir(parents=True, exist_ok=True)
        (docs / file).write_text("mine", "utf-8")
    published.check(docs)


def test_what_is_published_is_what_is_there_but_for_hidden_files_and_parts_of_another(docs: Path):
    (docs / "assets/.DS_Store").write_text("", "utf-8")
    (docs / "assets/.#flow.css").symlink_to("nowhere")
    both, one = published.files(docs, "en"), published.files(docs, "zh")
    assert {"assets/flow.css", "assets/flow.js"} < set(one) < set(both)
    assert {"flow.yml", "flow.schema.json", "recordings/world.yml"} <= set(both) - set(one)
    assert not [at for at in both if "/." in at or at == "assets/picture.css"]


# -- missing ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", published.NEEDED)
def test_what_is_missing_is_named(docs: Path, capsys: pytest.CaptureFixture[str], name: str):
    (docs / name).rename(docs / f"{name}.away")
    missing = [line for line in told(capsys) if line.startswith(f"docs/{name}: is not there. ")]
    assert len(missing) == 1


def test_a_folder_in_the_place_of_a_file_is_no_file(docs: Path, capsys: pytest.CaptureFixture[str]):
    (docs / "assets/flow.css").unlink()
    (docs / "assets/flow.css").mkdir()
    assert [line.split(": ")[0] for line in told(capsys)] == ["docs/assets/flow.css"]


# -- unreadable -------------------------------------------------------------------------------------------------------
UNREADABLE = {
    "world.yml": {
        b"client: [192.0.2.7": r"docs/recordings/world.yml:1:",
        b"- client\n": "docs/recordings/world.yml:1:1: is empty or not a mapping.",
        b"": "docs/recordings/world.yml:1:1: is empty or not a mapping.",
        b"client: 1\nclient: 2\n": "docs/recordings/world.yml:2:1: 'client' is written twice.",
        b"client: \xff\n": "docs/recordings/world.yml:1:9: is not UTF-8: byte 0xFF does not fit.",
        b"client: " + b"[" * 5000: "docs/recordings/world.yml:1:",
    },
    "lab-traces.txt": {
        b"one\n\xe9t\xe9\n": "docs/recordings/lab-traces.txt:2:1: is not UTF-8: byte 0xE9 does not fit."
    },
}


@pytest.mark.parametrize(
    ("file", "content", "line"),
    [(file, content, line) for file, contents in UNREADABLE.items() for content, line in contents.items()],
)
def test_a_data_file_that_cannot_be_read_is_named(
    docs: Path, capsys: pytest.CaptureFixture[str], file: str, content: bytes, line: str
):
    (docs / "recordings" / file).write_bytes(content)
    (said,) = told(capsys)
    assert said.startswith(line)


def test_everything_that_is_wrong_with_the_files_is_told_in_one_run(docs: Path, capsys: pytest.CaptureFixture[str]):
    (docs / "recordings/world.yml").write_bytes(b"- x\n")
    (docs / "recordings/lab-traces.txt").write_bytes(b"\xff")
    (docs / "assets/picture.css").unlink()
    (docs / "en/zh.md").write_text("# Mine {#mine}\n", "utf-8")
    places = {line.split(": ")[0] for line in told(capsys)}
    assert places == {
        *("docs/recordings/world.yml:1:1", "docs/recordings/lab-traces.txt:1:1"),
        *("docs/assets/picture.css", "docs/en/zh.md", "docs/en/zh.md:1", "docs/zh/zh.md"),
    }


# -- recordings -------------------------------------------------------------------------------------------------------
def test_a_recording_no_file_has_is_named_with_its_place_and_the_nearest(docs: Path):
    file = docs / "flow.yml"
    text = file.read_text("utf-8")
    file.write_text(text.replace("[trace-through-service,", "[trace-trough-service,", 1), "utf-8")
    flow = reading.read(file)
    problem = next(evidence.problems(flow, docs / "recordings"))
    line = next(n for n, text in enumerate(file.read_text("utf-8").splitlines(), 1) if "trace-trough" in text)
    assert problem.place.startswith(f"docs/flow.yml:{line}:")
    assert "'trace-trough-service'" in str(problem) and str(problem).endswith("Did you mean 'trace-through-service'?")


def test_the_recordings_of_the_site_are_all_there(flow):
    assert list(evidence.problems(flow, ROOT / "docs/recordings")) == []
