"""From what somebody sees to the first command that decides: two clicks from home, one search, both languages."""

import re

import pytest
from playwright.sync_api import Page, expect
from requestflow.mkdocs import search
from requestflow.model import faults
from requestflow.model.values import Values
from screens import LANGUAGES, ROOT
from test_faults import SYMPTOMS
from test_search import ASK, opened

pytestmark = pytest.mark.browser
searched = pytest.mark.skipif(search.program() is None, reason="requirements/search.txt is not installed here")

KNOWN = faults.read(ROOT / faults.SHOWN)
FIX = {"en": "Fix", "zh": "排障"}
LINES = {  # of somebody else's cluster, whole → the causes
    "2026/11/28 10:00:00 [error] 29#29: *1 connect() failed (111: Connection refused) while connecting to upstream, "
    'client: 10.1.0.9, server: api.foo.test, request: "GET / HTTP/2.0"': {"nothing-listens"},
    "[error] 29#29: *7 upstream timed out (110: Connection timed out) while connecting to upstream, "
    'client: 10.1.0.9, upstream: "http://10.42.7.3:9000/"': {"pod-dropped-by-policy", "node-lost"},
    "[12345.678] nf_conntrack: nf_conntrack: table full, dropping packet": {"conntrack-full"},
    "Readiness probe failed: dial tcp 10.42.7.3:9000: connect: connection refused": {"readiness-fails"},
    "dial tcp: lookup payments on 10.43.0.10:53: no such host": {"dns-no-record"},
    "read udp 10.42.7.3:45678->10.43.0.10:53: i/o timeout": {"default-deny-blocks-dns"},
    "java.net.UnknownHostException: api.foo.test": {"dns-no-record"},
    "curl: (6) Could not resolve host: api.foo.test": {"dns-no-record", "dns-resolver-silent"},
    "0/3 nodes are available: 3 node(s) didn't have free ports for the requested pod ports": {"host-port-taken"},
    "fe be/<NOSRV> 0/-1/-1/-1/0 503 217 - - SC-- 1/1/0/0/0 0/0": {"no-ready-endpoint"},
    'W1128 23:14:07.1 7 controller.go:1214] Service "prod/payments" does not have any active Endpoint.': {
        "no-ready-endpoint"
    },
    "fe~ be/app2 0/0/-1/-1/3001 503 217 - - SC-- 1/1/0/0/3 0/0": {"nothing-listens"},
    'Get "http://payments:8000/v1": dial tcp 10.1.2.3:8000: connect: connection refused': {"nothing-listens"},
    "HTTPConnectionPool(host='payments', port=8000): Read timed out. (read timeout=5)": {"application-silent"},
    "('Connection aborted.', RemoteDisconnected('Remote end closed connection without response'))": {"keep-alive-race"},
    "error:1408F10B:SSL routines:ssl3_get_record:wrong version number) while SSL handshaking to upstream": {
        "tls-to-plain-pod"
    },
    "GET https://api.foo.test/ net::ERR_CONNECTION_REFUSED": {"ingress-without-endpoint"},
    "payments LoadBalancer 10.43.7.7 <pending> 80:31234/TCP 5m": {"no-load-balancer-controller"},
    '10.1.0.9 - - "GET / HTTP/1.1" 504 160 "-" "curl/8.5.0" 77 15.0 [default-api-80] [] 10.42.7.3:9000 504': {"504"},
    "io.netty.channel.ConnectTimeoutException: connection timed out after 30000 ms: payments/10.43.7.7:80": {"timeout"},
    "PR--": {"header-too-large"},
    "SH--": {"application-closes"},
    "sH--": {"application-silent"},
}
COMMON = {"CrashLoopBackOff"}  # which a dozen causes print: the symptom tells them apart
NO_SIGN = (
    "conntrack",
    "kube-proxy",
    "hairpin",
    "NodePort",
    "pod",
    "Service",
    "10.42.7.3",
    "how does it work",
    "1.32",
    "e",
    "readiness probe",
    "proxy protocol",
    "X-Forwarded-For",
    "certificate rotation",
    "10.0.1.1",
    "滚动更新",
    "超时设置",
)
SAID = {  # in other words, spaces and signs than those of a symptom → what stands first
    "cannot reach other node": "some-nodes",
    "huge upload is stuck": "large-hangs",
    "dns lookup in my pod failed": "no-address",
    "nginx ingress ５０４": "504",
    "can’t resolve service name": "no-address",
    "偶尔超时": "sometimes",
    "dns不通": "no-address",
    "跨节点pod访问不了": "some-nodes",
}
MOST = {
    "en": (r"[\w'-]+(?:[./][\w'-]+)*", 1200),
    "zh": ("[\u4e00-\u9fff]", 2000),
}  # words, characters, before anything is opened
TEXTS = {  # as people paste them, whole or in part → the cause
    "upstream prematurely closed connection while reading response header from upstream": "keep-alive-race",
    "connect() failed (111: Connection refused) while connecting to upstream": "nothing-listens",
    "disconnect/reset before headers. reset reason: connection termination": "keep-alive-race",
    "nf_conntrack: table full, dropping packet": "conntrack-full",
    "ERR_TOO_MANY_REDIRECTS": "redirect-loop",
    "x509: certificate signed by unknown authority": "unknown-issuer",
    "curl: (52) Empty reply from server": "application-closes",
    "SSL_ERROR_SYSCALL": "proxy-header-missing",
    "failed to setup network for sandbox": "no-pod-address",
    "rbac_access_denied_matched_policy[none]": "authorization-policy",
    "no healthy upstream": "no-ready-endpoint",
    "<NOSRV>": "no-healthy-target",
    "insert_failed=": "conntrack-insert-race",
    "(104: Connection reset by peer)": "application-closes",
}


READ = """() => {
  const article = document.querySelector("article").cloneNode(true)
  article.querySelectorAll("details, pre, footer, .headerlink").forEach(e => e.remove())
  return article.textContent
}"""


SIGNS = """async ([script, texts]) => {
  const { signs } = await import(script)
  return Promise.all(texts.map(async text => (await signs(text)).map(sign => sign.anchor)))
}"""


CAUSES = """() => Object.fromEntries([...document.querySelectorAll(".cause")].map(
  e => [e.querySelector("h3").id, [...e.querySelectorAll("dd a[href*='#']")].map(a => a.getAttribute("href"))]))"""


def first_command(page: Page, symptom: str):
    return page.locator(f"h2[id='{symptom}'] + .symptom > .deciding > li > pre")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("symptom", SYMPTOMS)
def test_two_clicks_from_home_lead_to_the_first_command(screen, at, flow, language, symptom):
    page = screen(height=700)
    page.goto(at(language))
    page.locator(".broken").get_by_role("link", name=KNOWN.symptoms[symptom].short[language], exact=True).click()
    page.wait_for_url(f"**/fix/#{symptom}")
    command = first_command(page, symptom)
    expect(command).to_be_in_viewport()
    expect(command).to_have_text(Values(flow, language).fill(KNOWN.symptoms[symptom].commands[0].run))


def first_signs(page: Page, script: str, texts: list[str]) -> dict[str, list[str]]:
    """What the search shows for each text before all pages."""
    return dict(zip(texts, page.evaluate(SIGNS, [script, texts]), strict=True))


@searched
@pytest.mark.parametrize(("language", "width"), [("en", 1280), ("zh", 360)])
def test_one_search_leads_to_the_first_command(screen, at, language, width):
    page = screen(width, 640)
    for symptom in SYMPTOMS:
        opened(page, at(language))
        page.get_by_role("searchbox").fill(KNOWN.symptoms[symptom].short[language])
        expect(page.locator(".sign code").first).to_be_visible()
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/fix/#{symptom}")
        expect(first_command(page, symptom)).to_be_in_viewport()


@searched
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_for_a_symptom_leads_to_it_alone_and_among_others(screen, at, language):
    page, script = opened(screen(), at(language)), at(language, "assets/symptoms.js")
    words = {word: name for name, one in KNOWN.symptoms.items() for word in one.asked(language)}
    assert len(words) > 150
    for form in ("{}", "nginx {}", " {}?"):
        asked = {form.format(word.upper() if "?" in form else word): name for word, name in words.items()}
        found = first_signs(page, script, list(asked))
        assert {text: found[text] for text, name in asked.items() if name not in found[text]} == {}


@searched
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_word_for_a_symptom_by_itself_leads_first_to_it_or_to_a_cause_of_it(screen, at, language):
    page, script = opened(screen(), at(language)), at(language, "assets/symptoms.js")
    words = {word: name for name, one in KNOWN.symptoms.items() for word in one.asked(language)}
    first = {word: found[0] for word, found in first_signs(page, script, list(words)).items()}
    of = {name: {name} for name in KNOWN.symptoms} | {name: {*one.symptoms} for name, one in KNOWN.faults.items()}
    assert {word: first[word] for word, name in words.items() if name not in of[first[word]]} == {}


@searched
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_printed_text_leads_to_its_cause_or_its_symptom(screen, at, flow, language):
    page, script = opened(screen(), at(language)), at(language, "assets/symptoms.js")
    causes: dict[str, set[str]] = {}
    for name, fault in KNOWN.faults.items():
        for text in fault.texts:
            causes.setdefault(Values(flow, language).fill(text), set()).add(name)
    assert len(causes) > 300
    found = first_signs(page, script, list(causes))
    common = {text: names for text, names in causes.items() if not names & {*found[text]}}
    assert {*common} <= COMMON
    symptoms = {text: {s for name in names for s in KNOWN.faults[name].symptoms} for text, names in common.items()}
    assert {text: found[text] for text in common if not symptoms[text] & {*found[text]}} == {}


@searched
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_whole_line_of_a_log_leads_to_its_cause_with_other_addresses_and_names(screen, at, language):
    page, script = opened(screen(), at(language)), at(language, "assets/symptoms.js")
    found = first_signs(page, script, [*LINES, *NO_SIGN])
    assert {line: found[line] for line, causes in LINES.items() if not causes <= {*found[line]}} == {}
    assert {words: found[words] for words in NO_SIGN if found[words]} == {}


@searched
def test_what_is_said_in_other_words_leads_to_the_narrowest_symptom(screen, at):
    page = opened(screen(), at("zh"))
    found = first_signs(page, at("zh", "assets/symptoms.js"), [*SAID])
    assert {words: found[words][:1] for words in SAID} == {words: [symptom] for words, symptom in SAID.items()}


@searched
def test_a_pasted_line_that_no_page_has_shows_its_cause_alone(screen, at):
    page = opened(screen(), at("en"))
    line = next(iter(LINES))
    page.get_by_role("searchbox").fill(line)
    expect(page.locator(".sign")).to_have_count(1)
    expect(page.get_by_role("dialog").get_by_role("status")).to_have_text("")
    page.locator(".sign a").click()
    page.wait_for_url("**/fix/#nothing-listens")
    expect(page.locator("#nothing-listens")).to_be_in_viewport()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_tab_shows_the_symptoms_and_the_first_command_at_once(screen, at, language):
    page = screen(height=900)
    page.goto(at(language, "request/"))
    page.locator(".md-tabs").get_by_role("link", name=FIX[language], exact=True).click()
    expect(page.locator(".symptoms a").last).to_be_in_viewport()
    expect(first_command(page, next(iter(KNOWN.symptoms)))).to_be_in_viewport()
    page.locator(".symptoms a[href$='#large-hangs']").click()
    expect(first_command(page, "large-hangs")).to_be_in_viewport()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_short_until_something_is_opened(screen, at, language):
    page = screen()
    page.goto(at(language, "fix/"))
    pattern, most = MOST[language]
    assert most / 3 < len(re.findall(pattern, page.evaluate(READ))) <= most


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_command_prints_leads_to_a_cause_that_opens(screen, at, language):
    page = screen()
    page.goto(at(language, "fix/#timeout"))
    link = page.locator("h2[id='timeout'] + .symptom > .deciding .outcomes a").first
    cause = link.get_attribute("href").removeprefix("#")
    expect(page.locator(f"[id='{cause}']")).to_be_hidden()
    link.click()
    expect(page.locator(f"[id='{cause}']")).to_be_in_viewport()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_cause_stands_once_and_links_to_what_it_breaks(screen, at, language):
    page = screen()
    page.goto(at(language, "fix/"))
    found = page.evaluate(CAUSES)
    assert list(found) and set(found) == set(KNOWN.faults)
    for name, fault in KNOWN.faults.items():
        wanted = [f"#{step}" for step in fault.steps] or [f"#{(fault.section or '').partition('#')[2]}"]
        assert all(any(href.endswith(end) for href in found[name]) for end in wanted), name


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_card_of_a_step_that_breaks_leads_to_its_causes(screen, at, language):
    page = screen()
    page.goto(at(language, "request/kube-proxy/"))
    card = page.locator(".step-head[data-step='nodeport-dnat']")
    card.locator("summary").click()
    card.locator("a[href$='fix/#kube-proxy-stopped']").click()
    expect(page.locator("#kube-proxy-stopped")).to_be_in_viewport()


@searched
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_pasted_text_leads_to_its_cause(screen, at, language):
    page = opened(screen(), at(language))
    found = page.evaluate(ASK, [at(language, "assets/search.js"), list(TEXTS)])
    assert [text for text, urls in found.items() if not any(url.endswith("/fix/") for url in urls)] == []
    assert [
        text for text, cause in TEXTS.items() if not any(text in whole for whole in KNOWN.faults[cause].texts)
    ] == []


@searched
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_symptom_is_called_leads_to_the_page_of_symptoms(screen, at, language):
    page = opened(screen(), at(language))
    names = [KNOWN.symptoms[symptom].short[language] for symptom in SYMPTOMS]
    found = page.evaluate(ASK, [at(language, "assets/search.js"), names])
    assert [name for name in names if not any(url.endswith("/fix/") for url in found[name])] == []


@searched
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_result_of_the_search_leads_to_the_cause_itself(screen, at, language):
    page = opened(screen(), at(language))
    page.get_by_role("searchbox").fill("rbac_access_denied")
    page.locator("#find-pages ul a[href$='/fix/#authorization-policy']").click()
    expect(page.locator("#authorization-policy")).to_be_in_viewport()
