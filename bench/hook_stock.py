"""A MkDocs hook for the variant `stock`: Mermaid fences as the theme's documentation sets them up.

Copied beside the project's hook and run after it, because that one sets the fences of its own fallback.
"""

from typing import Any

from mkdocs.plugins import event_priority
from pymdownx.superfences import fence_code_format  # type: ignore[import-untyped, unused-ignore]


@event_priority(-100)
def on_config(config: Any) -> Any:
    """Let the theme draw what a fence holds."""
    fence = {"name": "mermaid", "class": "mermaid", "format": fence_code_format}
    config.mdx_configs["pymdownx.superfences"]["custom_fences"] = [fence]
    return config
