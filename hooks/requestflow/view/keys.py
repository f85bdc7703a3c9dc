"""The tables of /reference/flow-file/: every key of `docs/flow.yml`, what may stand there, and what it means."""

import re
from datetime import date
from functools import cache
from ipaddress import IPv4Address, IPv4Interface, IPv6Address, IPv6Interface
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BeforeValidator
from pydantic.fields import FieldInfo

from ..model import definition
from ..model.definition import NEEDED, ONLY_WITH, VERBS, Language, Step
from ..model.keys import CALLED, ITSELF, USED_EVERYWHERE, Meanings, Model, anchor, models, places, types
from .elements import UNSEARCHED, Markup, el, join
from .words import WORDS, Words

CODE = re.compile(r"`([^`]+)`")
NAMED: tuple[tuple[Any, str], ...] = (  # types that have a name of their own: the word for it
    (definition.Id, "id"),
    (definition.Name, "line"),
    (definition.PortNumber, "number"),
    (definition.Interfaces, "interfaces"),
)
SIMPLE: dict[Any, str] = {
    str: "text",
    bool: "yes_no",
    date: "day",
    IPv4Address: "address",
    IPv6Address: "address",
    IPv4Interface: "interface",
    IPv6Interface: "interface",
}


def tables(meanings: Meanings, language: Language) -> Markup:
    """Give every model with a table of its keys, in the order of the file, and a list of them to choose from."""
    tables_ = _Tables(meanings, WORDS[language])
    links = [el("a", meanings[m.__name__][CALLED], href=f"#{anchor(m)}") for m in models()]
    return el(
        "div", el("p", join(*links, by=" · "), class_="all"), *map(tables_.model, models()), class_="keys", **UNSEARCHED
    )


class _Tables:
    def __init__(self, meanings: Meanings, words: Words) -> None:
        self.meanings, self.words = meanings, words

    def model(self, model: Model) -> Markup:
        """One model: its name, where it stands, what it is, its keys."""
        w, said = self.words, self.meanings[model.__name__]
        paths = () if model in USED_EVERYWHERE else places()[model]
        where = (
            [el("p", w.stands_in, join(*(el("code", p) for p in paths), by=w.between), class_="where")] if paths else []
        )
        heads = [el("th", word, scope="col") for word in (w.key, w.may_be, w.written, w.means)]
        rows = [self._row(model, key, kind, said[key]) for key, kind in types(model).items()]
        table = el("table", el("thead", el("tr", *heads)), el("tbody", *rows), class_="keys")
        about = [el("p", _prose(text)) for text in said[ITSELF].split("\n\n")]
        return join(el("h3", said[CALLED], id=anchor(model)), *where, *about, table)

    def _row(self, model: Model, key: str, kind: Any, said: str) -> Markup:
        name = el("a", el("code", key), href=f"#{anchor(model, key)}")
        cells = [el("td", cell) for cell in (self.kind(kind), self._written(model, key), _prose(said))]
        return el("tr", el("th", name, scope="row"), *cells, id=anchor(model, key))

    def _written(self, model: Model, key: str) -> Markup:
        """Whether a key must be written, and what holds when it is not."""
        w, field = self.words, _field(model, key)
        if model is Step and key in VERBS:
            return join(w.one_verb)
        if model is Step and key in ONLY_WITH:
            form = w.needed_with if key in NEEDED else w.only_with
            return _prose(form.format(verb=f"`{ONLY_WITH[key]}`"))
        if field.is_required():
            return join(w.required)
        default = field.get_default(call_default_factory=True)
        if default in (None, "") or isinstance(default, list | dict):
            return join(w.optional)
        return join(w.default, el("code", str(default).lower() if isinstance(default, bool) else str(default)))

    # -- what may stand there -----------------------------------------------------------------------------------------
    def kind(self, kind: Any) -> Markup:
        """Say what may stand in a place of this type: as words."""
        if name := next((name for type_, name in NAMED if type_ == kind), SIMPLE.get(kind) if _plain(kind) else None):
            return join(self.words.kinds[name])
        origin, parts = get_origin(kind), get_args(kind)
        if origin is Annotated:
            return self._annotated(parts[0], parts[1:])
        if origin in (Union, UnionType):
            either = dict.fromkeys(self.kind(part) for part in parts if part is not NoneType)
            return join(*either, by=self.words.either)
        if origin is Literal:
            return join(self.words.one_of, join(*(el("code", str(word)) for word in parts), by=self.words.between))
        if origin is dict:
            each = self.words.by_name if parts[0] is str else self.words.by_id
            return join(each, self.kind(parts[1]))
        if origin is list:
            return join(self.words.list_of, self.kind(parts[0]))
        if origin is tuple:
            return join(self.words.pair)
        return el("a", self.meanings[kind.__name__][CALLED], href=f"#{anchor(kind)}")

    def _annotated(self, kind: Any, more: tuple[Any, ...]) -> Markup:
        written = next((m.json_schema_input_type for m in more if isinstance(m, BeforeValidator)), kind)
        examples = [e for m in more if isinstance(m, FieldInfo) for e in m.examples or ()]
        like = (
            join(self.words.like_this, join(*(el("code", e) for e in examples), by=self.words.between))
            if examples
            else ""
        )
        return join(self.kind(written), like)


def _plain(kind: Any) -> bool:
    return isinstance(kind, type) and get_origin(kind) is None


@cache
def _field(model: Model, key: str) -> FieldInfo:
    return next(field for name, field in model.model_fields.items() if (field.alias or name) == key)


def _prose(said: str) -> Markup:
    """Words with `code` in them."""
    return join(*(el("code", part) if n % 2 else part for n, part in enumerate(CODE.split(said))))
