"""A draft is seen while serving, marked, in one language if need be; a build leaves it out, a strict one refuses it."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from houses import CALM, Built, build, copy_house, edit

pytestmark = pytest.mark.site
ROUTE = """
  night-shift:
    draft: true
    name: {en: By night, zh: 夜间}
    page: routes/night.md
    like: straight-to-pod
    roles: {entry: node-2, endpoint: shop-2}
    replace: {http-request: [http-request, second-look, third-look]}

procedures:"""
STEPS = """
  second-look:
    {handles: outer, at: "{controller}",
     label: {en: [Looks twice, look], zh: [再看一遍, 再看]}}
  third-look:
    {handles: outer, at: "{controller}",
     label: {en: [Looks again, look], zh: [又看一遍, 又看]}}

routes:"""
PAGE = """---
draft: true
---
# By night {#night-shift}

<!-- flow:route night-shift -->

<!-- flow:ladder night-shift -->
"""
SECTION = "\n## A second look {#second-look .step}\n\nNight words, and [a third look](flow:third-look).\n"
SERVING = """
from mkdocs.commands.build import build
from mkdocs.config import load_config
config = load_config("mkdocs.yml")
config.plugins.on_startup(command="serve", dirty=False)
try:
    build(config)
finally:
    config.plugins.on_shutdown()
"""


def drafted(house: Path) -> Path:
    """Add a draft: a route, an English page of it, a step explained on a finished English page, and one nowhere."""
    edit(house / "docs/flow.yml", "\nprocedures:", ROUTE)
    edit(house / "docs/flow.yml", "\nroutes:", STEPS)
    edit(house / "mkdocs.yml", "      - DNS:", "      - By night: routes/night.md\n      - DNS:")
    (house / "docs/en/routes/night.md").write_text(PAGE, "utf-8", newline="\n")
    page = house / "docs/en/request/ingress.md"
    page.write_text(page.read_text("utf-8") + SECTION, "utf-8", newline="\n")
    return house


def serving(house: Path) -> Built:
    """Build once as `mkdocs serve` does."""
    run = subprocess.run(
        [sys.executable, "-c", SERVING],
        cwd=house,
        text=True,
        encoding="utf-8",
        capture_output=True,
        env=os.environ | CALM,
        check=False,
    )
    return Built(run.returncode, run.stdout + run.stderr, house / "site")


@pytest.fixture(scope="module")
def served(tmp_path_factory) -> Built:
    result = serving(drafted(copy_house(tmp_path_factory.mktemp("served"))))
    assert result.code == 0, result.said
    return result


@pytest.fixture(scope="module")
def house(tmp_path_factory) -> Path:
    return drafted(copy_house(tmp_path_factory.mktemp("drafted")))


@pytest.fixture(scope="module")
def made(house) -> Built:
    """What a build that is not strict makes of it."""
    run = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build"],
        cwd=house,
        text=True,
        encoding="utf-8",
        capture_output=True,
        env=os.environ | CALM,
        check=False,
    )
    return Built(run.returncode, run.stdout + run.stderr, house / "site")


def page(built: Built, path: str) -> str:
    return (built.site / path / "index.html").read_text("utf-8")


def test_a_draft_is_shown_and_marked_while_serving(served):
    assert '<p class="draft">' in page(served, "routes/night") and "Night words" in page(served, "request/ingress")
    assert '<p class="draft">' not in page(served, "request/ingress")
    assert 'class="draft">Draft<' in page(served, "request/ingress").partition('id="second-look"')[2]


def test_lists_of_routes_mark_a_draft_in_the_language_of_the_reader(served):
    for path in ("routes", "routes/compare", "routes/client-address"):
        assert "By night (Draft)" in page(served, path)
        assert "夜间（草稿）" in page(served, f"zh/{path}")


def test_one_language_is_enough_for_a_draft(served):
    switch = re.search(r'<a [^>]*hreflang="zh"[^>]*>', page(served, "routes/night"))
    assert switch and 'href="../../zh/"' in switch[0]
    assert "Night words" not in page(served, "zh/request/ingress")
    assert "ERROR" not in served.said and "WARNING" not in served.said, served.said


def test_a_build_leaves_drafts_out_and_says_how_many(made):
    assert made.code == 0, made.said
    assert made.said.count("2 drafts: route 'night-shift', page routes/night.md. Left out") == 1
    assert not (made.site / "routes/night").exists() and "Night words" not in page(made, "request/ingress")
    for file in made.site.rglob("*.html"):
        text = file.read_text("utf-8")
        assert "night-shift" not in text and "second-look" not in text and "夜间" not in text, file


def test_a_strict_build_refuses_drafts(house):
    told = build(house)
    assert told.code == 1 and "2 drafts: route 'night-shift', page routes/night.md." in told.said
    assert "Traceback" not in told.said


def test_a_finished_page_that_links_to_a_draft_is_told(tmp_path):
    house = drafted(copy_house(tmp_path))
    edit(house / "docs/en/request/tls.md", "\n## ", "\nSee [the night](flow:night-shift).\n\n## ")
    edit(house / "docs/zh/request/tls.md", "\n## ", "\n见[夜间](flow:night-shift)。\n\n## ")
    told = build(house)
    assert told.code == 1 and "'night-shift' is a draft, which no build has." in told.said
