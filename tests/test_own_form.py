"""What a reader may have other values for comes from the definition, and so do the form and the script that know it."""

import gzip
import json
import re

import pytest
import worlds
from requestflow.mkdocs.scripts import slim
from requestflow.view import own
from requestflow.view.words import WORDS
from small import FLOW, read

SHIPPED = {
    "host": "shop.example.com",
    "path": "/cart",
    "nodeport": "30443",
    "nodes": "192.0.2.0/24",
    "clients": "198.51.100.0/24",
    "public": "203.0.113.0/24",
    "pods": "10.244.0.0/16",
    "services": "10.96.0.0/12",
}
FITS = {"nodes": 24, "clients": 25, "public": 27, "pods": 22, "services": 18}  # the smallest that has every address


@pytest.fixture(scope="module")
def shipped():
    return worlds.shipped()


def test_the_values_are_those_of_the_definition(shipped):
    assert own.values(shipped) == SHIPPED


def test_of_a_range_the_smallest_that_has_every_address_is_known(shipped):
    assert {name: size for name, value in SHIPPED.items() if (size := own.fits(shipped, value))} == FITS


def test_a_value_that_the_definition_has_not_is_asked_of_nobody(tmp_path):
    asked = own.values(read(tmp_path, FLOW))
    assert 0 < len(asked) < len(SHIPPED)
    made = own.form(read(tmp_path, FLOW), WORDS["en"], "request/")
    assert re.findall('<input name="own-(.*?)"', made) == list(asked)


@pytest.mark.parametrize("language", WORDS)
def test_the_form_asks_for_each_with_a_label_the_example_and_what_may_be_written(shipped, language):
    made = own.form(shipped, WORDS[language], "request/")
    assert '<form class="own-values" ' in made and 'action="request/" method="get"' in made
    for name, value in SHIPPED.items():
        at = f"own-{name}"
        label = re.search(f'<label for="{at}">(.+?)</label><input name="{at}" id="{at}" ', made)
        assert label and label[1] == WORDS[language].own[name]
        assert f'placeholder="{value}" aria-describedby="{at}-hint"' in made
        hint = re.search(f'<small id="{at}-hint">(.+?)</small>', made)
        assert hint and (name not in FITS or f"/{FITS[name]} " in hint[1])
    assert f"<noscript><p>{WORDS[language].own['without']}</p></noscript>" in made


@pytest.mark.parametrize("language", WORDS)
def test_the_script_begins_with_what_it_looks_for_and_its_words(shipped, language):
    first, _, rest = own.script("let x\n", shipped, WORDS[language]).partition("\n")
    known = re.fullmatch(r"const WAS=(\{.*\}),T=(\{.*\})", first)
    assert known and rest == "let x\n"
    assert json.loads(known[1]) == {
        name: "/".join(map(str, (v, *([FITS[name]] if name in FITS else [])))) for name, v in SHIPPED.items()
    }
    assert json.loads(known[2]).items() <= (WORDS[language].own | {"comma": WORDS[language].comma}).items()


@pytest.mark.parametrize("language", WORDS)
def test_the_script_is_at_most_two_kilobytes(shipped, language):
    text = (worlds.ROOT / "docs" / own.SCRIPT).read_text("utf-8")
    assert 1000 < len(gzip.compress(slim(own.script(text, shipped, WORDS[language])).encode(), 6)) <= 2048
