"""Maps as a browser shows them: every letter large enough and alone, on desks and phones, both ways, without script."""

from typing import Any

import pytest
from playwright.sync_api import Page
from screens import LANGUAGES, audit, darken, each, paths

pytestmark = pytest.mark.browser

MAPPED = paths("<!-- flow:map")
SAMPLE = (
    "routes/local-policy/",
    "routes/own-load-balancer/",
    "routes/same-node-and-overlay/",
)  # all looks, differences
WIDTHS = (1280, 360)
SMALLEST = 12

# What is on what, in every map of a page as it is shown: [map, a, b]; and the size of its letters.
LOOK = """() => [...document.querySelectorAll(".map")].map((figure, map) => {
  const shown = s => [...figure.querySelectorAll(s)].filter(e => e.getClientRects().length)
  const box = (e, kind, size = 0) => {
    const r = e.getBoundingClientRect(), middle = (r.top + r.bottom) / 2
    const [top, bottom] = size ? [middle - size / 2, middle + size / 2] : [r.top, r.bottom]
    const within = e.closest("a") ?? e.closest("g")
    return { kind, text: e.textContent, left: r.left, right: r.right, top, bottom, within }
  }
  const sizes = shown("text").map(e => parseFloat(getComputedStyle(e).fontSize))
  const texts = shown("text").map((e, i) => box(e, "text", sizes[i]))
  const things = [...texts, ...shown(".nd").map(e => box(e, "number")), ...shown(".sf").map(e => box(e, "chip"))]
  const across = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left)
  const on = (a, b) => across(a, b) > 1 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1
  const overlaps = []
  things.forEach((a, i) => things.slice(i + 1).forEach(b => {
    const own = a.within === b.within && (a.kind !== "text" || b.kind !== "text")
    if (!own && on(a, b)) overlaps.push([map, `${a.kind} ${a.text}`, `${b.kind} ${b.text}`])
  }))
  const frame = figure.querySelector("svg").getBoundingClientRect()
  const out = texts.filter(t => t.left < frame.left - 1 || t.right > frame.right + 1).map(t => [map, t.text, "outside"])
  return { faults: [...overlaps, ...out], smallest: Math.min(...sizes), texts: texts.length }
})"""


def looks(page: Page) -> list[dict[str, Any]]:
    """What there is to say about every map of a page, the way it is shown."""
    found: list[dict[str, Any]] = page.evaluate(LOOK)
    return found


def turn(page: Page) -> None:
    """Show the way back in every map that has one."""
    page.evaluate("document.querySelectorAll('.map .to-b input').forEach(i => i.checked = true)")


@pytest.mark.parametrize("path", each(MAPPED))
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_letter_is_on_another_and_all_can_be_read(screen, at, language, path):
    page = screen()
    page.goto(at(language, path))
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        for way in ("there", "back"):
            if way == "back":
                turn(page)
            for map_ in looks(page):
                assert (width, way, map_["faults"]) == (width, way, [])
                assert map_["smallest"] >= SMALLEST
                assert map_["texts"] >= 5
        page.reload()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [*WIDTHS, 320])
def test_every_letter_stands_out_from_its_ground(screen, at, width, dark):
    page = screen(width, dark=dark)
    for path in SAMPLE:
        page.goto(at("en", path))
        darken(page, dark)
        for back in (False, True):
            if back:
                turn(page)
            look = audit(page, ".map")
            assert (path, back, look.faults) == (path, back, [])
            assert look.texts >= 20


def test_arrow_keys_choose_the_way_without_script(screen, at):
    page = screen(java_script_enabled=False)
    page.goto(at("en", "routes/own-load-balancer/"))
    steps = page.locator(".map svg a:visible")
    there = steps.count()
    page.locator(".map input").first.focus()
    page.keyboard.press("ArrowRight")
    assert page.locator(".map .to-b input").is_checked()
    assert 0 < steps.count() != there
    page.keyboard.press("ArrowLeft")
    assert steps.count() == there


def test_the_step_of_the_walk_is_lit_the_way_it_goes(screen, at, routes):
    page, last = screen(), routes["dsr"][-1].id
    page.goto(at("en", "routes/dsr/") + f"#{last}")
    (lit,) = page.locator(".map a.on:visible").all()
    assert lit.get_attribute("data-step") == last
    assert page.locator(".map .to-b input").is_checked()
    others = page.locator(".map svg a:visible:not(.on)")
    assert {float(o.evaluate("e => getComputedStyle(e).opacity")) for o in others.all()} == {0.3}


def test_nothing_moves_when_a_map_is_turned(screen, at):
    page = screen()
    page.goto(at("en", "routes/own-load-balancer/"))
    height = page.locator(".map").bounding_box()
    turn(page)
    assert page.locator(".map").bounding_box() == height


SPOILED = {
    "overlap": ".mp .ad { transform: translateY(-12px) }",
    "small": ".mp .ad { font-size: 9px }",
    "wide": ".mp .ad { letter-spacing: 9px }",
}


@pytest.mark.parametrize("fault", SPOILED)
def test_what_is_wrong_is_seen(screen, at, fault):
    page = screen()
    page.goto(at("en", "routes/own-load-balancer/"))
    page.add_style_tag(content=SPOILED[fault].replace(" }", " !important }"))
    (map_,) = looks(page)
    assert map_["faults"] or map_["smallest"] < SMALLEST
