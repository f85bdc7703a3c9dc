"""Reading lists: who reads a page by when stands in its front matter; how long that takes, its words say."""

import re

import pytest
from houses import ROOT
from requestflow.model.definition import LANGUAGES, Language
from requestflow.model.onboarding import LISTS, LONGEST, ROLES, TIMES, Reading, of_list
from requestflow.pages import front, loop, navigation, onboarding, whole
from requestflow.pages.names import CONFIGS
from requestflow.problems import FlowError
from requestflow.view.onboarding import Lists
from requestflow.view.prose import Ways

PAGES = loop.load(ROOT / "docs")
AT = "https://example.org/docs/"


def source(said: str, body: str = "") -> str:
    return f"---\ntitle: A\n{said}\n---\n# A {{#a}}\n\n## Part {{#part}}\n{body}"


def told(said: str, chinese: str | None = None) -> list[str]:
    pages: dict[Language, loop.Pages] = {"en": {"a.md": source(said)}}
    pages["zh"] = {"a.md": source(said if chinese is None else chinese)}
    return [str(problem) for problem in onboarding.problems(pages)]


def listed(language: Language) -> tuple[Reading, ...]:
    order = [entry.page for entry in navigation.read(ROOT, CONFIGS[language]).entries]
    return onboarding.readings(PAGES[language], language, order, {})


# -- front matter -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "said",
    [
        *("x: 1", "onboarding: {ten: all, section: part}", "onboarding: {hour: [sre], week: [backend, platform]}"),
        "onboarding:\n  hour:\n    - security\n  section: part",
    ],
)
def test_a_page_may_say_who_reads_it_by_when(said: str):
    assert told(said) == []


@pytest.mark.parametrize(
    ("said", "line", "what"),
    [
        ("onboarding: hour", 3, "'onboarding' is no mapping. Write onboarding: {hour: [backend, …]}"),
        ("onboarding: {}", 3, "'onboarding' says nobody."),
        ("onboarding: {section: part}", 3, "'onboarding' says nobody."),
        ("onboarding: {hours: [sre]}", 3, "unknown key 'hours' in 'onboarding'. Did you mean 'hour'?"),
        ("onboarding: {hour: sre}", 3, "'hour' is no list of roles."),
        ("onboarding: {hour: []}", 3, "'hour' is no list of roles."),
        ("onboarding:\n  hour: [sre]\n  week:\n    - fronted", 6, "role 'fronted'. Did you mean 'frontend'?"),
        ("onboarding: {hour: [dba]}", 3, "unknown role 'dba'. Known: backend, frontend, sre, platform, security;"),
        ("onboarding:\n  hour: [sre]\n  week: [sre]", 5, "'sre' reads the page by 'hour' already. Keep one."),
        ("onboarding:\n  hour: [sre]\n  section: parts", 5, "no section 'parts'. Did you mean 'part'?"),
    ],
)
def test_anything_else_is_told_with_its_line(said: str, line: int, what: str):
    problem, *_ = told(said)
    assert problem.startswith(f"docs/en/a.md:{line}: ") and what in problem


def test_the_project_is_refused_for_a_role_that_is_none(house):
    file = house / "docs/en/request/tls.md"
    text = file.read_text("utf-8")
    file.write_text(text.replace("onboarding: {hour: [frontend, ", "onboarding: {hour: [frontent, "), "utf-8")
    with pytest.raises(FlowError) as refused:
        whole.read(house)
    assert [str(p) for p in refused.value.problems if "frontent" in str(p)] == [
        "docs/en/request/tls.md:5: unknown role 'frontent'. Did you mean 'frontend'?"
    ]


@pytest.mark.parametrize("chinese", ["x: 1", "onboarding: {hour: [backend]}", "onboarding: {week: [sre]}"])
def test_both_languages_say_the_same(chinese: str):
    (problem,) = told("onboarding: {hour: [sre]}", chinese)
    assert problem.startswith("docs/zh/a.md:") and "other than in docs/en/a.md:3." in problem


def test_a_list_that_takes_longer_than_its_time_is_told():
    long = "word " * 120 * (LONGEST["ten"] + 1)
    pages: dict[Language, loop.Pages] = {"en": {"a.md": source("onboarding: {ten: all}", long)}, "zh": {}}
    first, *others = map(str, onboarding.problems(pages))
    assert first.startswith("docs/en/a.md:3: what 'backend' reads by 'ten' takes 11 minutes, not 10.")
    assert len(others) == len(ROLES) - 1


def test_the_hour_includes_the_ten_minutes():
    a, b = (source(f"onboarding: {{{time}: [sre]}}", "word " * 120 * n) for time, n in (("ten", 9), ("hour", 52)))
    (problem,) = onboarding.problems({"en": {"a.md": a, "b.md": b}, "zh": {}})
    assert problem.place == "docs/en/b.md:3" and "takes 61 minutes, not 60" in problem.what


# -- minutes ----------------------------------------------------------------------------------------------------------
BODY = f"{'word ' * 240}\n### Below {{#below}}\n{'word ' * 120}\n## Next {{#next}}\n{'word ' * 480}\n"


@pytest.mark.parametrize(("section", "minutes"), [("", 7), ("part", 3), ("below", 1), ("next", 4)])
def test_minutes_are_those_of_the_page_or_of_the_section_with_what_is_below(section: str, minutes: int):
    assert onboarding.minutes(source("x: 1", BODY), "en", section) == minutes


def test_sources_and_targets_of_links_take_no_time():
    sources = f"## Sources {{#sources}}\n{'word ' * 480}"
    assert onboarding.minutes(source("x: 1", BODY + sources), "en") == 7
    assert onboarding.minutes(source("x: 1", "[words](https://example.org/a/b) " * 120), "en") == 1


def test_chinese_is_counted_by_its_characters():
    assert onboarding.minutes(source("x: 1", "把目的地址换成 NodePort，" * 100), "zh") == 4


@pytest.mark.parametrize("language", LANGUAGES)
def test_home_says_the_minutes_of_the_lists(language: Language):
    home = PAGES[language]["index.md"]
    for page, name in (("node/index.md", "node"), ("foundations/index.md", "foundations")):
        door = home.partition(f"]({page})\n")[2].partition("\n")[0]
        said = re.search(r"(?:about|约) (\d+) ", door)
        assert said and int(said[1]) == onboarding.minutes(PAGES[language][page], language), name


# -- lists ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_that_names_readers_is_in_the_list_of_each(language: Language):
    with_key = {page for page, text in PAGES[language].items() if "onboarding" in front.matter(text)}
    found = listed(language)
    assert {r.page for r in found} == with_key and len(with_key) > 30
    for reading in found:
        for role, time in reading.times:
            lists = [of_list(found, name).get(time, []) for name in ("all", role)]
            assert sum(reading in of for of in lists) == 1, (reading.page, role)


@pytest.mark.parametrize("name", LISTS)
def test_no_list_is_empty_and_each_fits_its_time(name: str):
    found = of_list(listed("en"), name)
    assert list(found) == (["ten"] if name == "all" else ["hour", "week"])
    assert all(sum(r.minutes for r in of) > 5 for of in found.values())


@pytest.fixture
def lists() -> Lists:
    ways = Ways("en", str, lambda name: (name, True), str, str)
    every = tuple((role, TIMES[0]) for role in ROLES)
    readings = (
        Reading("a.md", "part", "A: Part & more", 4, every),
        Reading("b.md", "", "B", 12, (("sre", "hour"), ("backend", "week"))),
    )
    return Lists(readings, ways, lambda target: AT + target)


def test_a_list_has_a_box_to_tick_for_each_page_and_says_its_minutes(lists: Lists):
    html = lists.checklist("sre")
    assert '<input type="checkbox" autocomplete="off" aria-label="Read: B"><a href="/b.md">B</a>' in html
    assert html.count("<input") == 1 and "12 min</small>" in html and "1 item, 12 min" in html
    assert "</input>" not in html


def test_a_list_can_be_copied_as_markdown(lists: Lists):
    assert lists.markdown("all") == (
        "### Onboarding\n\n**Ten minutes**: 1 item, 4 min\n\n"
        "- [ ] [A: Part & more](https://example.org/docs/a.md#part) (4 min)\n"
    )
    assert "A: Part &amp; more](https://example.org/docs/a.md#part) (4 min)" in lists.checklist("all")


def test_by_time_every_page_stands_with_its_readers(lists: Lists):
    text = re.sub(r"<[^>]*>", "", lists.by_time())
    assert text == (
        "Ten minutesA: Part &amp; more backend, frontend, SRE, platform, securityOne hourB SREFirst weekB backend"
    )
