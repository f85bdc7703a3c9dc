"""What the search shows before all pages: symptoms with the words people have for them, causes with what is printed."""

import json
from pathlib import Path

import pytest
import worlds
from houses import ROOT
from requestflow.model import faults
from requestflow.model.definition import LANGUAGES
from requestflow.model.values import Values
from requestflow.view import signs

SMALL = (ROOT / "tests/data/faults.yml").read_text("utf-8")
WORDED = SMALL.replace(
    'short: {en: "504", zh: "504"}',
    "short: {en: 504/599, zh: 504、599}\n    words: {en: [Gateway Timeout], zh: [网关]}",
)


ENGLISH, CHINESE = (Values(worlds.shipped(), language) for language in LANGUAGES)


@pytest.fixture
def small(tmp_path: Path) -> faults.Faults:
    (tmp_path / "faults.yml").write_text(WORDED, "utf-8")
    return faults.read(tmp_path / "faults.yml")


def test_a_symptom_has_its_first_command_and_words_in_small_letters(small):
    first, second = signs.symptoms(small, ENGLISH)
    words = ["504/599", "504", "599", "gateway timeout"]
    assert first == ["504", "504: a proxy waits", "", "kubectl get endpointslices", words]
    assert second == ["sometimes", "Only sometimes", "on the node", "conntrack -S", ["sometimes"]]


def test_in_chinese_the_english_words_lead_there_too(small):
    first, second = signs.symptoms(small, CHINESE)
    assert first[-1] == ["504、599", "504", "599", "网关", "gateway timeout"]
    assert second[1:3] == ["时好时坏", "在节点上"]


def test_a_cause_has_what_is_printed_with_a_gap_for_every_value(small):
    small.faults["no-endpoint"].texts.append("Could not resolve host: {host}")
    assert list(signs.causes(small, ENGLISH)) == [
        [
            "no-endpoint",
            "no ready endpoint of default/shop:http",
            "",
            "kubectl get endpointslices -l app=shop.example.com",
            ["connect() failed (111: <refused>)", "503 UH", "Could not resolve host: {}"],
        ]
    ]


def test_names_of_our_services_in_what_is_printed_are_gaps_too(small):
    ours = [
        'Service "default/shop" has none',
        "Container shop failed",
        "b-shop/s1 503",
        "lookup shop on {dns}: no",
        "shop/<NOSRV> 503, a workshop, ingress.local",
    ]
    small.faults["no-endpoint"].texts[:] = ours
    ((*_, printed),) = signs.causes(small, ENGLISH)
    assert printed == ['Service "{}" has none', "Container {} failed", "{} 503", "lookup {} on {}: no", ours[-1]]


def test_only_two_scripts_are_told_them(small):
    told = signs.script(signs.SYMPTOMS, "run()", small, ENGLISH)
    head, rest = told.split("\n")
    assert rest == "run()" and [one[0] for one in json.loads(head.removeprefix("const SYMPTOMS="))] == [
        "504",
        "sometimes",
    ]
    assert signs.script(signs.CAUSES, "run()", small, ENGLISH).startswith('const CAUSES=[["no-endpoint"')
    assert signs.script("assets/flow.js", "run()", small, ENGLISH) == "run()"
