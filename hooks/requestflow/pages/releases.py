"""`docs/versions.yml` against the pages: every claim names a section that is there, and their page shows all."""

from collections import Counter
from collections.abc import Iterator

from ..model.definition import LANGUAGES, Language
from ..model.versions import SHOWN, Claim, Versions
from ..problems import Problem, nearest
from ..view.prose import named
from ..view.versions import PAGE
from . import sections
from .loop import Pages, anchors


def problems(versions: Versions, pages: dict[Language, Pages]) -> Iterator[Problem]:
    """Give sections that are not there, words that cannot be shown, and pages that do not show the claims."""
    there = {*pages[LANGUAGES[0]], *anchors(pages[LANGUAGES[0]])}
    for name, claim in versions.claims.items():
        if claim.see not in there:
            fix = nearest(claim.see, there) or "Write PAGE.md#ID."
            yield Problem(versions.place("claims", name, "see"), f"no page has '{claim.see}'.", fix)
        for what, fix in _words(claim):
            yield Problem(versions.place("claims", name, "what"), what, fix)
    if versions.claims:
        yield from sections.shown(pages, PAGE, "versions", SHOWN)


def _words(claim: Claim) -> Iterator[tuple[str, str]]:
    here, there = (Counter(named(claim.what[language])) for language in LANGUAGES)
    if any(kind != "code" for kind, _ in (*here, *there)):
        yield "has a link or a value.", "Write plain words and `code`; 'see' and 'source' are its links."
    if here != there:
        more = ", ".join(name for _, name in ((here - there) + (there - here)))
        yield f"the languages differ in {more}.", "Give both the same `code`."
