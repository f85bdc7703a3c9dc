"""A mistake of a writer stops the build: one line with place and fix, no traceback, the last site untouched."""

import re
from dataclasses import dataclass, field

import pytest
from houses import build, copy_house, edit, slow

pytestmark = pytest.mark.site
LAST = "the last build"
UNSEEN = ",\n     unseen: {en: the recordings start with the name already resolved, zh: 抓包从域名解析完成之后才开始}}"
EN, ZH = "docs/en/request/dns.md", "docs/zh/request/dns.md"


@dataclass(frozen=True)
class Batch:
    """Edits of one house, and what its one build must say: (file, text on the line it names, words)."""

    said: list[tuple[str, str, str]]
    replace: dict[str, tuple[str, str]] = field(default_factory=dict)
    append: dict[str, str] = field(default_factory=dict)
    leaves_the_last_site: bool = False


def twice(pages: dict[str, str]) -> dict[str, str]:
    """The same texts for the pages of both languages."""
    return {f"docs/{language}/{page}": text for language in ("en", "zh") for page, text in pages.items()}


BATCHES = {
    "definition": Batch(
        replace={"docs/flow.yml": ("  client:\n    name:", "  client:\n    colour: red\n    name:")},
        said=[("docs/flow.yml", "colour: red", r"unknown key 'colour'\. \w")],
        leaves_the_last_site=True,
    ),
    "route": Batch(
        replace={"docs/flow.yml": ("{answers: outer, at: load-balancer,", "{answers: outer, at: client,")},
        said=[("docs/flow.yml", "at: client,", "route 'through-service', step 'lb-undo': .*load-balancer to client")],
        leaves_the_last_site=True,
    ),
    "sentences of both languages": Batch(
        replace={
            "docs/flow.yml": (
                'path and method stay with the client.",\n                zh: "建立连接要的是地址',
                'path and method stay with the client, whoever asks",\n                zh: "建立 TTL 要的是地址',
            )
        },
        said=[
            ("docs/flow.yml", "whoever asks", r"the sentence of 'ask-resolver' has no full stop in 'en'\. \w"),
            ("docs/flow.yml", "建立 TTL", r"the sentence of 'ask-resolver' has the abbreviation TTL in 'zh'\. \w"),
        ],
        leaves_the_last_site=True,
    ),
    "loop": Batch(
        replace={
            EN: ("{#ask-resolver .step}", "{#ask-resolve .step}"),
            "docs/zh/request/tls.md": ("{#client-hello .step}", "{#client-hello}"),
            "docs/flow.yml": (UNSEEN, "}"),
        },
        append={
            "docs/en/request/pod.md": "\n## Twice {#nodeport-dnat .step}\n",
            "docs/zh/request/pod.md": "\n## Bare\n",
            "docs/en/extra.md": "# Extra {#extra}\n",
        },
        said=[
            (EN, "{#ask-resolve .step}", "explains 'ask-resolve'.*Did you mean 'ask-resolver'"),
            ("docs/flow.yml", "  ask-resolver:", f"'ask-resolver' in 'en'.*{EN}"),
            ("docs/flow.yml", "  ask-resolver:", "no recording of the route .* shows the step 'ask-resolver'"),
            ("docs/zh/request/tls.md", "{#client-hello}", r"'client-hello'.*\{#client-hello \.step\}"),
            ("docs/en/request/pod.md", "## Twice", r"'nodeport-dnat' again\. .*docs/en/request/kube-proxy\.md:\d"),
            ("docs/zh/request/pod.md", "## Bare", r"'Bare' has no id\. .*\{#"),
            ("docs/zh/extra.md", "", r"missing; docs/en/extra\.md"),
        ],
        leaves_the_last_site=True,
    ),
    "sources of both languages": Batch(
        append={
            EN: '\n<!-- folw:ladder through-service -->\n\nSee <a href="flow:nodeport-dnat">it</a>.\n\nat `{client}`\n',
            ZH: "\n``` {.bash .flwo}\nls\n```\n",
            "docs/zh/request/pod.md": "\n```bash\nls\n",
        },
        replace={"docs/en/request/tls.md": ("description: ", "description: it: ")},
        said=[
            (EN, "folw:ladder", "looks like a marker"),
            (EN, 'See <a href="flow:', r"Write \[text\]\(flow:"),
            (EN, "at `{client}`", r"Write \[\]\(flow:client\)"),
            ("docs/en/request/tls.md", "description: it: ", "not valid YAML"),
            (ZH, ".flwo", "'.flwo'.*Did you mean 'flow'"),
            ("docs/zh/request/pod.md", "", "the fence is never closed"),
        ],
        leaves_the_last_site=True,
    ),
    "pages of both languages": Batch(
        append=twice(
            {
                "request/dns.md": "\n<!-- flow:pictur through-service node -->\n\n<!-- flow:ladder through-servic -->\n"
                "\n``` {.bash .flow}\nls\ndig {hots}\n```\n"
                "\n``` {.text .recorded from=trace-through-service-iptables}\nnever seen\n```\n",
                "request/tls.md": "\nSee [it](flow:nodeport-dna)\nat [](flow:clint),\n"
                '[that](flow:resolvr "with a title")\nand [there][1].\n\n[1]: flow:load-balance\n',
                "request/pod.md": "\n- ## In a list {#in-a-list}\n",
                "routes/compare.md": "\n<pre>\n<!-- flow:steps -->\n</pre>\n",
            }
        ),
        said=[
            line
            for language in ("en", "zh")
            for line in (
                (f"docs/{language}/request/dns.md", "flow:pictur ", "'flow:pictur'.*Did you mean 'picture'"),
                (f"docs/{language}/request/dns.md", "flow:ladder through-servic ", "Did you mean 'through-service'"),
                (f"docs/{language}/request/dns.md", "dig {hots}", "'hots'.*Did you mean 'host'"),
                (f"docs/{language}/request/dns.md", "never seen", "'never seen'.*trace-through-service-iptables"),
                (f"docs/{language}/request/tls.md", "flow:nodeport-dna)", "Did you mean 'nodeport-dnat'"),
                (f"docs/{language}/request/tls.md", "flow:clint", "'clint'.*Did you mean 'client'"),
                (f"docs/{language}/request/tls.md", "flow:resolvr", "'resolvr'.*Did you mean 'resolver'"),
                (f"docs/{language}/request/tls.md", "[1]: flow:load-balance", "Did you mean 'load-balancer'"),
                (f"docs/{language}/request/pod.md", "- ## In a list", "is a heading inside a list"),
                (f"docs/{language}/routes/compare.md", "<!-- flow:steps -->", "is not shown on the page"),
            )
        ],
        leaves_the_last_site=True,
    ),
    "settings and front matter": Batch(
        replace={
            "mkdocs.yml": ("logo: material/transit-connection-variant", "logo: material/transit-conection-variant"),
            EN: ("checked: ", "template: gone.html\nhide: 5\nchecked: "),
        },
        append={"mkdocs.zh.yml": "nav: []\n"},
        said=[
            ("mkdocs.yml", "conection", "no icon .*Did you mean 'material/transit-connection-variant'"),
            (EN, "template: gone", "unknown key 'template'. Known: "),
            (EN, "hide: 5", r"Write some of \[navigation"),
            ("mkdocs.zh.yml", "nav: []", "has 'nav' again"),
        ],
        leaves_the_last_site=True,
    ),
    "a template": Batch(
        replace={"overrides/main.html": ("{% extends", "{% include 'gone.html' %}{% extends")},
        said=[("overrides/main.html", "gone.html", "gone.html")],
        leaves_the_last_site=True,
    ),
    "links": Batch(
        append={
            "docs/en/index.md": '\n<a href="request/dns/#gone">x</a> <a href="request/dsn/">x</a>\n',
            ZH: "\n[x](gone.md) [y](tls.md#gone)\n",
        },
        said=[
            ("docs/en/index.md", "dns/#gone", "leads to no id of that page"),
            ("docs/en/index.md", "request/dsn/", "leads to no page or file"),
            ("", "", r"\[zh\] .*'request/dns\.md'.*'gone\.md'"),
            (ZH, "(gone.md)", "'gone.md' leads to no page or file"),
            (ZH, "(tls.md#gone)", "leads to no id of that page"),
        ],
        leaves_the_last_site=True,
    ),
    "only a warning, of MkDocs": Batch(
        append={"docs/zh/index.md": "\n[x](/nowhere)\n", "docs/en/index.md": "\n![x](nowhere.png)\n"},
        said=[("", "", r"'index\.md'.*'nowhere\.png'")],
        leaves_the_last_site=True,
    ),
}


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Build a batch, once."""
    done = {}

    def build_once(name: str):
        if name not in done:
            house = copy_house(tmp_path_factory.mktemp("mistake"))
            (house / "site").mkdir()
            (house / "site/last.html").write_text(LAST, "utf-8")
            for file, (old, new) in BATCHES[name].replace.items():
                edit(house / file, old, new)
            for file, more in BATCHES[name].append.items():
                with (house / file).open("a", encoding="utf-8", newline="\n") as page:
                    page.write(more)
            done[name] = build(house)
        return done[name]

    return build_once


SELDOM = ("sources of both languages", "a template", "only a warning, of MkDocs")


@pytest.mark.parametrize(
    "batch", [slow(batch) if batch in SELDOM else batch for batch in BATCHES]
)
def test_it_stops_the_build_without_a_traceback(run, batch):
    result = run(batch)
    assert result.code == 1 and "Traceback" not in result.said, result.said


@pytest.mark.parametrize(
    ("batch", "file", "text", "words"),
    [pytest.param(name, *line, id=f"{name}-{line[1]}") for name, batch in BATCHES.items() for line in batch.said],
)
def test_it_is_said_on_one_line_with_place_and_fix(run, batch, file, text, words):
    result = run(batch)
    place = file
    if text:
        lines = (result.site.parent / file).read_text("utf-8").splitlines()
        place += f":{next(n for n, line in enumerate(lines, 1) if text in line)}:"
    assert re.search(rf"^(ERROR|WARNING) .*{re.escape(place)}.*{words}", result.said, re.M), f"{place}\n\n{result.said}"


@pytest.mark.parametrize("batch", [name for name, batch in BATCHES.items() if batch.leaves_the_last_site])
def test_the_site_built_before_is_left_alone(run, batch):
    result = run(batch)
    assert [(p.name, p.read_text("utf-8")) for p in result.site.iterdir()] == [("last.html", LAST)]
