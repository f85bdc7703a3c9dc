"""Where each tool sees which address: the table says what the recordings have, place by place."""

import re

import pytest
import worlds
from requestflow.world import captures, packets
from requestflow.world.captures import Seen
from requestflow.world.services import MODES

FLOW = worlds.shipped()
TRIPS = packets.follow(FLOW, [])
LINE = re.compile(r"^(SYN|SYN-ACK) +(\S+) -> (\S+) +(.+)$")
PLACE = re.compile(r"(?:pod )?(?P<who>[\w-]+) (?P<device>[\w.]+(?:\([\w-]+\))?) (?:in|out)(?: +«(?P<around>[^»]*)»)?")
PICKED = re.compile(r":[A-Z]\b")  # a port that a kernel picks; recordings name them in another order
NAMES = {"lb": "load-balancer"}
DEVICES = {("load-balancer", "eth0"): "outside", ("load-balancer", "eth1"): "inside"}
# UDP, and answers by ICMP: no SYN-ACK to compare; the recording beside the last goes on where the route ends
OTHERS = ("name-lookup", "no-endpoints", "no-endpoints-inside", "wrong-return")
RECORDED = [
    (route, file.name)
    for route, r in FLOW.routes.items()
    for recording in r.recordings[:1]  # those behind it show single steps
    for file in [worlds.ROOT / "docs/recordings" / f"{recording}-{mode}.txt" for mode in MODES]
    if file.is_file() and recording.startswith("trace-") and route not in OTHERS
]


def unpicked(packet: str) -> str:
    return PICKED.sub(":?", packet)


def recorded(file: str) -> set[tuple[str, str, str, str]]:
    """Every place of the short path: kind of packet, who, device, addresses without the ports that kernels pick."""
    found = set()
    for line in (worlds.ROOT / "docs/recordings" / file).read_text("utf-8").splitlines():
        if m := LINE.match(line):
            for place in m[4].split("|"):
                p = PLACE.fullmatch(place.strip())
                assert p, place
                who = NAMES.get(p["who"], p["who"])
                found.add((m[1], who, DEVICES.get((who, p["device"]), p["device"]), unpicked(f"{m[2]} → {m[3]}")))
    return found


def told(rows: list[Seen]) -> set[tuple[str, str, str, str]]:
    """The same of the table, for what a capture shows."""
    return {
        (kind, place.who, f"{place.device}({place.pod})" if place.pod else place.device, unpicked(str(packet)))
        for row in rows
        for kind, packet in (("SYN", row.there), ("SYN-ACK", row.back))
        for place in row.places
        if place.tool == "capture" and packet
    }


def test_most_routes_with_a_recording_are_compared():
    assert len(RECORDED) > 20 and {"through-service", "vxlan", "hairpin", "bridge-unseen"} <= {r for r, _ in RECORDED}


@pytest.mark.parametrize(("route", "file"), RECORDED)
def test_a_capture_shows_what_was_recorded(route: str, file: str):
    rows = captures.seen(FLOW, TRIPS[route])
    table, seen = told(rows), recorded(file)
    places = {(kind, who, device) for kind, who, device, _ in table}
    missing = {s for s in seen if (s[0], s[1], s[2]) in places} - table
    assert sorted(missing) == [], route
    unseen = {t for t in table if t[1] not in ("client", "resolver")} - seen
    assert sorted(unseen) == [], route
