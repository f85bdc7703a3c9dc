"""`docs/faults.yml` against all it names: steps, sections, recordings, links and values, and the pages that show it."""

from collections import Counter
from collections.abc import Collection, Iterator
from pathlib import Path

from pydantic import BaseModel

from ..model.definition import LANGUAGES, Flow, Language, Placed, Text
from ..model.faults import Faults, commands
from ..model.typed import Owned
from ..model.values import PLACEHOLDER, UnknownValue, Values
from ..problems import Problem, nearest
from ..view.faults import PAGE
from ..view.prose import INLINE, named
from ..world import recordings
from . import claims, sections
from .loop import Explained, Explanation, Pages, anchors
from .markdown import headings

Path_ = tuple[str | int, ...]
SCHEME, RECORDING = "flow:", "flow:recording."


def problems(
    faults: Faults, flow: Flow, explained: Explained, pages: dict[Language, Pages], folder: Path
) -> Iterator[Problem]:
    """Give what faults name and nothing has, and what of them no page shows."""
    known, said = recordings.names(folder), [Said(*found) for found in texts(faults)]
    yield from _steps(faults, flow, known)
    yield from _sections(faults, pages)
    yield from _as_typed(faults, Values(flow, LANGUAGES[0]))
    yield from owned(faults, [*_codes(faults), *words(said)], Owned(flow))
    for language in LANGUAGES:
        names = Names(flow, explained[language], pages[language], language, known)
        for one in said:
            yield from (Problem(faults.place(*one.path, language), wrong) for wrong in names.wrong(one, language))
        yield from _shown(faults, language, pages[language])
    yield from shapes(faults, said)
    yield from _claims(faults, said)


def values(faults: Faults) -> Iterator[str]:
    """Give every value that the words and commands of faults show."""
    yield from PLACEHOLDER.findall(faults.model_dump_json())


class Said:
    """A text: where it stands, and what it names in each language."""

    def __init__(self, path: Path_, text: Text) -> None:
        self.path, self.text = path, text
        self.names = {language: list(named(text[language])) for language in LANGUAGES}


def texts(model: BaseModel, path: Path_ = ()) -> Iterator[tuple[Path_, Text]]:
    """Give every text in both languages, and where it stands."""
    for at, value in _values(model, path):
        if isinstance(value, Text):
            yield at, value
        elif isinstance(value, BaseModel):
            yield from texts(value, at)


def _values(model: BaseModel, path: Path_) -> Iterator[tuple[Path_, object]]:
    """What a model holds, in lists and mappings too."""
    for key in type(model).model_fields:
        yield from _held((*path, key), getattr(model, key))


def _held(path: Path_, value: object) -> Iterator[tuple[Path_, object]]:
    if isinstance(value, dict | list):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _held((*path, key), item)
    else:
        yield path, value


# -- what is named ----------------------------------------------------------------------------------------------------
def _steps(faults: Faults, flow: Flow, known: list[str]) -> Iterator[Problem]:
    for name, fault in faults.faults.items():
        if not fault.steps and not fault.section:
            fix = "Name its 'steps', or the 'section' that explains it."
            yield Problem(faults.place("faults", name), f"'{name}' breaks no step.", fix)
        for n, step in enumerate(fault.steps):
            if step not in flow.steps:
                fix = nearest(step, flow.steps) or "See docs/flow.yml."
                yield Problem(faults.place("faults", name, "steps", n), f"unknown step '{step}'.", fix)
        if (recording := fault.recording) and recording not in known:
            fix = nearest(recording, known) or "See docs/recordings/."
            yield Problem(faults.place("faults", name, "known"), f"unknown recording '{recording}'.", fix)


def _sections(faults: Faults, pages: dict[Language, Pages]) -> Iterator[Problem]:
    there = {*pages[LANGUAGES[0]], *anchors(pages[LANGUAGES[0]])}
    for name, fault in faults.faults.items():
        if fault.section and fault.section not in there:
            place = faults.place("faults", name, "section")
            yield Problem(
                place, f"no page has '{fault.section}'.", nearest(fault.section, there) or "Write PAGE.md#ID."
            )


class Names:
    """What words in one language may name."""

    def __init__(
        self, flow: Flow, explained: dict[str, Explanation], tree: Pages, language: Language, known: list[str]
    ) -> None:
        self.known, self.values = known, Values(flow, language)
        self.ids = {*explained, *flow.stages, *flow.participants, *flow.objects, *flow.routes}
        self.there = {*tree, *anchors(tree)}

    def wrong(self, said: Said, language: Language) -> Iterator[str]:
        """Give what these words name and nothing is."""
        words = said.text[language]
        for kind, name in said.names[language]:
            if kind == "link":
                yield from self._link(name)
                continue
            for value in [name] if kind == "value" else PLACEHOLDER.findall(name):
                yield from unknown(self.values, value)
        if "](" in words and "](" in INLINE.sub("", words):
            yield f"a link in '{words}' cannot be read. Write [words](flow:ID), without a space between them."

    def _link(self, to: str) -> Iterator[str]:
        name, names = self._meant(to)
        if name not in names:
            yield f"the link to '{to}' leads nowhere. {nearest(name, names) or 'Write flow:ID or /page.md#id.'}"

    def _meant(self, to: str) -> tuple[str, Collection[str]]:
        """What a link names, and what may be named in its way."""
        if to.startswith(RECORDING):
            return to.removeprefix(RECORDING), self.known
        if to.startswith(SCHEME):
            return to.removeprefix(SCHEME), self.ids
        if to.startswith("/"):
            of_page = to.startswith(f"/{PAGE}#")  # of a fault or symptom
            return to[1:], [to[1:]] if of_page else self.there
        return to, [to] if to.startswith("https://") else []


def unknown(values: Values, name: str) -> Iterator[str]:
    """Say that a value is unknown."""
    try:
        values(name)
    except UnknownValue as error:
        yield str(error)


def _codes(faults: Faults) -> Iterator[tuple[Path_, str]]:
    """What is shown as it is typed or printed: commands, and texts of products."""
    yield from commands(faults)
    for name, fault in faults.faults.items():
        yield from ((("faults", name, "texts", n), text) for n, text in enumerate(fault.texts))


def _as_typed(faults: Faults, values: Values) -> Iterator[Problem]:
    """Values in commands and texts."""
    for path, text in _codes(faults):
        for name in PLACEHOLDER.findall(text):
            yield from (Problem(faults.place(*path), words) for words in unknown(values, name))


def words(said: list[Said]) -> Iterator[tuple[Path_, str]]:
    """Give all words of texts."""
    yield from ((one.path, one.text[language]) for one in said for language in LANGUAGES)


def owned(file: Placed, written: list[tuple[Path_, str]], owner: Owned) -> Iterator[Problem]:
    """Give values typed by hand though the definition owns them."""
    for path, text in dict.fromkeys(written):
        for typed in owner(text):
            what = f"types the {typed.kind} {typed.text}, which the definition owns."
            fix = f"Write {' or '.join(f'{{{name}}}' for name in typed.names)} in its place."
            yield Problem(file.place(*path), what, fix)


# -- languages and claims ---------------------------------------------------------------------------------------------
def shapes(file: Placed, said: list[Said]) -> Iterator[Problem]:
    """Give texts whose languages have other links, values or code."""
    for one in said:
        here, there = (Counter(map(_comparable, one.names[language])) for language in LANGUAGES)
        if here != there:
            more = ", ".join(name for _, name in ((here - there) + (there - here)))
            what = f"the languages differ in {more}."
            yield Problem(file.place(*one.path), what, "Give both the same links, values and `code`.")


def _comparable(name: tuple[str, str]) -> tuple[str, str]:
    """What both languages must have; a page outside may have another address in each."""
    kind, said = name
    return kind, "https:" if said.startswith("https:") else said


def _claims(faults: Faults, said: list[Said]) -> Iterator[Problem]:
    """Who says "measured" shows a recording: the fault is known from one, or the words link to one."""
    for one in said:
        if _recorded(faults, one.path):
            continue
        for language in LANGUAGES:
            words = one.text[language]
            if (m := claims.CLAIMS[language].search(words)) and RECORDING not in words:
                yield Problem(faults.place(*one.path), f"says '{m[0]}' and names no recording.", "Link one.")


def _recorded(faults: Faults, path: Path_) -> bool:
    """Whether the fault that words belong to is known from a recording."""
    match path:
        case ("faults", str(name), *_):
            return bool(faults.faults[name].recording)
        case ("tables", str(table), "rows", int(n), *_):
            return bool(faults.faults[faults.tables[table].rows[n].fault].recording)
    return False


# -- the pages that show it -------------------------------------------------------------------------------------------
def _shown(faults: Faults, language: Language, tree: Pages) -> Iterator[Problem]:
    """Every symptom has its heading and marker on the page of faults, every table stands on one page."""
    found = Counter(marker for source in tree.values() for s in sections.sections(source) for _, marker in s.markers)
    titles = {h.id: h for h in headings(tree.get(PAGE, ""))}
    here = f"docs/{language}/{PAGE}"
    for name, symptom in faults.symptoms.items():
        place, called = faults.place("symptoms", name), symptom.name[language]
        if name not in titles or not found[f"fix {name}"]:
            fix = f"Write '## {called} {{#{name}}}' and '<!-- flow:fix {name} -->' there."
            yield Problem(place, f"{here} does not show the symptom '{name}'.", fix)
        elif (title := titles[name].title) != called:
            yield Problem(
                f"{here}:{titles[name].line}", f"'{title}' is called '{called}' in docs/faults.yml.", "Say one."
            )
    for name in faults.tables:
        if found[f"breaks {name}"] != 1:
            what = f"{found[f'breaks {name}']} pages in '{language}' show the table '{name}'."
            yield Problem(faults.place("tables", name), what, f"Write '<!-- flow:breaks {name} -->' on one.")
