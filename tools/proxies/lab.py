"""The laboratory: namespaces, one proxy after the other before the servers, and what is written down."""

import contextlib
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from tools.machine import ROOT

from . import fronts
from .cases import CASES, Case
from .client import EXITS, Answer
from .products import CERTIFICATE, PRODUCTS
from .routes import CONNECT, NAME, PORT, READ
from .servers import DROPPED, GOOD, HOST, Servers

RECORDINGS = ROOT / "docs" / "recordings"
WIDEST = 600  # characters of a line of a log
LINES = 4  # of a log, for one case
NOISE = r"wrr\.go|healthcheck\.go|Health check for server|active health|HTTP request failed"


class Failed(Exception):
    """What could not be done, in one line."""


# -- the place --------------------------------------------------------------------------------------------------------
def enter() -> None:
    """Run anew in a network and a process namespace: what is started and set there ends with it."""
    os.environ["PROXIES_INSIDE"] = "1"
    inside = ["unshare", "--net", "--pid", "--fork", "--kill-child", "--mount-proc"]
    os.execvp(inside[0], [*inside, sys.executable, "-m", "tools.proxies", *sys.argv[1:]])


def run(*command: str, said: str = "") -> str:
    """Run a command and give what it prints; raises Failed."""
    done = subprocess.run(command, input=said, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Failed(f"{' '.join(command)}: {(done.stderr or done.stdout).strip()}")
    return done.stdout + done.stderr


def _network() -> None:
    """Loopback, a drop of SYNs to one port, and a public address that is forwarded to the servers."""
    run("ip", "link", "set", "lo", "up")
    run("ip", "address", "add", f"{fronts.PUBLIC}/32", "dev", "lo")
    rules = f"""table ip lab {{
  chain drops {{ type filter hook input priority 0; ip daddr {HOST} tcp dport {DROPPED} tcp flags syn drop; }}
  chain forwards {{ type nat hook output priority -100; ip daddr {fronts.PUBLIC} dnat to {HOST}; }}
}}"""
    run("nft", "-f", "-", said=rules)


def _certificates(folder: Path) -> None:
    for file, name in ((CERTIFICATE, NAME), ("other.pem", "other.example.com")):
        options = f"req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN={name} -addext subjectAltName=DNS:{name}"
        run("openssl", *options.split(), "-keyout", str(folder / "key"), "-out", str(folder / "certificate"))
        (folder / file).write_bytes((folder / "key").read_bytes() + (folder / "certificate").read_bytes())


@contextlib.contextmanager
def started(command: list[str], log: Path, folder: Path, at: tuple[str, int]) -> Iterator[None]:
    """Start a proxy, wait until it listens, and end it afterwards; raises Failed."""
    with log.open("ab") as out:
        process = subprocess.Popen(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            env=os.environ | {"HOME": str(folder)},
        )
    try:
        for _ in range(200):
            with contextlib.suppress(OSError), socket.create_connection(at):
                break
            if process.poll() is not None:
                break
            time.sleep(0.1)
        else:
            process.kill()
        if process.poll() is not None:
            raise Failed(f"{' '.join(command)} has ended: {log.read_text('utf-8', 'replace')[-2000:]}")
        time.sleep(3)  # health checks find out
        yield
    finally:
        process.terminate()
        process.wait(20)


# -- one proxy --------------------------------------------------------------------------------------------------------
def _told(log: Path, since: int) -> list[str]:
    """The lines a proxy has logged since."""
    with log.open("rb") as file:
        file.seek(since)
        text = file.read().decode("utf-8", "replace")
    lines = [re.sub(r"x{50,}", "xxx…", line) for line in text.splitlines() if line.strip() and _matters(line)]
    return [line if len(line) <= WIDEST else f"{line[:WIDEST]}…" for line in lines[-LINES:]]


def _matters(line: str) -> bool:
    """Whether a line says more than that a health check has failed once more, or which server was chosen."""
    return not re.search(NOISE, line)


def _text(answer: Answer) -> str:
    """A body in one line."""
    text = " | ".join(line.strip() for line in answer.body.splitlines() if line.strip())
    text = re.sub(r"x{50,}", "xxx…", text)
    return text if len(text) <= 400 else f"{text[:400]}…"


def block(name: str, wrong: str, answer: Answer, seen: list[str], log: list[str]) -> str:
    """What is written down of one case."""
    lines = [f"== {name}: {wrong}", f"curl: {answer.exit} {EXITS.get(answer.exit, '')}".rstrip()]
    lines += [f"http: {answer.status or '-'}", f"sec: {answer.seconds:.2f}"]
    lines += [f"stderr: curl: ({answer.exit}) {answer.error}"] if answer.error else []
    lines += [f"head: {' | '.join(answer.head)}"] if answer.head else []
    lines += [f"body: {_text(answer)}"] if answer.body else []
    lines += [f"client's connection: {answer.ended}"]
    lines += [f"server's connection: {one}" for one in seen]
    return "\n".join([*lines, *(f"log: {line}" for line in log)])


def _case(case: Case, servers: Servers, log: Path, folder: Path) -> tuple[Answer, str]:
    servers.seen = seen = list[str]()
    since = log.stat().st_size
    answer = case.ask(folder)
    time.sleep(2.5 if case.name == "slow" else 0.3)  # what is closed and logged a moment later
    print(f"  {case.wrong}: {answer.short}, {answer.seconds:.1f} s", flush=True)
    return answer, block(case.name, case.wrong, answer, [*seen], _told(log, since)).replace(str(folder), "/lab")


def version(name: str, program: str) -> str:
    """The version a program says it has."""
    said = run(program, *PRODUCTS[name].version)
    if not (found := re.search(r"\d+\.\d+\.\d+", said)):
        raise Failed(f"{program} does not say its version: {said}")
    return found[0]


@contextlib.contextmanager
def _standing(name: str, program: str) -> Iterator[tuple[Path, Path]]:
    """Set a proxy up with all routes; give its folder and its log."""
    with tempfile.TemporaryDirectory() as place:
        folder, log = Path(place), Path(place) / "log"
        _certificates(folder)
        for file, text in PRODUCTS[name].files(folder).items():
            (folder / file).write_text(text, "utf-8")
        with started(PRODUCTS[name].command(program, folder), log, folder, ("127.0.0.1", PORT["good"])):
            yield folder, log


def _product(name: str, program: str, servers: Servers, only: str) -> tuple[dict[str, Answer], str]:
    """Measure every case with one proxy; give the answers and the recording."""
    cases = [case for case in CASES if only in ("", case.name)]
    with _standing(name, program) as (folder, log):
        told = {case.name: _case(case, servers, log, folder) for case in cases}
    return {case: answer for case, (answer, _) in told.items()}, "\n\n".join(block for _, block in told.values())


def _fronts(nginx: str, haproxy: str, servers: Servers) -> tuple[list[list[str]], str]:
    """Measure what stands in front; give the rows of the table and the recording."""
    asked = [Case(f"{q.scheme}-{q.port}", q.wrong, q.ask) for q in fronts.questions()]
    with _standing("nginx", nginx), tempfile.TemporaryDirectory() as place:
        folder, log = Path(place), Path(place) / "log"
        (folder / "haproxy.cfg").write_text(fronts.config(), "utf-8")
        command = PRODUCTS["haproxy"].command(haproxy, folder)
        with started(command, log, folder, (fronts.TCP, GOOD)):
            told = {q: _case(case, servers, log, folder) for q, case in zip(fronts.questions(), asked, strict=True)}
    rows = [
        [
            f"{scheme}: {wrong}",
            *(
                _cell(told[q][0]) if (q := fronts.Asked(scheme, front, port)) in told else "-"
                for front in fronts.FRONTS
            ),
        ]
        for scheme in ("http", "https")
        for port, wrong in fronts.BEHIND.items()
    ]
    return rows, "\n\n".join(block for _, block in told.values())


# -- all of them ------------------------------------------------------------------------------------------------------
def _head(title: str) -> str:
    system = f"curl {run('curl', '--version').split()[1]}, Linux {os.uname().release.split('-')[0]}"
    return (
        f"# {title}\n"
        f"# Defaults apart from timeouts: connect {CONNECT} s, response {READ} s. {system}. {date.today()}.\n"
        "# Everything ran on one machine: times show order, not network latency. Made by tools/proxies.\n"
    )


def _cell(answer: Answer) -> str:
    grpc = next((line.partition(":")[2].strip() for line in answer.head if line.startswith("grpc-status")), "")
    late = f" after {answer.seconds:.0f} s" if answer.seconds >= 0.5 else ""
    return answer.short + (f" grpc {grpc}" if grpc else "") + late


def table(columns: list[str], rows: list[list[str]]) -> str:
    """Lines whose columns stand under each other."""
    widths = [max(len(row[n]) for row in [columns, *rows]) for n in range(len(columns))]
    return "\n".join(
        "  ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)).rstrip() for row in [columns, *rows]
    )


def measure(arguments: list[str]) -> None:
    """Measure the proxies named, and write the recordings; `only=CASE` prints one case and writes nothing."""
    named = [argument.partition("=")[::2] for argument in arguments]
    only = dict(named).get("only", "")
    proxies = [(name, program) for name, program in named if name != "only"]
    if not proxies or [name for name, _ in proxies if name not in PRODUCTS]:
        raise Failed(f"name proxies like nginx=/usr/sbin/nginx; known: {', '.join(PRODUCTS)}")
    if missing := [tool for tool in ("ip", "nft", "curl", "openssl") if not shutil.which(tool)]:
        raise Failed(f"needs {', '.join(missing)}")
    _network()
    with tempfile.TemporaryDirectory() as place:
        _certificates(Path(place))
        servers = Servers(Path(place) / CERTIFICATE)
        _measure_products(proxies, servers, only)
        if not only and {"nginx", "haproxy"} <= dict(proxies).keys():
            _measure_fronts(dict(proxies), servers)


def _measure_products(proxies: list[tuple[str, str]], servers: Servers, only: str) -> None:
    found = dict[str, dict[str, Answer]]()
    for name, program in proxies:
        title = _title(name, program)
        print(title, flush=True)
        found[title], told = _product(name, program, servers, only)
        if only:
            print(told)
        else:
            _write(
                f"proxy-{name}", f"What a client sees when something behind {title} fails, one thing at a time.", told
            )
    rows = [
        [case.wrong, *(_cell(answers[case.name]) for answers in found.values())]
        for case in CASES
        if only in ("", case.name)
    ]
    if not only:
        title = "What a client sees when something behind a proxy fails: HTTP status, or curl's exit code."
        _write("proxy-statuses", title, table(["", *found], rows))


def _measure_fronts(programs: dict[str, str], servers: Servers) -> None:
    rows, told = _fronts(programs["nginx"], programs["haproxy"], servers)
    front, controller = (_title(name, programs[name]) for name in ("haproxy", "nginx"))
    _write(
        "proxy-load-balancers",
        f"What a client sees when a controller ({controller}) behind a load balancer ({front}) fails.",
        f"{table(['', *fronts.FRONTS], rows)}\n\n{told}",
    )


def _title(name: str, program: str) -> str:
    return f"{PRODUCTS[name].title} {version(name, program)}"


def _write(name: str, title: str, text: str) -> None:
    (RECORDINGS / f"{name}.txt").write_text(f"{_head(title)}\n{text}\n", "utf-8")
