"""Links to hand on: everything ever published leads somewhere; short links and heads say what they lead to."""

import json
import re
from html import unescape
from xml.etree import ElementTree

import pytest
from PIL import Image
from houses import ADDRESS, ROOT, Built, build, copy_house
from leaves import leaves, page_of, resolve
from requestflow.model.definition import LANGUAGES, Language
from requestflow.pages import front, ledger, loop, names, whole
from requestflow.pages.published import GO

pytestmark = pytest.mark.site
AT = ADDRESS
TOPS = {"en": "", "zh": "zh/"}
MOST = 2048  # bytes of a page that leads on


def tags(html: str) -> dict[str, str]:
    """What those who preview links read."""
    found = re.findall(r'<meta ((?:(?:property|name)="[^"]*" ?)+) ?content="([^"]*)">', html)
    return {name: words for names, words in found for name in re.findall('"(.*?)"', names)}


# -- everything ever published ----------------------------------------------------------------------------------------
def test_every_address_ever_published_leads_somewhere_in_both_languages(built):
    pages = loop.load(ROOT / "docs")["en"]
    entries = ledger.read(ROOT / ledger.SHOWN)
    assert ledger.count(entries) > 1700
    assert [str(p) for p in ledger.dead(entries, ledger.Site(built.site), pages)] == []


def test_the_ledger_is_not_published(built):
    assert list(built.site.rglob("ledger*")) == []


# -- short links ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_step_stage_route_page_fault_and_term_has_a_short_link(built, flow, language):
    known = whole.read(ROOT).known
    pages = [p.removesuffix(".md") for p in loop.load(ROOT / "docs")[language]]
    folder = built.site / TOPS[language] / GO
    wanted = {*flow.steps, *flow.stages, *flow.routes, *known.faults.faults, *pages}
    wanted |= {f"term-{name}" for name in known.glossary.terms}
    wanted |= {old.removesuffix(".md") for old in {**flow.aliases, **flow.retired} if "#" not in old}
    assert {f.parent.relative_to(folder).as_posix() for f in folder.rglob("index.html")} == wanted


def test_every_short_link_leads_to_an_id_of_its_language_and_is_small(named):
    site = ledger.Site(named.site)
    for language, top in TOPS.items():
        for file in (named.site / top / GO).rglob("index.html"):
            html, url = file.read_text("utf-8"), page_of(file.relative_to(named.site).as_posix())
            assert len(html.encode()) < MOST, url
            to = resolve(f"{url}index.html", ledger.ONWARD.search(html)[1])
            assert to and to.startswith("zh/") == (language == "zh") and site.leads(url), url
            said = tags(html)
            assert said["og:title"] and said["og:description"] and said["og:url"] == AT + url
            page = page_of(to.partition("#")[0])
            assert f'<link rel="canonical" href="{AT}{page}">' in html, url


def test_short_links_are_in_no_sitemap_and_no_search(named):
    for top in TOPS.values():
        names = [e.text or "" for e in ElementTree.parse(named.site / top / "sitemap.xml").iter() if e.tag.endswith("loc")]
        assert names and [name for name in names if "/go/" in name] == []
    assert not any(b"/go/" in f.read_bytes() for f in named.site.glob("pagefind/*.json"))


def test_what_is_copied_is_the_short_link_of_the_step(built, flow):
    for path, leaf in leaves(built.site).items():
        for link in leaf.having("perma"):
            assert resolve(path, link["data-copy"]) == f"{'zh/' * path.startswith('zh/')}go/{link['href'][1:]}/index.html"
    cards = [link for leaf in leaves(built.site).values() for link in leaf.having("perma")]
    assert len(cards) == 2 * len(flow.steps)


# -- heads ------------------------------------------------------------------------------------------------------------
def test_every_page_has_one_head_of_its_own(named):
    seen = set()
    for path, leaf in leaves(named.site).items():
        if path.endswith("404.html"):
            continue
        said, url = tags(leaf.html), AT + page_of(path)
        for once in ("<title>", 'rel="canonical"', 'name="description"', 'property="og:title"', 'property="og:url"'):
            assert leaf.html.partition("</head>")[0].count(once) == 1, (path, once)
        assert f'<link rel="canonical" href="{url}">' in leaf.html and said["og:url"] == url
        assert said["og:description"] == said["description"] == said["twitter:description"]
        seen.add((leaf.language, said["description"]))
        other = {lang: f"{AT}{top}{page_of(path.removeprefix('zh/'))}" for lang, top in TOPS.items()}
        links = re.findall('<link rel="alternate " hreflang="(.*?)" href="(.*?)">', leaf.html)
        assert dict(links) == other | {"x-default": other["en"]}, path
    assert len(seen) == sum(not path.endswith("404.html") for path in leaves(named.site)), "each is said once"


def test_breadcrumbs_lead_from_the_top_to_the_page_by_pages_that_are_there(named):
    depths = set()
    for path, leaf in leaves(named.site).items():
        if path.endswith("404.html"):
            continue
        (text,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', leaf.html)
        said = json.loads(text)
        items = [(item["position"], item["item"]) for item in said["itemListElement"]]
        assert said["@type"] == "BreadcrumbList" and [n for n, _ in items] == list(range(1, len(items) + 1))
        top = AT + ("zh/" if path.startswith("zh/") else "")
        assert items[0][1] == top and items[-1][1] == AT + page_of(path)
        assert all(f"{page_of(url.removeprefix(AT))}index.html" in leaves(named.site) for _, url in items)
        assert all(item["name"] for item in said["itemListElement"])
        depths.add(len(items))
    assert depths == {1, 2, 3}


def test_robots_may_read_everything_and_are_told_of_both_sitemaps(named, built):
    said = (named.site / "robots.txt").read_text("utf-8").splitlines()
    assert said == ["User-agent: *", "Allow: /", *(f"Sitemap: {AT}{top}sitemap.xml" for top in TOPS.values())]
    assert "Sitemap" not in (built.site / "robots.txt").read_text("utf-8")
    assert not (named.site / "zh/robots.txt").exists()


def test_no_page_says_by_what_it_was_made(built):
    assert [path for path, leaf in leaves(built.site).items() if 'name="generator"' in leaf.html] == []


def test_without_an_address_no_head_names_one(built):
    for path, leaf in leaves(built.site).items():
        head = leaf.html[: leaf.html.index("</head>")]
        assert not re.search(r"og:url|og:image|hreflang|ld\+json|canonical", head), path
    for file in built.site.rglob("go/**/index.html"):
        assert not re.search(r"og:url|og:image|canonical", file.read_text("utf-8")), file


# -- as a client reads them that previews links -----------------------------------------------------------------------
@pytest.mark.browser
@pytest.mark.parametrize("path", ["", "request/kube-proxy/", "zh/routes/local-policy/"])
def test_a_page_of_a_site_that_knows_its_address_asks_nobody_after_it_has_loaded(named, serve, browser, path):
    page, asked = browser.new_page(), list[str]()
    page.goto(serve(named.site) + path)
    assert page.locator("link[hreflang]").count() == 3
    assert page.evaluate("[...document.querySelectorAll('link[hreflang]')].every(e => e.relList.contains('alternate'))")
    page.on("request", lambda request: asked.append(request.url))
    page.reload()
    loaded = len(asked)
    page.wait_for_timeout(500)
    assert asked[loaded:] == [] and not [url for url in asked if "sitemap" in url]
    page.close()


@pytest.fixture(scope="module")
def shown(tmp_path_factory) -> Built:
    """The site for an address, with its previews drawn."""
    result = build(copy_house(tmp_path_factory.mktemp("shown")), SITE_URL=AT, PREVIEWS="true")
    assert result.code == 0, result.said
    return result


def expected(language: Language) -> dict[str, tuple[str, str, str]]:
    """A link of each kind: title, sentence, picture."""
    found = whole.read(ROOT)
    view, pages = found.known.views[language]["through-service"], found.pages[language]
    row, fault = view.row("nodeport-dnat"), found.known.faults.faults["hairpin-mode-off"]
    about = {page: str(front.matter(source).get("description")) for page, source in pages.items()}
    titles = {page: names.heading(source) for page, source in pages.items()}
    stage, term = found.known.flow.stages["node"], found.known.glossary.terms["clusterip"]
    return {
        "go/nodeport-dnat/": (row.label, row.sentence, "steps/nodeport-dnat"),
        "go/node/": (stage.name.long(language), about[stage.page], f"steps/{view.stage('node').rows[0].id}"),
        "go/through-service/": (view.name, about["request/index.md"], "routes/through-service"),
        "go/hairpin-mode-off/": (fault.short[language], fault.cause[language], "steps/hairpin-drop"),
        "go/term-clusterip/": (term.term[language], term.says[language], "steps/service-dnat"),
        "go/request/dns/": (titles["request/dns.md"], about["request/dns.md"], "steps/ask-resolver"),
        "request/dns/": (titles["request/dns.md"], about["request/dns.md"], "steps/ask-resolver"),
        "routes/k3s/": (titles["routes/k3s.md"], about["routes/k3s.md"], "steps/connect-to-node"),
        "foundations/cgroups/": (
            titles["foundations/cgroups.md"], about["foundations/cgroups.md"], "routes/through-service"
        ),
    }


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_link_of_each_kind_is_previewed_with_its_title_sentence_and_picture(shown, language):
    top = TOPS[language]
    for url, (title, sentence, picture) in expected(language).items():
        said = {name: unescape(words) for name, words in tags((shown.site / top / url / "index.html").read_text("utf-8")).items()}
        assert (said["og:title"], said["og:description"]) == (title, sentence), url
        assert (said["twitter:title"], said["twitter:card"]) == (title, "summary_large_image")
        assert said["og:image"] == said["twitter:image"] == f"{AT}{top}diagrams/{picture}.png"
        with Image.open(shown.site / said["og:image"].removeprefix(AT)) as image:
            assert image.size == (int(said["og:image:width"]), int(said["og:image:height"])) >= (1200, 630)
            words = image.convert("L").crop((48, 24, 1152, 110))
            assert words.getextrema()[0] < 100, "its words are drawn"


@pytest.mark.slow
def test_every_picture_a_page_names_is_there(shown):
    named = [tags(f.read_text("utf-8")).get("og:image", "") for f in shown.site.rglob("*.html")]
    pictures = {url for url in named if url}
    assert len(pictures) > 400
    assert [url for url in pictures if not (shown.site / url.removeprefix(AT)).is_file()] == []
