"""What a route says about its world that changes nothing, or that its Services could not be."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ..model.admitted import shared, unfit
from ..model.definition import Flow, ServiceChange
from ..problems import Problem
from .network import with_its_stack
from .routes import settle
from .services import Services
from .stacks import Stacks
from .wire import Trip


@dataclass(frozen=True)
class Effects:
    """One followed route, and what its packets have met."""

    flow: Flow
    name: str
    stacks: Stacks

    def impossible(self) -> Iterator[Problem]:
        """Give the Services that no API server would take, or that nobody could tell apart, as this route has them."""
        services, changes = self.stacks.services, self.flow.routes[self.name].services
        every = {name: services[name] for name in self.flow.services}
        for name in (n for n in changes if n in every):
            yield from self._told(unfit(name, every[name], self._place))
        if changes:
            yield from self._told(shared(self.flow, every, self._place))

    def _place(self, service: str, key: str) -> str:
        return self.flow.place("routes", self.name, "services", service, key)

    def _told(self, problems: Iterable[Problem]) -> Iterator[Problem]:
        for p in problems:
            yield Problem(p.place, f"route '{self.name}': {p.what}", p.fix)

    def idle(self, opened: Iterable[str]) -> Iterator[Problem]:
        """Give what is written in this route and meets none of its packets."""
        flow, route = self.flow, self.flow.routes[self.name]
        for i, who in enumerate(route.gone):
            if not self.stacks.network.missed.intersection(with_its_stack(flow, [who])):
                what = f"route '{self.name}' says that '{who}' is gone, but no packet of it would go there."
                yield Problem(flow.place("routes", self.name, "gone", i), what, "Delete it.")
        for outside in route.host_ports:
            if outside not in self.stacks.led:
                what = f"route '{self.name}' has the host port '{outside}', which no packet of it meets."
                yield Problem(flow.place("routes", self.name, "host-ports", outside), what, "Delete it.")
        for connection in route.dies:
            if connection not in opened:
                what = f"route '{self.name}' says that '{connection}' dies, but never opens it."
                yield Problem(flow.place("routes", self.name, "dies", connection), what, "Delete it.")
        yield from self._idle_likeness()
        yield from self._idle_changes()

    def _idle_likeness(self) -> Iterator[Problem]:
        """A network and roles that the other route has too, and a mode where both modes do the same."""
        route = self.flow.routes[self.name]
        if route.mode and not self.stacks.decided:
            what = f"route '{self.name}' has the mode '{route.mode}', but both modes decide alike in it."
            yield Problem(self.flow.place("routes", self.name, "mode"), what, "Delete the line.")
        base = settle(self.flow, route.like) if route.like else None
        if base and route.network == base.network:
            what = f"route '{self.name}' has the network '{route.network}', as '{route.like}' has."
            yield Problem(self.flow.place("routes", self.name, "network"), what, "Delete the line.")
        for role in [role for role, who in route.roles.items() if base and base.roles.get(role) == who]:
            what = f"route '{self.name}' fills the role '{role}' with '{route.roles[role]}', as '{route.like}' does."
            yield Problem(self.flow.place("routes", self.name, "roles", role), what, "Delete it.")

    def _idle_changes(self) -> Iterator[Problem]:
        route, met = self.flow.routes[self.name], self.stacks.services.met
        network = self.stacks.network
        before = Services(self.flow, network)
        if route.like:
            before = Services.of(self.flow, settle(self.flow, route.like), network)
        for name, change in route.services.items():
            written = {key for key in change.model_fields_set if getattr(change, key) is not None}
            for key in [key for key in written if _same(getattr(change, key), getattr(before[name], key))]:
                alias = ServiceChange.model_fields[key].alias or key
                what = f"route '{self.name}' changes '{alias}' of '{name}' to what it is already."
                yield Problem(self._place(name, alias), what, "Delete it.")
            if not written or name not in met:
                why = "but changes nothing about it" if not written else "which no packet of it meets"
                what = f"route '{self.name}' names the Service '{name}', {why}."
                yield Problem(self.flow.place("routes", self.name, "services", name), what, "Delete it.")


def _same(new: object, old: object) -> bool:
    """Whether two values of a Service mean the same; the order of a list means nothing."""
    if isinstance(new, list) and isinstance(old, list):
        return len(new) == len(old) and all(one in old for one in new)
    return new == old


def idle_filters(flow: Flow, trips: dict[str, Trip]) -> Iterator[Problem]:
    """Give the filters that no packet of any route meets; none of a network whose routes are not all followed."""
    met = {id(rule) for trip in trips.values() for rule in trip.met}
    for name, network in flow.networks.items():
        routes = [r for r in flow.routes if name in _and_bases(flow, settle(flow, r).network)]
        if routes and all(r in trips for r in routes):
            for i in [i for i, rule in enumerate(network.filters) if id(rule) not in met]:
                what = f"no packet of any route meets this filter of the network '{name}'."
                fix = "Mend who, where and which port it names, or delete it; the first that matches counts."
                yield Problem(flow.place("networks", name, "filters", i), what, fix)


def _and_bases(flow: Flow, name: str | None) -> list[str]:
    """A network and those it is like."""
    found: list[str] = []
    while name in flow.networks and name not in found:
        found.append(name)
        name = flow.networks[name].like
    return found
