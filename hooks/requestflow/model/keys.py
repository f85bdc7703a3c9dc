"""Every key of the definition: its model, its anchor on /reference/flow-file/, and what it means in English."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any, get_args, get_type_hints

from . import docstrings
from .definition import Exact, Flow, Label, Text

Model = type[Exact]
Meanings = dict[str, dict[str, str]]  # model → key → what it means, in one language
PAGE = "/reference/flow-file/"
CALLED, ITSELF = "called", "itself"  # beside its keys: the name of a model, and what it is
USED_EVERYWHERE: tuple[Model, ...] = (Text, Label)


@cache
def models() -> tuple[Model, ...]:
    """Give every model in the order of the file; what stands everywhere comes last."""
    found = dict.fromkeys(_with_those_inside(Flow, ()))
    return (*(m for m in found if m not in USED_EVERYWHERE), *USED_EVERYWHERE)


def _with_those_inside(model: Model, around: tuple[Model, ...]) -> Iterator[Model]:
    yield model
    for kind in types(model).values():
        for inner in inside(kind):
            if inner not in (model, *around):
                yield from _with_those_inside(inner, (model, *around))


@cache
def types(model: Model) -> dict[str, Any]:
    """Give the type of every key of a model, with all that is annotated to it."""
    hints = get_type_hints(model, include_extras=True)
    return {field.alias or name: hints[name] for name, field in model.model_fields.items()}


def inside(kind: Any) -> Iterator[Model]:
    """Give the models a type is made of."""
    if isinstance(kind, type) and issubclass(kind, Exact):
        yield kind
    for part in get_args(kind):
        yield from inside(part)


@cache
def places() -> dict[Model, tuple[str, ...]]:
    """Give where in the file each model stands: `participants.ID.tunnels.NAME`."""
    found: dict[Model, list[str]] = {model: [] for model in models()}
    for model in models():
        for key, kind in types(model).items():
            for inner in inside(kind):
                if inner is not model:
                    found[inner] += [f"{above}{key}{_below(kind)}" for above in _prefixes(model, found)]
    return {model: tuple(dict.fromkeys(paths)) for model, paths in found.items()}


def _prefixes(model: Model, found: dict[Model, list[str]]) -> list[str]:
    return [f"{path}." for path in found[model]] if model is not Flow else [""]


def _below(kind: Any) -> str:
    """The names under a key: `.ID` for a mapping, one more for a mapping of mappings."""
    if getattr(kind, "__origin__", None) is dict:
        _, value = get_args(kind)
        return f".{'NAME' if get_args(kind)[0] is str else 'ID'}{_below(value)}"
    return next((below for part in get_args(kind) if (below := _below(part))), "")


def anchor(model: Model, key: str = "") -> str:
    """Give the id of a model, or of one of its keys, on the page: `key-step-opens`."""
    words = re.sub(r"(?<!^)(?=[A-Z])", "-", model.__name__).lower()
    return "-".join(["key", words, key] if key else ["key", words])


@cache
def english() -> Meanings:
    """Give what the docstrings say of every model and key."""
    return {
        model.__name__: {
            CALLED: str(model.model_config.get("title") or model.__name__),
            ITSELF: "\n\n".join(_line(paragraph) for paragraph in re.split(r"\n\s*\n", model.__doc__ or "")),
            **{
                key.alias or name: _line(docstrings.of(model).get(name, "")) for name, key in model.model_fields.items()
            },
        }
        for model in models()
    }


def _line(words: str) -> str:
    return " ".join(words.split())
