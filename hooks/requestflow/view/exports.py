"""What stands in files beside the pages.

What a reader can take away: the Mermaid text of each picture; picture and map as SVGs that stand alone. And what a walk
says, which is asked for when one starts.
"""

import json
import re
from collections.abc import Callable, Iterable
from contextlib import suppress

from . import chart, maps, mermaid, picture, style
from .elements import Markup, el
from .view import View

Href = Callable[[str], str]
MARGIN = 8  # px around a picture


def name(chart_: chart.Chart) -> str:
    """Give the file name of a chart, without the ending: the width says nothing to those who take it away."""
    return chart_.id.removesuffix(f"-{chart_.width}")


def texts(charts: Iterable[chart.Chart]) -> dict[str, str]:
    """Give the Mermaid text of each chart, by file name."""
    return {f"{name(c)}.mmd": mermaid.text(c) for c in charts}


def pictures(charts: Iterable[chart.Chart], renderer: picture.Renderer, css: str, href: Href) -> dict[str, str]:
    """Give a standalone SVG of each chart, by file name; `css` is picture.css, `href` gives addresses of steps.

    What the renderer refuses is left out.
    """
    out = {}
    for c in charts:
        with suppress(picture.NotDrawn):
            rules = style.embedded(css, (lane.tint for lane in c.lanes if lane.tint))
            out[f"{name(c)}.svg"] = standalone(picture.draw(renderer, c, href if c.of_steps else None), rules)
    return out


def map_name(route: str) -> str:
    """Give the file name of a route's map, without the ending."""
    return f"{route}-map"


def step_name(step: str) -> str:
    """Give the file name of a step's preview, without the ending."""
    return f"steps/{step}"


def route_name(route: str) -> str:
    """Give the file name of a route's preview, without the ending."""
    return f"routes/{route}"


def drawn_maps(views: Iterable[tuple[View, View | None]], css: str, href: Href) -> dict[str, str]:
    """Give a standalone SVG of each map, by file name; each route with the one it is like, `css` as for pictures."""
    return {f"{map_name(view.id)}.svg": maps.standalone(view, css, href, base) for view, base in views}


def walks(views: Iterable[View]) -> dict[str, str]:
    """Give what a walk through each route says beside its ladder, by file name: step → its sentence, as JSON."""
    return {f"{view.id}-walk.json": _sentences(view) for view in views}


def _sentences(view: View) -> str:
    said = {row.id: row.sentence for row in view.rows if row.sentence}
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")) + "\n"


def standalone(svg: Markup, rules: str) -> str:
    """Give an SVG with a white ground and its own style."""
    m = re.search(r'viewBox="(\S+) (\S+) (\S+) (\S+)"', svg)
    assert m
    left, top, width, height = (float(v) for v in m.groups())
    size = f'width="{width + 2 * MARGIN:g}" height="{height + 2 * MARGIN:g}"'
    box = f'viewBox="{left - MARGIN:g} {top - MARGIN:g} {width + 2 * MARGIN:g} {height + 2 * MARGIN:g}" {size}'
    ground = f'<rect x="{left - MARGIN:g}" y="{top - MARGIN:g}" {size} fill="{style.PAPER}"/>'
    body = re.sub(r"^<svg [^>]*>", "", svg)
    start = f'<svg xmlns="http://www.w3.org/2000/svg" class="seq" {box} role="img">'
    head, desc, rest = body.partition("</desc>")
    return f"{start}{head}{desc}{el('style', rules)}{ground}{rest}\n"
