"""The built site is whole: both languages, every link, quiet pages, a search of its own for each language."""

import json
import re
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

import pytest
from houses import ROOT, build
from leaves import REFERENCES, broken, leaves, page_of, resolve

pytestmark = pytest.mark.site
PAGES = sorted(p.relative_to(ROOT / "docs/en").with_suffix("").as_posix() for p in (ROOT / "docs/en").rglob("*.md"))
SAID = {page: (ROOT / "docs/en" / f"{page}.md").read_text("utf-8") for page in PAGES}
ZERO_WIDTH_SPACE = "\u200b"


def built_page(page: str, language: str = "") -> str:
    """Where a page is in the site: request/dns → zh/request/dns/index.html."""
    return language + (f"{page}.html" if page.split("/")[-1] == "index" else f"{page}/index.html")


def search(site: Path) -> dict:
    return json.loads((site / "search/search_index.json").read_text("utf-8"))


# -- one build --------------------------------------------------------------------------------------------------------
def test_a_strict_build_has_nothing_to_warn_of(built):
    assert not re.search(r"WARNING|ERROR|Traceback", built.said), built.said


def test_every_page_is_there_in_both_languages_and_nothing_else(built):
    expected = {built_page(page, language) for page in [*PAGES, "404"] for language in ("", "zh/")}
    expected = {path.replace("404/index.html", "404.html") for path in expected}
    assert set(leaves(built.site)) == expected
    for path, leaf in leaves(built.site).items():
        assert leaf.language == ("zh" if path.startswith("zh/") else "en"), path


def test_every_link_and_fragment_leads_somewhere(built):
    assert sum(len(leaf.links()) for leaf in leaves(built.site).values()) > 3000  # it did look
    assert broken(built.site) == []


def test_no_id_is_on_a_page_twice(built):
    for path, leaf in leaves(built.site).items():
        assert [i for i, n in Counter(leaf.ids).items() if n > 1] == [], path


def test_every_label_an_element_names_is_on_the_page(built):
    for path, leaf in leaves(built.site).items():
        wanted = {i for _, a in leaf.elements for name in REFERENCES & a.keys() for i in a[name].split()}
        assert wanted - set(leaf.ids) == set(), path


def test_nothing_is_fetched_from_another_host(built):
    for path, leaf in leaves(built.site).items():
        fetched = [
            attributes.get("href", attributes.get("src", ""))
            for tag, attributes in leaf.elements
            if tag in ("link", "script", "img", "iframe", "source", "use") and attributes.get("rel") != "canonical"
        ]
        assert len(fetched) > 3 and [url for url in fetched if re.match(r"(\w+:)?//", url)] == [], path
    for css in built.site.rglob("*.css"):
        assert not re.search(r"(url\(|@import)\s*['\"]?(https?:)?//", css.read_text("utf-8")), css


def test_drawn_pages_do_not_know_mermaid(built):
    for path, leaf in leaves(built.site).items():
        page = path.removeprefix("zh/").removesuffix("/index.html").removesuffix(".html")
        if "mermaid" not in SAID.get(page, "").lower():
            assert "mermaid" not in leaf.html.lower(), path
        assert not leaf.having("mermaid"), path
    assert sum(len(leaf.having("seq")) for leaf in leaves(built.site).values()) > 30


def test_every_step_is_an_anchor_on_one_page_of_each_language(built, flow):
    for language in ("", "zh/"):
        tree = {p: leaf for p, leaf in leaves(built.site).items() if p.startswith("zh/") == bool(language)}
        anchors = Counter(i for leaf in tree.values() for i in leaf.ids)
        assert {step: anchors[step] for step in flow.steps} == dict.fromkeys(flow.steps, 1)
        path = f"{language}reference/steps/index.html"
        listed = {(resolve(path, link) or "").partition("#")[2] for link in tree[path].links("a")}
        assert set(flow.steps) - listed == set()


def test_what_both_languages_share_is_published_once(built):
    for name in ("flow.yml", "flow.schema.json"):
        assert [p.relative_to(built.site).as_posix() for p in built.site.rglob(name)] == [name]
        assert (built.site / name).read_bytes() == (ROOT / "docs" / name).read_bytes()
    recordings = sorted(p.name for p in (ROOT / "docs/recordings").iterdir())
    assert sorted(p.name for p in (built.site / "recordings").iterdir()) == recordings
    assert not (built.site / "zh/recordings").exists()


def test_readers_get_every_style_and_no_comment(built):
    for language in ("", "zh/"):
        got = (built.site / language / "assets/flow.css").read_text("utf-8")
        written = (ROOT / "docs/assets/flow.css").read_text("utf-8")
        assert "/*" in written and "/*" not in got
        assert [line for line in got.splitlines() if line.strip() and line.rstrip() not in written] == []
        assert got.count("{") == got.count("}") == re.sub(r"/\*.*?\*/", "", written, flags=re.S).count("{") > 100


def diagram_links(site: Path) -> dict[str, set[str]]:
    """Where the links of every picture to take away lead: in the picture's file they must be whole addresses."""
    files = sorted(site.rglob("diagrams/*.svg"))
    return {
        file.relative_to(site).as_posix(): set(re.findall(r'href="(.*?)"', file.read_text("utf-8"))) for file in files
    }


def test_pictures_to_take_away_link_to_the_steps_on_this_site(built, routes):
    links = diagram_links(built.site)
    stages = {hop.stage for hop in routes["through-service"]}
    assert {f"diagrams/through-service-{stage}.svg" for stage in stages} <= set(links), "every picture of a page"
    for file, urls in links.items():
        top = "http://127.0.0.1:8000/" + ("zh/" if file.startswith("zh/") else "")
        assert urls and all(url.startswith(top) for url in urls), file
    pages = leaves(built.site)
    for page, _, step in {
        url.removeprefix("http://127.0.0.1:8000/").partition("#") for u in links.values() for url in u
    }:
        assert step in pages[f"{page}index.html"].ids


# -- between the languages --------------------------------------------------------------------------------------------
def test_the_language_switch_keeps_the_page(built):
    for path, leaf in leaves(built.site).items():
        page = path.removeprefix("zh/").replace("404.html", "index.html")
        switch = {a["hreflang"]: resolve(path, a["href"]) for a in leaf.having("md-select__link")}
        assert switch == {"en": page, "zh": f"zh/{page}"}, path


@pytest.mark.parametrize("language", ["", "zh/"])
def test_the_sitemap_names_every_page_in_both_languages(built, language):
    names = {"": "{http://www.sitemaps.org/schemas/sitemap/0.9}", "x": "{http://www.w3.org/1999/xhtml}"}
    root = ElementTree.fromstring((built.site / language / "sitemap.xml").read_text("utf-8"))
    top = "http://127.0.0.1:8000/"
    seen = set()
    for url in root.iter(f"{names['']}url"):
        location = url.findtext(f"{names['']}loc") or ""
        page = location.removeprefix(top + language)
        links = {link.get("hreflang"): link.get("href") for link in url.iter(f"{names['x']}link")}
        assert links == {"en": top + page, "zh": f"{top}zh/{page}"}
        seen.add(page)
    assert seen == {page_of(built_page(page)) for page in PAGES}


# -- search -----------------------------------------------------------------------------------------------------------
def test_each_language_searches_its_own_words(built):
    en, zh = search(built.site), search(built.site / "zh")
    assert (en["config"]["lang"], zh["config"]["lang"]) == (["en"], ["zh", "en"])
    assert [d["location"] for d in en["docs"]] == [d["location"] for d in zh["docs"]]
    english, chinese = (" ".join(d["title"] + d["text"] for d in index["docs"]) for index in (en, zh))
    assert len(re.findall("[一-鿿]", english)) < 20 < 5000 < len(re.findall("[一-鿿]", chinese))
    assert chinese.count(ZERO_WIDTH_SPACE) > 5000 and ZERO_WIDTH_SPACE not in english  # else no Chinese word is found


def test_search_knows_addresses_but_no_pictures(built, flow):
    for language, name in (("en", ""), ("zh", "zh")):
        text = " ".join(d["text"] for d in search(built.site / name)["docs"]).replace(ZERO_WIDTH_SPACE, "")
        assert str(flow.address("load-balancer")) in text
        tree = [leaf.html for leaf in leaves(built.site).values() if leaf.language == language]
        pictures = {words for html in tree for words in re.findall("<desc>(.+?)</desc>", html) if "; " in words}
        assert len(pictures) > 8 and [words for words in pictures if words in text] == []


# -- other ways to build ----------------------------------------------------------------------------------------------
def test_it_works_below_a_path_of_another_host(house):
    result = build(house, SITE_URL="https://example.org/docs/flow")
    assert result.code == 0, result.said
    assert broken(result.site, "/docs/flow/") == []
    not_found = leaves(result.site)["404.html"]
    own = [link for link in not_found.links() if resolve("404.html", link, "/docs/flow/") is not None]
    assert len(own) > 20 and all(link.startswith(("/docs/flow/", "#")) for link in own), own
    for path, leaf in leaves(result.site).items():
        if not path.endswith("404.html"):
            canonical = [a["href"] for _, a in leaf.elements if a.get("rel") == "canonical"]
            assert canonical == [f"https://example.org/docs/flow/{page_of(path)}"], path
            whole = [link for link in leaf.links("a", "script", "img") if link.startswith(("/", "https://example.org"))]
            assert whole == [], path
    assert "<loc>https://example.org/docs/flow/zh/request/dns/</loc>" in (result.site / "zh/sitemap.xml").read_text()


def test_it_works_from_the_disk_without_a_server(house):
    result = build(house, "--no-directory-urls")
    assert result.code == 0, result.said
    assert (result.site / "zh/request/dns.html").is_file()
    assert broken(result.site) == []
    for path, leaf in leaves(result.site).items():
        if not path.endswith("404.html"):
            own = [link for link in leaf.links() if resolve(path, link) is not None]
            assert [link for link in own if link.startswith("/") or link.endswith("/")] == [], path
    steps = {url.removeprefix("http://127.0.0.1:8000/") for urls in diagram_links(result.site).values() for url in urls}
    assert {page for page, _, _ in (step.partition("#") for step in steps)} <= leaves(result.site).keys()


def test_without_an_address_pictures_to_take_away_have_no_wrong_links(house):
    result = build(house, SITE_URL="")
    assert result.code == 0, result.said
    for file, urls in diagram_links(result.site).items():
        assert [url for url in urls if not (result.site / file).parent.joinpath(url.partition("#")[0]).exists()] == []


def test_one_language_can_be_built_alone(house):
    result = build(house, "-f", "mkdocs.zh.yml")
    assert result.code == 0, result.said
    assert [p.name for p in result.site.iterdir()] == ["zh"]
    assert search(result.site / "zh")["config"]["lang"] == ["zh", "en"]


def test_building_twice_gives_the_same_files(built, house):
    again = build(house, PYTHONHASHSEED="7")
    before, after = (
        {p.relative_to(site): p.read_bytes() for p in site.rglob("*") if p.is_file() and p.suffix != ".gz"}
        for site in (built.site, again.site)
    )
    assert sorted(before) == sorted(after)
    assert [path for path, data in before.items() if after[path] != data] == []
