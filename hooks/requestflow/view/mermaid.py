"""A chart → Mermaid `sequenceDiagram` text. The only place that knows its grammar and escaping.

The text is valid wherever Mermaid runs; every message is preceded by a `%% step ID` comment. The sizes in the front
matter keep a picture narrower than the column it is made for, so that it is never scaled down.
"""

import re
from itertools import groupby

from .chart import Chart, Width, of_route
from .view import View

FONT: dict[Width, int] = {"wide": 14, "narrow": 13, "whole": 14}
STEP = "%% step "
# What Mermaid gives a meaning inside a label: entities and tags, comments, the words its entity decoder looks for, and
# the prefixes that change wrapping.
_MEANT = re.compile(r"[#;$<>&%]|style|classDef|^:?(?:no)?wrap:")
_RESERVED = frozenset(
    """
    activate actor alt and autonumber box break create critical deactivate destroy details else end link links loop
    note off opt option over par par_over participant properties rect title
    """.split()  # noqa: SIM905 (a list of 29 words is harder to read)
)


def escape(text: str) -> str:
    """Make any text safe as a label: one pass over what Mermaid gives a meaning, white space to one blank."""
    return _MEANT.sub(lambda m: f"#{ord(m[0][0])};{m[0][1:]}", " ".join(text.split()))


def participant(name: str) -> str:
    """Give the id Mermaid knows a participant by."""
    plain = name.replace("-", "_")
    return f"{plain}_" if plain in _RESERVED else plain


def diagram(view: View, stage: str | None = None, width: Width = "wide") -> str:
    """Give the Mermaid text of one stage, or of the whole route."""
    return text(of_route(view, stage, width))


def text(chart: Chart) -> str:
    """Give the Mermaid text of a chart."""
    lines = [
        _front_matter(chart),
        "sequenceDiagram",
        f"  accTitle: {escape(chart.title)}",
        f"  accDescr: {escape(chart.description)}",
        *_participants(chart),
        f"  autonumber {chart.arrows[0].number}",
    ]
    for arrow in chart.arrows:
        line = "-->>" if arrow.answer else "->>"
        words = "<br/>".join(map(escape, arrow.words))
        lines += [f"  {STEP}{arrow.id}", f"  {participant(arrow.source)}{line}{participant(arrow.to)}: {words}"]
    return "\n".join(lines) + "\n"


def bare(chart: Chart) -> str:
    """Give the Mermaid text of a chart without sizes: where it is shown, they are those of the place."""
    return text(chart).split("---\n", 2)[2]


def _participants(chart: Chart) -> list[str]:
    """Lifelines, boxed by zone."""
    out: list[str] = []
    for zone, lanes in groupby(chart.lanes, key=lambda lane: (lane.zone, lane.zone_name)):
        names = [f"participant {participant(lane.id)} as {escape(lane.name)}" for lane in lanes]
        if zone[0] is None:
            out += [f"  {name}" for name in names]
        else:
            out += [f"  box transparent {escape(zone[1])}", *(f"    {name}" for name in names), "  end"]
    return out


def _front_matter(chart: Chart) -> str:
    narrow = chart.width == "narrow"
    margins = {2: 116, 3: 48} if narrow else {2: 150, 3: 60, 4: 24}
    return f"""---
config:
  theme: base
  look: classic
  fontSize: {FONT[chart.width]}
  sequence:
    mirrorActors: false
    diagramMarginX: 4
    diagramMarginY: 2
    width: {54 if narrow else 122}
    height: {30 if narrow else 34}
    actorMargin: {margins.get(len(chart.lanes), 6 if narrow else 4)}
    wrapPadding: 2
    boxMargin: {4 if narrow else 6}
    boxTextMargin: 4
    messageMargin: {32 if narrow else 36}
    noteMargin: 8
---"""
