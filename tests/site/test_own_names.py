"""A site with names and addresses of your own has them everywhere, and the example's nowhere but in what was recorded."""

import re
import shutil

import pytest
from houses import ROOT, Built, build, copy_house
from leaves import leaves
from test_one_definition import RECORDED

pytestmark = [pytest.mark.site, pytest.mark.slow]

OCTETS = r"192\.0\.2|198\.51\.100|203\.0\.113|10\.244\.\d+|10\.(?:9[6-9]|10\d|11[01])\.\d+"
EXAMPLE = re.compile(rf"(?<![\d.])(?:{OCTETS})\.\d+|shop\.example\.com")
OWN_FILES = ("reference/flow-file/", "reference/your-own-names/")  # write out a file as an example


@pytest.fixture(scope="module")
def own(tmp_path_factory) -> Built:
    house = copy_house(tmp_path_factory.mktemp("own"))
    shutil.copy(ROOT / "examples/flow.local.yml", house / "docs")
    result = build(house)
    assert result.code == 0, result.said
    return result


@pytest.fixture(scope="module")
def pages(own) -> dict[str, str]:
    return {path: leaf.html for path, leaf in leaves(own.site).items()}


def test_no_address_and_host_of_the_example_world_is_left(pages, built):
    with_values = 0
    for path, html in pages.items():
        if not any(page in path for page in OWN_FILES):
            assert EXAMPLE.findall(RECORDED.sub("", html)) == [], path
            with_values += bool(re.search(r"10\.200?\.|pay\.example\.net|31443|10\.20\.", html))
    assert with_values > 50
    assert sum(len(EXAMPLE.findall(leaf.html)) for leaf in leaves(built.site).values()) > 1000, "nothing was looked for"


def test_what_was_recorded_stays_and_says_so(pages, built):
    quoted = [block for html in pages.values() for block in RECORDED.findall(html)]
    before = [block for leaf in leaves(built.site).values() for block in RECORDED.findall(leaf.html)]
    assert len(quoted) == len(before) > 50
    assert sum("moved-on" in block for block in quoted) > 30
    assert not any("moved-on" in block for block in before)


def test_home_and_all_steps_show_the_route_that_is_ours(pages):
    for at in ("", "zh/"):
        assert 'data-route="local-policy"' in pages[f"{at}index.html"]
        assert 'data-route="through-service"' not in pages[f"{at}index.html"].partition('class="five"')[0]
        whole = pages[f"{at}request/index.html"]
        assert re.search(r'class="ladder[^"]*"[^>]*data-route="local-policy"', whole)
        assert 'class="ours"' in whole


def test_a_hidden_route_is_in_no_list_and_its_page_is_there(pages, built):
    there = {path: leaf.html for path, leaf in leaves(built.site).items()}
    for at in ("", "zh/"):
        page = f"{at}routes/sidecar/index.html"
        assert page in pages
        for path in (f"{at}routes/index.html", f"{at}routes/compare/index.html", f"{at}index.html"):
            menu = re.compile(r'<a href="[^"]*sidecar/"[^>]*class="md-nav__link|class="md-nav__link[^>]*href="[^"]*sidecar/')
            assert not menu.search(pages[path]), path
        assert "istio-sidecar" in there[f"{at}routes/compare/index.html"]
        assert "istio-sidecar" not in pages[f"{at}routes/compare/index.html"]


def test_a_map_that_is_embedded_has_its_file_though_no_page_shows_it(own, pages):
    for at in ("", "zh/"):
        assert 'data-route="through-service"' not in pages[f"{at}request/index.html"].partition('class="ladder')[0]
        (source,) = re.findall(r'<img src="([^"]+-map\.svg)"', pages[f"{at}onboarding/for-writers/index.html"])
        assert (own.site / at / "onboarding/for-writers" / source).is_file()
