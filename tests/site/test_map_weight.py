"""What the maps of the built pages weigh, each in its place on its page."""

import gzip
import re

import pytest
from test_maps import HEAVIEST

MAP = re.compile(r'<figure class="map.*?</figure>', re.DOTALL)


def packed(page: str) -> int:
    return len(gzip.compress(page.encode(), 6))


@pytest.mark.slow
def test_every_map_of_every_page_is_light(built):
    """What a map has in common with the ladder below it is counted once.

    Which of the two has it depends on where the page ends; and on a page longer than gzip remembers (32 KiB) a map moves
    two ladders apart, so that they share less: that is not the map's.
    """
    heavy, seen = {}, 0
    for file in sorted(built.site.rglob("*.html")):
        page = file.read_text("utf-8")
        for n, found in enumerate(MAP.finditer(page)):
            before, after = page[: found.start()], page[found.end() :]
            weights = packed(before + found[0]) - packed(before), packed(page) - packed(before + after)
            seen += 1
            if min(weights) > HEAVIEST:
                heavy[file.relative_to(built.site).as_posix(), n] = weights
    assert heavy == {} and seen > 70
