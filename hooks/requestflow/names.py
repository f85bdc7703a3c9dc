"""One name for one page: what the navigation calls it is how its heading begins, and its heading is its title."""

from typing import Any

from .markdown import headings

Names = dict[str, str]  # "request/dns.md" → what the navigation calls it


def in_navigation(nav: list[Any] | None, section: str = "") -> Names:
    """Give the name of every page of a MkDocs `nav`; the first page of a section without a name has the section's."""
    out: Names = {}
    for entry in nav or []:
        if isinstance(entry, str):
            out[entry] = section
            continue
        for name, what in entry.items():
            out |= {what: name} if isinstance(what, str) else in_navigation(what, name)
    return out


def heading(source: str) -> str:
    """Give the first heading of a page; nothing when it has none."""
    return next((h.title.replace("`", "") for h in headings(source)), "")
