"""What a sequence diagram shows, before anyone draws it: lanes, arrows and the words beside them.

A picture is made twice, wide and narrow, and never scaled: letters keep their size. So the words are chosen by width
and number of lanes; both addresses of a step stand in the ladder and the card.
"""

from dataclasses import dataclass
from typing import Literal

from ..model.definition import Language, Procedure
from .view import Row, View
from .words import WORDS

Width = Literal["wide", "narrow", "whole"]
WIDTHS: tuple[Width, ...] = ("wide", "narrow")


@dataclass(frozen=True)
class Lane:
    """One lifeline; neighbours in one zone share a tint."""

    id: str
    name: str
    zone: str | None = None
    zone_name: str = ""
    tint: int = 0  # the number of its zone's colours


@dataclass(frozen=True)
class Arrow:
    """One arrow, or a box on a lifeline when source and target are the same."""

    id: str
    number: int
    source: str
    to: str
    words: tuple[str, ...]
    answer: bool = False  # drawn dashed
    message: bool = False  # it travels inside packets, or is no packet at all: drawn double, or as a plain box
    sentence: str = ""  # what a pointer resting on it is told

    @property
    def inside(self) -> bool:
        return self.source == self.to


@dataclass(frozen=True)
class Chart:
    """One sequence diagram."""

    id: str
    title: str
    description: str
    width: Width
    lanes: tuple[Lane, ...]
    arrows: tuple[Arrow, ...]
    of_steps: bool = True  # whether an arrow is a step, with a place of its own


def of_route(view: View, stage: str | None = None, width: Width = "wide") -> Chart:
    """Give the chart of one stage, or of the whole route."""
    rows = view.stage(stage).rows if stage else view.rows
    title = view.stage(stage).name if stage else view.name
    name = view.who_short if width == "narrow" else view.who
    used = {who for r in rows for who in (r.hop.source, r.hop.to)}
    lanes = tuple(_lane(view, p, name(p)) for p in view.lanes if p in used)
    arrows = tuple(_of_row(r, _words(r, len(lanes), width), width) for r in rows)
    description = view.words.semicolon.join(r.label for r in rows)
    return Chart(f"{view.id}-{stage or 'route'}-{width}", title, description, width, lanes, arrows)


def _of_row(r: Row, words: tuple[str, ...], width: Width) -> Arrow:
    sentence = r.sentence if width == "wide" else ""  # nothing rests on a phone
    return Arrow(r.id, r.number, r.hop.source, r.hop.to, words, r.answer, r.message or r.no, sentence)


def _lane(view: View, participant: str, name: str) -> Lane:
    zone = view.zone(participant)
    return Lane(participant, name, zone, view.zone_name(zone), view.tint(zone))


def _words(row: Row, lanes: int, width: Width) -> tuple[str, ...]:
    """A short verb and one address."""
    narrow = width == "narrow"
    if row.message:
        return (row.short if narrow or row.kind == "self" else row.label,)
    if narrow and lanes > 2:
        return (row.badge or row.short,)
    source_side = row.answer or (row.kind == "self" and not row.changed[1])
    address = str(row.after.src if source_side else row.after.dst)
    if row.kind == "self":
        return row.badge, address
    return (row.short if narrow or width == "whole" or lanes > 3 else row.label), address


def of_procedure(name: str, procedure: Procedure, language: Language, width: Width = "wide") -> Chart:
    """Give the chart of calls between components; no packet of a request is in it."""
    short = width == "narrow"
    lanes = tuple(Lane(i, n.short(language) if short else n.long(language)) for i, n in procedure.lanes.items())
    arrows = tuple(
        Arrow(
            f"{name}-{number}",
            number,
            call.source or call.at or "",
            call.to or call.at or "",
            (call.label.short(language) if short or call.at else call.label.long(language),),
            answer=call.returns,
            message=bool(call.at),
        )
        for number, call in enumerate(procedure.calls, 1)
    )
    description = WORDS[language].semicolon.join(call.label.long(language) for call in procedure.calls)
    return Chart(f"{name}-{width}", procedure.name[language], description, width, lanes, arrows, of_steps=False)
