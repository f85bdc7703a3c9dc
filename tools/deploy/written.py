"""The files a server or a host reads, made from a built site: for nginx, and for hosts of static sites."""

import gzip
import shutil
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from . import policy
from .moves import Move

HEADERS, REDIRECTS = "_headers", "_redirects"  # as hosts of static sites call them; nginx has no use for either
TEXT = {".css", ".html", ".js", ".json", ".map", ".md", ".mmd", ".svg", ".txt", ".xml", ".yml"}
DRAWN = {".svg", ".png", ".mmd", ".json"}
LEAST = 512  # bytes; what is smaller fits a packet as it is


def nginx(page: str, picture: str, moves: Iterable[Move]) -> dict[str, str]:
    """Give what deploy/nginx.conf includes: the headers, and where old addresses lead."""
    policies = {"default": page, r"~\.svg$": picture}
    kept = {"default": policy.ASKED, **{_regex(glob): policy.KEPT for glob in policy.HASHED}}
    headers = [f'add_header {name} "{value}" always;' for name, value in policy.CONSTANT.items()]
    return {
        "headers-of.conf": _map("$uri", "$policy", policies) + _map("$uri", "$keep", kept),
        "headers.conf": "\n".join(headers) + "\n",
        "moved.conf": _map("$uri", "$moved", {"default": ""} | {old: m.new for m in moves for old in m.olds}),
    }


def _regex(glob: str) -> str:
    """Give a pattern of paths as nginx has it, for every language."""
    return "~^(/[a-z]+)?" + glob.replace(".", r"\.").replace("*", "[^/]+") + "$"


def _map(source: str, target: str, values: Mapping[str, str]) -> str:
    lines = "".join(f'    {_word(key)} "{value}";\n' for key, value in values.items())
    return f"map {source} {target} {{\n{lines}}}\n"


def _word(key: str) -> str:
    """Give a key of a map: in quotes, unless it is the word that stands for all others."""
    return key if key == "default" else f'"{key}"'


def static(site: Path, page: str, picture: str, moves: Iterable[Move]) -> dict[str, str]:
    """Give the same for hosts of static sites. A star ends a rule, and no two rules for one path give one header."""
    rules = {"/*": policy.CONSTANT}
    rules |= {path: {"Content-Security-Policy": page} for path in _pages(site)}
    rules |= {path: {"Content-Security-Policy": picture} for path in _pictures(site)}
    rules |= {path: {"Cache-Control": policy.KEPT} for path in _hashed(site)}
    headers = "".join(f"{path}\n{_lines(given)}" for path, given in rules.items())
    return {HEADERS: headers, REDIRECTS: "".join(f"{old} {m.new} 301\n" for m in moves for old in m.olds)}


def _lines(given: Mapping[str, str]) -> str:
    return "".join(f"  {name}: {value}\n" for name, value in given.items())


def _tops(site: Path) -> list[Path]:
    """Give the folders of the languages: the site itself, and those in it that say themselves what is not there."""
    return [site, *(p for p in sorted(site.iterdir()) if (p / "404.html").is_file())]


def _pages(site: Path) -> Iterator[str]:
    """Every page of a language's top by its own address, those below by their folder's.

    What is not there has two: some hosts leave .html out of addresses, and rules are found by the address asked for.
    """
    for top in (tops := _tops(site)):
        at = _address(site, top)
        yield from (at, f"{at}index.html", f"{at}404.html", f"{at}404")
        folders = (p for p in sorted(top.iterdir()) if p.is_dir() and p not in tops)
        yield from (f"{_address(site, p)}*" for p in folders if any(p.rglob("*.html")))


def _pictures(site: Path) -> Iterator[str]:
    """Every folder that is only for pictures and what they are made of; other pictures one by one."""
    for folder in sorted({file.parent for file in site.rglob("*.svg")}):
        at = _address(site, folder)
        if all(file.suffix in DRAWN for file in folder.iterdir()):
            yield f"{at}*"
        else:
            yield from (f"{at}{file.name}" for file in sorted(folder.glob("*.svg")))


def _hashed(site: Path) -> Iterator[str]:
    """Every folder whose files are all called by their content; other such files one by one."""
    for top in _tops(site):
        for glob in policy.HASHED:
            files = sorted(top.glob(glob[1:]))
            if files and glob.endswith("/*"):
                yield f"{_address(site, files[0].parent)}*"
            else:
                yield from (f"{_address(site, file.parent)}{file.name}" for file in files)


def _address(site: Path, folder: Path) -> str:
    return "/" if folder == site else f"/{folder.relative_to(site).as_posix()}/"


# -- the files themselves ---------------------------------------------------------------------------------------------
def files(site: Path, to: Path) -> tuple[int, int]:
    """Copy a site, with a compressed file beside every text; give how many files there are, and how many compressed."""
    shutil.rmtree(to, ignore_errors=True)
    shutil.copytree(site, to, ignore=shutil.ignore_patterns(HEADERS, REDIRECTS), copy_function=shutil.copyfile)
    there = [file for file in to.rglob("*") if file.is_file()]
    return len(there), sum(compressed(file) for file in there)


def compressed(file: Path) -> bool:
    """Write FILE.gz beside a text that is smaller so; give whether."""
    data = file.read_bytes()
    if file.suffix not in TEXT or len(data) < LEAST:
        return False
    small = gzip.compress(data, 9, mtime=0)  # the same file gives the same bytes
    if len(small) >= len(data):
        return False
    file.with_name(file.name + ".gz").write_bytes(small)
    return True
