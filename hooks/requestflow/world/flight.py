"""A connection while it is followed: its packet, where that is, which entries stand, what the rules here have said."""

from dataclasses import dataclass, field

from ..model.definition import Message
from .services import Target, Verdict
from .wire import Envelope, Packet, Session


class Refused(Exception):
    """A step cannot happen: which of its keys is to blame, what is wrong, what to do."""

    def __init__(self, key: str, what: str, fix: str) -> None:
        super().__init__(what)
        self.key, self.what, self.fix = key, what, fix


@dataclass(frozen=True)
class Entry:
    """One rewrite in connection tracking: the stack it stands in, and the packet before and after it."""

    stack: str
    before: Packet
    after: Packet


@dataclass
class Stay:
    """What has been done to the packet since it came to the stack it is in."""

    came_from: str | None = None
    verdict: Verdict | None = None
    chosen: Target | None = None
    sourced: bool = False
    handed: bool = False


ANSWERS: dict[Message, tuple[Message, ...]] = {
    "hello": ("certificate", "error", "bytes"),
    "request": ("response", "error"),
    "bytes": ("bytes", "response", "certificate", "error"),
}


def _less(asked: list[tuple[Message, bool]], kind: Message) -> list[tuple[Message, bool]]:
    """What is still asked after an answer: it answers the first message it fits, and no other.

    A stream of bytes stays open to more, but for what ends it.
    """
    for i, (question, _) in enumerate(asked):
        if question != "bytes" and kind in ANSWERS.get(question, ()):
            return asked[:i] + asked[i + 1 :]
    left = [(q, a) for q, a in asked if q != "bytes"] if kind in ("response", "error") else asked
    return [(q, True if q == "bytes" else a) for q, a in left]


@dataclass
class Flight:
    """One connection being followed."""

    session: Session
    packet: Packet
    at: str
    stay: Stay = field(default_factory=Stay)
    turned: bool = False
    entries: list[Entry] = field(default_factory=list)
    envelopes: list[Envelope] = field(default_factory=list)  # the outermost last
    shown: tuple[Envelope, ...] = ()  # around the packet on the move just made
    asked: Verdict | None = None  # the rules that did the step just taken
    icmp: str = ""
    said: list[tuple[str, Message]] = field(default_factory=list)  # by whom, in order
    secured: bool = False  # its server has shown a certificate
    worked: bool = False  # its server has looked at what was said

    @property
    def over(self) -> bool:
        outcome = self.session.outcome
        return outcome in ("dropped", "expired") or (outcome is not None and self.at == self.session.client)

    @property
    def ending(self) -> str:
        """How it ended, in words."""
        if self.at == self.session.client and self.session.outcome != "dropped":
            return f"its answer has reached {self.session.client}"
        return f"it is {self.session.outcome}"

    def heard(self, kind: Message, who: str) -> bool:
        """Whether somebody has said something of this kind."""
        return (who, kind) in self.said

    def open_questions(self, *, unanswered: bool = False) -> list[Message]:
        """What the opener has said that can still be answered; a stream of bytes can be answered more than once.

        With `unanswered`, only what has had no answer at all.
        """
        asked: list[tuple[Message, bool]] = []
        for who, kind in self.said:
            if who == self.session.client:
                asked += [(kind, False)] if kind != "proxy-header" else []
            else:
                asked = _less(asked, kind)
        return [q for q, answered in asked if not (unanswered and answered)]

    @property
    def is_closed(self) -> bool:
        """Whether a ClientHello was answered with an error, after which nothing more is said."""
        return self.heard("hello", self.session.client) and not self.secured and self.session.outcome == "error"

    def must_be(self, where: str, key: str) -> None:
        """Raise Refused when the packet is somewhere else."""
        if where != self.at:
            what = f"happens at {where}, but the packet is at {self.at}."
            raise Refused(key, what, f"Add the step that takes it from {self.at} to {where}.")

    def standing(self) -> str:
        """Who still has to undo something, the next one first."""
        return ", then ".join(e.stack for e in reversed(self.entries))
