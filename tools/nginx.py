"""A real nginx that serves what `python -m tools.deploy` has made, for the tests and the benchmark."""

import os
import shutil
import socket
import subprocess
import time
from pathlib import Path
from urllib.request import urlopen

from .machine import Failed

PATIENCE = 10  # s
PORT, TEMPORARY = "listen 8080;", "/tmp/"  # of deploy/nginx.conf


def program() -> str:
    """Give the path of the system's nginx; raises Failed."""
    path = shutil.which("nginx", path=os.environ.get("PATH", "") + os.pathsep + "/usr/sbin")
    if path is None:
        raise Failed("no nginx on this machine")
    return path


def checked(folder: Path) -> str:
    """Give what nginx's own check says of a folder with nginx.conf; raises Failed when it finds a mistake."""
    command = [program(), "-t", "-p", str(folder), "-c", "nginx.conf", "-e", "stderr"]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    if done.returncode:
        raise Failed(done.stderr.strip())
    return done.stderr.strip()


class Nginx:
    """One nginx in a folder with nginx.conf, in a copy of it: at a port of its own, its temporary files beside it."""

    def __init__(self, folder: Path, *changes: tuple[str, str]) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            at = f"127.0.0.1:{free.getsockname()[1]}"
        self.address, self.log = f"http://{at}/", folder / "nginx.log"
        (folder / "tmp").mkdir(exist_ok=True)
        conf = (folder / "nginx.conf").read_text("utf-8")
        for old, new in ((PORT, f"listen {at};"), (TEMPORARY, "tmp/"), ("/dev/stdout", "nginx.log"), *changes):
            if old not in conf:
                raise Failed(f"{folder / 'nginx.conf'} has no '{old}'")
            conf = conf.replace(old, new)
        (folder / "here.conf").write_text(conf, "utf-8")
        user = " user root;" if os.name == "posix" and os.geteuid() == 0 else ""  # whose folders are closed to others
        command = [program(), "-p", str(folder), "-c", "here.conf", "-e", "stderr", "-g", f"daemon off;{user}"]
        with (folder / "stderr.log").open("w", encoding="utf-8") as said:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=said)
        self._until_up(folder)

    def _until_up(self, folder: Path) -> None:
        end, last = time.monotonic() + PATIENCE, "no answer"
        while self.process.poll() is None and time.monotonic() < end:
            try:
                with urlopen(self.address, timeout=1):
                    return
            except OSError as why:
                last = str(why)
                time.sleep(0.05)
        self.stop()
        raise Failed(f"nginx does not serve: {(folder / 'stderr.log').read_text('utf-8').strip() or last}")

    def stop(self) -> None:
        """End it, and see that it has ended."""
        if self.process.poll() is None:
            self.process.terminate()
        self.process.wait()
