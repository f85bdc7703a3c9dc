"""The search index in smaller chunks: Pagefind's own hold 20,000 places of words each, and one search loads several.

Cut anew, a chunk holds the words of whole first letters, so that a word half typed finds all that begin with it.
"""

import gzip
import hashlib
from collections.abc import Iterator
from importlib import import_module
from itertools import groupby
from pathlib import Path
from typing import Any

PACKER = "cbor2"  # installed with the program that makes the index, or not at all
SIGN = b"pagefind_dcd"  # stands before what is packed
PLACES = 4000  # of words, in one chunk; a letter with more has a chunk of its own
LAST = "\U0010ffff"  # sorts behind every letter
Word = list[Any]  # the word, and on each page the places where it stands


def unpacked(file: Path) -> Any:
    """Give what a file of the index holds: lists, numbers and texts."""
    return import_module(PACKER).loads(gzip.decompress(file.read_bytes()).removeprefix(SIGN))


def cut(folder: Path, name: str) -> str:
    """Cut the index of one language anew, given the name in its metadata; give its new name."""
    file = folder / f"pagefind.{name}.pf_meta"
    meta = unpacked(file)
    old = [folder / "index" / f"{chunk[2]}.pf_index" for chunk in meta[2]]
    language = name.rpartition("_")[0]
    words = [word for path in old for word in unpacked(path)[0]]
    for path in (*old, file):
        path.unlink()
    meta[2] = [
        [chunk[0][0][0], chunk[-1][0][0] + LAST, _written(folder / "index", language, ".pf_index", [chunk])]
        for chunk in chunks(words)
    ]
    return _written(folder, f"pagefind.{language}", ".pf_meta", meta).removeprefix("pagefind.")


def chunks(words: list[Word]) -> Iterator[list[Word]]:
    """Group sorted words into chunks by their first letters."""
    chunk: list[Word] = []
    for _, same in groupby(words, key=lambda word: word[0][:1]):
        letter = list(same)
        if chunk and _places(chunk) + _places(letter) > PLACES:
            yield chunk
            chunk = []
        chunk += letter
    if chunk:
        yield chunk


def _places(words: list[Word]) -> int:
    return sum(len(places) for word in words for page in word[1] for places in page[1:])


def _written(folder: Path, start: str, end: str, value: Any) -> str:
    """Write a file of the index under a name that tells its content; give the name without its end."""
    data = SIGN + import_module(PACKER).dumps(value)
    name = f"{start}_{hashlib.sha256(data).hexdigest()[:10]}"
    (folder / f"{name}{end}").write_bytes(gzip.compress(data, mtime=0))
    return name
