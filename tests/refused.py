"""Files beside the definition that are wrong by themselves: each is refused in words, with its line."""

import re
from collections.abc import Callable

import pytest
from requestflow.problems import FlowError

Mistake = tuple[str, str, str]  # what is replaced, by what, and what must be said


def refused(read: Callable[[str], object], text: str, mistake: Mistake, shown: str) -> None:
    """Read a text with one mistake; what is said has the words, and the place in the file `shown`."""
    old, new, words = mistake
    assert old in text
    with pytest.raises(FlowError) as error:
        read(text.replace(old, new, 1))
    told = str(error.value)
    assert words in told and re.match(rf"{re.escape(shown)}:\d+", told), told
