"""Terms → the page /reference/glossary/, and the link that stands for a term where a page first uses it."""

from ..model.glossary import Glossary, Term
from .elements import Markup, el, join
from .prose import Ways

PAGE = "reference/glossary.md"
ANCHOR = "term-"  # before the id of a term: no heading of a page begins so


def terms(glossary: Glossary, ways: Ways) -> Markup:
    """Give every term with its sentence, by the English alphabet; its name leads to what shows it."""
    entries = sorted(glossary.terms.items(), key=lambda one: one[1].term.en.casefold())
    return el("div", *(_entry(name, term, ways) for name, term in entries), class_="terms")


def _entry(name: str, term: Term, ways: Ways) -> Markup:
    see = f"/{term.see}" if ".md" in term.see else f"flow:{term.see}"
    link = el("a", term.term[ways.language], href=ways.href(see))
    said = el("p", term.says[ways.language])
    return el("div", el("h2", link, _others(term, ways), id=f"{ANCHOR}{name}"), said)


def _others(term: Term, ways: Ways) -> Markup:
    """How else it is written; on a page in another language in English too."""
    usual, *more = term.spellings(ways.language)
    others = dict.fromkeys([term.term.en, *more])
    others.pop(usual, None)
    return join(" ", el("small", ways.words.comma.join(others))) if others else Markup()


def link(word: str, href: str, says: str) -> Markup:
    """Give a word of a page, HTML already, as a link to its term; what that is shows when it is pointed at."""
    return el("a", Markup(word), class_="term", href=href, aria_description=says)
