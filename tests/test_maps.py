"""Maps: what stands where is measured anew, from the drawer's own data, for every route, language and form."""

import gzip
import re
from dataclasses import replace
from functools import cache
from itertools import combinations, pairwise
from pathlib import Path

import pytest
import test_cases
import test_golden
import worlds
import yaml
from houses import with_other_zones
from requestflow.model.definition import LANGUAGES, Language
from requestflow.model.reading import SHOWN, read
from requestflow.problems import FlowError
from requestflow.view import ladder, map_boxes, map_lines, map_marks, maps
from requestflow.view.map_boxes import Box, Form, Rect
from requestflow.view.map_lines import Line
from requestflow.view.maps import Map
from requestflow.view.view import View
from requestflow.world import packets

FLOW = worlds.shipped()
TRIPS = worlds.trips(FLOW)
SMALL = test_golden.view
MOST = 17  # numbers at a time
HEAVIEST = 2500  # bytes a map may add, compressed
WAYS = (False, True)
Faults = list[tuple[str, ...]]


@cache
def view(route: str, language: Language) -> View:
    return View(FLOW, route, TRIPS[route].hops, {}, language)


@cache
def planned(route: str, language: Language, form: Form, *, alone: bool = False) -> Map:
    """The map a page has: with the differences, where a route is like another."""
    like = None if alone else FLOW.routes[route].like
    return maps.plan(view(route, language), form, view(like, language) if like else None)


# -- measuring --------------------------------------------------------------------------------------------------------
def overlap(a: Rect, b: Rect) -> bool:
    return min(a.right, b.right) > max(a.x, b.x) and min(a.bottom, b.bottom) > max(a.y, b.y)


def texts(drawn: Map, back: bool) -> dict[str, Rect]:
    """Everything with letters in it that one way shows, outside of boxes or in them."""
    lines, cells = drawn.of_way(back)
    found = {f"zone {z.id}": z.title for z in drawn.zones}
    found |= {f"number {line.mark.shown} {line.mark.id}": line.disc for line in lines}
    found |= {f"cell {c.mark.id} {c.mark.change}": c.rect.moved(r.x, r.y) for r, c in cells}
    heads = {f"name {b.who}": Rect(b.rect.x, b.rect.y + 5, b.rect.width, 30 if b.address else 17) for b in drawn.boxes}
    return found | heads


def parts(line: Line) -> list[Rect]:
    return [Rect(min(a, c), min(b, d), abs(a - c), abs(b - d)).grown(1) for (a, b), (c, d) in pairwise(line.points)]


def faults(drawn: Map) -> Faults:
    """Everything that is wrong with a map."""
    boxes = {b.who: b.rect for b in drawn.boxes}
    found: Faults = [("boxes", a, b) for a, b in combinations(boxes, 2) if overlap(boxes[a], boxes[b])]
    found += [("zones", a.id, b.id) for a, b in combinations(drawn.zones, 2) if overlap(a.rect, b.rect)]
    frame = Rect(0, 0, drawn.width, drawn.height)
    for back in WAYS:
        shown = texts(drawn, back)
        found += [("texts", a, b) for a, b in combinations(shown, 2) if overlap(shown[a], shown[b])]
        found += [("outside", name) for name, r in shown.items() if not frame.holds(r)]
        found += [f for line in drawn.of_way(back)[0] for f in wrong(line, boxes, shown)]
        found += crossing_numbers(drawn.of_way(back)[0])
    return found + [f for b in drawn.boxes for f in spilt(b)]


def wrong(line: Line, boxes: dict[str, Rect], shown: dict[str, Rect]) -> Faults:
    """What a line hits, and whether it ends where its step does."""
    name, found, ends = line.mark.id, list[tuple[str, ...]](), {line.mark.source, line.mark.to}
    for who, box in boxes.items():
        if any(overlap(part, box.grown(-1) if who in ends else box) for part in parts(line)):
            found.append(("through a box", name, who))
        if who not in ends and overlap(line.disc, box):
            found.append(("number on a box", name, who))
    for what, text in shown.items():
        if text != line.disc and not what.startswith(("name", "cell")) and any(overlap(p, text) for p in parts(line)):
            found.append(("through words", name, what))
    if not at_edge(line.points[0], boxes[line.mark.source]) or not at_edge(line.points[-1], boxes[line.mark.to]):
        found.append(("ends elsewhere", name))
    return found


def at_edge(point: tuple[int, int], box: Rect) -> bool:
    x, y = point
    level, upright = box.y < y < box.bottom, box.x < x < box.right
    return (x in (box.x, box.right) and level) or (y in (box.y, box.bottom) and upright)


def crossing_numbers(lines: list[Line]) -> Faults:
    """Lines that run into each other along their way, where nobody could tell them apart."""
    found: Faults = []
    for a, b in combinations(lines, 2):
        for p, q in ((p, q) for p in parts(a) for q in parts(b)):
            if (p.width > p.height) == (q.width > q.height) and overlap(p.grown(3), q.grown(3)):
                found.append(("on one another", a.mark.id, b.mark.id))
    return found


def spilt(box: Box) -> Faults:
    whole = Rect(0, 0, box.rect.width, box.rect.height)
    return [("out of its box", c.mark.id, box.who) for c in box.cells if not whole.holds(c.rect)]


# -- every route ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("form", map_boxes.FORMS)
@pytest.mark.parametrize("route", FLOW.routes)
def test_nothing_is_on_anything_else(route, form):
    for language in LANGUAGES:
        for alone in (True, False):
            drawn = planned(route, language, form, alone=alone)
            assert (language, alone, faults(drawn)) == (language, alone, [])
            assert drawn.width <= maps.FITS[form]


@pytest.mark.parametrize("route", FLOW.routes)
def test_a_map_has_the_steps_of_the_ladder_with_their_numbers_and_ends(route):
    rows = view(route, "en").rows
    for form in map_boxes.FORMS:
        drawn = planned(route, "en", form)
        shown = [[*(x.mark for x in lines), *(c.mark for _, c in cells)] for lines, cells in map(drawn.of_way, WAYS)]
        for marks in shown:
            assert sum(m.kind != "badge" for m in marks) <= MOST
        mine = sorted((m for marks in shown for m in marks if m.change != "less"), key=lambda m: m.number)
        assert [(m.id, m.number, m.source, m.to) for m in mine] == [
            (r.id, r.number, r.hop.source, r.hop.to) for r in rows
        ]
        moves = {line.mark.id for line in drawn.lines if line.mark.change != "less"}
        assert moves == {r.id for r in rows if not r.message and not r.hop.stays}
        there, back = ([m.number for m in marks if m.change != "less"] for marks in shown)
        assert not back or max(there) < min(back)


@pytest.mark.parametrize("route", FLOW.routes)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_map_links_every_step_once_in_order_and_says_what_it_is(route, language):
    v = view(route, language)
    made = maps.figure(v, lambda step: f"way/#{step}")
    links = re.findall(r'<a [^>]*href="way/#([^"]+)" data-step="([^"]+)"[^>]*><title>([^<]+)</title>', made)
    assert [a for a, _, _ in links] == [b for _, b, _ in links] == [r.id for r in v.rows]
    assert len(re.findall("<a ", made)) == len(v.rows)
    chips = [r for r in v.rows if r.hop.stays and r.hop.rewrites]
    for row in chips:
        assert str(row.after.src) in made or str(row.after.dst) in made


@pytest.mark.parametrize("route", FLOW.routes)
def test_a_message_is_heard_by_one_box_and_its_connection_has_two_ends(route):
    for boxes in (planned(route, "en", form).boxes for form in map_boxes.FORMS):
        for row in (r for r in view(route, "en").rows if r.message):
            style = map_marks.styles(view(route, "en"))[row.hop.connection]
            ends = {css: [b.who for b in boxes if f"{css}{style}" in b.ends] for css in "oe"}
            assert ends["o" if row.answer else "e"] == [row.hop.to], row.id
            assert row.hop.source in ends["o"] + ends["e"] and len(ends["o"]) == len(ends["e"]) == 1, row.id


@pytest.mark.parametrize("route", FLOW.routes)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_map_is_light(route, language):
    v, like = view(route, language), FLOW.routes[route].like
    beside = ladder.ladder(v, lambda step: f"../../request/{len(step)}/#{step}")
    made = maps.figure(v, lambda step: f"../../request/{len(step)}/#{step}", view(like, language) if like else None)
    weight = len(gzip.compress(f"{made}{beside}".encode(), 6)) - len(gzip.compress(beside.encode(), 6))
    assert weight <= HEAVIEST


@pytest.mark.parametrize("route", FLOW.routes)
@pytest.mark.parametrize("language", LANGUAGES)
def test_where_marks_have_no_number_the_legend_says_what_they_are(route, language):
    v = view(route, language)
    said = v.words.map_message in maps.figure(v, str)
    assert said == any(row.message for row in v.rows)


def test_the_same_map_is_drawn_every_time():
    v = view("through-service", "en")
    assert maps.figure(v, str) == maps.figure(View(FLOW, v.id, v.hops, {}, "en"), str)


# -- what is measured is seen -----------------------------------------------------------------------------------------
def spoiled(kind: str) -> Map:
    """A good map with one thing wrong."""
    drawn = planned("local-policy", "en", "wide")
    line, box = drawn.lines[2], drawn.boxes[0]
    if kind == "boxes":
        return replace(drawn, boxes=[*drawn.boxes[:-1], replace(drawn.boxes[-1], rect=drawn.boxes[-2].rect.grown(2))])
    if kind == "texts":
        return replace(drawn, lines=[replace(x, at=line.at) if x == drawn.lines[3] else x for x in drawn.lines])
    if kind == "out of its box":
        return replace(drawn, boxes=[replace(box, rect=replace(box.rect, height=40)), *drawn.boxes[1:]])
    if kind == "through a box":
        ends = (line.points[0], (drawn.boxes[-1].rect.x, line.points[0][1]))
        return replace(drawn, lines=[replace(x, points=ends) if x == line else x for x in drawn.lines])
    if kind == "outside":
        return replace(drawn, width=500)
    (x, y), *rest = line.points
    return replace(drawn, lines=[replace(a, points=((x + 3, y), *rest)) if a == line else a for a in drawn.lines])


@pytest.mark.parametrize("kind", ["boxes", "texts", "out of its box", "through a box", "outside", "ends elsewhere"])
def test_what_is_wrong_is_seen(kind):
    assert kind in {fault[0] for fault in faults(spoiled(kind))}


# -- the parts --------------------------------------------------------------------------------------------------------
def test_the_way_back_begins_after_the_last_packet_that_asks():
    rows = view("through-service", "en").rows
    turn = map_marks.turning(rows)
    assert [r.id for r in rows[turn - 2 : turn + 1]] == ["into-endpoint", "request-inside", "app-responds"]
    assert map_marks.turning(rows) > next(r.number for r in rows if r.id == "resolver-answers")
    for route, last in (("no-rule-fits", "no-rule"), ("unknown-name", "client-hello")):
        shown = view(route, "en").rows
        assert shown[map_marks.turning(shown) - 1].id.startswith(last), "a handshake stands on the way there"
    dead_end = view("local-dead-end", "en").rows
    assert map_marks.turning(dead_end) == len(dead_end)


def test_the_request_has_the_first_looks_and_a_lookup_the_last():
    assert map_marks.styles(view("through-service", "en")) == {"outer": 1, "inner": 2, "dns": 3}
    assert map_marks.styles(view("own-load-balancer", "en")) == {"outer": 1, "relay": 2, "inner": 3, "dns": 4}


def test_a_chip_has_the_new_address_and_a_no_its_sign():
    through = {m.id: m for m in map_marks.marks(SMALL("through", "en"))}
    assert (through["entry-dnat"].address, through["entry-dnat"].words) == ("→10.244.2.20:8000", "DNAT")
    assert through["entry-masquerade"].address.endswith(":Q→")
    assert through["entry-undo"].address == "192.0.2.11:30080→"
    assert (through["request"].kind, through["match"].kind, through["cross"].kind) == ("badge", "badge", "move")
    dropped = map_marks.marks(SMALL("dropped", "en"))
    assert (dropped[-1].words, dropped[-1].address) == ("✕ drop", "")


def test_a_difference_has_what_is_more_and_what_is_less():
    marks = maps.difference(SMALL("refused", "en"), SMALL("through", "en"))
    more, less = ([m.id for m in marks if m.change == change] for change in ("more", "less"))
    assert more == ["no-endpoint", "no-to-proxy", "gives-up"]
    assert less[:3] == ["shop-dnat", "shop-cross", "into-shop"]
    assert {m.shown for m in marks if m.change == "less"} == {map_marks.NOTHING}
    assert not any(m.change for m in maps.difference(SMALL("through", "en"), SMALL("through", "en")))


def test_without_a_way_back_there_is_no_switch():
    assert "<input" in maps.figure(SMALL("through", "en"), str)
    assert "<input" not in maps.figure(SMALL("dropped", "en"), str)


def test_a_line_is_drawn_from_its_number_and_a_dashed_one_has_a_whole_head():
    points, at = ((10, 20), (50, 20), (50, 60)), (30, 20)
    assert maps.path(points, at) == "M-20 0h40m0 0v36"
    assert maps.head(points, at) == "20 39l-4-8h8z"
    made = maps.figure(SMALL("through", "en"), str)
    dashed, whole = (re.findall(rf'<path [^>]*d="M[^z"]*{end}"/>', made) for end in ("", "z"))
    assert len(dashed) == made.count('class="h"') > 3
    assert len(whole) > len(dashed)


def test_words_are_cut_where_they_would_be_wider():
    assert map_boxes.fitted("short", 12, 100) == "short"
    cut = map_boxes.fitted("[2001:db8:1234::1]:30443→", 12, 116)
    assert cut.endswith("…") and map_boxes.advance(cut, 12) <= 116


def test_a_step_without_a_way_is_named():
    v = SMALL("through", "en")
    zones, boxes = map_boxes.places(v, map_marks.marks(v), "wide")
    wall = replace(boxes[0], who="wall", rect=Rect(-900, -900, 1900, 1900))
    with pytest.raises(map_lines.NoWay) as none:
        map_lines.lines(map_marks.marks(v), zones, [*boxes, wall])
    assert none.value.mark.id == "connect"


# -- other worlds -----------------------------------------------------------------------------------------------------
def followed(file: Path) -> View | None:
    """The route of a small world, with as many zones as it has; nothing where it is refused."""
    case = yaml.safe_load(file.read_text("utf-8"))
    flow = worlds.small({k: v for k, v in case.items() if k not in test_cases.RIGHT}, test_cases.PORTS)
    try:
        return View(flow, "way", packets.trip(flow, "way").hops, {}, "en")
    except FlowError:
        return None


WORLDS = {file.stem: v for file in test_cases.CASES if (v := followed(file))}


@pytest.mark.parametrize("form", map_boxes.FORMS)
@pytest.mark.parametrize("world", WORLDS)
def test_other_machines_have_their_places_too(world, form):
    assert faults(maps.plan(WORLDS[world], form)) == []


def test_there_are_worlds_of_many_kinds():
    kinds = {p.kind for v in WORLDS.values() for p in v.flow.participants.values()}
    assert {"kernel", "router", "nat-gateway", "load-balancer", "sidecar"} <= kinds
    assert len(WORLDS) > 20


@pytest.mark.parametrize("form", map_boxes.FORMS)
def test_a_third_node_and_zones_of_other_names_have_their_places(house, form):
    flow = read(with_other_zones(house) / SHOWN)
    trips = worlds.trips(flow)
    third, base = (View(flow, r, trips[r].hops, {}, "en") for r in ("third-node", "through-service"))
    drawn = maps.plan(third, form, base)
    assert faults(drawn) == []
    assert {z.id for z in drawn.zones} == {"outside", "vpc", "node-1", "node-2", "node-3"}
    assert drawn.width <= maps.FITS[form]
