"""Any number of zones can be read and told apart: heads, rails, pictures, in both palettes and in files."""

from collections.abc import Callable
from pathlib import Path

import pytest
import worlds
from playwright.sync_api import Page
from requestflow.model.definition import Flow, Zone
from requestflow.view import cards, chart, exports, ladder, picture, style
from screens import LANGUAGES, audit, darken

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PICTURE, SHEET = ((worlds.ROOT / "docs/assets" / name).read_text("utf-8") for name in ("picture.css", "flow.css"))
READABLE = 4.5
LANES = 7
SEEN = """() => ({
  rails: [...document.querySelectorAll(".ladder .rail")].map(e => getComputedStyle(e).backgroundImage),
  names: [...document.querySelectorAll(".ladder .names")].map(e => getComputedStyle(e).backgroundImage),
  heads: [...document.querySelectorAll(".ladder .zones > span")].map(e => getComputedStyle(e).backgroundColor),
  boxes: [...document.querySelectorAll(".seq .bx")].filter(e => e.getClientRects().length)
    .map(e => getComputedStyle(e).fill),
})"""
FILE = """() => ({
  grounds: [...document.querySelectorAll(".bx")].map(e => [getComputedStyle(e).fill, e.getAttribute("class")]),
  names: [...document.querySelectorAll(".bt")].map(e => [getComputedStyle(e).fill, e.getAttribute("class")]),
})"""
PUT = """([sheet, html]) => {
  for (const link of document.querySelectorAll("link[href*='flow.css']")) link.remove()
  const style = document.createElement("style")
  style.textContent = sheet
  document.head.append(style)
  document.querySelector(".md-content__inner").innerHTML = html
}"""
BLACK, NOTHING = "rgb(0, 0, 0)", ("none", "", "rgba(0, 0, 0, 0)")


def href(name: str) -> str:
    return f"#{name}"


def in_zones(count: int, first: int) -> Flow:
    """A row of seven machines, each in the next of so many zones, from one on."""
    flow = worlds.Chain([""] * (LANES - 2)).flow()
    zones = {
        f"zone-{n}": Zone.model_validate({"name": worlds.both("same" if n < 2 else f"zn-{n}")}) for n in range(count)
    }
    people = {
        name: p.model_copy(update={"zone": f"zone-{(first + i) % count}"})
        for i, (name, p) in enumerate(flow.participants.items())
    }
    return flow.model_copy(update={"zones": zones, "participants": people})


def parts(count: int) -> tuple[str, list[str]]:
    """HTML that shows every one of so many zones, and pictures to take away."""
    html, files = [], []
    for first in range(0, count, LANES):
        view = worlds.view(in_zones(count, first))
        of = chart.of_route(view, "all", "wide")
        drawn = picture.draw(picture.Renderer(), of, href)
        html += [f'<figure class="seqfig"><div class="wide">{drawn}</div></figure>', ladder.ladder(view, href)]
        html.append(str(cards.destinations(view, href)))
        files += exports.pictures([of], picture.Renderer(), PICTURE, href).values()
    return "".join(html), files


def gradients(page: Page) -> dict[str, list[str]]:
    return page.evaluate(SEEN)


def luminance(rgb: str) -> float:
    parts = (int(v) / 255 for v in rgb.removeprefix("rgb(").removesuffix(")").split(", "))
    red, green, blue = (v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def assert_file_is_readable(page: Page, svg: str, tmp_path: Path) -> None:
    """No ground is black or missing; every zone's name stands out from its ground."""
    file = tmp_path / "picture.svg"
    file.write_text(svg, "utf-8")
    page.goto(file.as_uri())
    seen = page.evaluate(FILE)
    assert seen["grounds"] and len(seen["grounds"]) == len(seen["names"])
    for (ground, css), (ink, name_css) in zip(seen["grounds"], seen["names"], strict=True):
        assert css.split()[1] == name_css.split()[1]
        assert ground not in (BLACK, *NOTHING) and ink != BLACK, css
        low, high = sorted((luminance(ground), luminance(ink)))
        assert (high + 0.05) / (low + 0.05) >= READABLE, css


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("count", [1, 4, 6, 10])
def test_so_many_zones_can_all_be_read(screen, at, count, dark):
    page = screen(1280, dark=dark)
    page.goto(at("en"))
    page.evaluate(PUT, [style.sheet(PICTURE, SHEET, count), parts(count)[0]])
    look = audit(page)
    assert look.kinds() <= {"two of one id"} and look.texts > 40, look.faults  # one route is drawn twice
    seen = gradients(page)
    assert len(seen["rails"]) > 10 and all(rail.count("linear-gradient(") == 2 for rail in seen["rails"])
    assert all(names.count("linear-gradient(") == 1 for names in seen["names"])
    assert len(set(seen["heads"])) == count and BLACK not in seen["heads"]
    assert len(set(seen["boxes"])) == count and not set(seen["boxes"]) & {BLACK, *NOTHING}


@pytest.mark.parametrize("count", [1, 4, 6, 10])
def test_a_file_with_so_many_zones_can_be_read(screen, tmp_path, count):
    for svg in parts(count)[1]:
        assert_file_is_readable(screen(), svg, tmp_path)


def test_a_zone_without_a_colour_would_be_seen(screen, at):
    page = screen()
    page.goto(at("en"))
    page.evaluate(PUT, [style.sheet(PICTURE, SHEET, 2), parts(4)[0]])
    seen = gradients(page)
    assert "none" in seen["rails"] and set(seen["boxes"]) & {BLACK, *NOTHING}


# -- the whole site with a third node, a zone 'vpc' and two zones of one name -----------------------------------------
@pytest.fixture(scope="module")
def third(zoned, serve: Callable[[Path], str]) -> Callable[[str], str]:
    address = serve(zoned.site)
    return lambda path: address + path


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_third_node_and_equal_names_can_be_read(screen, third, language, width, dark):
    page = screen(width)
    page.goto(third(f"{LANGUAGES[language]}request/pod/"))
    darken(page, dark)
    look = audit(page)
    assert look.faults == [] and look.texts > 200
    seen = gradients(page)
    assert seen["rails"] and all(rail.count("linear-gradient(") == 2 for rail in seen["rails"])
    assert len(set(seen["heads"])) == 4 and not set(seen["boxes"]) & {BLACK, *NOTHING}


def test_files_of_a_third_node_can_be_read(screen, zoned, tmp_path):
    page = screen()
    files = sorted(zoned.site.glob("**/diagrams/third-node-*.svg"))
    assert len(files) > 10
    for file in files:
        assert_file_is_readable(page, file.read_text("utf-8"), tmp_path)
