"""Files beside the definition: read into a type of their own, every mistake with its place."""

from pathlib import Path
from typing import TypeVar

from pydantic import PrivateAttr, ValidationError

from ..problems import FlowError
from . import shape
from .definition import Exact
from .places import Places
from .reading import load


class Placed(Exact):
    """What a whole file holds; knows where everything in it stands."""

    _places: Places = PrivateAttr(default_factory=Places)

    def stands(self, places: Places) -> None:
        """Say where everything stands; only who reads the file does."""
        self._places = places

    def place(self, *path: str | int) -> str:
        """Give the place of what is at a path, or of the nearest thing around it: `docs/FILE.yml:12:3`."""
        return self._places.of(*path)


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
