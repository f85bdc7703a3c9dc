"""Every route, changed in one place: what could not happen is refused; what can happen all the same stands in a list.

Dropped are single steps; swapped are neighbours; replaced are who sends, who receives and where (`from`, `to`, `at`),
endpoints and their ports, what is called, the machines that fill roles, the endpoints and policies of Services, and the
network. data/can-happen.yml says for each accepted kind why it can happen.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest
import worlds
import yaml
from pydantic import ValidationError
from requestflow.model.definition import Flow, Policy, Route, Step
from requestflow.problems import FlowError
from requestflow.world import packets
from requestflow.world.routes import ROLE, settle
from requestflow.world.wire import Trip

FLOW = worlds.shipped()
CAN_HAPPEN: dict[str, dict[str, str]] = yaml.safe_load(
    (Path(__file__).parent / "data/can-happen.yml").read_text("utf-8")
)


@dataclass(frozen=True)
class Mutant:
    """A changed definition, and what was changed, as `kind step: old -> new`."""

    what: str
    flow: Flow


def whole(name: str) -> Route:
    """Give a route written out, so that it can be changed by itself."""
    free: dict[str, Any] = {"like": None, "replace": {}, "drop": [], "restage": {}}
    return settle(FLOW, name).model_copy(update=free)


def with_route(name: str, route: Route, flow: Flow = FLOW) -> Flow:
    return flow.model_copy(update={"routes": {name: route}})


def stages(order: list[tuple[str, str]]) -> dict[str, list[str]]:
    out: dict[str, list[str]] = {}
    for stage, step in order:
        out.setdefault(stage, []).append(step)
    return out


# -- the kinds of change ----------------------------------------------------------------------------------------------
def shorter_and_swapped(name: str, route: Route) -> Iterator[Mutant]:
    order = [(stage, step) for stage, steps in route.stages.items() for step in steps]

    def again(new: list[tuple[str, str]], what: str) -> Mutant:
        return Mutant(what, with_route(name, route.model_copy(update={"stages": stages(new)})))

    for i, (_, step) in enumerate(order):
        yield again(order[:i] + order[i + 1 :], f"drop {step}")
    for i in range(len(order) - 1):
        (s1, a), (s2, b) = order[i], order[i + 1]
        yield again([*order[:i], (s1, b), (s2, a), *order[i + 2 :]], f"swap {a} {b}")


def replaced(name: str, route: Route) -> Iterator[Mutant]:
    """Every participant, endpoint and port in a step, by every other."""
    roles = route.roles
    for steps in route.stages.values():
        for step_id in steps:
            step = FLOW.steps[step_id]
            for key, old, new in [*_others(step, roles), *_other_ends(step, roles)]:
                written = step.model_dump(by_alias=True, exclude_defaults=True) | {key: new}
                try:
                    changed = Step.model_validate(written)
                except ValidationError:
                    continue
                flow = FLOW.model_copy(update={"steps": FLOW.steps | {step_id: changed}})
                yield Mutant(f"{key} {step_id}: {old} -> {new}", with_route(name, route, flow))


def _filled(text: str, roles: dict[str, str]) -> str:
    def fill(m: Any) -> str:
        who = roles.get(m[1], m[0])
        return (FLOW.participants[who].node or who) if m[2] == "node" and who in FLOW.participants else who

    return ROLE.sub(fill, text)


def _others(step: Step, roles: dict[str, str]) -> Iterator[tuple[str, str, str]]:
    for key, written in (("from", step.source), ("to", step.to), ("at", step.at)):
        if written:
            old = _filled(written, roles)
            yield from ((key, old, who) for who in FLOW.participants if who != old)


def _other_ends(step: Step, roles: dict[str, str]) -> Iterator[tuple[str, str, str]]:
    """Other machines and other ports in `dnat` and in the destination of `packet`."""
    for key, written in (("dnat", step.dnat), ("packet", step.packet)):
        if not written:
            continue
        head, _, end = (
            _filled(written, roles).rpartition("> ") if key == "packet" else ("", "", _filled(written, roles))
        )
        head = f"{head}> " if key == "packet" else ""
        who, _, port = end.partition(":")
        for other in (*FLOW.participants, *FLOW.services):
            if other != who:
                yield key, end, f"{head}{other}:{port}"
        for other in FLOW.ports:
            if other != port.partition("/")[0]:
                yield key, end, f"{head}{who}:{other}"


def other_worlds(name: str, route: Route) -> Iterator[Mutant]:
    """Other machines in roles, other networks, other endpoints and policies."""
    for role, filler in route.roles.items():
        kinds: list[dict[str, Any]] = [dict(FLOW.participants), dict(FLOW.ports), dict(FLOW.services)]
        same = next(k for k in kinds if filler in k)
        for other in same:
            if other != filler:
                roles = route.roles | {role: other}
                yield Mutant(
                    f"role {role}: {filler} -> {other}", with_route(name, route.model_copy(update={"roles": roles}))
                )
    for other in FLOW.networks:
        if other != route.network:
            changed = route.model_copy(update={"network": other})
            yield Mutant(f"network {route.network} -> {other}", with_route(name, changed))
    yield from _other_services(name, route)


def _other_services(name: str, route: Route) -> Iterator[Mutant]:
    plain = route.model_copy(update={"services": {}})
    held = {service_id: worlds.service_of(FLOW, route, service_id) for service_id in FLOW.services}
    for service_id, service in held.items():
        external: Policy = "Local" if service.external == "Cluster" else "Cluster"
        internal: Policy = "Local" if service.internal == "Cluster" else "Cluster"
        every = [type(e)(pod=p) for p in FLOW.participants for e in service.endpoints[:1] if FLOW.participants[p].node]
        changes: dict[str, dict[str, Any]] = {
            f"external -> {external}": {"external": external},
            f"internal -> {internal}": {"internal": internal},
            "endpoints -> none": {"endpoints": []},
        }
        changes |= {
            f"endpoints -> {e.pod}": {"endpoints": [e]} for e in every if [e.pod] != [x.pod for x in service.endpoints]
        }
        for what, change in changes.items():
            flow = FLOW.model_copy(update={"services": held | {service_id: service.model_copy(update=change)}})
            yield Mutant(f"service {service_id} {what}", with_route(name, plain, flow))


# -- the judgement ----------------------------------------------------------------------------------------------------
def followed(flow: Flow, name: str) -> Trip | None:
    try:
        return packets.trip(flow, name)
    except FlowError:
        return None


def seen(trip: Trip) -> list[tuple[str, ...]]:
    """What a reader is shown of a route."""
    return [(h.id, h.source, h.to, str(h.before), str(h.after), *map(str, h.envelopes)) for h in trip.hops]


def accepted(name: str) -> dict[str, Trip]:
    """Give every mutant of a route that is followed to its end and shows something else than the route does."""
    before = followed(FLOW, name)
    assert before is not None
    route, out = whole(name), dict[str, Trip]()
    for kind in (shorter_and_swapped, replaced, other_worlds):
        for mutant in kind(name, route):
            after = followed(mutant.flow, name)
            if after is not None and seen(after) != seen(before):
                out[mutant.what] = after
    return out


def reason(name: str, what: str) -> str | None:
    """Why this can happen, from the list."""
    for routes, known in CAN_HAPPEN.items():
        if any(fnmatchcase(name, r) for r in routes.split()):
            for pattern, why in known.items():
                if fnmatchcase(what, pattern):
                    return why
    return None


@pytest.mark.parametrize("name", FLOW.routes)
def test_what_could_not_happen_is_refused(name: str):
    assert [what for what in accepted(name) if reason(name, what) is None] == []
