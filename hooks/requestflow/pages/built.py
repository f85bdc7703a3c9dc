"""What only rendering tells: the site built by MkDocs into a folder that is deleted again."""

import os
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

QUIET = {"NO_MKDOCS_2_WARNING": "1", "PYTHONUTF8": "1"}
LEVEL = re.compile(r"^(?:ERROR|WARNING)\s+-\s+(?:(?:\[\w+\] )?flow: )?", re.M)
NOTHING = re.compile(r"(?:\[\w+\] )?(?:\d+ problem\(s\) in .*|Aborted with .*)?")  # lines that tell no problem


class NoMkDocs(Exception):
    """MkDocs is not installed."""


def told(root: Path) -> str:
    """Build the site as strictly as can be; give what is told, a line each, or nothing where all is well."""
    if find_spec("mkdocs") is None:
        raise NoMkDocs("MkDocs, which renders the pages, is not installed: pip install -r requirements/site.txt")
    with TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", folder]
        run = subprocess.run(
            command,
            cwd=root,
            env=os.environ | QUIET,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
    lines = LEVEL.sub("", run.stdout).splitlines()
    said = "\n".join(line for line in lines if not NOTHING.fullmatch(line.strip()))
    return (said or f"MkDocs failed ({run.returncode}).") if run.returncode else ""
