"""`docs/keys.zh.yml`: what every key of the definition means in Chinese; as many keys, no more and no fewer."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ..problems import Problem, nearest, refuse
from .definition import Language
from .keys import CALLED, ITSELF, Meanings, english
from .places import Places
from .reading import load

FILE = "keys.zh.yml"
SHOWN = f"docs/{FILE}"


def meanings(docs: Path, language: Language) -> Meanings:
    """Give what every key means in a language; raises FlowError with every text that is missing or too much."""
    return english() if language == "en" else _chinese(docs / FILE)


def _chinese(file: Path) -> Meanings:
    data, places, problems = load(file, SHOWN, "It says in Chinese what every key of docs/flow.yml means.")
    refuse([*problems, *_differences(data, places)])
    return data


def _differences(data: dict[str, Any], places: Places) -> Iterator[Problem]:
    """Models and keys that one has and the other has not, and what is no text."""
    known = english()
    yield from (_unknown(places.of(model), model, known, "model") for model in data if model not in known)
    for model, keys in known.items():
        given = data.get(model)
        if model not in data:
            yield Problem(places.of(), f"the model '{model}' is missing.", f"Write {model}: {{{', '.join(keys)}}}.")
        elif not isinstance(given, dict):
            yield Problem(places.of(model), f"'{model}' has no keys.", f"Write {', '.join(keys)} under it.")
        else:
            yield from _keys(model, given, keys, places)


def _keys(model: str, given: dict[str, Any], keys: dict[str, str], places: Places) -> Iterator[Problem]:
    for key in given:
        if key not in keys:
            yield _unknown(places.of(model, key), f"{model}.{key}", [f"{model}.{k}" for k in keys], "key")
        elif not isinstance(given[key], str) or not given[key].strip():
            yield Problem(places.of(model, key), f"{model}.{key} has no text.", _in_english(keys[key]))
    for key in keys:
        if key not in given:
            yield Problem(places.of(model), f"{model}.{key} is missing.", _in_english(keys[key]))


def _in_english(said: str) -> str:
    return f"Say in Chinese: {said}"


def _unknown(place: str, name: str, known: Any, kind: str) -> Problem:
    fix = nearest(name, known) or f"Delete it; beside the keys of a model stand only {CALLED} and {ITSELF}."
    return Problem(place, f"unknown {kind} '{name}'.", fix)
