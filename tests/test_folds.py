"""Sections that say `.fold` are open up to the end of their first paragraph."""

import pytest
from requestflow.pages import folds
from requestflow.view.words import WORDS

PART = "<!--flow:part 0 of line 3-->"
MAP = '<figure class="map" data-route="one"></figure>'


def folded(html: str, parts: tuple[str, ...] = (), language: str = "en") -> str:
    return folds.fold(html, list(parts), WORDS[language])


def test_a_page_without_such_a_section_stays_as_it_is():
    html = '<h1>a</h1><p>b</p><h2 id="c">c</h2><p>d</p><p>e</p>'
    assert folded(html) == html


def test_the_first_paragraph_and_the_parts_before_it_stay_open():
    html = f'<h2 class="fold" id="a">a</h2>\n{PART}\n<p>b</p>\n<p>c</p>\n<h2 id="d">d</h2><p>e</p>'
    open_, _, rest = folded(html, (MAP,)).partition("<details")
    assert open_.endswith(f"{PART}\n<p>b</p>\n")
    assert "<p>c</p>" in rest.partition("</details>")[0]
    assert rest.endswith('</details>\n<h2 id="d">d</h2><p>e</p>')


def test_parts_alone_are_folded():
    assert f'<details class="fold"><summary>Map and steps</summary>{PART}</details>' in folded(
        f'<h2 class="fold" id="a">a</h2>{PART}', (MAP,)
    )


def test_it_ends_where_the_next_section_of_its_level_begins_and_says_what_is_inside():
    first = '<h3 id="b">b<a class="headerlink" href="#b">¶</a></h3><p>1</p><h4 id="x">x</h4>'
    inside = f'{first}<h3 id="c">c &amp; d</h3><p>2</p>'
    made = folded(f'<h2 class="step fold" id="a">a</h2><p>0</p>{PART}{inside}<h2 id="e">e</h2>', (MAP,))
    assert f"<summary>{WORDS['en'].folded_route}<span> · b · c &amp; d</span></summary>{PART}{inside}</details>" in made


def test_a_folded_section_holds_others():
    made = folded(
        '<h2 class="fold" id="a">a</h2><p>0</p><h3 class="fold" id="b">b</h3><p>1</p><p>2</p><h2 id="c">c</h2>'
    )
    assert made.count("<details") == made.count("</details>") == 2
    assert made.endswith('<p>2</p></details>\n</details>\n<h2 id="c">c</h2>')


@pytest.mark.parametrize(("language", "words"), [("en", "2 links"), ("zh", "2 个链接")])
def test_sources_are_folded_everywhere_and_counted(language: str, words: str):
    made = folded('<h2 id="sources">s</h2>\n<ul><li><a href="x">x</a> <a href="y">y</a></li></ul>', language=language)
    assert f"<summary>{words}</summary>" in made and made.endswith("</details>\n")


ONE = "## A {#a .fold}\n\nOne paragraph,\nof two lines.\n\n## B {#b}\n\nMore.\n\nAnd more.\n"


@pytest.mark.parametrize(
    "more", ["- a list", "Another paragraph.", "### Inner {#inner}\n\nWords.", "``` {.bash}\nx\n```"]
)
def test_a_section_with_nothing_to_fold_is_told(more: str):
    assert [(line, what) for line, what, _ in folds.faults(ONE)] == [
        (1, "the section 'A' is folded and has only one paragraph.")
    ]
    assert [*folds.faults(ONE.replace("of two lines.\n", f"of two lines.\n\n{more}\n"))] == []


@pytest.mark.parametrize("word", ["folded", "Fold", "flod", "folds"])
def test_what_is_almost_called_so_is_told(word: str):
    (told,) = folds.faults(ONE.replace(".fold", f".{word}"))
    assert told == (1, f"the class '.{word}' of the heading 'A' does nothing.", "Did you mean 'fold'?")


def test_a_page_as_a_whole_is_not_folded():
    (line, _, fix), *_ = folds.faults(ONE.replace("## A", "# A"))
    assert (line, fix) == (1, "Take .fold away.")


def test_a_list_alone_can_be_folded():
    assert [*folds.faults("## A {#a .fold}\n\n- one\n- two\n")] == []
