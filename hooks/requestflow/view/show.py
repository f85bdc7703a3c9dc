"""One route as text or as plain data: each step with its addresses, envelopes and rules, and how connections end."""

from typing import Any

from ..world.facts import facts
from ..world.wire import Packet, Session, Trip
from .view import Row, View

Data = dict[str, Any]


def data(view: View, trip: Trip) -> Data:
    """Give a route as plain values, ready for JSON; addresses are texts, as a capture shows them."""
    told = {s.connection: [str(a) for a in s.told] for s in facts(trip).sights}
    return {
        "route": view.id,
        "name": view.name,
        "network": view.route.network,
        "steps": [step(view, row) for row in view.rows],
        "connections": [_connection(s, told.get(s.name, [])) for s in trip.sessions.values()],
    }


def step(view: View, row: Row) -> Data:
    """Give one step of a route as plain values."""
    hop = row.hop
    told: Data = {
        "number": row.number,
        "id": row.id,
        "stage": hop.stage,
        "verb": hop.verb,
        "connection": hop.connection,
        "from": hop.source,
        "to": hop.to,
        "label": row.label,
        "sentence": row.sentence,
        "before": _ends(hop.before),
        "after": _ends(hop.after),
        "proof": view.proofs[row.id].verdict if row.id in view.proofs else "unrecorded",
    }
    more: Data = {
        "does": row.badge,
        "icmp": hop.icmp,
        "envelopes": [{**_ends(e.packet), "protocol": e.protocol, "device": e.device} for e in hop.envelopes],
        "rules": dict(view.all_chains(row)),
    }
    return told | {key: value for key, value in more.items() if value}


def _ends(packet: Packet) -> Data:
    return {"source": str(packet.src), "destination": str(packet.dst)}


def _connection(session: Session, told: list[str]) -> Data:
    return {
        "name": session.name,
        "protocol": session.protocol,
        "client": session.client,
        "opened": _ends(session.opened),
        "server": session.server,
        "arrived": _ends(session.arrived) if session.arrived else None,
        "rewritten-at": session.nat,
        "opened-for": session.joined[0] if session.joined else None,
        "told": told,
        "outcome": session.outcome,
        "by": session.who or None,
        "why": session.why or None,
    }


def text(view: View, trip: Trip) -> str:
    """Give a route as lines for a terminal."""
    lines = [f"{view.name} ({view.id}), network {view.route.network}"]
    for stage in view.stages:
        lines += ["", stage.name, *(line for row in stage.rows for line in _lines(view, row))]
    told = {s.connection: s for s in facts(trip).sights}
    lines += [
        "",
        *(_ending(s, [str(a) for a in told[s.name].told] if s.name in told else []) for s in trip.sessions.values()),
    ]
    return "\n".join(lines)


def _lines(view: View, row: Row) -> list[str]:
    way = view.who(row.hop.source) + ("" if row.kind == "self" else f" → {view.who(row.hop.to)}")
    what = f"{row.badge}: {row.label}" if row.badge else row.label
    ends = "" if row.message else f"{row.after.src!s:>20} → {row.after.dst!s:<20}"
    proof = view.proofs[row.id].verdict if row.id in view.proofs else "unrecorded"
    out = [f"{row.number:>3} {row.id:<20} {ends:<44}{way} · {what} [{proof}]"]
    out += [f"{'':24} {row.sentence}"] if row.sentence else []
    out += [f"{'':24} in {envelope} ({envelope.device})" for envelope in row.hop.envelopes]
    out += [f"{'':24} {mode}: {' '.join(chain)}" for mode, chain in view.all_chains(row)]
    return [*out, f"{'':24} ICMP {row.hop.icmp}"] if row.hop.icmp and row.no else out


def _ending(session: Session, told: list[str]) -> str:
    by = f" by {session.who}" if session.who else ""
    why = f": {session.why}" if session.why else ""
    seen = f"; {session.server} sees {session.arrived.src.address}" if session.arrived else ""
    names = f", told {', '.join(told)}" if told else ""
    rewritten = f"; rewritten at {', '.join(session.nat)}" if session.nat else ""
    return f"{session.name} ({session.protocol}): {session.outcome}{by}{why}{seen}{names}{rewritten}"
