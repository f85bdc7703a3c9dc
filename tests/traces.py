"""What a recording, and a followed route, show of each packet between machines."""

import re

from requestflow.world.evidence import Pair, Recording, pair
from requestflow.world.wire import Hop

Sides = dict[str, list[Pair]]


def recorded(recording: Recording) -> Sides:
    """Give every change of addresses of a trace, for 'request' and 'answer'.

    Left out: the bridge inside one node, where a half-undone packet can be seen, and the outer header of a tunnel.
    """
    out: Sides = {"request": [], "answer": []}
    for seen in recording.path:
        side = out["answer" if seen.kind in ("SYN-ACK", "DNS answer", "ICMP") else "request"]
        bridge_only = all(re.fullmatch(r"node-\d cni0 \w+", w) for w in seen.where)
        if not bridge_only and seen.pair not in side[-1:]:
            side.append(seen.pair)
    return out


def computed(hops: list[Hop]) -> Sides:
    """Give every change of addresses of a followed route, as it would be seen between machines.

    What happens inside a machine shows when the packet leaves it, so several rewrites at one participant count as one.
    """
    out: Sides = {"request": [], "answer": []}
    for hop in hops:
        if hop.stays or hop.is_message:
            continue
        side, now = out["answer" if hop.verb == "answers" else "request"], pair(hop.after)
        if now not in side[-1:]:
            side.append(now)
    return out
