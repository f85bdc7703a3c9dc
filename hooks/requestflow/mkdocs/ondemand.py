"""Pages that lead on while serving: kept in one file and given when they are asked for.

Some hundred files that nobody looks at while writing would make every save wait.
"""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import quote

from mkdocs.livereload import LiveReloadServer

FILE = ".onward.json"  # in the site of each language
Answer = Iterable[bytes]


def keep(files: dict[str, str], site: Path) -> None:
    """Keep pages in a site's folder, by their file."""
    (site / FILE).write_text(json.dumps(files), "utf-8")


def serve(server: LiveReloadServer, tops: list[str]) -> None:
    """Have a server give what was kept; `tops` are the folders of the languages, the deepest last."""
    app = server.get_app()
    assert app

    def answer(environ: dict[str, Any], start: Any) -> Answer:
        path = environ["PATH_INFO"].encode("latin-1").decode("utf-8", "ignore")
        html = _kept(Path(server.root), tops, path.removeprefix(server.mount_path))
        if html is None:
            return app(environ, start)
        if not path.endswith((".html", "/")):
            start("302 Found", [("Location", quote(path) + "/")])
            return []
        start("200 OK", [("Content-Type", "text/html; charset=utf-8")])
        return [html.encode()]

    server.set_app(answer)


def _kept(root: Path, tops: list[str], path: str) -> str | None:
    """The page at an address below the site's top; None where none was kept, or another stands."""
    top = next(top for top in reversed(tops) if path.startswith(top))
    file, kept = path.removeprefix(top), root / top / FILE
    if not kept.is_file():
        return None
    names = [f"{file}index.html"] if file.endswith("/") else [file, f"{file}/index.html"]
    found: dict[str, str] = json.loads(kept.read_text("utf-8"))
    return next((found[name] for name in names if name in found), None)
