"""What a page may say about a proof: seen in a recording of both modes, or why not."""

from dataclasses import replace
from pathlib import Path

import pytest
import traces
import worlds
from requestflow import evidence
from requestflow.definition import Flow
from requestflow.evidence import Recording
from requestflow.world.services import MODES
from requestflow.world.wire import Hop

ROUTES = ["through-service", "straight-to-pod"]  # all others: test_every_route.py


def recordings(flow: Flow, *names: str) -> list[Recording]:
    return [r for name in names for r in evidence.load(worlds.RECORDINGS, name, flow.ports.values())]


def proofs(flow: Flow, route: str) -> dict[str, evidence.Proof]:
    return evidence.prove(flow, route, worlds.follow(flow, route), recordings(flow, *flow.routes[route].recordings))


# -- the shipped definition -------------------------------------------------------------------------------------------
@pytest.mark.parametrize("route", ROUTES)
def test_every_step_is_recorded_in_both_modes_or_says_why_not(flow: Flow, route: str):
    known = proofs(flow, route)
    assert [*known] == [h.id for h in worlds.follow(flow, route)]
    for step, proof in known.items():
        if flow.steps[step].unseen:
            assert proof.verdict == "unseen", step
        else:
            assert (proof.verdict, proof.modes) == ("recorded", MODES), step


@pytest.mark.parametrize("route", ROUTES)
def test_every_recording_a_route_names_is_there_in_both_modes(flow: Flow, route: str):
    assert flow.routes[route].recordings
    for name in flow.routes[route].recordings:
        assert tuple(r.mode for r in recordings(flow, name)) == MODES, name


@pytest.mark.parametrize("route", ROUTES)
def test_a_proof_links_only_to_recordings_that_show_the_step(flow: Flow, route: str):
    hops = {h.id: h for h in worlds.follow(flow, route)}
    for step, proof in proofs(flow, route).items():
        for recording in proof.recordings:
            seen = flow.steps[step].seen
            assert seen in recording.text if seen else recording.shows(evidence.pair(hops[step].after))


# -- verdicts ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("address", "differing", "same"),
    [
        ("192.0.2.11", {"nodeport-masquerade", "lb-picks-node", "cross-back-to-entry"}, {"service-dnat"}),
        ("10.96.45.10", {"call-service", "service-undo"}, {"service-dnat", "nodeport-dnat"}),
        ("198.51.100.7", {"connect-to-vip", "back-to-client", "nodeport-dnat"}, {"nodeport-masquerade"}),
    ],
)
def test_an_address_that_changed_since_makes_its_steps_differ(flow: Flow, address, differing, same):
    moved = worlds.with_address(flow, address, worlds.free_neighbour(flow, address))
    known = proofs(moved, "through-service")
    assert {known[s].verdict for s in differing} == {"differs"}
    assert {known[s].verdict for s in same} == {"recorded"}


def test_a_port_that_changed_since_makes_its_steps_differ(flow: Flow):
    moved = flow.model_copy(update={"ports": flow.ports | {"nodeport": 30999}})
    known = proofs(moved, "through-service")
    assert {s for s, p in known.items() if p.verdict == "differs"} == {
        "lb-picks-node", "lb-to-node", "nodeport-undo", "back-to-lb"
    }  # fmt: skip


def test_one_mode_that_does_not_show_a_step_is_a_difference(flow: Flow):
    both = recordings(flow, "trace-through-service")
    blind = [replace(r, text="", path=()) if r.mode == "nftables" else r for r in both]
    known = evidence.prove(flow, "through-service", worlds.follow(flow, "through-service"), blind)
    for step in ("connect-to-vip", "client-hello"):  # by its addresses, by its words
        assert (known[step].verdict, known[step].modes) == ("differs", ("iptables",))


def test_without_a_recording_nothing_is_claimed(flow: Flow):
    known = evidence.prove(flow, "through-service", worlds.follow(flow, "through-service"), [])
    assert {p.verdict for p in known.values()} == {"unrecorded"}
    assert not any(p.recordings for p in known.values())


def test_a_rewrite_only_a_rule_trace_shows_is_proven_by_it(flow: Flow):
    """Between DNAT and SNAT the packet is inside the kernel, where no interface sees it."""
    for recording in proofs(flow, "through-service")["nodeport-dnat"].recordings:
        assert recording.name.startswith("ruletrace-")


def test_a_message_without_words_to_look_for_is_not_proven_by_addresses(flow: Flow):
    silent = flow.steps["client-hello"].model_copy(update={"seen": None})
    flow = flow.model_copy(update={"steps": flow.steps | {"client-hello": silent}})
    assert proofs(flow, "through-service")["client-hello"].verdict == "differs"


# -- reading a recording ----------------------------------------------------------------------------------------------
TRACE = """## path in short
SYN              198.51.100.7:P -> 203.0.113.10:443     client eth0 out | lb eth0 in
SYN              198.51.100.7:P -> 203.0.113.10:8443    node-1 cni0 in | node-1 cni0 out
SYN              198.51.100.7:P -> 203.0.113.11:443     node-1 cni0 out | node-1 eth0 out   «in VXLAN 1»
SYN-ACK          203.0.113.11:443 -> 198.51.100.7:P     node-1 eth0 out
SYN-ACK          203.0.113.11:443 -> 198.51.100.7:P     lb eth1 in
## all packets, all interfaces
SYN              9.9.9.9:P -> 9.9.9.9:443     client eth0 out
"""


@pytest.fixture
def trace(tmp_path: Path) -> Recording:
    (tmp_path / "made-up-nftables.txt").write_text(TRACE, "utf-8")
    (recording,) = evidence.load(tmp_path, "made-up", [443])
    return recording


def test_ports_some_kernel_picked_are_compared_as_a_star(trace: Recording):
    assert trace.path[0].pair == ("198.51.100.7:*", "203.0.113.10:443")
    assert trace.path[0].where == ("client eth0 out", "lb eth0 in")


def test_a_path_leaves_out_the_bridge_and_what_was_seen_before(trace: Recording):
    client = "198.51.100.7:*"
    assert traces.recorded(trace) == {
        "request": [(client, "203.0.113.10:443"), (client, "203.0.113.11:443")],
        "answer": [("203.0.113.11:443", client)],
    }


def test_a_recording_knows_its_file_and_mode(trace: Recording):
    assert (trace.mode, trace.file) == ("nftables", "made-up-nftables.txt")
    assert not trace.shows(("9.9.9.9:*", "9.9.9.9:443"))


def test_rewrites_at_one_participant_count_as_one_on_a_path():
    hops: list[Hop] = worlds.follow(worlds.Chain(["dnat snat"]).flow())
    assert [len(pairs) for pairs in traces.computed(hops).values()] == [2, 2]
