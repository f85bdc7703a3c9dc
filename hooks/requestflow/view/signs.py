"""What somebody with a fault types or pastes → the symptom or cause whose command the search shows before all pages."""

import re
from collections.abc import Iterator

from ..model.faults import Check, Command, Faults
from ..model.values import PLACEHOLDER, Values
from .prose import text
from .scripts import knowing
from .words import WORDS

SYMPTOMS, CAUSES = "assets/symptoms.js", "assets/causes.js"  # scripts below docs/
GAP = "{}"  # in a printed text: there a reader's own value or name stands
Sign = list[str | list[str]]  # anchor on /fix/, its name, where to type its first command, that, words that bring there


def script(at: str, source: str, faults: Faults, values: Values) -> str:
    """Give a script with what it looks for; any other script as it is."""
    if at == SYMPTOMS:
        return knowing(source, SYMPTOMS=list(symptoms(faults, values)))
    if at == CAUSES:
        return knowing(source, CAUSES=list(causes(faults, values)))
    return source


def symptoms(faults: Faults, values: Values) -> Iterator[Sign]:
    """Give every symptom with the words that people have for it, in small letters."""
    for name, one in faults.symptoms.items():
        called = _plain(one.name[values.language], values)
        yield [name, called, *_typed(one.commands[0], values), one.asked(values.language)]


def causes(faults: Faults, values: Values) -> Iterator[Sign]:
    """Give every fault of which products print something, and that as they print it."""
    ours = _ours(values)
    for name, fault in faults.faults.items():
        if fault.texts:
            printed = [ours.sub(GAP, PLACEHOLDER.sub(GAP, one)) for one in fault.texts]
            yield [name, _plain(fault.cause[values.language], values), *_typed(fault.checks[0], values), printed]


def _ours(values: Values) -> re.Pattern[str]:
    """Finds words with the name of a Service, which are a container's and a backend's too; no part of a longer name."""
    names = sorted(
        {service.name.rpartition("/")[2] for service in values.flow.services.values()}, key=len, reverse=True
    )
    return re.compile(rf"[\w/-]*\b(?:{'|'.join(map(re.escape, names)) or '(?!)'})\b[\w/-]*(?![\w/<.-])")


def _typed(one: Command | Check, values: Values) -> tuple[str, str]:
    """Where to type a command, where that is not anywhere, and the command."""
    return "" if one.at == "anywhere" else WORDS[values.language].places[one.at], values.fill(one.run)


def _plain(words: str, values: Values) -> str:
    return text(words, values.fill).replace("`", "")
