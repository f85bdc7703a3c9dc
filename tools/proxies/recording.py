"""How a measurement is written down."""

import os
import re
from datetime import date
from pathlib import Path

from tools.machine import ROOT

from .client import AGAIN, EXITS, Answer
from .lab import run
from .routes import CONNECT, READ

RECORDINGS = ROOT / "docs" / "recordings"
LINES = 4  # of a log, for one case
NOISE = r"wrr\.go|healthcheck\.go|Health check for server|active health|HTTP request failed"  # health checks, again


def write(name: str, title: str, text: str) -> None:
    """Write a recording, with what was asked under which conditions."""
    system = f"curl {run('curl', '--version').split()[1]}, Linux {os.uname().release.split('-')[0]}"
    head = (
        f"# {title}\n"
        f"# Defaults apart from timeouts: connect {CONNECT} s, response {READ} s. {system}. {date.today()}.\n"
        "# Everything ran on one machine: times show order, not network latency. Made by tools/proxies.\n"
    )
    (RECORDINGS / f"{name}.txt").write_text(f"{head}\n{text}\n", "utf-8")


def block(name: str, wrong: str, answer: Answer, seen: list[str], log: list[str]) -> str:
    """Give what is written down of one case."""
    lines = [f"== {name}: {wrong}", f"curl: {answer.exit} {EXITS.get(answer.exit, '')}".rstrip()]
    lines += [f"http: {answer.status or '-'}", f"sec: {answer.seconds:.2f}"]
    lines += [f"stderr: curl: ({answer.exit}) {answer.error}"] if answer.error else []
    lines += [f"head: {' | '.join(answer.head)}"] if answer.head else []
    body = " | ".join(line.strip() for line in answer.body.splitlines() if line.strip())
    lines += [f"body: {_short(body, 400)}"] if body else []
    lines += [f"client's connection: {answer.ended}"]
    lines += [f"server's connection: {one}" for one in seen]
    return "\n".join([*lines, *(f"log: {line}" for line in log)])


def logged(log: Path, since: int) -> list[str]:
    """Give the lines a proxy has logged since, without those that say a health check has failed once more."""
    with log.open("rb") as file:
        file.seek(since)
        lines = file.read().decode("utf-8", "replace").splitlines()
    return [_short(line, 600) for line in lines if line.strip() and not re.search(NOISE, line)][-LINES:]


def _short(text: str, most: int) -> str:
    text = re.sub(r"x{50,}", "xxx…", text)
    return text if len(text) <= most else f"{text[:most]}…"


def cell(answer: Answer) -> str:
    """Give an answer in a few words."""
    grpc = next((line.partition(":")[2].strip() for line in answer.head if line.startswith("grpc-status")), "")
    late = f" after {answer.seconds:.0f} s" if answer.seconds >= 0.5 else ""
    again = ", asked again" if AGAIN in answer.ended else ""
    return answer.short + (f" grpc {grpc}" if grpc else "") + again + late


def table(columns: list[str], rows: list[list[str]]) -> str:
    """Give lines whose columns stand under each other."""
    widths = [max(map(len, column)) for column in zip(columns, *rows, strict=True)]
    lines = [[cell.ljust(width) for cell, width in zip(row, widths, strict=True)] for row in [columns, *rows]]
    return "\n".join("  ".join(line).rstrip() for line in lines)
