"""What becomes of a page's HTML last: names and commands that no line may end in the middle of."""

import pytest
from mermaid2 import fence_mermaid
from requestflow.view.elements import unbroken

NAMES = ["outside", "node-1"]


def whole(word: str) -> str:
    return f'<span class="whole-word">{word}</span>'


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>node-1 answers</p>", f"<p>{whole('node-1')} answers</p>"),
        ("<p>到 node-1，outside</p>", f"<p>到 {whole('node-1')}，outside</p>"),
        ("<td>other-node-1 node-12 node-1-x</td>", "<td>other-node-1 node-12 node-1-x</td>"),
    ],
)
def test_a_name_with_a_hyphen_stays_on_one_line(html, expected):
    assert unbroken(html, NAMES) == expected


@pytest.mark.parametrize(
    "html",
    [
        '<a href="#node-1" title="node-1">x</a>',
        "<pre>ssh node-1</pre>",
        "<code>node-1</code>",
        "<svg><text>node-1</text></svg>",
        fence_mermaid("node-1->>node-2: x", "mermaid", "mermaid", {}, None),
        '<div class="highlight"><pre><span></span><code>node-1\n</code></pre></div>',
    ],
)
def test_attributes_code_and_pictures_are_left_alone(html):
    assert unbroken(html, NAMES) == html


def test_a_command_in_a_table_breaks_at_its_blanks_alone():
    table = "<table><tr><td><code>{}</code></td></tr></table>"
    made = unbroken(table.format("kubectl get -l app=shop"), [])
    command = f"kubectl get {whole('-l')} {whole('app=shop')}"
    assert made == table.format("").replace("<code></code>", f'<code class="command">{command}</code>')
    assert unbroken(table.format("X-Real-IP"), []) == table.format("X-Real-IP").replace(
        "<code>", '<code class="whole-word">'
    )


@pytest.mark.parametrize(
    "html",
    [
        "<p><code>kubectl get -l app=shop</code></p>",
        '<table class="steps"><td><code>a-b</code></td></table>',
        f"<table><td><code>{'a-' * 40}</code></td></table>",
    ],
)
def test_code_elsewhere_and_words_wider_than_a_phone_may_break(html):
    assert unbroken(html, NAMES) == html
