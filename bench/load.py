"""How many readers one nginx worker serves: our pages, under all their headers, beside nginx's own static page."""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from requestflow.problems import FlowError

from tools.deploy.__main__ import make
from tools.machine import ROOT, Failed
from tools.nginx import Nginx

from . import houses
from .report import Target, Told, middle, progress, spread, table

PAGES = ("request/kube-proxy/", "zh/routes/local-policy/", "assets/flow.css")
OWN = "nginx's own page"
WELCOME = Path("/usr/share/nginx/html/index.html")  # as Debian has it
PLAIN = "pid /tmp/nginx.pid; events {} http { access_log /dev/stdout; server { listen 8080; root html; } }\n"
SECONDS, READERS = 4, 20  # of one half of a round, that ask at a time
RATE = 2000  # requests a second while it is timed how long each takes: as many as are promised of one core
WRK = ("wrk", "-t1", f"-c{READERS}", f"-d{SECONDS}s")  # asks for as many as it gets
HEY = ("hey", "-c", str(READERS), "-z", f"{SECONDS}s", "-q", str(RATE // READERS))  # for so many a second, each reader
TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100


@dataclass(frozen=True)
class Served:
    """One round: answers a second at most, ms of the worker's processor for each; ms for 99 of 100 at RATE."""

    rate: float
    work: float
    last: float


Found = dict[str, list[Served]]  # by page


def run(house: Path, folder: Path, rounds: int) -> Told:
    """Ask for each page in turn; raises Failed."""
    found: Found = {page: [] for page in (OWN, *PAGES)}
    ours, own = Nginx(_ours(house, folder)), Nginx(_own(folder / "own"))
    try:
        for n in range(rounds):
            progress(f"asking for pages: round {n + 1} of {rounds}")
            for page in found:
                server, path = (own, "") if page == OWN else (ours, page)
                found[page].append(served(server, path))
    finally:
        ours.stop()
        own.stop()
    return report(found)


def _ours(house: Path, folder: Path) -> Path:
    """Build a house and make it ready; raises Failed."""
    progress(f"building {house.name}")
    houses.timed(house, "-m", "mkdocs", "build", "--quiet")
    try:
        make(house / "site", folder / "out", ROOT / "deploy")
    except FlowError as error:
        raise Failed(str(error)) from None
    return folder / "out"


def _own(folder: Path) -> Path:
    """Give a folder for an nginx that has its own page and no settings; raises Failed."""
    if not WELCOME.is_file():
        raise Failed(f"nginx's own page is not at {WELCOME}")
    (folder / "html").mkdir(parents=True)
    shutil.copy(WELCOME, folder / "html")
    (folder / "nginx.conf").write_text(PLAIN, "utf-8")
    return folder


def served(server: Nginx, path: str) -> Served:
    """Ask for one page, as often as it can be had and then at RATE; raises Failed."""
    before = worked(server.process.pid)
    count, rate = most(asked(WRK, server.address + path))
    work = (worked(server.process.pid) - before) * 1000 / count
    return Served(rate, work, slow(asked(HEY, server.address + path)))


def asked(command: tuple[str, ...], address: str) -> str:
    """Let a program ask as a browser does; give what it says. Raises Failed."""
    try:
        done = subprocess.run(
            [*command, "-H", "Accept-Encoding: gzip", address], capture_output=True, text=True, check=False
        )
    except OSError:
        raise Failed(f"no {command[0]} on this machine; on Debian and Ubuntu: apt install {command[0]}") from None
    if done.returncode:
        raise Failed(f"{command[0]} ended with {done.returncode}: {done.stderr.strip()}")
    return done.stdout


def most(said: str) -> tuple[int, float]:
    """Give how many answers wrk got, and how many a second; raises Failed."""
    found = re.search(r"(\d+) requests in(?:.|\n)*Requests/sec:\s+([\d.]+)", said)
    if not found or "Non-2xx" in said or "Socket errors" in said:
        raise Failed(f"wrk was not answered: {' / '.join(said.split(chr(10))[-5:])}")
    return int(found[1]), float(found[2])


def slow(said: str) -> float:
    """Give within how many ms 99 of 100 answers came to hey; raises Failed."""
    found = re.search(r"99% in ([\d.]+) secs", said)
    if not found or set(re.findall(r"\[(\d+)\]\s+\d+ responses", said)) != {"200"}:
        raise Failed(f"hey was not answered: {' / '.join(said.split(chr(10))[-5:])}")
    return float(found[1]) * 1000


def worked(master: int) -> float:
    """Give the seconds of the processor that an nginx's workers have used; raises Failed where that is not told."""
    try:
        workers = Path(f"/proc/{master}/task/{master}/children").read_text("ascii").split()
        times = (Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[11:13] for pid in workers)
        return sum(int(ticks) for pair in times for ticks in pair) / TICKS
    except OSError:
        raise Failed("this system does not say how long a process has worked") from None


def report(found: Found) -> Told:
    """Tell every page beside nginx's own: the slowest decides."""
    rows = []
    for page, rounds in found.items():
        rate, work, last = ([getattr(s, of) for s in rounds] for of in ("rate", "work", "last"))
        rows.append([page, spread(rate, ".0f"), f"{1000 / middle(work):.0f}", spread(work, ".3f"), spread(last, ".1f")])
    heads = ["", "requests/s at most", "per core", "ms of it each", f"99 % within, ms, at {RATE}/s"]
    slowest, late = (max(middle([getattr(s, of) for s in found[page]]) for page in PAGES) for of in ("work", "last"))
    return table(f"One nginx worker, {READERS} readers at a time on loopback (least–most)", heads, rows), [
        Target(f"a request, of one core ({RATE} a second)", slowest, 1000 / RATE, "{:.3f} ms"),
        Target(f"99 of 100 answers at {RATE} a second within", late, 50, "{:.1f} ms"),
    ]
