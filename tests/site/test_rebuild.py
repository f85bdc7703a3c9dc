"""What has not changed is not made again by the same process; what it writes is all the same what a fresh build writes."""

import filecmp
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from houses import CALM, build, copy_house, edit, slow

pytestmark = pytest.mark.site

# Builds at every line it reads, in one process, as `mkdocs serve` does.
AGAIN = """
import sys
from click import ClickException
from mkdocs.__main__ import cli
for line in sys.stdin:
    try:
        cli(["build", "--site-dir", "again"], standalone_mode=False)
    except ClickException:
        pass
    print("built", flush=True)
"""


class Again:
    """A house that one process builds into `again/`, as often as it is told."""

    def __init__(self, house: Path) -> None:
        self.house, self.log = house, house / "again.log"
        with self.log.open("w", encoding="utf-8") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-c", AGAIN],
                cwd=house,
                text=True,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                env=dict(os.environ) | CALM,
            )

    def build(self) -> str:
        """Build; give what was said meanwhile."""
        before = self.log.stat().st_size
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        assert self.process.stdout.readline() == "built\n", self.log.read_text("utf-8")
        return self.log.read_bytes()[before:].decode()


@pytest.fixture(scope="module")
def again(tmp_path_factory) -> Iterator[Again]:
    again = Again(copy_house(tmp_path_factory.mktemp("again")))
    again.build()
    yield again
    again.process.communicate()
    assert again.process.returncode == 0


def replace(file: str, old: str, new: str):
    return lambda house: edit(house / file, old, new)


def write(file: str, text: str):
    return lambda house: (house / file).write_text(text, "utf-8")


def append(file: str, text: str):
    return lambda house: write(file, (house / file).read_text("utf-8") + text)(house)


# Each is made on top of those before it; what one of them changes on other pages, no other one does.
SAVES = {
    "pages": [
        append("docs/en/request/dns.md", "\nAnother paragraph.\n"),
        append("docs/zh/request/pod.md", "\n又一段。\n\n```text\nabc\n```\n"),
        append("docs/en/request/pod.md", "\n```text\nabc\n```\n"),
        replace("docs/en/request/kube-proxy.md", " {#nodeport-dnat .step}", " anew {#nodeport-dnat .step}"),
        replace("docs/en/request/tls.md", 'title: "TLS: the', 'title: "TLS: another'),
        replace("docs/en/request/tls.md", "description: ", "description: Saved. "),
        replace("docs/en/request/tls.md", "# TLS: the", "# TLS: another"),
        append("docs/assets/flow.css", "\n.saved { color: red }\n"),
    ],
    "a term": [
        replace("docs/glossary.yml", "en: DNAT, zh: DNAT", "en: DNAT, zh: 改目的地址"),
        replace("docs/glossary.yml", "see: headless\n", "see: request/dns.md#caching\n"),
    ],
    "a claim": [replace("docs/versions.yml", "en: IPVS mode is deprecated.", "en: IPVS mode is deprecated now.")],
    "a label": [replace("docs/flow.yml", "[Crosses to the controller", "[Crosses over to the controller")],
    "an address": [
        replace("docs/flow.yml", "eth0: 192.0.2.11/24,", "eth0: 192.0.2.211/24,"),
        replace("overrides/main.html", "{%", "<!-- saved -->{%"),
    ],
    "the navigation": [
        replace("mkdocs.yml", "- Home: index.md", "- Start: index.md\n  - New: new.md"),
        replace("mkdocs.zh.yml", "- 首页: index.md", "- 首页: index.md\n  - 新: new.md"),
        write("docs/en/new.md", "---\nchecked: 2026-11-27\n---\n# New {#new}\n\n[here](request/dns.md)\n"),
        write("docs/zh/new.md", "---\nchecked: 2026-11-27\n---\n# 新 {#new}\n\n[这里](request/dns.md)\n"),
    ],
    "pages that go": [
        replace("mkdocs.yml", "\n  - New: new.md", ""),
        replace("mkdocs.zh.yml", "\n  - 新: new.md", ""),
        lambda house: (house / "docs/en/new.md").unlink(),
        lambda house: (house / "docs/zh/new.md").unlink(),
    ],
}
ROUNDS = [  # rebuilt after each, compared after the last: none of a round makes good what another one spoils
    ("pages",),
    slow(("a term", "a claim")),
    ("a label",),
    slow(("an address",)),
    slow(("the navigation",)),
    slow(("pages that go",)),
]


@pytest.mark.parametrize("saved", ROUNDS, ids=lambda saved: ", then ".join(saved))
def test_a_rebuild_writes_what_a_fresh_build_writes(again, saved):
    for save in saved:
        for one in SAVES[save]:
            one(again.house)
        said = again.build()
        assert "ERROR" not in said, said
    fresh = build(again.house)
    assert fresh.code == 0, fresh.said
    assert different(fresh.site, again.house / "again") == []


def different(one: Path, other: Path) -> list[str]:
    """Every file that is not on both sides, or not the same."""
    files = {p.relative_to(side) for side in (one, other) for p in side.rglob("*") if not p.is_dir()}
    assert len(files) > 200  # it did look
    return [f.as_posix() for f in sorted(files) if not same(one / f, other / f)]


def same(one: Path, other: Path) -> bool:
    return one.is_file() and other.is_file() and filecmp.cmp(one, other, shallow=False)


# Texts put at the end of pages, and what must be said.
MISTAKES = {
    "links to no page and no heading": ("\n[x](gone.md) [y](tls.md#gone)\n", r"dns\.md:\d+: .*gone\.md' leads to no page(.|\n)*dns\.md:\d+: .*tls\.md#gone' leads to no id"),
    "a link to nothing defined": ("\n[x](flow:nodeport-dna)\n", "Did you mean 'nodeport-dnat'"),
    "an unknown marker": ("\n<!-- flow:pictur through-service node -->\n", "Did you mean 'picture'"),
    "a recording that says something else": (
        "\n``` {.text .recorded from=lab-traces}\nnever seen\n```\n", "'never seen'",
    ),
}  # fmt: skip


def test_mistakes_on_pages_are_told_at_every_save_until_they_are_mended(again):
    pages = [again.house / f"docs/en/request/{name}.md" for name in ("dns", "pod", "ingress", "service")]
    before = [page.read_text("utf-8") for page in pages]
    for page, was, (text, _) in zip(pages, before, MISTAKES.values(), strict=True):
        page.write_text(was + text, "utf-8")
    for n in range(2):
        append("docs/zh/request/dns.md", f"\n{n}\n")(again.house)
        told = again.build()
        assert [name for name, (_, said) in MISTAKES.items() if not re.search(said, told)] == []
    for page, was in zip(pages, before, strict=True):
        page.write_text(was, "utf-8")
    assert not re.search("WARNING|ERROR", again.build())


def test_a_page_that_goes_is_missed_by_the_pages_that_link_to_it(again):
    gone = [again.house / f"docs/{language}/reference/article.md" for language in ("en", "zh")]
    texts = [page.read_text("utf-8") for page in gone]
    for page in gone:
        page.unlink()
    said = again.build()
    for page, text in zip(gone, texts, strict=True):
        page.write_text(text, "utf-8")
    told = r"docs/en/node/index\.md:\d+: the link to '\.\./reference/article\.md#c-21' leads to no page"
    assert re.search(told, said), said
    assert not re.search("WARNING|ERROR", again.build())
