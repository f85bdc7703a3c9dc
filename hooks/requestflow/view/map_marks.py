"""A followed route → the marks of its map: arrows, chips for what is rewritten or dropped, badges for messages.

The map is shown one way at a time. The way back begins after the last packet that asks and the messages it brings, so
that a lookup and its answer, and a handshake, stand together on the way there.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from ..world.wire import Packet
from .view import Row, View

Kind = Literal["move", "chip", "badge"]
Change = Literal["", "more", "less"]  # against the route that this one is like
STYLES = 4  # of connections; see docs/assets/map.css
KEPT = 256  # routes in their languages
SIGN = "✕"  # of what goes no further
NOTHING = "–"  # in the place of a number, where a step is missing


@dataclass(frozen=True)
class Mark:
    """One step of a map; `address` is the new one of a chip, `style` the number of its connection's looks."""

    id: str
    number: int
    title: str
    words: str
    source: str
    to: str
    kind: Kind
    style: int
    answer: bool = False
    back: bool = False
    address: str = ""
    change: Change = ""

    @property
    def key(self) -> tuple[str, str, str]:
        """What two routes have in common when they have this mark."""
        return self.id, self.source, self.to

    @property
    def shown(self) -> str:
        """Its number; or a sign where this route lacks it."""
        return NOTHING if self.change == "less" else str(self.number)


@lru_cache(KEPT)
def marks(view: View) -> tuple[Mark, ...]:
    """Give the marks of a route, in its order."""
    style, turn = styles(view), turning(view.rows)
    return tuple(_mark(row, style[row.hop.connection], n >= turn) for n, row in enumerate(view.rows))


def turning(rows: list[Row]) -> int:
    """Give how many rows belong to the way there: up to the last packet that asks, and what is asked in it."""
    asking = max(n for n, row in enumerate(rows) if row.hop.verb in ("opens", "carries"))
    answers = (n for n in range(asking + 1, len(rows)) if rows[n].answer and not rows[n].message)
    return max(n + 1 for n in range(asking, next(answers, len(rows))) if not rows[n].answer)


def styles(view: View) -> dict[str, int]:
    """Give each connection its looks: in the order they open, those that are over before another opens last."""
    rows: dict[str, list[int]] = {}
    for row in view.rows:
        rows.setdefault(row.hop.connection, []).append(row.number)
    last_opening = max(numbers[0] for numbers in rows.values())
    order = sorted(rows, key=lambda c: (rows[c][-1] < last_opening, rows[c][0]))
    return {connection: n % STYLES + 1 for n, connection in enumerate(order)}


def _mark(row: Row, style: int, back: bool) -> Mark:
    kind: Kind = "badge" if row.message else "chip" if row.hop.stays else "move"
    words = f"{SIGN} {row.badge}" if row.no else row.short if kind == "badge" else row.badge
    address = _address(row) if kind == "chip" and row.hop.rewrites else ""
    ends = row.hop.source, row.hop.to
    return Mark(row.id, row.number, row.label, words, *ends, kind, style, row.answer, back, address)


def _address(row: Row) -> str:
    """The new address: behind an arrow where the packet goes, before it where it comes from."""
    packet: Packet = row.after
    return f"{packet.src}→" if row.answer or not row.changed[1] else f"→{packet.dst}"
