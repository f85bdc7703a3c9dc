"""HTML, notes, tables and headings in lists that Markdown would drop, or show otherwise, are told from the source."""

import pytest
from requestflow.pages import blocks, loop
from worlds import ROOT

WRONG = {  # what is written → line, and how what is told begins
    "<div>\n\ntext": (1, "<div> has no counterpart."),
    "a\n\ntext</div>": (3, "</div> has no counterpart."),
    "<div>\n<span>x</div>": (2, "<span> has no counterpart."),
    "<div\n class='a'>x": (1, "<div> has no counterpart."),
    "kubectl -n <namespace> get": (1, "<namespace> is no element of a page. Put it into code, or write &lt;"),
    "<dvi>x</dvi>": (1, "<dvi> is no element of a page. Did you mean 'div'?"),
    "<p onclick='x()'>x</p>": (1, "<p> has the script 'onclick'. Drop it"),
    "<script>alert(1)</script>": (1, "<script> is no element of a page."),
    '<h2 id="more">x</h2>': (1, "<h2> is no element of a page."),
    "!!! ntoe\n\n    x": (1, "unknown kind of note 'ntoe'. Did you mean 'note'?"),
    "!!! Note\n\n    x": (1, "unknown kind of note 'Note'. Did you mean 'note'?"),
    "!!! 注意\n\n    x": (1, "unknown kind of note '注意'. Known: note, "),
    '!!! note "x\n\n    x': (1, "'!!! note \"x' is no note. Write '!!! note' or"),
    '!!! "x"\n\n    x': (1, "'!!! \"x\"' is no note."),
    "!!!note\n\n    x": (1, "'!!!note' is no note."),
    "??? note\n\n    x": (1, "'??? note' is no note."),
    "!!! note\n\nx": (1, "the note is empty. Indent its text by four"),
    "!!! note\n\n  x": (1, "the note is empty."),
    "- ## More {#more}": (1, "'- ## More {#more}' is a heading inside a list"),
    "> ## More {#more}": (1, "'> ## More {#more}' is a heading inside a list, a quote"),
    "1. a\n\n    ## More {#more}": (3, "'## More {#more}' is a heading inside"),
    "!!! note\n\n    x\n\n    ## More {#more}": (5, "'## More {#more}' is a heading inside"),
    "| a | b |\n|---|---|\n| 1 | 2 | 3 |": (3, "the row has 3 cells, the first of its table 2."),
    "| a | b |\n|---|---|\n| 1 |": (3, "the row has 1 cells, the first of its table 2."),
}


@pytest.mark.parametrize("text", WRONG)
def test_what_would_be_lost_is_told_at_its_line(text):
    line, words = WRONG[text]
    told = [(n, f"{what} {fix}") for n, what, fix in blocks.faults(text)]
    assert any(n == line and said.startswith(words) for n, said in told), told


@pytest.mark.parametrize(
    "text",
    [
        *(
            '<div class="a" markdown>\n\nx<br>y\n\n</div>',
            "`<namespace>` and `</div>`",
            "```bash\n<a>\n```",
            "<!-- <div> -->",
        ),
        *("1 < 2 and 3 > 2, a<b", "<https://example.org/>", "<p>one<p>two", "<img src='x'/>", "&lt;namespace>"),
        *(
            '!!! note "Two words"\n\n    x',
            "!!! tip\n    x",
            "- a\n\n    !!! note\n\n        x",
            "!!! note\n\n    ```bash\n    x\n    ```",
        ),
        *(
            "    ## More {#more}",
            "text\n\n    ## More {#more}",
            "- a #1",
            "| a \\| b | c |\n|---|---|\n| `x | y` | 2 |",
        ),
        *("| a |\n|---|\n\n| a | b |\n|---|---|", "wait!!!"),
    ],
)
def test_what_is_shown_as_it_was_meant_is_left_alone(text):
    assert blocks.faults(text) == ()


def test_no_page_of_this_site_loses_anything():
    assert [
        fault for tree in loop.load(ROOT / "docs").values() for s in tree.values() for fault in blocks.faults(s)
    ] == []
