"""What contains what, as nested lists that CSS shows as nested boxes: readable without style, printable, searchable."""

from ..model.definition import Box
from ..model.values import Values
from .elements import Markup, el, join


def boxes(box: Box, values: Values) -> Markup:
    """Give one nest of boxes; raises UnknownValue for a value nothing in the definition has."""
    return el("div", el("ul", _box(box, values), role="list"), class_="boxes")


def _box(box: Box, values: Values) -> Markup:
    language = values.language
    words = [el("b", values.fill(box.name[language]))]
    if box.note:
        words.append(el("span", values.fill(box.note[language])))
    inner = el("ul", *(_box(b, values) for b in box.inside), role="list") if box.inside else Markup()
    return el("li", el("p", join(*words, by=" ")), inner)
