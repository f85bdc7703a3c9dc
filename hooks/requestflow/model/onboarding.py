"""Reading lists: who reads, by when, and what such a list says of one page."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, get_args

Role = Literal["backend", "frontend", "sre", "platform", "security"]
Time = Literal["ten", "hour", "week"]
ROLES: tuple[Role, ...] = get_args(Role)
TIMES: tuple[Time, ...] = get_args(Time)  # what is read first stands first
EVERYBODY = "all"
LISTS = (EVERYBODY, *ROLES)
LONGEST: dict[Time, int] = {"ten": 10, "hour": 60}  # minutes until then, all that comes before included


@dataclass(frozen=True)
class Reading:
    """A page, or one section of it, that a list names."""

    page: str
    section: str  # empty: all of it
    name: str
    minutes: int
    times: tuple[tuple[Role, Time], ...]  # by when each role reads it

    @property
    def target(self) -> str:
        """Give `PAGE.md` or `PAGE.md#ID`."""
        return f"{self.page}#{self.section}" if self.section else self.page

    @property
    def common(self) -> bool:
        """Whether everybody reads it by the same time."""
        return len(self.times) == len(ROLES) and len({time for _, time in self.times}) == 1


def of_list(readings: Iterable[Reading], name: str) -> dict[Time, list[Reading]]:
    """Give what is in a list, by time: what everybody reads by then, or what one role reads beside that."""
    out: dict[Time, list[Reading]] = {time: [] for time in TIMES}
    for reading in readings:
        if reading.common:
            times = {reading.times[0][1]} if name == EVERYBODY else set()
        else:
            times = {time for role, time in reading.times if role == name}
        for time in times:
            out[time].append(reading)
    return {time: found for time, found in out.items() if found}
