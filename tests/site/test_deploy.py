"""What is made to host the site: policies, headers, redirects and compressed files; nginx takes them and answers."""

import base64
import gzip
import hashlib
import http.client
import re
import shutil
import subprocess
import sys
from collections import Counter
from fnmatch import fnmatchcase
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import yaml
from houses import ROOT
from requestflow.problems import FlowError

from tools import nginx as servers
from tools.deploy import __main__ as deploy
from tools.deploy import inline, moves, policy, written
from tools.machine import Failed

pytestmark = pytest.mark.site
CONF = (ROOT / "deploy/nginx.conf").read_text("utf-8")
MOVED = moves.read((ROOT / "deploy/redirects.txt").read_text("utf-8"), "deploy/redirects.txt", [])
SCRIPT = re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>(.*?)</script>", re.S)
PAGE = '<html><head><script>let a = "<b>"\n</script><script type="application/json">{}</script></head>BODY</html>'


def directives(said: str) -> dict[str, list[str]]:
    return {name: sources for name, *sources in (part.split() for part in said.split("; "))}


def small(tmp_path: Path, body: str = "") -> Path:
    """A site of one page in two languages."""
    site = tmp_path / "site"
    for file in ("index.html", "404.html", "a/index.html", "zh/404.html"):
        (site / file).parent.mkdir(parents=True, exist_ok=True)
        (site / file).write_text(PAGE.replace("BODY", f'<h1 id="x">x</h1>\n{body}'), "utf-8")
    return site


def made(tmp_path: Path, body: str = "", moved: str = "") -> list[str]:
    """Make what a small site needs; give what is told."""
    folder = tmp_path / "deploy"
    folder.mkdir()
    shutil.copy(ROOT / "deploy/nginx.conf", folder)
    (folder / "redirects.txt").write_text(moved, "utf-8")
    try:
        deploy.make(small(tmp_path, body), tmp_path / "out", folder)
    except FlowError as error:
        return [str(problem) for problem in error.problems]
    return []


@pytest.fixture(scope="module")
def found(deployed) -> inline.Inline:
    """What the built pages carry."""
    return inline.read(deployed.site)


# -- the policy -------------------------------------------------------------------------------------------------------
def test_every_script_in_a_page_is_allowed_by_its_hash_and_no_other_is(deployed, found):
    there = set()
    for file in deployed.site.rglob("*.html"):
        for text in SCRIPT.findall(file.read_text("utf-8")):
            there.add("'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'")
    scripts = directives(policy.page(found, True))["script-src"]
    assert set(scripts) == there | {"'self'", "'wasm-unsafe-eval'"} and len(there) > 3


def test_scripts_are_never_loosened_and_styles_only_in_attributes(found):
    for said in (policy.page(found, True), policy.picture(found)):
        loose = {name for name, sources in directives(said).items() if {"'unsafe-inline'", "'unsafe-eval'"} & {*sources}}
        assert loose == {"style-src-attr"} and directives(said)["default-src"] == ["'none'"]
        assert "*" not in said and "http" not in said


def test_a_site_without_search_runs_no_webassembly(tmp_path):
    assert "wasm" not in policy.page(inline.read(small(tmp_path)), False)


def test_what_is_only_data_is_not_allowed_to_run(tmp_path):
    found = inline.read(small(tmp_path))
    assert found.scripts == {inline.hashed('let a = "<b>"\n')} and not found.problems


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ('<a onclick="x()">', "<a> has a script in its attribute 'onclick'. Write it in a file of docs/assets/."),
        ('<a href=" JavaScript:x()">', "<a> has a script in its attribute 'href'. Write it in a file of docs/assets/."),
        ('<script src="https://a.example/x.js"></script>', "loads a script from another host, https://a.example/x.js."),
    ],
)
def test_what_no_hash_allows_is_told_with_its_line_and_nothing_is_written(tmp_path, body: str, said: str):
    told = made(tmp_path, body)
    pages = ("404.html", "a/index.html", "index.html", "zh/404.html")
    assert [line.startswith(f"site/{page}:3: {said}") for page, line in zip(pages, told, strict=True)] == [True] * 4
    assert not (tmp_path / "out").exists() and not (tmp_path / "site/_headers").exists()


def test_a_style_in_a_page_is_allowed_by_its_hash(tmp_path):
    said = policy.page(inline.read(small(tmp_path, "<style>p{margin:0}</style>")), False)
    assert directives(said)["style-src-elem"] == ["'self'", inline.hashed("p{margin:0}")]


# -- the list of old addresses ----------------------------------------------------------------------------------------
WRONG = {
    "/b/": "'/b/' does not say where an address leads. Write '/old/address/ /new/address/', both from the top",
    "b/ /a/": "'b/ /a/' does not say where an address leads.",
    "/b/ https://a.example/": "does not say where an address leads.",
    '/b/ /a/";': "does not say where an address leads.",
    "/b/ /aa/": "leads to '/aa/', which is not there. Did you mean '/a/'?",
    "/b/ /a/#y": "leads to '/a/#y', but site/a/index.html has no 'y'.",
    "/a/ /404.html": "'/a/' is there: site/a/index.html. Delete the line.",
}


@pytest.mark.parametrize("line", WRONG)
def test_a_line_that_leads_nowhere_or_hides_a_page_is_told(tmp_path, line: str):
    (told,) = made(tmp_path, moved=f"# old new\n\n{line}\n")
    assert told.startswith("deploy/redirects.txt:3: ") and WRONG[line] in told


def test_an_address_moves_only_once(tmp_path):
    (told,) = made(tmp_path, moved="/b/ /a/\n/b /a/#x\n")
    assert told == "deploy/redirects.txt:2: '/b' has moved already, see deploy/redirects.txt:1. Delete one."


def test_every_mistake_is_told_in_one_run(tmp_path):
    assert len(made(tmp_path, "<a onclick='x'>", "/b/\n/c/ /d/\n")) == 6


def test_what_is_not_built_is_one_line_that_says_what_to_do(tmp_path, capsys):
    assert deploy.main([str(tmp_path / "nowhere"), "--out", str(tmp_path / "out")]) == 1
    assert capsys.readouterr().err == "nowhere: is no built site. Build it: make build\n"


def test_a_site_that_is_made_ready_is_told_in_one_line(deployed, tmp_path, capsys):
    site = shutil.copytree(deployed.site, tmp_path / "site")
    assert deploy.main([str(site), "--out", str(tmp_path / "out")]) == 0
    said = capsys.readouterr().out
    assert re.fullmatch(r"\d+ files, \d+ of them compressed too; \d scripts and \d+ styles allowed .*\.\n", said)


# -- hosts of static sites --------------------------------------------------------------------------------------------
def rules(site: Path) -> dict[str, dict[str, str]]:
    """Each pattern of _headers with its headers."""
    found: dict[str, dict[str, str]] = {}
    for line in (site / written.HEADERS).read_text("utf-8").splitlines():
        if line.startswith("  "):
            name, _, value = line.strip().partition(": ")
            found[pattern][name] = value
        else:
            found[pattern := line] = {}
    return found


def addresses(site: Path) -> list[str]:
    files = (f"/{f.relative_to(site).as_posix()}" for f in site.rglob("*") if f.is_file() and f.name[0] != "_")
    return [address for file in files for address in {file, file.removesuffix("index.html")}]


def test_no_two_rules_give_an_address_one_header(deployed):
    given = rules(deployed.site)
    for address in addresses(deployed.site):
        names = Counter(name for glob, of in given.items() if fnmatchcase(address, glob) for name in of)
        assert max(names.values()) == 1, address
        ends = address.rpartition(".")[2]
        assert ("Content-Security-Policy" in names) or not (address.endswith("/") or ends in ("html", "svg")), address


def test_the_page_for_what_is_not_there_has_its_policy_at_hosts_that_leave_out_html(tmp_path):
    assert made(tmp_path) == []
    given = rules(tmp_path / "site")
    for top in ("/", "/zh/"):
        assert given[f"{top}404"] == given[f"{top}404.html"] and "Content-Security-Policy" in given[f"{top}404"]


def test_only_what_is_called_by_its_content_is_kept_for_long(deployed):
    given = {glob: of for glob, of in rules(deployed.site).items() if "Cache-Control" in of}
    kept = {a for a in addresses(deployed.site) if any(fnmatchcase(a, glob) for glob in given)}
    assert all(re.search(r"[0-9a-f]{7,}", a.rpartition("/")[2]) for a in kept)
    assert {a for a in kept if a.endswith(".css")} == set(), "the theme's styles are ours under the theme's names"
    fragments = {a for a in addresses(deployed.site) if a.endswith((".pf_fragment", ".pf_index", ".pf_meta"))}
    assert fragments < kept and "/pagefind/pagefind.js" not in kept


def test_rules_stay_within_what_hosts_take(deployed):
    lines = (deployed.site / written.HEADERS).read_text("utf-8").splitlines()
    assert max(map(len, lines)) < 2000 and sum(not line.startswith(" ") for line in lines) <= 100
    assert all(line.partition("*")[2] == "" for line in lines if line.startswith("/")), "a star ends a rule"


def test_every_old_address_is_in_the_redirects_of_static_hosts(deployed):
    lines = [line.split() for line in (deployed.site / written.REDIRECTS).read_text("utf-8").splitlines()]
    assert lines == [[old, m.new, "301"] for m in MOVED for old in m.olds] and len(lines) > len(MOVED)


# -- compressed files -------------------------------------------------------------------------------------------------
def test_a_compressed_file_is_the_text_beside_it(deployed):
    html = deployed.out / "html"
    small = [*html.rglob("*.gz")]
    for file in small:
        text = file.with_suffix("").read_bytes()
        assert gzip.decompress(file.read_bytes()) == text and file.stat().st_size < len(text)
    texts = {f for f in html.rglob("*") if f.suffix in written.TEXT and f.stat().st_size > 5000}
    assert texts <= {file.with_suffix("") for file in small} and len(texts) > 300


def test_the_same_site_gives_the_same_bytes(deployed, tmp_path):
    again = tmp_path / "out"
    shutil.copytree(deployed.site, tmp_path / "site")
    deploy.make(tmp_path / "site", again)
    made = {f.relative_to(again): f.read_bytes() for f in again.rglob("*") if f.is_file()}
    for name, data in made.items():
        assert (deployed.out / name).read_bytes() == data, name
    assert not {written.HEADERS, written.REDIRECTS} & {name.name for name in made}


def test_every_kind_of_file_has_a_type(deployed):
    listed = re.search(r"types \{(.*?)\}", CONF, re.S)
    known = {word for line in listed[1].splitlines() for word in line.strip(" ;").split()[1:]}
    there = {f.suffix[1:] for f in (deployed.out / "html").rglob("*") if f.is_file()} - {"gz"}
    assert there <= known


# -- the container ----------------------------------------------------------------------------------------------------
def test_the_container_has_what_is_made_and_runs_as_nobody_special():
    lines = (ROOT / "deploy/Containerfile").read_text("utf-8").splitlines()
    said = dict(line.split(maxsplit=1) for line in lines if line[:1].isupper())
    assert said["COPY"] == "out/ /srv/" and re.fullmatch(r"[1-9]\d*:[1-9]\d*", said["USER"])
    assert said["ENTRYPOINT"] == '["nginx", "-p", "/srv", "-c", "nginx.conf", "-e", "stderr"]'
    pods = yaml.safe_load((ROOT / "deploy/kubernetes/deployment.yml").read_text("utf-8"))["spec"]["template"]["spec"]
    port, user = pods["containers"][0]["ports"][0]["containerPort"], pods["securityContext"]["runAsUser"]
    assert said["EXPOSE"] == str(port) and f"listen {port};" in CONF and said["USER"].startswith(f"{user}:")


# -- nginx ------------------------------------------------------------------------------------------------------------
def ask(address: str, path: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
    """Ask as curl does, following nothing: status, headers, body."""
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=10)
    try:
        connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()
    finally:
        connection.close()


def test_nginx_accepts_its_configuration(nginx, deployed):
    assert "test is successful" in servers.checked(deployed.out)


def test_nginx_finds_a_header_it_cannot_read(nginx, deployed, tmp_path):
    shutil.copytree(deployed.out, tmp_path / "out", ignore=shutil.ignore_patterns("html", "tmp"))
    with (tmp_path / "out/headers.conf").open("a", encoding="utf-8") as file:
        file.write('add_header X "a" "b" "c" "d";\n')
    with pytest.raises(Failed, match="invalid number of arguments"):
        servers.checked(tmp_path / "out")


@pytest.mark.parametrize("move", MOVED, ids=lambda move: move.old)
def test_an_old_address_leads_where_the_list_says_with_and_without_its_slash(nginx, move):
    for old in move.olds:
        status, headers, _ = ask(nginx, old)
        assert (status, headers["Location"]) == (301, move.new)
    assert ask(nginx, move.new.partition("#")[0])[0] == 200


def test_a_folder_without_its_slash_stays_at_the_host_that_was_asked(nginx):
    status, headers, _ = ask(nginx, "/zh/request", Host="docs.example.com")
    assert (status, headers["Location"]) == (301, "/zh/request/")


@pytest.mark.parametrize(("path", "language"), [("/nope/", "en"), ("/zh/nope/", "zh-Hans"), ("/404.html", "en")])
def test_what_is_not_there_is_said_in_the_language_of_its_address(nginx, path: str, language: str):
    status, headers, body = ask(nginx, path)
    assert status == 404 and f'<html lang="{language}"'.encode() in body
    assert headers["Cache-Control"] == "no-cache" and "script-src" in headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["/", "/zh/routes/local-policy/", "/assets/flow.js", "/steps", "/nope", "/healthz"])
def test_every_answer_has_the_headers(nginx, found, path: str):
    _, headers, _ = ask(nginx, path)
    wanted = policy.CONSTANT | {"Content-Security-Policy": policy.page(found, True), "Cache-Control": "no-cache"}
    assert {name: headers.get(name) for name in wanted} == wanted
    assert headers["Server"] == "nginx", "not which"


@pytest.mark.parametrize("path", ["/", "/flow.yml", "/diagrams/through-service-map.svg", "/pagefind/pagefind.js"])
def test_a_client_that_takes_compressed_files_gets_the_same_in_fewer_bytes(nginx, path: str):
    _, plain, body = ask(nginx, path)
    _, headers, small = ask(nginx, path, Accept_Encoding="gzip")
    assert "Content-Encoding" not in plain and headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(small) == body and headers["Vary"] == "Accept-Encoding"
    assert headers["Content-Type"] == plain["Content-Type"]


def test_a_page_is_asked_about_again_and_not_sent_twice(nginx):
    _, headers, _ = ask(nginx, "/")
    status, again, body = ask(nginx, "/", If_None_Match=headers["ETag"])
    assert (status, body) == (304, b"") and "Content-Security-Policy" in again


def test_nginx_keeps_for_long_what_static_hosts_do(nginx, deployed):
    given = {glob for glob, of in rules(deployed.site).items() if "Cache-Control" in of}
    for address in addresses(deployed.site)[::9]:
        kept = any(fnmatchcase(address, glob) for glob in given)
        status, headers, _ = ask(nginx, address, "HEAD")
        if status == 200:  # not the pages for what is not there
            assert headers["Cache-Control"] == (policy.KEPT if kept else policy.ASKED), address


def test_pictures_have_a_policy_of_their_own(nginx, found):
    _, headers, _ = ask(nginx, "/zh/diagrams/through-service-map.svg")
    assert headers["Content-Security-Policy"] == policy.picture(found)
    assert headers["Content-Type"] == "image/svg+xml; charset=utf-8"


# As a container: the site at /srv, nothing may be written but below /tmp, a network of its own, no rights.
CONTAINER = """
import fcntl, socket, struct, subprocess, sys, time, urllib.request
out, nginx = sys.argv[1:]
mounts = ["--make-rprivate /", f"--bind {out} /srv", "-o remount,bind,ro /srv", "-t tmpfs -o mode=1777 tmpfs /tmp"]
for mount in [*mounts, "-o remount,bind,ro /"]:
    subprocess.run(["mount", *mount.split()], check=True)
with socket.socket() as any:
    fcntl.ioctl(any, 0x8914, struct.pack("16sh22x", b"lo", 1))  # SIOCSIFFLAGS: up
nobody = {"user": 101, "group": 101, "extra_groups": []}
print("writes", [subprocess.run(["touch", f"{at}/x"], stderr=-3, **nobody).returncode for at in ("/srv", "/srv/html", "/")])
command = [nginx, *"-p /srv -c nginx.conf -e stderr -g".split(), "daemon off;"]
server = subprocess.Popen(["sh", "-c", 'exec "$@" >/tmp/log', "sh", *command], **nobody)
time.sleep(1)
with urllib.request.urlopen("http://127.0.0.1:8080/zh/") as answer:
    print("answer", answer.status, len(answer.read()))
server.send_signal(3)  # QUIT, as STOPSIGNAL says
print("ended", server.wait(10), open("/tmp/log").read().split()[1:3])
"""


def test_nginx_serves_as_nobody_from_a_disk_it_cannot_write_to(nginx, deployed, tmp_path):
    apart = ["unshare", "--mount", "--net"]
    if subprocess.run([*apart, "true"], capture_output=True, check=False).returncode:
        pytest.skip("this user may not make namespaces")
    out = shutil.copytree(deployed.out, tmp_path / "out", ignore=shutil.ignore_patterns("tmp", "here.conf", "*.log"))
    command = [*apart, sys.executable, "-c", CONTAINER, str(out), servers.program()]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    assert not done.returncode, done.stderr
    writes, answer, ended = done.stdout.splitlines()
    assert writes == "writes [1, 1, 1]", done.stderr
    assert answer == f"answer 200 {(out / 'html/zh/index.html').stat().st_size}"
    assert ended == """ended 0 ['"GET', '/zh/']"""
