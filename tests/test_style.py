"""Every zone has a colour that can be read in both palettes; pages and exported pictures take it from one place."""

import re

import pytest
import worlds
from requestflow.problems import FlowError
from requestflow.view import style

ASSETS = worlds.ROOT / "docs/assets"
PICTURE, MAP, SHEET = ((ASSETS / name).read_text("utf-8") for name in ("picture.css", "map.css", "flow.css"))
PICTURE += MAP
GROUNDS = style.Colour("#ffffff", "#1e2129")  # of the theme's two schemes
READABLE = 4.5
BEFORE = [("#5b6b85", "#aab8d2"), ("#8a5a00", "#e5b766"), ("#0b6e63", "#6fd0c2"), ("#6d3fb0", "#c7a8f7")]


def luminance(colour: str) -> float:
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(a: str, b: str) -> float:
    low, high = sorted((luminance(a), luminance(b)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("palette", style.Colour._fields)
def test_every_zone_can_be_read_on_its_own_ground(palette):
    share = float(getattr(style.TINT, palette).rstrip("%")) / 100
    for number, colour in enumerate(style.zone_colours(60), 1):
        hue, under = getattr(colour, palette), getattr(GROUNDS, palette)
        assert contrast(hue, style._mix(hue, under, share)) >= READABLE, (number, hue)
        assert contrast(hue, under) >= READABLE, (number, hue)


def test_the_first_zones_keep_their_colours_and_all_differ():
    assert style.zone_colours(4) == BEFORE
    many = style.zone_colours(24)
    assert many[:4] == BEFORE and len(set(many)) == len({c.light for c in many}) == 24


@pytest.mark.parametrize("zones", [1, 4, 6, 10])
def test_every_zone_has_its_class_and_every_variable_a_value(zones):
    sheet = style.sheet(PICTURE, SHEET, zones)
    assert re.findall(r"\.z(\d+)\{", sheet) == [str(n) for n in range(1, zones + 1)]
    set_ones = set(re.findall(r"(?<![\w-])(--[\w-]+):", sheet))
    of_elements = {
        "--lanes",
        "--zones",
        "--from",
        "--to",
        "--n",
        "--span",
        "--v",
        "--x1",
        "--x2",
        "--y1",
        "--y2",
    }  # written on them
    used = set(re.findall(r"var\((--[\w-]+)\)", sheet))
    assert used - set_ones - of_elements == set()


def test_no_colour_is_written_outside_of_the_one_place():
    allowed = re.sub(r"@media print\{.*?\n\}|--md-code-hl[^}]*|var\([^()]*\)", "", PICTURE + SHEET, flags=re.S)
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b(?![^{}]*\{)", allowed) == []


def test_an_exported_picture_has_the_rules_of_the_page_with_fixed_colours():
    rules = style.embedded(PICTURE, [2, 5])
    assert "var(" not in rules and "/*" not in rules
    for selector, body in re.findall(r"([^{}]+)\{([^{}]*)\}", re.sub(r"/\*.*?\*/|\n", "", PICTURE)):
        exported = re.search(re.escape(selector + "{") + r"([^{}]*)\}", rules)
        assert exported, selector
        assert len(exported[1].split(";")) == len(body.split(";"))
        if "var(" not in body:
            assert exported[1] == body, "letters are spaced on pages as in files"
    assert re.findall(r"\.bt\.z(\d+)\{fill:(#\w+)\}", rules) == [
        ("2", "#8a5a00"),
        ("5", style.zone_colours(5)[4].light),
    ]


def test_a_variable_without_a_value_outside_is_a_problem():
    with pytest.raises(FlowError, match=r"docs/assets/picture\.css: uses --nothing, .* Write var\(--nothing,VALUE\)\."):
        style.embedded(".seq{fill:var(--nothing)}", [])
    assert style.embedded(".seq{fill:var(--nothing,red)}", []) == ".seq{fill:red}"
