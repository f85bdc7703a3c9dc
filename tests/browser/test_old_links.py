"""Short links in a browser, with script and without; every old link of a site whose step and page have new names."""

import re
import shutil
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, build_opener

import pytest
from houses import Built, build, copy_house, edit, required
from playwright.sync_api import Page, expect
from requestflow.pages import ledger, loop
from screens import LANGUAGES

from tools.deploy.__main__ import make
from tools.machine import Failed
from tools.nginx import Nginx, program

pytestmark = pytest.mark.browser
STEP, NEW_STEP = "nodeport-dnat", "node-picks-controller"
PAGE, NEW_PAGE = "request/kube-proxy", "request/node-rewrites"
LEFT = "once-explained-here"  # an id that stood on the page of DNS and stands on none today
OLD = f"""
  {STEP}: {NEW_STEP}
  {PAGE}.md: {NEW_PAGE}.md
  request/dns.md#{LEFT}: client-hello
retired:
  bygone: {{to: match-rule, since: "2026-11-28", why: {{en: Nobody did it., zh: 没有人做这件事。}}}}
"""
SCRIPT = pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
LANGUAGE = pytest.mark.parametrize("language", LANGUAGES)


class Unfollowed(HTTPRedirectHandler):
    """Goes where it was sent, and no further."""

    def redirect_request(self, *_: object) -> None:
        return None


@pytest.fixture(scope="module")
def renamed(tmp_path_factory) -> Built:
    """The site after a step and a page got new names, their old ones kept as aliases."""
    house = copy_house(tmp_path_factory.mktemp("renamed"))
    name = re.compile(rf"(?<![\w-]){STEP}(?![\w-])")
    for file in [*house.glob("*.yml"), *house.glob("docs/*.yml"), *house.glob("docs/??/**/*.md")]:
        text = name.sub(NEW_STEP, file.read_text("utf-8"))
        text = re.sub(rf"(?<![\w-]){PAGE.split('/')[-1]}\.md", f"{NEW_PAGE.split('/')[-1]}.md", text)
        file.write_text(text, "utf-8", newline="\n")
    for language in ("en", "zh"):
        (house / f"docs/{language}/{PAGE}.md").rename(house / f"docs/{language}/{NEW_PAGE}.md")
    flow = house / "docs/flow.yml"
    start = re.search("(?m)^aliases:.*$", flow.read_text("utf-8"))
    assert start
    edit(flow, start[0], start[0] + OLD.split("retired:")[0].rstrip())
    flow.write_text(flow.read_text("utf-8") + "\nretired:" + OLD.split("retired:")[1], "utf-8", newline="\n")
    result = build(house, ELSEWHERE="true")
    assert result.code == 0, result.said
    return result


@pytest.fixture(scope="module")
def old(renamed, serve):
    """Gives the address of what is somewhere in a language of that site."""
    address = serve(renamed.site)
    return lambda language, path="": address + LANGUAGES[language] + path


def seen(page: Page, anchor: str) -> bool:
    """Whether an id is on the screen, below the header."""
    box = page.locator(f"[id='{anchor}']").bounding_box()
    assert box
    return 0 <= box["y"] < 600


# -- old links --------------------------------------------------------------------------------------------------------
def test_every_address_of_the_ledger_leads_somewhere_after_a_step_and_a_page_got_new_names(renamed):
    pages = loop.load(Path(renamed.site.parent) / "docs")["en"]
    entries = ledger.read(renamed.site.parent / ledger.SHOWN)
    assert f"{PAGE}/" in entries and STEP in entries["go/*/"] and STEP in entries[f"{PAGE}/"]
    assert [str(p) for p in ledger.dead(entries, ledger.Site(renamed.site), pages)] == []


@SCRIPT
@LANGUAGE
@pytest.mark.parametrize(
    ("link", "lands"),
    [
        (f"go/{STEP}/", f"{NEW_PAGE}/#{NEW_STEP}"),
        (f"go/{NEW_STEP}/", f"{NEW_PAGE}/#{NEW_STEP}"),
        (f"go/{PAGE}/", f"{NEW_PAGE}/"),
        (f"{PAGE}/", f"{NEW_PAGE}/"),
        (f"{NEW_PAGE}/#{STEP}", f"{NEW_PAGE}/#{STEP}"),
        ("go/bygone/", "request/ingress/#match-rule"),
        ("fix/#hairpin-off", "fix/#hairpin-off"),
        ("go/hairpin-mode-off/", "fix/#hairpin-mode-off"),
        ("go/resolve/", "request/dns/"),
        ("go/local-policy/", "routes/local-policy/"),
        ("go/request/index/", "request/"),
        ("go/index/", ""),
    ],
)
def test_every_old_link_lands(screen, old, language, link, lands, script):
    page = screen(java_script_enabled=script)
    page.goto(old(language, link))
    page.wait_for_url(re.compile(re.escape(old(language, lands.partition("#")[0])) + "(#.*)?$"))
    expect(page.locator("h1")).to_be_visible()
    assert page.url.startswith(old(language, lands)), page.url
    if anchor := lands.partition("#")[2]:
        assert seen(page, anchor)


@LANGUAGE
def test_a_server_redirects_the_address_of_a_page_that_moved(renamed, tmp_path, language):
    site = tmp_path / "site"
    shutil.copytree(renamed.site, site)
    make(site, tmp_path / "out")
    try:
        program()
    except Failed as why:
        required(str(why), "NGINX_REQUIRED")
    server = Nginx(tmp_path / "out")
    try:
        for old in (f"{PAGE}/", PAGE):
            with pytest.raises(HTTPError) as answer:
                build_opener(Unfollowed).open(f"{server.address}{LANGUAGES[language]}{old}")
            assert (answer.value.code, answer.value.headers["Location"]) == (301, f"/{LANGUAGES[language]}{NEW_PAGE}/")
    finally:
        server.stop()


@LANGUAGE
@pytest.mark.parametrize("anchor", [STEP, "nodeport-masquerade"])
def test_a_link_to_an_id_of_a_page_that_moved_lands_on_it_with_script(screen, old, language, anchor):
    page = screen()
    page.goto(old(language, f"{PAGE}/?from=chat#{anchor}"))
    page.wait_for_url(old(language, f"{NEW_PAGE}/?from=chat#{anchor}"))
    assert seen(page, anchor)


@LANGUAGE
def test_without_script_it_lands_on_the_page(screen, old, language):
    page = screen(java_script_enabled=False)
    page.goto(old(language, f"{PAGE}/#{STEP}"))
    page.wait_for_url(re.compile(re.escape(old(language, f"{NEW_PAGE}/"))))


@LANGUAGE
def test_an_id_that_left_its_page_leads_on_with_script_and_says_so_without(screen, old, language):
    page = screen()
    page.goto(old(language, f"request/dns/#{LEFT}"))
    page.wait_for_url(old(language, "request/tls/#client-hello"))
    page = screen(java_script_enabled=False)
    page.goto(old(language, f"request/dns/#{LEFT}"))
    note = page.locator(f"#{LEFT}")
    expect(note).to_be_visible()
    note.locator("a").click()
    page.wait_for_url(old(language, "request/tls/#client-hello"))
    page.goto(old(language, "request/dns/"))
    expect(page.locator(f"#{LEFT}")).to_be_hidden()


# -- short links ------------------------------------------------------------------------------------------------------
@LANGUAGE
def test_a_short_link_keeps_the_query_and_leaves_no_trace_in_the_history(screen, at, language):
    page = screen()
    page.goto(at(language))
    page.goto(at(language, "go/match-rule/?theme=dark"))
    page.wait_for_url(at(language, "request/ingress/?theme=dark#match-rule"))
    page.go_back()
    page.wait_for_url(at(language))


def test_without_any_redirect_a_link_can_be_seen_and_followed(screen, at):
    page = screen(java_script_enabled=False)
    page.route(
        "**/go/**", lambda route: route.fulfill(body=_without_refresh(route.fetch().text()), content_type="text/html")
    )
    page.goto(at("en", "go/match-rule/"))
    page.get_by_role("link").click()
    page.wait_for_url(at("en", "request/ingress/#match-rule"))


def _without_refresh(html: str) -> str:
    found = ledger.ONWARD.search(html)
    assert found
    return html.replace(found[0], "")
