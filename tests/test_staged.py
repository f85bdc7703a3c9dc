"""The pages as plain Markdown: nothing of ours is left in them, every link leads somewhere, two runs are the same."""

import os
import posixpath
import re
import subprocess
import sys
from pathlib import Path

import pytest
from houses import ROOT, copy_house, edit
from requestflow import __main__ as command
from requestflow.model.values import PLACEHOLDER, UnknownValue, Values
from requestflow.pages import markdown, staged, whole
from requestflow.pages import plain as of_tree
from requestflow.view import plain
from requestflow.view.elements import Markup, el

LINK = re.compile(r"(?<!\\)\]\(([^)\s]+)\)")
ANCHOR = re.compile(r'<a id="([^"]+)"></a>')
OURS = re.compile(r"\{[:#.][^{}]*\}|</?(?:div|section|details|summary|span|figure)\b|^!!!", re.M)
WAYS = plain.Ways(str, lambda name: f"sequenceDiagram {name}", ": ", " ({words})")
CHINESE = plain.Ways(str, str, "：", "（{words}）")


@pytest.fixture(scope="module")
def tree() -> dict[str, str]:
    return staged.tree(ROOT, whole.read(ROOT))


def pages(tree: dict[str, str]) -> dict[str, str]:
    return {path: text for path, text in tree.items() if path.endswith(".md")}


def prose(text: str) -> str:
    return "\n".join(line for _, line in markdown.prose(text))


def test_every_page_of_both_languages_is_there(tree):
    for language in ("en", "zh"):
        written = {f.relative_to(ROOT / "docs").as_posix() for f in (ROOT / "docs" / language).rglob("*.md")}
        assert written <= tree.keys()
        assert all(f"({page})" in tree["README.md"] for page in written)


def test_no_marker_and_no_link_of_ours_is_left(tree):
    for path, text in pages(tree).items():
        assert "<!--" not in prose(text) and "](flow:" not in text, path
        outside = prose(re.sub(r"\\.", "", text))
        assert not re.search(
            r"\{[:#.][^{}]*\}|^\{:|</?(?:div|section|details|summary|span|figure)\b|^!!!", outside, re.M
        )


def test_no_value_is_left_in_braces(tree, flow):
    values = {language: Values(flow, language) for language in ("en", "zh")}
    for path, text in pages(tree).items():
        if path.endswith(("flow-file.md", "your-own-names.md")) or path == "README.md":
            continue  # they show how values are written
        for name in PLACEHOLDER.findall(text):
            with pytest.raises(UnknownValue):
                pytest.fail(f"{path}: {{{name}}} is {values[path[:2]](name)}")


def test_every_link_leads_to_a_file_and_every_fragment_to_a_place(tree):
    ids = {path: set(ANCHOR.findall(text)) for path, text in pages(tree).items()}
    links = [(path, to) for path, text in pages(tree).items() for to in LINK.findall(prose(text))]
    assert len(links) > 5000
    for path, to in links:
        if re.match(r"https?:", to):
            continue
        file, _, anchor = to.partition("#")
        target = posixpath.normpath(posixpath.join(posixpath.dirname(path), file)) if file else path
        assert target in tree, f"{path}: {to}"
        assert not anchor or anchor in ids[target], f"{path}: {to}"


def test_no_place_stands_twice_on_a_page(tree):
    for path, text in pages(tree).items():
        found = ANCHOR.findall(text)
        assert len(found) == len(set(found)), path


def test_fences_are_closed_and_say_nothing_but_their_language(tree):
    for path, text in pages(tree).items():
        for fence in markdown.fences(text):
            assert fence.closed and re.fullmatch(r"[a-z]*", fence.info), f"{path}:{fence.first}"


def test_a_map_is_a_file_beside_the_pages_and_a_picture_a_mermaid_text(tree):
    page = tree["en/request/index.md"]
    assert "![Map: Through the Service](../diagrams/through-service-map.svg)" in page
    assert tree["en/diagrams/through-service-map.svg"].startswith("<svg ")
    assert re.search(r"```mermaid\nsequenceDiagram\n", tree["zh/request/kube-proxy.md"])


def test_what_is_recorded_is_quoted_and_named(tree):
    page = tree["en/request/kube-proxy.md"]
    assert "```text\n192.0.2.11:55067 200 upstream=10.96.45.10:80\n```\n\nRecorded: [trace-through-service" in page
    assert tree["recordings/trace-through-service-iptables.txt"]


def test_a_step_says_its_packet_and_what_it_was_before(tree):
    step = tree["en/request/kube-proxy.md"].split('<a id="nodeport-dnat"></a>')[1]
    assert "Step **6** of 30 · node-1 kernel · **DNAT**" in step
    assert "source `198.51.100.7:P` → was `192.0.2.11:30443` now `10.244.2.20:8443`" in step


PAGES = ("routes/k3s.md", "routes/index.md")


def test_notes_are_quotations_and_ids_within_a_line_are_places(house):
    for language in ("en", "zh"):
        page = house / f"docs/{language}/routes/k3s.md"
        page.write_text(page.read_text("utf-8") + '\n!!! note "Mind"\n\n    Words of it.\n\nAfter it.\n', "utf-8")
    book, sources = staged.both(house, whole.read(house))["en"]
    k3s, index = (of_tree.page(book, of_tree.Tree("en/", str), page, sources[page]) for page in PAGES)
    assert "\n> **Mind**\n>\n> Words of it.\n\nAfter it.\n" in k3s
    assert '- <a id="nlb-ip"></a>[1b](#nlb-ip) **AWS NLB**' in index


def test_a_question_stands_before_its_answer_and_has_its_place(tree):
    page = tree["en/onboarding/self-check.md"]
    asked = re.findall(r'^<a id="q-[\w-]+"></a>\*\*(\d+)\. .+\?\*\*\n\n(?=.)', page, re.M)
    assert [int(n) for n in asked] == [*range(1, 31)]


def test_the_first_page_leads_to_both_languages_and_lists_a_section_below_its_first_page(tree):
    first = tree["README.md"]
    assert "\n\n[English](en/index.md) · [中文](zh/index.md)\n\n- [" in first
    assert "\n- [The whole request](en/request/index.md)\n    - [DNS: the name becomes" in first
    assert "\n- Reference\n    - [All steps" in first
    assert "\n- [Fix: " in first and "\n- [排障" in first


def test_no_element_of_html_is_shown_as_text(tree):
    for path, text in pages(tree).items():
        assert not re.search(r"<wbr|(?:&lt;|\\<)(?:img|input|br|wbr)\b", prose(text)), path
    assert "`service-OG3RIV3N-default/ingress/tcp/https`" in tree["en/request/kube-proxy.md"]


def test_what_is_to_be_copied_says_its_name_and_its_language(tree):
    assert "**As Markdown, to copy**\n\n```markdown\n### Onboarding\n" in tree["en/onboarding/index.md"]
    page = tree["en/onboarding/for-writers.md"]
    assert "\n![Map: Through the Service](../diagrams/through-service-map.svg)\n" in page
    assert '**In HTML, SVG**\n\n```html\n<img src="' in page and "```markdown\n![Map: " in page


def test_chinese_has_no_space_beside_what_is_as_wide_as_a_character(tree):
    for path, text in pages(tree).items():
        if path.startswith("zh/"):
            assert not re.search(r"[，。；：）] (?=[^·→|])|[\u4e00-\u9fff] (?:由|（)", prose(text)), path
    assert "**节点改写地址（5–7 / 30）**：[解析](dns.md)" in tree["zh/request/kube-proxy.md"]


@pytest.fixture
def house(tmp_path: Path) -> Path:
    return copy_house(tmp_path)


def stage(folder: Path, seed: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": str(ROOT / "hooks"), "PYTHONHASHSEED": seed}
    run = [sys.executable, "-m", "requestflow", "stage", str(folder)]
    return subprocess.run(run, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def test_two_runs_write_the_same_bytes_and_a_folder_in_use_is_refused(tmp_path, tree):
    folder = tmp_path / "out"
    assert stage(folder, "7").returncode == 0
    found = {f.relative_to(folder).as_posix(): f.read_bytes() for f in folder.rglob("*") if f.is_file()}
    assert found == {path: text.encode() for path, text in tree.items()}
    again = stage(folder, "1")
    assert again.returncode == 1 and again.stdout == ""
    assert again.stderr == f"{folder}: is there and not empty. Name a folder that is new or empty.\n"


def test_pages_with_mistakes_are_not_staged(house, tmp_path, monkeypatch, capsys):
    edit(house / "docs/en/request/dns.md", "flow:", "flow:no-such-")
    monkeypatch.chdir(house)
    assert command.main(["stage", str(tmp_path / "out")]) == 1
    assert "docs/en/request/dns.md:" in capsys.readouterr().err and not (tmp_path / "out").exists()


# -- HTML as drawers make it ------------------------------------------------------------------------------------------
def test_a_cell_over_rows_stands_in_each_of_them():
    html = "<table><tr><th>a</th><th>b</th></tr><tr><th rowspan='2'>x</th><td>1|2</td></tr><tr><td>3</td></tr></table>"
    assert plain.markdown(html, WAYS) == "| a | b |\n|---|---|\n| x | 1\\|2 |\n| x | 3 |"


def test_what_markdown_gives_a_meaning_is_escaped():
    assert plain.markdown("<p>a_b *c* &lt;d&gt; _e</p><p><code>f`g</code></p>", WAYS) == (
        "a_b \\*c\\* &lt;d> \\_e\n\n`` f`g ``"
    )


def test_an_attribute_without_a_value_is_read_and_words_like_it_stay():
    assert plain.markdown("<p hidden>x</p><p>not hidden <b>y</b></p>", WAYS) == "not hidden **y**"


def test_a_number_behind_words_stands_in_brackets_and_one_alone_does_not():
    html = '<p><b>Reach</b> <span class="num">3–4</span></p><p><span class="num">7</span></p>'
    assert plain.markdown(html, WAYS) == "**Reach** (3–4)\n\n7"


def test_chinese_asides_stand_in_brackets_of_their_own():
    html = '<p><b>到达</b> <span class="num">3–4</span> 源地址 <span>由</span></p>'
    assert plain.markdown(html, CHINESE) == "**到达**（3–4）源地址由"


def test_code_keeps_its_blanks_and_a_block_ends_where_its_text_does():
    assert plain.markdown("<p>看， <code>中 文， b</code></p>", CHINESE) == "看，`中 文， b`"
    assert plain.markdown("<pre><code>a\n```\nb</code></pre>", WAYS) == "````bash\na\n```\nb\n````"


def test_small_words_behind_nothing_get_no_sign():
    assert plain.markdown("<p> <small>b</small></p>", WAYS) == "b"


def test_an_element_without_an_end_is_no_text_even_in_markup():
    html = el("p", Markup('<input checked><img src="a.svg" alt="A*"> '), el("code", Markup("a/<wbr>b")))
    assert plain.markdown(html, WAYS) == "![A\\*](a.svg) `a/b`"


def test_small_words_behind_others_get_a_sign_and_a_sentence_none():
    html = (
        '<p><a href="x">CNI</a> <small>plugin</small></p><p><span>One.</span> <small class="letters">Two.</small></p>'
    )
    assert plain.markdown(html, WAYS) == "[CNI](x) · plugin\n\nOne. Two."


def test_elements_that_only_style_keeps_apart_get_a_sign_and_old_and_new_an_arrow():
    html = '<p><span>Step 6</span><b>DNAT</b></p><p><span class="change"><del>a</del> <ins>b</ins></span></p>'
    assert plain.markdown(html, WAYS) == "Step 6 · **DNAT**\n\n`a` →  `b`".replace("  ", " ")


def test_a_list_in_an_item_is_indented_below_it():
    html = '<ol start="4"><li><p>a</p><ul><li>b</li></ul></li><li>c</li></ol>'
    assert plain.markdown(html, WAYS) == "4. a\n    - b\n5. c"
