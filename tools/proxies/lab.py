"""The laboratory: namespaces that end with the program, and what is set up in them."""

import contextlib
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from .fronts import PUBLIC
from .products import CERTIFICATE, PRODUCTS
from .routes import NAME, PORT
from .servers import DROPPED, HOST

PATIENCE = 30  # s until a proxy listens
SETTLE = 3  # s after the start, in which health checks find out


class Failed(Exception):
    """What could not be done, in one line."""


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


def network() -> None:
    """Loopback, a drop of SYNs to one port, and a public address that is forwarded to the servers."""
    run("ip", "link", "set", "lo", "up")
    run("ip", "address", "add", f"{PUBLIC}/32", "dev", "lo")
    rules = f"""table ip lab {{
  chain drops {{ type filter hook input priority 0; ip daddr {HOST} tcp dport {DROPPED} tcp flags syn drop; }}
  chain forwards {{ type nat hook output priority -100; ip daddr {PUBLIC} dnat to {HOST}; }}
}}"""
    run("nft", "-f", "-", said=rules)


def certificates(folder: Path) -> None:
    """Write two, each with its key: one of the proxies and servers, one that nobody has."""
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
        end = time.monotonic() + PATIENCE
        while not _listens(at):
            if process.poll() is not None or time.monotonic() > end:
                raise Failed(f"{' '.join(command)} does not serve: {log.read_text('utf-8', 'replace')[-2000:]}")
            time.sleep(0.1)
        time.sleep(SETTLE)
        yield
    finally:
        process.terminate()
        process.wait(20)


def _listens(at: tuple[str, int]) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(at):
        return True
    return False


@contextlib.contextmanager
def standing(name: str, program: str) -> Iterator[tuple[Path, Path]]:
    """Set a proxy up with all routes; give its folder and its log."""
    with tempfile.TemporaryDirectory() as place:
        folder, log = Path(place), Path(place) / "log"
        certificates(folder)
        for file, text in PRODUCTS[name].files(folder).items():
            (folder / file).write_text(text, "utf-8")
        with started(PRODUCTS[name].command(program, folder), log, folder, ("127.0.0.1", PORT["good"])):
            yield folder, log
