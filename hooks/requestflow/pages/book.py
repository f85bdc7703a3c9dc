"""Everything the pages of one language are made from, and what links and values on them mean."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from ..model.definition import Flow, Language
from ..model.faults import Faults
from ..model.glossary import Glossary
from ..model.keys import Meanings, english
from ..model.onboarding import Reading
from ..model.questions import Questions
from ..model.references import OURS
from ..model.values import UnknownValue, Values
from ..model.versions import Versions
from ..problems import nearest
from ..view import chart, picture
from ..view.view import View
from ..view.words import WORDS
from ..world import recordings
from ..world.wire import Trip
from .loop import Explanation


@dataclass(frozen=True)
class Hrefs:
    """URLs from the page being made: of a step, of a page, of a file at the site's root."""

    step: Callable[[str], str]
    page: Callable[[str], str]
    file: Callable[[str], str]
    own: Callable[[str], str]  # of a file at the root of this language
    whole: Callable[[str], str] = str  # the full address of a page or file of this language, for those elsewhere


@dataclass
class Book:
    """Everything the pages of one language are made from; `later` lists the pictures left to the browser."""

    flow: Flow
    views: dict[str, View]
    explained: dict[str, Explanation]
    language: Language
    recordings: Path
    renderer: picture.Renderer
    trips: dict[str, Trip] = field(default_factory=dict)
    anchors: set[str] = field(default_factory=set)  # page.md#id of every heading
    titles: dict[str, str] = field(default_factory=dict)  # and what it says
    later: list[str] = field(default_factory=list)
    taken: dict[str, chart.Chart] = field(default_factory=dict)  # charts a page offers as files
    mapped: dict[str, str | None] = field(
        default_factory=dict
    )  # maps a page offers as files: route → the one it is like
    beside: dict[str, str] = field(default_factory=dict)  # SVG of each map that a page asks for when it is chosen
    names: dict[str, str] = field(default_factory=dict)  # what the navigation calls a page
    pixels: bool = False  # whether maps are offered as PNGs too
    left_out: set[str] = field(default_factory=set)  # ids of drafts
    faults: Faults = field(default_factory=Faults)
    glossary: Glossary = field(default_factory=Glossary)
    versions: Versions = field(default_factory=Versions)
    questions: Questions = field(default_factory=Questions)
    readings: tuple[Reading, ...] = ()  # what lists for new colleagues name
    meanings: Meanings = field(default_factory=english)  # of the keys of the definition, in this language

    def __post_init__(self) -> None:
        self.values = Values(self.flow, self.language)
        self.words = WORDS[self.language]
        self.recorded_world = recordings.world(self.recordings)

    # -- which routes -------------------------------------------------------------------------------------------------
    @property
    def listed(self) -> dict[str, View]:
        """The routes that lists show."""
        return {name: view for name, view in self.views.items() if name not in self.flow.hidden}

    @property
    def unlisted(self) -> set[str]:
        """The pages of hidden routes, on which no other route is explained."""
        flow, shown = self.flow, self.listed
        steps = {row.id for view in shown.values() for row in view.rows}
        kept = {flow.routes[route].page for route in shown} | {
            self.explained[s].page for s in steps & self.explained.keys()
        }
        return {flow.routes[route].page for route in flow.hidden if route in flow.routes} - kept

    def named(self, route: str) -> str:
        """Give the route a page means: `ours` is that of the definition's key."""
        return self.flow.own_route if route == OURS else route

    # -- what links and values mean -----------------------------------------------------------------------------------
    def link(self, name: str) -> str:
        """Give `/page.md#anchor` for a step, or `/page.md` for a stage, participant, object or route."""
        name = self.named(name)
        if name in self.explained:
            return f"/{self.explained[name].target}"
        for group in (self.flow.stages, self.flow.participants, self.flow.objects, self.flow.routes):
            if name in group:
                return f"/{self.place_of(group[name].page, name)}"
        if name in self.left_out:
            raise UnknownValue(
                f"'{name}' is a draft, which no build has.", lambda: "Link to it when it is none any more."
            )
        known = [*self.explained, *self.flow.stages, *self.flow.participants, *self.flow.objects, *self.flow.routes]
        raise UnknownValue(f"unknown id '{name}'.", lambda: nearest(name, known) or "See docs/flow.yml.")

    def place_of(self, page: str, name: str) -> str:
        """Give a page, with the heading that has a thing's id when there is one."""
        return anchor if (anchor := f"{page}#{name}") in self.anchors else page

    def recording(self, name: str) -> str:
        """Give the file of a recording, from the site's root: `recordings/NAME.txt`."""
        if not (self.recordings / f"{name}.txt").is_file():
            known = recordings.names(self.recordings)
            raise UnknownValue(f"unknown recording '{name}'.", lambda: nearest(name, known) or "See docs/recordings/.")
        return f"recordings/{name}.txt"

    def value(self, name: str) -> tuple[str, bool]:
        """Give the text a value prints, and whether it is code: numbers of steps and names are plain words."""
        head, _, attribute = name.partition(".")
        head = self.named(head)
        if head in self.views and attribute == "steps":
            return str(len(self.views[head].rows)), False
        if head in self.views and attribute == "rewrites":
            return str(sum(r.badge in ("DNAT", "SNAT") for r in self.views[head].rows)), False
        return self.values(name), attribute != "name"

    def views_of(self, step: str) -> list[View]:
        """Every route with a step; hidden ones where no other has it."""
        return [v for v in self.listed.values() if v.has(step)] or [v for v in self.views.values() if v.has(step)]
