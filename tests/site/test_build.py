"""The built site is whole: both languages, every link, quiet pages, a search of its own for each language."""

import gzip
import json
import re
from collections import Counter
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import pytest
import worlds
from houses import ADDRESS, REPOSITORY, ROOT, Built, build, copy_house, edit, slow
from leaves import REFERENCES, broken, leaves, page_of, resolve
from requestflow.mkdocs import search
from requestflow.model import faults, reading
from requestflow.model.definition import LANGUAGES
from requestflow.model.places import SHOWN
from requestflow.view import style

pytestmark = pytest.mark.site
indexed = pytest.mark.skipif(search.program() is None, reason="requirements/search.txt is not installed here")
PAGES = sorted(p.relative_to(ROOT / "docs/en").with_suffix("").as_posix() for p in (ROOT / "docs/en").rglob("*.md"))
SAID = {page: (ROOT / "docs/en" / f"{page}.md").read_text("utf-8") for page in PAGES}
ZERO_WIDTH_SPACE = "\u200b"
BASE = urlsplit(ADDRESS).path
SETS_THE_ADDRESS = """
def on_config(config):
    config.site_url = "https://example.org/docs/2.0"
"""


@pytest.fixture(
    scope="module", params=["of the environment", slow("of a plugin")]
)
def below(request, tmp_path_factory, named) -> Built:
    """The site for an address below a path of another host, written without its last slash."""
    if request.param == "of the environment":
        return named
    house = copy_house(tmp_path_factory.mktemp("below"))
    (house / "hooks/other.py").write_text(SETS_THE_ADDRESS, "utf-8")
    edit(house / "mkdocs.yml", "hooks: [hooks/mkdocs_hook.py]", "hooks: [hooks/other.py, hooks/mkdocs_hook.py]")
    result = build(house)
    assert result.code == 0, result.said
    return result


def built_page(page: str, language: str = "") -> str:
    """Where a page is in the site: request/dns → zh/request/dns/index.html."""
    return language + (f"{page}.html" if page.split("/")[-1] == "index" else f"{page}/index.html")


def searched(site: Path, language: str) -> dict[str, dict]:
    """What the search of a language knows of each page, by the page's URL."""
    found = {}
    for file in (site / "pagefind/fragment").glob(f"{language}[-_]*"):
        page = json.loads(gzip.decompress(file.read_bytes()).removeprefix(b"pagefind_dcd"))
        found[page["url"]] = page | {"content": page["content"].replace(ZERO_WIDTH_SPACE, "")}
    return found


# -- one build --------------------------------------------------------------------------------------------------------
def test_a_strict_build_has_nothing_to_warn_of(built):
    assert not re.search(r"WARNING|ERROR|Traceback", built.said), built.said


def test_every_page_is_there_in_both_languages_and_nothing_else(built):
    expected = {built_page(page, language) for page in [*PAGES, "404"] for language in ("", "zh/")}
    expected = {path.replace("404/index.html", "404.html") for path in expected}
    assert set(leaves(built.site)) == expected
    for path, leaf in leaves(built.site).items():
        assert leaf.language == ("zh-Hans" if path.startswith("zh/") else "en"), path


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


@pytest.mark.parametrize(
    ("kind", "file", "path"),
    [
        ("script", "compare.js", "routes/compare/index.html"),
        ("link", "compare.css", "routes/compare/index.html"),
        ("link", "keys.css", "reference/flow-file/index.html"),
        ("script", "lost.js", "404.html"),
    ],
)
def test_what_one_page_needs_no_other_loads(built, kind, file, path):
    having = {p for p, leaf in leaves(built.site).items() if any(url.endswith(f"/{file}") for url in leaf.links(kind))}
    assert having == {path, f"zh/{path}"}


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


def test_the_card_of_every_step_that_breaks_leads_to_each_of_its_causes(built):
    known = faults.read(ROOT / faults.SHOWN)
    wanted = {(step, name) for name, fault in known.faults.items() for step in fault.steps}
    for language in ("", "zh/"):
        fix, shown = f"{language}fix/index.html#", set()
        for path, leaf in leaves(built.site).items():
            if path.startswith("zh/") == bool(language):
                for card in leaf.html.split('<div class="step-head"')[1:]:
                    step, links = re.search('data-step="(.*?)"', card)[1], re.findall('href="(.*?)"', card.partition("</details>")[0])
                    there = [resolve(path, link) or "" for link in links]
                    shown |= {(step, to.removeprefix(fix)) for to in there if to.startswith(fix)}
        assert wanted == shown


def test_what_both_languages_share_is_published_once(built):
    for name in ("flow.yml", "flow.schema.json"):
        assert [p.relative_to(built.site).as_posix() for p in built.site.rglob(name)] == [name]
        assert (built.site / name).read_bytes() == (ROOT / "docs" / name).read_bytes()
    recordings = sorted(p.name for p in (ROOT / "docs/recordings").iterdir())
    assert sorted(p.name for p in (built.site / "recordings").iterdir()) == recordings
    assert not (built.site / "zh/recordings").exists()


def test_readers_get_every_style_and_no_comment(built, flow):
    names = (style.SHEET, style.PICTURE, style.MAP)
    rest, shared, maps = ((ROOT / "docs" / name).read_text("utf-8") for name in names)
    whole = style.sheet(shared + maps, rest, len(flow.zones))
    assert "/*" in rest and "/*" in shared
    for language in ("", "zh/"):
        got = (built.site / language / "assets/flow.css").read_text("utf-8")
        assert "/*" not in got and got.count("{") == got.count("}") > 100
        assert "".join(got.split()) == "".join(re.sub(r"/\*.*?\*/", "", whole, flags=re.S).split())


def test_addresses_that_differ_stand_on_lines_of_their_own_without_a_sign_between_them(built):
    pages = [leaf.html for path, leaf in leaves(built.site).items() if "routes/" in path]
    assert sum(html.count('class="change"') for html in pages) > 100
    assert [html for html in pages if re.search(r'</span>\s*[;；]\s*<span class="change"', html)] == []


def diagram_links(site: Path) -> dict[str, set[str]]:
    """Where the links of every picture of steps lead; a call between components is no step and leads nowhere."""
    calls = reading.read(ROOT / SHOWN, own=False).procedures
    files = [file for file in sorted(site.rglob("diagrams/*.svg")) if file.stem not in calls]
    return {
        file.relative_to(site).as_posix(): set(re.findall(r'href="(.*?)"', file.read_text("utf-8"))) for file in files
    }


def test_pictures_to_take_away_link_to_the_steps_on_this_site(below, routes):
    links = diagram_links(below.site)
    stages = {hop.stage for hop in routes["through-service"]}
    assert {f"diagrams/through-service-{stage}.svg" for stage in stages} <= set(links), "every picture of a page"
    for file, urls in links.items():
        top = ADDRESS + ("zh/" if file.startswith("zh/") else "")
        assert urls and all(url.startswith(top) for url in urls), file
    pages = leaves(below.site)
    for page, _, step in {url.removeprefix(ADDRESS).partition("#") for u in links.values() for url in u}:
        assert step in pages[f"{page}index.html"].ids


def test_the_scripts_of_a_page_and_of_a_walk_on_it_are_at_most_six_kilobytes(built):
    sizes = [len(gzip.compress((built.site / f"assets/{name}.js").read_bytes(), 6)) for name in ("flow", "walk")]
    assert 0 < sum(sizes) <= 6000, sizes


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_walk_says_is_published_for_every_route_in_its_language(built, flow, language):
    folder = built.site / ("" if language == "en" else language) / "diagrams"
    for route in flow.routes:
        said = {row.id: row.sentence for row in worlds.view(flow, route, language).rows}
        assert json.loads((folder / f"{route}-walk.json").read_text("utf-8")) == said and all(said.values())


# -- below every page -------------------------------------------------------------------------------------------------
def footer(leaf) -> str:
    """What stands below a page, as its HTML."""
    return re.search(r'<footer class="about".*?</footer>', leaf.html, re.S)[0]


def test_every_page_says_what_its_recordings_were_made_with(built, flow):
    for path, leaf in leaves(built.site).items():
        if not path.endswith("404.html"):
            assert f"kube-proxy {flow.recorded.kube_proxy}" in footer(leaf) and 'class="paper"' not in leaf.html, path


def test_on_paper_every_page_says_where_it_is(below):
    for path, leaf in leaves(below.site).items():
        if not path.endswith("404.html"):
            assert f'<p class="paper">{ADDRESS}{page_of(path)}</p>' in footer(leaf), path


def test_without_a_repository_there_is_no_way_that_leads_nowhere(built):
    assert [path for path, leaf in leaves(built.site).items() if 'class="ways"' in leaf.html] == []


def test_every_page_leads_to_its_source_and_to_a_report_that_names_it(named):
    for path, leaf in leaves(named.site).items():
        if path.endswith("404.html"):
            continue
        ways = [unescape(url) for url in re.findall('href="(.*?)"', footer(leaf))]
        assert [url.partition("?")[0] for url in ways[::2]] == [REPOSITORY.rstrip("/"), f"{REPOSITORY}issues/new"]
        file = ways[1].removeprefix(f"{REPOSITORY}edit/main/")
        assert (ROOT / file).is_file() and built_page(file[8:-3], "zh/" if "/zh/" in file else "") == path
        report = parse_qs(urlsplit(ways[2]).query)
        assert f"{ADDRESS}{page_of(path)}\n" in report["body"][0] and "kube-proxy" in report["body"][0] and report["title"][0]


def test_a_tab_says_the_heading_of_its_page_once(built):
    for path, leaf in leaves(built.site).items():
        title = unescape(re.search("<title>(.*?)</title>", leaf.html, re.S)[1])
        names = {"en": "From Request to Container", "zh-Hans": "从请求到容器"}
        if path.removeprefix("zh/") in ("index.html", "404.html"):
            assert title == names[leaf.language], path
        else:
            assert title.endswith(f" - {names[leaf.language]}") and title.count(names[leaf.language]) == 1, path


# -- between the languages --------------------------------------------------------------------------------------------
def test_the_language_switch_keeps_the_page(built):
    for path, leaf in leaves(built.site).items():
        page = path.removeprefix("zh/").replace("404.html", "index.html")
        switch = {a["hreflang"]: resolve(path, a["href"]) for a in leaf.having("md-select__link")}
        assert switch == {"en": page, "zh": f"zh/{page}"}, path


@pytest.mark.parametrize("language", ["", "zh/"])
def test_the_sitemap_names_every_page_in_both_languages(below, language):
    names = {"": "{http://www.sitemaps.org/schemas/sitemap/0.9}", "x": "{http://www.w3.org/1999/xhtml}"}
    root = ElementTree.fromstring((below.site / language / "sitemap.xml").read_text("utf-8"))
    top = ADDRESS
    seen = set()
    for url in root.iter(f"{names['']}url"):
        location = url.findtext(f"{names['']}loc") or ""
        page = location.removeprefix(top + language)
        links = {link.get("hreflang"): link.get("href") for link in url.iter(f"{names['x']}link")}
        assert links == {"en": top + page, "zh": f"{top}zh/{page}"}
        seen.add(page)
    assert seen == {page_of(built_page(page)) for page in PAGES}


# -- search -----------------------------------------------------------------------------------------------------------
@indexed
def test_each_language_searches_its_own_words(built):
    en, zh = searched(built.site, "en"), searched(built.site, "zh")
    assert sorted(en) == sorted(f"/{page_of(built_page(page))}" for page in PAGES)
    assert sorted(zh) == sorted(f"/zh{url}" for url in en)
    flow_file = "/reference/flow-file/"  # its definition has the words of both languages
    english = " ".join(page["content"] for url, page in en.items() if url != flow_file)
    chinese = " ".join(page["content"] for page in zh.values())
    assert len(re.findall("[一-鿿]", english)) < 20 < 5000 < len(re.findall("[一-鿿]", chinese))
    words = (built.site / "pagefind/words.zh.txt").read_text("utf-8").split(" ")
    assert len(words) > 1000 and {"网桥", "超时"} <= set(words) and words == sorted(set(words))


@indexed
@pytest.mark.parametrize(("language", "spoken", "between"), [("en", "en", "; "), ("zh", "zh-Hans", "；")])
def test_search_knows_prose_and_its_addresses_but_nothing_generated_or_recorded(built, flow, language, spoken, between):
    pages = searched(built.site, language)
    text = " ".join(page["content"] for page in pages.values())
    assert str(flow.address("load-balancer")) in text and "¶" not in text
    tree = [leaf.html for leaf in leaves(built.site).values() if leaf.language == spoken]
    pictures = {words for html in tree for words in re.findall("<desc>(.+?)</desc>", html) if between in words}
    assert len(pictures) > 8 and [words for words in pictures if words in text] == []
    top = "/" if language == "en" else "/zh/"
    assert "kubectl" in pages[f"{top}request/service/"]["content"], "commands are searched"
    assert len(pages[f"{top}reference/steps/"]["content"].split()) < 100
    assert "length 0" not in text, "a line of tcpdump"


@indexed
def test_search_words_are_in_the_index_and_not_on_the_page(built):
    page = searched(built.site, "en")["/routes/client-address/"]
    assert "real" not in page["content"].lower().split() and "X-Real-IP" in page["meta"]["words"].split()
    html = leaves(built.site)["routes/client-address/index.html"].html
    assert html.index("X-Real-IP") < html.index("</head>")


@indexed
def test_only_what_the_search_needs_is_there(built):
    kinds = {re.sub(r"\.(en|zh-hans)_\w+", "", p.name) for p in (built.site / "pagefind").iterdir()}
    assert kinds == {
        *("fragment", "index", "pagefind.js", "pagefind-entry.json", "pagefind.pf_meta", "words.zh.txt"),
        *("wasm.en.pagefind", "wasm.unknown.pagefind"),
    }


# -- other ways to build ----------------------------------------------------------------------------------------------
def test_it_works_below_a_path_of_another_host(below):
    assert broken(below.site, BASE) == []
    not_found = leaves(below.site)["404.html"]
    own = [link for link in not_found.links() if resolve("404.html", link, BASE) is not None]
    assert len(own) > 20 and all(link.startswith((BASE, "#")) for link in own), own
    for path, leaf in leaves(below.site).items():
        if not path.endswith("404.html"):
            canonical = [a["href"] for _, a in leaf.elements if a.get("rel") == "canonical"]
            assert canonical == [ADDRESS + page_of(path)], path
            whole = [link for link in leaf.links("a", "script", "img") if link.startswith(("/", "https://example.org/"))]
            assert whole == [], path
    assert f"<loc>{ADDRESS}zh/request/dns/</loc>" in (below.site / "zh/sitemap.xml").read_text()


def test_without_an_address_nothing_names_one(built):
    texts = [p for p in built.site.rglob("*") if p.suffix in (".html", ".svg", ".xml", ".mmd", ".css")]
    assert len(texts) > 100
    assert [p for p in texts if re.search(r"(127\.0\.0\.1|localhost):8000", p.read_text("utf-8"))] == []
    for path, leaf in leaves(built.site).items():
        assert [a for _, a in leaf.elements if a.get("rel") == "canonical" or a.get("property") == "og:url"] == [], path
    assert list(built.site.rglob("sitemap*")) == []
    for file, urls in diagram_links(built.site).items():
        assert urls and [url for url in urls if not (built.site / file).parent.joinpath(url.split("#")[0]).exists()] == []


@pytest.mark.slow
def test_it_works_from_the_disk_without_a_server(house):
    result = build(house, "--no-directory-urls")
    assert result.code == 0, result.said
    assert (result.site / "zh/request/dns.html").is_file()
    assert broken(result.site) == []
    for path, leaf in leaves(result.site).items():
        if not path.endswith("404.html"):
            own = [link for link in leaf.links() if resolve(path, link) is not None]
            assert [link for link in own if link.startswith("/") or link.endswith("/")] == [], path
    for url in [*searched(result.site, "en"), *searched(result.site, "zh")]:
        assert (result.site / f"{url[1:]}index.html" if url.endswith("/") else result.site / url[1:]).is_file(), url
    for file, urls in diagram_links(result.site).items():
        assert urls and [url for url in urls if not (result.site / file).parent.joinpath(url.split("#")[0]).is_file()] == []


def test_one_language_can_be_built_alone(house):
    result = build(house, "-f", "mkdocs.zh.yml")
    assert result.code == 0, result.said
    assert [p.name for p in result.site.iterdir()] == ["zh"]


@pytest.mark.slow
def test_building_twice_gives_the_same_files(built, house):
    again = build(house, PYTHONHASHSEED="7", ELSEWHERE="true")
    before, after = (
        {p.relative_to(site): p.read_bytes() for p in site.rglob("*") if p.is_file() and p.suffix != ".gz"}
        for site in (built.site, again.site)
    )
    assert sorted(before) == sorted(after)
    assert [path for path, data in before.items() if after[path] != data] == []
