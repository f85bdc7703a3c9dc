"""What a build finds around it: folders that are gone, files it cannot read, words that are no HTML."""

import re
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest
from houses import build, copy_house, edit
from leaves import Leaf, leaves

pytestmark = pytest.mark.site


# -- files ------------------------------------------------------------------------------------------------------------
def away(name: str):
    return lambda house: (house / name).rename(house / f"{name}.away")


def several_at_once(house: Path) -> None:
    (house / "docs/recordings/world.yml").write_bytes(b"- x\n")
    (house / "docs/recordings/lab-traces.txt").write_bytes(b"caf\xe9\n")
    (house / "docs/en/zh").mkdir()
    (house / "docs/en/zh/index.md").write_text("# Mine {#mine}\n", "utf-8")
    (house / "docs/assets/flow.css").unlink()


def renamed(house: Path) -> None:
    (house / "docs/en").rename(house / "docs/english")
    edit(house / "mkdocs.yml", "docs_dir: docs/en", "docs_dir: docs/english")


def without_a_place(house: Path) -> None:
    edit(house / "docs/assets/picture.css", "var(--flow-rail)", "var(--flow-raul)")


SPOILED = {
    "several at once": (
        several_at_once,
        [
            r"docs/recordings/world\.yml:1:1: is empty or not a mapping",
            r"docs/recordings/lab-traces\.txt:1:4: is not UTF-8",
            r"docs/en/zh/index\.md: would be overwritten: 'zh' of the site is made from docs/zh",
            r"docs/assets/flow\.css: is not there",
        ],
    ),
    "no Chinese pages": (away("docs/zh"), ["docs/zh.* existing"]),
    "no English pages": (away("docs/en"), ["docs_dir"]),
    "pages in another folder": (renamed, [r"mkdocs\.yml: docs_dir is '.*docs/english'\. Name docs/en or docs/zh"]),
    "no recordings": (away("docs/recordings"), ["docs/recordings.* existing"]),
    "no schema": (away("docs/flow.schema.json"), [r"docs/flow\.schema\.json: is not there.*requestflow schema"]),
    "no Chinese settings": (away("mkdocs.zh.yml"), [r"mkdocs\.zh\.yml"]),
    "a colour that is none": (without_a_place, [r"docs/assets/picture\.css: uses --flow-raul.*var\(--flow-raul,VALUE"]),
}


@pytest.mark.parametrize("name", SPOILED)
def test_what_is_gone_or_unreadable_stops_the_build_with_a_line_and_no_traceback(tmp_path, name):
    spoil, words = SPOILED[name]
    house = copy_house(tmp_path)
    spoil(house)
    result = build(house)
    assert result.code == 1 and "Traceback" not in result.said, result.said
    missing = [word for word in words if not re.search(word, result.said)]
    assert not missing, result.said


# -- words ------------------------------------------------------------------------------------------------------------
HOSTILE = '"Quoted" </title><script>alert("out")</script> & \'co\''
CHECKED = "checked: 2026-11-27\n"
TITLE = HOSTILE.replace("&", "&amp;").replace("<", "&lt;")


@pytest.fixture(scope="module")
def odd(tmp_path_factory) -> Path:
    """The site with hostile titles and descriptions, of pages and of the site."""
    house = copy_house(tmp_path_factory.mktemp("odd"))
    quoted = HOSTILE.replace("'", "''")
    edit(house / "mkdocs.yml", "site_description: ", f"site_description: '{quoted}'\nsite_author: '{quoted}' # ")
    for language in ("en", "zh"):
        page = house / f"docs/{language}/request/tls.md"
        text = re.sub(r"(?m)\A(---\n.*?^---\n)?.*?^# .*?(?= \{#)", "", page.read_text("utf-8"), count=1, flags=re.S)
        page.write_text(f"---\ndescription: '{quoted}'\nauthor: '{quoted}'\n{CHECKED}---\n# {TITLE}{text}", "utf-8", newline="\n")
        bare = house / f"docs/{language}/request/pod.md"
        bare.write_text(re.sub(r"\A---\n.*?\n---\n", f"---\n{CHECKED}---\n", bare.read_text("utf-8"), flags=re.S), "utf-8", newline="\n")
        settings = house / ("mkdocs.yml" if language == "en" else "mkdocs.zh.yml")
        edit(settings, "- TLS: request/tls.md", "- request/tls.md")
    result = build(house)
    assert result.code == 0, result.said
    return result.site


class Head(HTMLParser):
    """The title of a page and what its meta elements say, as a browser reads them; and its scripts."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.title, self.said, self.scripts, self.within = "", dict[str, str](), list[str](), ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.within = tag
        if tag == "meta":
            for key in ("name", "property"):
                self.said[found.get(key, "")] = found.get("content", "")

    def handle_endtag(self, tag: str) -> None:
        self.within = ""

    def handle_data(self, data: str) -> None:
        if self.within == "title" and not self.title.endswith("\n"):
            self.title += data
        if self.within == "script":
            self.scripts.append(data)


@pytest.mark.parametrize("top", ["", "zh/"])
def test_titles_and_descriptions_stay_words(odd, top):
    head = Head((odd / f"{top}request/tls/index.html").read_text("utf-8"))
    assert head.title.startswith(f"{HOSTILE} - ")
    assert (head.said["og:title"], head.said["og:description"]) == (HOSTILE, HOSTILE)
    assert (head.said["description"], head.said["author"]) == (HOSTILE, HOSTILE)
    assert head.scripts and not [script for script in head.scripts if 'alert("out")' in script]


def test_the_words_of_the_site_stay_words(odd):
    head = Head((odd / "404.html").read_text("utf-8"))
    assert (head.said["description"], head.said["author"]) == (HOSTILE, HOSTILE)
    for path, leaf in leaves(odd).items():
        assert '<script>alert("out")' not in leaf.html, path


# -- pictures ---------------------------------------------------------------------------------------------------------
def pictures(leaf: Leaf) -> list[str]:
    return re.findall(r'<svg class="seq".*?</svg>', leaf.html, re.S)


def test_every_picture_is_well_formed_on_pages_and_in_files(built):
    inline = [svg for leaf in leaves(built.site).values() for svg in pictures(leaf)]
    files = [file.read_text("utf-8") for file in built.site.rglob("diagrams/*.svg")]
    assert len(inline) > 150 and len(files) >= 50
    for svg in [*inline, *files]:
        root = ElementTree.fromstring(svg)
        assert root.tag.endswith("svg") and len(root) > 3


def test_a_file_has_all_its_colours_in_itself(built):
    for file in built.site.rglob("diagrams/*.svg"):
        text = file.read_text("utf-8")
        assert "var(" not in text and "color-mix" not in text, file
        grounds = set(re.findall(r'class="bx (z\d+)"', text))
        assert grounds == set(re.findall(r"\.bx\.(z\d+)\{fill:#[0-9a-f]{6}\}", text)), file
