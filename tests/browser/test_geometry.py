"""What is generated can be read: at every width, in both palettes and languages, and in the order of the definition."""

import pytest
from houses import slow
from playwright.sync_api import Page, expect
from screens import GENERATED, HOPS, KINDS, LANGUAGES, Look, audit, darken, each, step_ids

pytestmark = pytest.mark.browser

SCREENS = [(320, 0), (360, 1), (390, 0), (390, 1), (768, 0), (1280, 0), (1280, 1), (1680, 1)]  # width, dark
FEWER = [(320, 0), (390, 1), (768, 1), (1280, 0)]  # for the many pages that are made of the same parts
CONTAINERS = {328: "narrow", 358: "narrow", 688: "wide", 1248: "wide"}  # px → which of the two drawings is for it
ROUTE = "through-service"


def sound(look: Look, *, texts: int) -> None:
    """Nothing is wrong, and the audit did look."""
    assert look.faults == []
    assert look.texts >= texts


@pytest.fixture(params=LANGUAGES)
def language(request):
    return request.param


# -- every letter -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("path", each(GENERATED))
def test_every_letter_can_be_read_at_every_width(screen, at, language, path):
    page = screen()
    page.goto(at(language, path))
    for width, dark in SCREENS if path in KINDS else FEWER:
        page.set_viewport_size({"width": width, "height": 900})
        darken(page, dark)
        look = audit(page)
        assert (width, dark, look.faults) == (width, dark, [])
        assert look.texts >= 10


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [320, slow(390), 1280])
def test_the_step_a_reader_is_on_can_be_read(screen, at, language, width, dark):
    page = screen(width, dark=dark)
    for path, steps in (
        ("request/", ("connect-to-vip", "nodeport-dnat", "match-rule", "http-response")),
        ("request/kube-proxy/", ("nodeport-dnat", "lb-to-node")),
    ):
        for step in steps:
            page.goto(at(language, path) + f"#{step}")
            expect(page.locator(f"[data-step={step}].on")).not_to_have_count(0)
            sound(audit(page), texts=50)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_both_ways_of_the_map_on_the_home_page_can_be_read(screen, at, language, width, dark):
    page = screen(width, dark=dark)
    page.goto(at(language))
    for way in page.locator(".home .map label").all():
        way.click()
        sound(audit(page, ".home .map"), texts=20)


# -- the two drawings of a picture ------------------------------------------------------------------------------------
COLUMN = """figures => {
  const column = document.createElement("div")
  column.id = "column"
  column.className = "md-typeset"
  column.innerHTML = figures.join("")
  document.querySelector(".md-container").replaceChildren(column)
}"""
DRAWINGS = """svgs => svgs.map(s => ({
  shown: s.getBoundingClientRect().width,
  made: s.viewBox.baseVal.width,
  numbers: [...s.querySelectorAll(".n")].map(n => n.textContent).join(),
}))"""


@pytest.fixture(scope="module", params=LANGUAGES)
def pictures(browser, at, request):
    """One page with every picture of a language once, in a column whose width a test can set."""
    page, figures = browser.new_page(viewport={"width": 1280, "height": 900}), {}
    for path in GENERATED:
        page.goto(at(request.param, path))
        of_page = page.eval_on_selector_all(".seqfig", "es => es.map(e => [e.querySelector('title').id, e.outerHTML])")
        figures |= dict(of_page)
    page.evaluate(COLUMN, list(figures.values()))
    yield page
    page.close()


def drawings(page: Page, width: str) -> list[dict]:
    """How wide each drawing is shown and was made, and the numbers of its arrows."""
    return page.eval_on_selector_all(f"#column .{width} svg", DRAWINGS)


@pytest.mark.parametrize("container", CONTAINERS)
def test_every_picture_fits_its_column(pictures, container):
    pictures.locator("#column").evaluate("(e, px) => e.style.width = px + 'px'", container)
    width = CONTAINERS[container]
    other = "narrow" if width == "wide" else "wide"
    assert all(d["shown"] == 0 for d in drawings(pictures, other))
    shown = drawings(pictures, width)
    assert len(shown) > len(HOPS)
    assert all(0 < d["shown"] <= container for d in shown)
    if container != min(CONTAINERS):
        assert all(d["shown"] == pytest.approx(d["made"], abs=0.5) for d in shown), "a picture is scaled"
    sound(audit(pictures, "#column"), texts=8 * len(shown))


def test_the_two_drawings_of_a_picture_show_the_same_steps(pictures):
    wide, narrow = (drawings(pictures, width) for width in ("wide", "narrow"))
    assert [d["numbers"] for d in wide] == [d["numbers"] for d in narrow]
    assert all(w["made"] != n["made"] for w, n in zip(wide, narrow, strict=True))


# -- one order --------------------------------------------------------------------------------------------------------
def test_ladder_pictures_cards_and_definition_list_the_same_steps(screen, at, language, flow, routes):
    defined = [hop.id for hop in routes[ROUTE]]
    page = screen()
    page.goto(at(language, "request/"))
    assert step_ids(page, f".ladder[data-route={ROUTE}] li") == defined
    page.goto(at(language))
    assert sorted(step_ids(page, ".home .map a[data-step]")) == sorted(defined)

    pages = dict.fromkeys(flow.stages[hop.stage].page for hop in routes[ROUTE])
    seen = {"a.m": [], ".step-head": []}
    for name in pages:
        page.goto(at(language, name.replace(".md", "/")))
        for selector, ids in seen.items():
            ids += [step for step in step_ids(page, f".md-content {selector}:visible") if step in defined]
    by_page = [hop.id for name in pages for hop in routes[ROUTE] if flow.stages[hop.stage].page == name]
    assert seen == {"a.m": by_page, ".step-head": by_page}
    assert sorted(by_page) == sorted(defined)


@pytest.mark.parametrize("path", HOPS)
def test_arrows_carry_the_numbers_of_the_cards(screen, at, language, path):
    page = screen()
    page.goto(at(language, path))
    numbers = """selector => Object.fromEntries([...document.querySelectorAll(selector)].map(
      e => [e.closest("[data-step]").dataset.step, +e.textContent]))"""
    cards, arrows = page.evaluate(numbers, ".step-head .count b"), page.evaluate(numbers, ".wide .n")
    assert arrows
    assert arrows == {step: cards[step] for step in arrows}


# -- the audit itself -------------------------------------------------------------------------------------------------
SPOILED = {
    "small": ".seq .mt { font-size: 9px }",
    "small ": ".step-head .who { font-size: 11px }",
    "small  ": ".ladder .say::before { font-size: 8px }",
    "faint": ".step-head .count { color: #999 }",
    "faint ": ".seq .n { fill: #777 }",
    "faint  ": ".here p { background: #1b2130 }",
    "overlap": ".seq .mt.ad { transform: translateY(-16px) }",
    "overlap  ": ".seq .nd { r: 60px }",
    "overlap ": ".step-head .line { gap: 0 } .step-head .who { margin-left: -3em }",
    "outside": ".step-head .carried { width: 4em; flex-wrap: nowrap; white-space: nowrap }",
    "off-screen": ".step-head { margin-left: -100px }",
    "clipped": ".step-head .line { height: 4px; overflow: hidden }",
    "clipped ": ".seq .bt { transform: translateY(-12px) }",
    "out of its shape": ".seq .an { letter-spacing: 9px }",
    "out of its shape ": ".seq .n { font-size: 24px }",
    "sideways": ".md-content h1 { width: 200vw }",
}


@pytest.mark.slow
@pytest.mark.parametrize("fault", SPOILED)
def test_the_audit_sees(screen, at, fault):
    page = screen(390)
    page.goto(at("en", "request/" if "ladder" in SPOILED[fault] else "request/kube-proxy/"))
    sound(audit(page), texts=50)
    page.add_style_tag(content=SPOILED[fault].replace(" }", " !important }"))
    assert fault.strip() in audit(page).kinds()


def test_the_audit_sees_two_of_one_id(screen, at):
    page = screen()
    page.goto(at("en", "request/"))
    page.evaluate("document.querySelector('h2[id]').id = document.querySelector('h1[id]').id")
    assert "two of one id" in audit(page).kinds()
