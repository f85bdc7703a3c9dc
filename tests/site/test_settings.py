"""A setting that names what is not there is told with its line: a template would break on it, or leave it out."""

import pytest
from houses import ROOT
from mkdocs.config import load_config
from requestflow.mkdocs import settings

pytestmark = pytest.mark.site
WRONG = {  # what is written → instead of what, and what is told of its line
    "icon: {logo: material/gone-away}": ("icon: {logo: material/transit-connection-variant}", "no icon 'material/gone-away'"),
    "{icon: material/weather-nigth,": ("{icon: material/weather-night,", "Did you mean 'material/weather-night"),
    "primary: whit\n": ("primary: white\n", "no primary 'whit'. Did you mean 'white'?"),
    "scheme: dark\n": ("scheme: slate\n", "no scheme 'dark'. Known: default, slate."),
    "navigation.tbas": ("navigation.tabs", "no feature 'navigation.tbas'. Did you mean 'navigation.tabs'?"),
    "[assets/flo.css]": ("[assets/flow.css]", "'assets/flo.css' is no file of the site. Did you mean 'assets/flow.css'?"),
    "path: assets/flo.js": ("path: assets/flow.js", "'assets/flo.js' is no file of the site."),
    "repository: 5": ('repository: !ENV [REPO_URL, ""]', "'extra: repository' is not a text."),
    "previews: perhaps": ("previews: !ENV [PREVIEWS, false]", "'extra: previews' is not true or false."),
    "alternate: 5": ("alternate: true ", "'extra: alternate' is not true or false. Write alternate: true."),
    "alternat: true": ("generator: false", "nothing asks for 'extra: alternat'. Did you mean 'alternate'?"),
    "translations: mkdocs.zh.yml": ("translations: [mkdocs.zh.yml]", "'extra: translations' is not a list of files."),
}


def told(tmp_path, text: str) -> list[str]:
    for name in ("mkdocs.yml", "mkdocs.zh.yml", "docs", "hooks", "overrides"):
        (tmp_path / name).symlink_to(ROOT / name)
    (tmp_path / "mkdocs.yml").unlink()
    (tmp_path / "mkdocs.yml").write_text(text, "utf-8")
    config = load_config(str(tmp_path / "mkdocs.yml"))
    return [str(problem) for problem in settings.problems(config, tmp_path, "en")]


@pytest.mark.parametrize("written", WRONG)
def test_a_setting_of_what_is_not_there_is_told_with_its_line(tmp_path, written):
    instead, words = WRONG[written]
    text = (ROOT / "mkdocs.yml").read_text("utf-8")
    assert instead in text
    text = text.replace(instead, written, 1)
    (said,) = told(tmp_path, text)
    line = text[: text.index(written)].count("\n") + 1
    assert said.startswith(f"mkdocs.yml:{line}: ") and words in said


def test_settings_that_pages_need_are_told_where_they_lack(tmp_path):
    text = (ROOT / "mkdocs.yml").read_text("utf-8")
    for key in ("repository", "mermaid_integrity", "previews"):
        text = text.replace(f"  {key}: ", f"  x_{key[:3]}: ")
    missing = [said for said in told(tmp_path, text) if "nothing asks for" not in said]
    assert [said.partition(":1: ")[2] for said in missing] == [
        "'extra: repository' is not a text. Write repository: ….",
        "'extra: mermaid_integrity' is not a text. Write mermaid_integrity: ….",
        "'extra: previews' is not true or false. Write previews: !ENV [PREVIEWS, false].",
    ]


def test_the_settings_of_this_site_name_what_is_there(tmp_path):
    assert told(tmp_path, (ROOT / "mkdocs.yml").read_text("utf-8")) == []
