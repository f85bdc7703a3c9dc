"""Houses: copies of everything a build reads, to build and to break.

Not in conftest.py: `from conftest import …` gives another file once pytest has met a second conftest.py.
"""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PARTS = ("mkdocs.yml", "mkdocs.zh.yml", "docs", "hooks", "overrides")
CALM = {"NO_MKDOCS_2_WARNING": "1", "PYTHONUTF8": "1"}


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
        env=os.environ | CALM | environment,
        check=False,
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


def required(what: str, variable: str = "BROWSER_REQUIRED") -> None:
    """Skip what this machine cannot do, or fail where it must be able to."""
    if os.environ.get(variable):
        pytest.fail(f"{what}, and {variable} is set")
    pytest.skip(f"{what}; set {variable}=1 to make this a failure")
