"""The site's own search finds the words its readers come with, in both languages."""

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

BOTH = ["EndpointSlice", "conntrack", "cgroup", "whiteout", "veth"]
WORDS = {
    "en": [*BOTH, "NodePort", "masquerade"],
    "zh": ["负载均衡", "命名空间", "回程", "连接跟踪", "联合文件系统", *BOTH],
}
CUT = "\u200b"  # stands between the words of Chinese text in the index
NOTHING = {"en": "No matching documents", "zh": "没有找到符合条件的结果"}


def look_for(page: Page, words: str) -> None:
    box = page.locator("[data-md-component=search-query]")
    box.click()
    box.fill(words)
    box.press("End")  # the theme listens to keys


def results(page: Page):
    return page.locator(".md-search-result__item")


@pytest.mark.parametrize(
    ("language", "word"), [(language, word) for language, words in WORDS.items() for word in words]
)
def test_search_finds(screen, at, language, word):
    page = screen()
    page.goto(at(language))
    look_for(page, word)
    expect(results(page).first).to_be_visible()
    first_three = [text.replace(CUT, "").lower() for text in results(page).all_text_contents()[:3]]
    assert any(word.lower() in text for text in first_three)


@pytest.mark.parametrize("language", WORDS)
def test_search_does_not_find_what_is_not_there(screen, at, language):
    page = screen()
    page.goto(at(language))
    look_for(page, "zyzzyva")
    expect(page.locator(".md-search-result__meta")).to_have_text(NOTHING[language])
    expect(results(page)).to_have_count(0)


def test_a_result_leads_to_its_words(screen, at):
    page = screen()
    page.goto(at("zh"))
    look_for(page, "连接跟踪")
    results(page).first.locator("a").first.click()
    page.wait_for_url("**/zh/**/*")
    expect(page.locator(".md-content")).to_contain_text("连接跟踪")
