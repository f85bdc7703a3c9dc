"""What a writer puts on a page is read as Markdown reads it, or refused with file and line; nothing is lost silently.

Every case is a page written, read, rendered with the site's own extensions and compared.
"""

import html

import pytest
from pygments.lexers import get_all_lexers
from requestflow.pages import writing
from requestflow.problems import FlowError
from small import WAY
from written import Writer

END = f"docs/en/way.md:{WAY.count(chr(10)) + 2}"  # where what is put behind the page begins
REPLY = "# Way {#way}\n\n## Reply {#reply .step}\n\n"
MARKER = "<!-- flow:ladder whole -->"


@pytest.fixture(scope="module")
def write(tmp_path_factory) -> Writer:
    return Writer(tmp_path_factory.mktemp("written"))


def ask(heading: str) -> str:
    """The page, with the heading of the step `ask` written like this on line 5."""
    return f"{REPLY}{heading}\n"


def more(text: str) -> str:
    """The page with more behind it, from line 7 on."""
    return f"{WAY}\n{text}\n\nThe end.\n"


def fence(info: str, *body: str, begin: str = "```", end: str = "```") -> str:
    return "\n".join([begin + info, *body, end])


# -- headings ---------------------------------------------------------------------------------------------------------
READ = {  # heading of the step `ask` → what stands in the page
    "## Ask {#ask .step}": ">Ask<",
    "## The {x} NodePort {#ask .step}": ">The {x} NodePort<",
    "## The `{x}` NodePort {#ask .step}": "<code>{x}</code>",
    "##NoSpace {#ask .step}": ">NoSpace<",
    "## Ask {: #ask .step}": ">Ask<",
    "## Ask {#ask .step} ##": ">Ask<",
    "## Ask ## {#ask .step}": ">Ask<",
    "##\tAsk\t{#ask .step}": ">Ask<",
    "## See [it](flow:reply) {#ask .step}": '<a href="#reply">it</a>',
    "## See **it** {#ask .step}": "<strong>it</strong>",
    "## C# and more {#ask .step}": ">C# and more<",
}


@pytest.mark.parametrize("heading", READ)
def test_a_heading_is_read_as_markdown_reads_it(write, heading):
    made = html.unescape(write.html(ask(heading)))
    assert READ[heading] in made, made
    assert made.count('id="ask"') == 1 and 'class="step"' in made and "{#" not in made


def test_attributes_and_classes_of_a_step_heading_are_kept(write):
    made = write.html(ask("## Ask {#ask .step .big data-x=\"a b\" title='it asks' hidden}"))
    for kept in ('class="step big"', 'data-x="a b"', 'title="it asks"', 'data-n="1"', "hidden"):
        assert kept in made


WRONG_HEADINGS = {  # as above → words of what is told; all on line 5
    "## The {client} {#ask .step}": "'{client}' stays in braces",
    "## Ask{#ask .step}": "braces that are no attributes",
    "## Ask {#ask} {.step}": "braces that are no attributes",
    "## Ask {#ask .step} x": "braces that are no attributes",
    "## Ask {#ask .step": "braces that are no attributes",
    "## [Ask](flow:reply){#ask .step}": "braces that are no attributes",
    "## Ask ｛#ask .step｝": "ends in a brace",
    "## Ask {#ask #other .step}": "has 2 ids",
    "Ask {#ask .step}\n---": "is underlined",
    "Ask {#ask .step}\n=====": "is underlined",
    " ## Ask {#ask .step}": "looks like a heading",
    "＃＃ Ask {#ask .step}": "looks like a heading",
    "```\n## Ask {#ask .step}": "the fence is never closed",
    "## Ask\u2028it {#ask .step}": "U+2028",
    "## Ask\x0bit {#ask .step}": "U+000B",
    **{
        f"## Ask {{#{i} .step}}": "is not a good id" for i in ("a:b", "a/b", 'a"b', "a<b", "a%20b", "Ask", "ask-", "_a")
    },
}


@pytest.mark.parametrize("heading", WRONG_HEADINGS)
def test_a_heading_of_another_form_is_refused_at_its_line(write, heading):
    lines = [line for line in write.told(ask(heading)) if line.startswith("docs/en/way.md:5: ")]
    assert any(WRONG_HEADINGS[heading] in line for line in lines), write.told(ask(heading))


ELSEWHERE = {  # what is put behind the page → the line it is told at, counted from there, and words
    "- ## More {#more}": (0, "became a heading"),
    "- item\n\n    ## More {#more}": (2, "became a heading"),
    "> ## More {#more}": (0, "became a heading"),
    "!!! note\n    ## More {#more}": (1, "became a heading"),
    '<h2 id="more">More</h2>': (0, "became a heading"),
    '<div>\n<h2 class="step" id="more">More</h2>\n</div>': (1, "became a heading"),
    "<div>\n\n## More {#more}\n\n</div>": (2, "is none on the page"),
    "<div>\n## More {#more}\n</div>": (1, "is none on the page"),
    "<pre>\n## More {#more}\n</pre>": (1, "is none on the page"),
    "<script>\n## More {#more}\n</script>": (1, "is none on the page"),
    "\\## More {#more}": (0, "'{#more' of attributes is shown as text"),
    "text {#more}": (0, "'{#more' of attributes is shown as text"),
    "text <!-- a\n## More {#more}\n-->": (0, "'<!--' of a comment is shown as text"),
    "####### More {#more}\n\n## More {#more}": (2, "is used again"),
    "text\n{: .step}": (1, "has the class 'step'"),
    '<p class="step">x</p>': (0, "has the class 'step'"),
    "text\n{: #ask}": (1, "the id 'ask' is used"),
    '<span id="ask">x</span>': (0, "the id 'ask' is used"),
    f"## More {{#whole-resolve}}\n\n{MARKER}": (0, "the id 'whole-resolve' is used by a generated part"),
    "<div>\n\ntext": (0, "<div> has no counterpart"),
    "text</div>": (0, "</div> has no counterpart"),
}


@pytest.mark.parametrize("text", ELSEWHERE)
def test_what_is_no_heading_of_ours_is_refused_at_its_line(write, text):
    line, words = ELSEWHERE[text]
    told = write.told(more(text))
    assert any(t.startswith(f"docs/en/way.md:{7 + line}: ") and words in t for t in told), told


@pytest.mark.parametrize(
    "text",
    [
        "<div markdown>\n\n## More {#more}\n\n</div>",
        "text\n## More {#more}\ntext",
        "    ## More {#more}",
        "<!--\n## More\n-->",
        "`## More {#more}`",
        "text\n\n---\n\ntext",
    ],
)
def test_other_headings_and_what_is_none_are_left_alone(write, text):
    assert write.told(more(text)) == []


# -- markers ----------------------------------------------------------------------------------------------------------
ALMOST_MARKERS = """\
<!-- folw:ladder whole -->
<!-- FLOW:ladder whole -->
<!-- Flow: ladder whole -->
<!-- flow：ladder whole -->
<!-- flow;ladder whole -->
<!-- flow ladder whole -->
<!-- flow-ladder whole -->
<!-- flow_ladder whole -->
<!-- flow/ladder whole -->
<!-- flow|ladder whole -->
<!-- flow-lader whole -->
<!-- flowladder whole -->
<!-- flow lader whole -->
<!-- folw-ladder whole -->
<!-- Flow-Map whole -->
<!-- flow : ladder whole -->
<!-- flow::ladder whole -->
<!-- flow: ladder whole -->
<!-- ladder whole -->
<!-- flow:ladder whole ->
<!- flow:ladder whole ->
<!— flow:ladder whole —>
<! -- flow:ladder whole -->
<-- flow:ladder whole -->
{flow:ladder whole}
See <!-- flow:ladder whole -->
<!-- flow:ladder whole --> here
<!-- flow:ladder whole --> <!-- flow:ladder whole -->
> <!-- flow:ladder whole -->
- <!-- flow:ladder whole -->
    <!-- flow:ladder whole -->
\\<!-- flow:ladder whole -->
&lt;!-- flow:ladder whole --&gt;
<!-- <!-- flow:ladder whole --> -->
<?flow:ladder whole?>
<!--flow:part 0-->
<!-- never closed""".splitlines()


@pytest.mark.parametrize("text", [*ALMOST_MARKERS, "<!--\nflow:ladder whole\n-->", "<!-- flow:ladder\nwhole -->"])
def test_what_is_almost_a_marker_is_refused_at_its_line(write, text):
    told = write.told(more(text))
    assert told and all(line.startswith(END) for line in told), told


@pytest.mark.parametrize("tag", ["pre", "script", "style", "textarea"])
def test_a_marker_where_nothing_is_shown_is_refused_at_its_line(write, tag):
    told = write.told(more(f"<{tag}>\n{MARKER}\n</{tag}>"))
    assert any(line.startswith("docs/en/way.md:8: what stands for this line is not shown") for line in told), told


@pytest.mark.parametrize(
    "text",
    [
        MARKER,
        "<!--flow:ladder whole-->",
        f"text\n{MARKER}\ntext",
        f"- one\n\n    {MARKER}\n\n- two",
        f"!!! note\n\n    {MARKER}",
        f"<div markdown>\n\n{MARKER}\n\n</div>",
        f"<div>\n{MARKER}\n</div>",
    ],
)
def test_a_marker_shows_what_it_stands_for(write, text):
    assert 'class="ladder' in write.html(more(text))


@pytest.mark.parametrize(
    "comment",
    [
        "<!-- a comment -->",
        "<!--\nSee [it](flow:gone).\n-->",
        "a <!-- b --> c",
        "<!-- follow up: x -->",
        "<!-- flow control -->",
        "<!-- flow-based rules -->",
        "<!-- flow 的说明 -->",
    ],
)
def test_an_ordinary_comment_is_left_alone(write, comment):
    assert write.told(more(comment)) == []


# -- what the site has not, or Markdown does not see ------------------------------------------------------------------
UNSEEN = [
    "text\n- one\n- two",
    "text\n1. one",
    "this is **bold",
    "this is ** bold **",
    "<details><summary>x</summary>\n**y**\n</details>",
    "text[^1] and on",
    "~~gone~~",
    "this is ==marked== text",
    "- [ ] a task",
    "!! note\n\n    x",
    "??? note\n\n    x",
    '=== "A"\n\n    x',
]


@pytest.mark.parametrize("text", UNSEEN)
def test_signs_that_stay_in_the_text_are_refused_near_their_line(write, text):
    told = write.told(more(text))
    assert told and all(line.startswith("docs/en/way.md:") and "shown as text" in line for line in told), told


@pytest.mark.parametrize(
    "text", ["text\n\n- one\n- two", "in 2 - 1 steps", "a\n-b", "1. one\n2. two", "a == b, **bold**, `2 ** x`"]
)
def test_signs_that_are_words_are_left_alone(write, text):
    assert write.told(more(text)) == []


# -- links and values -------------------------------------------------------------------------------------------------
WRONG_LINKS = """\
![x](flow:client)
![](flow:client)
<flow:client>
<map><area href="flow:client"></map>
<form action="flow:client"></form>
<iframe src="flow:client"></iframe>
<a href="flow:ask">x</a>
<a class=x href='flow:ask'>x</a>
<b title="flow:ask">x</b>
[x](FLOW:ask)
[x](flow：ask)
[x] (flow:ask)
[x](flow:ask
[x](folw:ask)
[x](flow:gone)
[](flow:clint)
(x)[flow:ask]
[[flow:ask]]
see flow:ask
[x][gone]
[x]()
[](#ask)
[x](#gone)
<a href="#gone">x</a>
[x](flow:ask){: title="flow:x"}
[x] (https://example.org)
see https://example.org
[it(index.md#home)
at `code
at `code``
| a | b
\\| a | b |
at {client}
at `{client}`
at { client }
at ｛client｝
at {clint}
https://{host}/""".splitlines()


@pytest.mark.parametrize("text", WRONG_LINKS)
def test_a_link_or_value_of_another_form_is_refused_at_its_line(write, text):
    told = write.told(more(text))
    assert told and all(line.startswith(END) for line in told), told


@pytest.mark.parametrize(
    "text",
    [
        '[x](flow:ask "title")',
        "[x](<flow:ask>)",
        "[x][1]\n\n[1]: flow:ask",
        "[a\nb](flow:ask)",
        "at [](flow:client), [](flow:port.dns)",
        "the control flow: it goes on; workflow:x",
        "`flow:ask` and `{x}` and `${client}` and {.items}`",
        "[x](#ask)",
    ],
)
def test_links_values_and_words_that_only_look_like_them_are_left_alone(write, text):
    assert write.told(more(text)) == [] or "{.items}" in text


# -- fences -----------------------------------------------------------------------------------------------------------
WRONG_FENCES = {
    **{
        info: fence(info, "dig it")
        for info in (
            *(
                "{.bash .flwo}",
                "{.bash .Flow}",
                "{.bash.flow}",
                "{.bash, .flow}",
                "{bash flow}",
                "{.bash flow}",
                " {.bash .flow",
            ),
            *(
                " .bash .flow",
                "bash .flow",
                "flow",
                "bash {.flow}",
                " ｛.bash .flow｝",
                " {.bash .flow} x",
                "{.bash .big}",
            ),
            *('{.bash} title="x"', "bash title=x", '{.bash tilte="x"}', ' title="x"', "{.bash #x}"),
        )
    },
    **{
        info: fence(info, "one two three four")
        for info in (
            *(
                "{.text .recoded from=trace}",
                "{.recoded from=trace}",
                "{.text .Recorded from=trace}",
                "{.text .recorded}",
            ),
            *("{.text .recorded form=trace}", "{.text .recorded from= trace}", "{.text .recorded from=trace.txt}"),
            *("text .recorded from=trace", "{.text from=trace}", '{.text .recorded from=trace title="x"}'),
            *("{.text .recorded .flow from=trace}", "{.text .recorded from=trac}"),
        )
    },
    "one tick": fence(" {.bash .flow}", "dig it", begin="`", end="`"),
    "two ticks": fence(" {.bash .flow}", "dig it", begin="``", end="``"),
    "four ticks close": fence("bash", "dig it", end="````"),
    "tildes close": fence("bash", "dig it", end="~~~"),
    "words behind the end": fence("bash", "dig it", end="``` end"),
    "never closed": "``` {.bash .flow}\ndig it",
    "in a quote": "> ``` {.bash .flow}\n> dig it\n> ```",
    "in indented code": "    ``` {.bash .flow}\n    dig it\n    ```",
    **{f"language {info}": fence(info, "dig it") for info in ("bsah", "{.ymal}", "Bash", "foo", "{.bsah .flow}")},
    "a value in a plain fence": fence("bash", "dig it") + "\n\n" + fence("bash", "dig {host}"),
}


@pytest.mark.parametrize("name", WRONG_FENCES)
def test_what_is_almost_a_fence_is_refused_at_its_line(write, name):
    line = 12 if name == "a value in a plain fence" else 7
    told = write.told(more(WRONG_FENCES[name]))
    assert any(t.startswith(f"docs/en/way.md:{line}: ") for t in told), told


@pytest.mark.parametrize(
    "text",
    [
        "- a\n\n    ```bash\n  less\n    ```",
        "<script>\n```bash\ndig it\n```\n</script>",
    ],
)
def test_a_fence_that_is_not_shown_as_code_is_refused(write, text):
    assert any("the fence is not shown as code" in t for t in write.told(more(text)))


@pytest.mark.parametrize(
    "text",
    [
        *(
            fence(i, "dig it")
            for i in ("", "bash", "{.bash .flow}", ' {.bash title="a b"}', ' {.bash .flow hl_lines="1"}')
        ),
        fence(" {.bash .flow}", "dig {host}", begin="~~~", end="~~~"),
        fence("md", "## Not {#not .step}", MARKER, "[x](flow:gone)", "```bash", "x", "```", begin="````", end="````"),
        "- a\n\n    ``` {.bash .flow}\n    dig {host}\n    ```\n\n- b",
        "!!! note\n\n    ``` {.bash .flow}\n    dig {host}\n    ```",
        "<div markdown>\n\n``` {.text .recorded from=trace}\none two three four\n```\n\n</div>",
    ],
)
def test_a_fence_is_shown_as_code(write, text):
    assert write.html(more(text)).count("<pre") == 1


@pytest.mark.parametrize("written", ["{ host }", "{Host}", "｛host｝", "{host", "{{host}}", "{ client.eth0 }"])
def test_a_value_that_a_filled_fence_would_not_fill_is_refused(write, written):
    (told,) = write.told(more(fence(" {.bash .flow}", "dig {host}", f"dig {written}")))
    name = "client.eth0" if "client" in written else "host"
    assert told == f"docs/en/way.md:9: '{written}' is not filled in as it stands. Write {{{name}}}."


@pytest.mark.parametrize(
    "written", ["${host}", "\\{host}", "{.items}", "{print $1}", "{ Hosts }", "{client,resolver}", "a{2}"]
)
def test_other_braces_in_a_filled_fence_are_left_alone(write, written):
    assert write.told(more(fence(" {.bash .flow}", f"dig {written}"))) == []


def test_a_near_marker_is_told_with_the_one_it_is_like(write):
    (told,) = write.told(more("<!-- flow-lader whole -->"))
    assert told.endswith("Write <!-- flow:ladder ROUTE --> on one line, or begin the comment with another word.")


def test_every_language_of_a_fence_is_known_to_what_colours_it():
    known = {alias for _, aliases, _, _ in get_all_lexers() for alias in aliases} | {"mermaid"}
    assert set(writing.LANGUAGES) <= known


def test_the_title_of_a_filled_fence_is_kept(write):
    made = write.html(more(fence(' {.bash .flow title="on the client"}', "dig {host}")))
    assert "on the client" in made and "shop.example" in made


# -- quotations -------------------------------------------------------------------------------------------------------
def quote(*lines: str) -> str:
    return more(fence(" {.text .recorded from=trace}", *lines))


@pytest.mark.parametrize(
    "lines",
    [
        ("one two three four", "five six", "last"),
        ("one two three four", "…", "last"),
        ("one  three", "seven … eleven"),
        ("  seven eight", "nine ten eleven"),  # one line, broken
        ("one two three four", "", "last"),
    ],
)
def test_words_of_a_recording_in_its_order_are_a_quotation(write, lines):
    assert write.told(quote(*lines)) == []


@pytest.mark.parametrize(
    ("lines", "at", "words"),
    [
        (("one",), 1, "is a shred"),
        (("one tw",), 1, "is not in docs/recordings/trace.txt"),
        (("three one",), 1, "is not in"),
        (("four five",), 1, "is not in"),
        (("five six", "one two"), 2, "before the line quoted above"),
        (("five six", "five six"), 2, "before the line quoted above"),
        (("one two", "..."), 2, "is not in"),
        (("…",), 1, "nothing is quoted"),
        (("at {client}",), 1, "is not in"),
    ],
)
def test_what_is_no_quotation_is_refused_at_its_line(write, lines, at, words):
    told = write.told(quote(*lines))
    assert len(told) == 1 and told[0].startswith(f"docs/en/way.md:{7 + at}: ") and words in told[0], told


# -- front matter -----------------------------------------------------------------------------------------------------
FRONT = {
    "---\ndescription: a: b\n---\n": (2, "not valid YAML"),
    "---\ntitle: [a\n---\n": (3, "not valid YAML"),
    "---\n- a\n---\n": (2, "no mapping"),
    "---\njust words\n---\n": (2, "no mapping"),
    "---\n# nothing\n---\n": (2, "no mapping"),
    "---\ntitle: a\n": (1, "never closed"),
    "title: a\n": (1, "takes the first line for front matter"),
    "---\ntitle: a\ndescripton: b\n---\n": (3, "Did you mean 'description'?"),
    "---\nserach: {words: [504]}\n---\n": (2, "Did you mean 'search'?"),
    "---\nTitle: a\n---\n": (2, "Did you mean 'title'?"),
    "---\ntitle: Way\ntemplate: gone.html\n---\n": (3, "unknown key 'template'. Known: title, "),
    "---\nicon: material/gone\n---\n": (2, "unknown key 'icon'."),
    "---\n5: a\n---\n": (2, "unknown key '5'."),
    "---\ndescription: a\ntitle: Way\ndescription: b\n---\n": (
        4,
        "has 'description' again; the first stands on line 2. Delete",
    ),
    "---\ntitle: [Way]\n---\n": (2, "is no text. Write words, as in title: "),
    "---\ndescription: 5\n---\n": (2, "'description: 5' is no text"),
    "---\ndescription:\n---\n": (2, "'description: ' is no text"),
    "---\nhide: toc\n---\n": (
        2,
        "'hide: toc' is no list of parts of a page. Write some of [navigation, toc, footer], each once.",
    ),
    "---\nhide: [tocc]\n---\n": (2, "is no list of parts"),
    "---\nhide: [[toc]]\n---\n": (2, "is no list of parts"),
    "---\nhide: [toc, toc]\n---\n": (2, "is no list of parts"),
    "---\ndraft: yes please\n---\n": (2, "is neither true nor false. Write 'draft: true', or"),
    "---\nchecked: 2026-02-30\n---\n": (2, "is not valid YAML: day is out of range"),
    "---\n[a]: b\n---\n": (2, "not valid YAML"),
}


@pytest.mark.parametrize("front", FRONT)
def test_front_matter_that_cannot_be_read_is_refused_at_its_line(write, front):
    line, words = FRONT[front]
    told = write.told(front + WAY)
    assert any(t.startswith(f"docs/en/way.md:{line}: ") and words in t for t in told), told


def test_lines_are_counted_from_the_top_of_the_file_below_front_matter(write):
    front = "---\ntitle: Way\nsearch: {words: [client IP]}\nchecked: 2026-11-27\n---\n\n"
    assert write.told(front + WAY) == []
    for text in ("<!-- flow:lader whole -->", "- ## More {#more}", "<pre>" + MARKER + "</pre>", "[x](flow:gone)"):
        told = write.told(front + more(text))
        assert told and all(line.startswith("docs/en/way.md:13: ") for line in told), told


# -- between the languages --------------------------------------------------------------------------------------------
TWO = more(f"{MARKER}\n\nAt [](flow:client) [it](flow:ask).\n\n" + fence(" {.bash .flow}", "dig {host}"))
SAID_OTHERWISE = {
    "a marker lost": (MARKER, "", 5, "'nothing' here, 'ladder whole'"),
    "another marker": (MARKER, "<!-- flow:route whole -->", 7, "'route whole' here, 'ladder whole'"),
    "another value": ("[](flow:client)", "[](flow:resolver)", 5, "1 × resolver more, 1 × client fewer"),
    "a value twice": ("[](flow:client)", "[](flow:client) [](flow:client)", 5, "1 × client more"),
    "another link": ("[it](flow:ask)", "[它](flow:reply)", 5, "1 × reply more, 1 × ask fewer"),
    "a value as a link": ("[](flow:client)", "[它](flow:client)", 5, "1 × client"),
    "another value in a fence": ("{host}", "{client}", 5, "1 × client more, 1 × host fewer"),
    "another fence": ("{.bash .flow}", "{.text .flow}", 11, "'{.text .flow}' here, '{.bash .flow}'"),
}


@pytest.mark.parametrize("name", SAID_OTHERWISE)
def test_what_differs_between_the_languages_is_told_at_the_line_of_the_other(write, name):
    old, new, line, words = SAID_OTHERWISE[name]
    told = write.told(TWO, TWO.replace(old, new, 1))
    assert any(t.startswith(f"docs/zh/way.md:{line}: ") and words in t for t in told), told
    assert write.told(TWO, TWO.replace("At", "位于")) == []


def test_another_quotation_in_chinese_is_told(write):
    told = write.told(quote("one two"), quote("one three"))
    assert len(told) == 1 and "docs/zh/way.md:7: what is quoted here differs from docs/en/way.md" in told[0]


def test_every_fault_of_both_languages_is_told_in_one_go(write):
    with pytest.raises(FlowError) as refused:
        write.html(more("at {client}\n\n<!-- folw:x -->"), f"{WAY}\n[x](FLOW:ask)\n\n```bash\n", "way.md")
    places = [p.place for p in refused.value.problems]
    assert places[:4] == [*(f"docs/en/way.md:{n}" for n in (7, 9)), *(f"docs/zh/way.md:{n}" for n in (7, 9))]
