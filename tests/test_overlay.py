"""Your own names and addresses are laid over the definition, and told where they do not fit."""

import shutil
from ipaddress import ip_address
from pathlib import Path

import pytest
from requestflow.model import overlay, reading
from requestflow.model.definition import LANGUAGES, Flow
from requestflow.model.places import SHOWN
from requestflow.problems import FlowError
from requestflow.world import packets
from worlds import ROOT

EXAMPLE = (ROOT / "examples/flow.local.yml").read_text("utf-8")


@pytest.fixture
def read(tmp_path: Path):
    """Reads the site's definition with a file of your own beside it."""
    (tmp_path / "docs").mkdir()
    shutil.copy(ROOT / SHOWN, tmp_path / SHOWN)

    def with_own(text: str, **options: bool) -> Flow:
        (tmp_path / overlay.SHOWN).write_text(text, "utf-8")
        return reading.read(tmp_path / SHOWN, **options)

    return with_own


def told(read, text: str) -> list[str]:
    with pytest.raises(FlowError) as refused:
        read(text)
    return [str(problem) for problem in refused.value.problems]


def test_what_is_written_replaces_what_is_there_and_all_else_stays(read, flow):
    own = read("names: {host: pay.example.net}\nports: {nodeport: 31443}\nservices: {shop: {name: payments/pay}}\n")
    assert (own.names["host"], own.ports["nodeport"], own.services["shop"].name) == (
        "pay.example.net",
        31443,
        "payments/pay",
    )
    assert own.names | {"host": flow.names["host"]} == flow.names
    assert own.services["shop"].endpoints == flow.services["shop"].endpoints
    assert [*own.routes] == [*flow.routes]


def test_every_address_of_a_range_keeps_its_place_in_the_new_one(read, flow):
    own = read("addresses: {10.244.0.0/16: 10.200.0.0/16, 192.0.2.0/24: 10.20.30.0/24}\n")
    for who, interface, old, new in (
        ("node-1", "eth0", "192.0.2.11", "10.20.30.11"),
        ("shop-1", None, "10.244.1.30", "10.200.1.30"),
        ("client", None, "198.51.100.7", "198.51.100.7"),
    ):
        assert flow.address(who, interface) == ip_address(old)
        assert own.address(who, interface) == ip_address(new)
    assert own.names["pods-1"] == "10.200.1.0/24"


def test_the_narrowest_range_counts(read):
    own = read("addresses: {10.244.0.0/16: 10.200.0.0/16, 10.244.1.30/32: 10.200.1.77/32}\n")
    assert str(own.address("shop-1")) == "10.200.1.77"
    assert str(own.address("shop-2")) == "10.200.2.31"


def test_every_route_of_the_example_is_followed(read, flow):
    own, problems = read(EXAMPLE), []
    assert packets.follow(own, problems).keys() == flow.routes.keys()
    assert problems == []
    assert (own.own_route, own.hidden) == ("local-policy", ["istio-sidecar"])


def test_it_can_be_left_aside(read, flow):
    aside = read(EXAMPLE, own=False)
    assert aside.model_dump() == flow.model_dump()


REFUSED = {
    "a key that is misspelt": ("names:\n  hots: x.example\n", "2:3: 'names.hots' is not in the definition", "'host'?"),
    "a thing of its own": ("participants:\n  mine: {kind: app}\n", "2:3: 'participants.mine' is not", "Known: "),
    "a top that is misspelt": ("adresses: {}\n", "1:1: 'adresses' is not in the definition", ""),
    "one value for many": ("ports: 80\n", "1:1: 'ports' has keys of its own.", "Known: dns, "),
    "a value that is none": ("ports:\n  app: many\n", "2:3: ports.app has 'many'", "1 to 65535"),
    "ranges of two sizes": (
        "addresses:\n  192.0.2.0/24: 10.0.0.0/25\n",
        "2:3: 192.0.2.0/24 and 10.0.0.0/25 are not",
        "/24.",
    ),
    "no range": ("addresses:\n  192.0.2.1/24: 10.0.0.0/24\n", "2:3: 192.0.2.1/24 has host bits set.", "Write ranges"),
    "ranges that are none": ("addresses: [192.0.2.0/24]\n", "1:1: 'addresses' is no mapping.", "OLD-RANGE"),
    "an idle range": ("addresses:\n  10.99.0.0/16: 10.98.0.0/16\n", "2:3: the definition has no address in", "Delete"),
    "no such route": ("ours: local-polcy\n", "1:1: unknown route 'local-polcy'.", "'local-policy'?"),
    "a hidden route that is none": ("hidden: [vxlan, hairpinn]\n", "1:17: unknown route 'hairpinn'.", "'hairpin'?"),
    "ours is hidden": ("ours: vxlan\nhidden: [vxlan]\n", "2:10: 'vxlan' is hidden, and", "Keep one"),
    "the first is hidden": ("hidden: [through-service]\n", "1:10: 'through-service' is hidden, and", "Keep one"),
    "no mapping": ("- names\n", "1:1: is empty or not a mapping.", "Write KEY: VALUE."),
    "no YAML": ("names: {host\n", "", "not valid YAML"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_does_not_fit_is_told_at_its_line(read, case):
    text, what, fix = REFUSED[case]
    said = "\n".join(told(read, text))
    assert f"{overlay.SHOWN}:{what}" in said
    assert fix in said


def test_addresses_that_cannot_be_are_refused_like_those_of_the_definition(read):
    said = "\n".join(told(read, "addresses:\n  10.244.0.0/16: 10.100.0.0/16\n"))
    assert "'shop-1' has 10.100.1.30, which is in 10.96.0.0/12, the range of ClusterIPs." in said


def test_all_of_it_is_told_in_one_run(read):
    said = told(read, "names:\n  hots: x\naddresses:\n  10.99.0.0/16: 10.98.0.0/16\nours: nowhere\n")
    assert len(said) == 3


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_show_the_example(language):
    example = EXAMPLE.split("\n\n", 1)[1].strip()
    page = (ROOT / f"docs/{language}/reference/your-own-names.md").read_text("utf-8")
    assert f"```yaml\n{example}\n```" in page


def test_what_a_page_says_is_refused_is_told_like_that(read):
    page = (ROOT / "docs/en/reference/your-own-names.md").read_text("utf-8")
    shown = [line for line in page.splitlines() if line.startswith(f"{overlay.SHOWN}:")]
    wrong = (
        EXAMPLE.replace("  host:", "  hots:")
        .replace("10.20.40.0/24", "10.20.40.0/25")
        .replace("ours: local-policy", "ours: local-polcy")
    )
    said = {line.split(" ", 1)[1] for line in told(read, wrong)}
    assert {line.split(" ", 1)[1] for line in shown} <= said and len(shown) == 3
