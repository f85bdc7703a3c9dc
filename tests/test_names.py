"""A page has one name: the navigation's is how its heading begins, its heading is its title."""

import pytest
from requestflow.pages import front, loop, names
from worlds import ROOT

NAV = """\
extra: {repository: !ENV [REPO_URL, ""], emoji: !!python/name:material.extensions.emoji.twemoji }
nav:
  - Home: index.md
  - The way:
      - way/index.md
      - DNS: way/dns.md
"""
HEADS = {"index.md": "What?", "way/index.md": "The way: all of it", "way/dns.md": "DNS: a name"}


def said(tmp_path, *, nav: str = NAV, title: str = "", **heads: str) -> list[str]:
    """What is wrong in English, and the same in Chinese, when a page has these headings and the last one this title."""
    for file in names.CONFIGS.values():
        (tmp_path / file).write_text(nav, "utf-8")
    matter = f"---\ndescription: x\ntitle: {title}\n---\n" if title else ""
    tree = {
        page: f"# {head} {{#x}}\n"
        for page, head in (HEADS | {"way/dns.md": heads.get("dns", HEADS["way/dns.md"])}).items()
    }
    tree["way/dns.md"] = matter + tree["way/dns.md"]
    return [str(p) for p in names.problems(tmp_path, {"en": tree, "zh": tree})]


def test_a_heading_that_begins_as_the_navigation_says_is_fine(tmp_path):
    assert said(tmp_path) == []
    assert said(tmp_path, dns="DNS &amp; `dig`", title="DNS & dig") == []
    assert said(tmp_path, dns="DNS") == said(tmp_path, dns="DNS：域名", title="DNS：域名") == []


@pytest.mark.parametrize("head", ["Resolve the name", "DNSSEC", "The DNS"])
def test_a_heading_that_begins_otherwise_is_told_with_the_line_of_the_navigation(tmp_path, head):
    en, zh = said(tmp_path, dns=head)
    assert en.startswith(f"mkdocs.yml:6: the navigation calls docs/en/way/dns.md 'DNS', its heading is '{head}'. Write")
    assert zh.startswith("mkdocs.zh.yml:6: the navigation calls docs/zh/way/dns.md")


def test_the_first_page_of_a_section_has_its_name(tmp_path):
    (en, _) = said(tmp_path, nav=NAV.replace("The way", "A way"))
    assert en.startswith("mkdocs.yml:5: ") and "docs/en/way/index.md 'A way'" in en


def test_a_page_the_navigation_does_not_name_keeps_its_own(tmp_path):
    assert said(tmp_path, nav=NAV.replace("DNS: way", "way"), dns="Anything") == []
    assert names.shown(names.in_navigation(["way/dns.md"]), {"way/dns.md": "# Anything {#x}\n"}) == {
        "way/dns.md": "Anything"
    }


def test_a_page_that_is_not_there_is_told_with_the_line_of_the_navigation(tmp_path):
    (en, zh) = said(tmp_path, nav=NAV.replace("DNS: way/dns.md", "DNS: way/dsn.md"))
    assert (
        en == "mkdocs.yml:6: the navigation names the page 'way/dsn.md', which is not there. Did you mean 'way/dns.md'?"
    )
    assert zh.startswith("mkdocs.zh.yml:6: ")


WRONG = {  # instead of the line of DNS → words that are told of it, on that line of either navigation
    "      - DNS: way/dns.md\n      - DNS: way/dns.md\n": (
        7,
        "names the page 'way/dns.md' again; the first stands on line 6. Delete one.",
    ),
    "      - DNS:\n": (6, "'DNS' in the navigation names no page. Write 'NAME: page.md'"),
    "      - DNS: 5\n": (6, "'5' in the navigation is no page."),
    "      - DNS: way/dns.html\n": (6, "'way/dns.html' in the navigation is no page."),
    "      - {DNS: way/dns.md, Home: index.md}\n": (6, "an entry of the navigation has not one name."),
    "      - DNS: []\n": (6, "the navigation is no list."),
    "      - DNS: {a: b}\n": (6, "the navigation is no list."),
    "      - DNS: way/dns.md\nextra: {}\n": (7, "has 'extra' again; the first stands on line 1. Delete one."),
}


@pytest.mark.parametrize("written", WRONG)
def test_a_navigation_that_would_lose_a_page_is_told_with_its_line(tmp_path, written):
    line, words = WRONG[written]
    (en, zh) = said(tmp_path, nav=NAV.replace("      - DNS: way/dns.md\n", written))
    assert en.startswith(f"mkdocs.yml:{line}: ") and words in en and zh == en.replace("mkdocs.yml", "mkdocs.zh.yml")


def test_a_page_that_the_navigation_does_not_name_is_told_unless_it_is_a_draft(tmp_path):
    (en, _) = said(tmp_path, nav=NAV.replace("      - DNS: way/dns.md\n", ""))
    assert en == "mkdocs.yml:5: the navigation does not name the page 'way/dns.md'. Write 'NAME: way/dns.md'."
    tree = {
        "index.md": "# x {#x}\n",
        "way/index.md": "# The way {#x}\n",
        "way/dns.md": "---\ndraft: true\n---\n# DNS {#x}\n",
    }
    assert list(names.problems(tmp_path, {"en": tree, "zh": tree})) == []


def test_both_languages_have_the_pages_in_one_order(tmp_path):
    assert said(tmp_path) == []
    config = tmp_path / names.CONFIGS["zh"]
    config.write_text(NAV.replace("  - Home: index.md\n", "") + "  - Home: index.md\n", "utf-8")
    tree = {page: f"# {head} {{#x}}\n" for page, head in HEADS.items()}
    (told,) = names.problems(tmp_path, {"en": tree, "zh": tree})
    assert str(told) == (
        "mkdocs.zh.yml:4: the navigation has 'way/index.md' where mkdocs.yml has 'index.md'. Give both the same order."
    )


def test_a_configuration_that_is_no_yaml_is_told_with_its_line(tmp_path):
    (en, zh) = said(tmp_path, nav=NAV.replace("      - DNS", "\t- DNS"))
    assert en.startswith("mkdocs.yml:6: not valid YAML: ") and zh.startswith("mkdocs.zh.yml:6: ")


def test_a_title_that_is_not_the_heading_is_told_with_its_line(tmp_path):
    en, zh = said(tmp_path, title="The name")
    assert en.startswith("docs/en/way/dns.md:3: the title 'The name' is not the heading 'DNS: a name'. Write")
    assert zh.startswith("docs/zh/way/dns.md:3: ")


def test_front_matter_is_read_only_at_the_top():
    assert front.matter("---\nchecked: 2026-11-27\n---\n# x\n")["checked"].isoformat() == "2026-11-27"
    for source in ("", "# x\n", "# x\n---\na: b\n---\n", "---\na: b\n", "---\n- a\n---\n", "---\na: [\n---\n"):
        assert front.matter(source) == {} and front.line(source, "z") == 1


def test_every_page_of_this_site_has_one_name():
    assert [str(p) for p in names.problems(ROOT, loop.load(ROOT / "docs"))] == []
