"""What need not be made again: results kept, with all they were made from, while one process builds again and again.

MkDocs makes the whole site at every save all the same, and writes every file; it only asks here first. Of each thing
the last result is kept, so memory does not grow with the saves.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from jinja2.bccache import Bucket, BytecodeCache
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page

from ..model.values import UnknownValue
from ..pages import markers
from ..pages.book import Book, Hrefs

Made = TypeVar("Made")
Given = dict[tuple[str, str], Any]  # (question, name) → answer


class Memory(BytecodeCache):
    """What was made the last time, by name; compiled templates too, which Jinja compares with their source."""

    def __init__(self) -> None:
        self._kept: dict[object, tuple[object, Any]] = {}
        self._compiled: dict[str, bytes] = {}

    def recall(
        self, name: object, inputs: object, make: Callable[[], Made], still: Callable[[Made], bool] = lambda _: True
    ) -> Made:
        """Give what was made from equal inputs the last time if it `still` holds, else make it; errors are not kept."""
        if name in self._kept:
            before, made = self._kept.pop(name)
            if before == inputs and still(made):
                self._kept[name] = before, made
                return made  # type: ignore[no-any-return]
        made = make()
        self._kept[name] = inputs, made
        return made

    def forget(self, name: object) -> None:
        """Have it made anew the next time."""
        self._kept.pop(name, None)

    def load_bytecode(self, bucket: Bucket) -> None:
        if compiled := self._compiled.get(bucket.key):
            bucket.bytecode_from_string(compiled)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._compiled[bucket.key] = bucket.bytecode_to_string()


class Answers:
    """Says what names mean, and keeps what it `gave`: whether it would say the same now can be asked later."""

    def __init__(self, **questions: Callable[[str], Any]) -> None:
        """Take a function for each question; all may raise UnknownValue."""
        self._questions = questions
        self.gave: Given = {}

    def to(self, question: str) -> Callable[[str], Any]:
        """Give the function that answers one question."""

        def answer(name: str) -> Any:
            self.gave[question, name] = object()  # equal to no answer: a name that is unknown is asked again
            self.gave[question, name] = said = self._questions[question](name)
            return said

        return answer

    def hold(self, gave: Given) -> bool:
        """Whether everything once given would be given now."""
        try:
            return all(self._questions[question](name) == said for (question, name), said in gave.items())
        except UnknownValue:
            return False


MEMORY = Memory()  # as long as this code: the hook imports it anew when a file of it has changed


def expand(inputs: object, book: Book, source: str, place: str, hrefs: Hrefs, above: int) -> tuple[str, list[str]]:
    """Do as `markers.expand`, or recall what that gave; `inputs` is all that pages are made from besides their text."""

    def make() -> tuple[str, list[str], dict[str, Any], dict[str, str | None], dict[str, str], list[str]]:
        before = book.taken, book.mapped, book.beside, book.later
        book.taken, book.mapped, book.beside, book.later = {}, {}, {}, []
        try:
            made = markers.expand(book, source, place, hrefs, above)
            return *made, book.taken, book.mapped, book.beside, book.later
        finally:
            book.taken, book.mapped, book.beside, book.later = before

    markdown, parts, taken, mapped, beside, later = MEMORY.recall(("expand", place), (inputs, source, above), make)
    book.taken |= taken
    book.mapped |= mapped
    book.beside |= beside
    book.later += later
    return markdown, parts


def render(inputs: object, answers: Answers, page: Page, config: MkDocsConfig, files: Files) -> None:
    """Do as `page.render`, or recall what that left on the page, unless MkDocs had something to say about it."""
    name = ("render", config.config_file_path, page.file.src_uri)

    def make() -> tuple[dict[str, Any], dict[str, dict[str, str]], Given]:
        answers.gave = {}
        type(page).render(page, config, files)
        linked = {file.src_uri: links for file, links in (page.links_to_anchors or {}).items()}
        kept = ("content", "toc", "_title_from_render", "present_anchor_ids")
        return {name: getattr(page, name) for name in kept}, linked, answers.gave

    with listening(type(config).__module__.split(".")[0]) as heard:
        left, linked, _ = MEMORY.recall(name, (inputs, page.markdown), make, lambda made: answers.hold(made[2]))
    for attribute, value in left.items():
        setattr(page, attribute, value)
    page.links_to_anchors = {file: linked[uri] for uri in linked if (file := files.get_file_from_path(uri))}
    if heard:
        MEMORY.forget(name)


class _Listener(logging.Handler):
    def __init__(self, level: int) -> None:
        super().__init__(level)
        self.heard: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.heard.append(record)


@contextmanager
def listening(logger: str, level: int = logging.INFO) -> Iterator[list[logging.LogRecord]]:
    """Keep what a logger and those below it say meanwhile."""
    handler = _Listener(level)
    logging.getLogger(logger).addHandler(handler)
    try:
        yield handler.heard
    finally:
        logging.getLogger(logger).removeHandler(handler)
