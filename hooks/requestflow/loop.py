"""The closed loop: every step is explained exactly once in every language, and the languages have the same shape."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from .definition import LANGUAGES, Flow, Language
from .markdown import headings
from .problems import FlowError, Problem, nearest
from .reading import Places
from .unused import unused_words
from .world.routes import settle

Pages = dict[str, str]  # "request/dns.md" → its Markdown


@dataclass(frozen=True)
class Explanation:
    """Where a step is explained."""

    step: str
    page: str
    line: int
    title: str


Explained = dict[Language, dict[str, Explanation]]


def load(docs: Path) -> dict[Language, Pages]:
    """Read the pages of every language under `docs/`; raises FlowError for a page that is not UTF-8."""
    out: dict[Language, Pages] = {}
    for language in LANGUAGES:
        out[language] = {}
        for file in sorted((docs / language).rglob("*.md")):
            page = file.relative_to(docs / language).as_posix()
            try:
                out[language][page] = file.read_text("utf-8")
            except UnicodeDecodeError:
                raise FlowError(Problem(f"docs/{language}/{page}", "is not UTF-8.", "Save it as UTF-8.")) from None
    return out


def close(pages: dict[Language, Pages], flow: Flow, places: Places) -> Explained:
    """Give the explanation of every step in every language; raises FlowError with all that keeps the loop open."""
    problems: list[Problem] = [*_missing_pages(pages), *_targets(pages, flow, places)]
    explained: Explained = {}
    for language in LANGUAGES:
        explained[language] = {}
        problems += _explanations(language, pages[language], flow, explained[language])
        problems += _ids(language, pages[language])
    problems += _shapes(pages)
    problems += unused_words(flow, places.of, (source for tree in pages.values() for source in tree.values()))
    for language in LANGUAGES:
        for step in flow.steps:
            if step not in explained[language]:
                stage = _page_of(flow, places, step)
                problems.append(
                    Problem(
                        places.of("steps", step),
                        f"no page explains the step '{step}' in '{language}'.",
                        f"Add a heading '## … {{#{step} .step}}' to docs/{language}/{stage}.",
                    )
                )
    if problems:
        raise FlowError(*problems)
    return explained


def anchors(tree: Pages) -> set[str]:
    """Give `page.md#id` of every heading of one language."""
    return {f"{page}#{h.id}" for page, source in tree.items() for h in headings(source) if h.id}


def _page_of(flow: Flow, places: Places, step: str) -> str:
    """The page of the stage a step stands in."""
    for route in flow.routes:
        for stage, steps in settle(flow, places, route).stages.items():
            if step in steps:
                return flow.stages[stage].page
    return "…"


def _missing_pages(pages: dict[Language, Pages]) -> Iterator[Problem]:
    every = {page for tree in pages.values() for page in tree}
    for language, tree in pages.items():
        for page in sorted(every - set(tree)):
            other = next(lang for lang, t in pages.items() if page in t)
            yield Problem(
                f"docs/{language}/{page}", f"is missing; docs/{other}/{page} exists.", "Write it, or delete the other."
            )


def _targets(pages: dict[Language, Pages], flow: Flow, places: Places) -> Iterator[Problem]:
    """Pages the definition names must exist."""
    for kind in ("participants", "objects", "stages", "routes"):
        for name, thing in getattr(flow, kind).items():
            if thing.page not in pages["en"]:
                yield Problem(
                    places.of(kind, name, "page"),
                    f"'{name}' names the page '{thing.page}', which is not there.",
                    nearest(thing.page, pages["en"]) or "Write it under docs/en and docs/zh.",
                )


def _explanations(language: Language, tree: Pages, flow: Flow, found: dict[str, Explanation]) -> Iterator[Problem]:
    for page, source in tree.items():
        for h in headings(source):
            place = f"docs/{language}/{page}:{h.line}"
            if h.is_step and h.id not in flow.steps:
                yield Problem(
                    place,
                    f"explains '{h.id}', which is no step.",
                    nearest(h.id or "", flow.steps) or "Drop '.step', or add the step to docs/flow.yml.",
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
            elif not h.id.isascii():
                yield Problem(place, f"the id '{h.id}' is not ASCII.", "Use the id of the English page.")
            elif h.id in first:
                yield Problem(place, f"the id '{h.id}' is used again.", f"It is on line {first[h.id]} already.")
            else:
                first[h.id] = h.line


def _shapes(pages: dict[Language, Pages]) -> Iterator[Problem]:
    """The same headings in the same order, whatever the language; one line for each page that differs."""
    reference = LANGUAGES[0]
    for language in LANGUAGES[1:]:
        for page in sorted(set(pages[reference]) & set(pages[language])):
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
