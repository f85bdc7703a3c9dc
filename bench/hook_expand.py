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
def on_files(files: Any, *, config: Any) -> None:
    """Write what the build adds to the pages."""
    for file in files:
        if file.generated_by:
            _write(config, file.src_uri, file.content_bytes)


@event_priority(-100)
def on_page_markdown(markdown: str, *, page: Any, config: Any, files: Any) -> None:
    """Write the page."""
    from requestflow.pages.markers import put_in  # the copy that this build uses

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
    _write(config, page.file.src_uri, ((front[0] if front else "") + text).encode())


def _write(config: Any, name: str, content: bytes) -> None:
    to = Path(config.config_file_path).parent / "expanded" / config.plugins["requestflow"].language / name
    to.parent.mkdir(parents=True, exist_ok=True)
    to.write_bytes(content)
