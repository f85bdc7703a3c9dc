"""What a writer puts on a page (markers, fences, step headings, flow: links) and what becomes of it."""

import markdown
import pytest
import worlds
from requestflow.model import faults
from requestflow.model.glossary import Glossary
from requestflow.model.onboarding import ROLES, Reading
from requestflow.model.questions import Questions
from requestflow.model.versions import Versions
from requestflow.pages import book as pages
from requestflow.pages import links, markers
from requestflow.problems import FlowError
from requestflow.view import picture
from requestflow.view.view import View
from requestflow.world import evidence
from small import FLOW, HOME, WAY, closed, read

HREFS = pages.Hrefs(
    step=lambda step: f"#{step}", page=lambda page: page, file=lambda file: f"/{file}", own=lambda file: f"/en/{file}"
)
MARKERS = {
    **dict.fromkeys(("here", "picture", "passes"), "whole resolve"),
    **dict.fromkeys(("pictures", "ladder", "map", "destinations", "route", "captures"), "whole"),
    **{"calls": "start", "boxes": "nest", "steps": "", "routes": "", "seen": "", "compare": "", "own": "", "keys": ""},
    **{"breaks": "way", "fix": "504", "symptoms": "", "hops": "", "statuses": "", "ours": ""},
    **{"glossary": "", "versions": ""},
    **{"reading": "all", "readings": "", "questions": "first", "linked": "ask", "embedded": "whole"},
}
SAID = {"en": "said", "zh": "说"}
FAULTS = faults.check(
    {
        "symptoms": {
            "504": {
                **dict.fromkeys(("name", "short", "says"), SAID),
                "commands": [{"ask": SAID, "run": "dig", "outcomes": [{"prints": SAID, "leads": "silent"}] * 2}],
            }
        },
        "faults": {
            "silent": {
                **dict.fromkeys(("short", "cause", "sees", "mend"), SAID),
                **{"symptoms": ["504"], "says": "nobody", "steps": ["ask"], "known": "derived"},
                **{"status": {"nginx": [504]}, "checks": [{"run": "dig {host}"}]},
            }
        },
        "tables": {"way": {"columns": {"cause": SAID, "shows": SAID}, "rows": [{"fault": "silent"}]}},
    }
)
GLOSSARY = Glossary.model_validate({"terms": {"query": {"term": SAID, "says": SAID, "see": "ask"}}})
VERSIONS = Versions.model_validate({"as-of": "2026-01-03", "products": {"dig": {"name": SAID, "newest": "9"}}})
QUESTIONS = Questions.model_validate({"groups": {"first": {"why": {"ask": SAID, "answer": SAID, "see": "ask"}}}})
READINGS = (Reading("way.md", "", "The way", 3, tuple((role, "ten") for role in ROLES)),)
TRACE = "In 192.0.2.7:5300 -> 192.0.2.53:53\n  Out 192.0.2.7.5300 > 192.0.2.53.53: A? shop\n1192.0.2.70 answers\n"


@pytest.fixture(scope="module")
def make(tmp_path_factory):
    """Make the book of a small definition, in which one text may be replaced by another."""

    def book(old: str = "", new: str = "", language: str = "en") -> pages.Book:
        folder = tmp_path_factory.mktemp("book")
        flow = read(folder, FLOW.replace(old, new) if old else FLOW)
        trips = worlds.trips(flow)
        hops = {name: trip.hops for name, trip in trips.items()}
        views = {r: View(flow, r, h, evidence.prove(flow, r, h, []), language) for r, h in hops.items()}
        tree = {"index.md": HOME, "way.md": WAY}
        explained = closed({"en": tree, "zh": tree}, flow)[language]
        (folder / "trace.txt").write_text(TRACE, "utf-8")
        (folder / "world.yml").write_text('client: "192.0.2.7"\nport.dns: "53"\n', "utf-8")
        names = {"index.md": "Home", "way.md": "The way"}
        renderer = picture.Renderer(None)
        more = {"names": names, "faults": FAULTS, "glossary": GLOSSARY, "versions": VERSIONS}
        more |= {"questions": QUESTIONS, "readings": READINGS}
        return pages.Book(flow, views, explained, language, folder, renderer, trips, **more)

    return book


@pytest.fixture(scope="module")
def book(make) -> pages.Book:
    return make()


def page(book: pages.Book, source: str) -> str:
    """The Markdown a page becomes, its generated parts in their places."""
    return markers.put_in(*markers.expand(book, source, "docs/en/p.md", HREFS))


def said(book: pages.Book, source: str, above: int = 0) -> list[str]:
    with pytest.raises(FlowError) as refused:
        markers.expand(book, source, "docs/en/p.md", HREFS, above)
    return [str(problem) for problem in refused.value.problems]


# -- markers ----------------------------------------------------------------------------------------------------------
def test_which_route_is_ours_is_said_only_where_it_is_not_the_first(book):
    assert page(book, "before\n\n<!-- flow:ours -->\n\nafter\n").split() == ["before", "after"]


@pytest.mark.parametrize("word", sorted(MARKERS.keys() - {"ours"}))
def test_every_marker_puts_something_in_its_place(book, word):
    made = page(book, f"before\n\n<!-- flow:{word} {MARKERS[word]} -->\n\nafter\n")
    assert made.startswith("before\n") and made.endswith("after\n")
    assert "<!--" not in made and len(made) > 50


def test_these_are_all_the_markers(book):
    (known,) = said(book, "<!-- flow:zzz -->\n")
    assert set(known.partition("Known: ")[2].rstrip(".").split(", ")) == MARKERS.keys()


@pytest.mark.parametrize(
    ("marker", "words"),
    [
        ("lader whole", ["'flow:lader'", "Did you mean 'ladder'?"]),
        ("ladder hole", ["route 'hole'", "Did you mean 'whole'?"]),
        ("picture whole resolv", ["stage", "'resolv'", "Did you mean 'resolve'?"]),
        ("picture whole zzz", ["stage", "'zzz'", "resolve."]),
        ("picture whole", ["1 argument", "<!-- flow:picture ROUTE STAGE -->"]),
        ("ladder whole resolve", ["2 argument", "<!-- flow:ladder ROUTE -->"]),
        ("boxes nets", ["'nets'", "Did you mean 'nest'?"]),
        ("calls zzz", ["'zzz'", "start."]),
        ("steps whole", ["1 argument", "<!-- flow:steps -->"]),
    ],
)
def test_a_wrong_marker_is_refused_with_its_line_and_the_nearest(book, marker, words):
    lines = said(book, f"one\n\n<!-- flow:{marker} -->\n")
    assert len(lines) == 1 and lines[0].startswith("docs/en/p.md:3: "), lines
    assert not [word for word in words if word not in lines[0]], lines


def test_every_mistake_of_a_page_is_told_at_its_line_in_the_file(book):
    source = "<!-- flow:a -->\n\n<!-- flow:b -->\n\n``` {.bash .flow}\nok\necho {nobody}\n```\n"
    places = [line.split(": ")[0] for line in said(book, source, above=4)]
    assert places == ["docs/en/p.md:5", "docs/en/p.md:7", "docs/en/p.md:11"]


@pytest.mark.parametrize(
    "code", ["```text\n{}\n```", "~~~~ {.html}\n{}\n~~~\n{}\n~~~~", "`{}`", "    - x\n\n```\n{}\n```\n"]
)
def test_markers_and_headings_in_code_stay_as_they_are(book, code):
    for shown in ("<!-- flow:lader whole -->", "<!-- flow:ladder whole -->", "## Ask {#ask .step}"):
        source = code.replace("{}", shown) + "\n"
        assert page(book, source).strip() == source.strip()


def test_ticks_with_ticks_behind_them_are_code_in_a_line_and_open_no_fence(book):
    made = page(book, "```a`b```\n\n<!-- flow:passes whole resolve -->\n")
    assert made.startswith("```a`b```\n") and "<table" in made


def test_a_marker_in_a_list_stays_in_the_list(book):
    made = markers.put_in(
        *markers.expand(book, "- one\n\n    <!-- flow:passes whole resolve -->\n\n- two\n", "p", HREFS)
    )
    html = markdown.markdown(made, extensions=["md_in_html"])
    assert html.count("<ul>") == 1 and html.index("<table") < html.index("two")


# -- headings ---------------------------------------------------------------------------------------------------------
def test_a_step_heading_gets_its_number_as_attribute_and_its_card(book):
    made = page(book, WAY)
    assert '## Reply {#reply .step data-n="2"}' in made
    assert "# Way {#way}\n" in made
    card = made[made.index("## Ask") : made.index("## Reply")]
    assert "step-head" in card and "192.0.2.53:53" in card and 'href="#reply"' in card


# -- fences -----------------------------------------------------------------------------------------------------------
def test_values_are_filled_into_a_flow_fence_and_nowhere_else(book):
    fence = "```{}\ndig @{{resolver}} -p {{port.dns}} {{host}}\n```\n"
    made = page(book, fence.format(" {.bash .flow}"))
    assert "```bash\ndig @192.0.2.53 -p 53 shop.example\n```" in made
    for plain in (fence.format("bash"), "dig @{resolver}\n"):
        assert page(book, plain) == plain


def test_braces_of_the_shell_and_of_jsonpath_are_left_alone(book):
    code = "echo ${client} ${HOME} {a,b} {1..3} {} {.items[*]} {range .items[*]} { print } '{print $1}' {Client}"
    assert code in page(book, f"``` {{.bash .flow}}\n{code}\n```\n")


def test_an_unknown_value_in_a_fence_gets_its_line_and_the_nearest(book):
    lines = said(book, "``` {.bash .flow}\nfine {client}\ndig @{resolvr}\n```\n")
    assert len(lines) == 1 and lines[0].startswith("docs/en/p.md:3: "), lines
    assert "'resolvr'" in lines[0] and "Did you mean 'resolver'?" in lines[0], lines


def test_a_flow_fence_that_is_never_closed_loses_no_line(book):
    assert "dig @192.0.2.53" in page(book, "``` {.bash .flow}\ndig @{resolver}\n")


# -- recordings -------------------------------------------------------------------------------------------------------
def recorded(*lines: str, name: str = "trace") -> str:
    return "\n".join([f"``` {{.text .recorded from={name}}}", *lines, "```", ""])


def test_a_recording_is_quoted_as_it_is_and_names_its_file(book):
    made = page(book, recorded("In 192.0.2.7:5300 -> 192.0.2.53:53", "…", "  Out 192.0.2.7.5300 >"))
    assert "\nIn 192.0.2.7:5300 -> 192.0.2.53:53\n…\n  Out 192.0.2.7.5300 >\n" in made
    assert 'href="/recordings/trace.txt"' in made and "moved-on" not in made


def test_a_line_that_is_not_in_the_recording_is_refused(book):
    lines = said(book, "\n" + recorded("In 192.0.2.7:5300 …", "nobody answers"), above=3)
    assert len(lines) == 1 and lines[0].startswith("docs/en/p.md:7: "), lines
    assert "'nobody answers'" in lines[0] and "docs/recordings/trace.txt" in lines[0], lines


@pytest.mark.parametrize(
    ("fence", "words"),
    [
        (recorded("x", name="trac"), ["'trac'", "Did you mean 'trace'?"]),
        (recorded("x", name="zzz"), ["'zzz'", "docs/recordings/"]),
        ("``` {.text .recorded}\nx\n```\n", ["from=NAME"]),
    ],
)
def test_an_unknown_recording_is_refused(book, fence, words):
    lines = said(book, fence)
    assert len(lines) == 1 and lines[0].startswith("docs/en/p.md:1: "), lines
    assert not [word for word in words if word not in lines[0]], lines


@pytest.mark.parametrize("line", TRACE.splitlines()[:2])
@pytest.mark.parametrize(
    ("then", "now"), [("eth0: 192.0.2.7/24}", "eth0: 192.0.2.8/24}"), ("ports: {dns: 53}", "ports: {dns: 5353}")]
)
def test_a_recording_that_shows_a_value_changed_since_stays_and_says_so(make, line, then, now):
    shown = page(make(then, now), recorded(line))
    assert line in shown and "moved-on" in shown


def test_a_recording_of_other_values_is_not_marked(make):
    moved = make("eth0: 192.0.2.7/24}", "eth0: 192.0.2.8/24}")
    assert "moved-on" not in page(moved, recorded("1192.0.2.70 answers"))


# -- links and values -------------------------------------------------------------------------------------------------
@pytest.fixture
def render(book):
    """Render Markdown with the links of the small definition, on the page way.md; gives HTML and what was unknown."""

    def html(source: str) -> tuple[str, list[str]]:
        extension = links.FlowLinks(book.link, book.value, book.recording)
        extension.here = "/way.md"
        made = markdown.markdown(source, extensions=[extension, "tables"])
        return made, [name for name, _ in extension.unknown]

    return html


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("[it asks](flow:ask)", '<a href="#ask">it asks</a>'),
        ("[home](flow:whole)", '<a href="/index.md">home</a>'),
        ("[**bold**](flow:resolve)", '<a href="/way.md"><strong>bold</strong></a>'),
        ("- [it asks](flow:ask)", '<li><a href="#ask">it asks</a></li>'),
        ("|a|\n|-|\n|[it](flow:ask) at [](flow:client)|", '<td><a href="#ask">it</a> at <code>192.0.2.7</code></td>'),
        ("[it asks][1]\n\n[1]: flow:ask", '<a href="#ask">it asks</a>'),
        ("at [](flow:resolver:dns).", "at <code>192.0.2.53:53</code>."),
        ("**[](flow:port.dns)**", "<strong><code>53</code></strong>"),
        ("the [](flow:resolver.name)", "the <span>Resolver</span>"),
        ("in [](flow:whole.steps) steps", "in <span>2</span> steps"),
        ("`[it](flow:ask)`", "<code>[it](flow:ask)</code>"),
        ("[it](way.md#ask)", '<a href="way.md#ask">it</a>'),
    ],
)
def test_links_and_values_work_wherever_markdown_has_links(render, source, expected):
    html, unknown = render(source)
    assert expected in html and not unknown, html


def test_a_link_from_another_page_names_the_page(book):
    assert book.link("ask") == "/way.md#ask"
    assert book.link("client") == "/index.md"


def test_names_a_link_does_not_know_are_collected_with_the_nearest(book, render):
    source = "[a](flow:asks) [](flow:clint)\n\n```\n[a](flow:code)\n```\n\n`[a](flow:span)`\n\n[b](flow:reply)"
    assert render(source)[1] == ["asks", "clint"]
    for name, near in (("asks", "ask"), ("resolv", "resolve")):
        with pytest.raises(pages.UnknownValue, match=f"Did you mean '{near}'"):
            book.link(name)
    with pytest.raises(pages.UnknownValue, match=r"'clint'.*Did you mean 'client'"):
        book.value("clint")


def test_names_are_in_the_readers_language(make):
    assert make(language="zh").value("resolver.name") == ("解析器", False)
