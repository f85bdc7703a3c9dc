"""What the tests share: the definition, a built site, copies of the house, a server and a browser."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import worlds
from houses import ADDRESS, REPOSITORY, ROOT, Built, copy_house, once, required, with_other_zones
from playwright.sync_api import Browser, sync_playwright
from requestflow.model import reading
from requestflow.model.definition import Flow
from requestflow.model.places import SHOWN
from requestflow.world.wire import Hop

from tools.deploy.__main__ import make
from tools.machine import QUIET, Failed, chromium
from tools.nginx import Nginx, program
from tools.serve import Host


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say what a quick run has left out."""
    left = len(terminalreporter.stats.get("deselected", []))
    if left and config.option.markexpr == "not slow":
        terminalreporter.write_line(f"{left} slow test(s) are left to CI; make test-all runs them too.")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with files that have slow tests: those of a file run in one process, in order; none waits for the last."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


@pytest.fixture(scope="session")
def flow() -> Flow:
    return reading.read(ROOT / SHOWN, own=False)


@pytest.fixture(scope="session")
def routes(flow: Flow) -> dict[str, list[Hop]]:
    return {name: t.hops for name, t in worlds.trips(flow).items()}


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy of the house to break."""
    return copy_house(tmp_path)


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The site as it is, built once with --strict, with what is for elsewhere."""
    return once(tmp_path_factory, "built", ELSEWHERE="true")


@pytest.fixture(scope="session")
def named(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The site for an address, written without its last slash, with a repository."""
    return once(tmp_path_factory, "named", SITE_URL=ADDRESS.rstrip("/"), REPO_URL=REPOSITORY)


@pytest.fixture(scope="session")
def zoned(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """A site with a third node, a zone 'vpc', and two zones of one name."""
    return once(tmp_path_factory, "zoned", with_other_zones)


@dataclass(frozen=True)
class Deployed:
    """A built site with what hosts of static sites read, and the folder that a container has."""

    site: Path
    out: Path


@pytest.fixture(scope="session")
def deployed(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Deployed:
    """The built site, made ready to be hosted."""
    folder = tmp_path_factory.mktemp("deployed")
    shutil.copytree(built.site, folder / "site")
    make(folder / "site", folder / "out")
    return Deployed(folder / "site", folder / "out")


# -- server and browser -----------------------------------------------------------------------------------------------
@pytest.fixture(scope="session")
def serve() -> Iterator[Callable[[Path], str]]:
    """Serve a folder as hosts of static sites do; gives its address, ending in a slash."""
    hosts: list[Host] = []

    def start(folder: Path) -> str:
        hosts.append(Host(folder))
        return hosts[-1].address

    yield start
    for host in hosts:
        host.close()


@pytest.fixture(scope="session")
def address(built: Built, serve: Callable[[Path], str]) -> str:
    """Where the built site is served."""
    return serve(built.site)


@pytest.fixture(scope="session")
def nginx(deployed: Deployed) -> Iterator[str]:
    """Where a real nginx serves the site, with its policy; an address that ends in a slash."""
    try:
        program()
    except Failed as why:
        required(str(why), "NGINX_REQUIRED")
    server = Nginx(deployed.out)
    yield server.address
    server.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One headless Chromium for all tests; every test opens a context of its own."""
    try:
        path = chromium()
    except Failed as why:
        required(str(why))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=QUIET)
        yield browser
        browser.close()
