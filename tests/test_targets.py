"""A link that leads nowhere is told from the sources of the pages, before any is rendered."""

import pytest
from requestflow.pages import targets

TREE = {
    "index.md": "# Home {#home}\n",
    "way/dns.md": "# DNS {#dns}\n\n## Ask {#ask .step}\n\n- [1a](#one){#one}\n\n<div id='two'></div>\n",
}

MADE = targets.Made(("whole-", "key-"), {"way/dns.md": frozenset({"no-record"})})


def told(link: str) -> list[str]:
    tree = TREE | {"way/new.md": f"# New {{#new}}\n\n{link}\n"}
    has = {"assets/a.svg", "recordings/r.txt"}.__contains__
    return [str(p) for p in targets.faults("docs/en/way/new.md", "way/new.md", tree, MADE, has)]


DEAD = {
    "[x](elsewhere.md)": "the link to 'elsewhere.md' leads to no page or file. Name a page.md.",
    "[x](dsn.md)": "the link to 'dsn.md' leads to no page or file. Did you mean 'dns.md'?",
    "[x](DNS.md)": "the link to 'DNS.md' leads to no page or file.",
    "[x](../way/dns.html)": "the link to '../way/dns.html' leads to no page or file.",
    "[x](dns/)": "the link to 'dns/' leads to no page or file.",
    "[x](../../index.md)": "the link to '../../index.md' leads to no page or file. Did you mean '../index.md'?",
    "[x](../recordings/gone.txt)": "the link to '../recordings/gone.txt' leads to no page or file.",
    "![x](../assets/gone.svg)": "the link to '../assets/gone.svg' leads to no page or file.",
    "[x](dns.md#aks)": "the link to 'dns.md#aks' leads to no id of that page. Did you mean 'ask'?",
    "[x](dns.md#no-recrd)": "the link to 'dns.md#no-recrd' leads to no id of that page. Did you mean 'no-record'?",
    "[x](../index.md#no-record)": "the link to '../index.md#no-record' leads to no id of that page.",
    "[x](#gone)": "the link to '#gone' leads to no id of that page. Name the id of a heading.",
    "[x][1]\n\n[1]: gone.md": "the link to 'gone.md' leads to no page or file.",
    "![](../assets/a.svg)": "the picture '../assets/a.svg' has no words. Write ![what it shows]",
    "[x][gone]": "no line says where '[gone]' leads. Write [text](address).",
    "[x](htp://example.org)": "'htp://example.org' has an unknown scheme.",
    "[x]（dns.md）": "'dns.md' in wide brackets is no link. Write [text](address).",
    "![x](https://example.org/x.png)": "'https://example.org/x.png' is fetched from elsewhere.",
    "<img src='https://example.org/x.png'>": "'https://example.org/x.png' is fetched from elsewhere.",
}


@pytest.mark.parametrize("link", DEAD)
def test_a_link_that_leads_nowhere_is_told_at_its_line(link):
    (said,) = told(link)
    line = 5 if link.endswith("[1]: gone.md") else 3
    assert said.startswith(f"docs/en/way/new.md:{line}: {DEAD[link]}")


@pytest.mark.parametrize(
    "link",
    [
        *(
            "[x](dns.md)",
            "[x](../way/dns.md#ask)",
            "[x](/way/dns.md)",
            "[x](dns.md#one)",
            "[x](dns.md#two)",
            "[x](dns.md#no-record)",
            "[x](#new)",
        ),
        *("[x](../index.md#whole-ask)", "[x](https://example.org)", "[x](flow:gone)", "[x](mailto:a@example.org)"),
        *("[x](../recordings/r.txt)", "![x](../assets/a.svg)", "`[x](gone.md)`", "<!-- [x](gone.md) -->"),
        *("```md\n[x](gone.md)\n```", '[x](dns.md "title")', "[x][1]\n\n[1]: dns.md", "[x](<dns.md>)", "[x](d%6Es.md)"),
    ],
)
def test_links_that_lead_somewhere_are_left_alone(link):
    assert told(link) == []
