"""Where an optional program is missing, or the renderer refuses a text, the rest of the build is the same."""

import base64
import gzip
import hashlib
import re
from pathlib import Path

import pytest
from houses import ROOT, Built, build, copy_house, edit
from leaves import broken, leaves, resolve
from npm import fetch
from requestflow.mkdocs import search

pytestmark = [pytest.mark.site, pytest.mark.slow]
PINNED = r"javascript: '(https://unpkg\.com/mermaid@([\d.]+)/dist/mermaid\.min\.js)'"
CONFIGURATION = (ROOT / "mkdocs.yml").read_text("utf-8")
RUNTIME, VERSION = re.findall(PINNED, CONFIGURATION)[0]
(INTEGRITY,) = re.findall(r"mermaid_integrity: (\S+)", CONFIGURATION)

ANYONE = {"Access-Control-Allow-Origin": "*", "Content-Type": "text/javascript"}  # as the host of the runtime answers

NO_NETWORK = """
import socket
def refuse(*_): raise OSError("there is no network")
socket.socket.connect = socket.getaddrinfo = refuse
"""
MISSING = "raise ImportError('no wheel for this platform')\n"
REFUSES_ONE = """
import sys
sys.path.remove({folder!r})
this = sys.modules.pop("mmdr")
import mmdr as real
sys.modules["mmdr"] = this
def render(text):
    if "accTitle: Resolve the name" in text:
        raise ValueError("this text is refused")
    return real.render(text)
"""


def build_with(module: str, house: Path, name: str = "mmdr") -> Built:
    """Build without network, a module standing in for the renderer or another."""
    stubs = house / "stubs"
    stubs.mkdir()
    (stubs / "sitecustomize.py").write_text(NO_NETWORK, "utf-8")
    (stubs / f"{name}.py").write_text(module.format(folder=str(stubs)), "utf-8")
    result = build(house, PYTHONPATH=str(stubs))
    assert result.code == 0, result.said
    return result


@pytest.fixture(scope="module")
def undrawn(tmp_path_factory) -> Built:
    """The site without a renderer; its home page has a picture too."""
    house = copy_house(tmp_path_factory.mktemp("undrawn"))
    for page in ("en/index.md", "zh/index.md"):
        edit(house / "docs" / page, "<!-- flow:map", "<!-- flow:picture through-service node -->\n\n<!-- flow:map")
    return build_with(MISSING, house)


def pictures(built: Built, name: str) -> dict[str, int]:
    """How many elements of a class each page has, of the pages that have any."""
    return {path: n for path, leaf in leaves(built.site).items() if (n := len(leaf.having(name)))}


def test_without_a_renderer_every_picture_is_left_to_the_browser(undrawn, built):
    drawn = pictures(built, "seqfig")
    assert pictures(undrawn, "mermaid") == drawn | {"index.html": 1, "zh/index.html": 1} and len(drawn) > 15
    assert pictures(undrawn, "seq") == pictures(undrawn, "mp"), "but for maps"
    assert broken(undrawn.site) == []
    assert re.search(r"INFO .*picture.* left to the reader's browser", undrawn.said)
    assert not re.search("WARNING|ERROR", undrawn.said), undrawn.said


def test_only_pages_with_such_pictures_ask_for_the_runtime_and_only_for_it(undrawn):
    with_pictures = pictures(undrawn, "mermaid")
    for path, leaf in leaves(undrawn.site).items():
        scripts = [url for url in leaf.links("script", "img") if re.match(r"(\w+:)?//", url)]
        assert scripts == ([RUNTIME] if path in with_pictures else []), path


def test_a_browser_refuses_any_other_runtime(undrawn):
    with_pictures = pictures(undrawn, "mermaid")
    scripts = {
        path: [a for tag, a in leaf.elements if tag == "script" and a.get("src") == RUNTIME]
        for path, leaf in leaves(undrawn.site).items()
    }
    pinned = {"src": RUNTIME, "integrity": INTEGRITY, "crossorigin": "anonymous"}
    assert {path: found for path, found in scripts.items() if found} == dict.fromkeys(with_pictures, [pinned])


def test_the_runtime_is_the_one_its_package_has():
    runtime = fetch("mermaid", VERSION) / "dist/mermaid.min.js"
    digest = base64.b64encode(hashlib.sha384(runtime.read_bytes()).digest()).decode()
    assert f"sha384-{digest}" == INTEGRITY
    chinese = (ROOT / "mkdocs.zh.yml").read_text("utf-8")
    assert re.findall(PINNED, chinese) == [(RUNTIME, VERSION)] and "mermaid_integrity" not in chinese  # inherits it


def test_the_text_of_a_picture_is_not_searched(undrawn):
    pages = [gzip.decompress(f.read_bytes()) for f in undrawn.site.glob("pagefind/fragment/*")]
    assert len(pages) > 60 or search.program() is None
    assert not [page for page in pages if b"sequenceDiagram" in page or b"autonumber" in page]


def test_without_the_indexer_the_site_has_no_search_and_its_button_leads_to_the_steps(house):
    result = build_with(MISSING, house, "pagefind_bin_extended")
    (line,) = [line for line in result.said.splitlines() if "search" in line.lower()]
    assert line.startswith("INFO") and "requirements/search.txt" in line
    assert not (result.site / "pagefind").exists() and broken(result.site) == []
    for path, leaf in leaves(result.site).items():
        (button,) = leaf.having("find")
        assert "data-script" not in button
        assert resolve(path, button["href"]) == ("zh/" if path.startswith("zh/") else "") + "reference/steps/index.html"


def test_a_text_the_renderer_refuses_concerns_its_pages_only(built, house):
    result = build_with(REFUSES_ONE, house)
    concerned = {path for path, leaf in leaves(built.site).items() if "Resolve the name</title>" in leaf.html}
    assert "request/dns/index.html" in concerned
    assert set(pictures(result, "mermaid")) == concerned
    assert {path for path, leaf in leaves(result.site).items() if RUNTIME in leaf.links("script")} == concerned
    before, after = (pictures(site, "seq") for site in (built, result))
    assert {path for path in before if after.get(path) != before[path]} == concerned
    assert "this text is refused" in result.said and broken(result.site) == []


# -- in a browser -----------------------------------------------------------------------------------------------------
@pytest.fixture
def visit(browser, serve):
    """Open pages of a site; gives the page, what it asked of other hosts, and what went wrong on it."""
    context = browser.new_context()
    context.set_default_timeout(120_000)  # the runtime has 3.5 MB

    def opened(site: Path, path: str, runtime: Path | None):
        address, asked, wrong = serve(site), [], []

        def answer(route):
            if route.request.url.startswith(address):
                return route.continue_()
            asked.append(route.request.url)
            return route.fulfill(path=runtime, headers=ANYONE) if runtime and route.request.url == RUNTIME else route.abort()

        page = context.new_page()
        page.route("**/*", answer)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.goto(address + path, wait_until="load")
        return page, asked, wrong

    yield opened
    context.close()


@pytest.mark.browser
@pytest.mark.parametrize(("path", "stage"), [("", "node"), ("request/dns/", "resolve"), ("zh/request/dns/", "resolve")])
def test_the_browser_draws_the_picture(undrawn, visit, flow, path, stage):
    page, asked, wrong = visit(undrawn.site, path, fetch("mermaid", VERSION) / "dist/mermaid.min.js")
    drawn = page.locator("div.mermaid > svg")
    drawn.first.wait_for()
    assert drawn.count() == page.locator("div.mermaid").count()
    words = drawn.first.text_content()
    language = "zh" if path.startswith("zh/") else "en"
    steps = flow.routes["through-service"].stages[stage]
    assert drawn.first.locator("[class^=messageLine]").count() == len(steps)
    assert flow.participants["client" if stage == "resolve" else "node-1"].name.long(language) in words
    assert (asked, wrong) == ([RUNTIME], [])


@pytest.mark.browser
@pytest.mark.parametrize("path", ["", "request/dns/", "zh/request/dns/"])
def test_a_drawn_page_asks_no_other_host_for_anything(built, visit, path):
    page, asked, wrong = visit(built.site, path, None)
    page.wait_for_load_state("networkidle")
    assert (asked, wrong) == ([], [])
