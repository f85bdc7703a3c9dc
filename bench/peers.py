"""What we are compared with, fetched once through npm into a cache outside the repository."""

import re
from pathlib import Path

from tools.machine import CACHE, Failed, npm, package

from .tell import command, progress

LIGHTHOUSE = "12.8.2"  # the last major version for Node 20


def version(house: Path) -> str:
    """Give the version of Mermaid the site's own configuration names."""
    found = re.search(r"mermaid@(\d+\.\d+\.\d+)", (house / "mkdocs.yml").read_text("utf-8"))
    if found is None:
        raise Failed("mkdocs.yml names no version of mermaid")
    return found[1]


def mermaid(wanted: str) -> Path:
    """Give `mermaid.min.js` of a version; raises Failed."""
    return package("mermaid", wanted) / "dist/mermaid.min.js"


def lighthouse() -> Path:
    """Give Lighthouse's command line program."""
    folder = CACHE / f"lighthouse-{LIGHTHOUSE}"
    program = folder / "node_modules/lighthouse/cli/index.js"
    if not program.is_file():
        progress(f"fetching lighthouse {LIGHTHOUSE}")
        folder.mkdir(parents=True, exist_ok=True)
        command(
            npm(), "install", f"lighthouse@{LIGHTHOUSE}", "--ignore-scripts", "--no-audit", "--no-fund", "--silent",
            "--prefix", str(folder), cwd=folder,
        )  # fmt: skip
    return program
