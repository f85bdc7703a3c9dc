"""What we are compared with, fetched once through npm into a cache outside the repository."""

import os
import re
import shutil
import tarfile
from pathlib import Path

from .tell import Failed, command, progress

LIGHTHOUSE = "12.8.2"  # the last major version for Node 20
RUNTIME = "package/dist/mermaid.min.js"


def cache() -> Path:
    """Give the cache folder, made if needed: BENCH_CACHE, or one in the user's cache."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    folder = Path(os.environ.get("BENCH_CACHE") or Path(base) / "request-to-container-bench")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def npm(*arguments: str, cwd: Path) -> str:
    """Run the machine's npm; raises Failed."""
    program = shutil.which("npm")
    if program is None:
        raise Failed("npm is not installed")
    return command(program, *arguments, cwd=cwd)


def version(house: Path) -> str:
    """Give the version of Mermaid the site's own configuration names."""
    found = re.search(r"mermaid@(\d+\.\d+\.\d+)", (house / "mkdocs.yml").read_text("utf-8"))
    if found is None:
        raise Failed("mkdocs.yml names no version of mermaid")
    return found[1]


def mermaid(wanted: str) -> Path:
    """Give `mermaid.min.js` of a version."""
    file = cache() / f"mermaid-{wanted}.min.js"
    if not file.is_file():
        progress(f"fetching mermaid {wanted}")
        npm("pack", f"mermaid@{wanted}", "--silent", cwd=cache())
        packed = cache() / f"mermaid-{wanted}.tgz"
        with tarfile.open(packed) as archive:
            inside = archive.extractfile(RUNTIME)
            assert inside is not None
            file.write_bytes(inside.read())
        packed.unlink()
    return file


def lighthouse() -> Path:
    """Give Lighthouse's command line program."""
    folder = cache() / f"lighthouse-{LIGHTHOUSE}"
    program = folder / "node_modules/lighthouse/cli/index.js"
    if not program.is_file():
        progress(f"fetching lighthouse {LIGHTHOUSE}")
        folder.mkdir(exist_ok=True)
        npm(
            "install", f"lighthouse@{LIGHTHOUSE}", "--ignore-scripts", "--no-audit", "--no-fund", "--silent",
            "--prefix", str(folder), cwd=folder,
        )  # fmt: skip
    return program
