"""How long a check takes, and how that grows with the definition."""

from collections.abc import Container
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tools.machine import copy_house

from .houses import Took, timed
from .report import Target, Told, middle, progress, spread, table

LANGUAGES = ("en", "zh")
TIMES = (1, 4, 8)
DEFINITION = "docs/flow.yml"


@dataclass
class Growth:
    """A house whose definition has grown: its steps, and what a check of it took in every round."""

    house: Path
    steps: int
    took: list[Took] = field(default_factory=list)

    def further(self, smaller: "Growth") -> float:
        """Give the ms each step costs which a smaller definition does not have, in the quickest rounds: noise adds."""
        most, least = (min(took.work for took in growth.took) for growth in (self, smaller))
        return (most - least) * 1000 / (self.steps - smaller.steps)


def run(house: Path, folder: Path, rounds: int) -> Told:
    """Check definitions of every size in turn, as the command does; raises Failed."""
    found = [grown(house, folder / str(times), times) for times in TIMES]
    for n in range(rounds + 1):  # the first warms up
        progress(f"checking: round {n} of {rounds}")
        for growth in found:
            took = timed(growth.house, "-m", "requestflow", "check", PYTHONPATH="hooks")
            growth.took += [took] if n else []
    return report(found)


def grown(house: Path, to: Path, times: int) -> Growth:
    """Make a house whose routes and steps stand `times` times under other names, each step explained."""
    file = copy_house(to, house) / DEFINITION
    data = yaml.safe_load(file.read_text("utf-8"))
    steps, routes = dict(data["steps"]), dict(data["routes"])
    for n in range(2, times + 1):
        data["steps"] |= {f"{name}-{n}": numbered(step, (), n) for name, step in steps.items()}
        data["routes"] |= {f"{name}-{n}": numbered(route, steps, n) for name, route in routes.items()}
        for name in routes:
            if like := routes[name].get("like"):
                data["routes"][f"{name}-{n}"]["like"] = f"{like}-{n}"
    file.write_text(yaml.dump(data, allow_unicode=True, sort_keys=False), "utf-8")
    for language in LANGUAGES:
        with (to / f"docs/{language}/index.md").open("a", encoding="utf-8") as page:
            page.writelines(f"\n## More {{#{name} .step}}\n\nMore.\n" for name in data["steps"] if name not in steps)
    return Growth(to, len(data["steps"]))


def numbered(data: Any, names: Container[str], n: int) -> Any:
    """Copy plain data, a number behind every one of the names in it."""
    if isinstance(data, dict):
        return {numbered(key, names, n): numbered(value, names, n) for key, value in data.items()}
    if isinstance(data, list):
        return [numbered(item, names, n) for item in data]
    return f"{data}-{n}" if data in names else data


def report(found: list[Growth]) -> Told:
    """Tell the times of checks that grow: a check is quick, and a step costs the same among many."""
    least, among, most = found
    further = among.further(least), most.further(among)
    rows = []
    for growth, ms in zip(found, ("", *(f"{each:.2f}" for each in further)), strict=True):
        clock, work = ([getattr(took, of) for took in growth.took] for of in ("clock", "work"))
        rows.append([str(growth.steps), spread(clock), spread(work), ms])
    heads = ["steps", "on the clock", "of the processor", "a further step, ms"]
    return table("The whole check, s (least–most)", heads, rows), [
        Target("whole check, of the processor", middle([took.work for took in least.took]), 1, "{:.2f} s"),
        Target("a further step, 4× to 8× : 1× to 4× (linear is 1)", further[1] / further[0], 1.25),
    ]
