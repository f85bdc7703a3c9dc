"""What the tests and the benchmark look at pages through: a host of static sites, and `mkdocs serve`."""

import gzip
import mimetypes
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote
from urllib.request import urlopen

from .machine import CALM, Failed

PATIENCE = 60  # s; a save shows after a few
LEVEL = 6  # of gzip, as hosts set it
TEXT = ("text/", "application/json", "application/javascript", "application/xml", "image/svg+xml")


class Host:
    """Serves a folder on a free loopback port, text compressed; `sent` has what was asked for and bytes, heads too."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.sent = folder, list[tuple[str, int]]()
        handler = type("Handler", (_Handler,), {"host": self})
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.address = f"http://127.0.0.1:{self._http.server_port}/"
        threading.Thread(target=self._http.serve_forever, daemon=True).start()

    def close(self) -> None:
        """Stop serving."""
        self._http.shutdown()
        self._http.server_close()

    def answer(self, path: str) -> bytes:
        """Give a file with its head, 404.html where there is none, and count it."""
        file, status = self.folder / unquote(path).lstrip("/"), "200 OK"
        if file.is_dir():
            if not path.endswith("/"):
                return _whole("301 Moved Permanently", b"", f"Location: {path}/")
            file /= "index.html"
        if not file.is_file():
            file, status = self.folder / "404.html", "404 Not Found"
        answer = _answer(status, file, file.stat().st_mtime_ns) if file.is_file() else _whole(status, b"")
        self.sent.append((path, len(answer)))
        return answer


@lru_cache(512)
def _answer(status: str, file: Path, changed: int) -> bytes:
    """Compressed once, so that nobody waits for it who measures."""
    body, kind = file.read_bytes(), mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    if not kind.startswith(TEXT):
        return _whole(status, body, f"Content-Type: {kind}")
    body = gzip.compress(body, LEVEL, mtime=0)
    return _whole(status, body, f"Content-Type: {kind}; charset=utf-8", "Content-Encoding: gzip")


def _whole(status: str, body: bytes, *fields: str) -> bytes:
    return "\r\n".join([f"HTTP/1.1 {status}", *fields, f"Content-Length: {len(body)}", "", ""]).encode() + body


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    host: Host

    def do_GET(self) -> None:
        self.wfile.write(self.host.answer(self.path.partition("?")[0]))

    def log_message(self, *_: object) -> None:
        pass


class Preview:
    """One `mkdocs serve` in a house; what it says is in `serve.log` there."""

    def __init__(self, house: Path) -> None:
        self.house, self.log = house, house / "serve.log"
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            at = f"127.0.0.1:{free.getsockname()[1]}"
        self.address = f"http://{at}/"
        command = [sys.executable, "-m", "mkdocs", "serve", "--livereload", "--dev-addr", at]
        with self.log.open("w", encoding="utf-8") as log:
            self.process = subprocess.Popen(
                command, cwd=house, stdout=log, stderr=subprocess.STDOUT, env=os.environ | CALM
            )

    def said(self) -> str:
        """Give all it has said."""
        return self.log.read_text("utf-8")

    def page(self, path: str) -> str:
        """Give a page, or nothing while there is none to give."""
        try:
            with urlopen(self.address + path, timeout=5) as answer:
                return str(answer.read().decode())
        except OSError:
            return ""

    def until_up(self) -> None:
        """Wait for the first page; raises Failed."""
        self.until(lambda: "</html>" in self.page(""))

    def until(self, shown: Callable[[], bool]) -> None:
        """Wait for something; raises Failed with what was said when it does not come."""
        end = time.monotonic() + PATIENCE
        while not shown():
            if self.process.poll() is not None:
                raise Failed(f"mkdocs serve has ended: {self.said()}")
            if time.monotonic() > end:
                raise Failed(f"not within {PATIENCE} s: {self.said()}")
            time.sleep(0.2)

    def stop(self) -> None:
        """End it, and see that it has ended."""
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
