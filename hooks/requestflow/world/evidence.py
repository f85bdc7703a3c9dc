"""What the recordings of a real kube-proxy show, and which steps of a route they prove.

A recording `NAME-MODE.txt` holds a packet trace ("path in short") or a rule trace of one packet on the example world.
Ephemeral ports differ from run to run, so they are compared as `*`.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
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
_SAID = re.compile(r"(\S+)\.(\w+) > (\S+)\.(\w+) +ttl \d+ +Flags \[P\.?\] +(\S.*)$")
_CALLED = re.compile(r"TLS [A-Z]\w+|TLS application data|[A-Z]+ /|HTTP/\d\.|[A-Z]+")
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
    said: frozenset[tuple[Pair, str]] = frozenset()  # who said to whom in a connection what, as the capture calls it

    @property
    def file(self) -> str:
        return f"{self.name}-{self.mode}.txt"

    @property
    def ends(self) -> set[str]:
        """Every ADDRESS:PORT it shows."""
        return {end for pair in (*self.inside, *(seen.pair for seen in self.path)) for end in pair}

    @property
    def log(self) -> str:
        """What caller and proxies wrote down: all before the packets but the comments."""
        lines = self.text.partition("## path in short")[0].splitlines()
        return "\n".join(line for line in lines if not line.startswith("#"))

    def hears(self, pair: Pair, words: str) -> bool:
        """Whether a message that begins with these words was seen between these ends."""
        return any(ends == pair and text.startswith(words) for ends, text in self.said)

    def wraps(self, pair: Pair) -> bool:
        """Whether a packet with these ends was seen in an envelope."""
        return any(seen.pair == pair and seen.outer for seen in self.path)

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
    said = frozenset(
        ((_plain(f"{m[1]}:{m[2]}", ports), _plain(f"{m[3]}:{m[4]}", ports)), m[5])
        for line in text.splitlines()
        if "Flags [P" in line and (m := _SAID.search(line))
    )
    return Recording(name, mode, text, path, inside, said)


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
    wanted = {r.mode for r in recordings}
    if unseen:
        found = _showing(hop, recordings, Then(), values.flow)
        shown = {r.mode for r in found} == wanted and (hop.stays or hop.is_message or _passes(hop, found, values))
        return Proof("unseen", found if shown else (), unseen)
    renamed = any(word in then for word in _named(hop.stop.step, values))
    for verdict, names in (("recorded", Then()), ("moved", then)):
        found = _showing(hop, recordings, names, values.flow)
        if {r.mode for r in found} == wanted:
            return Proof("moved" if renamed or verdict == "moved" else "recorded", found)
    return Proof("unrecorded")


def _named(step: Step, values: Values) -> list[str]:
    """The values a step's label prints."""
    return [_value(values, name) for name in PLACEHOLDER.findall(step.label.en[0])]


def _passes(hop: Hop, recordings: Iterable[Recording], values: Values) -> bool:
    """Whether a packet was seen to go from one of a move's ends to the other, with nobody between them.

    A recording may have names of its own for machines that are no participants (`lb`).
    """
    rows = [s for r in recordings for s in r.path]
    named = {m for s in rows for m in _machines(s)}

    def stands_for(machine: str, who: str) -> bool:
        return machine == who or (machine not in values.flow.participants and who not in named)

    ways = {way for s in rows if s.pair == pair(hop.after) for way in pairwise(_machines(s))}
    return any(stands_for(a, hop.source) and stands_for(b, hop.to) for a, b in ways)


def _machines(seen: Seen) -> list[str]:
    return [where.removeprefix("pod ").partition(" ")[0] for where in seen.where]


def _showing(hop: Hop, recordings: list[Recording], then: Then, flow: Flow) -> tuple[Recording, ...]:
    """The recordings that show a step, its addresses read as those of then; all it prints must be in one of them."""
    step = hop.stop.step
    if step.seen and hop.verb == "says":
        return tuple(r for r in recordings if r.hears(_as_then(pair(hop.after), then), step.seen))
    if step.seen:
        return tuple(r for r in recordings if step.seen in r.log)
    if hop.is_message or not {end for r in recordings for end in r.ends}.issuperset(_as_then(pair(hop.before), then)):
        return ()
    outer = _as_then(pair(hop.envelopes[0].packet), then) if hop.envelopes else None
    after = _as_then(pair(hop.after), then)
    bare = _is_between_nodes(hop, flow) and not hop.envelopes
    return tuple(r for r in recordings if r.shows(after, outer) and not (bare and r.wraps(after)))


def _is_between_nodes(hop: Hop, flow: Flow) -> bool:
    """Whether a packet goes from one machine to another, not between a Pod and its node."""
    source, to = flow.participants[hop.source], flow.participants[hop.to]
    return not (hop.stays or source.node == hop.to or to.node == hop.source or source.shares or to.shares)


def _as_then(ends: Pair, then: Then) -> Pair:
    src, dst = (":".join(then.get(part, part) for part in end.split(":")) for end in ends)
    return src, dst


def open_steps(flow: Flow, known: dict[str, dict[str, Proof]]) -> Iterator[Problem]:
    """Steps of a recorded route that no recording shows, and nobody says why."""
    open_: dict[str, list[str]] = {}
    for route, steps in known.items():
        if flow.routes[route].recordings:
            yield from _denied(flow, route, steps)
            yield from _of_others(flow, route, steps)
            for step, proof in steps.items():
                if proof.verdict == "unrecorded":
                    open_.setdefault(step, []).append(route)
    for step, of in open_.items():
        which = f"'{of[0]}'" + (f" and {len(of) - 1} more" if of[1:] else "")
        what, seen = f"no recording of the route {which} shows the step '{step}'.", flow.steps[step].seen
        if seen:
            where = "between its ends" if flow.steps[step].says else "in what its machines log"
            what = f"no recording of the route {which} shows '{seen}' of the step '{step}' {where}."
        yield Problem(
            flow.place("steps", step, "seen") if seen else flow.place("steps", step),
            what,
            "Record it, or say why not: 'unseen: {en: …, zh: …}' on the step, or under 'unseen' of the route.",
        )


def _of_others(flow: Flow, route: str, steps: dict[str, Proof]) -> Iterator[Problem]:
    """Recordings of a route that show none of its steps."""
    used = {r.name for proof in steps.values() for r in proof.recordings}
    for i, name in enumerate(flow.routes[route].recordings):
        if used and name not in used:
            what = f"the recording '{name}' shows no step of the route '{route}'."
            yield Problem(flow.place("routes", route, "recordings", i), what, "Delete it, or name another.")


def _denied(flow: Flow, route: str, steps: dict[str, Proof]) -> Iterator[Problem]:
    """Steps that are said to be unseen, and that the recordings of a route show all the same."""
    for step in (name for name, proof in steps.items() if proof.verdict == "unseen" and proof.recordings):
        of_route = step in flow.routes[route].unseen
        path = ("routes", route, "unseen", step) if of_route else ("steps", step, "unseen")
        what = f"'{step}' is said to be unseen, but the recordings of the route '{route}' show it."
        fix = "Delete the line." if of_route else "Delete it, or write it under 'unseen' of the routes it is true of."
        yield Problem(flow.place(*path), what, fix)


def problems(flow: Flow, folder: Path) -> Iterator[Problem]:
    """Give what the definition says about recordings that cannot be true, and what cannot be read in the folder."""
    if unreadable := list(recordings.unreadable(folder)):
        yield from unreadable
        return
    texts = {name: recordings.text(folder / f"{name}.txt") for name in recordings.names(folder)}
    of_mode = {name: [texts[n] for m in MODES if (n := f"{name}-{m}") in texts] for name in map(_without_mode, texts)}
    missing: dict[str, list[str]] = {}
    for name, route in flow.routes.items():
        listed = [step for steps in settle(flow, name).stages.values() for step in steps]
        yield from _of_route(flow, name, listed, of_mode)
        found = [text for recording in route.recordings for text in of_mode.get(recording, [])]
        for step_id in [s for s in listed if found and not (flow.steps[s].unseen or s in route.unseen)]:
            if (seen := flow.steps[step_id].seen) and not any(seen in text for text in found):
                missing.setdefault(step_id, []).append(name)
    for step_id, of in missing.items():
        yield _misquoted(flow, step_id, of, texts.values())


def _misquoted(flow: Flow, step_id: str, routes: list[str], texts: Iterable[str]) -> Problem:
    """Words that are in no recording of some routes."""
    seen, more = flow.steps[step_id].seen or "", f" and {len(routes) - 1} more" if routes[1:] else ""
    what = f"'{seen}' is in no recording of the route '{routes[0]}'{more}."
    words = _words(texts)
    near = nearest(seen, words) or f"Quote words of the recording: {', '.join(sorted(words))}."
    return Problem(flow.place("steps", step_id, "seen"), what, f"{near} Else say under 'unseen' why it is not shown.")


def _of_route(flow: Flow, name: str, listed: list[str], known: dict[str, list[str]]) -> Iterator[Problem]:
    route = flow.routes[name]
    for step in route.unseen if not route.recordings else ():
        what = f"'{step}' is unseen, but the route '{name}' has no recordings that would show it."
        yield Problem(flow.place("routes", name, "unseen", step), what, "Delete it, or add 'recordings'.")
    for i, recording in enumerate(route.recordings):
        if not known.get(recording):
            what = f"there is no recording '{recording}' in either mode."
            fix = nearest(recording, [k for k, v in known.items() if v]) or f"Put {recording}-{MODES[0]}.txt there."
            yield Problem(flow.place("routes", name, "recordings", i), what, fix)
    for step in route.unseen:
        if step in flow.steps and step not in listed:
            what = f"'{step}' is unseen, but is no step of the route '{name}'."
            yield Problem(flow.place("routes", name, "unseen", step), what, nearest(step, listed) or "Delete it.")


def _words(texts: Iterable[str]) -> set[str]:
    """What recordings call messages, without their sizes and names."""
    said = {words for text in texts for *_, words in _SAID.findall(text)}
    return {m[0] for words in said if (m := _CALLED.match(words))}


def _without_mode(name: str) -> str:
    return re.sub(rf"-({'|'.join(MODES)})$", "", name)
