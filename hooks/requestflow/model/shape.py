"""Values that do not have the shape the definition gives them: one problem each, in our words.

Pydantic finds them; what may stand in a place (keys, words, a form) is read from the definition's types.
"""

from collections.abc import Callable, Iterator
from datetime import date
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from ..problems import Problem, nearest
from .definition import ONE_LINE, Exact, Flow, PortNumber, Unfit
from .keys import PAGE, anchor
from .places import Path

ID = "^[a-z][a-z0-9-]*$"
FORMER = {  # keys of the time when the author decided what now follows from the world
    "via": "Delete it: the way follows from 'networks'.",
    "rules": "Delete it: what a node does follows from 'services'.",
    "bridged": "Delete it: write 'bridge-netfilter: false' in the network.",
    "tls": "Delete it: write 'PORT+tls' under 'listens', and 'message' in the step.",
    "fails": "Delete it: write 'message: error' in the step that says so.",
    "owns": "Delete it: write a route in the network, or 'load-balancer' in the Service.",
    "virtual": "Write 'services'.",
}


class Expected(NamedTuple):
    """What may stand in one place: types, without None, and an example of its form."""

    types: tuple[Any, ...]
    examples: tuple[str, ...] = ()

    @property
    def models(self) -> list[type[Exact]]:
        return [t for t in self.types if isinstance(t, type) and issubclass(t, Exact)]

    @property
    def keys(self) -> list[str]:
        """Every key a mapping may have here."""
        return [field.alias or name for m in self.models for name, field in m.model_fields.items()]

    @property
    def needed(self) -> list[str]:
        fields = [(n, f) for m in self.models for n, f in m.model_fields.items()]
        return [field.alias or name for name, field in fields if field.is_required()]

    @property
    def words(self) -> list[str]:
        """Every word that may stand here."""
        return [word for t in self.types if get_origin(t) is Literal for word in get_args(t)]

    @property
    def is_pair(self) -> bool:
        return any(get_origin(t) is tuple for t in self.types)


def expected(path: Path, root: type[Exact] = Flow) -> Expected:
    """Give what may stand at a place of a file that `root` is the type of; nothing where nothing may."""
    found = Expected((root,))
    for key in path:
        found = next((e for t in found.types if (e := _below(t, key)) is not None), Expected(()))
    return found


def _below(kind: Any, key: str | int) -> Expected | None:
    """What may stand under a key of a value of this type."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        fields = {f.alias or n: f for n, f in kind.model_fields.items()}
        return _of(fields[str(key)]) if key in fields else None
    of = get_args(kind)
    if get_origin(kind) is dict:
        return Expected(_types(of[1]))
    if get_origin(kind) is tuple and isinstance(key, int) and key < len(of):
        return Expected(_types(of[key]))
    return Expected(_types(of[0])) if get_origin(kind) is list and isinstance(key, int) else None


def _of(field: FieldInfo) -> Expected:
    return Expected(_types(field.annotation), tuple(field.examples or ()))


def _types(annotation: Any) -> tuple[Any, ...]:
    """The types of an annotation: each of a union, nothing of what is annotated to them."""
    if get_origin(annotation) is Annotated:
        return _types(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        return tuple(t for option in get_args(annotation) if option is not NoneType for t in _types(option))
    return (annotation,)


# -- in our words -----------------------------------------------------------------------------------------------------
def problems(errors: list[Any], data: Any, place: Callable[..., str], root: type[Exact] = Flow) -> Iterator[Problem]:
    """Give a problem for each of Pydantic's errors about `data`; `place` tells where a path stands."""
    told = set()
    for error in errors:
        problem = _Error(error, data, place, root).in_words()
        if problem not in told:  # an address is neither IPv4 nor IPv6: one mistake
            yield problem
        told.add(problem)


class _Error:
    """One error of Pydantic: where it is in what was written, and what stands there."""

    def __init__(self, error: Any, data: Any, place: Callable[..., str], root: type[Exact]) -> None:
        self.kind, self.given, self.context = error["type"], error.get("input"), error.get("ctx", {})
        self.place_of, self.root = place, root
        self.is_key = error["loc"][-1:] == ("[key]",)
        self.path = _written(error["loc"], data, self.kind)

    def expected(self, path: Path) -> Expected:
        return expected(path, self.root)

    @property
    def last(self) -> str:
        return str(self.path[-1]) if self.path else "the file"

    @property
    def where(self) -> str:
        return ".".join(map(str, self.path)) or "the file"

    def in_words(self) -> Problem:
        match self.kind:
            case "missing":
                return self._missing()
            case "extra_forbidden":
                return self._unknown_key()
            case "value_error":
                return self._unfit(self.context["error"])
        what, fix = self._words()
        return Problem(self.place_of(*self.path), what, fix)

    def _missing(self) -> Problem:
        around = self.path[:-1]
        if self.expected(around).is_pair:
            return Problem(self.place_of(*around), *_pair(".".join(map(str, around))))
        return Problem(self.place_of(*around), f"'{self.last}' is missing.", f"Add '{self.last}'.")

    def _unknown_key(self) -> Problem:
        here = self.expected(self.path[:-1])
        fix = FORMER.get(self.last) or nearest(self.last, here.keys) or _known(here, self.root)
        return Problem(self.place_of(*self.path), f"unknown key '{self.last}'.", fix)

    def _unfit(self, error: Unfit) -> Problem:
        key = (error.key,) if error.key else ()
        return Problem(self.place_of(*self.path, *key), f"{self.where} {error.what}", error.fix)

    def _words(self) -> tuple[str, str]:
        """What is wrong with a value, and what to write instead."""
        here = self.expected(self.path)
        if self.kind == "literal_error":
            what = f"'{self.last}' cannot be {_shown(self.given)}."
            return what, nearest(str(self.given), here.words) or f"Choose one of {', '.join(here.words)}."
        if self.kind.startswith(("ip_v4", "ip_v6")):
            what = f"{_shown(self.given)} is not an IP address."
            with_prefix = self.kind.endswith("interface")
            return what, f"Write it like {'192.0.2.11/24 or 2001:db8::1/64' if with_prefix else '10.96.0.1'}."
        if self.kind == "string_pattern_mismatch":
            return self._form(here)
        if here.is_pair:
            return _pair(self.where)
        if here.types == (date,):
            what = f"{self.where} has {_shown(self.given)}, which is no day as ISO 8601 writes it."
            return what, "Write it as YYYY-MM-DD, like 2026-11-22."
        if here.types == (str,) and isinstance(self.given, int) and not isinstance(self.given, bool):
            what = f"{self.where} has the number {self.given}, where a text belongs."
            return what, f'Put quotes around it: "{self.given}".'
        if here.types == _types(PortNumber):
            return f"{self.where} has {_shown(self.given)}, where a port belongs.", "Write a number from 1 to 65535."
        if self.kind in ("too_short", "string_too_short"):
            return self._short()
        return f"{self.where} has {_shown(self.given)}, where {_wanted(here)} belongs.", _advice(here)

    def _short(self) -> tuple[str, str]:
        if (least := self.context["min_length"]) > 1:
            return f"{self.where}: {_shown(self.given)} is shorter than {least} characters.", "Write more of it."
        return f"{self.where} is empty.", "Write at least one." if self.kind == "too_short" else "Write words."

    def _form(self, here: Expected) -> tuple[str, str]:
        if self.is_key or self.context["pattern"] == ID:
            fix = "Use small letters, digits and hyphens; start with a letter."
            return f"'{self.given}' is not a good id.", fix
        if self.context["pattern"] == ONE_LINE:
            return f"'{self.where}' has more than one line.", "Write it on one."
        what = f"'{self.given}' does not have the form of '{self.where}'."
        return what, f"Write it like {' or '.join(here.examples)}."


def _written(loc: Path, data: Any, kind: str) -> Path:
    """A path of Pydantic's without what is not in the file: a type it tried, the index in a list of one."""
    written, here = list[str | int](), data
    for key in loc:
        indexed = isinstance(here, list) and isinstance(key, int) and key < len(here)
        if indexed or (isinstance(here, dict) and key in here):
            here = here[key]
        elif kind != "missing" or key != loc[-1]:
            continue
        written.append(key)
    return tuple(written)


def _known(here: Expected, root: type[Exact]) -> str:
    """What may stand in a place, and where that is explained."""
    page = f" See {PAGE}#{anchor(here.models[0])}." if here.models and root is Flow else ""
    return f"Delete it. Known here: {', '.join(here.keys)}.{page}"


def _pair(where: str) -> tuple[str, str]:
    return f"{where} needs two texts, long and short.", "Write [long, short]."


def _shown(given: Any) -> str:
    if given is None:
        return "nothing"
    return f"'{given}'" if isinstance(given, str | int) else "a list" if isinstance(given, list) else "a mapping"


def _kind(here: Expected) -> str:
    """What a place holds: a mapping, a list, a choice of yes and no, or a text."""
    origins = {get_origin(t) or t for t in here.types}
    if here.models or dict in origins:
        return "mapping"
    return "list" if list in origins else "choice" if bool in origins else "text"


def _wanted(here: Expected) -> str:
    return {"mapping": "a mapping", "list": "a list", "choice": "true or false", "text": "a text"}[_kind(here)]


def _advice(here: Expected) -> str:
    if here.models:
        keys = here.needed or here.keys
        return f"Write {', '.join(f'{key}: …' for key in keys)} under it, or in braces."
    forms = {
        "mapping": "Write KEY: VALUE under it, or in braces.",
        "list": "Write [ONE, TWO].",
        "choice": "Write true or false.",
        "text": "Write words; put quotes around text that starts with { or [.",
    }
    return forms[_kind(here)]
