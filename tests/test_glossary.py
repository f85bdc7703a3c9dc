"""`docs/glossary.yml`: what may stand in it, that it fits steps and pages, and which words of a page become links."""

import re
from functools import partial
from pathlib import Path

import pytest
from houses import ROOT
from refused import refused
from requestflow.model import glossary
from requestflow.model.glossary import Glossary
from requestflow.pages import terms, whole
from requestflow.pages.terms import Terms
from requestflow.problems import refuse

TEXT = (ROOT / glossary.SHOWN).read_text("utf-8")
SMALL = (ROOT / "tests/data/glossary.yml").read_text("utf-8")
HREF = "../reference/glossary/"


@pytest.fixture(scope="module")
def project() -> whole.Whole:
    return whole.read(ROOT)


def read(folder: Path, text: str) -> Glossary:
    file = folder / "glossary.yml"
    file.write_text(text, "utf-8")
    return glossary.read(file)


# -- what stands in it ------------------------------------------------------------------------------------------------
def test_it_knows_what_the_pages_talk_of(project: whole.Whole):
    known = project.known.glossary.terms
    assert 50 <= len(known) <= 60
    assert {"pod", "node", "kube-proxy", "endpointslice", "dnat", "conntrack", "veth", "sni", "hairpin"} <= set(known)


REFUSED = {
    "a key that is misspelt": ("see: entry-dnat", "sea: entry-dnat", "unknown key 'sea'. Did you mean 'see'?"),
    "a language that is missing": ("{en: bridge, zh: 网桥}", "{en: bridge}", "'zh' is missing"),
    "an id of another form": ("  bridge:", "  Bridge_1:", "'Bridge_1' is not a good id."),
    "a term that nothing shows": ("    see: entry-dnat\n", "", "'see' is missing"),
    "what shows it, in free words": ("see: way.md#bridge", "see: the way", "Write it like a step, a route"),
    "a sentence that is too long": ("Another destination.", f"{'A' * 160}.", "is 1 character too long. Say it in 160."),
    "a long Chinese sentence": ("换一个目的地址。", f"{'换' * 81}。", "is 2 characters too long. Say it in 80."),
    "a sentence without an end": ("Another destination.", "Another destination", "has no full stop. End it with '.'"),
    "two sentences": ("换一个目的地址。", "换一个。再换。", "is more than one sentence."),
    "English in the place of Chinese": ("换一个目的地址。", "other。", "has no Chinese letter."),
    "a spelling of two terms": ("[destination NAT]", "[Bridge]", "'bridge' is a spelling of 'dnat' as well in 'en'."),
    "a term that stands twice": ("  network-bridge:", "  bridge:", "'bridge' is written twice."),
}  # fmt: skip


@pytest.mark.parametrize("mistake", REFUSED)
def test_the_file_by_itself_is_refused_with(mistake: str, tmp_path: Path):
    refused(partial(read, tmp_path), SMALL, REFUSED[mistake], glossary.SHOWN)


def test_the_file_as_it_stands_is_not_refused(tmp_path: Path):
    assert list(read(tmp_path, SMALL).terms) == ["dnat", "bridge", "network-bridge"]
    assert glossary.read(tmp_path / "none.yml") == Glossary()


AGAINST_THE_REST = {
    "a step that is none": ("see: nodeport-dnat", "see: nodeport-dna", "id 'nodeport-dna'. Did you mean 'nodeport"),
    "a section that is none": ("request/dns.md#caching", "request/dns.md#cache", "Did you mean 'request/dns.md#cach"),
    "the id of a step": ("\n  ttl:", "\n  lb-to-node:", "'lb-to-node' is the id of a step already."),
    "the id of a fault": ("\n  ttl:", "\n  forward-dropped:", "'forward-dropped' is the id of a fault already."),
    "the id of a symptom": ("\n  ttl:", "\n  timeout:", "'timeout' is the id of a symptom already."),
    "a value typed by hand": ("One Pod's address and port", "192.0.2.11, a Pod's address and port", "Say it in words."),
}  # fmt: skip


@pytest.mark.parametrize("mistake", AGAINST_THE_REST)
def test_the_file_is_refused_where_it_does_not_fit_the_rest(mistake: str, project: whole.Whole, tmp_path: Path):
    old, new, words = AGAINST_THE_REST[mistake]
    assert old in TEXT, old
    known = project.known
    found = terms.problems(
        read(tmp_path, TEXT.replace(old, new, 1)), known.flow, known.faults, project.explained, project.pages
    )
    told = [str(problem) for problem in found]
    assert len(told) == 1 and words in told[0] and re.match(r"docs/glossary\.yml:\d+", told[0]), told


def test_a_page_that_does_not_show_the_terms_is_told(project: whole.Whole):
    known, pages = project.known, {language: dict(tree) for language, tree in project.pages.items()}
    pages["zh"][terms.PAGE] = pages["zh"][terms.PAGE].replace("<!-- flow:glossary -->", "")
    found = terms.problems(known.glossary, known.flow, known.faults, project.explained, pages)
    assert [problem.place for problem in found] == [f"docs/zh/{terms.PAGE}"]
    refuse(terms.problems(known.glossary, known.flow, known.faults, project.explained, project.pages))


# -- which words become links -----------------------------------------------------------------------------------------
@pytest.fixture
def marked(tmp_path: Path):
    """Mark a page; of what comes out only the words that became links, and the terms they lead to."""
    found = read(tmp_path, SMALL)

    def mark(html: str, language: str = "en", page: str = "way.md") -> list[tuple[str, str]]:
        made = Terms(found, language, {"dnat": "request/kube-proxy.md"}).mark(html, page, HREF)
        link = re.compile(rf'<a class="term" href="{HREF}#term-([\w-]+)" aria-description="[^"<>]+">([^<]*)</a>')
        assert link.sub(r"\2", made) == html
        return [(word, term) for term, word in link.findall(made)]

    return mark


def test_the_first_use_in_prose_becomes_a_link_and_no_other(marked):
    assert marked("<p>a bridge, a bridge</p><ul><li>DNAT and a bridge</li></ul>") == [
        ("bridge", "bridge"),
        ("DNAT", "dnat"),
    ]


@pytest.mark.parametrize(
    "html",
    [
        '<h2 id="x">bridge</h2>',
        '<p><a href="x">the <em>bridge</em></a></p>',
        "<p><code>bridge</code></p><pre><code>bridge</code></pre>",
        "<table><tr><td><p>bridge</p></td></tr></table>",
        "<details><summary><p>bridge</p></summary></details>",
        "<dl><dt>x</dt><dd><p>bridge</p></dd></dl>",
        '<p class="by">bridge</p>',
        "<div>bridge</div>",
        '<h2 id="sources">Sources</h2><ul><li>bridge</li></ul><h3 id="x">x</h3><p>bridge</p>',
        '<p title="bridge">x<!-- bridge --></p>',
        "<p>a-bridge bridge-1 cni.bridge /bridge bridge.io bridged DNATed</p>",
    ],
)
def test_what_is_no_prose_of_the_page_stays_as_it_is(marked, html):
    assert marked(html) == []


def test_prose_goes_on_behind_what_is_none(marked):
    html = '<h2 id="sources">s</h2><p>bridge</p><h2 id="b">b</h2><p>a<br>b <img src="x"> &amp;\u2028 <b>bridge</b>.</p>'
    assert marked(html) == [("bridge", "bridge")]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Bridges join", [("Bridges", "bridge")]),
        ("dnat", []),
        ("destination\nNAT", [("destination\nNAT", "dnat")]),
        ("a network bridge", [("network bridge", "network-bridge")]),
        ("network bridges, a bridge", [("network bridges", "network-bridge"), ("bridge", "bridge")]),
    ],
)
def test_a_term_is_found_as_it_is_spelled(marked, text, found):
    assert marked(f"<p>{text}</p>") == found


def test_chinese_terms_stand_between_other_characters(marked):
    html = "<p>经网络网桥做DNAT，再过网桥。</p>"
    assert marked(html, "zh") == [("网络网桥", "network-bridge"), ("DNAT", "dnat"), ("网桥", "bridge")]


def test_a_page_that_shows_a_term_does_not_link_it(marked):
    assert marked("<p>DNAT at a bridge</p>", page="request/kube-proxy.md") == [("bridge", "bridge")]
    assert marked("<p>DNAT at a bridge</p>", page="reference/glossary.md") == []
