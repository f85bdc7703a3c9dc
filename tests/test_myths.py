"""The page of wrong sentences: twenty, each refuted in a few words by a step or a recording, in both languages."""

import pytest
from houses import ROOT
from requestflow.model.definition import LANGUAGES, Flow
from requestflow.pages import loop
from requestflow.pages.sections import sections

PAGE = "reference/myths.md"
LONGEST = 420  # characters as written, addresses of links too


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_of_the_twenty_is_refuted_in_one_line_by_a_step_or_a_recording(language: str, flow: Flow):
    source = loop.load(ROOT / "docs")[language][PAGE]
    told = [section for section in sections(source) if section.heading and section.heading.level == 3]
    assert len(told) == 20
    for section in told:
        lines = [line for _, line in section.text if line.strip() and not line.startswith("#")]
        (said,) = [line for line in lines if line != section.heading.title]
        proofs = [name for name in section.links if name in flow.steps or name.startswith("recording.")]
        assert proofs, section.heading.title
        assert len(said) <= LONGEST, section.heading.title
        assert section.heading.title[0] in '"“' and section.heading.title[-1] in '"”', section.heading.title
