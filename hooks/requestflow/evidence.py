"""What the recordings of a real kube-proxy show, and which steps of a route they prove.

A recording `NAME-MODE.txt` holds a packet trace ("path in short") or a rule trace of one packet on the example world.
Ephemeral ports differ from run to run, so they are compared as `*`.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from .definition import Flow, Text
from .world.services import MODES, Mode
from .world.wire import End, Hop, Packet

Pair = tuple[str, str]  # source and destination as ADDRESS:PORT, ephemeral ports as *
Verdict = Literal["recorded", "unseen", "differs", "unrecorded"]

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

    def shows(self, pair: Pair, outer: Pair | None = None) -> bool:
        """Whether a packet with these ends was seen, and in this envelope if there is one."""
        if outer:
            return any((seen.pair, seen.outer) == (pair, outer) for seen in self.path)
        return pair in self.inside or any(seen.pair == pair for seen in self.path)


@dataclass(frozen=True)
class Proof:
    """How a step is known: seen in these recordings, or why not."""

    verdict: Verdict
    recordings: tuple[Recording, ...] = ()
    why: Text | None = None

    @property
    def modes(self) -> tuple[Mode, ...]:
        return tuple(m for m in MODES if any(r.mode == m for r in self.recordings))


def load(folder: Path, name: str, ports: Iterable[int]) -> list[Recording]:
    """Give the recordings called NAME, one for each mode that has been recorded."""
    known = {str(p) for p in ports}
    files = [(m, folder / f"{name}-{m}.txt") for m in MODES]
    return [_parse(name, mode, f.read_text("utf-8"), known) for mode, f in files if f.is_file()]


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


def prove(flow: Flow, route: str, hops: list[Hop], recordings: list[Recording]) -> dict[str, Proof]:
    """Say for each step of a route how it was proven; a step is `recorded` when every recorded mode shows it."""
    unseen = flow.routes[route].unseen
    return {hop.id: _prove(hop, recordings, unseen.get(hop.id) or hop.stop.step.unseen) for hop in hops}


def _prove(hop: Hop, recordings: list[Recording], unseen: Text | None) -> Proof:
    step = hop.stop.step
    if not recordings:
        return Proof("unrecorded")
    if unseen:
        return Proof("unseen", why=unseen)
    outer = pair(hop.envelopes[0].packet) if hop.envelopes else None
    found = tuple(
        r
        for r in recordings
        if (step.seen in r.text if step.seen else not hop.is_message and r.shows(pair(hop.after), outer))
    )
    wanted = {r.mode for r in recordings}
    return Proof("recorded", found) if {r.mode for r in found} == wanted else Proof("differs", found)
