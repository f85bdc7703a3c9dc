"""One edit of docs/flow.yml changes every picture, ladder, card, value and command, in both languages."""

import re
from html import unescape

import pytest
from houses import Built, build, copy_house, edit
from leaves import leaves

pytestmark = pytest.mark.site
# old → new; the old names stand on no page, only in the definition
NAMES = {"node-1 kernel": "node-1 machine", "node-1 内核": "node-1 主机"}
VALUES = {"192.0.2.11": "192.0.2.211", "30443": "31555"}
EDITS = NAMES | {"eth0: 192.0.2.11/24,": "eth0: 192.0.2.211/24,", "nodeport: 30443": "nodeport: 31555"}
RECORDED = re.compile(r'<div class="recorded"[^>]*>.*?</div>\s*<p class="by">.*?</p>\s*</div>', re.S)

WHOLE = re.compile(r'<span class="whole-word">([^<]*)</span>')  # keeps a name on one line


def number(text: str) -> re.Pattern[str]:
    """An address or port that is not part of a longer one; captures also write ADDRESS.PORT."""
    return re.compile(rf"(?<!\d){re.escape(text)}(?!\d)")


def quoted(block: str) -> str:
    """The text of a recorded block, without the line below it."""
    return unescape(re.sub("<[^>]+>", "", block[: block.index('<p class="by">')]))


@pytest.fixture(scope="module")
def moved(tmp_path_factory) -> Built:
    """The site after four values of the definition, and nothing else, were changed."""
    house = copy_house(tmp_path_factory.mktemp("moved"))
    for old, new in EDITS.items():
        edit(house / "docs/flow.yml", old, new)
    result = build(house)
    assert result.code == 0, result.said
    return result


@pytest.fixture(scope="module")
def before_and_after(built, moved) -> dict[str, tuple[str, str]]:
    """Every page before and after, as (HTML, HTML)."""
    assert leaves(built.site).keys() == leaves(moved.site).keys()
    before, after = ({p: WHOLE.sub(r"\1", leaf.html) for p, leaf in leaves(b.site).items()} for b in (built, moved))
    return {path: (html, after[path]) for path, html in before.items()}


def test_every_page_is_the_old_one_with_the_new_values(before_and_after):
    """Wherever the old values stood, there are as many of the new; nothing says the old ones but recorded output."""
    counted = dict.fromkeys([*NAMES, *VALUES], 0)
    for path, (before, after) in before_and_after.items():
        if "reference/flow-file/" in path:
            continue  # its definition is an example of its own
        before, after = (RECORDED.sub("", html) for html in (before, after))
        for old, new in (NAMES | VALUES).items():
            had, has, left = (len(number(t).findall(h)) for t, h in ((old, before), (new, after), (old, after)))
            assert (has, left) == (had, 0), f"{path}: {old}"
            counted[old] += had
    assert min(counted.values()) > 20, counted  # names per language, values in both


@pytest.mark.parametrize(
    ("part", "pattern"),
    [
        ("pictures", r'<svg class="seq".*?</svg>'),
        ("ladder", r'<div class="ladder.*?</ol>'),
        ("cards", r'<div class="step-head".*?</nav>'),
        ("step tables", r'<table class="passes"[^>]*>.*?</table>'),
        ("destinations", r'<div class="dests"[^>]*>.*?</ol>'),
        ("values", r"<p>[^<]*<code>[^<]*</code>"),
        ("commands", r'<div class="language-bash.*?</div>'),
    ],
)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_kind_of_part_follows(before_and_after, part, pattern, language):
    pages = [html for path, html in before_and_after.items() if path.startswith("zh/") == (language == "zh")]
    before, after = (
        " ".join(re.sub("<[^>]+>", "", p) for html in pages for p in re.findall(pattern, html[i], re.S)) for i in (0, 1)
    )
    assert any(number(old).search(before) for old in VALUES)
    for old, new in VALUES.items():
        assert len(number(new).findall(after)) == len(number(old).findall(before)), part
        assert not number(old).search(after), part


def test_recorded_output_stays_as_recorded_and_says_when_it_shows_something_old(before_and_after, moved):
    marked = plain = 0
    for path, (before, after) in before_and_after.items():
        old_blocks, blocks = RECORDED.findall(before), RECORDED.findall(after)
        assert len(old_blocks) == len(blocks), path
        for then, now in zip(old_blocks, blocks, strict=True):
            text, same = quoted(then), quoted(now)
            assert text == same, path
            shows = any(number(old).search(text) for old in VALUES)
            assert ("moved-on" in now, "moved-on" in then) == (shows, False), f"{path}: {text}"
            marked, plain = marked + shows, plain + (not shows)
    assert marked > 8 and plain > 8
    for file in sorted((moved.site / "recordings").iterdir()):
        assert file.read_bytes() == (moved.site.parent / "docs/recordings" / file.name).read_bytes()


def test_steps_no_longer_shown_by_their_recording_say_so(before_and_after):
    before, after = before_and_after["request/kube-proxy/index.html"]
    words = "have changed since"
    assert words not in before and words in after
