"""The lines of a map: from box to box, around what is between, each with a place for its number.

Lines are laid in the computed order. For each the simplest shape comes first that hits nothing: no box it does not end
at, no name, no number, no other line along its way. What the drawing checks is what is told; tests measure it again.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import chain, pairwise, product

from .map_boxes import LANE, NUMBER, Box, Rect, Zone
from .map_marks import Mark

Point = tuple[int, int]
Laid = tuple[tuple[Point, ...], Point]  # a line's corners, and where its number stands
APART = 20  # px between neighbouring lines: their numbers stand side by side
EDGE = 11  # between a line and the corner of a box
ROOM = 5  # between a line and what it passes
HEAD = 9  # what an arrow's head takes
LANES = 3  # tried beside a zone
OPENNESS = 3  # how much a line may do in the worst case; see _Room.needed
KEPT = 512  # layouts: the maps of all routes, in both forms, are asked for on several pages and at every save


@dataclass(frozen=True)
class Line:
    """One arrow: its corners from source to target, and where its number stands."""

    mark: Mark
    points: tuple[Point, ...]
    at: Point

    def moved(self, x: int, y: int) -> "Line":
        return replace(
            self, points=tuple((px + x, py + y) for px, py in self.points), at=(self.at[0] + x, self.at[1] + y)
        )

    @property
    def disc(self) -> Rect:
        return _disc(self.at)


class NoWay(Exception):
    """No line could be laid for a step."""

    def __init__(self, mark: Mark) -> None:
        super().__init__(mark.id)
        self.mark = mark


@dataclass(frozen=True)
class Wanted:
    """A line to lay: between which boxes, how far from their middle, and whether it may take room of its own."""

    source: Rect
    to: Rect
    shift: int
    within: bool


def lines(marks: Iterable[Mark], zones: list[Zone], boxes: list[Box]) -> list[Line]:
    """Give the arrows of one way; raises NoWay. What only another route has is left out where there is no room."""
    rects = {b.who: b.rect for b in boxes}
    moves = [mark for mark in marks if mark.kind == "move"]
    every, seen = Counter(_pair(mark) for mark in moves), Counter[frozenset[str]]()
    wanted = list[Wanted]()
    for mark in moves:
        shift = APART * (2 * seen[_pair(mark)] - every[_pair(mark)] + 1) // 2
        wanted.append(Wanted(rects[mark.source], rects[mark.to], shift, mark.change == "less"))
        seen[_pair(mark)] += 1
    laid = _laid(tuple(wanted), tuple(zones), tuple(rects.values()))
    for mark, line in zip(moves, laid, strict=True):
        if line is None and mark.change != "less":
            raise NoWay(mark)
    return [Line(mark, *line) for mark, line in zip(moves, laid, strict=True) if line]


@lru_cache(KEPT)
def _laid(wanted: tuple[Wanted, ...], zones: tuple[Zone, ...], boxes: tuple[Rect, ...]) -> tuple[Laid | None, ...]:
    """Lay lines one after the other; None for one that finds no way."""
    lay = _Lines(zones, boxes)
    return tuple(lay.lay(want) for want in wanted)


def _pair(mark: Mark) -> frozenset[str]:
    return frozenset((mark.source, mark.to))


def segments(points: tuple[Point, ...]) -> Iterator[tuple[Point, Point]]:
    """Give the straight parts of a line."""
    return pairwise(points)


def stripe(a: Point, b: Point) -> Rect:
    """Give the ground of a straight part: a rectangle without width or height."""
    return Rect(min(a[0], b[0]), min(a[1], b[1]), abs(a[0] - b[0]), abs(a[1] - b[1]))


def _disc(at: Point) -> Rect:
    return Rect(at[0] - NUMBER, at[1] - NUMBER, 2 * NUMBER, 2 * NUMBER)


@dataclass
class _Lines:
    zones: tuple[Zone, ...]
    boxes: tuple[Rect, ...]
    laid: list[Laid] = field(default_factory=list)
    shift: int = 0

    def lay(self, want: Wanted) -> Laid | None:
        """Lay a line: the first that is free, being ever less choosy."""
        self.shift = want.shift
        room = _Room(want, self.zones, self.boxes, self.laid)
        ways: list[list[tuple[Point, ...]]] = [[] for _ in range(OPENNESS)]
        for points in self._candidates(want.source, want.to):
            needed = OPENNESS if want.within and not self._within(points) else room.needed(points)
            if needed == 0 and (at := self._place(points)):
                return self._lay(points, at)
            if 0 < needed < OPENNESS:
                ways[needed].append(points)
        for points in chain.from_iterable(ways):
            if at := self._place(points):
                return self._lay(points, at)
        return None

    def _lay(self, points: tuple[Point, ...], at: Point) -> Laid:
        self.laid.append((points, at))
        return points, at

    # -- shapes, the simplest first -----------------------------------------------------------------------------------
    def _candidates(self, a: Rect, b: Rect) -> Iterator[tuple[Point, ...]]:
        for shape in (_straight, _stepped):
            yield from shape(a, b, self.shift)
            yield from (_turned(p) for p in shape(_flipped(a), _flipped(b), self.shift))
        yield from self._around(a, b)
        yield from self._far_around(a, b)

    def _around(self, a: Rect, b: Rect) -> Iterator[tuple[Point, ...]]:
        """Out and in at the same side, by a lane beside the zones of both."""
        left, right = self._beside(a), self._beside(b)
        for side in (0, 1):
            edge = min(left[0], right[0]) if side == 0 else max(left[1], right[1])
            for lane, y1, y2 in product(
                _outward(edge, side), _slots(a.y, a.bottom, self.shift), _slots(b.y, b.bottom, self.shift)
            ):
                yield (_side(a, side), y1), (lane, y1), (lane, y2), (_side(b, side), y2)

    def _far_around(self, a: Rect, b: Rect) -> Iterator[tuple[Point, ...]]:
        """By a lane beside the source, one under or over a zone, and one beside the target."""
        rows = sorted({y for z in self.zones for y in (z.rect.bottom + EDGE, z.rect.y - EDGE)})
        for s, t, row in product((0, 1), (0, 1), rows):
            lanes = product(_outward(self._beside(a)[s], s), _outward(self._beside(b)[t], t))
            for (one, two), y1, y2 in product(
                lanes, _slots(a.y, a.bottom, self.shift), _slots(b.y, b.bottom, self.shift)
            ):
                yield (_side(a, s), y1), (one, y1), (one, row), (two, row), (two, y2), (_side(b, t), y2)

    def _beside(self, box: Rect) -> tuple[int, int]:
        zone = next(z.rect for z in self.zones if z.rect.holds(box))
        return zone.x, zone.right

    # -- what is free -------------------------------------------------------------------------------------------------
    def _within(self, points: tuple[Point, ...]) -> bool:
        """Whether a line needs no more room than there is beside the zones anyway."""
        left, right = min(z.rect.x for z in self.zones), max(z.rect.right for z in self.zones)
        return all(left - LANE <= x <= right for x, _ in points)

    def _place(self, points: tuple[Point, ...]) -> Point | None:
        """Give the place of the number: in the middle of the longest part where it hits nothing."""
        parts = list(segments(points))
        for a, b in sorted(parts, key=lambda p: -_length(*p)):
            first, last = EDGE if (a, b) == parts[0] else 0, HEAD + EDGE if (a, b) == parts[-1] else 0
            for along in _slots(first - NUMBER, _length(a, b) - last + NUMBER, step=4, edge=NUMBER):
                at = _along(a, b, along)
                if self._clear(at):
                    return at
        return None

    def _clear(self, at: Point) -> bool:
        disc = _disc(at).grown(1)
        shapes = [*self.boxes, *(z.title for z in self.zones), *(_disc(number) for _, number in self.laid)]
        others = (stripe(*part).grown(1) for line, _ in self.laid for part in segments(line))
        return not any(disc.meets(shape) for shape in shapes) and not any(disc.meets(part) for part in others)


class _Room:
    """What is free for one line: each straight part is looked at once, however many shapes have it."""

    def __init__(self, want: Wanted, zones: tuple[Zone, ...], boxes: tuple[Rect, ...], laid: list[Laid]) -> None:
        self.ends, self.boxes = (want.source, want.to), boxes
        self.titles = [zone.title for zone in zones]
        self.foreign = [z.rect for z in zones if not z.rect.holds(want.source) and not z.rect.holds(want.to)]
        self.lines = [stripe(*part) for line, _ in laid for part in segments(line)]
        self.numbers = [_disc(number) for _, number in laid]
        self.known: dict[tuple[Point, Point, bool, bool], int] = {}

    def needed(self, points: tuple[Point, ...]) -> int:
        """How open one must be for a line: 1 runs through zones not its own, 2 crosses others; 3 is too much."""
        worst, last = 0, len(points) - 2
        for n, (a, b) in enumerate(segments(points)):
            key = a, b, n == 0, n == last
            if (needed := self.known.get(key)) is None:
                needed = self.known[key] = self._look(*key)
            if needed == OPENNESS:
                return OPENNESS
            worst = max(worst, needed)
        return worst

    def _look(self, a: Point, b: Point, first: bool, last: bool) -> int:
        part = stripe(a, b)
        room, near = part.grown(ROOM), part.grown(2)
        own = [end for end, touches in zip(self.ends, (first, last), strict=True) if touches]
        if part.width + part.height < EDGE or any(room.meets(box) and box not in own for box in self.boxes):
            return OPENNESS
        if any(near.meets(words) for words in (*self.titles, *self.numbers)):
            return OPENNESS
        return max(self._crossed(part), 1 if any(part.grown(1).meets(zone) for zone in self.foreign) else 0)

    def _crossed(self, part: Rect) -> int:
        """Whether a part hits a line along its way, which never may be, or crosses one."""
        along, near, worst = part.grown(NUMBER), part.grown(2), 0
        for other in self.lines:
            same_way = (part.width == 0) == (other.width == 0)
            if (along if same_way else near).meets(other.grown(1)):
                worst = OPENNESS if same_way else 2
                if same_way:
                    break
        return worst


def _straight(a: Rect, b: Rect, shift: int) -> Iterator[tuple[Point, ...]]:
    """From side to facing side, level."""
    side = 1 if a.right < b.x else 0 if b.right < a.x else None
    if side is not None:
        for y in _slots(max(a.y, b.y), min(a.bottom, b.bottom), shift):
            yield (_side(a, side), y), (_side(b, 1 - side), y)


def _stepped(a: Rect, b: Rect, shift: int) -> Iterator[tuple[Point, ...]]:
    """From side to facing side, with a step between."""
    side = 1 if a.right < b.x else 0 if b.right < a.x else None
    if side is None:
        return
    lanes = _slots(min(a.right, b.right), max(a.x, b.x), edge=EDGE + 2)
    for lane, y1, y2 in product(lanes, _slots(a.y, a.bottom, shift), _slots(b.y, b.bottom, shift)):
        yield (_side(a, side), y1), (lane, y1), (lane, y2), (_side(b, 1 - side), y2)


def _slots(low: int, high: int, shift: int = 0, step: int = APART // 2, edge: int = EDGE) -> list[int]:
    """Give places between two ends, from `shift` px beside the middle out."""
    start = (low + high) // 2 + shift
    steps = range(-((start - low - edge) // step), (high - edge - start) // step + 1)
    return [start + n * step for n in sorted(steps, key=lambda n: (abs(n), n))]


def _outward(edge: int, side: int) -> list[int]:
    """Give lanes beside an edge, the nearest first."""
    return [edge + (1 if side else -1) * (EDGE + n * APART) for n in range(LANES)]


def _side(box: Rect, side: int) -> int:
    return box.right if side else box.x


def _flipped(r: Rect) -> Rect:
    return Rect(r.y, r.x, r.height, r.width)


def _turned(points: tuple[Point, ...]) -> tuple[Point, ...]:
    return tuple((y, x) for x, y in points)


def _length(a: Point, b: Point) -> int:
    return abs(a[0] - b[0]) + abs(a[1] - b[1])


def _along(a: Point, b: Point, by: int) -> Point:
    """Give the point so many px behind the first."""
    x, y = ((j > i) - (j < i) for i, j in zip(a, b, strict=True))
    return a[0] + x * by, a[1] + y * by
