"""One run: measure part after part on a snapshot of the repository, print the tables, then which targets are met."""

import argparse
import os
import platform
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Error

from tools.machine import Failed, copy_house

from . import check, lighthouse, load, picture, report, saves, visits
from .report import Target, Told

ROUNDS = 5
PARTS: dict[str, Callable[[Path, Path, int], Told]] = {
    "visits": visits.run,
    "picture": picture.run,
    "saves": saves.run,
    "check": check.run,
    "lighthouse": lighthouse.run,
    "load": load.run,
}


def main(arguments: list[str] | None = None) -> int:
    """Run what was asked for; give the exit code: 0 when all was measured, 1 when something could not."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS, help=f"rounds of what varies (default {ROUNDS})")
    parser.add_argument("--only", choices=PARTS, action="append", help="only this part")
    options = parser.parse_args(arguments)
    print(f"{options.rounds} round(s); {machine()}\n", flush=True)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        return measure(options.only or list(PARTS), Path(folder), options.rounds)


def measure(parts: list[str], folder: Path, rounds: int) -> int:
    """Measure and tell part after part; what could not be measured is one line, and the others go on."""
    house = copy_house(folder / "ours")  # whoever edits the repository meanwhile does not disturb
    targets, code = list[Target](), 0
    for name in parts:
        try:
            tables, more = PARTS[name](house, folder / name, rounds)
        except (Failed, Error) as why:
            tables, more, code = f"{name}: not measured: {str(why).splitlines()[0]}", [], 1
        print(f"{tables}\n", flush=True)
        targets += more
    if targets:
        print(report.verdicts(targets))
    return code


def machine() -> str:
    """Say what the times were taken on."""
    load = f", load {os.getloadavg()[0]:.1f} at the start" if hasattr(os, "getloadavg") else ""
    return f"Python {platform.python_version()}, {platform.system()}, {os.cpu_count()} processors{load}"


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit("bench: interrupted")
