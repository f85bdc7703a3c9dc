"""A page in sections, from heading to heading, and what must be the same in each of them in every language."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from ..model.definition import Language
from ..model.values import PLACEHOLDER
from ..problems import Problem
from . import markdown
from .markdown import PAGES, Fence, Heading


@dataclass
class Section:
    """What stands between a heading and the next: its text outside code, its markers, fences, links and values."""

    heading: Heading | None
    line: int
    text: list[tuple[int, str]] = field(default_factory=list)
    markers: list[tuple[int, str]] = field(default_factory=list)
    fences: list[Fence] = field(default_factory=list)
    links: Counter[str] = field(default_factory=Counter)
    values: Counter[str] = field(default_factory=Counter)
    quoted: list[str] = field(default_factory=list)  # lines of recorded fences


@lru_cache(PAGES)
def sections(source: str) -> tuple[Section, ...]:
    """Give the sections of a page; the first holds what stands before any heading."""
    headings = {h.line: h for h in markdown.headings(source)}
    outside, lines = dict(markdown.lines_outside_code(source)), markdown.lines_of(source)
    fences = {f.first: f for f in markdown.fences(source)}
    inside = {n for f in fences.values() for n in f.lines}
    out = [Section(None, 1)]
    for n, line in enumerate(lines, 1):
        if h := headings.get(n):
            out.append(Section(h, n))
        if fence := fences.get(n):
            _fence(out[-1], fence, lines[fence.first : fence.last - 1])
        elif n not in inside and "<!--" in line and (m := markdown.MARKER.match(line)):
            out[-1].markers.append((n, " ".join([m[1], *m[2].split()])))
        elif n in outside:
            _line(out[-1], n, h.title if h else line)
    return tuple(out)


def names_others(source: str) -> bool:
    """Whether a marker of a page says what other pages are called: then it changes when they do."""
    return any(words.split()[0] in markdown.OF_OTHERS for section in sections(source) for _, words in section.markers)


def _fence(section: Section, fence: Fence, body: Sequence[str]) -> None:
    section.fences.append(fence)
    if "recorded" in fence.classes:
        section.quoted += [line.strip() for line in body if line.strip()]
    elif "flow" in fence.classes:
        section.values.update(m[1] for line in body if "{" in line for m in PLACEHOLDER.finditer(line))


def _line(section: Section, n: int, line: str) -> None:
    section.text.append((n, line))
    for m in markdown.FLOW_TARGET.finditer(markdown.without_code(line)) if "flow:" in line else ():
        (section.values if m["empty"] else section.links)[m["name"]] += 1


def shown(pages: dict[Language, dict[str, str]], page: str, marker: str, file: str) -> Iterator[Problem]:
    """Tell where the page that shows all of a file does not, in every language."""
    for language, tree in pages.items():
        markers = [words for section in sections(tree.get(page, "")) for _, words in section.markers]
        if markers.count(marker) != 1:
            fix = f"Write '<!-- flow:{marker} -->' there once."
            yield Problem(f"docs/{language}/{page}", f"does not show all of {file}.", fix)


def differences(place: str, source: str, other_place: str, other: str) -> Iterator[Problem]:
    """Give where a page differs from the same page in another language; both have the same headings."""
    for here, there in zip(sections(source), sections(other), strict=True):
        if here.heading and there.heading and set(here.heading.classes) != set(there.heading.classes):
            what = f"the heading has other classes than {other_place}:{there.line}."
            yield Problem(f"{place}:{here.line}", what, "Give both the same.")
        yield from _markers(place, here, other_place, there)
        for kind, a, b in (("links", here.links, there.links), ("values", here.values, there.values)):
            if a != b:
                more = [f"{count} × {name} more" for name, count in (a - b).items()]
                less = [f"{count} × {name} fewer" for name, count in (b - a).items()]
                what = f"this section has other flow: {kind} than {other_place}:{there.line}: "
                what += f"{', '.join(more + less)}."
                yield Problem(f"{place}:{here.line}", what, "Give both sections the same.")
        yield from _fences(place, here, other_place, there)


def _markers(place: str, here: Section, other_place: str, there: Section) -> Iterator[Problem]:
    a, b = ([text for _, text in section.markers] for section in (here, there))
    if a != b:
        n = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
        line, what = here.markers[n] if n < len(a) else (here.line, "nothing")
        at, instead = there.markers[n] if n < len(b) else (there.line, "nothing")
        yield Problem(
            f"{place}:{line}",
            f"the markers differ: '{what}' here, '{instead}' in {other_place}:{at}.",
            "Give both pages the same markers in the same order.",
        )


def _fences(place: str, here: Section, other_place: str, there: Section) -> Iterator[Problem]:
    a, b = ([(f.language, set(f.classes), f.attributes.get("from")) for f in s.fences] for s in (here, there))
    if a != b:
        n = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
        line, what = (f.first, f.info or "a plain fence") if (f := _at(here.fences, n)) else (here.line, "nothing")
        at, instead = (f.first, f.info or "a plain fence") if (f := _at(there.fences, n)) else (there.line, "nothing")
        yield Problem(
            f"{place}:{line}",
            f"the fences differ: '{what}' here, '{instead}' in {other_place}:{at}.",
            "Give both pages the same fences in the same order.",
        )
    elif here.quoted != there.quoted:
        recorded = next(f for f in here.fences if "recorded" in f.classes)
        yield Problem(
            f"{place}:{recorded.first}",
            f"what is quoted here differs from {other_place}:{there.line}.",
            "Recorded output is the same in every language.",
        )


def _at(fences: list[Fence], n: int) -> Fence | None:
    return fences[n] if n < len(fences) else None
