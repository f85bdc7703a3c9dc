"""The theme's stylesheet is published without the parts that no page has, and with everything else."""

import re
from pathlib import Path

import material
from houses import Built
from mkdocs.theme import Theme
from requestflow.mkdocs import theme

SHEETS = {
    sheet.name.partition(".")[0]: sheet for sheet in (Path(material.__file__).parent / "templates").glob(theme.SHEETS)
}
CSS, PALETTE = (SHEETS[name].read_text("utf-8") for name in ("main", "palette"))
COLOURS = {"white", "black", "indigo"}
CLASS = re.compile(r'class="([^"]*)"')


def selectors(css: str) -> list[str]:
    """Every selector of a stylesheet, in order."""
    found: list[str] = []
    for head, body in theme.rules(css):
        if head.startswith(theme.GROUPS):
            found += selectors(body)
        elif not head.startswith("@"):
            found += theme._COMMA.split(head)
    return found


def test_no_page_has_what_was_taken_away(built: Built):
    pages = [file.read_text("utf-8") for file in built.site.rglob("*.html")]
    classes = {name for page in pages for m in CLASS.finditer(page) for name in m[1].split()}
    assert len(classes) > 100 and not any('dir="rtl"' in page for page in pages)
    assert {name for name in classes if theme.WITHOUT.search(f".{name}") and f".{name}" in CSS} == set()


def test_what_is_published_is_the_rest_in_its_order(built: Built):
    (published,) = built.site.glob(theme.SHEETS.replace("*", "main.*"))
    kept = [s for s in selectors(CSS) if not theme.WITHOUT.search(s)]
    assert selectors(published.read_text("utf-8")) == kept
    assert 500 < len(kept) < len(selectors(CSS)) - 500


def test_every_variable_that_is_used_has_kept_its_value():
    slim = theme.slimmed(CSS, COLOURS)
    set_before, set_now = (set(re.findall(r"(--md-[\w-]+):", css)) for css in (CSS, slim))
    used = set(re.findall(r"var\((--md-[\w-]+)\)", slim))
    assert used & set_before <= set_now
    assert len(set_now) < len(set_before)


def test_a_rule_goes_when_all_its_selectors_do():
    css = ".md-tag,.a:is(.b,.c){x:1}@media print{.md-tag{x:2}}.md-tags{x:3}@keyframes k{from{x:4}}.md-tagged{x:'}'}"
    assert theme.slimmed(css, COLOURS) == ".a:is(.b,.c){x:1}.md-tags{x:3}@keyframes k{from{x:4}}.md-tagged{x:'}'}"


def test_only_the_colours_of_the_site_are_published(built: Built):
    (published,) = built.site.glob(theme.SHEETS.replace("*", "palette.*"))
    css = published.read_text("utf-8")
    assert set(theme.COLOUR.findall(css)) == COLOURS < set(theme.COLOUR.findall(PALETTE))
    assert "[data-md-color-scheme=slate]" in css and "--md-primary-fg-color" in css
    pages = [file.read_text("utf-8") for file in built.site.rglob("*.html")]
    named = {m[1] for page in pages for m in re.finditer(r'data-md-color-(?:primary|accent)="([\w-]+)"', page)}
    assert named == COLOURS


def test_every_file_of_the_theme_is_listed_but_those_in_hidden_folders():
    whole = Theme(name="material")
    listed, before = theme.environment(whole).list_templates(), whole.get_env().list_templates()
    hidden = {name for name in before if "/." in f"/{name}"}
    assert listed == [name for name in before if name not in hidden] and len(hidden) > 10_000 and len(listed) > 100


def test_space_between_elements_goes_and_in_code_it_stays():
    html = "<p>\n   a\n\n  b <pre>  x\n\n  y</pre>  <script>\n  1\n</script>\n\n</p>"
    assert theme.mended(html) == "<p>\na\nb <pre>  x\n\n  y</pre>  <script>\n  1\n</script>\n</p>"
