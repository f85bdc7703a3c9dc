"""What Lighthouse, which npm fetches, says about our pages: one run each, as a phone."""

import json
import os
import subprocess
from pathlib import Path

from tools.machine import Failed, chromium, npm

from .report import Target, Told, progress, table
from .visits import PATHS, hosting

CATEGORIES = ("accessibility", "best-practices", "seo")
COMMAND = ("exec", "--yes", "--ignore-scripts", "--", "lighthouse@12.8.2")  # the last major version for Node 20
OPTIONS = ("--output=json", "--quiet", f"--only-categories={','.join(CATEGORIES)}")
HEADLESS = "--chrome-flags=--headless=new --no-sandbox --disable-gpu"
Found = dict[str, list[float]]  # page → its scores, 0 to 100


def run(house: Path, folder: Path, rounds: int) -> Told:
    """Ask about every page of a first visit; raises Failed."""
    with hosting(house) as host:
        return report({f"/{path}": scores(host.address + path) for path in PATHS})


def scores(address: str) -> list[float]:
    """Ask about one page; raises Failed."""
    progress(f"Lighthouse: {address}")
    command, environment = [npm(), *COMMAND, address, *OPTIONS, HEADLESS], os.environ | {"CHROME_PATH": chromium()}
    done = subprocess.run(command, env=environment, capture_output=True, check=False)
    if done.returncode:
        raise Failed(f"Lighthouse ended with {done.returncode}: {done.stderr.decode(errors='replace')[-200:].strip()}")
    return [json.loads(done.stdout)["categories"][c]["score"] * 100 for c in CATEGORIES]


def report(found: Found) -> Told:
    """Tell the scores: nothing costs a point."""
    rows = [[page, *map("{:.0f}".format, got)] for page, got in found.items()]
    lost = Target("Lighthouse, points lost, most", 100 - min(map(min, found.values())), 0, "{:.0f}")
    return table("Lighthouse, as a phone, one run each", ["", *CATEGORIES], rows), [lost]
