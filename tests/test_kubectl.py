"""kubectl itself reads every command of its own on the pages, against a server that has the kinds and one of each."""

import json
import os
import re
import shlex
import shutil
import subprocess
import threading
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from houses import ROOT, required
from requestflow.model import faults
from requestflow.model.definition import Flow
from requestflow.model.values import Values
from requestflow.pages import loop, markdown

NEEDED = 31  # of kubectl 1.x: the oldest one that refuses all that it should
LONGEST = 10  # s for one command
INLINE = re.compile(r"`(kubectl [^`]+)`")
WITHIN = re.compile(r"\$\(([^()]*)\)")  # a command within a command
PLACEHOLDER = re.compile(r"<([\w-]+)>")
CONTROLLER = {"deploy/ingress-controller", "ds/ingress-controller", "kubernetes.io/service-name=ingress"}
SERVICE = {("svc", "ingress"), ("service", "ingress")}
OPERATOR = re.compile(r"[();<>|&]+")

# Group and version, then the kinds: plural, singular, kind, short name.
KINDS = """
v1 pods/pod/Pod/po services/service/Service/svc nodes/node/Node/no namespaces/namespace/Namespace/ns
v1 configmaps/configmap/ConfigMap/cm secrets/secret/Secret/ endpoints/endpoints/Endpoints/ep events/event/Event/ev
apps/v1 deployments/deployment/Deployment/deploy daemonsets/daemonset/DaemonSet/ds
discovery.k8s.io/v1 endpointslices/endpointslice/EndpointSlice/
networking.k8s.io/v1 ingresses/ingress/Ingress/ing ingressclasses/ingressclass/IngressClass/
networking.k8s.io/v1 networkpolicies/networkpolicy/NetworkPolicy/netpol servicecidrs/servicecidr/ServiceCIDR/
coordination.k8s.io/v1 leases/lease/Lease/
policy/v1 poddisruptionbudgets/poddisruptionbudget/PodDisruptionBudget/pdb
gateway.networking.k8s.io/v1 gateways/gateway/Gateway/gtw gatewayclasses/gatewayclass/GatewayClass/gc
gateway.networking.k8s.io/v1 httproutes/httproute/HTTPRoute/ tlsroutes/tlsroute/TLSRoute/
gateway.networking.k8s.io/v1 backendtlspolicies/backendtlspolicy/BackendTLSPolicy/btlspolicy
security.istio.io/v1 peerauthentications/peerauthentication/PeerAuthentication/pa
security.istio.io/v1 authorizationpolicies/authorizationpolicy/AuthorizationPolicy/ap
metallb.io/v1beta1 l2advertisements/l2advertisement/L2Advertisement/ servicel2statuses/servicel2status/ServiceL2Status/
elbv2.k8s.aws/v1beta1 targetgroupbindings/targetgroupbinding/TargetGroupBinding/
networking.gke.io/v1beta1 servicenetworkendpointgroups/servicenetworkendpointgroup/ServiceNetworkEndpointGroup/svcneg
cert-manager.io/v1 certificates/certificate/Certificate/cert
metrics.k8s.io/v1beta1 pods/pod/PodMetrics/ nodes/node/NodeMetrics/
"""
FIELDS = {  # what an API server selects by, beside name and namespace
    "events": {"reason", "type", "source", "involvedObject.kind", "involvedObject.name", "reportingComponent"},
    "pods": {"spec.nodeName", "spec.hostNetwork", "status.phase", "status.podIP"},
}
LABEL = re.compile(r"!?[\w./-]+|[\w./-]+ ?(?:!=|==?) ?[\w.-]*|[\w./-]+ (?:not)?in \([\w., -]*\)")
# kubectl has read all, and the server is none: it opens no stream, has no schema, and what it has is nearly empty.
SERVED = re.compile(r"unable to upgrade connection|no stream here|failed to download openapi")
SERVED_TOO = re.compile(r"container \S+ is not valid for pod|Metrics not available")
# What stands in a sentence may be the beginning of a command: kubectl misses the rest, and has no other complaint.
CUT_OFF = re.compile(
    r"must be specified|[Rr]equired resource not specified|you must specify|required for this|expected '\S+"
)
CUT_OFF_TOO = re.compile(r"are required for|USAGE:|requires? .*argument|at least one", re.I)


@dataclass(frozen=True)
class Place:
    """Where a command stands: in a sentence it may be the beginning of one only."""

    place: str
    inline: bool


# -- the commands -----------------------------------------------------------------------------------------------------
def of_shell(text: str) -> Iterator[list[str]]:
    """Every run of kubectl in a line of a shell, as words behind the name."""
    for inner in WITHIN.findall(text):
        yield from of_shell(inner)
    lexer = shlex.shlex(PLACEHOLDER.sub(r"\1", WITHIN.sub("WORD", text)), posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    run: list[str] = []
    for word in [*lexer, ";"]:
        if OPERATOR.fullmatch(word):
            if "kubectl" in run and set(run[: run.index("kubectl")]) <= {"sudo", "do", "then", "while", "if", "watch"}:
                yield run[run.index("kubectl") + 1 :]
            run = []
        else:
            run.append(word)


def of_fences(source: str, values: Values) -> Iterator[tuple[int, str]]:
    """Every line of the shell fences of a page, a continued one as one, with its number."""
    for fence in markdown.fences(source):
        if fence.language == "bash":
            held = ""
            for n, line in enumerate(markdown.lines_of(source)[fence.first : fence.last - 1], fence.first + 1):
                held += line.removesuffix("\\")
                if not line.endswith("\\"):
                    yield n, values.fill(held) if "flow" in fence.classes else held
                    held = ""


def of_code(text: str) -> Iterator[tuple[int, str]]:
    """Every code in a sentence that begins with kubectl, with the number of its line."""
    for n, line in enumerate(text.split("\n"), 1):
        yield from ((n, code.replace("''", "'")) for code in INLINE.findall(line))


def written(flow: Flow) -> Iterator[tuple[Place, str]]:
    """Every line of a shell, and every code in a sentence, that the site prints."""
    read = faults.read(ROOT / faults.SHOWN)
    for path, run in faults.commands(read):
        yield Place(read.place(*path), False), Values(flow, "en").fill(run)
    for file in sorted((ROOT / "docs").glob("*.yml")):
        yield from ((Place(f"docs/{file.name}:{n}", True), code) for n, code in of_code(file.read_text("utf-8")))
    for language, pages in loop.load(ROOT / "docs").items():
        for page, source in pages.items():
            at = f"docs/{language}/{page}"
            yield from ((Place(f"{at}:{n}", False), t) for n, t in of_fences(source, Values(flow, language)))
            yield from ((Place(f"{at}:{n}", True), code) for n, code in of_code(source))


def runs(flow: Flow) -> dict[tuple[str, ...], list[Place]]:
    """Every run of kubectl, once, and where it stands."""
    out = defaultdict[tuple[str, ...], list[Place]](list)
    for place, text in written(flow):
        if "kubectl" in text:
            for words in of_shell(text):
                out[tuple(words)].append(place)
    return out


def elsewhere(words: tuple[str, ...]) -> bool:
    """Whether a run asks for something of the controller, which has a namespace of its own, and names none."""
    services = list(zip(("", *words), words, strict=False))
    of_controller = any(word in CONTROLLER for word in words) or any(pair in SERVICE for pair in services)
    return of_controller and "-n" not in words


# -- the server -------------------------------------------------------------------------------------------------------
def kinds() -> dict[str, dict[str, dict]]:
    """Group and version → plural → what discovery says of it."""
    out = defaultdict[str, dict[str, dict]](dict)
    for line in KINDS.strip().splitlines():
        group, *listed = line.split()
        for plural, singular, kind, short in (one.split("/") for one in listed):
            verbs = ["create", "delete", "get", "list", "patch", "watch"]
            out[group][plural] = {"name": plural, "singularName": singular, "namespaced": True, "kind": kind}
            out[group][plural] |= {"shortNames": [short] if short else [], "verbs": verbs}
    return out


HAS = kinds()
PODS = {"spec": {"containers": [{"name": "shop"}], "securityContext": {}}, "status": {"phase": "Running"}}
SETS = {"spec": {"selector": {"matchLabels": {"app": "shop"}}, "updateStrategy": {"type": "RollingUpdate"}}}


def discovery(path: str) -> dict | None:
    """What an API server says of its kinds at a path."""
    if path == "version":
        return {"major": "1", "minor": "33", "gitVersion": "v1.33.0"}
    if path == "api":
        return {"kind": "APIVersions", "versions": ["v1"]}
    if path == "apis":
        named = [{"groupVersion": g, "version": g.split("/")[1]} for g in HAS if "/" in g]
        groups = [{"name": n["groupVersion"].split("/")[0], "versions": [n], "preferredVersion": n} for n in named]
        return {"kind": "APIGroupList", "apiVersion": "v1", "groups": groups}
    group = re.sub(r"apis?/", "", path, count=1)
    if group in HAS:
        return {"kind": "APIResourceList", "groupVersion": group, "resources": list(HAS[group].values())}
    return None


def thing(group: str, space: str | None, plural: str, name: str) -> dict:
    """One object, nearly empty."""
    fields = PODS if (group, plural) == ("v1", "pods") else SETS if group == "apps/v1" else {}
    head = {"apiVersion": group, "kind": HAS[group][plural]["kind"]}
    return {**head, "metadata": {"name": name, "namespace": space or "default"}, **fields}


def no_field(plural: str, query: dict[str, list[str]]) -> str:
    """The selector of fields an API server refuses."""
    known = {"metadata.name", "metadata.namespace", *FIELDS.get(plural, ())}
    terms = [t for text in query.get("fieldSelector", []) for t in text.split(",")]
    return next((t for t in terms if re.split("!=|==?", t)[0] not in known or "=" not in t), "")


def failure(message: str, status: int) -> dict:
    """An error as an API server words it."""
    return {"kind": "Status", "apiVersion": "v1", "status": "Failure", "message": message, "code": status}


def no_label(query: dict[str, list[str]]) -> str:
    """The selector of labels an API server refuses."""
    terms = [t for text in query.get("labelSelector", []) for t in re.split(r",(?![^(]*\))", text)]
    return next((t for t in terms if not LABEL.fullmatch(t)), "")


def answer(path: str, query: dict[str, list[str]]) -> tuple[int, dict]:
    """Status and body of a GET."""
    if found := discovery(path):
        return 200, found
    m = re.fullmatch(r"(?:api|apis)/(v1|[^/]+/[^/]+)/(?:namespaces/([^/]+)/)?([^/]+)(?:/([^/]+))?", path)
    if not m or m[3] not in HAS.get(m[1], ()):
        return 404, failure("not here", 404)
    if bad := no_field(m[3], query):
        return 400, failure(f"field selector not supported: {bad}", 400)
    if bad := no_label(query):
        return 400, failure(f"no selector of labels: {bad}", 400)
    if m[4]:
        return 200, thing(*m.groups())
    kind = HAS[m[1]][m[3]]["kind"]
    return 200, {"kind": f"{kind}List", "apiVersion": m[1], "metadata": {}, "items": [thing(m[1], m[2], m[3], "one")]}


class Api(BaseHTTPRequestHandler):
    """An API server that has one of each kind, changes nothing and opens no stream."""

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        query = parse_qs(url.query)
        if query.get("watch", ["0"])[0] in ("1", "true") or url.path.endswith("/log"):
            self.say(200, b"")
        else:
            status, body = answer(url.path.strip("/"), query)
            self.say(status, json.dumps(body).encode())

    def do_DELETE(self) -> None:
        self.say(200, b'{"kind": "Status", "apiVersion": "v1", "status": "Success"}')

    def do_POST(self) -> None:
        self.say(404, json.dumps(failure("no stream here", 404)).encode())

    def do_PATCH(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        path = urlsplit(self.path).path.strip("/")
        status, body = (
            (404, failure("no stream here", 404)) if path.endswith("/ephemeralcontainers") else answer(path, {})
        )
        self.say(status, json.dumps(body).encode())

    def say(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


# -- kubectl ----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Kubectl:
    """The program, and the house it runs in: a server of its own, no other."""

    program: str
    home: Path

    def says(self, words: tuple[str, ...]) -> str:
        """What it says against a command; nothing when it has read it."""
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.home), "KUBECONFIG": str(self.home / "config")}
        environment |= {"GOGC": "off", "GOMAXPROCS": "1"}
        done = subprocess.run(
            [self.program, *words],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
            cwd=ROOT / "deploy/kubernetes", env=environment, timeout=LONGEST,
        )  # fmt: skip
        said = done.stderr.strip()
        read = not done.returncode or SERVED.search(said) or SERVED_TOO.search(said)
        return "" if read else said or "nothing"

    def refuses(self, words: tuple[str, ...], places: list[Place]) -> list[str]:
        """Page, line, command and what it says against it."""
        try:
            said = self.says(words)
        except subprocess.TimeoutExpired:
            said = f"no end after {LONGEST} s"
        cut_off = bool(CUT_OFF.search(said) or CUT_OFF_TOO.search(said))
        return [
            f"{p.place}: kubectl {shlex.join(words)}: {said}" for p in places if said and not (cut_off and p.inline)
        ]


def minor(program: str) -> int:
    """N of kubectl 1.N."""
    done = subprocess.run([program, "version", "--client", "-o", "json"], capture_output=True, check=False)
    return int(re.sub(r"\D", "", json.loads(done.stdout)["clientVersion"]["minor"]))


@pytest.fixture(scope="module")
def kubectl(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kubectl]:
    program = shutil.which("kubectl") or required("no kubectl on this machine", "KUBECTL_REQUIRED")
    if minor(program) < NEEDED:
        required(f"kubectl is older than 1.{NEEDED}", "KUBECTL_REQUIRED")
    server = ThreadingHTTPServer(("127.0.0.1", 0), Api)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    home = tmp_path_factory.mktemp("kubectl")
    cluster = {"name": "one", "cluster": {"server": f"http://127.0.0.1:{server.server_port}"}}
    context = {"name": "one", "context": {"cluster": "one", "user": ""}}
    config = {"clusters": [cluster], "contexts": [context], "current-context": "one"}
    (home / "config").write_text(json.dumps({"apiVersion": "v1", "kind": "Config", **config}), "utf-8")
    yield Kubectl(program, home)
    server.shutdown()


def test_kubectl_reads_every_command(flow: Flow, kubectl: Kubectl):
    found = runs(flow)
    assert len(found) > 100
    with ThreadPoolExecutor(4) as threads:
        told = [line for lines in threads.map(kubectl.refuses, found, found.values()) for line in lines]
    assert not told, "\n".join(told)


WRONG = {
    "get pods --al-namespaces": "unknown flag",
    "get pods -Q": "unknown shorthand flag",
    "gett pods": "unknown command",
    "logs POD --since=ten": "invalid argument",
    "get pods -n": "flag needs an argument",
    "get": "[Rr]equired resource not specified",
    "get podz": "doesn't have a resource type",
    "get pods -o jsonpath='{.items[*'": "unterminated array|error parsing jsonpath",
    "get pod POD -o jsonpath='{.spec.x} {.y'": "unclosed action",
    "get pods -o custom-columns=NAME": "custom-columns",
    "get pods -o go-template='{{.items'": "unclosed action",
    "get pods -o wid": "unable to match a printer",
    "get pods -l 'app=a b'": "no selector of labels",
    "get events --field-selector reson=x": "field selector",
    "exec POD cat /etc/hosts": "not supported|deprecated",
    "debug POD --imge=busybox": "unknown flag",
    "port-forward svc/shop": "list of ports are required",
    "apply -f deploymnt.yml": "does not exist",
    "delete pod": "resource\\(s\\) were provided",
}


@pytest.mark.parametrize(("run", "why"), WRONG.items(), ids=list(WRONG))
def test_kubectl_would_say_so(run: str, why: str, kubectl: Kubectl):
    told = kubectl.refuses(tuple(shlex.split(run)), [Place("docs/en/index.md:1", False)])
    assert re.fullmatch(f"docs/en/index.md:1: kubectl .*(?:{why}).*", " ".join(told), re.S), told


def test_what_is_asked_of_the_controller_is_asked_in_its_namespace(flow: Flow):
    found = runs(flow)
    assert len([words for words in found if "INGRESS-NAMESPACE" in words]) > 10
    assert {shlex.join(words): places for words, places in found.items() if elsewhere(words)} == {}


@pytest.mark.parametrize(
    ("run", "missed"),
    {
        "logs deploy/ingress-controller": True,
        "-n INGRESS-NAMESPACE logs deploy/ingress-controller": False,
        "get svc ingress -o yaml": True,
        "get ingress -A": False,
        "get endpointslices -l kubernetes.io/service-name=ingress": True,
        "get svc shop": False,
    }.items(),
)
def test_a_command_without_the_namespace_of_the_controller_is_found(run: str, missed: bool):
    assert elsewhere(tuple(run.split())) is missed


def unnamed(words: tuple[str, ...]) -> bool:
    """Whether a run leaves the profile of a debugging container to the version of kubectl."""
    return words[:1] == ("debug",) and not any(word.startswith("--profile=") for word in words)


def test_a_debugging_container_names_its_profile(flow: Flow):
    found = runs(flow)
    assert len([words for words in found if words[:1] == ("debug",)]) >= 4
    assert {shlex.join(words): places for words, places in found.items() if unnamed(words)} == {}
    assert unnamed(("debug", "-it", "POD", "--image=busybox"))


@pytest.mark.parametrize(
    ("run", "accepted"),
    {
        "drain": True,
        "logs --previous": True,
        "describe certificate": True,
        "logs --previos": False,
        "drin": False,
    }.items(),
)
def test_a_sentence_may_name_the_beginning_of_a_command(run: str, accepted: bool, kubectl: Kubectl):
    assert (not kubectl.refuses(tuple(run.split()), [Place("docs/en/index.md:1", True)])) is accepted


SHELL = {
    "kubectl get pods | grep x && sudo kubectl get ns": [["get", "pods"], ["get", "ns"]],
    "for p in a b; do kubectl logs $p; done": [["logs", "$p"]],
    'kubectl exec "$(kubectl get pod -o name)" -- ss -ltn': [
        ["get", "pod", "-o", "name"],
        ["exec", "WORD", "--", "ss", "-ltn"],
    ],
    "kubectl logs <pod> -n NS  # kubectl none": [["logs", "pod", "-n", "NS"]],
    r"kubectl get s -o jsonpath='{.a} {.b\.c}'": [["get", "s", "-o", r"jsonpath={.a} {.b\.c}"]],
    "grep kubectl file": [],
}


@pytest.mark.parametrize(("text", "found"), SHELL.items())
def test_every_run_is_found_in_a_line_of_a_shell(text: str, found: list[list[str]]):
    assert list(of_shell(text)) == found
