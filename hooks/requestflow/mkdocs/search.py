"""The search index: Pagefind reads the built pages and writes what a reader's browser searches in, by language.

Pages say what is not to be searched (`html.UNSEARCHED`); the words of `keywords` stand in each page's head.
"""

import gzip
import json
import re
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from threading import Thread

from ..pages import keywords
from . import chunks

FOLDER = "pagefind"  # in the site; beside the pages of the first language, whose build is the outermost
SCRIPT = f"{FOLDER}/pagefind.js"
ENTRY, WORDS = "pagefind-entry.json", "words.zh.txt"
NEEDED = ("pagefind.js", ENTRY, "*.pf_meta", "wasm.*.pagefind")  # of the files beside index and fragments
UNREAD = ".headerlink,thead"  # in excerpts the heads of columns would stand as sentences
SOURCES = re.compile(r'<h2 id="sources".*?(?=<h[12][ >]|\Z)', re.S)


class NotIndexed(Exception):
    """Why there is no index."""


def program() -> Path | None:
    """Give the program that makes the index; None where its packages have no wheel."""
    try:
        import_module(chunks.PACKER)
        return Path(import_module("pagefind_bin_extended").get_executable())
    except (ImportError, OSError):
        return None


def set_aside(html: str) -> str:
    """Keep the list of sources of a page out of the index: its titles name everything and explain nothing."""
    return SOURCES.sub(lambda m: f'<div data-pagefind-ignore="all">{m[0]}</div>', html)


def command(site: Path) -> list[str]:
    """Give the command that indexes a built site; raises NotIndexed."""
    if (path := program()) is None:
        raise NotIndexed("requirements/search.txt is not installed, or has no wheel for this platform")
    return [str(path), "--site", str(site), "--exclude-selectors", UNREAD, "--silent"]


def index(site: Path) -> None:
    """Index a built site, both languages; the same pages give the same files. Raises NotIndexed."""
    done = subprocess.run(command(site), capture_output=True, encoding="utf-8", errors="replace", check=False)
    if done.returncode:
        said = (done.stderr.strip() or done.stdout.strip() or f"code {done.returncode}").splitlines()
        raise NotIndexed(said[-1])
    finish(site / FOLDER)


def finish(folder: Path) -> None:
    """Take away what no page asks for, cut the index smaller, write down the words into which Chinese was cut."""
    for file in folder.iterdir():  # Pagefind's own pages of results and their styles
        if file.is_file() and not any(file.match(name) for name in NEEDED):
            file.unlink()
    entry = folder / ENTRY
    said = json.loads(entry.read_text("utf-8"))
    said["languages"] = {
        language.partition("-")[0]: of | {"hash": chunks.cut(folder, of["hash"])}
        for language, of in said["languages"].items()
    }
    entry.write_text(json.dumps(said, sort_keys=True), "utf-8")  # its own order changes from run to run
    words = {word for file in folder.glob("fragment/zh*") for word in _cut(file)}
    (folder / WORDS).write_text(" ".join(sorted(words)), "utf-8", newline="\n")


def _cut(fragment: Path) -> Iterator[str]:
    """The Chinese words of one page, as the index has them: a query must be cut as the text was."""
    page = json.loads(gzip.decompress(fragment.read_bytes()).removeprefix(b"pagefind_dcd"))
    for word in page["content"].split("\u200b"):
        if len(word.strip()) > 1 and keywords.HAN.fullmatch(word.strip()):
            yield word.strip()


Running = list[subprocess.Popen[bytes]]


def start(site: Path, running: Running) -> None:
    """Index a site that is being served, without waiting: it may be rebuilt, or gone, before it is done."""
    stop(running)
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(command(site), stdin=quiet, stdout=quiet, stderr=quiet)
    running.append(process)

    def end() -> None:
        if process.wait() == 0:
            with suppress(OSError):  # the folder may be emptied by the next build
                finish(site / FOLDER)

    Thread(target=end, daemon=True).start()


def stop(running: Running) -> None:
    """End what still writes to a folder that is about to be emptied."""
    while running:
        process = running.pop()
        process.terminate()
        process.wait()
