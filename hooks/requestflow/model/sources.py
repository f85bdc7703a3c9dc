"""Files as text: what is missing or no UTF-8 is a problem with its place, never a traceback."""

import codecs
from pathlib import Path

from ..problems import FlowError, Problem

_BY_MARK = ((codecs.BOM_UTF16_LE, "UTF-16"), (codecs.BOM_UTF16_BE, "UTF-16"))  # UTF-32 LE starts with the first of them


def text(file: Path, shown: str, wanted: str = "Bring it back, or take away what names it.") -> str:
    """Give the text of a file that is called `shown`; `wanted` is said where it is missing. Raises FlowError."""
    try:
        data = file.read_bytes()
    except FileNotFoundError:
        raise FlowError(Problem(shown, "is not there.", wanted)) from None
    except OSError as error:
        raise FlowError(Problem(shown, f"cannot be read: {error.strerror}.", "Let it be a file.")) from None
    if wide := _wide(data):
        raise FlowError(Problem(f"{shown}:1:1", f"is {wide}, not UTF-8.", "Save it as UTF-8."))
    data = data.removeprefix(codecs.BOM_UTF8)
    try:
        return data.decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8").split("\n")
        what = f"is not UTF-8: byte 0x{data[error.start]:02X} does not fit."
        raise FlowError(Problem(f"{shown}:{len(before)}:{len(before[-1]) + 1}", what, "Save it as UTF-8.")) from None


def _wide(data: bytes) -> str | None:
    """The encoding of a file in which half of the bytes of plain words are zero."""
    for mark, name in _BY_MARK:
        if data.startswith(mark):
            return name
    return "UTF-16" if 0 in data[:2] and len(data) > 1 else None
