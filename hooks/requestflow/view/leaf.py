"""Small pages that lead on: what a short link, or the address a page once had, answers with.

Who previews links reads their head; browsers go on at once, with script or without. They are not kept from search
engines (`noindex`): the canonical address already says that the place they lead to is the one to list.
"""

from dataclasses import dataclass

from .elements import Markup, el, join
from .previews import HEIGHT, WIDTH

# With script the query is kept, and a fragment of the address itself; every page has the same text.
ONWARD = (
    "for(const a of document.links)a.search=location.search,location.hash&&(a.hash=location.hash),location.replace(a)"
)


@dataclass(frozen=True)
class Leaf:
    """What one of them says; addresses that a site does not know are empty."""

    language: str  # as HTML names it
    site: str
    title: str
    sentence: str
    to: str  # relative
    canonical: str = ""
    address: str = ""  # its own
    image: str = ""
    gone: str = ""  # why there is nothing under the old name


def shared(site: str, title: str, sentence: str, address: str, image: str) -> Markup:
    """Give what those who preview links read of a page."""
    tags = [_meta("og:type", "article"), _meta("og:site_name", site), _meta("og:url", address)]
    tags += [_both("title", title), _both("description", sentence), _both("image", image)]
    if image:
        tags += [_meta("og:image:width", str(WIDTH)), _meta("og:image:height", str(HEIGHT))]
    card = "summary_large_image" if image else "summary"
    tags.append(Markup('<meta name="twitter:card" content="{}">').format(card))
    return join(*(tag for tag in tags if tag), by="\n")


def _meta(name: str, words: str) -> Markup:
    return Markup('<meta property="{}" content="{}">').format(name, words) if words else Markup()


def _both(name: str, words: str) -> Markup:
    """One tag for those who look for `og:` in `property` and those who look for `twitter:` in `name`."""
    if not words:
        return Markup()
    return Markup('<meta property="og:{0}" name="twitter:{0}" content="{1}">').format(name, words)


def leaf(page: Leaf) -> str:
    """Give one as a whole HTML page."""
    head = [
        Markup('<!doctype html>\n<html lang="{}">\n<meta charset="utf-8">').format(page.language),
        el("title", page.title),
        Markup('<meta name="viewport" content="width=device-width">'),
        Markup('<link rel="canonical" href="{}">').format(page.canonical) if page.canonical else "",
        shared(page.site, page.title, page.sentence, page.address, page.image),
        Markup('<meta http-equiv="refresh" content="0; url={}">').format(page.to),
    ]
    body = [el("p", page.gone) if page.gone else "", el("p", el("a", page.title, href=page.to)), el("p", page.sentence)]
    return join(*(line for line in [*head, *body, el("script", Markup(ONWARD))] if line), by="\n") + "\n"
