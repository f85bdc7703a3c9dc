"""`mkdocs serve` shows what a writer saves, whatever file it is in, and survives their mistakes."""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest
from houses import CALM, copy_house, edit
from requestflow.mkdocs import search

pytestmark = pytest.mark.site
PATIENCE = 60  # s; a save shows after about one


class Server:
    """One `mkdocs serve` in a house of its own."""

    def __init__(self, house: Path) -> None:
        self.house, self.log = house, house / "serve.log"
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.address = f"127.0.0.1:{free.getsockname()[1]}"
        with self.log.open("w", encoding="utf-8") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "mkdocs", "serve", "--livereload", "--dev-addr", self.address],
                cwd=house,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=os.environ | CALM,
            )

    def said(self) -> str:
        return self.log.read_text("utf-8")

    def page(self, path: str) -> str:
        """Give a page, or nothing while the server has none to give."""
        try:
            with urlopen(f"http://{self.address}/{path}", timeout=5) as answer:
                return answer.read().decode()
        except OSError:
            return ""

    def until(self, shown: Callable[[], bool]) -> None:
        end = time.monotonic() + PATIENCE
        while not shown():
            assert self.process.poll() is None, f"the server has ended:\n{self.said()}"
            assert time.monotonic() < end, f"not within {PATIENCE} s:\n{self.said()}"
            time.sleep(0.2)

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[Server]:
    server = Server(copy_house(tmp_path_factory.mktemp("served")))
    try:
        server.until(lambda: "</html>" in server.page("zh/request/dns/"))
        yield server
    finally:
        server.stop()


# file → what to replace in it, by what, what then shows, and on which pages
SAVES = {
    "docs/flow.yml": ("shop.example.com", "saved.example", "saved.example", ["request/dns/", "zh/request/dns/"]),
    "docs/en/request/tls.md": ("\n## ", "\nAn English save.\n\n## ", "An English save.", ["request/tls/"]),
    "docs/zh/request/tls.md": ("\n## ", "\n保存了中文。\n\n## ", "保存了中文。", ["zh/request/tls/"]),
    "docs/assets/flow.css": ("", ".saved {}\n", ".saved {}", ["assets/flow.css", "zh/assets/flow.css"]),
    "hooks/requestflow/view/words.py": ('"You are here"', '"You are there"', "You are there", ["request/dns/"]),
    "hooks/requestflow/mkdocs/site.py": ('"English"', '"In English"', ">In English<", ["", "zh/"]),
    "mkdocs.zh.yml": ("site_name: ", "site_name: 保存", "保存", ["zh/"]),
}


@pytest.mark.parametrize("file", SAVES)
def test_a_save_shows(server, file):
    old, new, shown, on = SAVES[file]
    assert [path for path in on if shown in server.page(path)] == []
    edit(server.house / file, old, new)
    for path in on:
        server.until(lambda path=path: shown in server.page(path))


@pytest.mark.skipif(search.program() is None, reason="requirements/search.txt is not installed here")
def test_a_save_is_found(server):
    edit(server.house / "docs/zh/request/dns.md", "\n## ", "\n刚刚保存的鸭嘴兽。\n\n## ")

    def known() -> bool:
        words = server.page("pagefind/words.zh.txt")
        return "鸭嘴兽" in words or "鸭嘴" in words

    server.until(known)
    assert "Traceback" not in server.said()


def test_a_mistake_is_told_each_time_and_gone_when_it_is_mended(server):
    definition, page = server.house / "docs/flow.yml", server.house / "docs/zh/request/pod.md"
    for n in (1, 2):
        edit(definition, "  client:\n    name:", "  client:\n    nam:")
        server.until(lambda n=n: server.said().count("unknown key 'nam'. Did you mean 'name'?") >= n)
        edit(definition, "  client:\n    nam:", "  client:\n    name:")
        edit(page, "\n## ", f"\n第{n}次保存。\n\n## ")
        server.until(lambda n=n: f"第{n}次保存。" in server.page("zh/request/pod/"))
    assert re.search(r"docs/flow\.yml:\d+:5: unknown key", server.said()) and "Traceback" not in server.said()
