"""What the recordings of a real kube-proxy show, and which steps of a route they prove.

A recording `NAME-MODE.txt` holds a packet trace ("path in short") or a rule trace of one packet on the example world.
Ephemeral ports differ from run to run, so they are compared as `*`.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ..model.definition import Flow, Step, Text
from ..model.values import PLACEHOLDER, UnknownValue, Values
from ..problems import Problem, nearest
from . import recordings
from .routes import settle
from .services import MODES, Mode
from .wire import End, Hop, Packet, Trip

Pair = tuple[str, str]  # source and destination as ADDRESS:PORT, ephemeral ports as *
Verdict = Literal["recorded", "moved", "unseen", "unrecorded"]
Then = dict[str, str]  # an address, port or word of today that has changed → what it was when the recordings were made

_SHORT = re.compile(r"^(SYN-ACK|SYN|DNS query|DNS answer|ICMP)\s+(\S+) -> (\S+)\s+([^«\n]*)(.*)$", re.M)
_TUNNEL = re.compile(r"«in VXLAN VNI \d+ UDP (\S+) > (\S+)\.(\d+)»")
_IPTABLES_PACKET = re.compile(r"SRC=(\S+) DST=(\S+) .*?SPORT=(\d+) DPORT=(\d+)")
_NFTABLES_PACKET = re.compile(r"ip saddr (\S+) ip daddr (\S+) .*?(?:tcp|udp) sport (\d+) (?:tcp|udp) dport (\d+)")


@dataclass(frozen=True)
class Seen:
    """One row of a trace: the kind of packet, its ends, and every interface that saw it like this."""

    kind: str
    pair: Pair
    where: tuple[str, ...]
    outer: Pair | None = None  # of the tunnel's packet around it


@dataclass(frozen=True)
class Recording:
    """One file of `docs/recordings/`."""

    name: str
    mode: Mode
    text: str
    path: tuple[Seen, ...]
    inside: frozenset[Pair]  # what a rule trace shows within the kernel

    @property
    def file(self) -> str:
        return f"{self.name}-{self.mode}.txt"

    @property
    def ends(self) -> set[str]:
        """Every ADDRESS:PORT it shows."""
        return {end for pair in (*self.inside, *(seen.pair for seen in self.path)) for end in pair}

    def shows(self, pair: Pair, outer: Pair | None = None) -> bool:
        """Whether a packet with these ends was seen, and in this envelope if there is one."""
        if outer:
            return any((seen.pair, seen.outer) == (pair, outer) for seen in self.path)
        return pair in self.inside or any(seen.pair == pair for seen in self.path)


@dataclass(frozen=True)
class Proof:
    """How a step is known: seen in these recordings, perhaps with the addresses of then (`moved`), or why not."""

    verdict: Verdict
    recordings: tuple[Recording, ...] = ()
    why: Text | None = None

    @property
    def modes(self) -> tuple[Mode, ...]:
        return tuple(m for m in MODES if any(r.mode == m for r in self.recordings))


def load(folder: Path, name: str, ports: Iterable[int | str]) -> list[Recording]:
    """Give the recordings called NAME, one for each mode that has been recorded."""
    known = {str(p) for p in ports}
    files = [(m, folder / f"{name}-{m}.txt") for m in MODES]
    return [_parse(name, mode, recordings.text(f), known) for mode, f in files if f.is_file()]


def _parse(name: str, mode: Mode, text: str, ports: set[str]) -> Recording:
    short = text.partition("## path in short")[2].partition("## all packets")[0]
    path = tuple(
        Seen(
            kind,
            (_plain(src, ports), _plain(dst, ports)),
            tuple(w.strip() for w in where.split("|")),
            (m[1], f"{m[2]}:{m[3]}") if (m := _TUNNEL.match(rest)) else None,
        )
        for kind, src, dst, where, rest in _SHORT.findall(short)
    )
    found = [*_IPTABLES_PACKET.findall(text), *_NFTABLES_PACKET.findall(text)]
    inside = frozenset((_plain(f"{s}:{sp}", ports), _plain(f"{d}:{dp}", ports)) for s, d, sp, dp in found)
    return Recording(name, mode, text, path, inside)


def _plain(end: str, ports: set[str]) -> str:
    address, _, port = end.rpartition(":")
    return f"{address}:{port if port in ports else '*'}" if address else end


def pair(packet: Packet) -> Pair:
    """Give a computed packet in the form recordings are compared in."""
    src, dst = (str(End(e.address, "*") if e.port.isalpha() else e) for e in (packet.src, packet.dst))
    return src, dst


def proofs(flow: Flow, trips: Iterable[Trip], folder: Path) -> dict[str, dict[str, Proof]]:
    """Say for each step of each route how the recordings in a folder prove it."""
    was = recordings.world(folder)
    ports = [*map(str, flow.ports.values()), *(port for name, port in was.items() if name.startswith("port."))]
    out = {}
    for trip in trips:
        made = [r for name in flow.routes[trip.route].recordings for r in load(folder, name, ports)]
        out[trip.route] = prove(flow, trip.route, trip.hops, made, was)
    return out


def prove(
    flow: Flow, route: str, hops: list[Hop], recordings: list[Recording], was: dict[str, str] | None = None
) -> dict[str, Proof]:
    """Say for each step of a route how it was proven; a step is `recorded` when every recorded mode shows it.

    `was` is what the definition said when the recordings were made.
    """
    unseen, values = flow.routes[route].unseen, Values(flow, "en")
    then = _then(values, was or {}) if recordings else Then()
    return {hop.id: _prove(hop, recordings, unseen.get(hop.id) or hop.stop.step.unseen, then, values) for hop in hops}


def _then(values: Values, was: dict[str, str]) -> Then:
    out: Then = {}
    for name, value in was.items():
        if (now := _value(values, name)) not in ("", str(value)):
            out.setdefault(now, str(value))
    return out


def _value(values: Values, name: str) -> str:
    """What a name stands for; nothing when the definition does not have it, or a role fills it."""
    try:
        return values(name)
    except UnknownValue:
        return ""


def _prove(hop: Hop, recordings: list[Recording], unseen: Text | None, then: Then, values: Values) -> Proof:
    if not recordings:
        return Proof("unrecorded")
    if unseen:
        return Proof("unseen", why=unseen)
    wanted = {r.mode for r in recordings}
    renamed = any(word in then for word in _named(hop.stop.step, values))
    for verdict, names in (("recorded", Then()), ("moved", then)):
        found = _showing(hop, recordings, names)
        if {r.mode for r in found} == wanted:
            return Proof("moved" if renamed or verdict == "moved" else "recorded", found)
    return Proof("unrecorded")


def _named(step: Step, values: Values) -> list[str]:
    """The values a step's label prints."""
    return [_value(values, name) for name in PLACEHOLDER.findall(step.label.en[0])]


def _showing(hop: Hop, recordings: list[Recording], then: Then) -> tuple[Recording, ...]:
    """The recordings that show a step, its addresses read as those of then; all it prints must be in one of them."""
    step = hop.stop.step
    if step.seen:
        return tuple(r for r in recordings if step.seen in r.text)
    if hop.is_message or not {end for r in recordings for end in r.ends}.issuperset(_as_then(pair(hop.before), then)):
        return ()
    outer = _as_then(pair(hop.envelopes[0].packet), then) if hop.envelopes else None
    return tuple(r for r in recordings if r.shows(_as_then(pair(hop.after), then), outer))


def _as_then(ends: Pair, then: Then) -> Pair:
    src, dst = (":".join(then.get(part, part) for part in end.split(":")) for end in ends)
    return src, dst


def open_steps(flow: Flow, known: dict[str, dict[str, Proof]]) -> Iterator[Problem]:
    """Steps of a recorded route that no recording shows, and nobody says why."""
    open_: dict[str, list[str]] = {}
    for route, steps in known.items():
        if flow.routes[route].recordings:
            for step, proof in steps.items():
                if proof.verdict == "unrecorded":
                    open_.setdefault(step, []).append(route)
    for step, of in open_.items():
        which = f"'{of[0]}'" + (f" and {len(of) - 1} more" if of[1:] else "")
        yield Problem(
            flow.place("steps", step),
            f"no recording of the route {which} shows the step '{step}'.",
            "Record it, or say why not: 'unseen: {en: …, zh: …}' on the step, or under 'unseen' of the route.",
        )


def problems(flow: Flow, folder: Path) -> Iterator[Problem]:
    """Give what the definition says about recordings that cannot be true, and what cannot be read in the folder."""
    if unreadable := list(recordings.unreadable(folder)):
        yield from unreadable
        return
    texts = {name: recordings.text(folder / f"{name}.txt") for name in recordings.names(folder)}
    of_mode = {name: [texts[n] for m in MODES if (n := f"{name}-{m}") in texts] for name in map(_without_mode, texts)}
    for name, route in flow.routes.items():
        listed = [step for steps in settle(flow, name).stages.values() for step in steps]
        yield from _of_route(flow, name, listed, of_mode)
        found = [text for recording in route.recordings for text in of_mode.get(recording, [])]
        for step_id in [s for s in listed if found and not (flow.steps[s].unseen or s in route.unseen)]:
            if (seen := flow.steps[step_id].seen) and not any(seen in text for text in found):
                what = f"'{seen}' is in no recording of the route '{name}'."
                fix = "Quote words of the recording, or say under 'unseen' why it is not shown."
                yield Problem(flow.place("steps", step_id, "seen"), what, fix)


def _of_route(flow: Flow, name: str, listed: list[str], known: dict[str, list[str]]) -> Iterator[Problem]:
    route = flow.routes[name]
    for i, recording in enumerate(route.recordings):
        if not known.get(recording):
            what = f"there is no recording '{recording}' in either mode."
            fix = nearest(recording, [k for k, v in known.items() if v]) or f"Put {recording}-{MODES[0]}.txt there."
            yield Problem(flow.place("routes", name, "recordings", i), what, fix)
    for step in route.unseen:
        if step in flow.steps and step not in listed:
            what = f"'{step}' is unseen, but is no step of the route '{name}'."
            yield Problem(flow.place("routes", name, "unseen", step), what, nearest(step, listed) or "Delete it.")


def _without_mode(name: str) -> str:
    return re.sub(rf"-({'|'.join(MODES)})$", "", name)
