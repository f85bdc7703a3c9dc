"""The pages of the site, and what several browser tests ask of one that is open."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from houses import slow
from playwright.sync_api import Page

ROOT = Path(__file__).parents[2]
LANGUAGES = {"en": "", "zh": "zh/"}  # language → where in the site
AUDIT = (Path(__file__).parent / "audit.js").read_text("utf-8")


def paths(marked: str = "") -> list[str]:
    """Give the URL of every page, or of those whose Markdown has a text in it, without the language."""
    folder = ROOT / "docs/en"
    pages = [p for p in sorted(folder.rglob("*.md")) if marked in p.read_text("utf-8")]
    return [p.relative_to(folder).as_posix().removesuffix("index.md").replace(".md", "/") for p in pages]


PAGES = paths()
GENERATED = [path for path in paths("<!-- flow:") if path != "reference/flow-file/"]  # which is tables of prose
HOPS = paths("<!-- flow:here")

KINDS = {
    "",
    "request/",
    "request/kube-proxy/",
    "routes/",
    "routes/no-answer/",
    "routes/compare/",
    "reference/steps/",
    "fix/",
}


def each(pages: list[str]) -> list[Any]:
    """Give pages to look at: one of each kind always, those made of the same parts where slow tests run too."""
    return [page if page in KINDS else slow(page) for page in pages]


@dataclass(frozen=True)
class Look:
    """What the audit saw."""

    texts: int
    smallest: float
    faintest: float
    faults: list[list[str]]

    def kinds(self) -> set[str]:
        return {kind for kind, *_ in self.faults}


def audit(page: Page, within: str = ".md-content") -> Look:
    """Look at every letter of the generated parts, what is folded away too."""
    unfold(page)
    return Look(**page.evaluate(AUDIT, within))


def unfold(page: Page) -> None:
    """Open what is folded away."""
    page.evaluate("document.querySelectorAll('.md-content details').forEach(e => { e.open = true })")


def darken(page: Page, dark: bool) -> None:
    """Switch the palette the way a reader does."""
    page.evaluate("dark => document.querySelectorAll('input[name=__palette]')[+dark].click()", dark)
    scheme = "slate" if dark else "default"
    assert page.locator("body").get_attribute("data-md-color-scheme") == scheme


def lit(page: Page) -> list[str]:
    """Give the ids of the steps that are marked as the reader's, each once."""
    return list(dict.fromkeys(page.eval_on_selector_all("[data-step].on", "es => es.map(e => e.dataset.step)")))


def step_ids(page: Page, selector: str) -> list[str]:
    """Give the steps of the elements a selector finds, in the page's order."""
    ids: list[Any] = page.eval_on_selector_all(selector, "es => es.map(e => e.dataset.step)")
    return ids
