"""python -m tools.deploy: make what a server or a host needs beside a built site.

Into deploy/out/ goes all that the container has: nginx.conf with what it includes, and the site in html/, compressed.
Into the site itself go _headers and _redirects, which hosts of static sites read.
"""

import argparse
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from requestflow.problems import FlowError, Problem, refuse

from tools.machine import ROOT

from . import inline, moves, policy, written

CONF, LIST = "nginx.conf", "redirects.txt"  # in deploy/


@dataclass(frozen=True)
class Made:
    """What was made, in numbers."""

    files: int
    compressed: int
    scripts: int
    styles: int
    moved: int

    def __str__(self) -> str:
        allowed = f"{self.scripts} scripts and {self.styles} styles allowed by hash"
        return f"{self.files} files, {self.compressed} of them compressed too; {allowed}; {self.moved} old addresses"


def main(arguments: list[str] | None = None) -> int:
    """Run the command; give the exit code: 0 made, 1 the site or the list has mistakes."""
    parser = argparse.ArgumentParser(prog="python -m tools.deploy", description=__doc__)
    parser.add_argument("site", nargs="?", type=Path, default=ROOT / "site", help="the built site (default site/)")
    parser.add_argument("--out", type=Path, default=ROOT / "deploy/out", help="where to (default deploy/out/)")
    options = parser.parse_args(arguments)
    try:
        made = make(options.site.absolute(), options.out.absolute())
    except FlowError as error:
        for problem in error.problems:
            print(problem, file=sys.stderr)
        return 1
    print(f"{made}.")
    return 0


def make(site: Path, out: Path, deploy: Path = ROOT / "deploy") -> Made:
    """Make everything from a built site; raises FlowError, and then nothing is written."""
    if not (site / "404.html").is_file():
        refuse([Problem(site.name, "is no built site.", "Build it: make build")])
    found = inline.read(site)
    moved = moves.read((deploy / LIST).read_text("utf-8"), f"deploy/{LIST}", found.problems)
    refuse([*found.problems, *moves.wrong(moved, site)])
    moved += moves.of_pages(site)
    page, picture = policy.page(found, (site / "pagefind").is_dir()), policy.picture(found)
    out.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(deploy / CONF, out / CONF)
    _write(out, written.nginx(page, picture, moved))
    _write(site, written.static(site, page, picture, moved))
    files, compressed = written.files(site, out / "html")
    return Made(files, compressed, len(found.scripts), len(found.styles | found.drawn), len(moved))


def _write(folder: Path, texts: dict[str, str]) -> None:
    for name, text in texts.items():
        (folder / name).write_text(text, "utf-8", newline="\n")


if __name__ == "__main__":
    sys.exit(main())
