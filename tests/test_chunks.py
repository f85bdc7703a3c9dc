"""The search index cut into small chunks: nothing is lost, and what begins alike stays together."""

from itertools import groupby, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from requestflow.mkdocs import chunks, search

needed = pytest.mark.skipif(search.program() is None, reason="requirements/search.txt is not installed here")
WORDS = st.lists(
    st.tuples(st.text(min_size=1, max_size=6), st.lists(st.integers(0, 999), max_size=60)), unique_by=lambda w: w[0]
)


def as_indexed(words: list[tuple[str, list[int]]]) -> list[chunks.Word]:
    return [[word, [[0, places, []]]] for word, places in sorted(words)]


@given(WORDS)
def test_no_word_is_lost_and_all_that_begin_alike_are_in_one_chunk(words):
    words = as_indexed(words)
    found = list(chunks.chunks(words))
    assert [word for chunk in found for word in chunk] == words
    assert all(found)
    letters = [{word[0][:1] for word in chunk} for chunk in found]
    assert sum(map(len, letters)) == len(set().union(*letters))


def test_a_chunk_is_small_unless_one_letter_is_not():
    words = as_indexed([(letter + str(n), [1] * 500) for letter in "abcdefgh" for n in range(3)])
    words += as_indexed([("x" + str(n), [1] * 500) for n in range(10)])
    found = [({word[0][0] for word in chunk}, len(chunk)) for chunk in chunks.chunks(words)]
    assert found == [({"a", "b"}, 6), ({"c", "d"}, 6), ({"e", "f"}, 6), ({"g", "h"}, 6), ({"x"}, 10)]
    assert 6 * 500 <= chunks.PLACES < 9 * 500


@needed
def test_the_index_of_the_site_says_which_chunk_has_a_word(built):
    folder = built.site / search.FOLDER
    for file in folder.glob("*.pf_meta"):
        known = chunks.unpacked(file)[2]
        language = file.name.split(".")[1].split("_")[0]
        there = sorted(p.stem for p in (folder / "index").glob(f"{language}_*"))
        assert there == sorted(name for _, _, name in known), "no chunk too few, none left over"
        for low, high, name in known:
            words = [word[0] for word in chunks.unpacked(folder / "index" / f"{name}.pf_index")[0]]
            assert words == sorted(words) and all(low <= word <= high for word in words)
        for (_, high, _), (low, _, _) in pairwise(known):
            assert high < low
        assert len({k for k, _ in groupby(low[0] for low, _, _ in known)}) == len(known) > 10
