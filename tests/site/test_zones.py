"""Zones are the definition's: any id, any number, two of one name; each has its tint in ladders, pictures and files."""

import re

import pytest
from leaves import Leaf, leaves

pytestmark = pytest.mark.site
ZONES = {"outside": 1, "vpc": 2, "node-1": 3, "node-3": 4, "node-2": 5}  # the number of each zone's colours
ROUTE = "third-node"


def page(built, top: str) -> Leaf:
    return leaves(built.site)[f"{top}request/pod/index.html"]


def styled(leaf: Leaf) -> list[dict[str, str]]:
    return [a for _, a in leaf.elements if a.get("data-route") == ROUTE and "data-steps" in a]


@pytest.mark.parametrize("top", ["", "zh/"])
def test_a_ladder_has_a_tint_for_every_zone_of_its_lanes(zoned, top):
    (ladder,) = styled(page(zoned, top))
    zones = re.findall(r"var\(--z(\d+)\) ([\d.]+)% ([\d.]+)%", ladder["style"])
    assert [int(zone) for zone, _, _ in zones] == [1, 2, 5, 4]  # in the order of the lanes
    assert [start for _, start, _ in zones[1:]] == [end for _, _, end in zones[:-1]]


@pytest.mark.parametrize("top", ["", "zh/"])
def test_every_zone_a_page_uses_is_in_the_stylesheet(zoned, top):
    sheet = (zoned.site / f"{top}assets/flow.css").read_text("utf-8")
    defined = set(re.findall(r"\.z(\d+)\{--h", sheet))
    assert defined == {str(number) for number in range(1, 7)}  # the VPC node of another route is the sixth
    for path, leaf in leaves(zoned.site).items():
        if path.startswith("zh/") == bool(top):
            used = set(re.findall(r"var\(--z(\d+)\)", leaf.html))
            used |= {css[1:] for _, a in leaf.elements for css in a.get("class", "").split() if re.fullmatch(r"z\d+", css)}
            assert used <= defined, path


def test_two_zones_of_one_name_keep_their_own_tints_in_pictures(zoned):
    picture = (zoned.site / "diagrams/third-node-reach.svg").read_text("utf-8")
    heads = re.findall(r'<text class="bt z(\d+)"[^>]*>(.*?)</text>', picture)
    assert heads == [("1", "outside"), ("2", "outside")]
    text = (zoned.site / "diagrams/third-node-reach.mmd").read_text("utf-8")
    assert text.count("box transparent outside") == 2


def test_every_lane_of_a_picture_stands_in_its_own_zone(zoned):
    picture = (zoned.site / "diagrams/third-node-deliver.svg").read_text("utf-8")
    heads = re.findall(r'<text class="bt z(\d+)"[^>]*>(.*?)</text>', picture)
    assert sorted(heads) == [("4", "node-3"), ("5", "node-2")]
    names = dict(re.findall(r'<text class="an" x="([\d.]+)"[^>]*>(.*?)</text>', picture))
    boxes = re.findall(r'class="bx z(\d+)" x="([\d.-]+)" y="[\d.-]+" width="([\d.]+)"', picture)
    assert len(boxes) == 2
    for number, left, width in boxes:
        inside = [name for x, name in names.items() if 0 < float(x) - float(left) < float(width)]
        wanted = "node-3" if number == "4" else "node-2"
        assert any(wanted in name for name in inside), (number, inside)
