"""What the docstring of a field says: its description in the schema and on /reference/flow-file/.

Pydantic would read the sources of every model whenever they are imported; only these two want to know.
"""

import ast
import sys
from functools import cache
from inspect import cleandoc
from itertools import pairwise
from pathlib import Path
from typing import Any

from .definition import Exact


@cache
def of(model: type[Exact]) -> dict[str, str]:
    """Give what is said of each field that has a docstring, those of its bases too."""
    said = {name: words for base in model.__bases__ if issubclass(base, Exact) for name, words in of(base).items()}
    for field, below in pairwise(_classes(model.__module__)[model.__name__].body):
        match field, below:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(words))):
                said[name] = cleandoc(words)
    return said


@cache
def _classes(module: str) -> dict[str, ast.ClassDef]:
    """The classes of a module as they are written."""
    source = Path(sys.modules[module].__file__ or "").read_text("utf-8")
    return {node.name: node for node in ast.parse(source).body if isinstance(node, ast.ClassDef)}


def schema(model: type[Exact]) -> dict[str, Any]:
    """Give the JSON Schema of a model, in which every property says what its docstring does."""
    made = model.model_json_schema(by_alias=True)
    parts = made.get("$defs", {}) | {model.__name__: made}
    for each in _below(Exact):
        for field, words in of(each).items() if each.__name__ in parts else ():
            parts[each.__name__]["properties"][each.model_fields[field].alias or field]["description"] = words
    return made


def _below(model: type[Exact]) -> list[type[Exact]]:
    return [sub for direct in model.__subclasses__() for sub in (direct, *_below(direct))]
