"""Follow the packet: derive every address of a route, both ways, and refuse what cannot happen.

A connection is opened with a source and a destination. Each stack on its way asks its rules (`services.py`), its
filters and its routing table (`network.py`); the author only says which of that is shown. The answer starts with both
ends exchanged, is routed like any packet, and has every rewrite undone where its entry stands. That is what Linux
connection tracking does (nf_nat in the kernel; RFC 3022 names the address pairs), and what `docs/recordings/` shows.
"""

from ..model.definition import Flow
from ..model.unused import unused
from ..problems import FlowError, Problem, gathering
from .effects import Effects, idle_filters
from .flight import Flight, Refused
from .moves import Moves
from .network import NoSuchPlaces
from .rewrites import Rewrites
from .routes import Stop, settle, stops
from .stacks import Stacks
from .talk import Talk
from .wire import Hop, Packet, Session, Trip


def trip(flow: Flow, name: str) -> Trip:
    """Follow one route; raises FlowError with everything on it that cannot happen."""
    try:
        follower = _Follower(flow, name)
    except NoSuchPlaces as error:
        raise FlowError(
            *(Problem(flow.place("networks", *e.path), f"network '{e.path[0]}' {e.what}", e.fix) for e in error.every)
        ) from None
    follower.check_names()
    follower.problems += follower.effects.impossible()
    hops = [hop for i in range(len(follower.stops)) if (hop := follower.step(i))]
    sessions = follower.finish()
    if follower.problems:
        raise FlowError(*follower.problems)
    return Trip(name, hops, sessions, tuple(follower.stacks.network.met))


def follow(flow: Flow, problems: list[Problem]) -> dict[str, Trip]:
    """Follow every route; give those that can happen, and add what is wrong with others, and what no route uses."""
    trips = {}
    for name in flow.routes:
        with gathering(problems):
            trips[name] = trip(flow, name)
    problems += unused(flow)
    with gathering(problems):  # a route that cannot be settled is told above
        problems += idle_filters(flow, trips)
    return trips


class _Follower:
    """One route being followed. A connection that cannot go on is lost: its other steps are passed over."""

    def __init__(self, flow: Flow, route: str) -> None:
        self.flow, self.route = flow, route
        self.stops = stops(flow, route)
        self.settled = settle(flow, route)
        self.stacks = Stacks(flow, self.settled, self.stops)
        self.effects = Effects(flow, route, self.stacks)
        self.moves, self.rewrites, self.talk = Moves(self.stacks), Rewrites(self.stacks), Talk(self.stacks)
        self.flights: dict[str, Flight] = {}
        self.lost: set[str] = set()
        self.problems: list[Problem] = []

    def check_names(self) -> None:
        """Look up every name first: one that nothing has is told even where the packet never comes."""
        for stop in self.stops:
            src, dst, _ = stop.packet or (None, None, None)
            for key, written in (("packet", src), ("packet", dst), ("dnat", stop.dnat), ("snat", stop.snat)):
                try:
                    self.stacks.check(key, written)
                except Refused as no:
                    self._problem(stop, no)

    def step(self, index: int) -> Hop | None:
        """Take one step; nothing, and a problem, where it cannot happen."""
        stop = self.stops[index]
        name = stop.step.connection
        joined = stop.step.joins.connection if stop.step.joins else None
        if name in self.lost or joined in self.lost:
            self.lost.add(name)
            return None
        try:
            return self._taken(index, stop, name)
        except Refused as no:
            self._problem(stop, no)
            self.lost.add(name)
            self.flights.pop(name, None)  # others are not told that it is still open
            return None

    def _taken(self, index: int, stop: Stop, name: str) -> Hop:
        verb = stop.step.verb
        if verb == "opens":
            self.flights[name] = self.talk.open(stop, self.flights)
        flight = self.flights.get(name)
        if flight is None:
            raise Refused(verb, f"the connection '{name}' is not open.", f"Put the step that opens '{name}' before it.")
        if flight.over:
            fix = f"Put it before the last step of '{name}'."
            raise Refused(verb, f"the connection '{name}' is over: {flight.ending}.", fix)
        self._all_there(stop)
        flight.asked = None
        before, after = self._done(stop, flight, verb)
        here = stop.at or stop.source or ""
        shown = () if stop.at else flight.shown
        ends = here, stop.to or here
        return Hop(index + 1, stop, verb, name, *ends, before, after, shown, flight.asked, flight.icmp)

    def _all_there(self, stop: Stop) -> None:
        """Raise Refused where somebody who is gone would do something, or get something."""
        gone = self.stacks.network.gone
        for key, who in (("from", stop.source), ("at", stop.at), ("to", stop.to)):
            if who in gone and key != "to":
                raise Refused(key, f"{who} is gone in this route.", "Leave the step out, or delete the name in 'gone'.")
            if who is not None and who in gone:
                stack = self.stacks.stack(who)
                last = f"'icmp' at {stop.source}" if stack in gone else f"'rst' (TCP) or 'icmp' at {stack}"
                what = f"{who} is gone in this route: nothing reaches it any more."
                raise Refused(key, what, f"Let it end in 'refuses' with {last}.")

    def _done(self, stop: Stop, flight: Flight, verb: str) -> tuple[Packet, Packet]:
        """Do what a step does; give the packet before and after it."""
        match verb:
            case "says":
                said = self.talk.says(stop, flight, self.flights)
                return said, said
            case "handles":
                seen = self.talk.handles(stop, flight, self.flights)
                return seen, seen
        if verb != "expires":
            flight.must_be(stop.at or stop.source or "", "at" if stop.at else "from")
        if verb == "answers":
            self.talk.turn(stop, flight, self.flights)
        elif flight.turned and verb != "drops":
            raise Refused(verb, "comes when the answer is already on its way.", "Use 'answers', or move the step up.")
        before = flight.packet
        match verb:
            case "drops":
                self.moves.drop(stop, flight)
            case "refuses":
                self.talk.refuse(stop, flight, self.moves)
            case "expires":
                self.rewrites.expire(stop, flight)
            case _ if stop.at:
                self.rewrites.undo(stop, flight) if flight.turned else self.rewrites.rewrite(stop, flight)
            case _:
                self.moves.move(stop, flight, may_die=flight.session.name in self.settled.dies)
        return before, flight.packet

    # -- the end ------------------------------------------------------------------------------------------------------
    def finish(self) -> dict[str, Session]:
        """Give what became of each connection; one that has not come to an end is a problem."""
        for name, flight in self.flights.items():
            if not flight.over:
                opener = next(s for s in self.stops if s.step.opens == name)
                what = f"the connection '{name}' is never answered: its packet stays at {flight.at}."
                fix = f"Add the steps that bring the answer back to {flight.session.client}."
                self._problem(opener, Refused("opens", what, fix))
            elif name in self.settled.dies and flight.session.outcome != "reset":
                place = self.flow.place("routes", self.route, "dies", name)
                what = f"route '{self.route}' says that '{name}' dies, but it ends well ({flight.session.outcome})."
                self.problems.append(Problem(place, what, "Delete the line, or leave out the step that saves it."))
            elif unsaid := self.talk.messages.unsaid(flight, self.flights):
                opener = next(s for s in self.stops if s.step.opens == name)
                self._problem(
                    opener, Refused("opens", f"{unsaid}.", "Add the message, or leave out what it belongs to.")
                )
        if not self.problems:  # a lost connection meets nothing any more
            self.problems += self.effects.idle(self.flights)
        return {name: f.session for name, f in self.flights.items()}

    def _problem(self, stop: Stop, no: Refused) -> None:
        place = self.flow.place("steps", stop.id, no.key)
        told = Problem(place, f"route '{self.route}', step '{stop.id}': {no.what}", no.fix)
        self.problems += [told] if told not in self.problems else []
