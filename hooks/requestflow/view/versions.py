"""What depends on a version → the page /reference/versions/."""

from collections.abc import Callable

from ..model.versions import Claim, Versions
from .elements import Markup, el, join
from .prose import Ways, prose

PAGE = "reference/versions.md"
ANCHOR = "version-"  # before the id of a claim: no heading of a page begins so


def claims(versions: Versions, ways: Ways, name: Callable[[str], str]) -> Markup:
    """Give what is true of which versions, the newest first, by product; `name` is what a page is called."""
    parts = [el("p", ways.words.as_of.format(day=versions.as_of))]
    for product, about in versions.products.items():
        newest = el("small", ways.words.newest.format(version=about.newest))
        parts.append(el("h2", about.name[ways.language], " ", newest, id=f"{ANCHOR}of-{product}"))
        found = versions.of(product).items()
        items = (_claim(claim, one, versions.planned(one), ways, name) for claim, one in found)
        parts.append(el("ul", *items, role="list"))
    return el("div", *parts, class_="versions")


def _claim(name: str, claim: Claim, planned: bool, ways: Ways, called: Callable[[str], str]) -> Markup:
    page = el("a", called(claim.see.partition("#")[0]), href=ways.href(f"/{claim.see}"))
    source = el("a", ways.words.claim_source, href=claim.source)
    held = ways.words.held_against.format(version=claim.known, day=claim.checked)
    told = el("small", page, " · ", source, " · ", held)
    what = el("span", prose(claim.what[ways.language], ways), " ", told)
    return el("li", el("b", _when(claim, planned, ways)), what, id=f"{ANCHOR}{name}")


def _when(claim: Claim, planned: bool, ways: Ways) -> Markup:
    """Of which versions: since, until, from one to another; a plan says so."""
    w = ways.words
    if claim.since and claim.until:
        words = w.from_to.format(since=claim.since, until=claim.until)
    else:
        words = w.since.format(since=claim.since) if claim.since else w.until.format(until=claim.until)
    return join(words, " ", el("small", w.planned)) if planned else join(words)
