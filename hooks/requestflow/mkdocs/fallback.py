"""What the build could not draw is drawn in the reader's browser: by a plugin's script, and by no other than ours."""

from collections.abc import Callable
from typing import Any

import mermaid2
from mkdocs.config.defaults import MkDocsConfig


def fence(config: MkDocsConfig) -> Callable[..., str]:
    """Give the fence for Mermaid text, which the plugin finds on the page."""
    plugin: Any = config.plugins["mermaid2"]
    plugin._javascript = plugin.config["javascript"]  # else it asks the network, and a strict build fails offline

    def made(source: str, language: str, css_class: str, options: Any, md: Any, **kwargs: Any) -> str:
        return str(mermaid2.fence_mermaid(source, language, css_class, options, md, **kwargs))

    return made


def pinned(html: str, config: MkDocsConfig) -> str:
    """Give a page whose script, if the plugin put it there, is refused by browsers unless it is the one we know."""
    script = f'src="{config.plugins["mermaid2"].config["javascript"]}"'
    return html.replace(
        f"<script {script}>",
        f'<script {script} integrity="{config.extra["mermaid_integrity"]}" crossorigin="anonymous">',
    )
