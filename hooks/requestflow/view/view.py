"""A followed route in one language: everything a picture, a ladder or a card shows, ready to print."""

import re
from dataclasses import dataclass

from ..model.definition import Flow, Language, Route
from ..model.sentences import faults
from ..model.values import UnknownValue, Values
from ..problems import FlowError, Problem, gathering, refuse
from ..world.evidence import Proof
from ..world.routes import settle
from ..world.rules import chains, ipvs_chains
from ..world.services import MODES, Mode
from ..world.wire import Hop, Packet
from .words import WORDS, Words, closed

MOST_LANES = 7  # more do not fit beside the words in a 688 px column; see docs/assets/flow.css


@dataclass(frozen=True)
class Row:
    """One step as a reader sees it."""

    hop: Hop
    label: str
    short: str
    sentence: str  # empty where a draft has none
    kind: str  # there, back (direction on the page) or self
    answer: bool  # drawn dashed
    badge: str
    fresh: bool  # the addresses differ from those of the row above

    @property
    def id(self) -> str:
        return self.hop.id

    @property
    def number(self) -> int:
        return self.hop.number

    @property
    def message(self) -> bool:
        return self.hop.is_message

    @property
    def no(self) -> bool:
        """Whether the packet is refused or dropped here."""
        return self.hop.verb in ("refuses", "drops", "expires")

    @property
    def before(self) -> Packet:
        return self.hop.before

    @property
    def after(self) -> Packet:
        return self.hop.after

    @property
    def changed(self) -> tuple[bool, bool]:
        """Whether the source, and whether the destination, was rewritten here."""
        if not self.hop.rewrites:
            return False, False
        return self.before.src != self.after.src, self.before.dst != self.after.dst


@dataclass(frozen=True)
class StageView:
    """The rows of one stage."""

    id: str
    name: str
    short: str
    page: str
    rows: list[Row]

    @property
    def span(self) -> str:
        first, last = self.rows[0].number, self.rows[-1].number
        return f"{first}–{last}" if last > first else str(first)


class View:
    """One route in one language. Raises FlowError with every fault of its labels and sentences."""

    def __init__(self, flow: Flow, route: str, hops: list[Hop], proofs: dict[str, Proof], language: Language) -> None:
        self.flow, self.id, self.hops, self.proofs, self.language = flow, route, hops, proofs, language
        self.route: Route = settle(flow, route)
        self.words: Words = WORDS[language]
        self.values = Values(flow, language)
        used = {who for h in hops for who in (h.source, h.to)}
        self.lanes = [p for p in flow.participants if p in used]
        if len(self.lanes) > MOST_LANES:
            what = f"route '{route}' has {len(self.lanes)} lanes ({', '.join(self.lanes)}); {MOST_LANES} fit a page."
            raise FlowError(Problem(flow.place("routes", route), what, "Leave a participant out, or split the route."))
        self.rows = self._rows()
        self._row = {row.id: row for row in self.rows}
        self.stages = self._stages()

    @property
    def name(self) -> str:
        name = self.route.name[self.language]
        return name + self.words.aside.format(words=self.words.draft) if self.route.draft else name

    def lane(self, who: str) -> int:
        """Give the lane of a participant, from 1."""
        return self.lanes.index(who) + 1

    def who(self, participant: str) -> str:
        return self.flow.participants[participant].name.long(self.language)

    def who_short(self, participant: str) -> str:
        return self.flow.participants[participant].name.short(self.language)

    def zone(self, participant: str) -> str:
        return self.flow.participants[participant].zone

    def zone_name(self, zone: str) -> str:
        return self.flow.zones[zone].name[self.language]

    def tint(self, zone: str) -> int:
        """Give the number of a zone's colours: its place in the definition, from 1."""
        return list(self.flow.zones).index(zone) + 1

    def zones(self, lanes: list[str] | None = None) -> list[tuple[str, int]]:
        """Give neighbouring zones and how many lanes each has."""
        out: list[tuple[str, int]] = []
        for p in lanes or self.lanes:
            zone = self.zone(p)
            if out and out[-1][0] == zone:
                out[-1] = (zone, out[-1][1] + 1)
            else:
                out.append((zone, 1))
        return out

    def label_of_any_route(self, step: str) -> str:
        """Give the label of a step without the node that one route or another names in it."""
        row = self.row(step)
        return self._fill(row.hop, "label", row.hop.stop.step.label.long(self.language), any_route=True)

    def row(self, step: str) -> Row:
        return self._row[step]

    def has(self, step: str) -> bool:
        return step in self._row

    def stage(self, stage: str) -> StageView:
        return next(s for s in self.stages if s.id == stage)

    def chains(self, row: Row, mode: Mode) -> list[str]:
        """Give the kube-proxy chains that do this step, in order; empty when it is none of kube-proxy's."""
        verdict = row.hop.verdict
        if verdict is None or verdict.service is None:
            return []
        service = self.flow.services[verdict.service]
        ends = str(row.after.dst), str(row.before.src.address)
        return chains(service, verdict, *ends, mode, masquerade=bool(row.hop.stop.snat))

    def all_chains(self, row: Row) -> list[tuple[Mode, list[str]]]:
        return [(m, c) for m in MODES if (c := self.chains(row, m))]

    def ipvs_chains(self, row: Row) -> list[str]:
        """Give what the step passes in IPVS mode, which is documented but not recorded."""
        verdict = row.hop.verdict
        if verdict is None or verdict.service is None:
            return []
        return ipvs_chains(verdict, str(row.after.dst), str(row.before.src.address), bool(row.hop.stop.snat))

    # ---------------------------------------------------------------------------------------------------------------
    def _rows(self) -> list[Row]:
        out: list[Row] = []
        problems: list[Problem] = []
        openers = {h.connection: h.source for h in self.hops if h.verb == "opens"}
        last: Packet | None = None
        for hop in self.hops:
            label, sentence = hop.stop.step.label, ""
            kind = "self" if hop.stays else "there" if self.lane(hop.to) > self.lane(hop.source) else "back"
            answer = hop.verb == "answers" or (hop.verb == "says" and hop.source != openers[hop.connection])
            badge = self._badge(hop)
            fresh = not hop.is_message and hop.after != last
            with gathering(problems):
                sentence = self._sentence(hop)
            with gathering(problems):
                long, short = (self._fill(hop, "label", words(self.language)) for words in (label.long, label.short))
                out.append(Row(hop, long, short, sentence, kind, answer, badge, fresh))
            if not hop.is_message:
                last = hop.after
        if problems:
            raise FlowError(*problems)
        return out

    def _badge(self, hop: Hop) -> str:
        w = self.words
        return {"undo": w.undo, "work": w.work, "refuse": w.refuse, "drop": w.drop, "expire": w.expire}.get(
            hop.badge, hop.badge
        )

    def _sentence(self, hop: Hop) -> str:
        """The sentence of a step, which only a draft may lack; raises FlowError with every fault of it."""
        place = self.flow.place("steps", hop.id, "sentence", self.language)
        if not (written := hop.stop.step.said(self.language)):
            if self.route.draft:
                return ""
            what = f"'{hop.id}' has no sentence in '{self.language}'."
            raise FlowError(Problem(place, what, "Write one: what happens to the packet here, and why."))
        sentence = self._fill(hop, "sentence", written)
        where = f" in the route '{self.id}'" if sentence != written else ""
        told = faults(sentence, self.language, where)
        refuse(Problem(place, f"the sentence of '{hop.id}' {what}", fix) for what, fix in told)
        return sentence

    def _fill(self, hop: Hop, key: str, text: str, *, any_route: bool = False) -> str:
        """A text of a step with what its braces stand for in this route."""

        def word(m: re.Match[str]) -> str:
            name, _, attribute = m[1].partition(".")
            if name in ("src", "dst"):
                return str(getattr(hop.after, name))
            who = self.route.roles.get(name)
            if any_route and attribute == "zone":
                return self.words.entry_node
            if who and (attribute == "" or (attribute == "zone" and who in self.flow.participants)):
                return self._filled(who, attribute)
            return self.values(m[1])

        try:
            return closed(re.sub(r"\{([^{}]*)\}", word, text))
        except UnknownValue as error:
            place = self.flow.place("steps", hop.id, key, self.language)
            raise FlowError(Problem(place, f"the {key} of '{hop.id}' has an {error.what}", error.fix)) from None

    def _filled(self, who: str, attribute: str) -> str:
        """What a role stands for in a label: a name, a zone, a port or an address."""
        if who not in self.flow.participants:
            return str(self.flow.ports.get(who) or self.flow.address(who))
        return self.zone_name(self.zone(who)) if attribute == "zone" else self.who(who)

    def _stages(self) -> list[StageView]:
        out = []
        for stage in self.route.stages:
            name = self.flow.stages[stage].name
            rows = [r for r in self.rows if r.hop.stage == stage]
            if rows:
                out.append(
                    StageView(
                        stage, name.long(self.language), name.short(self.language), self.flow.stages[stage].page, rows
                    )
                )
        return out
