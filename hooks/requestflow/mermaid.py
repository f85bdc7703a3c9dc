"""Rows of a route → Mermaid `sequenceDiagram` text. The only place that knows its grammar and escaping.

The text is valid wherever Mermaid runs; every message is preceded by a `%% step ID` comment. The sizes in the front
matter keep a picture narrower than the column it is made for, so that it is never scaled down.
"""

from typing import Literal

from .view import Row, View

Width = Literal["wide", "narrow", "whole"]
FONT: dict[Width, int] = {"wide": 14, "narrow": 13, "whole": 14}
STEP = "%% step "
_ESCAPE = {ord(c): f"#{ord(c)};" for c in "#;$<>&%"}
_RESERVED = {"end", "note", "loop", "alt", "opt", "par", "box", "rect", "break", "critical", "link", "links", "title"}


def escape(text: str) -> str:
    """Make any text safe as a label: one pass over the characters Mermaid gives a meaning, white space to one blank."""
    return " ".join(text.split()).translate(_ESCAPE)


def participant(name: str) -> str:
    """Give the id Mermaid knows a participant by."""
    plain = name.replace("-", "_")
    return f"{plain}_" if plain in _RESERVED else plain


def step_ids(source: str) -> list[str]:
    """Give the step of each message of a text, in order."""
    return [line.strip()[len(STEP) :] for line in source.splitlines() if line.strip().startswith(STEP)]


def diagram(view: View, stage: str | None = None, width: Width = "wide") -> str:
    """Give the Mermaid text of one stage, or of the whole route."""
    rows = view.stage(stage).rows if stage else view.rows
    title = view.stage(stage).name if stage else view.name
    lanes = [p for p in view.lanes if any(p in (r.hop.source, r.hop.to) for r in rows)]
    lines = [
        _front_matter(width, len(lanes)),
        "sequenceDiagram",
        f"  accTitle: {escape(title)}",
        f"  accDescr: {escape('; '.join(r.label for r in rows))}",
        *_participants(view, lanes, width),
        f"  autonumber {rows[0].number}",
    ]
    for row in rows:
        arrow = "-->>" if row.answer else "->>"
        source, to = participant(row.hop.source), participant(row.hop.to)
        lines += [f"  {STEP}{row.id}", f"  {source}{arrow}{to}: {_label(row, len(lanes), width)}"]
    return "\n".join(lines) + "\n"


def _participants(view: View, lanes: list[str], width: Width) -> list[str]:
    name = view.who_short if width == "narrow" else view.who
    out, at = [], 0
    for zone, count in view.zones(lanes):
        out.append(f"  box {escape(view.zone_name(zone))}")
        out += [f"    participant {participant(p)} as {escape(name(p))}" for p in lanes[at : at + count]]
        out.append("  end")
        at += count
    return out


def _label(row: Row, lanes: int, width: Width) -> str:
    """A short verb and one address; both addresses stand in the ladder and the card."""
    narrow, crowded = width == "narrow", lanes > 3
    if row.message:
        return escape(row.short if narrow or row.kind == "self" else row.label)
    if narrow and lanes > 2:
        return escape(row.badge or row.short)
    source_side = row.answer or (row.kind == "self" and not row.changed[1])
    address = escape(str(row.after.src if source_side else row.after.dst))
    if row.kind == "self":
        return f"{escape(row.badge)}<br/>{address}"
    if width == "whole" or crowded or narrow:
        return f"{escape(row.short)}<br/>{address}"
    return f"{escape(row.label)}<br/>{address}"


def _front_matter(width: Width, lanes: int) -> str:
    narrow = width == "narrow"
    margins = {2: 116, 3: 48} if narrow else {2: 150, 3: 60, 4: 24}
    return f"""---
config:
  theme: base
  look: classic
  fontSize: {FONT[width]}
  sequence:
    mirrorActors: false
    diagramMarginX: 4
    diagramMarginY: 2
    width: {54 if narrow else 122}
    height: {30 if narrow else 34}
    actorMargin: {margins.get(lanes, 6 if narrow else 4)}
    wrapPadding: 2
    boxMargin: {4 if narrow else 6}
    boxTextMargin: 4
    messageMargin: {32 if narrow else 36}
    noteMargin: 8
---"""
