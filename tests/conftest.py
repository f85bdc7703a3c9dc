"""What the tests share: the definition, a built site, copies of the house, a server and a browser."""

import functools
import http.server
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from requestflow import packets, reading
from requestflow.definition import Flow

ROOT = Path(__file__).parents[1]
PARTS = ("mkdocs.yml", "mkdocs.zh.yml", "docs", "hooks", "overrides")
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "chrome")
QUIET = "--no-sandbox --disable-gpu --disable-quic --disable-background-networking --disable-component-update --disable-sync --no-first-run".split()


@dataclass(frozen=True)
class Built:
    """What a build said and left behind."""

    code: int
    said: str
    site: Path


def build(house: Path, *arguments: str, **environment: str) -> Built:
    """Run `mkdocs build --strict` in a house."""
    run = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", *arguments],
        cwd=house,
        text=True,
        encoding="utf-8",
        capture_output=True,
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1", "PYTHONUTF8": "1"} | environment,
    )
    return Built(run.returncode, run.stdout + run.stderr, house / "site")


def copy_house(to: Path) -> Path:
    """Copy everything a build reads, so that a test may break it."""
    for name in PARTS:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, to / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, to / name)
    return to


def edit(file: Path, old: str, new: str) -> None:
    """Replace one piece of text that must be there."""
    text = file.read_text("utf-8")
    assert old in text, f"{old!r} is not in {file}"
    file.write_text(text.replace(old, new, 1), "utf-8", newline="\n")


@pytest.fixture(scope="session")
def flow() -> Flow:
    return reading.read(ROOT / reading.SHOWN)[0]


@pytest.fixture(scope="session")
def places() -> reading.Places:
    return reading.read(ROOT / reading.SHOWN)[1]


@pytest.fixture(scope="session")
def routes(flow: Flow, places: reading.Places) -> dict[str, list[packets.Hop]]:
    return packets.follow_all(flow, places)


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy of the house to break."""
    return copy_house(tmp_path)


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The site as it is, built once with --strict."""
    result = build(copy_house(tmp_path_factory.mktemp("built")))
    assert result.code == 0, result.said
    return result


# -- server and browser -----------------------------------------------------------------------------------------------
class _Silent(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="session")
def serve() -> Iterator[Callable[[Path], str]]:
    """Serve a folder on a free loopback port; gives its address, ending in a slash."""
    servers: list[http.server.ThreadingHTTPServer] = []

    def start(folder: Path) -> str:
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Silent, directory=str(folder)))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}/"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="session")
def address(built: Built, serve: Callable[[Path], str]) -> str:
    """Where the built site is served."""
    return serve(built.site)


def required(what: str, variable: str = "BROWSER_REQUIRED") -> None:
    """Skip what this machine cannot do, or fail where it must be able to."""
    if os.environ.get(variable):
        pytest.fail(f"{what}, and {variable} is set")
    pytest.skip(f"{what}; set {variable}=1 to make this a failure")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One headless Chromium for all tests; every test opens a context of its own."""
    path = os.environ.get("CHROMIUM") or next((p for name in CHROMIUM if (p := shutil.which(name))), None)
    if path is None:
        required("no Chromium on this machine")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=QUIET)
        yield chromium
        chromium.close()
