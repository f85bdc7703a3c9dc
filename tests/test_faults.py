"""`docs/faults.yml`: what may stand in it; it fits steps, pages and recordings; no page tells of failures beside it."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from houses import ROOT
from requestflow.model import faults
from requestflow.model.definition import LANGUAGES
from requestflow.model.faults import Faults, commands, unreadable
from requestflow.model.values import Values
from requestflow.pages import failures, whole
from requestflow.pages.sections import sections
from requestflow.problems import FlowError
from requestflow.view.prose import named

FILE = ROOT / faults.SHOWN
TEXT = FILE.read_text("utf-8")
SMALL = (ROOT / "tests/data/faults.yml").read_text("utf-8")
SYMPTOMS = ("504", "502-503", "404", "timeout", "refused", "reset", "certificate", "client-address", "sometimes")
SYMPTOMS += ("some-nodes", "large-hangs", "no-address")


@pytest.fixture(scope="module")
def project() -> whole.Whole:
    return whole.read(ROOT)


@pytest.fixture(scope="module")
def known(project: whole.Whole) -> Faults:
    return project.known.faults


def read(folder: Path, text: str) -> Faults:
    file = folder / "faults.yml"
    file.write_text(text, "utf-8")
    return faults.read(file)


def said(folder: Path, text: str) -> str:
    with pytest.raises(FlowError) as refused:
        read(folder, text)
    return str(refused.value)


# -- what stands in it ------------------------------------------------------------------------------------------------
def test_it_knows_the_twelve_symptoms_people_come_with(known: Faults):
    assert set(SYMPTOMS) <= set(known.symptoms)


def test_bash_reads_every_command(project: whole.Whole, known: Faults):
    fill = Values(project.known.flow, "en").fill
    script = "\n".join(f"f{n}() {{ {fill(run)}\n}}" for n, (_, run) in enumerate(commands(known)))
    done = subprocess.run(["bash", "-n"], input=script, capture_output=True, text=True, check=False)
    assert done.stderr == ""


def test_at_least_eighty_texts_lead_to_a_cause_and_none_stands_twice_under_one(known: Faults):
    told = [(name, text) for name, fault in known.faults.items() for text in fault.texts]
    assert len({text for _, text in told}) >= 80
    assert len(told) == len(set(told))


def test_every_way_from_a_symptom_ends_in_a_cause(known: Faults):
    for name, symptom in known.symptoms.items():
        leads = {to for command in symptom.commands for outcome in command.outcomes for to in outcome.leads}
        assert leads & set(known.faults), name


def test_the_causes_a_command_leads_to_are_listed_under_some_symptom_of_it(known: Faults):
    for name, symptom in known.symptoms.items():
        leads = {to for command in symptom.commands for outcome in command.outcomes for to in outcome.leads}
        assert any(name in known.faults[to].symptoms for to in leads & set(known.faults)), name


@pytest.mark.parametrize("name", ["504", "502-503", "reset", "refused"])
def test_what_fails_now_and_then_leads_to_only_sometimes_and_back(name: str, known: Faults):
    way = "(/fix/index.md#sometimes)"
    assert all(way in known.symptoms[name].says[language] for language in LANGUAGES)
    assert name in {to for one in known.symptoms["sometimes"].commands for out in one.outcomes for to in out.leads}


def test_no_page_tells_of_failures_in_a_table_of_its_own(project: whole.Whole):
    for language in LANGUAGES:
        for page, source in project.pages[language].items():
            for section in sections(source):
                if section.heading and section.heading.id == "breaks":
                    rows = [line for _, line in section.text if line.startswith("|")]
                    assert rows == [], (language, page)
                    assert any(marker.startswith("breaks ") for _, marker in section.markers), (language, page)


def test_no_other_table_begins_with_what_a_failing_client_sees(project: whole.Whole):
    failing = re.compile(r"\|\s*(?:`?curl:? \(?\d|[45]\d\d\b)")
    rows = [
        (page, line)
        for language in LANGUAGES
        for page, source in project.pages[language].items()
        for section in sections(source)
        for _, line in section.text
        if failing.match(line)
    ]
    assert rows == []
    assert failing.match("| curl 7, connection refused | a kernel |") and failing.match("| 504 | nginx |")


def test_every_table_has_rows_in_both_languages_and_no_cell_is_empty(known: Faults):
    for name, table in known.tables.items():
        for row in table.rows:
            for text in row.own.values():
                assert text.en.strip() and text.zh.strip(), name


# -- what proxies answer ---------------------------------------------------------------------------------------------
PROXIES = {
    "nginx": "nginx 1.31.3",
    "haproxy": "HAProxy 2.8.25",
    "envoy": "Envoy",
    "traefik": "Traefik",
    "caddy": "Caddy",
}
MEASURED = {  # fault → the case that shows it
    "nothing-listens": "the server's port is closed: RST",
    "pod-dropped-by-policy": "the SYN to the server is dropped",
    "application-silent": "the server accepts and never answers",
    "application-closes": "the server resets the connection after the request",
    "no-healthy-target": "no server at all behind the rule",
    "no-ready-endpoint": "no server at all behind the rule",
    "no-rule-matches": "no rule for the host",
    "wrong-protocol": "the server answers in another protocol (SSH)",
    "plain-http-to-tls-pod": "the proxy speaks plain HTTP to a server that wants TLS",
    "tls-to-plain-pod": "the proxy speaks TLS to a server that speaks plain HTTP",
    "upstream-certificate-refused": "the server's certificate is not trusted by the proxy, which verifies it",
    "plain-http-to-tls-port": "the client sends plain HTTP to the proxy's TLS port",
    "header-too-large": "a request header of 1100 KB",
    "body-too-large": "a request body of 2 MB, a limit of 1 MB set",
    "http2-to-http1-pod": "a gRPC call to a server that speaks HTTP/1.1 only",
}


def recorded(case: str) -> dict[str, int]:
    """What each proxy answered; where it answered no status, it is left out."""
    lines = (FILE.parent / "recordings" / "proxy-statuses.txt").read_text("utf-8").splitlines()
    head = next(line for line in lines if line and not line.startswith("#"))
    (row,) = [line for line in lines if line[: head.index("nginx")].rstrip() == case]
    cells = {proxy: row[head.index(title) :].split() for proxy, title in PROXIES.items()}
    return {proxy: int(cell[0]) for proxy, cell in cells.items() if cell[0].isdigit()}


@pytest.mark.parametrize("fault", MEASURED)
def test_a_cause_has_the_status_that_was_recorded_for_every_proxy(fault: str, known: Faults):
    written, found = known.faults[fault].status, recorded(MEASURED[fault])
    assert {proxy: status for proxy, status in found.items() if status not in written.get(proxy, [])} == {}
    assert set(written) & set(PROXIES) == set(found)


def test_what_is_printed_for_a_measured_cause_is_in_the_recordings(known: Faults):
    printed = "".join(file.read_text("utf-8") for file in (FILE.parent / "recordings").glob("proxy-*.txt"))
    for name in MEASURED:
        assert any(text in printed for text in known.faults[name].texts), name


def quoted(known: Faults) -> Iterator[tuple[str, list[str], str]]:
    """What an outcome quotes beside links to recordings: where it stands, the recordings, the words."""
    for path, text in failures.texts(known):
        for language in LANGUAGES:
            names = list(named(text[language]))
            recordings = [to.removeprefix(failures.RECORDING) for kind, to in names if kind == "link"]
            if path[-1] in ("prints", "otherwise") and recordings:
                yield from ((f"{path}, {language}", recordings, code) for kind, code in names if kind == "code")


def test_what_an_outcome_quotes_beside_a_recording_stands_in_it(known: Faults):
    folder, said = FILE.parent / "recordings", list(quoted(known))
    wrong = [
        (where, code)
        for where, recordings, code in said
        if not any(code in (folder / f"{name}.txt").read_text("utf-8") for name in recordings)
    ]
    assert wrong == []
    assert len({where for where, *_ in said}) >= 2 * 40


# -- what is refused --------------------------------------------------------------------------------------------------
REFUSED = {
    "a key that is misspelt": ("    sees: {en: curl 28", "    see: {en: curl 28", "unknown key 'see'. Did you mean"),
    "a language that is missing": ("sees: {en: curl 28, zh: curl 28}", "sees: {en: curl 28}", "'zh' is missing"),
    "an unknown symptom": ("[sometimes, ", "[sometime, ", "unknown symptom 'sometime'. Did you mean 'sometimes'?"),
    "an unknown cause": ("leads: [dropped]", "leads: [droped]", "unknown fault or symptom 'droped'. Did you mean"),
    "a way that ends nowhere": ("leads: slow\n", "leads: next\n", "leads to the next command, but this is the last."),
    "a word for both": ("\n  slow:\n", "\n  '504':\n", "is not a good id"),
    "a symptom and a fault of one id": ("  sometimes:\n", "  slow:\n", "'slow' is a fault already."),
    "a symptom nobody has": ("symptoms: [sometimes, ", "symptoms: [", "no fault shows as 'sometimes'."),
    "a word of two symptoms": (
        "short: {en: sometimes, zh: 时好时坏}", "short: {en: '504', zh: 时好时坏}", "'504' brings to '504' already.",
    ),
    "no word": ("short: {en: sometimes, ", "words: {en: ['']}\n    short: {en: sometimes, ", "is empty. Write"),
    "another language": ("short: {en: sometimes, ", "words: {de: [x]}\n    short: {en: sometimes, ", "'de'"),
    "a command of half a quotation": ("run: conntrack -S\n", "run: conntrack '-S\n", "no closing quotation"),
    "a command that ends in a pipe": ("run: ss -ltn | grep 80", "run: ss -ltn |", "nothing stands behind '|'"),
    "a command without a program": ("run: ss -ltn | grep 80", "run: '| grep 80'", "it begins with no program"),
    "a command with half a bracket": ("run: ss -ltn | grep 80", "run: ss -ltn $(id", "a bracket has no counterpart"),
    "a command with a placeholder": ("run: ss -ltn | grep 80", "run: ss <port> -l", "angle brackets are redirections"),
    "a place that is none": ("at: pod", "at: pdo", "'at' cannot be 'pdo'. Did you mean 'pod'?"),
    "how it is known, in free words": ("known: derived", "known: I guess", "Write it like recording NAME or"),
    "a row of an unknown fault": ("- fault: slow", "- fault: slo", "unknown fault 'slo'. Did you mean 'slow'?"),
    "a cell of an unknown column": ("later: {en: more", "latr: {en: more", "unknown column 'latr'. Did you mean"),
    "a cell that nobody fills": ("own: {later: {en: more, zh: 更多}}", "own: {}", "the column 'later' is empty."),
    "one outcome": (
        "          - prints: {en: it stays, zh: 不变}\n            leads: slow\n", "", "shorter than 2"
    ),
}  # fmt: skip


@pytest.mark.parametrize("mistake", REFUSED)
def test_the_file_by_itself_is_refused_with(mistake: str, tmp_path: Path):
    old, new, words = REFUSED[mistake]
    assert old in SMALL
    told = said(tmp_path, SMALL.replace(old, new, 1))
    assert words in told and re.match(r"docs/faults\.yml:\d+", told), told


def test_the_file_as_it_stands_is_not_refused(tmp_path: Path):
    assert list(read(tmp_path, SMALL).faults) == ["no-endpoint", "dropped", "slow"]
    assert faults.read(tmp_path / "none.yml") == Faults()


@pytest.mark.parametrize("run", ["a 'b' | c", "for i in $(seq 2); do a; done", "a 'x(y' > z", "a {b} {c:d}", "a \\'"])
def test_what_a_shell_reads_is_not_refused(run: str):
    assert unreadable(run) == ""


AGAINST_THE_REST = {
    "an unknown step": (
        "steps: [hairpin-drop]",
        "steps: [hairpin-dropp]",
        "unknown step 'hairpin-dropp'. Did you mean",
    ),
    "no step": ("    steps: [hairpin-drop]\n", "", "'hairpin-mode-off' breaks no step."),
    "an unknown section": ("node/index.md#breaks", "node/index.md#break", "no page has 'node/index.md#break'. Did you"),
    "an unknown recording": ("recording lab-mtu", "recording lab-mtuu", "unknown recording 'lab-mtuu'. Did you mean"),
    "an unknown value": ("the cluster's DNS, {kube-dns}", "the cluster's DNS, {kube-dn}", "unknown value 'kube-dn'."),
    "an unknown value in a command": ("dig +trace {host}", "dig +trace {hosst}", "unknown value 'hosst'."),
    "a link that leads nowhere": (
        "(flow:pod-to-service) instead",
        "(flow:pod-to-servce) instead",
        "leads nowhere. Did",
    ),
    "a link that cannot be read": (
        "[Service](flow:pod-to-service)。'",
        "[Service](flow: pod-to-service)。'",
        "be read",
    ),
    "languages that differ": (
        "mend: {en: Wait up to 30 s.",
        "mend: {en: Wait up to `30 s`.",
        "the languages differ in",
    ),
    "a claim without a recording": ("mend: {en: Wait up to 30 s.", "mend: {en: Measured.", "names no recording."),
    "a value typed by hand": (
        "connect to {load-balancer} port",
        "connect to 203.0.113.10 port",
        "Write {load-balancer}",
    ),
    "a table of no page": ("\n  request-dns:\n", "\n  request-dn:\n", "0 pages in 'en' show the table 'request-dn'."),
    "a symptom of no heading": ("\n  large-hangs:\n", "\n  large-hang:\n", "does not show the symptom 'large-hang'."),
    "a heading of another name": ("Only from some nodes, zh", "Only from a node, zh", "is called 'Only from a node'"),
}


@pytest.mark.parametrize("mistake", AGAINST_THE_REST)
def test_the_file_is_refused_where_it_does_not_fit_the_rest(mistake: str, project: whole.Whole, tmp_path: Path):
    old, new, words = AGAINST_THE_REST[mistake]
    assert old in TEXT, old
    text = TEXT.replace(old, new, 1)
    if mistake == "a symptom of no heading":
        text = re.sub(r"large-hangs(?=[,\]])", "large-hang", text)
    known = project.known
    found = failures.problems(
        read(tmp_path, text), known.flow, project.explained, project.pages, FILE.parent / "recordings"
    )
    told = [str(problem) for problem in found]
    assert [line for line in told if words in line], told
    assert all(re.match(r"docs/(faults\.yml|../fix/index\.md):\d+", line) for line in told), told


def test_the_file_fits_the_rest(project: whole.Whole, known: Faults):
    folder = FILE.parent / "recordings"
    assert list(failures.problems(known, project.known.flow, project.explained, project.pages, folder)) == []


def test_it_is_written_in_the_order_it_is_read():
    assert list(yaml.safe_load(TEXT)) == ["symptoms", "faults", "tables"]
