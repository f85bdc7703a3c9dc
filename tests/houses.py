"""Houses: copies of everything a build reads, to build and to break.

Not in conftest.py: `from conftest import …` gives another file once pytest has met a second conftest.py.
"""

import json
import os
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import pytest

from tools.machine import CALM, ROOT, copy_house, python

__all__ = ["CALM", "ROOT", "Built", "build", "copy_house", "edit", "required", "slow"]
ADDRESS = "https://example.org/docs/2.0/"  # below a path of another host
REPOSITORY = "https://example.net/o/r/"
LONGEST = 300  # s that another process may take for a site


@dataclass(frozen=True)
class Built:
    """What a build said and left behind."""

    code: int
    said: str
    site: Path


def slow(*values: Any) -> Any:
    """Give values of a case that is looked at only where slow tests run too."""
    return pytest.param(*values, marks=pytest.mark.slow)


def build(house: Path, *arguments: str, **environment: str) -> Built:
    """Run `mkdocs build --strict` in a house."""
    run = python(house, "-m", "mkdocs", "build", "--strict", *arguments, **environment)
    return Built(run.returncode, run.stdout, house / "site")


def once(
    folders: pytest.TempPathFactory, name: str, change: Callable[[Path], object] | None = None, **environment: str
) -> Built:
    """Build a house without a mistake, once for all processes of a run; the others wait for it."""
    top = folders.getbasetemp()
    house = (top.parent if "PYTEST_XDIST_WORKER" in os.environ else top) / f"house-{name}"
    done = house.with_suffix(".json")
    try:
        house.mkdir()
    except FileExistsError:
        end = time.monotonic() + LONGEST
        while not done.exists():
            assert time.monotonic() < end, f"no other process has built {house}"
            time.sleep(0.2)
    else:
        (change or Path)(copy_house(house))
        result = build(house, **environment)
        done.with_suffix(".new").write_text(json.dumps([result.code, result.said]), "utf-8")
        done.with_suffix(".new").rename(done)
    code, said = json.loads(done.read_text("utf-8"))
    assert code == 0, said
    return Built(code, said, house / "site")


def edit(file: Path, old: str, new: str) -> None:
    """Replace one piece of text that must be there."""
    text = file.read_text("utf-8")
    assert old in text, f"{old!r} is not in {file}"
    file.write_text(text.replace(old, new, 1), "utf-8", newline="\n")


THIRD_NODE = """
  node-3:
    name: {en: [node-3 kernel, kernel], zh: [node-3 内核, 内核]}
    kind: kernel
    zone: node-3
    interfaces: {eth0: 192.0.2.13/24, cni0: 10.244.3.1/24, flannel.1: 10.244.3.0/32}
    page: request/service.md
  shop-3:
    name: {en: [third shop Pod, shop-3], zh: [第三个 shop Pod, shop-3]}
    kind: app
    zone: node-3
    node: node-3
    interfaces: {eth0: 10.244.3.31/24}
    listens: [app]
    page: request/service.md

objects:"""
THIRD_ROUTE = """
  third-node:
    name: {en: To a third node, zh: 到第三个节点}
    page: request/pod.md
    like: through-service
    roles: {entry: node-2, endpoint: shop-3}

procedures:"""


def with_other_zones(house: Path) -> Path:
    """Add a third node and a route to it, call the zone 'edge' 'vpc', and give it the name of the zone 'outside'."""
    flow = house / "docs/flow.yml"
    text = re.sub(r"(?m)^(\s*)zone: edge$", r"\1zone: vpc", flow.read_text("utf-8"))
    text = re.sub(r"(?m)^  outside: +(.*)\n  edge: .*$", r"  outside: \1\n  vpc: \1", text)
    text = text.replace("endpoints: [shop-1, shop-2]", "endpoints: [shop-1, shop-2, shop-3]")
    text = re.sub(r"\n  pods-2: .*", r"\g<0>\n  pods-3: 10.244.3.0/24", text, count=1)
    text = re.sub(r"(\n      \S+: +)\{(pods-1: node-1|pods-2: node-2), ", r"\1{\2, pods-3: node-3, ", text)
    flow.write_text(text, "utf-8", newline="\n")
    to_others = "{pods-1: node-1, pods-2: node-2, default: load-balancer.inside}"
    node_2 = "      node-2:        {pods-1: node-1, pods-3: node-3, default: load-balancer.inside}\n"
    edit(flow, node_2, f"{node_2}      node-3:        {to_others}\n")
    edit(flow, "\n  node-2:  {name:", "\n  node-3:  {name: {en: node-3, zh: node-3}}\n  node-2:  {name:")
    edit(flow, "\nobjects:", THIRD_NODE)
    edit(flow, "\nprocedures:", THIRD_ROUTE)
    for language in ("en", "zh"):
        with (house / f"docs/{language}/request/pod.md").open("a", encoding="utf-8", newline="\n") as page:
            parts = ("ladder", "map", "pictures", "destinations", "captures")
            page.write("".join(f"\n<!-- flow:{part} third-node -->\n" for part in parts))
    return house


def required(what: str, variable: str = "BROWSER_REQUIRED") -> NoReturn:
    """Skip what this machine cannot do, or fail where it must be able to."""
    if os.environ.get(variable):
        pytest.fail(f"{what}, and {variable} is set")
    pytest.skip(f"{what}; set {variable}=1 to make this a failure")
