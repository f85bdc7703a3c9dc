"""What Lighthouse says about our pages: one run each, as a phone."""

import json
import os
from pathlib import Path

from . import visits
from .tell import command, progress

PAGES = [at + page for page in visits.PAGES for at in visits.LANGUAGES.values()]
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")


def scores(program: Path, chromium: str, address: str) -> dict[str, tuple[dict[str, float], list[str]]]:
    """Give the scores of every page, 0 to 100, and the audits that cost points; raises Failed."""
    out = {}
    for page in PAGES:
        progress(f"Lighthouse: /{page}")
        said = command(
            "node", program, address + page, "--output=json", "--quiet", f"--only-categories={','.join(CATEGORIES)}",
            "--chrome-flags=--headless=new --no-sandbox --disable-gpu",
            cwd=program.parent, environment=os.environ | {"CHROME_PATH": chromium},
        )  # fmt: skip
        result = json.loads(said)
        counted = {
            ref["id"]: ref["weight"] for c in CATEGORIES[1:] for ref in result["categories"][c]["auditRefs"]
        }  # performance is a matter of degree
        lost = [n for n, a in result["audits"].items() if counted.get(n) and a["score"] is not None and a["score"] < 1]
        out[f"/{page}"] = {c: result["categories"][c]["score"] * 100 for c in CATEGORIES}, lost
    return out
