"""Where the boxes of a map stand, and what stands in them: a grid by zone and node, no layout engine.

A zone has two columns: at the left what talks to other zones (a node's kernel), at the right what is behind it (Pods).
Narrow, zones stand on top of one another; wide, those without a node stand left of the nodes, one column each.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from .map_marks import Mark
from .view import View

Form = Literal["wide", "narrow"]
FORMS: tuple[Form, ...] = ("wide", "narrow")
WIDTH = 124  # px of a box: a chip with an address and a port
GAP = 40  # between boxes with an arrow: room for its head and its number
PAD, TITLE, CLOSE = 5, 18, 8  # around the boxes of a zone; its name; between boxes without an arrow
BESIDE = 54  # between the columns of the wide form: room for lanes
LANE = 20  # at the left of the narrow form
UNDER = 20  # between zones on top of one another
CHIP, ADDRESS, BADGE, ROW = 19, 15, 17, 4  # heights; and what lies between them
NUMBER = 9  # half of what a number takes
INSIDE = WIDTH - 8  # px for chips and badges
_NARROW, _BROAD = frozenset("iljtfrI .,:;'’-()|!/"), frozenset("mwMW→")


@dataclass(frozen=True)
class Rect:
    """A rectangle in px."""

    x: int
    y: int
    width: int
    height: int

    @property
    def right(self) -> int:
        return self.x + self.width

    @property
    def bottom(self) -> int:
        return self.y + self.height

    def grown(self, by: int) -> "Rect":
        return Rect(self.x - by, self.y - by, self.width + 2 * by, self.height + 2 * by)

    def meets(self, other: "Rect") -> bool:
        """Whether they have more in common than an edge."""
        return (  # asked a million times for a site, so without the properties
            self.x < other.x + other.width
            and other.x < self.x + self.width
            and self.y < other.y + other.height
            and other.y < self.y + self.height
        )

    def holds(self, other: "Rect") -> bool:
        """Whether the other lies within."""
        return self.x <= other.x and other.right <= self.right and self.y <= other.y and other.bottom <= self.bottom

    def moved(self, x: int, y: int) -> "Rect":
        return replace(self, x=self.x + x, y=self.y + y)


@dataclass(frozen=True)
class Cell:
    """A chip or badge; its place is counted from the corner of its box."""

    mark: Mark
    rect: Rect


@dataclass(frozen=True)
class Box:
    """One machine or process; `cells` are those of both ways, of which one is shown."""

    who: str
    rect: Rect
    name: str
    address: str
    cells: tuple[Cell, ...]
    missing: bool = False  # only the other route has it
    ends: tuple[str, ...] = ()  # of which connections messages it is an end: o1 what opened the first, e1 what answers

    def moved(self, x: int, y: int) -> "Box":
        return replace(self, rect=self.rect.moved(x, y))


@dataclass(frozen=True)
class Zone:
    """The ground under some boxes, with its name at the top right."""

    id: str
    rect: Rect
    name: str
    tint: int

    def moved(self, x: int, y: int) -> "Zone":
        return replace(self, rect=self.rect.moved(x, y))

    @property
    def title(self) -> Rect:
        """Where its name stands."""
        width = min(advance(self.name, 13), self.rect.width - 2 * PAD)
        return Rect(self.rect.right - PAD - width, self.rect.y + 2, width, TITLE - 3)


def advance(words: str, size: int) -> int:
    """Estimate the width of bold words in px, rather too much than too little."""
    return round(size * sum(_share(c) for c in words))


def _share(c: str) -> float:
    """How much of its height a letter is wide."""
    if ord(c) > 0x2E7F:
        return 1
    return 0.9 if c in _BROAD else 0.36 if c in _NARROW else 0.74 if c.isupper() else 0.62


def fitted(words: str, size: int, width: int) -> str:
    """Give words, cut where they would be wider."""
    while advance(words, size) > width:
        words = words.rstrip("…")[:-1].rstrip() + "…"
    return words


def places(view: View, marks: tuple[Mark, ...], form: Form, also: View | None = None) -> tuple[list[Zone], list[Box]]:
    """Give the zones and boxes of a map; `also` is another route, whose machines stand in it too."""
    grid = _Grid(view, marks, also)
    return grid.wide() if form == "wide" else grid.narrow()


class _Grid:
    """Boxes and zones of one route, before they have their places."""

    def __init__(self, view: View, marks: tuple[Mark, ...], also: View | None) -> None:
        self.view, self.marks = view, marks
        used = {*view.lanes, *(also.lanes if also else ())}
        self.machines = [p for p in view.flow.participants if p in used]
        self.talks = [(m.source, m.to, m.back) for m in marks if m.kind == "move"]
        self.boxes = {p: self._box(p) for p in self.machines}
        zones = [z for z in view.flow.zones if any(view.zone(p) == z for p in self.machines)]
        self.nodes = [z for z in zones if self._kernels(z)]
        self.fronts = [z for z in zones if z not in self.nodes]

    # -- forms --------------------------------------------------------------------------------------------------------
    def narrow(self) -> tuple[list[Zone], list[Box]]:
        """Zones on top of one another, each in two columns."""
        return self._stacked([*self.fronts, *self.nodes], LANE, 2)

    def wide(self) -> tuple[list[Zone], list[Box]]:
        """The first zone left, others without a node beside it, nodes at the right; two nodes alone face each other."""
        across_nodes = 2 if any(self._columns(z)[1] for z in self.nodes) else 1
        columns = [(self.fronts[:1], 1), (self.fronts[1:], 1), (self.nodes, across_nodes)]
        if not self.fronts and len(self.nodes) == 2:
            columns = [(self.nodes[:1], -2), (self.nodes[1:], 2)]
        zones, boxes, x = list[Zone](), list[Box](), 0
        for column, across in columns:
            if column:
                more, placed = self._stacked(column, x, across)
                zones, boxes = zones + more, boxes + placed
                x = max(z.rect.right for z in more) + BESIDE
        return zones, boxes

    def _stacked(self, ids: list[str], x: int, across: int) -> tuple[list[Zone], list[Box]]:
        """Zones from the top down, so many boxes across; a negative number turns their left and right around."""
        zones, boxes, y = list[Zone](), list[Box](), 0
        for zone in ids:
            placed = self._zone(zone, x + PAD, y + TITLE, across)
            bottom = max(b.rect.bottom for b in placed)
            width = 2 * PAD + abs(across) * (WIDTH + GAP) - GAP
            name = fitted(self.view.zone_name(zone), 12, width - 2 * PAD)
            zones.append(Zone(zone, Rect(x, y, width, bottom + PAD - y), name, self.view.tint(zone)))
            boxes += placed
            y = bottom + PAD + UNDER
        return zones, boxes

    # -- one zone -----------------------------------------------------------------------------------------------------
    def _zone(self, zone: str, x: int, y: int, across: int) -> list[Box]:
        first, second = self._columns(zone)
        if across == 1:
            return self._column([*first, *second], x, y)
        sides = (x, x + WIDTH + GAP)[:: -1 if across < 0 else 1]
        before, behind = self._column(first, sides[0], y), self._column(second, sides[1], y)
        last = before[-1]
        low = max((b.rect.bottom for b in behind if self._talk(b.who, last.who)), default=0)
        if last.rect.bottom < low:  # so that a straight arrow reaches it from every box beside it
            before[-1] = replace(last, rect=replace(last.rect, height=low - last.rect.y))
        return [*before, *behind]

    def _columns(self, zone: str) -> tuple[list[str], list[str]]:
        """What talks to other zones, and what stands behind it."""
        members = [p for p in self.machines if self.view.zone(p) == zone]
        first = self._kernels(zone) or [p for p in members if self._goes_out(p)] or members[:1]
        return first, [p for p in members if p not in first]

    def _kernels(self, zone: str) -> list[str]:
        participants = self.view.flow.participants
        return [p for p in self.machines if participants[p].zone == zone and participants[p].kind == "kernel"]

    def _goes_out(self, who: str) -> bool:
        zone = self.view.zone(who)
        return any(who in pair and {self.view.zone(p) for p in pair} != {zone} for *pair, _ in self.talks)

    def _column(self, machines: list[str], x: int, y: int) -> list[Box]:
        out: list[Box] = []
        for who in machines:
            if out:
                y += GAP if self._talk(out[-1].who, who) else CLOSE
            box = self.boxes[who]
            out.append(box.moved(x, y))
            y += box.rect.height
        return out

    def _talk(self, a: str, b: str) -> bool:
        return any({a, b} == set(pair) for *pair, _ in self.talks)

    # -- one box ------------------------------------------------------------------------------------------------------
    def _box(self, who: str) -> Box:
        interfaces = self.view.flow.participants[who].interfaces.values()
        address = next((str(i.ip) for listed in interfaces for i in listed), "")
        long, short = self.view.who(who), self.view.who_short(who)
        name = long if advance(long, 13) <= INSIDE + 4 else short
        top = 37 if address else 23
        ways = [self._cells(who, top, back=back) for back in (False, True)]
        bottoms = [c.rect.bottom for way in ways for c in way]
        lines = max(sum(who in (s, t) and b == back for s, t, b in self.talks) for back in (False, True))
        height = max([top, 20 * lines + 4, *(b + ROW for b in bottoms)])
        missing = who not in self.view.lanes
        rect, name = Rect(0, 0, WIDTH, height), fitted(name, 13, INSIDE + 4)
        return Box(who, rect, name, address, (*ways[0], *ways[1]), missing, self._ends(who))

    def _ends(self, who: str) -> tuple[str, ...]:
        """Say of which connections with messages a machine is an end, and which one."""
        said = [m for m in self.marks if m.kind == "badge" and m.change != "less" and m.source != m.to]
        found = {f"{'e' if (m.to == who) != m.answer else 'o'}{m.style}" for m in said if who in (m.source, m.to)}
        return tuple(sorted(found))

    def _cells(self, who: str, y: int, *, back: bool) -> list[Cell]:
        mine = [m for m in self.marks if m.source == who and m.back == back and m.kind != "move"]
        badges, y = _flowing([m for m in mine if m.kind == "badge"], y)
        out = badges
        for mark in mine:
            if mark.kind == "chip":
                height = CHIP + (ADDRESS if mark.address else 0)
                out.append(Cell(mark, Rect((WIDTH - INSIDE) // 2, y, INSIDE, height)))
                y += height + ROW
        return out


def _flowing(badges: Iterable[Mark], y: int) -> tuple[list[Cell], int]:
    """Badges side by side as long as there is room; and where the next thing may stand."""
    out, left = list[Cell](), (WIDTH - INSIDE) // 2
    x, end = left, left + INSIDE
    for mark in badges:
        width = min(advance(mark.words, 12) + 8, INSIDE)
        if x + width > end:
            x, y = left, y + BADGE + ROW
        out.append(Cell(mark, Rect(x, y, width, BADGE)))
        x += width + ROW
    return out, y + BADGE + ROW if out else y
