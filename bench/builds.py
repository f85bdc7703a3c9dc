"""How long our build takes, against plain MkDocs with everything we generate already written out."""

import os
import re
import shutil
import sys
import time
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path

from tools.machine import Failed, copy_house

from . import variants
from .tell import command, progress

# One process for both languages on either side: a second start of Python would flatter us.
BUILD = """import sys
from mkdocs.__main__ import cli
for config in sys.argv[1:]:
    cli(["build", "--strict", "--quiet", "--config-file", config], standalone_mode=False)
"""
SWITCH = """<div class="md-header__option"><div class="md-select">
<button class="md-header__button md-icon">{% include ".icons/material/translate.svg" %}</button>
<div class="md-select__inner"><ul class="md-select__list">
{% for t in config.extra.switch %}<li class="md-select__item">
<a href="{{ base_url }}/{{ t.at }}{{ page.url if page }}" class="md-select__link">{{ t.name }}</a></li>{% endfor %}
</ul></div></div></div>
"""


@dataclass(frozen=True)
class Took:
    """Seconds of one build: on the clock, and of the processor (0 where the system does not tell)."""

    clock: float
    work: float


@dataclass
class Times:
    """What every round took, and how many pages say the same on both sides."""

    ours: list[Took] = field(default_factory=list)
    expanded: list[Took] = field(default_factory=list)
    pages: int = 0
    different: list[str] = field(default_factory=list)


def run(house: Path, folder: Path, rounds: int) -> Times:
    """Build both in turn, after one build each that is not counted; raises Failed."""
    ours = copy_house(folder / "build-ours", house)
    progress("building ours, and writing it out as plain Markdown")
    expanded = write_out(house, folder / "build-expanded")
    both = [*variants.CONFIGS.values()]
    seconds(ours, both[:1])
    seconds(expanded, both)
    times = compare(ours / "site", expanded / "site")
    for n in range(rounds):
        progress(f"building: round {n + 1} of {rounds}")
        for side in ("ours", "expanded") if n % 2 else ("expanded", "ours"):
            if side == "ours":
                times.ours.append(seconds(ours, both[:1]))
            else:
                times.expanded.append(seconds(expanded, both))
    return times


def seconds(house: Path, configs: list[str]) -> Took:
    """Build from scratch, in a process of its own, and give how long it took; raises Failed."""
    shutil.rmtree(house / "site", ignore_errors=True)
    environment = os.environ | {"NO_MKDOCS_2_WARNING": "1", "PYTHONUTF8": "1", "SITE_URL": "http://127.0.0.1:8000/"}
    start, worked = time.perf_counter(), _worked()
    command(sys.executable, "-c", BUILD, *configs, cwd=house, environment=environment)
    return Took(time.perf_counter() - start, _worked() - worked)


def _worked() -> float:
    times = os.times()
    return times.children_user + times.children_system


def write_out(source: Path, house: Path) -> Path:
    """Make a house whose pages are plain Markdown and HTML, which needs none of our code; raises Failed."""
    copy_house(house, source)
    shutil.copy(variants.HERE / "hook_expand.py", house / "hooks")

    def keep_pages(config: variants.Config, language: str) -> None:
        config["hooks"].append("hooks/hook_expand.py")

    def plainly(config: variants.Config, language: str) -> None:
        config["hooks"], config["watch"] = [], []
        config["docs_dir"] = f"expanded/{language}"
        config["site_dir"] = "site" if language == "en" else f"site/{language}"
        to_other = {"en": ("", "zh/"), "zh": ("../", "")}[language]
        config["extra"]["switch"] = [{"name": n, "at": a} for n, a in zip(("English", "中文"), to_other, strict=True)]

    variants.rewrite(house, keep_pages, "http://127.0.0.1:8000/")
    seconds(house, [variants.CONFIGS["en"]])
    for name in variants.CONFIGS.values():
        shutil.copy(source / name, house / name)
    variants.rewrite(house, plainly, "http://127.0.0.1:8000/")
    (house / "overrides/partials/alternate.html").write_text(SWITCH, "utf-8")
    (house / "overrides/sitemap.xml").unlink()  # the theme's own: ours asks for links from our code
    shutil.rmtree(house / "hooks")
    return house


def compare(ours: Path, expanded: Path) -> Times:
    """See that both sites have the same pages with the same words; raises Failed when a page is missing."""
    times = Times()
    for page in sorted(ours.rglob("*.html")):
        name = page.relative_to(ours)
        if name.name == "404.html":
            continue
        if not (expanded / name).is_file():
            raise Failed(f"the plain build lacks {name}")
        times.pages += 1
        if words(page) != words(expanded / name):
            times.different.append(name.parent.as_posix())
    return times


def words(page: Path) -> list[str]:
    """Give tags with where they lead, and words, of a page's article, white space apart."""

    def tag(m: re.Match[str]) -> str:
        href = re.search(r'\shref="([^"]*)"', m[0])
        return f" <{m[1]}{'>' + href[1] if href else '>'} "

    found = re.search(r"<article.*?</article>", page.read_text("utf-8"), re.DOTALL)
    return unescape(re.sub(r"<(/?\w+)[^>]*>", tag, found[0] if found else "")).split()
