"""The tooling keeps its word: pinned, hashed, quiet, and one clear line when something is missing."""

import ast
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
SCRIPT = ROOT / "tools" / "environment.py"
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
REQUIREMENTS = sorted((ROOT / "requirements").glob("*.txt"))


# What the repository must not say

# Written in parts, so that this file does not say them either.
HOSTS = [
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("yarnpkg", "com"),
        ("deb", "debian", "org"),
        ("security", "debian", "org"),
        ("archive", "ubuntu", "com"),
        ("crates", "io"),
        ("proxy", "golang", "org"),
    )
]


def repository_files() -> list[Path]:
    if not (ROOT / ".git").exists():
        pytest.skip("not a git clone: there is no list of the repository's files")
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        check=True,
    ).stdout
    return [path for name in listing.decode().split("\0") if name and (path := ROOT / name).is_file()]


def test_no_file_names_a_package_registry():
    files = repository_files()
    assert SCRIPT in files
    named = [
        f"{path.relative_to(ROOT)}: {host}"
        for path in files
        for host in HOSTS
        if host.encode() in path.read_bytes().lower()
    ]
    assert not named


# Requirements


def pins(path: Path) -> list[str]:
    """The file's entries, each on one line, without comments."""
    joined = path.read_text(encoding="utf-8").replace("\\\n", " ")
    return [" ".join(line.split()) for line in joined.splitlines() if line.strip() and not line.strip().startswith("#")]


@pytest.mark.parametrize("path", REQUIREMENTS, ids=lambda path: path.stem)
def test_every_requirement_is_pinned_and_hashed(path: Path):
    entry = re.compile(r"[a-z0-9-]+==[\w.]+( ; [^-]+?)?( --hash=sha256:[0-9a-f]{64})+")
    assert pins(path)
    assert not [line[:60] for line in pins(path) if not entry.fullmatch(line)]


def test_the_requirement_sets_agree():
    versions: dict[str, set[str]] = {}
    for path in REQUIREMENTS:
        of_this_file: dict[str, set[str]] = {}
        for line in pins(path):
            package, _, version = line.split(" ")[0].partition("==")
            of_this_file.setdefault(package, set()).add(version)
        for package, found in of_this_file.items():
            assert versions.setdefault(package, found) == found, f"{path.name}: {package}"
    assert {path.stem for path in REQUIREMENTS} == {path.stem for path in (ROOT / "requirements").glob("*.in")}


# tools/environment.py

OPTIONAL = {
    "picture": "pictures will be drawn in the reader's browser",
    "search": "the site will be built without search",
}


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script as a module, working on an empty house."""
    spec = importlib.util.spec_from_file_location("environment", SCRIPT)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    (tmp_path / "requirements").mkdir()
    (tmp_path / ".venv").mkdir()
    monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(module, "STAMP", tmp_path / ".venv" / "installed.json")
    return module


def test_an_old_python_is_refused_in_one_line(environment: ModuleType):
    with pytest.raises(SystemExit) as refusal:
        environment.refuse_old_python((3, 10, 14, "final", 0))
    assert re.fullmatch(r"Python 3\.11 or newer is needed; this is 3\.10\.14\..+", str(refusal.value))
    environment.refuse_old_python((3, 11, 0, "final", 0))


def test_an_old_python_can_read_the_script():
    ast.parse(SCRIPT.read_text(encoding="utf-8"), feature_version=(3, 7))


def test_a_set_is_installed_again_only_when_it_changed_or_was_interrupted(
    environment: ModuleType, monkeypatch: pytest.MonkeyPatch
):
    calls: list[str] = []
    monkeypatch.setattr(environment, "run", lambda *command: calls.append(command[-1].name))
    requirements = environment.ROOT / "requirements" / "site.txt"
    requirements.write_text("one")
    environment.install("site")
    environment.install("site")
    assert calls == ["site.txt"]

    requirements.write_text("two")
    environment.install("site")
    assert len(calls) == 2

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    requirements.write_text("three")
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(environment, "run", interrupted)
        environment.install("site")
    requirements.write_text("two")  # half of "three" may be there: "two" is no longer certain
    environment.install("site")
    assert len(calls) == 3


def test_no_network_is_one_line(environment: ModuleType):
    pip = "print('WARNING: Retrying … NewConnectionError …\\nERROR: No matching distribution found'); exit(1)"
    with pytest.raises(environment.Failed, match=r"\A[^\n]*check the network[^\n]*\Z"):
        environment.run(sys.executable, "-X", "utf8", "-c", pip)


def test_a_failure_shows_the_last_errors(environment: ModuleType):
    pip = "print('WARNING: noise'); [print(f'ERROR: {n}') for n in range(9)]; exit(1)"
    with pytest.raises(environment.Failed, match=r"\AERROR: 4\n(.*\n){3}ERROR: 8\Z"):
        environment.run(sys.executable, "-c", pip)


@pytest.mark.parametrize("name", OPTIONAL)
def test_an_optional_set_that_cannot_be_had_is_one_line(
    name: str, environment: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    (environment.ROOT / "requirements" / f"{name}.txt").touch()

    def refuse(*_: object) -> None:
        raise environment.Failed("ERROR: one\nERROR: two")

    monkeypatch.setattr(environment, "run", refuse)
    environment.install_optional(name, environment.OPTIONAL[name])
    assert capsys.readouterr().err == f"{OPTIONAL[name]}: two\n"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small copy of the project: nothing to install for the site, and optional sets that cannot be had."""
    house = tmp_path_factory.mktemp("house")
    for folder in ("tools", "requirements", "hooks/requestflow"):
        (house / folder).mkdir(parents=True)
    shutil.copy(SCRIPT, house / "tools")
    (house / "hooks/requestflow/__init__.py").touch()
    (house / "requirements/site.txt").write_text("# nothing\n")
    for name in OPTIONAL:
        missing = f"./missing-1.0-py3-none-any.whl --hash=sha256:{'0' * 64}\n"
        (house / f"requirements/{name}.txt").write_text(missing)
    return house


def set_up(house: Path, *names: str, pythonpath: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "tools/environment.py", *names],
        cwd=house,
        env={**os.environ, "PYTHONPATH": str(pythonpath or "")},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_python_without_venv_is_one_line(house: Path, tmp_path: Path):
    (tmp_path / "sitecustomize.py").write_text("import sys; sys.modules['ensurepip'] = None\n")
    done = set_up(house, "site", pythonpath=tmp_path)
    assert done.returncode == 1
    assert re.fullmatch(r"[^\n]*apt install python3-venv\n", done.stdout + done.stderr)


def test_an_unknown_set_is_one_line(house: Path):
    done = set_up(house, "sight")
    assert done.returncode == 1
    assert re.fullmatch(r"[^\n]*picture search site \(not: sight\)\n", done.stdout + done.stderr)


@pytest.mark.slow
def test_without_the_optional_sets_the_rest_is_set_up(house: Path):
    done = set_up(house, "site")
    assert done.returncode == 0
    lines = (done.stdout + done.stderr).splitlines()
    assert [line.partition(": ")[0] for line in lines] == list(OPTIONAL.values())

    for name in OPTIONAL:
        (house / f"requirements/{name}.txt").write_text("# nothing\n")
    again = set_up(house, "site")
    assert (again.returncode, again.stdout + again.stderr) == (0, "")

    (python,) = (house / ".venv").glob("*/python" if sys.platform != "win32" else "*/python.exe")
    subprocess.run([python, "-c", "import requestflow"], cwd=house / "tools", check=True)


# Makefile and CI


def test_make_alone_lists_every_target():
    if not shutil.which("make"):
        pytest.skip("there is no make here")
    shown = subprocess.check_output(["make", "--no-print-directory"], cwd=ROOT, text=True)
    phony = re.search(r"^\.PHONY: (.+)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert phony
    assert re.findall(r"^ *make ([\w-]+) +\S", shown, re.MULTILINE) == phony[1].split()


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_workflows_pin_every_action_and_ask_for_little(path: Path):
    text = path.read_text(encoding="utf-8")
    used = re.findall(r"^.*\buses:.*$", text, re.MULTILINE)
    assert used
    pinned = re.compile(r"\s*(- )?uses: [\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")
    assert not [line.strip() for line in used if not pinned.fullmatch(line)]
    workflow = yaml.safe_load(text)
    assert workflow["permissions"] == {"contents": "read"}
    assert workflow["concurrency"]["group"]
    assert all(job["timeout-minutes"] for job in workflow["jobs"].values())


def test_an_action_is_pinned_to_one_version_everywhere():
    lines = [line for path in WORKFLOWS for line in re.findall(r"uses: (\S+@\S+)", path.read_text(encoding="utf-8"))]
    assert len({line.partition("@")[0] for line in lines}) == len(set(lines))


def test_ci_runs_what_the_readme_says():
    script = ROOT / ".ci" / "run"
    assert script.read_text(encoding="utf-8").splitlines()[-1] == "exec make test-all </dev/null"
    if shutil.which("bash"):
        subprocess.run(["bash", "-n", script], check=True)
