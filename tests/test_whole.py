"""The whole project is read once for all who want it: every problem in one run, nothing made twice from equal files."""

from pathlib import Path
from typing import Any

import pytest
from houses import copy_house, edit
from requestflow.pages import whole
from requestflow.problems import FlowError

DNS = "docs/{}/request/dns.md"


@pytest.fixture
def house(tmp_path: Path) -> Path:
    return copy_house(tmp_path)


class Kept:
    """Recalls like a memory; counts what was made."""

    def __init__(self) -> None:
        self.kept: dict[str, tuple[Any, Any]] = {}
        self.made: list[str] = []

    def __call__(self, name, inputs, make):
        if name not in self.kept or self.kept[name][0] != inputs:
            self.made.append(name)
            self.kept[name] = inputs, make()
        return self.kept[name][1]


def told(house: Path, recall: whole.Recall = whole.anew) -> str:
    with pytest.raises(FlowError) as refused:
        whole.read(house, recall)
    problems = refused.value.problems
    assert len(set(problems)) == len(problems)
    return str(refused.value)


def test_a_definition_that_cannot_be_read_hides_no_mistake_of_what_can(house):
    edit(house / "docs/flow.yml", "  client:\n    name:", "  client:\n    nam:")
    edit(house / "docs/keys.zh.yml", "Cluster:", "Clutser:")
    (house / "docs/flow.schema.json").unlink()
    edit(house / DNS.format("zh"), "checked: ", "check: ")
    said = told(house)
    for words in ("unknown key 'nam'", "'Clutser'", "docs/flow.schema.json: is not there", "does not say when it was"):
        assert words in said, words


def test_pages_recordings_and_languages_are_told_together(house):
    edit(house / "docs/flow.yml", "recordings: [trace-through-service", "recordings: [trace-through-servic")
    edit(house / DNS.format("en"), "{#ask-resolver .step}", "{#ask-resolve .step}")
    edit(house / "docs/zh/request/tls.md", "\n## ", "\n### ")
    said = told(house)
    for words in ("no recording 'trace-through-servic'", "explains 'ask-resolve'", "the headings differ"):
        assert words in said, words


def test_what_only_differs_between_the_languages_is_given_with_all_else(house):
    assert whole.read(house).differences == []
    edit(house / "docs/zh/request/tls.md", "\n## ", "\n### ")
    assert [problem.what.partition(":")[0] for problem in whole.read(house).differences] == ["the headings differ"]


def test_a_route_that_does_not_settle_hides_no_page(house):
    edit(house / "docs/flow.yml", "drop: [service-dnat, ", "drop: [service-dna, ")
    (house / "docs/flow.schema.json").unlink()
    said = told(house)
    assert "changes the step 'service-dna'" in said and "flow.schema.json" in said


def test_what_has_not_changed_is_not_made_again(house):
    recall = Kept()
    first = whole.read(house, recall)
    beside = ["docs/faults.yml", "docs/glossary.yml", "docs/versions.yml", "docs/questions.yml"]
    made = ["definition", *beside, "loop"]
    assert whole.read(house, recall).known is first.known and recall.made == made
    edit(house / DNS.format("en"), "\n## ", "\nwords\n\n## ")
    edit(house / DNS.format("zh"), "\n## ", "\n文字\n\n## ")
    assert whole.read(house, recall).known is first.known and recall.made == [*made, "loop"]
    edit(house / "docs/flow.yml", "host: shop.example.com", "host: pay.example.net")
    assert whole.read(house, recall).known is not first.known
    assert recall.made == [*made, "loop", "definition", "loop"], "the files beside it are as they were"


def test_a_mistake_that_is_recalled_is_told_again(house):
    recall = Kept()
    edit(house / "docs/flow.yml", "Asks for {host}", "Asks for {hots}")
    assert told(house, recall) == told(house, recall)
    assert recall.made.count("definition") == 1
