"""What is said inside connections, in which order: a certificate needs a hello, a response a request, a relay something
to pass on.

Packets and messages are different things: a message travels inside packets and no rule ever rewrites it. TLS: RFC 8446;
HTTP: RFC 9110; PROXY header: proxy-protocol.txt of HAProxy.
"""

from ..model.definition import Flow, Message
from .flight import ANSWERS, Flight, Refused
from .stacks import Stacks

Flights = dict[str, Flight]
ASKING: frozenset[Message] = frozenset(("hello", "request", "bytes", "proxy-header"))


class Messages:
    """Checks each message against what has been said before it, and each connection for what is left unsaid."""

    def __init__(self, stacks: Stacks) -> None:
        self.stacks = stacks
        self.flow: Flow = stacks.flow

    def say(self, flight: Flight, flights: Flights, source: str, kind: Message) -> None:
        """Let one end say something; raises Refused where it could not."""
        if (kind in ASKING) != (source == flight.session.client) and kind not in ("bytes",):
            who = "opened" if source == flight.session.client else "was called in"
            what = f"{source}, which {who} '{flight.session.name}', says '{kind}'."
            raise Refused("says", what, "Exchange 'from' and 'to', or write another 'message'.")
        if flight.is_closed:
            what = f"comes after the ClientHello of '{flight.session.name}' was answered with an error."
            raise Refused("says", what, "Open another connection for it, or leave it out.")
        if source == flight.session.client:
            self._asks(flight, flights, source, kind)
        else:
            self._answers(flight, flights, source, kind)
        if kind == "certificate":
            flight.secured = True
        if kind == "error":
            flight.session.outcome, flight.session.who = "error", source
        flight.said.append((source, kind))

    # -- from the one that opened -------------------------------------------------------------------------------------
    def _asks(self, flight: Flight, flights: Flights, source: str, kind: Message) -> None:
        by = flight.session.joined[1] if flight.session.joined else None
        if kind == "proxy-header" and (by != "proxy-protocol" or flight.said):
            what = "a PROXY header stands first in a connection that joins another by proxy-protocol."
            raise Refused("message", what, "Move it to the front, or write 'joins: {by: proxy-protocol}'.")
        if by == "proxy-protocol" and kind != "proxy-header" and not flight.said:
            what = f"'{flight.session.name}' tells of its client by a PROXY header, which has not been sent."
            raise Refused("message", what, "Say 'proxy-header' first.")
        if kind == "request" and self._tls(flight) and not flight.secured and not flight.heard("bytes", source):
            what = f"a request in '{flight.session.name}' before TLS is agreed on."
            raise Refused("message", what, "Say 'hello' and 'certificate' before it.")
        if kind == "hello" and not self._tls(flight):
            what = f"{self._called(flight)} takes no ClientHello: it does not speak TLS there."
            raise Refused("message", what, "Write the port as PORT+tls under its 'listens'.")
        if kind == "hello" and flight.heard("hello", source):
            what = f"a second ClientHello in '{flight.session.name}': a connection agrees on TLS once."
            raise Refused("message", what, "Leave it out, or open another connection for it.")
        if (
            (joined := self._joined(flight, flights))
            and kind in ("request", "bytes")
            and not self._passed_on(joined, source, kind)
        ):
            what = f"{source} passes on in '{flight.session.name}' what nobody has said in '{joined.session.name}'."
            raise Refused("says", what, f"Put it after the message in '{joined.session.name}'.")

    def _passed_on(self, joined: Flight, source: str, kind: Message) -> bool:
        wanted = ("request", "bytes") if kind == "request" else ("bytes", "hello", "request")
        return any(who != source and said in wanted for who, said in joined.said)

    # -- from the one that was called ---------------------------------------------------------------------------------
    def _answers(self, flight: Flight, flights: Flights, source: str, kind: Message) -> None:
        if kind == "certificate" and not self._tls(flight):
            what = f"{self._called(flight)} shows no certificate: it does not speak TLS there."
            raise Refused("message", what, "Write the port as PORT+tls under its 'listens'.")
        if kind == "certificate" and flight.secured:
            what = f"a second certificate in '{flight.session.name}': a connection agrees on TLS once."
            raise Refused("message", what, "Leave it out.")
        if not any(kind in ANSWERS.get(asked, ()) for asked in flight.open_questions()):
            what = f"'{kind}' answers nothing that was said in '{flight.session.name}'."
            raise Refused("says", what, "Put it after the message it answers.")
        behind = [f for f in flights.values() if f.session.client == source and self._joined(f, flights) is flight]
        for other in behind:
            self._after(flight, other, kind)
        if kind == "response" and behind and not any(self._may_pass_back(other) for other in behind):
            ended = " and ".join(f"'{f.session.name}' ({f.session.outcome})" for f in behind)
            what = f"{source} passes back in '{flight.session.name}' a response that it never got in {ended}."
            raise Refused("message", what, "Write 'message: error': it can only say no by itself.")

    def _may_pass_back(self, flight: Flight) -> bool:
        """Whether its opener has had an answer that could be passed on; what nothing was said in is told at the end."""
        if flight.session.outcome == "answered" and not flight.said:
            return True
        return any(who != flight.session.client and kind in ("response", "bytes", "error") for who, kind in flight.said)

    def _after(self, flight: Flight, other: Flight, kind: Message) -> None:
        """What a proxy passes back it has heard on the connection it opened for this one, or given that up."""
        there = other.session.name
        if kind == "bytes" and not any(who != other.session.client for who, _ in other.said):
            what = f"passes back in '{flight.session.name}' what nobody has said in '{there}'."
            raise Refused("says", what, f"Put it after a message in '{there}'.")
        if kind in ("response", "error") and not other.over:
            what = f"answers in '{flight.session.name}' while '{there}' is still open."
            raise Refused("says", what, f"Put it after the end of '{there}'.")

    # -- work ---------------------------------------------------------------------------------------------------------
    def work(self, flight: Flight, flights: Flights, at: str) -> None:
        """Work on what was said; raises Refused when there is nothing to work on, or it comes too late."""
        asked = set(flight.open_questions()) & {"hello", "request"} or flight.heard("bytes", flight.session.client)
        heard = bool(flight.said) and flight.said[-1][0] != flight.session.client
        if not (heard if at == flight.session.client else asked):
            what = f"there is nothing in '{flight.session.name}' for {at} to work on."
            raise Refused("handles", what, "Put it after the message it works on.")
        flight.worked = flight.worked or at != flight.session.client
        for other in flights.values():
            if other.session.client == at and self._joined(other, flights) is flight:
                what = f"{at} decides after it has opened '{other.session.name}'."
                raise Refused("handles", what, f"Put it before the step that opens '{other.session.name}'.")

    # -- joining, and the end -----------------------------------------------------------------------------------------
    def may_join(self, first: Flight, by: str, source: str) -> None:
        """A proxy opens another connection because of what it has read, or, without reading, because of the first."""
        if by == "header":
            if self._tls(first) and not first.secured and not first.heard("bytes", first.session.client):
                what = f"adds a header to what it read in '{first.session.name}', but TLS does not end at {source}."
                raise Refused("joins", what, f"Let {source} say 'certificate' before, or write 'by: nothing'.")
            if not {"request", "bytes"} & {said for _, said in first.said}:
                what = f"calls on for a request that '{first.session.name}' has not brought."
                raise Refused("joins", what, "Put it after the request.")
        if by in ("header", "nothing") and self.flow.participants[source].kind == "proxy" and not first.worked:
            what = f"{source} calls on without having looked at what '{first.session.name}' says."
            raise Refused("joins", what, f"Add a step that handles '{first.session.name}' at {source}.")
        if by == "nothing" and self._tls(first) and not first.said:
            what = f"picks a server before anything was said in '{first.session.name}'."
            raise Refused("joins", what, "Put it after the ClientHello.")

    def unsaid(self, flight: Flight, flights: Flights) -> str:
        """What a finished connection lacks, in words; empty where it is whole."""
        session = flight.session
        if session.outcome in ("reset", "dropped", "refused", "expired"):
            return ""
        if left := flight.open_questions(unanswered=True):
            return f"'{left[0]}' in '{session.name}' is never answered"
        by = session.joined[1] if session.joined else None
        if by is not None and not {"request", "bytes", "hello"} & {said for _, said in flight.said}:
            return f"'{session.name}' is opened for another connection and carries nothing of it"
        return ""

    def _called(self, flight: Flight) -> str:
        """The one that was called, and where."""
        arrived = flight.session.arrived or flight.packet
        return f"{flight.session.server or flight.at} on {arrived.dst}"

    def _tls(self, flight: Flight) -> bool:
        arrived = flight.session.arrived or flight.packet
        who = flight.session.server or flight.at
        return self.stacks.listens(who, arrived.dst.address, arrived.dst.port, flight.session.protocol) == "tls"

    def _joined(self, flight: Flight, flights: Flights) -> Flight | None:
        return flights.get(flight.session.joined[0]) if flight.session.joined else None
