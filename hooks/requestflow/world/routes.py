"""A route as written → its steps with every role filled by a machine of the example world."""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache, partial
from ipaddress import IPv4Address, IPv6Address, ip_address

from ..model.definition import Flow, Route, ServiceChange, Step
from ..problems import FlowError, Problem, gathering, nearest

ASKED = 4096  # texts of which it is known whether an address is typed in them
ROLE = re.compile(r"\{([a-z][a-z0-9-]*)(?:\.(node|zone))?\}")


@dataclass(frozen=True)
class Stop:
    """One step of one route: who, where and what, with participants in the place of roles."""

    id: str
    stage: str
    step: Step
    source: str | None
    to: str | None
    at: str | None
    packet: tuple[str, str, str] | None  # source and destination as WHO:PORT, and the protocol, if written
    dnat: str | None
    snat: str | None


def settle(flow: Flow, name: str) -> Route:
    """Give the route with what it takes from the route it is like; raises FlowError."""
    if name not in flow.settled:
        flow.settled[name] = _settle(flow, name)
    return flow.settled[name]


def _settle(flow: Flow, name: str) -> Route:
    """The same, worked out anew."""
    route = flow.routes[name]
    if route.like is None:
        return route
    base = settle(flow, route.like)
    listed = [s for steps in base.stages.values() for s in steps]
    problems = [
        Problem(
            flow.place("routes", name, key, where),
            f"route '{name}' changes the step '{step}', which is not in '{route.like}'.",
            nearest(step, listed) or "Delete the line.",
        )
        for key, wheres in (
            ("drop", enumerate(route.drop)),
            ("replace", zip(route.replace, route.replace, strict=True)),
        )
        for where, step in wheres
        if step not in listed
    ]
    problems += [
        Problem(
            flow.place("routes", name, "restage", stage),
            f"route '{name}' renames the stage '{stage}', which is not in '{route.like}'.",
            nearest(stage, base.stages) or "Delete the line.",
        )
        for stage in route.restage
        if stage not in base.stages
    ]
    problems += [
        Problem(
            flow.place("routes", name, "restage", old),
            f"route '{name}' renames the stage '{old}' to '{new}', which it has already.",
            "Choose another stage.",
        )
        for old, new in route.restage.items()
        if new in base.stages and new not in route.restage
    ]
    problems += [
        Problem(
            flow.place("routes", name, "replace", old),
            f"route '{name}' replaces '{old}' with '{new}', which it has already.",
            "A route takes a step once.",
        )
        for old in route.replace
        for new in _instead(route, old)
        if new in listed and new != old and new not in route.drop and new not in route.replace
    ]
    problems += _changes_lost(flow, name, base)
    if problems:
        raise FlowError(*problems)
    stages = {
        route.restage.get(stage, stage): [new for s in steps if s not in route.drop for new in _instead(route, s)]
        for stage, steps in base.stages.items()
    }
    return base.model_copy(
        update={
            "name": route.name,
            "page": route.page,
            "draft": route.draft,
            "roles": base.roles | route.roles,
            "network": route.network or base.network,
            "services": _services(base, route),
            "mode": route.mode or base.mode,
            "host_ports": base.host_ports | route.host_ports,
            "gone": [*base.gone, *route.gone],
            "stages": {stage: steps for stage, steps in stages.items() if steps},
            "recordings": route.recordings,
            "dies": base.dies | route.dies,
            "unseen": route.unseen,
        }
    )


def _changes_lost(flow: Flow, name: str, base: Route) -> Iterator[Problem]:
    """What a route changes about another one in two ways at once, or by which nothing changes."""
    route = flow.routes[name]
    for i, step in enumerate(route.drop):
        if step in route.replace:
            what = f"route '{name}' both drops and replaces the step '{step}'."
            yield Problem(flow.place("routes", name, "drop", i), what, "Delete one of the two.")
        elif step in route.drop[:i]:
            what = f"route '{name}' drops the step '{step}' twice."
            yield Problem(flow.place("routes", name, "drop", i), what, "Delete one of the two.")
    for step, instead in route.replace.items():
        if instead == [step]:
            what = f"route '{name}' replaces the step '{step}' with itself."
            yield Problem(flow.place("routes", name, "replace", step), what, "Delete the line.")
    new, dropped = dict[str, str](), set(route.drop) - set(route.replace)
    for old, stage in route.restage.items():
        place = flow.place("routes", name, "restage", old)
        if old == stage:
            what = f"route '{name}' renames the stage '{old}' to itself."
            yield Problem(place, what, "Delete the line.")
        elif (first := new.setdefault(stage, old)) != old:
            what = f"route '{name}' renames both '{first}' and '{old}' to '{stage}'."
            yield Problem(place, what, "A stage stands in a route once: choose another.")
        elif old in base.stages and all(s in dropped for s in base.stages[old]):
            what = f"route '{name}' renames the stage '{old}', but drops every step of it."
            yield Problem(place, what, "Delete the line.")


def _services(base: Route, route: Route) -> dict[str, ServiceChange]:
    """What both routes change about each Service; the later word counts."""
    out = dict(base.services)
    for name, change in route.services.items():
        later = {k: getattr(change, k) for k in change.model_fields_set}
        out[name] = out[name].model_copy(update=later) if name in out else change
    return out


def _instead(route: Route, step: str) -> list[str]:
    return route.replace.get(step, [step])


def stops(flow: Flow, name: str) -> list[Stop]:
    """Give the steps of a route in order; raises FlowError with every fault. A move to the same machine vanishes."""
    route = settle(flow, name)
    used, told = set[str](), set[str]()
    problems: list[Problem] = []
    out = []
    for stage, step_ids in route.stages.items():
        for step_id in step_ids:
            with gathering(problems):
                if stop := _stop(stage, _Filler(flow, name, route, step_id, used, told)):
                    out.append(stop)
    problems += _unfilled(flow, name, route)
    used |= _roles_of_the_network(flow, route)
    for role in flow.routes[name].roles:
        if role not in used:
            what = f"route '{name}' fills the role '{role}', which none of its steps has."
            fix = nearest(role, used) or "Delete it."
            problems.append(Problem(flow.place("routes", name, "roles", role), what, fix))
    if problems:
        raise FlowError(*problems)
    return out


def _stop(stage: str, fill: "_Filler") -> Stop | None:
    """One step with its roles filled; nothing where it has vanished."""
    step = fill.flow.steps[fill.step_id]
    source, to = fill.participant(step.source, "from"), fill.participant(step.to, "to")
    if source and source == to and step.verb in ("carries", "answers"):
        return None
    if source and source == to:
        raise fill.sends_to_itself(source)
    at, dnat, snat = fill.participant(step.at, "at"), fill(step.dnat, "dnat"), fill(step.snat, "snat")
    packet = _packet(fill(step.packet, "packet"))
    return Stop(fill.step_id, stage, step, source, to, at, packet, dnat, snat)


def _unfilled(flow: Flow, name: str, route: Route) -> Iterator[Problem]:
    """Roles that a route's network names and the route does not fill."""
    for role in sorted(_roles_of_the_network(flow, route) - set(route.roles)):
        what = f"route '{name}' does not fill the role '{role}', which its network '{route.network}' names."
        yield Problem(flow.place("routes", name, "network"), what, f"Fill it under routes.{name}.roles.")


def _packet(written: str | None) -> tuple[str, str, str] | None:
    """`WHO:PORT > WHO:PORT/udp` → its parts."""
    if written is None:
        return None
    ends, _, protocol = written.partition("/")
    src, dst = ends.split(" > ")
    return src, dst, protocol


def _roles_of_the_network(flow: Flow, route: Route) -> set[str]:
    """The roles that the routing tables of a route's network name."""
    written: list[str] = []
    at = route.network
    seen: set[str] = set()
    while at in flow.networks and at not in seen:
        seen.add(at)
        network = flow.networks[at]
        for who, table in network.routes.items():
            written += [who, *table, *(via.to for via in table.values())]
        written += [w for f in network.filters for w in (f.at, f.source, f.to) if w]
        at = network.like
    return {m[1] for text in written if "{" in text for m in ROLE.finditer(text)}


@lru_cache(ASKED)
def typed_address(written: str) -> IPv4Address | IPv6Address | None:
    """Give the address that is typed in the place of a name, alone or with a port; None where none is."""
    for text in (written, written.rpartition(":")[0]):
        with suppress(ValueError):
            return ip_address(text.strip("[]").partition("/")[0])
    return None


def name_of(flow: Flow, address: IPv4Address | IPv6Address, interfaces: bool = True) -> str:
    """Say what to write in the place of an address."""
    owners = [
        f"{who}.{device}" if interfaces else who
        for who, p in flow.participants.items()
        for device, listed in p.interfaces.items()
        if address in [i.ip for i in listed]
    ]
    owners += [who for who, service in flow.services.items() if service.address == address]
    return f"Write {' or '.join(owners)} in its place." if owners else "Name a participant or a Service."


@dataclass
class _Filler:
    """Puts participants in the place of roles in one step; a role that does not fit is told once in a route."""

    flow: Flow
    route_name: str
    route: Route
    step_id: str
    used: set[str]
    told: set[str]

    def __call__(self, text: str | None, key: str) -> str | None:
        """Replace `{role}` and `{role.node}` in a text."""
        return text and ROLE.sub(partial(self._fill, key), text)

    def _fill(self, key: str, m: re.Match[str]) -> str:
        role, who = m[1], self.route.roles.get(m[1])
        self.used.add(role)
        if who is None:
            fix = nearest(role, self.route.roles) or f"Fill it under routes.{self.route_name}.roles."
            raise self._wrong(role, key, f"the role '{role}' is not filled.", fix)
        if m[2] == "zone":
            raise self._error(key, f"'{m[0]}' is a place, not a participant.", "Drop '.zone', or write '.node'.")
        if m[2] != "node":
            return who
        if who not in self.flow.participants:
            what = f"the role '{role}' is filled with '{who}', which is no participant."
            raise self._wrong(role, key, what, "Fill it with one that is on a node.")
        node = self.flow.participants[who].node
        if node is None:
            fix = f"Give participants.{who} a 'node', or fill the role '{role}' with another."
            raise self._wrong(role, key, f"'{who}' is on no node.", fix)
        return node

    def participant(self, text: str | None, key: str) -> str | None:
        """Replace roles, and refuse what is no participant: API objects and Services touch no packet."""
        who = self(text, key)
        if who is None or who in self.flow.participants:
            return who
        what, fix = self._no_participant(who)
        role = ROLE.fullmatch(text or "")
        raise self._wrong(role[1], key, what, fix) if role else self._error(key, what, fix)

    def _no_participant(self, who: str) -> tuple[str, str]:
        if (address := typed_address(who)) is not None:
            return f"'{who}' is a typed address.", name_of(self.flow, address, interfaces=False)
        if who in self.flow.objects:
            fix = "Name the participant that acts on it, such as a kernel or a proxy."
            return f"'{who}' is an API object; no packet ever reaches one.", fix
        if who in self.flow.services:
            fix = "Name the participant whose rules rewrite it."
            return f"'{who}' is a Service, whose address nobody owns.", fix
        if who in self.flow.ports:
            return f"'{who}' is a port, not a participant.", "Name the participant that has it."
        return f"unknown participant '{who}'.", nearest(who, self.flow.participants) or "Add it to participants."

    def _wrong(self, role: str, key: str, what: str, fix: str) -> FlowError:
        error = self._error(key, what, fix) if role not in self.told else FlowError()
        self.told.add(role)
        return error

    def _error(self, key: str, what: str, fix: str) -> FlowError:
        place = self.flow.place("steps", self.step_id, key)
        return FlowError(Problem(place, f"route '{self.route_name}', step '{self.step_id}': {what}", fix))

    def sends_to_itself(self, who: str) -> FlowError:
        """Say that both ends of what is no mere passing on are one."""
        fix = "Name two participants; roles may have made them one."
        return self._error("to", f"'{who}' sends to itself.", fix)
