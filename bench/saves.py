"""How long a writer waits while serving: from a save to the moment an open browser shows it."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

from playwright.sync_api import Page, sync_playwright

from tools.machine import Failed

from .builds import Took
from .measure import FLAGS, LONGEST
from .tell import progress

# file → what in it is replaced, by what, and the page that shows it; SAVED is another word every time
SAVES = {
    "docs/en/request/dns.md": ("\n## ", "\nSAVED\n\n## ", "request/dns/"),
    "docs/zh/request/dns.md": ("\n## ", "\nSAVED\n\n## ", "zh/request/dns/"),
    "docs/flow.yml": ("shop.example.com", "SAVED", "zh/request/dns/"),
}
REST = 1000  # ms for the page to ask the server to tell it of changes


@dataclass(frozen=True)
class Save:
    """One save of a file on one side: seconds until it showed, and of the server's processor."""

    side: str
    file: str
    took: Took


def run(chromium: str, houses: dict[str, Path], rounds: int) -> list[Save]:
    """Save every file in turn on every side, once more than is counted; raises Failed."""
    out: list[Save] = []
    with sync_playwright() as playwright:
        tab = playwright.chromium.launch(executable_path=chromium, args=FLAGS).new_page()
        for side, house in houses.items():
            progress(f"serving {side}")
            texts = {file: (house / file).read_text("utf-8") for file in SAVES}
            with serving(house) as (address, server):
                for n in range(rounds + 1):  # the first warms up
                    for k, (file, (old, new, page)) in enumerate(SAVES.items()):
                        tab.goto(address + page, timeout=LONGEST)
                        word = f"saved-{n}-{k}.example"
                        text = texts[file].replace(old, new.replace("SAVED", word))
                        took = save(tab, server, house / file, text, word)
                        out += [Save(side, file, took)] if n else []
    return out


@contextmanager
def serving(house: Path) -> Iterator[tuple[str, int]]:
    """Serve a house as its writer does; give the address and the process; raises Failed."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "mkdocs", "serve", "--quiet", "--livereload", "--dev-addr", f"127.0.0.1:{port}"]
    environment = os.environ | {"NO_MKDOCS_2_WARNING": "1", "PYTHONUTF8": "1"}
    process = subprocess.Popen(command, cwd=house, env=environment, stderr=subprocess.DEVNULL)
    try:
        address = f"http://127.0.0.1:{port}/"
        until_served(address, process)
        yield address, process.pid
    finally:
        process.terminate()
        process.wait()


def until_served(address: str, process: "subprocess.Popen[bytes]") -> None:
    """Wait for the first answer; raises Failed."""
    end = time.monotonic() + LONGEST / 1000
    while time.monotonic() < end and process.poll() is None:
        try:
            with urlopen(address, timeout=5):
                return
        except OSError:
            time.sleep(0.2)
    raise Failed("mkdocs serve does not answer")


def save(tab: Page, server: int, file: Path, text: str, word: str) -> Took:
    """Write a file under the eyes of a browser; give how long it took until a word showed."""
    tab.wait_for_timeout(REST)
    worked, start = work(server), time.perf_counter()
    file.write_text(text, "utf-8")
    tab.wait_for_function("word => document.body?.innerText.includes(word)", arg=word, timeout=LONGEST)
    return Took(time.perf_counter() - start, work(server) - worked)


def work(process: int) -> float:
    """Seconds of the processor a process has used; 0 where the system does not tell."""
    stat = Path(f"/proc/{process}/stat")
    if not stat.is_file():
        return 0
    user, system = stat.read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")
