"""Search: what people ask leads to the page that answers it, by keyboard alone; it costs nothing until it is opened."""

import gzip
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import yaml
from playwright.sync_api import Page, expect
from requestflow.mkdocs import search
from screens import LANGUAGES

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(search.program() is None, reason="requirements/search.txt is not installed here"),
]

TERMS: dict[str, dict[str, list[str]]] = yaml.safe_load(
    (Path(__file__).parents[1] / "data/searched.yml").read_text("utf-8")
)
WORD = {"en": "timeout", "zh": "超时"}
NAME = {"en": "Search", "zh": "搜索"}
NOTHING = {"en": "Nothing found for “zyzzyva”", "zh": "没有找到“zyzzyva”"}
FIRST = 90_000  # bytes of a first visit, compressed
MORE = 160_000  # bytes of opening the search and typing one word
HOP = "request/kube-proxy/"


def opened(page: Page, url: str) -> Page:
    """A page with the search open."""
    page.goto(url)
    page.keyboard.press("/")
    expect(page.get_by_role("dialog")).to_be_visible()
    return page


def look_for(page: Page, words: str) -> None:
    page.get_by_role("searchbox").fill(words)


def pages_found(page: Page):
    return page.locator("#find-pages > li:not(.more)")


# -- what is found ----------------------------------------------------------------------------------------------------
ASK = """async ([script, terms]) => {
  const { find } = await import(script), found = {}
  for (const term of terms) {
    const first = (await find(term)).slice(0, 3)
    found[term] = (await Promise.all(first.map(r => r.data()))).map(page => page.url)
  }
  return found
}"""


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_people_search_leads_to_its_page(screen, at, language):
    wanted: dict[str, set[str]] = {}
    for path, terms in TERMS[language].items():
        for term in terms:
            wanted.setdefault(str(term), set()).add(path)
    assert len(wanted) >= 80
    page = opened(screen(), at(language, HOP))
    script = at(language, "assets/search.js")
    found = page.evaluate(ASK, [script, list(wanted)])
    top = urlsplit(at(language)).path
    first_three = {term: [url.removeprefix(top).rstrip("/") for url in urls] for term, urls in found.items()}
    assert {term: urls for term, urls in first_three.items() if not wanted[term] <= {*urls}} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_results_are_pages_with_the_sections_that_have_the_words(screen, at, language):
    page = opened(screen(), at(language))
    look_for(page, "conntrack")
    expect(pages_found(page)).to_have_count(5)
    first = pages_found(page).first
    sections = first.locator("ul a")
    assert 1 <= sections.count() <= 3
    assert all("#" in link.get_attribute("href") for link in sections.all())
    assert "conntrack" in first.locator("mark").first.inner_text().lower()
    hrefs = [link.get_attribute("href") for link in page.locator("#find-pages a").all()]
    assert all(href.startswith(urlsplit(at(language)).path) for href in hrefs)
    assert language == "zh" or not any(href.startswith("/zh/") for href in hrefs)


def test_a_result_leads_to_its_section(screen, at):
    page = opened(screen(), at("zh"))
    look_for(page, "连接跟踪")
    link = page.locator("#find-pages ul a").first
    href = link.get_attribute("href")
    link.click()
    page.wait_for_url(f"**{href}")
    heading = page.locator(f"[id='{href.partition('#')[2]}']")
    expect(heading).to_be_in_viewport()


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_not_there_is_not_found_and_the_list_of_steps_is_offered(screen, at, language):
    page = opened(screen(), at(language))
    look_for(page, "zyzzyva")
    expect(page.get_by_role("dialog").get_by_role("status")).to_have_text(NOTHING[language])
    expect(pages_found(page)).to_have_count(0)
    page.get_by_role("dialog").get_by_role("link").click()
    page.wait_for_url("**/reference/steps/")


@pytest.mark.parametrize("language", LANGUAGES)
def test_below_a_path_results_are_below_it_too(screen, built, serve, tmp_path, language):
    (tmp_path / "docs").symlink_to(built.site, target_is_directory=True)
    top = f"{serve(tmp_path)}docs/{LANGUAGES[language]}"
    page = opened(screen(), f"{top}{HOP}")
    look_for(page, "conntrack")
    pages_found(page).first.locator("a").first.click()
    page.wait_for_url(f"{top}request/reply/")


def test_more_pages_come_on_request(screen, at):
    page = opened(screen(), at("en"))
    look_for(page, "conntrack")
    expect(pages_found(page)).to_have_count(5)
    page.locator(".more button").click()
    expect(pages_found(page)).to_have_count(10)
    assert page.evaluate(
        "document.activeElement === document.querySelectorAll('#find-pages > li')[5].querySelector('a')"
    )


def test_what_a_page_says_cannot_become_an_element(screen, at):
    page = opened(screen(), at("en"))
    look_for(page, "cgroup")
    expect(pages_found(page).first).to_be_visible()
    assert page.locator("#find-pages p > :not(mark)").count() == 0


# -- keyboard ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("key", ["/", "Control+k", "Meta+k"])
def test_keys_open_the_search_and_escape_gives_the_focus_back(screen, at, key):
    page = screen()
    page.goto(at("en", HOP))
    link = page.locator("article a").first
    link.focus()
    page.keyboard.press(key)
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(link).to_be_focused()


def test_a_slash_in_a_field_is_a_letter(screen, at):
    page = opened(screen(), at("en"))
    page.keyboard.type("a/b")
    expect(page.get_by_role("searchbox")).to_have_value("a/b")


def test_the_button_opens_it_and_gets_the_focus_back(screen, at):
    page = screen()
    page.goto(at("en"))
    button = page.get_by_role("button", name="Search")
    button.click()
    look_for(page, "dns")
    page.get_by_role("button", name="Close").click()
    expect(button).to_be_focused()
    button.click()
    expect(page.get_by_role("searchbox")).to_have_value("dns")


def test_arrows_go_through_the_results_and_letters_back_to_the_field(screen, at):
    page = opened(screen(), at("en"))
    look_for(page, "conntrack")
    expect(pages_found(page)).to_have_count(5)
    links = page.locator("#find-pages a")
    for n in (0, 1):
        page.keyboard.press("ArrowDown")
        expect(links.nth(n)).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    field = page.get_by_role("searchbox")
    expect(field).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(page.locator(".more button")).to_be_focused()
    page.keyboard.type("s")
    expect(field).to_be_focused()
    expect(field).to_have_value("conntracks")


def test_enter_opens_the_first_result_of_what_was_typed_last(screen, at):
    page = opened(screen(), at("en"))
    look_for(page, "conntrack")
    expect(pages_found(page)).to_have_count(5)
    look_for(page, "hairpin")
    page.keyboard.press("Enter")
    page.wait_for_url("**/routes/aws-nlb/")


def test_enter_opens_the_chosen_result(screen, at):
    page = opened(screen(), at("en"))
    look_for(page, "hairpin")
    expect(pages_found(page).first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    href = page.evaluate("document.activeElement.getAttribute('href')")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{href}")


def test_a_result_on_the_same_page_closes_the_search(screen, at):
    page = opened(screen(), at("en", HOP))
    look_for(page, "nftables")
    page.locator("#find-pages ul a[href*='/request/kube-proxy/#']").first.click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert "#" in page.url


# -- names and roles --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_dialog_its_field_and_its_number_of_results_are_announced(screen, at, language):
    page = opened(screen(), at(language))
    dialog = page.get_by_role("dialog", name=NAME[language], exact=True)
    expect(dialog.get_by_role("search")).to_be_visible()
    field = dialog.get_by_role("searchbox", name=NAME[language], exact=True)
    expect(field).to_have_accessible_description(dialog.locator(".keys").inner_text())
    look_for(page, WORD[language])
    expect(dialog.get_by_role("status")).to_contain_text({"en": "pages", "zh": "个页面"}[language])


# -- what it costs ----------------------------------------------------------------------------------------------------
def sizes(page: Page) -> list[int]:
    """Give a list that fills with the size of every answer, compressed as a host does."""
    seen: list[int] = []

    def came(response):
        body = response.body()
        packed = body[:2] == b"\x1f\x8b"  # Pagefind's own files are
        seen.append(len(body) if packed else len(gzip.compress(body, 6)))

    page.on("requestfinished", lambda request: came(request.response()))
    return seen


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_asked_for_before_the_search_is_opened_and_little_after(screen, at, language):
    page = screen()
    seen = sizes(page)
    page.goto(at(language, HOP), wait_until="networkidle")
    page.wait_for_timeout(300)  # the icon comes when it likes
    assert sum(seen) <= FIRST, seen
    first = len(seen)
    page.mouse.move(640, 450)
    page.wait_for_timeout(300)
    assert len(seen) == first
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type(WORD[language])
    expect(pages_found(page)).to_have_count(5)
    page.wait_for_load_state("networkidle")
    assert 80_000 < sum(seen[first:]) <= MORE, seen[first:]


# -- without ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("language", LANGUAGES)
def test_without_script_the_button_leads_to_the_list_of_steps(screen, at, language):
    page = screen(java_script_enabled=False)
    page.goto(at(language, HOP))
    page.get_by_role("link", name=NAME[language], exact=True).click()
    assert page.url == at(language, "reference/steps/")


def test_without_its_script_the_button_leads_to_the_list_of_steps(screen, at):
    page = screen()
    page.route("**/search.js", lambda route: route.abort())
    page.goto(at("en", HOP))
    page.keyboard.press("/")
    page.wait_for_url("**/reference/steps/")


def test_without_an_index_it_says_so_and_the_next_word_tries_again(screen, at):
    page = screen()
    page.route("**/pagefind.js", lambda route: route.abort())
    opened(page, at("en"))
    look_for(page, "dns")
    expect(page.get_by_role("dialog").get_by_role("status")).to_have_text("The search index could not be loaded.")
    expect(page.get_by_role("dialog").get_by_role("link")).to_have_attribute("href", at("en", "reference/steps/"))
    page.unroute("**/pagefind.js")
    look_for(page, "conntrack")
    expect(pages_found(page)).to_have_count(5)


@pytest.mark.parametrize("width", [360, 1280])
def test_the_dialog_fits_the_screen(screen, at, width):
    page = opened(screen(width, 700), at("zh", HOP))
    look_for(page, "504")
    expect(pages_found(page)).to_have_count(5)
    box = page.get_by_role("dialog").bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= width and box["y"] + box["height"] <= 700
    assert page.evaluate("document.querySelector('.found').scrollWidth <= document.querySelector('.found').clientWidth")
