"""How the time of checking the definition grows with it."""

import contextlib
import io
import statistics
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from requestflow import __main__ as requestflow
from requestflow.model.definition import LANGUAGES
from requestflow.problems import FlowError

from tools.machine import Failed, copy_house

from .tell import progress

TIMES = (1, 2, 4, 8)


@dataclass(frozen=True)
class Growth:
    """A definition of some size: its steps, and the seconds of the processor a check took in each round."""

    times: int
    steps: int
    seconds: list[float]

    def further(self, smaller: "Growth") -> float:
        """Give the milliseconds each step costs that a smaller definition does not have."""
        more = statistics.median(self.seconds) - statistics.median(smaller.seconds)
        return more * 1000 / (self.steps - smaller.steps)


def run(house: Path, folder: Path, rounds: int) -> list[Growth]:
    """Check definitions of growing size in turn; raises Failed."""
    try:
        return _run(house, folder, rounds)
    except FlowError as error:
        raise Failed(f"a generated definition is refused: {error.problems[0]}") from None


def _run(house: Path, folder: Path, rounds: int) -> list[Growth]:
    roots = {n: grown(house, folder / str(n), n) for n in TIMES}
    steps = {n: len(definition(root)["steps"]) for n, root in roots.items()}
    taken: dict[int, list[float]] = {n: [] for n in TIMES}
    for n in range(rounds + 1):  # the first warms up
        progress(f"checking: round {n} of {rounds}")
        for size, root in roots.items():
            start = time.process_time()
            with contextlib.redirect_stdout(io.StringIO()):
                requestflow.check(root)
            if n:
                taken[size].append(time.process_time() - start)
    return [Growth(n, steps[n], taken[n]) for n in TIMES]


class _InFull(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        """Write every copy out: an alias would be read only once."""
        return True


def definition(root: Path) -> dict[str, Any]:
    """Read a definition as plain data."""
    data: dict[str, Any] = yaml.safe_load((root / "docs/flow.yml").read_text("utf-8"))
    return data


def grown(house: Path, root: Path, times: int) -> Path:
    """Make a house whose routes and steps stand `times` times under other names, each explained in every language."""
    copy_house(root, house)
    data = definition(root)
    steps, routes, pages = dict(data["steps"]), dict(data["routes"]), dict[str, str]()
    for route in routes.values():
        for stage, names in route.get("stages", {}).items():
            pages |= {name: data["stages"][stage]["page"] for name in names}
        for old, new in route.get("replace", {}).items():
            pages |= dict.fromkeys(_listed(new), pages[old])
    for n in range(2, times + 1):
        for name, step in steps.items():
            data["steps"][f"{name}-{n}"] = step
            for language in LANGUAGES:
                with (root / "docs" / language / pages[name]).open("a", encoding="utf-8") as page:
                    page.write(f"\n## Generated {{#{name}-{n} .step}}\n\nGenerated.\n")
        for name, route in routes.items():
            data["routes"][f"{name}-{n}"] = _renamed(route, n)
    text = yaml.dump(data, Dumper=_InFull, allow_unicode=True, sort_keys=False)
    (root / "docs/flow.yml").write_text(text, "utf-8")
    return root


def _listed(steps: str | list[str]) -> list[str]:
    return [steps] if isinstance(steps, str) else steps


def _renamed(route: dict[str, Any], n: int) -> dict[str, Any]:
    new = dict(route)
    if "stages" in route:
        new["stages"] = {stage: [f"{s}-{n}" for s in names] for stage, names in route["stages"].items()}
    if "like" in route:
        new["like"] = f"{route['like']}-{n}"
    if "drop" in route:
        new["drop"] = [f"{s}-{n}" for s in route["drop"]]
    if "replace" in route:
        new["replace"] = {f"{a}-{n}": [f"{b}-{n}" for b in _listed(bs)] for a, bs in route["replace"].items()}
    if "unseen" in route:
        new["unseen"] = {f"{step}-{n}": why for step, why in route["unseen"].items()}
    return new
