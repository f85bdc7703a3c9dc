"""What is measured: the site as it is, as it was at one commit, and with what others would use in place of our code."""

import io
import os
import re
import shutil
import subprocess
import tarfile
import time
from dataclasses import dataclass
from pathlib import Path

from tools.machine import PARTS, ROOT, Failed, copy_house, package, python

COMMIT = "49d55cf"
OUR_HOOK = "hooks/mkdocs_hook.py"
# As the theme's documentation sets Mermaid up. Without a renderer, our pages have their pictures as such fences.
THEME_DRAWS = """import sys
from pymdownx.superfences import fence_code_format
sys.modules["mmdr"] = None
def on_config(config):
    fence = {"name": "mermaid", "class": "mermaid", "format": fence_code_format}
    config.mdx_configs["pymdownx.superfences"]["custom_fences"] = [fence]
"""
RUNTIME = "mermaid.min.js"
REMOTE = re.compile(rf"https://[^\"'\s]*/mermaid@[\d.]+/dist/{RUNTIME}")


@dataclass(frozen=True)
class Took:
    """Seconds of a command: on the clock, and of the processor (0 where the system does not tell)."""

    clock: float
    work: float


def timed(house: Path, *arguments: str, **environment: str) -> Took:
    """Run Python in a house and give how long it took; raises Failed with the last it said."""
    start, worked = time.perf_counter(), _worked()
    done = python(house, *arguments, **environment)
    if done.returncode:
        said = [line.strip() for line in done.stdout.splitlines() if line.strip()]
        raise Failed(f"{' '.join(arguments)} ended with {done.returncode}: {' / '.join(said[-3:])}")
    return Took(time.perf_counter() - start, _worked() - worked)


def _worked() -> float:
    times = os.times()
    return times.children_user + times.children_system


def earlier(to: Path, root: Path = ROOT, commit: str = COMMIT) -> Path:
    """Give everything a build of that commit reads; raises Failed."""
    archive = ["git", "-C", str(root), "archive", "--format=tar", commit, *PARTS]
    try:
        done = subprocess.run(archive, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    except OSError:
        raise Failed("git is not installed") from None
    if done.returncode:
        raise Failed(f"commit {commit} is not here; get the whole history: git fetch --unshallow")
    with tarfile.open(fileobj=io.BytesIO(done.stdout)) as tar:
        tar.extractall(to, filter="data")
    return to


def stock(to: Path, source: Path) -> Path:
    """Give a house whose pictures the theme draws in the browser."""
    copy_house(to, source)
    (to / "hooks/theme_draws.py").write_text(THEME_DRAWS, "utf-8")
    configuration = to / "mkdocs.yml"
    text = configuration.read_text("utf-8")
    configuration.write_text(text.replace(OUR_HOOK, f"{OUR_HOOK}, hooks/theme_draws.py"), "utf-8")
    return to


def own_runtime(house: Path) -> None:
    """Let a built site load Mermaid from its own host, where bytes are counted and slowed down; raises Failed."""
    configuration = (house / "mkdocs.yml").read_text("utf-8")
    (version,) = re.findall(r"/mermaid@([\d.]+)/dist/", configuration) or ["latest"]
    shutil.copy(package("mermaid", version) / "dist" / RUNTIME, house / "site")
    (bundle,) = (house / "site/assets/javascripts").glob("bundle.*.js")
    text, found = REMOTE.subn(f"/{RUNTIME}", bundle.read_text("utf-8"))
    if not found:
        raise Failed("the theme loads Mermaid from an address this does not recognize")
    bundle.write_text(text, "utf-8")
