"""While serving, the other language is built by a process of its own: nobody sees it but by the time it saves."""

import logging
import os
import re
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from houses import copy_house, edit
from mkdocs.exceptions import Abort
from requestflow.mkdocs.apart import Apart, Asked

from tools.serve import Preview

pytestmark = [
    pytest.mark.site,
    pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="this system does not show processes as files"),
    pytest.mark.skipif(os.cpu_count() == 1, reason="there is no second processor"),
]
PAGE = "docs/zh/request/pod.md"
FAILED = "until build errors are resolved"  # MkDocs' own words, the last of a build that failed


def serve(to: Path, patch: pytest.MonkeyPatch) -> Preview:
    """Serve a house from the one folder in `to/served`."""
    (to / "served").mkdir()
    patch.setenv("TMPDIR", str(to / "served"))
    server = Preview(copy_house(to / "house"))
    server.until_up()
    return server


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[Preview]:
    with pytest.MonkeyPatch.context() as patch:
        server = serve(tmp_path_factory.mktemp("apart"), patch)
        try:
            yield server
        finally:
            server.stop()


def beside(process: int) -> list[int]:
    """Give the processes that build beside one."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command, status = (folder / "cmdline").read_bytes(), (folder / "status").read_text()
        except OSError:
            continue
        if b"requestflow.mkdocs" in command and re.search(rf"^PPid:\s+{process}$", status, re.M):
            found.append(int(folder.name))
    return found


def gone(process: int) -> bool:
    return not Path(f"/proc/{process}").exists()


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not true():
        assert time.monotonic() < end
        time.sleep(0.1)


def test_one_process_builds_save_after_save_and_another_when_the_code_changes(server):
    (one,) = beside(server.process.pid)
    edit(server.house / PAGE, "\n## ", "\n第一次。\n\n## ")
    server.until(lambda: "第一次。" in server.page("zh/request/pod/"))
    edit(server.house / "docs/en/request/pod.md", "\n## ", "\nFor the first time.\n\n## ")
    server.until(lambda: "For the first time." in server.page("request/pod/"))
    assert beside(server.process.pid) == [one]
    edit(server.house / "hooks/requestflow/view/words.py", '"English"', '"In English"')
    server.until(lambda: ">In English<" in server.page("zh/"))
    (another,) = beside(server.process.pid)
    assert another != one and gone(one)


def failed_builds(server: Preview, *words: str) -> list[list[str]]:
    """Give what was said in each build that failed and told of all of this."""
    builds = [build for build in server.said().split("Detected file changes") if FAILED in build]
    return [build.splitlines() for build in builds if all(word in build for word in words)]


def test_a_mistake_is_told_once_and_what_was_built_before_stays(server):
    (folder,) = (server.house.parent / "served").glob("mkdocs_*")
    for n in (1, 2):
        edit(server.house / PAGE, "\n## ", f"\n[链接](flow:no-step-{n})\n\n## ")
        server.until(lambda n=n: failed_builds(server, f"unknown id 'no-step-{n}'"))
        (build, *_) = failed_builds(server, f"unknown id 'no-step-{n}'")  # a slow machine may see one save twice
        (told,) = [line for line in build if f"unknown id 'no-step-{n}'" in line]
        assert re.search(r"ERROR +- +\[zh\] flow: docs/zh/request/pod\.md:\d+: ", told)
        assert "</html>" in (folder / "zh/request/pod/index.html").read_text("utf-8")
        assert not (folder / ".unfinished").exists()
        edit(server.house / PAGE, f"[链接](flow:no-step-{n})", f"改好了 {n}。")
        server.until(lambda n=n: f"改好了 {n}。" in server.page("zh/request/pod/"))
    assert "Traceback" not in server.said()


def test_mistakes_of_both_languages_are_told_together(server):
    english = server.house / "docs/en/request/pod.md"
    edit(server.house / PAGE, "\n## ", "\n[链接](flow:no-chinese)\n\n## ")
    edit(english, "\n## ", "\n[a link](flow:no-english)\n\n## ")
    server.until(lambda: failed_builds(server, "unknown id 'no-chinese'", "unknown id 'no-english'"))
    edit(server.house / PAGE, "[链接](flow:no-chinese)", "都改好了。")
    edit(english, "[a link](flow:no-english)", "Both are mended.")
    server.until(lambda: "都改好了。" in server.page("zh/request/pod/"))
    assert "Both are mended." in server.page("request/pod/")


def test_its_death_is_told_and_survived(server):
    (one,) = beside(server.process.pid)
    os.kill(one, signal.SIGKILL)
    edit(server.house / PAGE, "\n## ", "\n它死后。\n\n## ")
    server.until(lambda: "它死后。" in server.page("zh/request/pod/"))
    assert server.said().count("has ended with code -9") == 1  # between two builds, or in the midst of one
    (another,) = beside(server.process.pid)
    assert another != one and "Traceback" not in server.said()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGKILL"])
def test_it_ends_with_the_server(tmp_path, monkeypatch, name):
    server = serve(tmp_path, monkeypatch)
    try:
        (one,) = beside(server.process.pid)
        edit(server.house / PAGE, "\n## ", "\n正在保存。\n\n## ")
        server.process.send_signal(getattr(signal, name))
        server.process.wait(30)
        until(lambda: gone(one))
    finally:
        server.stop()
    if name == "SIGINT":  # the others leave MkDocs no time to delete what it serves
        assert list((tmp_path / "served").glob("mkdocs_*")) == []


@pytest.fixture
def apart() -> Iterator[Apart]:
    apart = Apart()
    yield apart
    apart.stop()


def test_when_it_dies_in_the_midst_of_a_build_that_build_ends_and_the_next_is_whole(tmp_path, apart, caplog):
    house = copy_house(tmp_path / "house")
    into = house / "site/.unfinished/.zh"
    asked = Asked("mkdocs", str(house / "mkdocs.zh.yml"), str(into), False, True, "")
    apart.begin(asked)
    until(lambda: beside(os.getpid()))  # it is a copy of this one at first
    (one,) = beside(os.getpid())
    os.kill(one, signal.SIGKILL)
    with caplog.at_level(logging.INFO, "mkdocs"), pytest.raises(Abort):
        apart.wait(asked)
    assert [r.getMessage() for r in caplog.records if r.levelno >= logging.WARNING] == [
        "flow: The process that builds beside the server has ended with code -9: save again, and it is started anew."
    ]
    assert gone(one) and not apart.wait(asked)
    apart.begin(asked)
    assert apart.wait(asked) and (into / "index.html").is_file()


def test_what_ends_a_build_there_ends_this_one(tmp_path, apart):
    house = copy_house(tmp_path / "house")
    asked = Asked("mkdocs", str(house / "mkdocs.zh.yml"), str(house / "site/.unfinished/.zh"), True, True, "")
    edit(house / "mkdocs.zh.yml", "docs_dir: docs/zh", "docs_dir: docs/none")
    apart.begin(asked)
    with pytest.raises(Abort, match="configuration"):
        apart.wait(asked)
    edit(house / "mkdocs.zh.yml", "docs_dir: docs/none", "docs_dir: docs/zh")
    edit(house / "overrides/main.html", "{%", "{{ 1 // 0 }}{%")
    apart.begin(asked)
    with pytest.raises(RuntimeError, match="ZeroDivisionError"):
        apart.wait(asked)


def test_where_there_is_no_second_processor_nothing_is_begun(tmp_path, apart, monkeypatch):
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    asked = Asked("mkdocs", str(tmp_path / "mkdocs.zh.yml"), str(tmp_path / "site"), True, True, "")
    apart.begin(asked)
    assert not apart.wait(asked) and beside(os.getpid()) == []
