"""`mkdocs serve` shows what a writer saves, whatever file it is in, and survives their mistakes."""

import re
from collections.abc import Iterator

import pytest
from houses import copy_house, edit
from requestflow.mkdocs import search

from tools.serve import Preview

pytestmark = pytest.mark.site


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[Preview]:
    server = Preview(copy_house(tmp_path_factory.mktemp("served")))
    try:
        server.until_up()
        yield server
    finally:
        server.stop()


# file → what to replace in it, by what, what then shows, and on which pages
SAVES = {
    "docs/flow.yml": ("shop.example.com", "saved.example", "saved.example", ["request/dns/", "zh/request/dns/"]),
    "docs/en/request/tls.md": ("\n## ", "\nAn English save.\n\n## ", "An English save.", ["request/tls/"]),
    "docs/zh/request/tls.md": ("\n## ", "\n保存了中文。\n\n## ", "保存了中文。", ["zh/request/tls/"]),
    "docs/assets/flow.css": ("", ".saved {}\n", ".saved {}", ["assets/flow.css", "zh/assets/flow.css"]),
    "hooks/requestflow/view/words.py": ('"You are here"', '"You are there"', "You are there", ["request/dns/"]),
    "mkdocs.zh.yml": ("site_name: ", "site_name: 保存", "保存", ["zh/"]),
}


@pytest.mark.parametrize("file", SAVES)
def test_a_save_shows(server, file):
    old, new, shown, on = SAVES[file]
    assert [path for path in on if shown in server.page(path)] == []
    edit(server.house / file, old, new)
    for path in on:
        server.until(lambda path=path: shown in server.page(path))


@pytest.mark.parametrize("top", ["", "zh/"])
def test_short_links_are_served_and_follow_a_save(server, top):
    page = server.house / "docs/flow.yml"
    assert 'url=../../request/ingress/#match-rule"' in server.page(f"{top}go/match-rule/")
    assert server.page(f"{top}go/match-rule") == server.page(f"{top}go/match-rule/"), "led to"
    assert server.page(f"{top}go/no-such-id/") == "" and "</html>" in server.page(f"{top}request/dns/")
    once = f"once-{top.strip('/') or 'en'}"
    edit(page, "\naliases:", f"\naliases:\n  {once}: match-rule")
    server.until(lambda: "request/ingress/#match-rule" in server.page(f"{top}go/{once}/"))


@pytest.mark.skipif(search.program() is None, reason="requirements/search.txt is not installed here")
def test_a_save_is_found(server):
    edit(server.house / "docs/zh/request/dns.md", "\n## ", "\n刚刚保存的鸭嘴兽。\n\n## ")

    def known() -> bool:
        words = server.page("pagefind/words.zh.txt")
        return "鸭嘴兽" in words or "鸭嘴" in words

    server.until(known)
    assert "Traceback" not in server.said()


def test_a_mistake_is_told_each_time_and_gone_when_it_is_mended(server):
    definition, page = server.house / "docs/flow.yml", server.house / "docs/zh/request/pod.md"
    for n in (1, 2):
        edit(definition, "  client:\n    name:", "  client:\n    nam:")
        server.until(lambda n=n: server.said().count("unknown key 'nam'. Did you mean 'name'?") >= n)
        edit(definition, "  client:\n    nam:", "  client:\n    name:")
        edit(page, "\n## ", f"\n第{n}次保存。\n\n## ")
        server.until(lambda n=n: f"第{n}次保存。" in server.page("zh/request/pod/"))
    assert re.search(r"docs/flow\.yml:\d+:5: unknown key", server.said()) and "Traceback" not in server.said()
