"""What the definition owns stands on a page as a value: typed by hand it would stay when the definition changes."""

import pytest
from requestflow.model.typed import Owned
from requestflow.pages import loop, typed
from small import FLOW, WAY, read
from worlds import ROOT

WORLD = FLOW.replace("names: {", "names: {pods: 10.244.0.0/16, ").replace("{dns: 53}", "{dns: 53, node: 30443}")
WORLD = WORLD.replace(
    "{eth0: 192.0.2.53/24}", '{eth0: 192.0.2.53/24, cni0: 10.244.1.1/24, six: "2001:db8::53/64", lo: 127.0.0.1/8}'
)
LAST = f"docs/en/way.md:{WAY.count(chr(10)) + 2}: "


@pytest.fixture(scope="module")
def owned(tmp_path_factory) -> Owned:
    return Owned(read(tmp_path_factory.mktemp("typed"), WORLD))


def told(owned: Owned, source: str) -> list[str]:
    return [str(p) for p in typed.faults("docs/en/way.md", source, owned)]


TYPED = {  # what is typed → what to write instead
    "It asks 192.0.2.53 for the name.": "Write [](flow:resolver) in its place.",
    "它向192.0.2.53查询。": "Write [](flow:resolver) in its place.",
    "| to | 192.0.2.53:53 |": "Write [](flow:resolver:dns) in its place.",
    "It leaves by `10.244.1.1`.": "Write [](flow:resolver.cni0) in its place.",
    "Pods have 10.244.0.0/16.": "Write [](flow:pods) in its place.",
    "It is 2001:DB8:0::53.": "Write [](flow:resolver.six) in its place.",
    "The NodePort is 30443.": "Write [](flow:port.node) in its place.",
    "[The 30443](https://example.org)": "Write [](flow:port.node) in its place.",
    "It asks for shop.example.": "Write [](flow:host) in its place.",
    "`dig @192.0.2.53 x`": "Write [](flow:resolver) beside the code, or the command into a fence ``` {.bash .flow}.",
}


@pytest.mark.parametrize("text", TYPED)
def test_what_the_definition_owns_is_written_as_a_value(owned, text):
    (said,) = told(owned, f"{WAY}\n{text}\n")
    assert said.startswith(f"{LAST}types the ") and said.endswith(TYPED[text])


@pytest.mark.parametrize("fence, fix", [(" {.bash .flow}", "place."), ("bash", "place, and add .flow to the fence.")])
def test_a_command_in_a_fence_has_values_in_braces(owned, fence, fix):
    (said,) = told(owned, f"{WAY}\n```{fence}\ndig @192.0.2.53:53\n```\n")
    assert said.startswith(
        "docs/en/way.md:8: types the address 192.0.2.53:53, which the definition owns. Write {resolver:dns} in its "
    )
    assert said.endswith(fix)


def test_front_matter_says_it_in_words(owned):
    (said,) = told(owned, f"---\ndescription: It asks 192.0.2.53\n---\n{WAY}")
    assert said.startswith("docs/en/way.md:2: ") and said.endswith("Nothing is filled in here: say it in words.")


@pytest.mark.parametrize(
    "text",
    [
        *(
            "It asks [](flow:resolver).",
            "On 127.0.0.1 and 0.0.0.0.",
            "K3s has 10.42.0.0/16.",
            "Others have 192.0.2.54.",
        ),
        *(
            "Section 1192.0.2.53.4, release 2.0.2.53",
            "After 130443 packets",
            "[it](https://example.org/30443#192.0.2.53)",
        ),
        *("<!-- 192.0.2.53 was another -->", "```{.text .recorded from=trace}\n192.0.2.53\n```", "10.244.1.0/25"),
        "```yaml\nparticipants:\n  mine: {interfaces: {eth0: 192.0.2.53/24}}\n```\n\nIt has 192.0.2.53.",
    ],
)
def test_other_addresses_and_quotations_are_left_alone(owned, text):
    assert told(owned, f"{WAY}\n{text}\n") == []


def test_no_page_of_this_site_types_a_value(tmp_path):
    owned = Owned(read(tmp_path, (ROOT / "docs/flow.yml").read_text("utf-8")))
    for language, tree in loop.load(ROOT / "docs").items():
        for page, source in tree.items():
            assert not list(typed.faults(f"docs/{language}/{page}", source, owned))
