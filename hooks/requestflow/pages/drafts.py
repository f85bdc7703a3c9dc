"""What is not finished, `draft: true` on a route or in a page's front matter: shown while serving, in no build."""

from collections.abc import Iterator
from dataclasses import dataclass

from ..model.definition import Flow, Language
from ..problems import Problem
from ..world.routes import settle
from . import front, markdown

Trees = dict[Language, dict[str, str]]  # language → "request/dns.md" → its Markdown


@dataclass(frozen=True)
class Drafts:
    """Routes and pages that are drafts, and the steps that stand in such routes only."""

    routes: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()
    steps: frozenset[str] = frozenset()

    def __len__(self) -> int:
        return len(self.routes) + len(self.pages)

    def __str__(self) -> str:
        count = f"{len(self)} draft" + ("s" if len(self) > 1 else "")
        return f"{count}: " + ", ".join([*(f"route '{r}'" for r in self.routes), *(f"page {p}" for p in self.pages)])

    @property
    def ids(self) -> set[str]:
        """What links may name and a build has not."""
        return {*self.routes, *self.steps}


def find(flow: Flow, trees: Trees) -> Drafts:
    """Give the drafts; a page is one in every language when it says so in one."""
    of_drafts, of_others = set[str](), set[str]()
    for name, route in flow.routes.items():
        listed = {step for steps in settle(flow, name).stages.values() for step in steps}
        (of_drafts if route.draft else of_others).update(listed)
    routes = tuple(name for name, route in flow.routes.items() if route.draft)
    return Drafts(routes, tuple(sorted(pages(trees))), frozenset(of_drafts - of_others))


def pages(trees: Trees) -> set[str]:
    """Give the pages that are drafts."""
    return {
        page for tree in trees.values() for page, source in tree.items() if front.matter(source).get("draft") is True
    }


def published(flow: Flow, drafts: Drafts) -> Flow:
    """Give a definition without its drafts; all of it has been checked."""
    routes = {name: route for name, route in flow.routes.items() if name not in drafts.routes}
    steps = {name: step for name, step in flow.steps.items() if name not in drafts.steps}
    return flow.model_copy(update={"routes": routes, "steps": steps})


def without(tree: dict[str, str], drafts: Drafts) -> dict[str, str]:
    """Give the pages of a language without drafts, each line where it was."""
    return {page: _finished(source, drafts) for page, source in tree.items() if page not in drafts.pages}


def _finished(source: str, drafts: Drafts) -> str:
    """A page with empty lines in the place of sections that explain the steps of drafts."""
    if not drafts.steps:
        return source
    headings, lines = markdown.headings(source), source.split("\n")
    for n, h in enumerate(headings):
        if h.is_step and h.id in drafts.steps:
            end = next((after.line for after in headings[n + 1 :] if after.level <= h.level), len(lines) + 1)
            lines[h.line - 1 : end - 1] = [""] * (end - h.line)
    return "\n".join(lines)


def problems(flow: Flow, drafts: Drafts) -> Iterator[Problem]:
    """What is published cannot stand on a draft."""
    for name, route in flow.routes.items():
        if not route.draft and route.like in drafts.routes:
            what = f"route '{name}' is like '{route.like}', which is a draft."
            yield Problem(flow.place("routes", name, "like"), what, "Make both drafts, or none.")
        if not route.draft and route.page in drafts.pages:
            yield _on_a_draft(flow.place("routes", name, "page"), f"route '{name}' names", route.page)
    used = {s for name, r in flow.routes.items() if not r.draft for s in settle(flow, name).stages}
    for name, stage in flow.stages.items():
        if name in used and stage.page in drafts.pages:
            yield _on_a_draft(flow.place("stages", name, "page"), f"stage '{name}' names", stage.page)


def _on_a_draft(place: str, who: str, page: str) -> Problem:
    return Problem(place, f"{who} the page '{page}', which is a draft.", "Take 'draft' off the page, or name another.")
