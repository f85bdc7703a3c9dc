"""Definitions built in code: small networks, chains of rewriting machines, routes that differ from the shipped one."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_network
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

from hypothesis import settings
from requestflow.model import reading
from requestflow.model.definition import LANGUAGES, VERBS, Flow, Language, Route, Service
from requestflow.model.places import SHOWN
from requestflow.problems import Problem, refuse
from requestflow.view import chart
from requestflow.view.chart import Arrow, Chart, Lane
from requestflow.view.view import View
from requestflow.world import packets
from requestflow.world.network import Network
from requestflow.world.services import Services
from requestflow.world.wire import Hop, Trip

ROOT = Path(__file__).parents[1]
RECORDINGS = ROOT / "docs/recordings"
steady = settings(deadline=None, derandomize=True)  # the same examples on every machine, however slow it is


def shipped() -> Flow:
    """Give the definition of the site."""
    return reading.read(ROOT / SHOWN, own=False)


TWO_ROUTES = ROOT / "tests/data/two-routes.yml"


def two_routes() -> Flow:
    """Give a definition as small as the article's: it stays as it is when the site's grows."""
    return reading.read(TWO_ROUTES)


def both(text: str) -> dict[str, str]:
    """Give one text for both languages."""
    return dict.fromkeys(LANGUAGES, text)


def label(long: str, short: str | None = None) -> dict[str, list[str]]:
    """Give one label for both languages."""
    return {language: [long, short or long] for language in LANGUAGES}


def participant(kind: str, interfaces: dict[str, Any], name: str = "someone", zone: str = "here", **more: Any) -> dict:
    return {"name": label(name), "kind": kind, "zone": zone, "interfaces": interfaces, "page": "x.md", **more}


SENTENCE = {"en": "It does something.", "zh": "做一件事。"}


def step(**keys: Any) -> dict:
    return {"label": label("does something"), "sentence": SENTENCE} | keys


def with_sentences(text: str) -> str:
    """Give the text of a definition in which every step has a sentence; each line stays where it is."""
    head, steps, rest = re.split(r"(?m)(^steps:\n(?:[ ].*\n|\n)*)", text, maxsplit=1)
    blocks = re.split(r"(?m)^(?=  [\w-]+:)", steps)
    said = f"sentence: {{en: {SENTENCE['en']}, zh: {SENTENCE['zh']}}}, "
    filled = [b if "sentence:" in b else re.sub(r"\blabel: (?=\{)", rf"{said}\g<0>", b, count=1) for b in blocks]
    return "".join([head, *filled, rest])


def world(participants: dict[str, dict], steps: dict[str, dict], **more: Any) -> Flow:
    """Give a definition with one route, 'way', whose only stage, 'all', has every step in the order given."""
    verbs = ("opens", "carries", "answers", "says", "handles")
    connections = {keys[verb]: {"name": both("talk")} for keys in steps.values() for verb in verbs if verb in keys}
    return Flow.model_validate(
        {
            "names": {},
            "ports": {"web": 80, "app": 8080},
            "zones": {"here": {"name": both("here")}},
            "participants": participants,
            "connections": connections,
            "stages": {"all": {"name": label("everything"), "page": "x.md"}},
            "steps": steps,
            "routes": {"way": {"name": both("way"), "page": "x.md", "network": "routed", "stages": {"all": [*steps]}}},
            **more,
        }
    )


def small(case: dict[str, Any], ports: dict[str, int]) -> Flow:
    """Give the definition of a file of data/cases: names, labels, pages are filled in, all steps in one route."""
    steps = {name: step(**keys) for name, keys in case["steps"].items()}
    verbs = [v for keys in steps.values() for v in VERBS if v in keys]
    connections = {keys[v]: {"name": both("talk")} for keys in steps.values() for v in verbs if v in keys}
    zones = {p["zone"]: {"name": both(p["zone"])} for p in case["participants"].values()}
    named = {who: {"name": label(who), "page": "x.md"} | p for who, p in case["participants"].items()}
    way = {"name": both("way"), "page": "x.md", "network": "routed", "stages": {"all": [*steps]}}
    way |= {key: case[key] for key in ("mode", "gone", "host-ports") if key in case}
    world = {key: case[key] for key in ("cluster", "services", "networks") if key in case}
    return reading.check({
        "names": {"pods": "10.244.0.0/16"},
        "ports": ports | case.get("ports", {}),
        "zones": zones,
        "participants": named,
        "connections": connections,
        "stages": {"all": {"name": label("everything"), "page": "x.md"}},
        "steps": steps,
        "routes": {"way": way},
    } | world)  # fmt: skip


def trips(flow: Flow) -> dict[str, Trip]:
    """Follow every route; raises FlowError with all that is wrong with them."""
    problems: list[Problem] = []
    found = packets.follow(flow, problems)
    refuse(problems)
    return found


def follow(flow: Flow, route: str = "way") -> list[Hop]:
    return packets.trip(flow, route).hops


def view(flow: Flow, route: str = "way", language: Language = "en") -> View:
    return View(flow, route, follow(flow, route), {}, language)


# -- other routes of the same world -----------------------------------------------------------------------------------
def with_route(flow: Flow, **changes: Any) -> Flow:
    """Add the route 'variant', which is like through-service but for these keys."""
    spec = {"name": both("variant"), "page": "x.md", "like": "through-service"} | changes
    return flow.model_copy(update={"routes": flow.routes | {"variant": Route.model_validate(spec)}})


def with_address(flow: Flow, old: str, new: str) -> Flow:
    """Put another address in the place of one, wherever it stands; prefixes stay."""
    written = flow.model_dump(mode="json", by_alias=True, exclude_none=True)
    for p in written["participants"].values():
        for device, listed in p["interfaces"].items():
            p["interfaces"][device] = [new + i[len(old) :] if i.partition("/")[0] == old else i for i in listed]
    for service in written["services"].values():
        if service.get("address") == old:
            service["address"] = new
    return Flow.model_validate(written)


def free_neighbour(flow: Flow, address: str) -> str:
    """Give an address that nobody has, in the same /24."""
    taken = {str(i.ip) for p in flow.participants.values() for listed in p.interfaces.values() for i in listed}
    taken |= {str(s.address) for s in flow.services.values()}
    network = ip_network(f"{address}/24", strict=False)
    return next(str(ip) for ip in reversed([*network.hosts()]) if str(ip) not in taken)


# -- chains -----------------------------------------------------------------------------------------------------------
Rewrite = Literal["", "dnat", "snat", "dnat snat"]


@dataclass(frozen=True)
class Chain:
    """A client, machines in a row that may rewrite, a server; the answer takes the same way back."""

    rewrites: Sequence[Rewrite]
    by_service: bool = False  # whether the client calls a Service's address, if anything rewrites destinations

    @property
    def machines(self) -> list[str]:
        return [f"machine-{i}" for i in range(len(self.rewrites))]

    @property
    def line(self) -> list[str]:
        return ["client", *self.machines, "server"]

    def steps(self) -> dict[str, dict]:
        """Give every step in order: moves are called to-WHO and back-to-WHO, undoing undo-WHO."""
        dnats = [m for m, r in zip(self.machines, self.rewrites, strict=True) if "dnat" in r]
        called = "service" if dnats and self.by_service else [*dnats, "server"][0]
        there: dict[str, dict] = {}
        for i, (source, to) in enumerate(pairwise(self.line)):
            if i == 0:
                there[f"to-{to}"] = step(opens="talk", **{"from": source}, to=to, packet=f"client:A > {called}:web")
                continue
            rewrite = self.rewrites[i - 1]
            if "dnat" in rewrite:
                onward = [*dnats, "server"][dnats.index(source) + 1]
                there[f"dnat-{source}"] = step(carries="talk", at=source, dnat=f"{onward}:app")
            if "snat" in rewrite:
                there[f"snat-{source}"] = step(carries="talk", at=source, snat=f"masquerade:{chr(ord('B') + i)}")
            there[f"to-{to}"] = step(carries="talk", **{"from": source}, to=to)
        back: dict[str, dict] = {}
        for source, to in pairwise(reversed(self.line)):
            if source != "server" and self.rewrites[self.machines.index(source)]:
                back[f"undo-{source}"] = step(answers="talk", at=source)
            back[f"back-to-{to}"] = step(answers="talk", **{"from": source}, to=to)
        return there | back

    def flow(self, order: Sequence[str] | None = None, straight_back: str | None = None) -> Flow:
        """Give the definition; its route has every step, or the steps of `order`.

        Each link has a range of its own. `straight_back` is a machine that reaches the client without the others.
        """
        links = {f"link-{i}": f"10.0.{i}.0/24" for i in range(len(self.line))}
        participants = {"client": participant("client", {"eth0": "10.0.0.1/24"})}
        for i, machine in enumerate(self.machines):
            ends = {"in": f"10.0.{i}.2/24", "out": f"10.0.{i + 1}.1/24"}
            participants[machine] = participant("nat-gateway", ends)
        last = len(self.machines)
        participants["server"] = participant("app", {"eth0": f"10.0.{last}.2/24"}, listens=["web", "app"])
        tables = self._tables()
        if straight_back:
            tables[straight_back] |= {"client.eth0": "direct"}
        port = {"port": "web", "target": "app"}
        service = {"name": "a/b", "address": "10.96.0.1", "ports": [port], "endpoints": ["server"]}
        flow = world(
            participants,
            self.steps(),
            services={"service": service},
            networks={"routed": {"routes": tables}},
            names=links,
        )
        return flow if order is None else reordered(flow, order)

    def _tables(self) -> dict[str, dict[str, str]]:
        """To the right by default, to the left by link."""
        tables = {"client": {"default": "machine-0.in"}, "server": {"default": f"{self.machines[-1]}.out"}}
        for i, machine in enumerate(self.machines):
            right = f"{self.line[i + 2]}.in" if i + 1 < len(self.machines) else "server"
            tables[machine] = {"default": right} | {f"link-{k}": f"{self.line[i]}.out" for k in range(i) if i}
        return tables


def reordered(flow: Flow, order: Sequence[str]) -> Flow:
    """Give the same definition with other steps in its route."""
    way = flow.routes["way"].model_copy(update={"stages": {"all": list(order)}})
    return flow.model_copy(update={"routes": {"way": way}})


# -- diagrams ---------------------------------------------------------------------------------------------------------
def charts(flow: Flow) -> dict[str, Chart]:
    """Give every diagram a definition can show, by a file name."""
    hops = {name: t.hops for name, t in trips(flow).items()}
    every: dict[str, Chart] = {}
    for language in LANGUAGES:
        views = [View(flow, route, hops[route], {}, language) for route in flow.routes]
        drawn = [chart.of_route(v, s.id, width) for v in views for s in v.stages for width in chart.WIDTHS]
        drawn += [chart.of_route(v, None, "whole") for v in views]
        drawn += [
            chart.of_procedure(name, procedure, language, width)
            for name, procedure in flow.procedures.items()
            for width in chart.WIDTHS
        ]
        every |= {f"{c.id}-{language}": c for c in drawn}
    return every


def said(texts: Sequence[str], name: str = "someone", zone: str = "here", title: str = "a title") -> Chart:
    """Give a diagram in which two participants say these texts in turn."""
    lanes = (Lane("one", name, "zone", zone), Lane("two", name, "zone", zone))
    ends = (("one", "two"), ("two", "one"), ("one", "one"))
    arrows = tuple(
        Arrow(f"step-{n}", n, *ends[n % 3], words=(text,), answer=n % 2 == 0) for n, text in enumerate(texts, 1)
    )
    return Chart("said", title, title, "wide", lanes, arrows)


def service_of(flow: Flow, route: Route, name: str) -> Service:
    """Give a Service as a route has it."""
    return Services.of(flow, route, Network(flow, route))[name]
