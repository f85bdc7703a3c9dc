"""A MkDocs hook that keeps every page as plain Markdown, with everything our build generates already put in.

Copied beside the project's hook and run after it. Pages go to `expanded/LANGUAGE/` beside the configuration.
"""

import re
from pathlib import Path
from typing import Any

from mkdocs.plugins import event_priority

LINK = re.compile(r"\[([^\]\[]*)\]\(flow:([^)\s]+)\)")
FENCE = re.compile(r"^([ \t]*)(`{3,}|~{3,}).*?^\1\2[ \t]*$", re.MULTILINE | re.DOTALL)


@event_priority(-100)
def on_page_markdown(markdown: str, *, page: Any, config: Any, files: Any) -> None:
    """Write the page."""
    from requestflow.pages import put_in  # the copy that this build uses

    site = config.plugins["requestflow"]

    def plain(m: re.Match[str]) -> str:
        if m[1].strip():
            target, _, anchor = site.book.link(m[2]).partition("#")
            here = target == f"/{page.file.src_uri}" and anchor
            return f"[{m[1]}](#{anchor})" if here else f"[{m[1]}]({site.book.link(m[2])})"
        value, code = site.book.value(m[2])
        return f"`{value}`" if code else f"<span>{value}</span>"

    out, at = [], 0
    for fence in FENCE.finditer(markdown):
        out += [LINK.sub(plain, markdown[at : fence.start()]), fence[0]]
        at = fence.end()
    text = put_in("".join([*out, LINK.sub(plain, markdown[at:])]), site.parts)
    source = page.file.content_string
    front = re.match(r"---\n.*?\n---\n", source, re.DOTALL)
    to = Path(config.config_file_path).parent / "expanded" / site.language / page.file.src_uri
    to.parent.mkdir(parents=True, exist_ok=True)
    to.write_text((front[0] if front else "") + text, "utf-8")
