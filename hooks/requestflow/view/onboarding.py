"""Reading lists as checklists, and as Markdown to copy; how to link to a step and to embed a map."""

from collections.abc import Callable, Iterable

from ..model.onboarding import EVERYBODY, ROLES, TIMES, Reading, Role, of_list
from .elements import UNSEARCHED, Markup, el, join
from .prose import Ways
from .words import numbered


class Lists:
    """Draws reading lists for one page; `address` gives where something is, for those who are elsewhere."""

    def __init__(self, readings: Iterable[Reading], ways: Ways, address: Callable[[str], str]) -> None:
        self.readings, self.ways, self.address, self.words = tuple(readings), ways, address, ways.words

    def checklist(self, name: str) -> Markup:
        """Give one list: everything to read with a box to tick, by time; and the same as Markdown."""
        found = of_list(self.readings, name)
        parts = [
            join(el("p", el("b", self.words.by[time]), self.words.colon, self._takes(of)), self._boxes(of))
            for time, of in found.items()
        ]
        return el("div", *parts, self._copy(self.markdown(name)), class_="reading", **UNSEARCHED)

    def by_time(self) -> Markup:
        """Give everything that a list names, by time, each with those who read it by then."""
        parts = list[Markup]()
        for time in TIMES:
            by_then = {r: [role for role, by in r.times if by == time] for r in self.readings}
            lines = [
                el("li", self._link(r), " ", el("small", self._who(roles))) for r, roles in by_then.items() if roles
            ]
            parts += [el("p", el("b", self.words.by[time])), el("ul", *lines, role="list")] if lines else []
        return el("div", *parts, class_="reading", **UNSEARCHED)

    def markdown(self, name: str) -> str:
        """Give one list in Markdown, with whole addresses and boxes to tick."""
        w, lines = self.words, list[str]()
        head = w.onboarding if name == EVERYBODY else w.onboarding + w.colon + w.roles[name]
        for time, of in of_list(self.readings, name).items():
            lines += ["", f"**{w.by[time]}**{w.colon}{self._takes(of)}", ""]
            lines += [f"- [ ] [{r.name}]({self.address(r.target)}){self._aside(r)}" for r in of]
        return "\n".join([f"### {head}", *lines, ""])

    def _aside(self, reading: Reading) -> str:
        """How long it takes, in the brackets of the language."""
        return self.words.aside.format(words=self.words.so_long.format(reading.minutes))

    def _takes(self, readings: list[Reading]) -> str:
        minutes = self.words.so_long.format(sum(r.minutes for r in readings))
        return self.words.takes.format(items=numbered(self.words.so_many_items, len(readings)), minutes=minutes)

    def _boxes(self, readings: list[Reading]) -> Markup:
        lines = [el("li", self._box(r), self._link(r), " ", el("small", self._minutes(r))) for r in readings]
        return el("ul", *lines, class_="checks", role="list")

    def _box(self, reading: Reading) -> Markup:
        box = el("input", type="checkbox", autocomplete="off", aria_label=self.words.read.format(page=reading.name))
        return Markup(str(box).removesuffix("</input>"))

    def _link(self, reading: Reading) -> Markup:
        return el("a", reading.name, href=self.ways.href(f"/{reading.target}"))

    def _minutes(self, reading: Reading) -> str:
        return self.words.so_long.format(reading.minutes)

    def _who(self, roles: list[Role]) -> str:
        return self.words.comma.join(self.words.roles[role] for role in ROLES if role in roles)

    def _copy(self, text: str) -> Markup:
        summary = el("summary", self.words.as_markdown)
        return el("details", summary, _written(text, "markdown"), class_="whole")


def linked(short: str, own: str, says: str, ways: Ways) -> Markup:
    """Give the ways to link to a step, to be copied."""
    w = ways.words
    forms = {w.short_link: short, w.with_words: f"[{says}]({short})", w.own_page: own}
    return _forms(forms, {w.with_words: "markdown"})


def embedded(files: dict[str, str], says: str, ways: Ways) -> Markup:
    """Give the ways to embed a map, to be copied; `files` is the address by kind, SVG first."""
    w = ways.words
    html = {w.in_html.format(ending=kind): f'<img src="{at}" alt="{says}">' for kind, at in files.items()}
    markdown = {w.in_markdown.format(ending=kind): f"![{says}]({at})" for kind, at in files.items()}
    return _forms(html | markdown, dict.fromkeys(html, "html") | dict.fromkeys(markdown, "markdown"))


def _forms(forms: dict[str, str], languages: dict[str, str]) -> Markup:
    """What to write, each below its name."""
    parts = (join(el("p", el("b", name)), _written(text, languages.get(name, "text"))) for name, text in forms.items())
    return el("div", *parts, class_="forms", **UNSEARCHED)


def _written(text: str, language: str) -> Markup:
    """What is to be copied, and what it is written in."""
    return el("pre", el("code", text, class_=f"language-{language}"))
