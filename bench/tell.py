"""What the run says to someone who waits for it, and how it says that something could not be done."""

import subprocess
import sys
from pathlib import Path

from tools.machine import Failed


def progress(words: str) -> None:
    """Say on standard error what is being done."""
    print(f"  … {words}", file=sys.stderr, flush=True)


def command(*words: str | Path, cwd: Path, environment: dict[str, str] | None = None) -> str:
    """Run a command and give what it printed; raises Failed with its last lines."""
    done = subprocess.run(
        [str(word) for word in words],
        cwd=cwd,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if done.returncode:
        lines = [line.strip() for line in (done.stdout + done.stderr).splitlines() if line.strip()]
        raise Failed(f"{Path(words[0]).name} ended with {done.returncode}: {' / '.join(lines[-3:])}")
    return done.stdout
