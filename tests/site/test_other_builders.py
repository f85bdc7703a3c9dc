"""Without MkDocs: ProperDocs makes the same site, and the pages as plain Markdown build with it and with Zensical."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from houses import CALM, ROOT, Built, copy_house, required
from requestflow.pages import staged, whole

pytestmark = [pytest.mark.site, pytest.mark.slow]
STAGED = {  # the settings each builder needs for the plain pages; nothing else is loosened
    "properdocs": """site_name: Pages
theme: {name: material, font: false}
markdown_extensions: [tables, pymdownx.superfences]
validation: {omitted_files: warn, absolute_links: warn, unrecognized_links: warn, anchors: warn}
""",
    "zensical": """[project]
site_name = "Pages"
""",
}
FILES = {"properdocs": "properdocs.yml", "zensical": "zensical.toml"}


def build(builder: str, folder: Path, settings: str) -> str:
    """Build strictly; give what was said."""
    program = Path(sys.executable).with_name(builder)
    if not program.is_file():
        required(f"{builder} is not installed: tools/environment.py site test builders", "BUILDERS_REQUIRED")
    run = subprocess.run(
        [str(program), "build", "--strict", "-f", settings],
        cwd=folder,
        env=os.environ | CALM,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    assert run.returncode == 0, run.stdout
    return run.stdout


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


@pytest.mark.parametrize("builder", STAGED)
def test_the_plain_pages_build_strictly_and_are_all_there(tree: dict[str, str], tmp_path: Path, builder: str):
    staged.write(tree, tmp_path / "docs")
    (tmp_path / FILES[builder]).write_text(STAGED[builder], "utf-8")
    build(builder, tmp_path, FILES[builder])
    for path, text in tree.items():
        if path.endswith(".md"):
            page = (tmp_path / "site" / html_of(path)).read_text("utf-8")
            missing = [name for name in re.findall(r'<a id="([^"]+)"></a>', text) if f'id="{name}"' not in page]
            assert not missing and "](" not in re.sub(r"<(pre|code)\b.*?</\1>", "", page, flags=re.S), path


def html_of(page: str) -> str:
    """Where a builder puts a page: a/b.md → a/b/index.html."""
    return re.sub(r"(?:/?\b(?:index|README))?\.md$", "/index.html", page).lstrip("/")


@pytest.mark.parametrize("builder", STAGED)
def test_a_dead_link_stops_it(tmp_path: Path, builder: str):
    staged.write({"index.md": "# Page\n\n[dead](nowhere.md)\n"}, tmp_path / "docs")
    (tmp_path / FILES[builder]).write_text(STAGED[builder], "utf-8")
    with pytest.raises(AssertionError, match=r"nowhere|page does not exist"):
        build(builder, tmp_path, FILES[builder])
