"""A new route needs docs/flow.yml alone, and a page for the steps that are new."""

import pytest
from houses import build, copy_house, edit

ROUTE = """
  no-cache:
    name: {en: A route of this test, zh: 本测试的路线}
    page: request/index.md
    like: straight-to-pod
    roles: {entry: node-2, endpoint: shop-2}
    replace: {http-request: [http-request, second-look]}

procedures:"""
STEP = """
  second-look:
    {handles: outer, at: "{controller}",
     label: {en: [Looks twice, look], zh: [再看一遍, 再看]},
     sentence: {en: Twice is better than once., zh: 看两遍更稳妥。}}

routes:"""


@pytest.mark.slow
def test_a_route_of_known_steps_and_one_new_step(tmp_path):
    house = copy_house(tmp_path)
    edit(house / "docs/flow.yml", "\nprocedures:", ROUTE)
    edit(house / "docs/flow.yml", "\nroutes:", STEP)
    told = build(house)
    assert told.code == 1
    assert "no page explains the step 'second-look' in 'en'. Add a heading" in told.said
    for language in ("en", "zh"):
        page = house / f"docs/{language}/request/ingress.md"
        page.write_text(page.read_text("utf-8") + "\n## ? {#second-look .step}\n\n?\n", "utf-8", newline="\n")
    told = build(house)
    assert told.code == 0, told.said
    for top in ("", "zh/"):
        assert "second-look" in (house / f"site/{top}request/ingress/index.html").read_text("utf-8")
        assert '<option value="no-cache">' in (house / f"site/{top}routes/compare/index.html").read_text("utf-8")
        assert 'data-step="second-look"' in (house / f"site/{top}maps/no-cache.svg").read_text("utf-8")
