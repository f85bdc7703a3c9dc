"""What somebody with a fault types or pastes → the symptom or cause whose command the search shows before all pages."""

import re
from collections.abc import Callable, Iterator

from ..model.definition import Language
from ..model.faults import Check, Command, Faults
from ..model.values import PLACEHOLDER
from .prose import text
from .scripts import knowing
from .words import WORDS

SYMPTOMS, CAUSES = "assets/symptoms.js", "assets/causes.js"  # scripts below docs/
VALUE = "{}"  # in a printed text: there a reader's own stands
OURS = re.compile(
    r'"(?:default/)?shop"|(?<=ontainer )shop\b|(?<=lookup )shop(?= )|b-shop/s1'
)  # names in a printed text that a reader's own replace
Fill = Callable[[str], str]  # puts values in
Sign = list[str | list[str]]  # anchor on /fix/, its name, where to type its first command, that, words that bring there


def script(at: str, source: str, faults: Faults, language: Language, fill: Fill) -> str:
    """Give a script with what it looks for; any other script as it is."""
    if at == SYMPTOMS:
        return knowing(source, SYMPTOMS=list(symptoms(faults, language, fill)))
    if at == CAUSES:
        return knowing(source, CAUSES=list(causes(faults, language, fill)))
    return source


def symptoms(faults: Faults, language: Language, fill: Fill) -> Iterator[Sign]:
    """Give every symptom with the words that people have for it, in small letters."""
    for name, one in faults.symptoms.items():
        yield [name, _plain(one.name[language], fill), *_typed(one.commands[0], language, fill), one.asked(language)]


def causes(faults: Faults, language: Language, fill: Fill) -> Iterator[Sign]:
    """Give every fault of which products print something, and that as they print it."""
    for name, fault in faults.faults.items():
        if fault.texts:
            printed = [OURS.sub(VALUE, PLACEHOLDER.sub(VALUE, one)) for one in fault.texts]
            yield [name, _plain(fault.cause[language], fill), *_typed(fault.checks[0], language, fill), printed]


def _typed(one: Command | Check, language: Language, fill: Fill) -> tuple[str, str]:
    """Where to type a command, where that is not anywhere, and the command."""
    return "" if one.at == "anywhere" else WORDS[language].places[one.at], fill(one.run)


def _plain(words: str, fill: Fill) -> str:
    return text(words, fill).replace("`", "")
