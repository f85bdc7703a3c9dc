#!/usr/bin/env python3
"""Set up what the project needs, in .venv: python3 tools/environment.py site [test …]

Each name is a file in requirements/. A set is installed only when its content has changed since the last time; when all
is there, nothing is printed. Only the standard library is used, so this runs before anything is installed.
"""

import hashlib
import importlib.util
import json
import os
import subprocess
import sys
import sysconfig
from pathlib import Path

OLDEST = (3, 11)
ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
STAMP = VENV / "installed.json"
OPTIONAL = {  # set → what is said where it cannot be installed
    "picture": "pictures will be drawn in the reader's browser",
    "search": "the site will be built without search",
}
NO_NETWORK = (
    "NewConnectionError",
    "NameResolutionError",
    "Failed to establish a new connection",
    "ConnectTimeout",
    "ReadTimeout",
    "ProxyError",
    "Network is unreachable",
)


def refuse_old_python(version: "tuple[int | str, ...]") -> None:
    """Stop with one line when this Python is too old. Keep all syntax up to its call below readable for Python 3.6."""
    if tuple(version[:2]) < OLDEST:
        needed, have = ".".join(map(str, OLDEST)), ".".join(map(str, version[:3]))
        sys.exit(f"Python {needed} or newer is needed; this is {have}. Name a newer one: make PYTHON=python3.13")


refuse_old_python(sys.version_info)


class Failed(Exception):
    """What went wrong, and what to do about it, in words for the reader of a terminal."""


def run(*command: str | Path) -> str:
    """Run a command quietly; on failure raise its output, shortened to what helps."""
    done = subprocess.run(
        [str(part) for part in command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if done.returncode:
        if any(sign in done.stdout for sign in NO_NETWORK):
            raise Failed("the Python packages cannot be reached: check the network, then run the same command again")
        lines = [line.strip() for line in done.stdout.splitlines() if line.strip()]
        errors = [line for line in lines if line.startswith("ERROR:")] or lines
        raise Failed("\n".join(errors[-5:]) or f"{command[0]} ended with code {done.returncode}")
    return done.stdout


def environment_fits() -> bool:
    """Whether .venv exists and was made by the Python that runs this (an upgraded Python leaves it empty)."""
    config = VENV / "pyvenv.cfg"
    if not (PYTHON.exists() and config.exists()):
        return False
    settings = dict(line.partition("=")[::2] for line in config.read_text(encoding="utf-8").splitlines())
    versions = [value.strip() for key, value in settings.items() if key.strip() in ("version", "version_info")]
    return bool(versions) and versions[0].split(".")[:2] == [str(part) for part in sys.version_info[:2]]


def create_environment() -> None:
    """Make a new, empty .venv in place of whatever is there."""
    if not all(importlib.util.find_spec(module) for module in ("venv", "ensurepip")):
        raise Failed("this Python cannot make a virtual environment; on Debian and Ubuntu: apt install python3-venv")
    run(sys.executable, "-m", "venv", "--clear", VENV)


def make_hooks_importable() -> None:
    """Let `.venv/bin/python -m requestflow` find hooks/requestflow from any folder."""
    packages = Path(sysconfig.get_path("purelib", "venv", {"base": str(VENV), "platbase": str(VENV)}))
    (packages / "requestflow.pth").write_text(os.path.relpath(ROOT / "hooks", packages) + "\n", encoding="utf-8")


def read_stamp() -> dict[str, str]:
    """The digest of each set as it was last installed in full."""
    try:
        return dict(json.loads(STAMP.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return {}


def write_stamp(stamp: dict[str, str]) -> None:
    """Replace the stamp in one move, so that an interrupted run never leaves half of one."""
    fresh = STAMP.with_suffix(".new")
    fresh.write_text(json.dumps(stamp, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    fresh.replace(STAMP)


def install(name: str, *options: str) -> None:
    """Install one set unless exactly this content was installed before."""
    requirements = ROOT / "requirements" / f"{name}.txt"
    digest = hashlib.sha256(requirements.read_bytes()).hexdigest()
    stamp = read_stamp()
    if stamp.get(name) == digest:
        return
    write_stamp({**stamp, name: "not finished"})
    pip = (PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input", "--require-hashes")
    run(*pip, *options, "-r", requirements)
    write_stamp({**stamp, name: digest})


def install_optional(name: str, without: str) -> None:
    """Try for a set that not every platform has a wheel of; in one line, say what is otherwise without it."""
    try:
        install(name, "--only-binary", ":all:", "--retries", "1")
    except Failed as reason:
        line = str(reason).splitlines()[-1].removeprefix("ERROR: ")
        print(f"{without}: {line}", file=sys.stderr)


def set_up(names: list[str]) -> None:
    """Bring .venv to where every named set is installed."""
    unknown = [name for name in names if not (ROOT / "requirements" / f"{name}.txt").is_file()]
    if unknown or not names:
        known = " ".join(sorted(path.stem for path in (ROOT / "requirements").glob("*.txt")))
        raise Failed(f"name one or more of: {known}" + (f" (not: {' '.join(unknown)})" if unknown else ""))
    if not environment_fits():
        create_environment()
    if not read_stamp():
        try:
            run(PYTHON, "-m", "pip", "--version")
        except Failed:  # an interrupted start left an environment without pip
            create_environment()
        make_hooks_importable()
    for name in names:
        if name not in OPTIONAL:
            install(name)
    for name, without in OPTIONAL.items():
        install_optional(name, without)


if __name__ == "__main__":
    try:
        set_up(sys.argv[1:])
    except Failed as problem:
        sys.exit(f"tools/environment.py: {problem}")
    except OSError as problem:
        sys.exit(f"tools/environment.py: {problem}")
    except KeyboardInterrupt:
        sys.exit("tools/environment.py: interrupted; run the same command again to go on")
