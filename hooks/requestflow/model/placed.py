"""Files beside the definition: read into a type of their own, every mistake with its place."""

from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from ..problems import FlowError
from . import shape
from .definition import Placed
from .reading import load

File = TypeVar("File", bound=Placed)


def read(kind: type[File], file: Path, shown: str) -> File:
    """Give what a file holds, nothing where there is none; raises FlowError with every value of another shape."""
    if not file.is_file():
        return kind()
    data, places, problems = load(file, shown)
    try:
        found = kind.model_validate(data)
    except ValidationError as error:
        raise FlowError(*problems, *shape.problems(error.errors(), data, places.of, kind)) from None
    if problems:
        raise FlowError(*problems)
    found.stands(places)
    return found
