"""What the tests and the benchmark take from this machine: all a build reads, a browser, packages of npm."""

import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PARTS = ("mkdocs.yml", "mkdocs.zh.yml", "docs", "hooks", "overrides")
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "chrome")  # the lightest first
QUIET = [  # a browser that asks nobody on its own
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
CALM = {"NO_MKDOCS_2_WARNING": "1", "PYTHONUTF8": "1"}
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "from-request-to-container"


class Failed(Exception):
    """What could not be done, in one line."""


def copy_house(to: Path, source: Path = ROOT) -> Path:
    """Copy everything a build reads."""
    to.mkdir(parents=True, exist_ok=True)
    for name in PARTS:
        part = source / name
        if part.is_dir():
            shutil.copytree(part, to / name, ignore=shutil.ignore_patterns("__pycache__", "flow.local.yml"))
        else:
            shutil.copy(part, to / name)
    return to


def python(house: Path, *arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Run this Python in a house; give its code and what it said."""
    return run(house, sys.executable, *arguments, **environment)


def run(house: Path, *command: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Run a command in a house; give its code and what it said."""
    return subprocess.run(
        command,
        cwd=house,
        env=os.environ | CALM | environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        check=False,
    )


def chromium() -> str:
    """Give the path of the system's Chromium; raises Failed."""
    path = os.environ.get("CHROMIUM") or next((p for name in BROWSERS if (p := shutil.which(name))), None)
    if path is None:
        raise Failed("no Chromium on this machine; CHROMIUM names one elsewhere")
    return path


def npm() -> str:
    """Give the path of the system's npm; raises Failed."""
    if path := shutil.which("npm"):
        return path
    raise Failed("no npm on this machine")


def package(name: str, version: str) -> Path:
    """Give the folder of an npm package's files, fetched once and kept outside the repository; raises Failed."""
    folder = CACHE / f"{name.replace('/', '+')}-{version}"
    if folder.is_dir():
        return folder
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE) as temporary:
        pack = [npm(), "pack", f"{name}@{version}", "--silent", "--ignore-scripts", "--fetch-retries=1"]
        run = subprocess.run(pack, cwd=temporary, capture_output=True, text=True, encoding="utf-8", check=False)
        archives = [*Path(temporary).glob("*.tgz")]
        if run.returncode or not archives:
            reason = (run.stderr.strip() or "no reason given").splitlines()[-1]
            raise Failed(f"npm cannot fetch {name} {version}: {reason}")
        with tarfile.open(archives[0]) as archive:
            archive.extractall(temporary, filter="data")
        try:
            (Path(temporary) / "package").rename(folder)
        except OSError:  # another run was faster
            if not folder.is_dir():
                raise
    return folder
