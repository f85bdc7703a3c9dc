"""The definition is read with a place for everything, and editors get a schema that is the same definition."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import worlds
import yaml
from requestflow.model import reading
from requestflow.model.definition import Flow
from requestflow.model.places import SHOWN, Places
from requestflow.problems import FlowError, Problem, nearest

FILE = worlds.ROOT / SHOWN
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
def test_everything_has_a_place_and_the_place_shows_it(flow: Flow):
    wrong = []
    for path, word in everything(yaml.safe_load(FILE.read_text("utf-8"))):
        shown, line, column = flow.place(*path).split(":")
        there = LINES[int(line) - 1][int(column) - 1 :].lstrip("\"'")
        if shown != SHOWN or not there.startswith(word):
            wrong.append((path, flow.place(*path), there[:20]))
    assert not wrong


@pytest.mark.parametrize(
    ("path", "nearest_path"),
    [
        (("steps", "connect-to-vip", "dnat"), ("steps", "connect-to-vip")),
        (("steps", "no-such-step", "dnat"), ("steps",)),
        (("nothing", "at", "all"), ()),
    ],
)
def test_what_is_not_written_has_the_place_of_what_is_around_it(flow: Flow, path, nearest_path):
    assert flow.place(*path) == flow.place(*nearest_path)


def test_a_copy_of_a_definition_knows_where_everything_stands(flow: Flow):
    assert flow.model_copy(update={"routes": {}}).place("steps") == flow.place("steps") != flow.place()


def test_without_any_place_the_file_itself_is_named():
    assert Places().of("steps", "x") == "docs/flow.yml:1:1"


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
        "unknown zone 'egde'.", "unknown route 'nowhere'.", "zone 'edge' holds no participant."
    ]  # fmt: skip


def test_a_network_that_is_like_itself_is_refused():
    data = yaml.safe_load(FILE.read_text("utf-8"))
    data["networks"]["routed"]["like"] = "bridge-alone"
    with pytest.raises(FlowError, match="network 'routed' is like itself \\(routed → bridge-alone → routed\\)"):
        reading.check(data)


def test_words_that_name_what_has_no_address_are_refused():
    data = yaml.safe_load(FILE.read_text("utf-8"))
    data["participants"]["shop-1"]["interfaces"]["eth0"] = None
    with pytest.raises(FlowError, match="'shop-1' has no address"):
        reading.check(data)


# -- what was read ----------------------------------------------------------------------------------------------------
def test_what_was_read_cannot_be_changed(flow: Flow):
    with pytest.raises(ValueError, match="frozen"):
        flow.ports = {}


def test_the_address_of_a_name_is_that_of_its_first_interface(flow: Flow):
    first = next(iter(flow.participants["load-balancer"].interfaces))
    assert flow.address("load-balancer") == flow.address("load-balancer", first)
    assert flow.address("load-balancer") == flow.participants["load-balancer"].interfaces[first][0].ip
    assert flow.address("shop") == flow.services["shop"].address


def test_a_process_has_the_address_of_the_stack_it_runs_in(flow: Flow):
    assert flow.participants["host-proxy"].shares == "node-2"
    assert flow.address("host-proxy") == flow.address("node-2")


def test_the_address_of_a_service_is_nobodys(flow: Flow):
    owned = {i.ip for p in flow.participants.values() for listed in p.interfaces.values() for i in listed}
    assert not {s.address for s in flow.services.values()} & owned


# -- schema -----------------------------------------------------------------------------------------------------------
def test_the_published_schema_is_the_one_the_definition_is_read_with():
    published = json.loads((worlds.ROOT / "docs/flow.schema.json").read_text("utf-8"))
    assert published == reading.schema(), "run: python -m requestflow schema"


def refused_by(schema: dict, rule: dict, value: Any) -> str:
    """Say why a value does not fit a rule of a JSON Schema, of the words that ours has; nothing, when it does."""
    if "$ref" in rule:
        return refused_by(schema, schema["$defs"][rule["$ref"].rpartition("/")[2]], value)
    for word, fits in (("anyOf", any), ("oneOf", lambda several: sum(several) == 1)):
        if word in rule and not fits([not refused_by(schema, {"type": None} | r, value) for r in rule[word]]):
            return f"{value!r} fits not the {word} of {rule.get('title')}"
    types = {"object": dict, "array": list, "string": str, "integer": int, "boolean": bool, "null": type(None)}
    if rule.get("type") and not isinstance(value, types[rule["type"]]):
        return f"{value!r} is no {rule['type']}"
    if value not in rule.get("enum", [value]) or value != rule.get("const", value):
        return f"{value!r} is not one of {rule.get('enum', rule.get('const'))}"
    if isinstance(value, str) and not re.search(rule.get("pattern", ""), value):
        return f"{value!r} does not match {rule['pattern']}"
    return next(filter(None, _refused_inside(schema, rule, value)), "")


def _refused_inside(schema: dict, rule: dict, value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from (f"{key} is missing" for key in rule.get("required", ()) if key not in value)
        patterns = [*rule.get("patternProperties", {}).values()]
        more = patterns[0] if patterns else rule.get("additionalProperties", {})
        for key, inner in value.items():
            known = rule.get("properties", {}).get(key, more)
            yield (
                f"{key} is unknown" if known is False else refused_by(schema, known, inner) if known is not True else ""
            )
    if isinstance(value, list):
        rules = rule.get("prefixItems", []) + [rule.get("items", {})] * len(value)
        yield from (refused_by(schema, r, v) for r, v in zip(rules, value, strict=False) if isinstance(r, dict))


@pytest.mark.parametrize("file", [FILE, worlds.TWO_ROUTES], ids=["shipped", "small"])
def test_an_editor_that_knows_the_schema_finds_nothing_wrong(file: Path):
    schema = reading.schema()
    assert refused_by(schema, schema, yaml.safe_load(file.read_text("utf-8"))) == ""


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (("kind: client", "kind: cliennt"), "not one of"),
        (("kind: client", "kinds: client"), "is missing"),
        (("{opens: dns,", "{opens: dns, says: dns,"), "oneOf"),
        (("endpoints: [shop-1, shop-2]", "endpoints: [shop-1, {pods: shop-2}]"), "anyOf"),
        (("https: 443", "https: four"), "no integer"),
    ],
)
def test_an_editor_that_knows_the_schema_finds_a_mistake(change: tuple[str, str], why: str):
    schema, text = reading.schema(), worlds.TWO_ROUTES.read_text("utf-8")
    assert why in refused_by(schema, schema, yaml.safe_load(text.replace(*change, 1)))


def test_editors_find_the_schema_by_the_first_line():
    server, _, name = LINES[0].partition(" $schema=")
    assert server == "# yaml-language-server:"
    assert (FILE.parent / name).is_file()
