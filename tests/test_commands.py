"""The commands of the pages and of what breaks are read by the tools they name."""

import re
import shlex
import shutil
import struct
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from houses import ROOT, required
from requestflow.model import faults
from requestflow.model.definition import LANGUAGES, Language
from requestflow.model.values import Values
from requestflow.pages import loop, markdown

PAGES = loop.load(ROOT / "docs")
TAKES_A_WORD = re.compile(r"-\w*[icswr]")  # an option of tcpdump
CAPITALS = re.compile(r"\b(?:POD|NODE|SERVICE|CLIENT)-IP\b|\bNODE\b")  # the reader's own
NOTHING_READ = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1)  # a capture of Ethernet without a packet


def tool(name: str) -> str:
    return shutil.which(name) or required(f"no {name} on this machine", "LAB_REQUIRED")


def lines(flow, languages: tuple[Language, ...] = ("en",)) -> Iterator[str]:
    """Every line of a shell on the pages and of what breaks, its values filled in."""
    fill = Values(flow, "en").fill
    yield from (fill(run) for _, run in faults.commands(faults.read(ROOT / faults.SHOWN)))
    for source in (source for language in languages for source in PAGES[language].values()):
        for fence in markdown.fences(source):
            if fence.language == "bash":
                text = "\n".join(markdown.lines_of(source)[fence.first : fence.last - 1])
                text = text.replace("\\\n", " ")
                yield from (fill(text) if "flow" in fence.classes else text).splitlines()


def waits(line: str) -> bool:
    """Whether s_client in a line of a shell reads from the keyboard: it ends when its input does."""
    before, _, behind = line.partition("openssl s_client ")
    return bool(behind) and not before.rstrip().endswith("|") and "<" not in re.split(r"[|;&]", behind)[0]


def runs(flow, name: str) -> Iterator[list[str]]:
    """Every run of a program, as words."""
    for line in lines(flow):
        if name in line:
            words = shlex.split(CAPITALS.sub("192.0.2.9", line), comments=True)
            for n, word in enumerate(words):
                if word == name and (n == 0 or words[n - 1] in ("|", ";", "&&", "--", "sudo")):
                    ends = (i for i, w in enumerate(words[n:], n) if w in ("|", ";", "&&", "&"))
                    yield words[n : next(ends, len(words))]


def filter_of(words: list[str]) -> str:
    """The filter of a run of tcpdump: what is neither an option nor a word of one."""
    rest = iter(words[1:])
    out = []
    for word in rest:
        if TAKES_A_WORD.fullmatch(word) and not out:
            next(rest)
        elif not word.startswith("-") or out:
            out.append(word)
    return " ".join(out)


def test_tcpdump_reads_every_filter(flow, tmp_path: Path):
    (tmp_path / "none.pcap").write_bytes(NOTHING_READ)
    filters = {text for words in runs(flow, "tcpdump") if (text := filter_of(words))}
    assert len(filters) > 20
    wrong = {}
    for text in sorted(filters):
        command = [tool("tcpdump"), "-d", "-r", str(tmp_path / "none.pcap"), text]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            wrong[text] = done.stderr.strip().splitlines()[-1]
    assert wrong == {}


def test_tcpdump_would_say_so(tmp_path: Path):
    (tmp_path / "none.pcap").write_bytes(NOTHING_READ)
    command = [tool("tcpdump"), "-d", "-r", str(tmp_path / "none.pcap"), "tcp prt 80"]
    assert subprocess.run(command, capture_output=True, check=False).returncode


@pytest.mark.parametrize("broken", [False, True], ids=["as it is", "broken"])
def test_nft_reads_every_command(flow, broken):
    commands = {" ".join(words[1:]) for words in runs(flow, "nft") if "monitor" not in words}
    assert len(commands) > 5
    wrong = []
    for text in sorted(commands):
        text = text.replace("list ", "lst ") if broken else text
        done = subprocess.run([tool("nft"), "--check", text], capture_output=True, text=True, check=False)
        wrong += [text] if "syntax error" in done.stderr else []
    assert bool(wrong) is broken, wrong


def test_no_s_client_waits_for_the_keyboard(flow):
    found = [line for line in lines(flow, LANGUAGES) if "s_client" in line]
    assert len(found) > 15
    assert [line for line in found if waits(line)] == []


@pytest.mark.parametrize(
    ("line", "waiting"),
    {
        "openssl s_client -connect a:443": True,
        "openssl s_client -connect a:443 | openssl x509 </dev/null": True,
        "openssl s_client -connect a:443 </dev/null | openssl x509": False,
        "echo | openssl s_client -connect a:443": False,
    }.items(),
)
def test_what_waits_for_the_keyboard(line: str, waiting: bool):
    assert waits(line) is waiting
