"""What a route means for who uses it, told so that two routes can be held against each other."""

from collections.abc import Callable, Iterator

from ..world.facts import Sight, counted, facts
from ..world.wire import Hop, Session, Trip
from .view import View
from .words import closed

Told = dict[str, list[str]]  # by aspect, in the order of Words.meaning


def told(view: View, trip: Trip) -> Told:
    """Give what a route does to addresses, who sees which, which way the answer takes, and how it ends."""
    makers: dict[str, Callable[[View, Trip], Iterator[dict[str, str]]]] = {
        "source": lambda view, trip: _rewritten(view, trip, 0),
        "destination": lambda view, trip: _rewritten(view, trip, 1),
        "sees": _sees,
        "answer": _answer,
        "tls": _tls,
        "tunnel": _tunnel,
        "ends": _ends,
    }
    return {
        aspect: list(dict.fromkeys(closed(said.format_map(values)) for values in makers[aspect](view, trip)))
        for aspect, (said, *_) in view.words.meaning.items()
    }


def _rewritten(view: View, trip: Trip, end: int) -> Iterator[dict[str, str]]:
    """Who writes another source (0) or destination (1) on the way of the request."""
    for hop in trip.hops:
        before, after = ((packet.src, packet.dst)[end] for packet in (hop.before, hop.after))
        if hop.rewrites and hop.verb in ("opens", "carries") and before.address != after.address:
            yield {"who": view.who(hop.source), "address": str(after if end else after.address)}


def header(sight: Sight) -> str:
    """Give what somebody is told of who asked, as the header is written in any language; nothing where he is not."""
    name = "PROXY" if sight.by == "proxy-protocol" else "X-Forwarded-For"
    return f"{name}: {', '.join(map(str, sight.told))}" if sight.told else ""


def _sees(view: View, trip: Trip) -> Iterator[dict[str, str]]:
    for sight in facts(trip).sights:
        aside = view.words.aside.format(words=said) if (said := header(sight)) else ""
        yield {"who": view.who(sight.who), "address": f"{sight.source}{aside}"}


def _answer(view: View, trip: Trip) -> Iterator[dict[str, str]]:
    """The machines that the answer of the first connection passes."""
    first = counted(trip)[0].name
    if moves := [hop for hop in trip.hops if hop.connection == first and _carries_answer(hop)]:
        yield {"way": " → ".join(view.who(who) for who in (moves[0].source, *(hop.to for hop in moves)))}


def _carries_answer(hop: Hop) -> bool:
    return hop.verb == "answers" and not hop.stays


def _tls(view: View, trip: Trip) -> Iterator[dict[str, str]]:
    return ({"who": view.who(who)} for who in facts(trip).tls_ends)


def _tunnel(_: View, trip: Trip) -> Iterator[dict[str, str]]:
    return ({"device": e.device, "protocol": e.protocol} for hop in trip.hops for e in hop.envelopes)


def outcome(view: View, talk: Session) -> str:
    """Say how a connection ends, and by whom."""
    w = view.words
    said = {
        "answered": w.answered,
        "error": w.answered_no,
        "refused": w.refused,
        "dropped": w.dropped_at,
        "reset": w.dies,
        "expired": w.expired,
    }[talk.outcome or "answered"]
    return said.format(who=view.who(talk.who) if talk.who else "")


def _ends(view: View, trip: Trip) -> Iterator[dict[str, str]]:
    """The connections that get no answer."""
    for talk in counted(trip):
        if talk.outcome not in (None, "answered", "error"):
            yield {"connection": view.flow.connections[talk.name].name[view.language], "said": outcome(view, talk)}
