"""Without MkDocs: ProperDocs makes the same site, and the pages as plain Markdown build with it and with Zensical."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from houses import ROOT, Built, copy_house, required
from requestflow.pages import markdown, staged, whole

from tools.machine import run

pytestmark = [pytest.mark.site, pytest.mark.slow]
FILES = {"properdocs": "properdocs.yml", "zensical": "zensical.toml"}
PAGE = ROOT / "docs/{}/reference/take-away.md"
STRICTER = "validation: {omitted_files: warn, absolute_links: warn, unrecognized_links: warn, anchors: warn}\n"


def settings(builder: str, language: str = "en") -> str:
    """What a page tells to write for a builder, and for ProperDocs what makes it look at anchors too."""
    text = Path(str(PAGE).format(language)).read_text("utf-8")
    kind = FILES[builder].rpartition(".")[2].replace("yml", "yaml")
    (found,) = (f for f in markdown.fences(text) if f.language == kind)
    shown = "".join(f"{line}\n" for line in markdown.lines_of(text)[found.first : found.last - 1])
    return shown + (STRICTER if builder == "properdocs" else "")


def build(builder: str, folder: Path, file: str) -> str:
    """Build strictly; give what was said."""
    program = Path(sys.executable).with_name(builder)
    if not program.is_file():
        required(f"{builder} is not installed: tools/environment.py site test builders", "BUILDERS_REQUIRED")
    done = run(folder, str(program), "build", "--strict", "-f", file, ELSEWHERE="true")
    assert done.returncode == 0, done.stdout
    return done.stdout


def files(site: Path) -> dict[str, bytes]:
    return {f.relative_to(site).as_posix(): f.read_bytes() for f in sorted(site.rglob("*")) if f.is_file()}


@pytest.fixture(scope="module")
def tree() -> dict[str, str]:
    return staged.tree(ROOT, whole.read(ROOT))


def test_properdocs_makes_the_same_site_to_the_byte(built: Built, tmp_path: Path):
    build("properdocs", copy_house(tmp_path), "mkdocs.yml")
    ours, theirs = files(built.site), files(tmp_path / "site")
    assert ours.keys() == theirs.keys()
    assert [path for path, data in ours.items() if theirs[path] != data] == []


@pytest.mark.parametrize("builder", FILES)
def test_the_plain_pages_build_strictly_and_are_all_there(tree: dict[str, str], tmp_path: Path, builder: str):
    staged.write(tree, tmp_path / "docs")
    (tmp_path / FILES[builder]).write_text(settings(builder), "utf-8")
    build(builder, tmp_path, FILES[builder])
    for path, text in tree.items():
        if path.endswith(".md"):
            page = (tmp_path / "site" / html_of(path)).read_text("utf-8")
            missing = [name for name in re.findall(r'<a id="([^"]+)"></a>', text) if f'id="{name}"' not in page]
            assert not missing and "](" not in re.sub(r"<(pre|code)\b.*?</\1>", "", page, flags=re.S), path


def html_of(page: str) -> str:
    """Where a builder puts a page: a/b.md → a/b/index.html."""
    return re.sub(r"(?:/?\b(?:index|README))?\.md$", "/index.html", page).lstrip("/")


@pytest.mark.parametrize("builder", FILES)
def test_a_dead_link_stops_it(tmp_path: Path, builder: str):
    staged.write({"index.md": "# Page\n\n[dead](nowhere.md)\n"}, tmp_path / "docs")
    (tmp_path / FILES[builder]).write_text(settings(builder), "utf-8")
    with pytest.raises(AssertionError, match=r"nowhere|page does not exist"):
        build(builder, tmp_path, FILES[builder])


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_names_the_versions_that_are_tried_and_what_they_are_told(language: str):
    text = Path(str(PAGE).format(language)).read_text("utf-8")
    pinned = (ROOT / "requirements/builders.txt").read_text("utf-8")
    for name in ("ProperDocs", "Zensical"):
        said, tried = re.search(rf"{name} ([\d.]+\d)", text), re.search(rf"^{name.lower()}==(\S+)", pinned, re.M)
        assert said and tried and said[1] == tried[1]
        assert settings(name.lower(), language) == settings(name.lower())
