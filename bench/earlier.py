"""The site as it was at one commit, which this tree is measured against."""

import io
import subprocess
import tarfile
from pathlib import Path

from tools.machine import PARTS, ROOT, Failed

COMMIT = "49d55cf"


def house(to: Path, root: Path = ROOT, commit: str = COMMIT) -> Path:
    """Give everything a build of that commit reads; raises Failed."""
    archive = ["git", "-C", str(root), "archive", "--format=tar", commit, *PARTS]
    try:
        done = subprocess.run(archive, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    except OSError:
        raise Failed("git is not installed") from None
    if done.returncode:
        raise Failed(f"commit {commit} is not here; get the whole history: git fetch --unshallow")
    with tarfile.open(fileobj=io.BytesIO(done.stdout)) as tar:
        tar.extractall(to, filter="data")
    return to
