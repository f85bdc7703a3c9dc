"""PNG files of maps and steps: drawn from the same map, kept by content; one line where they cannot be drawn."""

import io
import re
import xml.etree.ElementTree as ET

import pytest
from houses import ROOT
from PIL import Image
from requestflow.mkdocs import previews
from requestflow.pages import whole
from requestflow.view import map_lines, map_marks, maps, pixels
from requestflow.view.map_boxes import advance
from requestflow.view.previews import CLOSING, HEIGHT, WIDTH, WORDS, broken, route, step

STEP = "nodeport-masquerade"


@pytest.fixture(scope="module")
def css():
    return "".join((ROOT / f"docs/assets/{name}.css").read_text("utf-8") for name in ("picture", "map"))


@pytest.fixture(scope="module")
def known():
    return whole.definition(ROOT)


@pytest.fixture(scope="module")
def view(known):
    return known.views["en"]["through-service"]


def words(svg: str) -> str:
    return " ".join("".join(e.itertext()) for e in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text"))


def test_a_preview_says_the_sentence_and_what_the_packet_became(view, css):
    said = words(step(view, STEP, css))
    row = view.row(STEP)
    assert f"Step {row.number} of {len(view.rows)} · {view.name}" in said
    assert all(word in said for word in row.sentence.split())
    assert f"{row.before.src} {row.after.src} → {row.after.dst}" in said


def test_only_its_own_mark_is_in_full(view, css):
    root = ET.fromstring(step(view, STEP, css))
    titles = [e.text for e in root.iter("{http://www.w3.org/2000/svg}title")]
    label = view.row(STEP).label
    assert titles.count(label) == 2  # faint among the others, and on top of them
    others = [row.label for row in view.rows if row.id != STEP and row.label in titles]
    assert others
    assert all(titles.count(label) == 1 for label in others)


def test_a_message_is_shown_with_what_carries_it(view, css):
    root = ET.fromstring(step(view, "client-hello", css))
    titles = [e.text for e in root.iter("{http://www.w3.org/2000/svg}title")]
    outer = [row for row in view.rows if row.hop.connection == view.row("client-hello").hop.connection]
    there = [row.label for row in outer if row.label in titles and not row.message]
    assert there and all(titles.count(label) == 2 for label in there)
    assert sum(titles.count(row.label) == 2 for row in view.rows) == len(there) + 1


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_step_of_every_route_has_a_preview_that_is_well_formed(known, css, language):
    made = previews.steps(known.views[language].values(), css)
    assert set(made) == {f"steps/{row.id}" for view in known.views[language].values() for row in view.rows}
    for svg in made.values():
        ET.fromstring(svg)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_route_has_a_preview_with_its_name_and_the_whole_way_there(known, css, language):
    views = known.views[language]
    made = previews.routes(views.values(), css)
    assert set(made) == {f"routes/{name}" for name in views}
    for name, view in views.items():
        said = words(made[f"routes/{name}"])
        assert view.words.way_there in said and view.name.replace(" ", "") in said.replace(" ", "")
        assert f'viewBox="0 0 {WIDTH} {HEIGHT}"' in made[f"routes/{name}"]
        assert view.rows[0].label in "".join(ET.fromstring(made[f"routes/{name}"]).itertext())


def test_chinese_letters_are_drawn_as_letters(known, css):
    svg = route(known.views["zh"]["through-service"], css)
    one, other = (pixels.png(svg.replace("经过", letters), "zh", WIDTH) for letters in ("经过", "返回"))
    assert one != other, "else both are empty boxes"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_sentence_is_cut(known, css, language):
    for view in known.views[language].values():
        for row in view.rows:
            if row.sentence:
                said = words(step(view, row.id, css)).replace(" ", "")
                assert row.sentence.replace(" ", "") in said


@pytest.mark.parametrize(
    ("sentence", "first"),
    [
        (
            "The node’s kernel picks one endpoint → a Pod of the Service, at random, for this connection alone.",
            "The node’s",
        ),
        ("节点内核改写目的地址，把数据包送到 Ingress 控制器的 Pod，externalTrafficPolicy 决定源地址是否保留。", "节点"),
    ],
)
def test_lines_break_between_words_alone(sentence, first):
    lines = broken(sentence)
    assert len(lines) > 1
    assert lines[0].startswith(first)
    assert all(advance(line, WORDS) <= WIDTH for line in lines)
    assert not any(line[0] in CLOSING for line in lines)
    words = set(re.findall(r"[A-Za-z’]+", sentence))
    assert {word for line in lines for word in re.findall(r"[A-Za-z’]+", line)} == words


def test_steps_of_a_route_without_a_map_are_taken_from_the_next_that_has_them(known, css, monkeypatch):
    through, local = (known.views["en"][name] for name in ("through-service", "local-policy"))

    def plan(view, *rest, made=maps.plan):
        if view is through:
            raise map_lines.NoWay(map_marks.marks(view)[0])
        return made(view, *rest)

    monkeypatch.setattr(maps, "plan", plan)
    made = previews.steps([through, local], css)
    assert set(made) == {f"steps/{row.id}" for row in local.rows}
    assert all(local.name in svg for svg in made.values())


def test_a_png_has_the_size_and_the_colours_of_its_map(view, css, tmp_path):
    previews.write({"steps/x": step(view, STEP, css)}, "en", tmp_path, tmp_path / "cache", WIDTH)
    with Image.open(tmp_path / "steps/x.png") as image:
        assert image.size == (WIDTH, HEIGHT)
        seen = {colour for _, colour in image.convert("RGB").getcolors(WIDTH * HEIGHT)}
    assert {(255, 255, 255), (255, 246, 222)} <= seen, "the paper, and the ground of a chip"
    grounds = re.findall(r"\.bx\.z\d\{fill:#(\w\w)(\w\w)(\w\w)\}", step(view, STEP, css))
    assert {tuple(int(part, 16) for part in ground) for ground in grounds} <= seen, "pale zones stay apart"


def test_lines_are_drawn_in_their_colour(view, css):
    png = pixels.png(step(view, "connect-to-vip", css), "en", WIDTH)
    with Image.open(io.BytesIO(png)) as image:
        counts = {colour: n for n, colour in image.convert("RGB").getcolors(WIDTH * HEIGHT)}
    blue = sum(n for (r, g, b), n in counts.items() if b > 170 and r < 90 and g < 110)
    assert blue > 500


def test_what_was_drawn_is_not_drawn_again(view, css, tmp_path, monkeypatch):
    svgs = {"steps/x": step(view, STEP, css)}
    previews.write(svgs, "en", tmp_path / "a", tmp_path / "cache", WIDTH)
    monkeypatch.setattr(pixels, "png", None)
    previews.write(svgs, "en", tmp_path / "b", tmp_path / "cache", WIDTH)
    assert (tmp_path / "a/steps/x.png").read_bytes() == (tmp_path / "b/steps/x.png").read_bytes()


def test_without_a_font_one_line_says_so(monkeypatch):
    monkeypatch.setattr(pixels, "FONTS", (("/nowhere/a.ttc", "/nowhere/b.ttc"),))
    pixels._han.cache_clear()
    with pytest.raises(pixels.NoPixels, match=r"install Noto Sans CJK"):
        pixels.ready("zh")
    pixels._han.cache_clear()
    assert pixels.ready("en")


def test_without_the_renderer_one_line_says_so(monkeypatch):
    monkeypatch.setattr(pixels, "novasvg", None)
    with pytest.raises(pixels.NoPixels, match="renderer is not installed"):
        pixels.ready("en")
