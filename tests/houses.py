"""Houses: copies of everything a build reads, to build and to break.

Not in conftest.py: `from conftest import …` gives another file once pytest has met a second conftest.py.
"""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import pytest

from tools.machine import ROOT, copy_house

__all__ = ["CALM", "ROOT", "Built", "build", "copy_house", "edit", "required"]

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


def edit(file: Path, old: str, new: str) -> None:
    """Replace one piece of text that must be there."""
    text = file.read_text("utf-8")
    assert old in text, f"{old!r} is not in {file}"
    file.write_text(text.replace(old, new, 1), "utf-8", newline="\n")


def required(what: str, variable: str = "BROWSER_REQUIRED") -> NoReturn:
    """Skip what this machine cannot do, or fail where it must be able to."""
    if os.environ.get(variable):
        pytest.fail(f"{what}, and {variable} is set")
    pytest.skip(f"{what}; set {variable}=1 to make this a failure")
