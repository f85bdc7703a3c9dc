"""What a page may say about a proof: seen in a recording of both modes, or why not."""

import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import traces
import worlds
from requestflow.model import reading
from requestflow.model.definition import Flow, Step, Text
from requestflow.model.places import SHOWN
from requestflow.world import evidence, packets
from requestflow.world.evidence import Recording
from requestflow.world.services import MODES
from requestflow.world.wire import Hop

ROUTES = ["through-service", "straight-to-pod"]  # all others: test_every_route.py


def recordings(flow: Flow, *names: str) -> list[Recording]:
    return [r for name in names for r in evidence.load(worlds.RECORDINGS, name, flow.ports.values())]


def proofs(flow: Flow, route: str) -> dict[str, evidence.Proof]:
    return evidence.proofs(flow, [packets.trip(flow, route)], worlds.RECORDINGS)[route]


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
    ("who", "interface", "moved", "same"),
    [
        ("node-1", "eth0", {"nodeport-masquerade", "lb-picks-node", "cross-back-to-entry"}, {"service-dnat"}),
        ("shop", None, {"call-service", "service-undo", "service-dnat"}, {"nodeport-dnat", "into-endpoint"}),
        (
            "client",
            "eth0",
            {"connect-to-vip", "back-to-client", "nodeport-dnat", "nodeport-masquerade"},
            {"call-service"},
        ),
    ],
)
def test_a_card_says_so_where_it_shows_an_address_that_no_recording_has(flow: Flow, who, interface, moved, same):
    old = str(flow.address(who, interface))
    known = proofs(worlds.with_address(flow, old, worlds.free_neighbour(flow, old)), "through-service")
    assert {(s, known[s].verdict, known[s].modes) for s in moved} == {(s, "moved", MODES) for s in moved}
    assert {known[s].verdict for s in same} == {"recorded"}


def test_a_port_that_changed_since_is_recorded_with_the_port_of_then(flow: Flow):
    changed = flow.model_copy(update={"ports": flow.ports | {"nodeport": 30999}})
    known = proofs(changed, "through-service")
    assert {s for s, p in known.items() if p.verdict == "moved"} == {
        "lb-picks-node", "lb-to-node", "nodeport-dnat", "nodeport-undo", "back-to-lb", "lb-undo"
    }  # fmt: skip
    assert {p.verdict for p in known.values()} == {"recorded", "unseen", "moved"}


def test_a_name_that_changed_since_is_not_called_recorded(flow: Flow):
    renamed = flow.model_copy(update={"names": flow.names | {"host": "example.net"}})
    assert proofs(renamed, "through-service")["client-hello"].verdict == "moved"
    assert proofs(renamed, "through-service")["server-hello"].verdict == "recorded"


def test_one_mode_that_does_not_show_a_step_proves_nothing(flow: Flow):
    both = recordings(flow, "trace-through-service")
    blind = [replace(r, text="", path=(), said=frozenset()) if r.mode == "nftables" else r for r in both]
    known = evidence.prove(flow, "through-service", worlds.follow(flow, "through-service"), blind)
    for step in ("connect-to-vip", "client-hello"):  # by its addresses, by its words
        assert known[step] == evidence.Proof("unrecorded")


def test_a_step_nobody_recorded_is_not_said_to_have_changed(flow: Flow):
    twice = Step.model_validate(worlds.step(handles="outer", at="{controller}"))
    stages = flow.routes["through-service"].stages
    route = flow.routes["through-service"].model_copy(
        update={"stages": stages | {"match": [*stages["match"], "looks-twice"]}}
    )
    added = flow.model_copy(
        update={"steps": flow.steps | {"looks-twice": twice}, "routes": flow.routes | {"through-service": route}}
    )
    assert proofs(added, "through-service")["looks-twice"].verdict == "unrecorded"


def test_a_route_like_another_has_recordings_of_its_own_and_none_of_its_excuses(flow: Flow):
    base, why = flow.routes["through-service"], {"en": "not seen", "zh": "未见"}
    excused = base.model_copy(update={"unseen": {"nodeport-dnat": Text.model_validate(why)}})
    changed = flow.model_copy(update={"routes": flow.routes | {"through-service": excused}})
    assert proofs(changed, "through-service")["nodeport-dnat"].verdict == "unseen"
    assert proofs(changed, "straight-to-pod")["nodeport-dnat"].verdict == "recorded"


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
    assert proofs(flow, "through-service")["client-hello"].verdict == "unrecorded"


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


def test_a_packet_in_an_envelope_is_shown_by_one_in_that_envelope_and_by_no_other(tmp_path: Path):
    ends, inside = ("10.244.2.20:*", "10.244.1.30:8080"), "«in VXLAN VNI 1 UDP 192.0.2.12 > 192.0.2.11.8472»"
    line = f"SYN  10.244.2.20:P -> 10.244.1.30:8080   node-2 eth0 out   {inside}\n"
    (tmp_path / "wrapped-iptables.txt").write_text(f"## path in short\n{line}", "utf-8")
    (wrapped,) = evidence.load(tmp_path, "wrapped", [8080])
    assert wrapped.shows(ends) and wrapped.shows(ends, ("192.0.2.12", "192.0.2.11:8472"))
    assert not wrapped.shows(ends, ("192.0.2.11", "192.0.2.12:8472"))
    assert not wrapped.shows(ends, ("192.0.2.12", "192.0.2.11:4789"))


def test_a_recording_knows_its_file_and_mode(trace: Recording):
    assert (trace.mode, trace.file) == ("nftables", "made-up-nftables.txt")
    assert not trace.shows(("9.9.9.9:*", "9.9.9.9:443"))


def test_rewrites_at_one_participant_count_as_one_on_a_path():
    hops: list[Hop] = worlds.follow(worlds.Chain(["dnat snat"]).flow())
    assert [len(pairs) for pairs in traces.computed(hops).values()] == [2, 2]


# -- what the definition says of recordings ---------------------------------------------------------------------------
def told(tmp_path: Path, *edits: tuple[str, str]) -> list[str]:
    """What is told of the definition with texts replaced, and of the recordings in `tmp_path` if there are any."""
    text = (worlds.ROOT / SHOWN).read_text("utf-8")
    for old, new in edits:
        assert text.count(old), old
        text = text.replace(old, new, 1)
    (tmp_path / "flow.yml").write_text(text, "utf-8")
    folder = tmp_path / "recordings"
    flow = reading.read(tmp_path / "flow.yml")
    problems = list(evidence.problems(flow, folder))
    if not problems:
        trips = [packets.trip(flow, name) for name in flow.routes]
        problems += evidence.open_steps(flow, evidence.proofs(flow, trips, folder))
    return [str(p) for p in problems]


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    shutil.copytree(worlds.RECORDINGS, tmp_path / "recordings")
    return tmp_path


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (
            "[trace-through-service,",
            "[trace-trough-service,",
            "'trace-trough-service'.*Did you mean 'trace-through-ser",
        ),
        ("[trace-hairpin,", "[zzz,", r"there is no recording 'zzz'.*zzz-iptables\.txt"),
        (
            "seen: TLS ClientHello",
            "seen: TLS ClientHelo",
            "'TLS ClientHelo' is in no recording of the route 'through-s",
        ),
        (
            "    unseen: {nodeport-dnat: &inside",
            "    unseen: {local-dnat: &inside",
            "'local-dnat' is unseen, but is no step",
        ),
        (
            "message: hello, seen: TLS ClientHello",
            "message: hello, seen: TLS ServerHello",
            "no recording of .* shows 'TLS ServerHello' of the step 'client-hello' between its ends",
        ),
        ("seen: HTTP/1.", "seen: TTP/", "no recording of .* shows 'TTP/' of the step 'app-responds' between its ends"),
        ("seen: upstream=", "seen: curl", "no recording of .* shows 'curl' of the step 'match-rule' in what its mach"),
        (
            "    unseen: {nodeport-dnat: &inside",
            "    unseen: {connect-to-vip: {en: a, zh: 甲}, nodeport-dnat: &inside",
            "'connect-to-vip' is said to be unseen, but the recordings of the route 'own-node' show it",
        ),
        (
            "    {answers: outer, at: load-balancer,",
            "    {answers: outer, at: load-balancer, unseen: {en: a, zh: 甲},",
            "'lb-undo' is said to be unseen, but the recordings of the route 'through-service' show it",
        ),
        (
            "    roles: {app-port: app-tls}\n",
            "    unseen: {call-pod: {en: a, zh: 甲}}\n    roles: {app-port: app-tls}\n",
            "'call-pod' is unseen, but the route 're-encrypt' has no recordings",
        ),
        (
            "recordings: [trace-cluster-via-node-2]",
            "recordings: [trace-cluster-via-node-2, trace-hairpin]",
            "the recording 'trace-hairpin' shows no step of the route 'own-node'",
        ),
    ],
)
def test_a_claim_about_recordings_that_cannot_be_true_is_told_at_its_place(shelf: Path, old, new, words):
    lines = told(shelf, (old, new))
    text = (shelf / "flow.yml").read_text("utf-8")
    line = text[: text.index(new)].count("\n") + 1
    assert any(re.match(rf"docs/flow\.yml:{line}:\d+: .*{words}", said) for said in lines), lines


def test_a_packet_that_was_recorded_in_an_envelope_is_not_shown_without_one(shelf: Path):
    lines = told(shelf, ("      node-2: {pods-1: {dev: flannel.1, to: node-1.flannel.1}}\n", ""))
    assert any("route 'vxlan' shows the step 'cross-back-to-entry'" in line for line in lines), lines


def test_the_shipped_definition_claims_nothing_about_recordings_that_is_not_true(shelf: Path):
    assert told(shelf) == []


@pytest.mark.parametrize(
    ("file", "content", "line"),
    [
        (
            "lab-traces.txt",
            b"fine\n\xff\n",
            "docs/recordings/lab-traces.txt:2:1: is not UTF-8: byte 0xFF does not fit.",
        ),
        ("world.yml", b"client: [\n", "docs/recordings/world.yml:2:1: not valid YAML: "),
        ("world.yml", b'client: "a"\n  host: b\n', "docs/recordings/world.yml:2:"),
        ("world.yml", b"- client\n", "docs/recordings/world.yml:1:1: is empty or not a mapping."),
        ("world.yml", b"client: {a: b}\n", "docs/recordings/world.yml:1:1: 'client' has no text. "),
        ("world.yml", b"client: \xff\n", "docs/recordings/world.yml:1:9: is not UTF-8: byte 0xFF does not fit."),
    ],
)
def test_a_recording_or_world_that_cannot_be_read_is_one_line(shelf: Path, file, content, line):
    (shelf / "recordings" / file).write_bytes(content)
    (said,) = told(shelf)
    assert said.startswith(line)


def test_every_recording_that_cannot_be_read_is_told_in_one_go(shelf: Path):
    for name in ("lab-traces.txt", "trace-hairpin-iptables.txt"):
        (shelf / "recordings" / name).write_bytes(b"\xff")
    assert len(told(shelf)) == 2
