"""Packages of the machine's npm client, fetched while testing, kept outside the repository."""

import os
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

from houses import required

CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "requestflow-tests"


def fetch(package: str, version: str) -> Path:
    """Give the folder of a package's files; skip the test, or fail it where it must run, when npm cannot fetch it."""
    folder = CACHE / f"{package.replace('/', '+')}-{version}"
    if folder.is_dir():
        return folder
    npm = shutil.which("npm")
    if npm is None:
        required(f"no npm on this machine to fetch {package} with")
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE) as temporary:
        pack = [npm, "pack", f"{package}@{version}", "--silent", "--ignore-scripts", "--fetch-retries=1"]
        run = subprocess.run(pack, cwd=temporary, capture_output=True, text=True, encoding="utf-8")
        archives = [*Path(temporary).glob("*.tgz")]
        if run.returncode or not archives:
            reason = (run.stderr.strip() or "no reason given").splitlines()[-1]
            required(f"npm cannot fetch {package} {version}: {reason}")
        with tarfile.open(archives[0]) as archive:
            archive.extractall(temporary, filter="data")
        try:
            (Path(temporary) / "package").rename(folder)
        except OSError:  # another run was faster
            assert folder.is_dir()
    return folder
