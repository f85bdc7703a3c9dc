"""What a site has for those who take it elsewhere: each page as Markdown, lists of them, the routes as data."""

import gzip
import json
import posixpath
import re
from pathlib import Path

import pytest
from houses import ROOT, Built
from leaves import Leaf, leaves
from requestflow.mkdocs import head
from requestflow.pages import markdown, plain, staged, whole
from requestflow.pages.navigation import read

pytestmark = pytest.mark.site
LINK = re.compile(r"(?<!\\)\]\(([^)\s]+)\)")
TOPS = {"en": "", "zh": "zh/"}


def texts(site: Path) -> dict[str, str]:
    """Every page as Markdown, and all in one, by path."""
    found = [*site.rglob("index.md"), *site.rglob("llms*.txt")]
    return {file.relative_to(site).as_posix(): file.read_text("utf-8") for file in sorted(found)}


def prose(text: str) -> str:
    return "\n".join(line for _, line in markdown.prose(text))


def in_site(page: str) -> str:
    """Where the Markdown of a page is: request/dns.md → request/dns/index.md."""
    return page if page.endswith("index.md") else page.replace(".md", "/index.md")


def test_every_page_has_its_markdown_beside_it_and_says_so(built: Built):
    there = texts(built.site)
    for path, leaf in leaves(built.site).items():
        if not path.endswith("404.html"):
            assert path.replace(".html", ".md") in there, path
            alternates = [e for tag, e in leaf.elements if tag == "link" and e.get("type") == "text/markdown"]
            assert alternates == [{"rel": "alternate ", "type": "text/markdown", "href": "index.md"}], path


def test_every_link_of_the_texts_leads_to_a_file_and_every_fragment_to_a_place(built: Built):
    files = texts(built.site)
    links = [(path, to) for path, text in files.items() for to in LINK.findall(prose(text))]
    assert len(links) > 10_000
    for path, to in links:
        if re.match(r"https?:", to):
            continue
        file, _, anchor = to.partition("#")
        target = posixpath.normpath(posixpath.join(posixpath.dirname(path), file.partition("?")[0])) if file else path
        there = built.site / target
        assert there.is_file() or (there / "index.html").is_file(), f"{path}: {to}"
        assert not anchor or f'<a id="{anchor}"></a>' in files[target], f"{path}: {to}"


def test_a_page_says_what_its_staged_file_says(built: Built):
    files, books = texts(built.site), staged.both(ROOT, whole.read(ROOT))
    for language, top in TOPS.items():
        book, sources = books[language]
        for page in ("request/kube-proxy.md", "routes/local-policy.md", "fix/index.md", "reference/glossary.md"):
            written = plain.page(book, plain.Tree(f"{language}/", str), page, sources[page])
            here, there = (LINK.sub("](…)", text) for text in (files[top + in_site(page)], written))
            # to the page on which two routes are chosen, by a script
            both = re.compile(r" · \[[^\]]*\]\(…\)$|^- \*\*(?:compare with|可对照)\*\*.*\n", re.M)
            assert both.sub("", here) == both.sub("", there), page


def test_the_list_names_every_page_in_order_with_its_sentence(built: Built):
    for language, top in TOPS.items():
        said = texts(built.site)[f"{top}llms.txt"]
        listed = re.findall(r"^- \[[^\]]+\]\(([^)]+\.md)\): \S", said, re.M)
        config = "mkdocs.yml" if language == "en" else "mkdocs.zh.yml"
        assert listed == [in_site(entry.page) for entry in read(ROOT, config).entries]
        assert re.match(r"# \S.*\n\n> \S.*\n\n## \S", said)
        whole_text = texts(built.site)[f"{top}llms-full.txt"]
        assert re.findall(r"^<!-- (\S+) -->$", whole_text, re.M) == listed


def test_the_data_have_every_route_with_the_addresses_worked_out(built: Built, routes):
    for top in TOPS.values():
        data = json.loads((built.site / top / "flow.json").read_text("utf-8"))
        assert {route["route"]: len(route["steps"]) for route in data["routes"]} == {
            name: len(hops) for name, hops in routes.items()
        }
        first = data["routes"][0]["steps"][2]
        assert first["after"]["destination"] == "203.0.113.10:443" and first["id"] in data["explained"]


def test_every_picture_of_a_page_can_be_taken_away(built: Built):
    for path, leaf in leaves(built.site).items():
        pictures = leaf.html.count('<figure class="seqfig')
        assert len(re.findall(r'href="[^"]*diagrams/[\w-]+\.mmd"', leaf.html)) >= pictures, path


def test_the_packed_sitemap_tells_no_time(tmp_path: Path):
    packed = tmp_path / "sitemap.xml.gz"
    made = set()
    for day in (0, 1_800_000_000):
        packed.write_bytes(gzip.compress(b"<urlset/>", mtime=day))
        head.timeless(tmp_path)
        made.add(packed.read_bytes())
    assert len(made) == 1 and gzip.decompress(made.pop()) == b"<urlset/>"


# -- all pages as one -------------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def editions(built: Built) -> dict[str, Leaf]:
    return {top: Leaf(built.site / top / "print/index.html") for top in TOPS.values()}


def test_every_page_is_in_the_print_edition_in_order(editions: dict[str, Leaf]):
    for top, leaf in editions.items():
        config = "mkdocs.yml" if not top else "mkdocs.zh.yml"
        wanted = ["-".join(in_site(e.page).split("/")[:-1]) or "home" for e in read(ROOT, config).entries]
        sheets = [attributes["id"] for attributes in leaf.having("sheet")]
        assert sheets == wanted
        assert [to.removeprefix("#") for to in leaf.links("a") if to.startswith("#")][: len(wanted)] == wanted
        assert leaf.language == ("zh-Hans" if top else "en")


def test_in_the_print_edition_every_id_is_its_own_and_every_link_leads_somewhere(built: Built, editions):
    for top, leaf in editions.items():
        ids, folder = set(leaf.ids), built.site / top / "print"
        assert len(ids) == len(leaf.ids)
        inner = [to for to in leaf.links() if to.startswith("#")]
        assert len(inner) > 4000 and [to for to in inner if to[1:] not in ids] == []
        files = {to.partition("#")[0].partition("?")[0] for to in leaf.links() if not re.match(r"#|https?:", to)}
        assert [to for to in files if not (folder / to).exists()] == []
        assert {to for to in leaf.links("a") if to.startswith("../") and to.endswith("/")} == set(), "pages are in it"


def test_the_print_edition_folds_nothing_has_no_script_and_is_not_searched(built: Built, editions):
    for leaf in editions.values():
        assert {tag for tag, _ in leaf.elements} & {"script", "form"} == set()
        assert all("open" in attributes for tag, attributes in leaf.elements if tag == "details")
        assert ("meta", {"name": "robots", "content": "noindex"}) in leaf.elements
        assert "data-pagefind-body" not in leaf.html
        sheets = [to.rpartition("/")[2].partition(".")[0] for to in leaf.links("link")]
        assert sheets == ["main", "palette", "flow", *sorted({"compare", "keys", "own"} & {*sheets})], "ours has the last word"
        maps = re.findall(r'<figure class="map"[^>]*>(<\w+)', leaf.html)
        assert len(maps) > 30 and set(maps) == {"<img"}
