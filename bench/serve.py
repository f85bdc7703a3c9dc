"""A local server as a host would be: gzip, kept connections, nothing cached; it counts what goes over the wire."""

import gzip
import mimetypes
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

LEVEL = 6  # of gzip, as hosts set it
TEXT = ("text/", "application/json", "application/javascript", "application/xml", "image/svg+xml")


@dataclass(frozen=True)
class Sent:
    """One answer: what was asked for, its type, and its bytes with the head."""

    path: str
    kind: str
    size: int


class Server:
    """Serves `folder`, and single files in other places, on a free loopback port; `sent` is what it has answered."""

    def __init__(self, files: dict[str, Path]) -> None:
        self.files, self.folder = files, Path()
        self.sent: list[Sent] = []
        self._ready: dict[str, tuple[bytes, Sent]] = {}
        handler = type("Handler", (_Handler,), {"site": self})
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.address = f"http://127.0.0.1:{self._http.server_port}/"
        threading.Thread(target=self._http.serve_forever, daemon=True).start()

    def close(self) -> None:
        """Stop serving."""
        self._http.shutdown()
        self._http.server_close()

    def answer(self, path: str) -> bytes:
        """Give the whole answer to a request, compressed before the first one is timed, and count it."""
        if path not in self._ready:
            self._ready[path] = self._make(path)
        data, sent = self._ready[path]
        self.sent.append(sent)
        return data

    def _make(self, path: str) -> tuple[bytes, Sent]:
        file = self.files.get(path) or self.folder / path.lstrip("/")
        if file.is_dir():
            file /= "index.html"
        status, body = ("200 OK", file.read_bytes()) if file.is_file() else ("404 Not Found", b"")
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}"]
        if kind.startswith(TEXT):
            body = gzip.compress(body, LEVEL, mtime=0)
            lines.append("Content-Encoding: gzip")
        head = "\r\n".join([*lines, f"Content-Length: {len(body)}", "", ""]).encode()
        return head + body, Sent(path, kind, len(head) + len(body))


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    site: Server

    def do_GET(self) -> None:
        self.wfile.write(self.site.answer(self.path.partition("?")[0]))

    def log_message(self, *_: object) -> None:
        pass
