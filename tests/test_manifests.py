"""The manifests: a cluster of the named version takes them, they fit each other and the path that is explained."""

import copy
import json
import re
import shutil
import subprocess
from typing import Any

import kubernetes_validate
import npm
import pytest
import yaml
from houses import ROOT, required
from requestflow.model.values import Values

FOLDER = ROOT / "deploy/kubernetes"
TEXTS = {file.stem: file.read_text("utf-8") for file in sorted(FOLDER.glob("*.yml"))}
OBJECTS = {name: next(yaml.safe_load_all(text)) for name, text in TEXTS.items()}
GATEWAY = "@kubernetes-models/gateway-api", "2.0.0"  # carries the schemas of the Gateway API, as compiled checks
SPEC = "_schemas/IoK8sSigsGatewayApiApisV1HTTPRouteSpec.js"


def pod() -> dict[str, Any]:
    return OBJECTS["deployment"]["spec"]["template"]


def container() -> dict[str, Any]:
    (only,) = pod()["spec"]["containers"]
    return only


# -- each by itself ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", [name for name in OBJECTS if name != "httproute"])
def test_the_named_version_of_kubernetes_takes_it(flow, name: str):
    version = flow.checked.kubernetes
    assert kubernetes_validate.validate(OBJECTS[name], version, strict=True) == version


@pytest.mark.parametrize(
    ("key", "value"), [("readynessProbe", {}), ("image", 5), ("lifecycle", {"preStop": {"sleep": 5}})]
)
def test_what_that_version_does_not_know_is_refused(flow, key: str, value: object):
    wrong = copy.deepcopy(OBJECTS["deployment"])
    wrong["spec"]["template"]["spec"]["containers"][0][key] = value
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(wrong, flow.checked.kubernetes, strict=True)


@pytest.fixture(scope="module")
def checked(tmp_path_factory):
    """Checks the spec of an HTTPRoute; gives where it is wrong. Formats, of which a route has none, are all right."""
    if not (node := shutil.which("node")):
        required("no Node on this machine")
    folder = tmp_path_factory.mktemp("gateway")
    shutil.copytree(npm.fetch(*GATEWAY) / "_schemas", folder / "_schemas")
    beside = folder / "node_modules/@kubernetes-models/validate"
    (beside / "runtime").mkdir(parents=True)
    exports = {"type": "module", "exports": {".": "./index.js", "./runtime/*": "./runtime/*.js"}}
    (beside / "package.json").write_text(json.dumps(exports), "utf-8")
    (beside / "index.js").write_text(
        "export const formats = new Proxy({}, {get: () => ({validate: () => true})})", "utf-8"
    )
    (beside / "runtime/ucs2length.js").write_text("export default text => [...text].length", "utf-8")
    (folder / "package.json").write_text('{"type": "module"}', "utf-8")
    ask = f"import {{validate}} from './{SPEC}'\nvalidate(JSON.parse(process.argv[2]))\n"
    (folder / "ask.js").write_text(
        f"{ask}console.log(JSON.stringify((validate.errors ?? []).map(e => e.instancePath)))"
    )

    def wrong(spec: dict[str, Any]) -> list[str]:
        command = [node, folder / "ask.js", json.dumps(spec)]
        return json.loads(subprocess.run(command, check=True, capture_output=True, text=True, encoding="utf-8").stdout)

    return wrong


def test_the_gateway_api_takes_the_route(checked):
    spec = OBJECTS["httproute"]["spec"]
    assert checked(spec) == []
    assert OBJECTS["httproute"]["apiVersion"] == "gateway.networking.k8s.io/v1"
    wrong = copy.deepcopy(spec)
    wrong["rules"][0]["matches"][0]["path"]["type"] = "Prefix"  # as an Ingress says it
    wrong["rules"][0]["backendRefs"][0]["port"] = "http"
    assert {"/rules/0/matches/0/path/type", "/rules/0/backendRefs/0/port"} <= {*checked(wrong)}


# -- together ---------------------------------------------------------------------------------------------------------
def test_everything_selects_the_same_pods():
    labels = pod()["metadata"]["labels"]
    selectors = [OBJECTS[name]["spec"]["selector"]["matchLabels"] for name in ("deployment", "poddisruptionbudget")]
    selectors += [
        OBJECTS["service"]["spec"]["selector"],
        OBJECTS["networkpolicy"]["spec"]["podSelector"]["matchLabels"],
    ]
    selectors += [spread["labelSelector"]["matchLabels"] for spread in pod()["spec"]["topologySpreadConstraints"]]
    assert all(selector == labels for selector in selectors)


def test_names_and_ports_lead_from_host_to_container():
    service = OBJECTS["service"]
    (port,), (open_port,) = service["spec"]["ports"], container()["ports"]
    (rule,) = OBJECTS["ingress"]["spec"]["rules"]
    backend = rule["http"]["paths"][0]["backend"]["service"]
    assert backend == {"name": service["metadata"]["name"], "port": {"name": port["name"]}}
    (route,) = OBJECTS["httproute"]["spec"]["rules"]
    assert route["backendRefs"] == [{"name": service["metadata"]["name"], "port": port["port"]}]
    assert OBJECTS["httproute"]["spec"]["hostnames"] == [rule["host"]] == OBJECTS["ingress"]["spec"]["tls"][0]["hosts"]
    assert port["targetPort"] == open_port["name"]
    (allowed,) = OBJECTS["networkpolicy"]["spec"]["ingress"]
    assert [p["port"] for p in allowed["ports"]] == [open_port["containerPort"]]


def test_a_pod_ends_after_everybody_has_heard_of_it_and_one_stays():
    spec = pod()["spec"]
    assert 0 < container()["lifecycle"]["preStop"]["sleep"]["seconds"] < spec["terminationGracePeriodSeconds"]
    replicas, rolling = OBJECTS["deployment"]["spec"]["replicas"], OBJECTS["deployment"]["spec"]["strategy"]
    assert OBJECTS["poddisruptionbudget"]["spec"]["minAvailable"] < replicas
    assert rolling["rollingUpdate"]["maxUnavailable"] == 0


def test_readiness_is_lost_before_the_container_is_restarted():
    ready, alive = (container()[f"{name}Probe"] for name in ("readiness", "liveness"))
    assert ready["periodSeconds"] * ready["failureThreshold"] < alive["periodSeconds"] * alive["failureThreshold"]
    asked = {container()[f"{name}Probe"]["httpGet"]["path"] for name in ("startup", "readiness", "liveness")}
    assert {f"location = {path} {{" in (ROOT / "deploy/nginx.conf").read_text("utf-8") for path in asked} == {True}


def test_the_pod_fits_the_restricted_pod_security_standard_and_writes_only_where_nginx_does():
    of_pod, of_container = pod()["spec"]["securityContext"], container()["securityContext"]
    assert of_pod["runAsNonRoot"] and of_pod["runAsUser"] and of_pod["seccompProfile"] == {"type": "RuntimeDefault"}
    assert of_container["capabilities"] == {"drop": ["ALL"]} and not of_container["allowPrivilegeEscalation"]
    assert of_container["readOnlyRootFilesystem"] and not pod()["spec"]["automountServiceAccountToken"]
    written = {m["mountPath"] for m in container()["volumeMounts"]}
    paths = re.findall(r"^\s*(?:pid|\w+_temp_path) (/\w+)/", (ROOT / "deploy/nginx.conf").read_text("utf-8"), re.M)
    assert set(paths) == written and len(paths) == 6


# -- of the path the site explains ------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", TEXTS)
def test_a_comment_names_steps_that_there_are(flow, name: str):
    named = [
        word for said in re.findall(r"steps? ([^:;()]+)", TEXTS[name]) for word in re.findall(r"[a-z]+-[a-z-]+", said)
    ]
    assert [step for step in named if step not in flow.steps] == []
    assert named


def test_the_endpoint_slice_in_the_comment_has_the_pods_of_the_example_world(flow):
    comment = TEXTS["service"].partition("# apiVersion")[2]
    data = yaml.safe_load("apiVersion" + re.sub(r"(?m)^# ?", "", comment))
    shop = flow.services["shop"]
    names = [endpoint.pod for endpoint in shop.endpoints]
    pods = [flow.participants[name] for name in names]
    values = Values(flow, "en")
    assert [e["addresses"] for e in data["endpoints"]] == [[values(name)] for name in names]
    assert [e["nodeName"] for e in data["endpoints"]] == [p.node for p in pods]
    assert data["ports"][0]["port"] == container()["ports"][0]["containerPort"] == flow.ports["app"]
    assert OBJECTS["service"]["spec"]["ports"][0]["port"] == flow.ports["http"]


LINES = {"nginx.conf": ROOT / "deploy/nginx.conf", "Containerfile": ROOT / "deploy/Containerfile"}
LINES |= {file.name: file for file in FOLDER.glob("*.yml")}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_line_the_page_quotes_stands_in_its_file(language: str):
    page = (ROOT / f"docs/{language}/reference/hosting.md").read_text("utf-8")
    quoted = re.findall(r"^\| `(.+?)` \| `(.+?)` \|", page, re.M)
    assert [(line, file) for line, file in quoted if line not in LINES[file].read_text("utf-8")] == []
    assert {file for _, file in quoted} == {*LINES}
