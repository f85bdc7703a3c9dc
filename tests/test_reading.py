"""The definition is read with a place for everything, and editors get a schema that is the same definition."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import worlds
import yaml
from requestflow.model import reading
from requestflow.model.definition import Flow
from requestflow.problems import FlowError, Problem, nearest

FILE = worlds.ROOT / reading.SHOWN
LINES = FILE.read_text("utf-8").splitlines()


def everything(data: Any, path: tuple = ()) -> Iterator[tuple[tuple, str]]:
    """Yield the path of every value, and the word its place must show: a mapping's key, or the value itself."""
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in items:
        if isinstance(key, str):
            yield (*path, key), key
        elif not isinstance(value, dict | list):
            yield (*path, key), str(value)
        yield from everything(value, (*path, key))


# -- places -----------------------------------------------------------------------------------------------------------
def test_everything_has_a_place_and_the_place_shows_it(places: reading.Places):
    wrong = []
    for path, word in everything(yaml.safe_load(FILE.read_text("utf-8"))):
        shown, line, column = places[path].split(":")
        there = LINES[int(line) - 1][int(column) - 1 :].lstrip("\"'")
        if shown != reading.SHOWN or not there.startswith(word):
            wrong.append((path, places[path], there[:20]))
    assert not wrong


@pytest.mark.parametrize(
    ("path", "nearest_path"),
    [
        (("steps", "connect-to-vip", "via"), ("steps", "connect-to-vip")),
        (("steps", "no-such-step", "via"), ("steps",)),
        (("nothing", "at", "all"), ()),
    ],
)
def test_what_is_not_written_has_the_place_of_what_is_around_it(places: reading.Places, path, nearest_path):
    assert places.of(*path) == places[nearest_path]


def test_without_any_place_the_file_itself_is_named():
    assert reading.Places().of("steps", "x") == "docs/flow.yml:1:1"


def test_places_count_characters_not_bytes(tmp_path: Path):
    file = tmp_path / "flow.yml"
    file.write_text("names: {路径: /购物车, colour: [1]}\n", "utf-8")
    with pytest.raises(FlowError) as refused:
        reading.read(file)
    assert "docs/flow.yml:1:19" in [p.place for p in refused.value.problems]


# -- problems ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("word", "words", "said"),
    [
        ("clinet", ["client", "resolver"], "Did you mean 'client'?"),
        ("node1", ["node-1", "node-2"], "Did you mean 'node-1'?"),
        ("shopp-2", ["shop-1", "shop-2"], "Did you mean 'shop-2'?"),
        ("zebra", ["client", "resolver"], ""),
        ("client", [], ""),
    ],
)
def test_the_nearest_word_is_offered_only_when_it_is_near(word: str, words: list[str], said: str):
    assert nearest(word, words) == said


def test_a_problem_is_one_line_and_an_error_has_all_of_them():
    one, two = Problem("docs/flow.yml:1:2", "is wrong.", "Do this."), Problem("docs/flow.yml:3:4", "is wrong too.")
    assert str(one) == "docs/flow.yml:1:2: is wrong. Do this."
    assert str(FlowError(one, two)) == "docs/flow.yml:1:2: is wrong. Do this.\ndocs/flow.yml:3:4: is wrong too."


def test_several_mistakes_are_told_at_once(tmp_path: Path):
    file = tmp_path / "flow.yml"
    text = worlds.TWO_ROUTES.read_text("utf-8").replace("like: through-service", "like: nowhere")
    text = text.replace("zone: edge", "zone: egde")
    file.write_text(text, "utf-8")
    with pytest.raises(FlowError) as refused:
        reading.read(file)
    assert [p.what for p in refused.value.problems] == [
        "unknown zone 'egde'.",
        "unknown route 'nowhere'.",
        "zone 'edge' holds no participant.",
    ]


# -- what was read ----------------------------------------------------------------------------------------------------
def test_what_was_read_cannot_be_changed(flow: Flow):
    with pytest.raises(ValueError, match="frozen"):
        flow.ports = {}


def test_the_address_of_a_name_is_that_of_its_first_interface(flow: Flow):
    first = next(iter(flow.participants["load-balancer"].interfaces))
    assert flow.address("load-balancer") == flow.address("load-balancer", first)
    assert flow.address("shop") == flow.services["shop"].address


def test_every_address_has_its_owner_and_that_of_a_service_has_none(flow: Flow):
    for name, p in flow.participants.items():
        for device, listed in p.interfaces.items():
            assert all(flow.owner(i.ip) == (name, device) or i.ip.is_link_local for i in listed), (name, device)
    assert flow.services
    assert not any(flow.owner(s.address) for s in flow.services.values() if s.address)


# -- schema -----------------------------------------------------------------------------------------------------------
def test_the_published_schema_is_the_one_the_definition_is_read_with():
    published = json.loads((worlds.ROOT / "docs/flow.schema.json").read_text("utf-8"))
    assert published == reading.schema(), "run: python -m requestflow schema"


def test_editors_find_the_schema_by_the_first_line():
    server, _, name = LINES[0].partition(" $schema=")
    assert server == "# yaml-language-server:"
    assert (FILE.parent / name).is_file()
