"""A word that claims a measurement has a recording in its section, to read or to follow."""

import pytest
from requestflow.pages import claims

FENCE = "\n\n``` {.text .recorded from=trace}\none\n```"
CLAIMS = [("en", "It was measured."), ("en", "Recorded in both modes:"), ("en", "In our lab it hung.")]
CLAIMS += [("zh", text) for text in ("（实测）", "用 nginx 测得。", "录到的包", "抓包记录里", "我们的实验里", "实验中")]


def told(language: str, text: str) -> list[str]:
    source = f"# Page {{#page}}\n\nmeasured [here](flow:recording.trace)\n\n## Part {{#recorded}}\n\n{text}\n"
    return [str(p) for p in claims.faults(language, "docs/en/p.md", source)]


@pytest.mark.parametrize(("language", "text"), CLAIMS)
def test_a_claim_without_a_recording_in_its_section_is_told_at_its_line(language, text):
    (said,) = told(language, f"{text}\n\n{text}")
    assert said.startswith("docs/en/p.md:7: ") and "flow:recording.NAME" in said


@pytest.mark.parametrize(("language", "text"), CLAIMS)
def test_a_claim_with_a_quotation_or_link_in_its_section_is_left_alone(language, text):
    assert told(language, text + FENCE) == [] == told(language, f"{text} See [it](flow:recording.trace).")


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "The route is derived, not recorded."),
        ("en", "A DNS record, a recording; `recorded` in code; [it](page.md#recorded)."),
        ("en", "```text\nmeasured\n```"),
        ("en", "<!-- measured -->"),
        ("zh", "推导得出，未实测，没有录到。"),
        ("zh", "DNS 记录，录制"),
    ],
)
def test_other_senses_code_and_comments_claim_nothing(language, text):
    assert told(language, text) == []


@pytest.mark.parametrize(("heading", "number"), [("## What was measured {#it}", 1), ("## Which {#measured}", 0)])
def test_a_title_is_part_of_its_section_and_an_id_is_not(heading, number):
    assert len(list(claims.faults("en", "p", f"# Page {{#page}}\n\n{heading}\n\ntext\n"))) == number
