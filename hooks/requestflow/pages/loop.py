"""The closed loop: every step is explained exactly once in every language, and the languages have the same shape."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from ..model import sources
from ..model.definition import LANGUAGES, Flow, Language
from ..model.typed import Owned
from ..model.values import Values
from ..problems import FlowError, Problem, nearest
from ..world.routes import settle
from . import claims, drafts, keywords, sections, typed, writing
from .drafts import Drafts
from .idle import unused_words
from .markdown import headings
from .names import HOME

ENDINGS = (".md", ".markdown", ".mdown", ".mkdn", ".mkd")  # as MkDocs has them
Pages = dict[str, str]  # "request/dns.md" → its Markdown


@dataclass(frozen=True)
class Explanation:
    """Where a step is explained."""

    step: str
    page: str
    line: int
    title: str
    written: bool = True  # else a draft, which stands here until somebody writes it

    @property
    def target(self) -> str:
        """Where a link to the step leads."""
        return f"{self.page}#{self.step}" if self.written else self.page


Explained = dict[Language, dict[str, Explanation]]


def load(docs: Path) -> dict[Language, Pages]:
    """Read the pages of every language under `docs/`; raises FlowError with every page that cannot be read."""
    out: dict[Language, Pages] = {}
    problems = list[Problem]()
    for language in LANGUAGES:
        out[language] = {}
        for file in _pages(docs / language):
            page = file.relative_to(docs / language).as_posix()
            try:
                out[language][page] = sources.text(file, f"docs/{language}/{page}", "Put it there, or delete the link.")
            except FlowError as error:
                problems += error.problems
        if not out[language] and not problems:
            problems.append(Problem(f"docs/{language}", "has no pages.", f"The pages in '{language}' belong there."))
    if problems:
        raise FlowError(*problems)
    return out


def _pages(folder: Path) -> list[Path]:
    """The files MkDocs takes for pages: no hidden ones, such as editors leave behind, and no folders."""
    found = [f for f in folder.rglob("*") if f.suffix in ENDINGS and not f.is_dir()]
    inside = [(f, f.relative_to(folder).parts) for f in found]
    return sorted(f for f, parts in inside if not any(p.startswith(".") for p in parts) and parts[0] != "templates")


def explanations(
    pages: dict[Language, Pages], flow: Flow, shown: Collection[str] = ()
) -> tuple[Explained, list[Problem]]:
    """Give the explanation of every step in every language; raises FlowError with all that is wrong with the pages.

    What only differs between the languages is given too: the pages can be made all the same. Of drafts nobody asks for
    another language. `shown` are values used outside the pages.
    """
    unfinished = drafts.find(flow, pages)
    finished = {language: drafts.without(tree, unfinished) for language, tree in pages.items()}
    problems: list[Problem] = [*_overwriting(pages), *_missing_pages(finished)]
    problems += [*_targets(pages, flow, unfinished), *drafts.problems(flow, unfinished)]
    explained: Explained = {}
    for language in LANGUAGES:
        explained[language] = {}
        problems += _faults(language, pages[language], flow)
        problems += _explains(language, pages[language], flow, explained[language])
        problems += _ids(language, pages[language])
        for page, source in pages[language].items():
            problems += keywords.problems(f"docs/{language}/{page}", source)
    differences = list(_shapes(finished))
    problems += _idle_stages(pages, flow, unfinished)
    problems += unused_words(flow, (source for tree in pages.values() for source in tree.values()), shown)
    for language in LANGUAGES:
        problems += _unexplained(flow, language, explained[language], unfinished)
    if problems:
        raise FlowError(*problems, *differences)
    for language, tree in pages.items():
        for step in unfinished.steps - set(explained[language]):
            page = _page_of(flow, step)
            explained[language][step] = Explanation(step, page if page in tree else HOME, 1, step, written=False)
    return explained, differences


def _unexplained(
    flow: Flow, language: Language, explained: dict[str, Explanation], unfinished: Drafts
) -> Iterator[Problem]:
    """Steps of published routes that no published page explains."""
    for step in flow.steps:
        if step in unfinished.steps:
            continue
        if step not in explained:
            yield Problem(
                flow.place("steps", step),
                f"no page explains the step '{step}' in '{language}'.",
                f"Add a heading '## … {{#{step} .step}}' to docs/{language}/{_page_of(flow, step)}.",
            )
        elif (page := explained[step].page) in unfinished.pages:
            place = f"docs/{language}/{page}:{explained[step].line}"
            what = f"explains '{step}', which is in a published route, on a draft."
            yield Problem(place, what, "Take 'draft' off the page, or move the heading.")


def anchors(tree: Pages) -> set[str]:
    """Give `page.md#id` of every heading of one language."""
    return {f"{page}#{h.id}" for page, source in tree.items() for h in headings(source) if h.id}


def places(flow: Flow, explained: dict[str, Explanation], tree: Pages) -> list[str]:
    """Give all that data may name as what shows something: ids of the definition, pages, `page.md#id`."""
    ids = [*explained, *flow.stages, *flow.participants, *flow.objects, *flow.routes]
    return [*ids, *tree, *anchors(tree)]


def titles(tree: Pages) -> dict[str, str]:
    """Give what every heading of one language says, by `page.md#id`."""
    found = ((f"{page}#{h.id}", h.title) for page, source in tree.items() for h in headings(source) if h.id)
    return {place: title.replace("`", "") for place, title in found}


def _page_of(flow: Flow, step: str) -> str:
    """The page of the stage a step stands in."""
    for route in flow.routes:
        for stage, steps in settle(flow, route).stages.items():
            if step in steps:
                return flow.stages[stage].page
    return "…"


def _overwriting(pages: dict[Language, Pages]) -> Iterator[Problem]:
    for language, tree in pages.items():
        for page in tree:
            if (folder := page.split("/")[0].removesuffix(".md")) in LANGUAGES:
                what = f"stands where the pages of '{folder}' are built: it would be overwritten."
                yield Problem(f"docs/{language}/{page}", what, "Give it another name.")


def _missing_pages(pages: dict[Language, Pages]) -> Iterator[Problem]:
    every = {page for tree in pages.values() for page in tree}
    for language, tree in pages.items():
        for page in sorted(every - set(tree)):
            other = next(lang for lang, t in pages.items() if page in t)
            yield Problem(
                f"docs/{language}/{page}", f"is missing; docs/{other}/{page} exists.", "Write it, or delete the other."
            )


def _targets(pages: dict[Language, Pages], flow: Flow, unfinished: Drafts) -> Iterator[Problem]:
    """Pages the definition names must exist."""
    for kind in ("participants", "objects", "stages", "routes"):
        for name, thing in getattr(flow, kind).items():
            if thing.page not in (*pages["en"], *unfinished.pages):
                yield Problem(
                    flow.place(kind, name, "page"),
                    f"'{name}' names the page '{thing.page}', which is not there.",
                    nearest(thing.page, pages["en"]) or "Write it under docs/en and docs/zh.",
                )


def _idle_stages(pages: dict[Language, Pages], flow: Flow, unfinished: Drafts) -> Iterator[Problem]:
    """The page of a stage explains at least one of its steps."""
    steps: dict[str, set[str]] = {stage: set() for stage in flow.stages}
    for route in set(flow.routes) - set(unfinished.routes):
        for name, ids in settle(flow, route).stages.items():
            steps[name] |= set(ids)
    for name, stage in flow.stages.items():
        source = pages[LANGUAGES[0]].get(stage.page)
        if source is not None and steps[name] and not steps[name] & {h.id for h in headings(source) if h.is_step}:
            yield Problem(
                flow.place("stages", name, "page"),
                f"the page '{stage.page}' explains no step of the stage '{name}'.",
                f"Name the page that explains {', '.join(sorted(steps[name])[:3])}.",
            )


def _faults(language: Language, tree: Pages, flow: Flow) -> Iterator[Problem]:
    """What is written wrongly on a page by itself."""
    values, owned = Values(flow, language), Owned(flow)
    for page, source in tree.items():
        yield from writing.faults(f"docs/{language}/{page}", source, values)
        yield from typed.faults(f"docs/{language}/{page}", source, owned)
        yield from claims.faults(language, f"docs/{language}/{page}", source)


def _explains(language: Language, tree: Pages, flow: Flow, found: dict[str, Explanation]) -> Iterator[Problem]:
    for page, source in tree.items():
        for h in headings(source):
            place = f"docs/{language}/{page}:{h.line}"
            if h.is_step and h.id and h.id not in flow.steps:
                yield Problem(
                    place,
                    f"explains '{h.id}', which is no step.",
                    nearest(h.id, flow.steps) or "Drop '.step', or add the step to docs/flow.yml.",
                )
            elif h.id in flow.steps and not h.is_step:
                yield Problem(
                    place,
                    f"uses the step id '{h.id}' for an ordinary heading.",
                    f"Write {{#{h.id} .step}}, or choose another id.",
                )
            elif h.is_step and h.id:
                if first := found.get(h.id):
                    yield Problem(
                        place,
                        f"explains '{h.id}' again.",
                        f"It is explained at docs/{language}/{first.page}:{first.line}; keep one.",
                    )
                else:
                    found[h.id] = Explanation(h.id, page, h.line, h.title)


def _ids(language: Language, tree: Pages) -> Iterator[Problem]:
    """Every heading has an id of its own: links to it must survive a new title and be the same in both languages."""
    for page, source in tree.items():
        first: dict[str, int] = {}
        for h in headings(source):
            place = f"docs/{language}/{page}:{h.line}"
            if h.id is None:
                yield Problem(place, f"the heading '{h.title}' has no id.", "Write {#its-id} after it.")
            elif h.id in first:
                yield Problem(place, f"the id '{h.id}' is used again.", f"It is on line {first[h.id]} already.")
            else:
                first[h.id] = h.line


def _shapes(pages: dict[Language, Pages]) -> Iterator[Problem]:
    """The same headings in the same order, and the same in each section; one line for each page that differs."""
    reference = LANGUAGES[0]
    for language in LANGUAGES[1:]:
        for page in sorted(set(pages[reference]) & set(pages[language])):
            here, there = f"docs/{language}/{page}", f"docs/{reference}/{page}"
            if [(h.id, h.level) for h in headings(pages[reference][page])] == [
                (h.id, h.level) for h in headings(pages[language][page])
            ]:
                yield from sections.differences(here, pages[language][page], there, pages[reference][page])
            for a, b in zip_longest(headings(pages[reference][page]), headings(pages[language][page])):
                if a is None or b is None or (a.id, a.level) != (b.id, b.level):
                    line = b.line if b else len(pages[language][page].splitlines())
                    here = f"'{b.id}' (level {b.level})" if b else "nothing"
                    there = (
                        f"'{a.id}' (level {a.level}) in docs/{reference}/{page}:{a.line}"
                        if a
                        else f"nothing in docs/{reference}/{page}"
                    )
                    yield Problem(
                        f"docs/{language}/{page}:{line}",
                        f"the headings differ: {here} here, {there}.",
                        "Give both pages the same ids in the same order.",
                    )
                    break
