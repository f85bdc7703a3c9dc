"""One run: build every variant from a snapshot of the repository, measure them in turn, print the tables."""

import argparse
import os
import platform
import sys
import tempfile
from pathlib import Path

from tools.machine import Failed, chromium, copy_house

from . import builds, earlier, growth, lighthouse, measure, peers, report, saves, variants, visits
from .serve import Server
from .tell import progress

ROUNDS = 5
PARTS = ("visits", "saves", "pages", "lighthouse", "build", "check")


def main(arguments: list[str] | None = None) -> int:
    """Run what was asked for and print it; give the exit code: 0 when all was measured, 1 when something could not."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one round instead of several")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help=f"rounds of every measurement (default {ROUNDS})")
    parser.add_argument("--only", choices=PARTS, action="append", help="only this part")
    options = parser.parse_args(arguments)
    rounds = 1 if options.quick else options.rounds
    failed = 0
    with tempfile.TemporaryDirectory(prefix="bench-") as temporary:
        bench = Bench(Path(temporary), rounds)
        print(f"{rounds} round(s); {machine()}\n", flush=True)
        for name in PARTS:
            if not options.only or name in options.only:
                try:
                    print(getattr(bench, name)() + "\n", flush=True)
                except Failed as why:
                    failed = 1
                    print(f"{name}: not measured: {why}\n", flush=True)
        print(report.verdicts(bench.targets))
    return failed


def machine() -> str:
    """Say what the times were taken on."""
    load = f", load {os.getloadavg()[0]:.1f} at the start" if hasattr(os, "getloadavg") else ""
    return f"Python {platform.python_version()}, {platform.system()}, {os.cpu_count()} processors{load}"


class Bench:
    """The parts of a run; what they find for the targets is kept in `targets`."""

    def __init__(self, folder: Path, rounds: int) -> None:
        self.folder, self.rounds = folder, rounds
        self.targets: list[report.Target] = []
        self.house = copy_house(
            folder / "snapshot"
        )  # whoever edits the repository meanwhile does not disturb the comparison

    def visits(self) -> str:
        """Visit pages of the earlier commit and of ours for the first time."""
        found = {}
        for side, house in {"earlier": earlier.house(self.folder / "earlier"), "ours": self.house}.items():
            server = Server({})
            server.folder = variants.build("ours", house, self.folder / f"visited-{side}", server.address)
            found[side] = visits.run(chromium(), server)
            server.close()
        self.targets += report.visit_targets(found["ours"])
        return report.visits(found)

    def saves(self) -> str:
        """Time from a save to the browser, serving the earlier commit and ours."""
        ours = copy_house(self.folder / "served", self.house)
        houses = {"earlier": earlier.house(self.folder / "served-earlier"), "ours": ours}
        found = saves.run(chromium(), houses, self.rounds)
        self.targets += report.save_targets(found)
        return report.saves(found)

    def pages(self) -> str:
        """Measure every variant in the browser."""
        browser = chromium()
        runtime = peers.mermaid(peers.version(self.house))
        servers = {}
        for name in variants.VARIANTS:
            progress(f"building {name}")
            servers[name] = server = Server({variants.RUNTIME: runtime})
            server.folder = variants.build(name, self.house, self.folder / name, server.address)
        runs = measure.run(browser, servers, self.rounds)
        self.targets += report.page_targets(runs)
        for server in servers.values():
            server.close()
        return report.pages(runs)

    def lighthouse(self) -> str:
        """Ask Lighthouse about our pages."""
        program = peers.lighthouse()
        server = Server({})
        server.folder = variants.build("ours", self.house, self.folder / "lighthouse", server.address)
        try:
            return report.lighthouse(lighthouse.scores(program, chromium(), server.address))
        finally:
            server.close()

    def build(self) -> str:
        """Time our build against one in which everything generated is already written out."""
        times = builds.run(self.house, self.folder, self.rounds)
        self.targets += report.build_targets(times)
        return report.builds(times)

    def check(self) -> str:
        """Time checking definitions that grow."""
        times = growth.run(self.house, self.folder / "growth", self.rounds)
        self.targets += report.growth_targets(times)
        return report.growth(times)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Failed as problem:
        sys.exit(f"bench: {problem}")
    except KeyboardInterrupt:
        sys.exit("bench: interrupted")
