"""What stands below every page: what it was checked and recorded with, and the ways to those who write it."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

from ..model.definition import Flow, Language
from ..problems import Problem
from ..view.elements import Markup, el, join
from ..view.words import WORDS, Words
from . import drafts, front, matter


@dataclass(frozen=True)
class Source:
    """One page as its writers know it."""

    file: str  # docs/en/request/dns.md
    title: str
    url: str  # where readers find it; empty when the site has no address
    checked: str  # the day its claims were checked


def about(flow: Flow, language: Language, page: Source, repository: str) -> Markup:
    """Give the lines below a page; without a repository there is no way to edit or report."""
    w = WORDS[language]
    versions = _versions(flow, w, page.checked)
    parts = [el("p", versions)]
    if repository:
        parts.append(
            el("p", join(*_ways(w, page, repository.rstrip("/"), versions, language), by=" · "), class_="ways")
        )
    if page.url:
        parts.append(el("p", page.url, class_="paper"))
    return el("footer", *parts, class_="about", data_search_exclude=True, data_pagefind_ignore="all")


def unchecked(pages: dict[Language, dict[str, str]]) -> Iterator[Problem]:
    """Pages that do not say on which day their claims were checked; nobody has checked those of a draft."""
    unfinished = drafts.pages(pages)
    for language, tree in pages.items():
        for page, source in tree.items():
            if page not in unfinished and not front.read(source).unreadable and (fault := matter.day(source)):
                line, what, fix = fault
                yield Problem(f"docs/{language}/{page}:{line}", what, fix)


def _versions(flow: Flow, w: Words, day: str) -> str:
    """With what and when the page was checked, and what made the recordings."""
    checked = (
        w.checked.format(version=flow.checked.kubernetes, day=day) if flow.checked else w.checked_on.format(day=day)
    )
    said = [checked] if day else []
    if made := flow.recorded:
        said.append(w.made_with.format(maker=f"kube-proxy {made.kube_proxy}", linux=made.linux, day=made.day))
    return " · ".join(said)


def _ways(w: Words, page: Source, repository: str, versions: str, language: Language) -> list[Markup]:
    body = w.report.format(page=page.url or page.file, language=language, versions=versions)
    title = w.report_title.format(page=page.title)
    report = f"title={quote(title, safe='')}&body={quote(body, safe='')}"  # the script adds the step
    return [
        el("a", w.repository, href=repository),
        el("a", w.edit, href=f"{repository}/edit/main/{page.file}"),
        el("a", w.unclear, href=f"{repository}/issues/new?{report}", data_report=True),
    ]
