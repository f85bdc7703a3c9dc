"""Small worlds, one thing each: a flow that can happen is followed to the address, one that cannot is refused.

A file of `data/cases/` is a world and a route of all its steps in order, with what is right about it: `refused` (at
which step, in which words), `arrives` (the packet after a step), `envelopes`, `chains`, `icmp`, `nat`, `outcome`.
"""

from pathlib import Path
from typing import Any

import pytest
import worlds
import yaml
from requestflow.problems import FlowError
from requestflow.view.view import View
from requestflow.world import packets
from requestflow.world.wire import Hop, Trip

CASES = sorted((Path(__file__).parent / "data/cases").glob("*.yml"))
PORTS = {"http": 80, "https": 443, "app": 8080, "np": 30443, "dns": 53, "geneve": 6081, "wg": 51871, "ctl": 8443}
RIGHT = ("refused", "arrives", "envelopes", "chains", "distinct-chains", "icmp", "nat", "outcome", "badges")


def follow(case: dict[str, Any]) -> tuple[Trip | None, list[str]]:
    """Give the followed route, or what is said about it."""
    flow = worlds.small(case, PORTS)
    try:
        return packets.trip(flow, "way"), []
    except FlowError as error:
        return None, [str(p) for p in error.problems]


@pytest.mark.parametrize("file", CASES, ids=lambda f: f.stem)
def test_a_small_world_gives_what_is_right(file: Path):
    case = yaml.safe_load(file.read_text("utf-8"))
    right = {key: case.pop(key) for key in RIGHT if key in case}
    trip, said = follow(case)
    if refused := right.pop("refused", None):
        assert trip is None, "was accepted"
        assert any(f"step '{refused['step']}'" in line and refused["says"] in line for line in said), said
        return
    assert trip is not None, said
    hops = {h.id: h for h in trip.hops}
    for step, packet in right.pop("arrives", {}).items():
        assert str(hops[step].after) == packet, step
    for step, envelopes in right.pop("envelopes", {}).items():
        assert [str(e) for e in hops[step].envelopes] == envelopes, step
    for step, says in right.pop("icmp", {}).items():
        assert hops[step].icmp == says
    for step, badge in right.pop("badges", {}).items():
        assert hops[step].badge == badge
    for name, who in right.pop("nat", {}).items():
        assert trip.sessions[name].nat == who
    for name, outcome in right.pop("outcome", {}).items():
        assert trip.sessions[name].outcome == outcome
    chains = {step: walked(case, hops, step) for step in hops}
    for step, wanted in right.pop("chains", {}).items():
        assert len(chains[step]) == len(wanted), chains[step]
        assert all(name.startswith(start) for name, start in zip(chains[step], wanted, strict=True)), chains[step]
    for step in (distinct := right.pop("distinct-chains", [])):
        assert [chains[other] for other in distinct].count(chains[step]) == 1
    assert not right


def walked(case: dict[str, Any], hops: dict[str, Hop], step: str) -> list[str]:
    """Give the iptables chains of a step."""
    flow = worlds.small(case, PORTS)
    view = View(flow, "way", list(hops.values()), {}, "en")
    return view.chains(view.row(step), "iptables")
