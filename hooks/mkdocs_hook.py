"""MkDocs loads this file once per process and never again: it only hands over to the package beside it."""

import gc
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
DRAWN: dict[str, str] = {}  # Mermaid text → SVG; kept while serving, so that a save redraws only what has changed
INDEXING: list[Any] = []  # the process that makes the search index, while serving
BESIDE: list[Any] = []  # what builds the other languages in a process of its own, while serving
serving = False


def on_startup(*, command: str, dirty: bool) -> None:
    """Remember whether pages are served: then nothing waits for the search index."""
    global serving
    serving = command == "serve"


def on_shutdown() -> None:
    """Stop writing to the folder that is about to be deleted."""
    for other in BESIDE:
        other.stop()
    for process in INDEXING:
        process.terminate()
        process.wait()


def on_post_build(**_: Any) -> None:
    """Let what builds have dropped be collected again, however they have ended."""
    gc.enable()


on_build_error = on_post_build


def on_config(config: Any) -> Any:
    """Let the package register its events for this one build; import it anew when one of its files has changed."""
    gc.disable()  # a build makes much and drops little: what there is to collect can wait
    newest = max(p.stat().st_mtime_ns for p in HERE.glob("requestflow/**/*.py"))
    if getattr(sys.modules.get("requestflow"), "newest", None) != newest:
        while BESIDE:  # it has imported what was there before
            BESIDE.pop().stop()
        for name in [n for n in sys.modules if n.split(".")[0] == "requestflow"]:
            del sys.modules[name]
    sys.path.insert(0, str(HERE))  # MkDocs takes it away again after loading this file
    try:
        from requestflow.mkdocs.apart import Apart
        from requestflow.mkdocs.site import Site
        from requestflow.model import overlay
    finally:
        sys.path.remove(str(HERE))
    sys.modules["requestflow"].newest = newest  # type: ignore[attr-defined]
    if (own := HERE.parent / overlay.SHOWN).is_file():  # MkDocs watches only what is there
        config.watch.append(str(own))
    if serving and not BESIDE:
        BESIDE.append(Apart())
    # registers every on_* method, for this build only
    config.plugins["requestflow"] = Site(config, DRAWN, *((INDEXING, BESIDE[0]) if serving else (None, None)))
    return config
