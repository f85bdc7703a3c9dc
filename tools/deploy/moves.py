"""Addresses that lead elsewhere: a list of `FROM TO`, one a line, paths from the top of the site."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin

from requestflow.pages.published import GO
from requestflow.problems import Problem, nearest

PATH = re.compile(r"/[\w./%~-]*")
REFRESH = re.compile(r'<meta http-equiv="refresh" content="0; url=([^"]*)">')
TARGET = re.compile(rf"({PATH.pattern})(?:#([\w.:%-]+))?")


@dataclass(frozen=True)
class Move:
    """One line of the list."""

    place: str  # file and line
    old: str
    new: str

    @property
    def olds(self) -> list[str]:
        """Give the addresses that lead to the new one: that of a folder without its slash, too."""
        return [self.old, self.old.rstrip("/")] if self.old.endswith("/") else [self.old]


def read(text: str, name: str, problems: list[Problem]) -> list[Move]:
    """Read a list; a line that cannot be read is a problem and is left out."""
    found = list[Move]()
    for number, line in enumerate(text.splitlines(), 1):
        if not (words := line.split()) or words[0].startswith("#"):
            continue
        if len(words) != 2 or not PATH.fullmatch(words[0]) or not TARGET.fullmatch(words[1]):
            fix = "Write '/old/address/ /new/address/', both from the top of the site."
            problems.append(Problem(f"{name}:{number}", f"'{line.strip()}' does not say where an address leads.", fix))
        else:
            found.append(Move(f"{name}:{number}", *words))
    return found


def of_pages(site: Path) -> Iterator[Move]:
    """Give what stands where a page of today once was, and leads on: a server answers with a redirect instead."""
    for file in sorted(site.rglob("index.html")):
        folder = file.parent.relative_to(site)
        if GO not in folder.parts and (leads := REFRESH.search(file.read_text("utf-8"))):
            old = f"/{folder.as_posix()}/"
            yield Move(f"{site.name}/{folder.as_posix()}/index.html", old, urljoin(old, leads[1]))


def wrong(moves: list[Move], site: Path) -> Iterator[Problem]:
    """What would lead nowhere, or hide what is there."""
    seen = dict[str, str]()
    for move in moves:
        if first := next((seen[old] for old in move.olds if old in seen), ""):
            yield Problem(move.place, f"'{move.old}' has moved already, see {first}.", "Delete one.")
        seen |= dict.fromkeys(move.olds, move.place)
        if file := _file(site, move.old):
            yield Problem(move.place, f"'{move.old}' is there: {site.name}/{file}.", "Delete the line.")
        yield from _nowhere(move, site)


def _nowhere(move: Move, site: Path) -> Iterator[Problem]:
    """A target that is no file of the site, or has no such heading."""
    path, _, anchor = move.new.partition("#")
    if not (file := _file(site, path)):
        pages = (f"/{p.parent.relative_to(site).as_posix()}/" for p in site.rglob("index.html"))
        yield Problem(move.place, f"leads to '{path}', which is not there.", nearest(path, pages))
    elif anchor and f'id="{anchor}"' not in (site / file).read_text("utf-8"):
        yield Problem(move.place, f"leads to '{move.new}', but {site.name}/{file} has no '{anchor}'.")


def _file(site: Path, path: str) -> str:
    """Give the file that answers an address, or nothing."""
    at = path.lstrip("/") + ("index.html" if path.endswith("/") else "")
    return at if (site / at).is_file() else ""
