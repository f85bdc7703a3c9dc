"""Every step has one plain sentence in each language, in every route that has it; only drafts may lack one."""

import re

import pytest
import worlds
from requestflow.model import sentences
from requestflow.model.definition import LANGUAGES, Flow, Language
from requestflow.pages import whole
from requestflow.problems import FlowError, Problem
from requestflow.view.view import View
from requestflow.world import packets
from requestflow.world.wire import Hop
from small import FLOW, read
from test_drafts import TEXT

DRAFTED = TEXT.replace("label: {en: [Says, say]", "sentence: {en: It asks.}, label: {en: [Says, say]")


def wrong_words(flow: Flow) -> list[Problem]:
    problems: list[Problem] = []
    whole.labelled(flow, {"later": packets.trip(flow, "later")}, {}, problems)
    return problems


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_of_every_route_is_short_whole_and_plain(
    flow: Flow, routes: dict[str, list[Hop]], language: Language
):
    for name, hops in routes.items():
        for row in View(flow, name, hops, {}, language).rows:
            assert 0 < len(row.sentence) <= sentences.LONGEST[language], row
            assert row.sentence.endswith(sentences.STOPS[language]) and "{" not in row.sentence, row
            assert set(re.findall(r"\b[A-Z]{2,}\b", row.sentence)) <= sentences.KNOWN, row
            assert row.sentence not in (row.label, row.short), row


def test_no_two_steps_of_a_route_say_the_same(flow: Flow, routes: dict[str, list[Hop]]):
    for language in LANGUAGES:
        for name, hops in routes.items():
            said = [row.sentence for row in View(flow, name, hops, {}, language).rows]
            assert len(said) == len(set(said)), name


def test_a_sentence_names_the_machine_that_a_route_puts_into_a_role(flow: Flow, routes: dict[str, list[Hop]]):
    row = View(flow, "through-service", routes["through-service"], {}, "en").row("cross-back-to-entry")
    assert row.sentence.startswith("Only node-1 remembers")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("over", "told"), [(0, []), (1, ["is 1 character too long"]), (9, ["is 9 characters too long"])]
)
def test_a_sentence_may_be_as_long_as_the_limit(language: Language, over: int, told: list[str]):
    stop, letter = sentences.STOPS[language], {"en": "x", "zh": "字"}[language]
    sentence = letter * (sentences.LONGEST[language] + over - 1) + stop
    assert [what.partition(" in ")[0] for what, _ in sentences.faults(sentence, language)] == told


@pytest.mark.parametrize("sentence", ["CoreDNS picks shop.example.com by HTTPRoute over TCP 10.0.0.1.", "A 504 it is."])
def test_names_and_addresses_are_neither_abbreviations_nor_ends(sentence: str):
    assert list(sentences.faults(sentence, "en")) == []


def test_steps_of_a_draft_may_have_no_sentence_or_one(tmp_path):
    flow = read(tmp_path, DRAFTED)
    hops = packets.trip(flow, "later").hops
    assert wrong_words(flow) == []
    said = {language: View(flow, "later", hops, {}, language).row("say").sentence for language in LANGUAGES}
    assert said == {"en": "It asks.", "zh": ""}


def test_what_a_draft_says_is_held_to_the_same(tmp_path):
    flow = read(tmp_path, DRAFTED.replace("It asks.", "It asks"))
    (problem,) = wrong_words(flow)
    assert problem.what == "the sentence of 'say' has no full stop in 'en'."


def test_a_route_that_is_no_draft_is_told_of_every_sentence_it_lacks(tmp_path):
    flow = read(tmp_path, DRAFTED.replace("draft: true, ", ""))
    told = [p.what for p in wrong_words(flow)]
    lacking = [("en", "look"), ("en", "said"), ("zh", "say"), ("zh", "look"), ("zh", "said")]
    assert told == [f"'{step}' has no sentence in '{language}'." for language, step in lacking]


def test_a_view_tells_every_fault_of_its_language_at_once(tmp_path):
    text = FLOW.replace("connection needs an address.", "TTL").replace("asked this one.", "asked {whom}.")
    flow = read(tmp_path, text)
    with pytest.raises(FlowError) as error:
        View(flow, "whole", packets.trip(flow, "whole").hops, {}, "en")
    assert [p.what.partition("' ")[2] for p in error.value.problems] == [
        "has no full stop in 'en'.",
        "has the abbreviation TTL in 'en'.",
        "has an unknown value 'whom'.",
    ]


def test_steps_without_a_sentence_get_one_in_tests_alone():
    text = "steps:\n  a:\n    {label: {en: [a, b]}}\n  b: {sentence: {}, label: {}}\nroutes: {label: {}}\n"
    filled = worlds.with_sentences(text)
    assert filled.count("sentence:") == 2 and filled.count("\n") == text.count("\n")
