"""What a client sees: curl, asked once or twice on one connection."""

import contextlib
import http.client
import re
import subprocess
import time
from pathlib import Path
from typing import NamedTuple

EXITS = {
    **{0: "OK", 1: "UNSUPPORTED_PROTOCOL", 7: "COULDNT_CONNECT", 16: "HTTP2", 18: "PARTIAL_FILE", 26: "READ_ERROR"},
    **{28: "OPERATION_TIMEDOUT", 35: "SSL_CONNECT_ERROR", 52: "GOT_NOTHING", 55: "SEND_ERROR", 56: "RECV_ERROR"},
    **{60: "PEER_FAILED_VERIFICATION", 92: "HTTP2_STREAM"},
}
PATIENCE = 30  # s
SAID = ("server", "content-type", "connection", "grpc-status", "grpc-message", "retry-after")  # headers worth keeping
ENDS = (  # what curl -v says → who ended the connection
    ("left intact", "left open"),
    ("< connection: close", "closed by the proxy, as it said in the response"),
    ("reset by peer", "reset by the proxy"),
    ("timed out", "given up by the client"),
    ("connection refused", "never made"),
    (r"\balert\b.*\(35\)|\(35\).*\balert\b", "closed by the proxy, with an alert"),
    ("empty reply|transfer closed|SSL_ERROR_SYSCALL|not closed cleanly", "closed by the proxy"),
    ("HTTP/0.9|wrong version|certificate", "closed by the client"),
)
AGAIN = "; curl had asked again on a fresh connection"
WRITE = "%{exitcode}\t%{http_code}\t%{time_total}\t%{errormsg}\n"


class Answer(NamedTuple):
    """What came back, and how the connection to the client ended."""

    exit: int
    status: int
    seconds: float
    error: str
    head: list[str]
    body: str
    ended: str

    @property
    def short(self) -> str:
        """The status, or curl's exit code, or both."""
        status, code = str(self.status or ""), f"curl {self.exit}" if self.exit else ""
        return " + ".join(filter(None, (status, code)))


def curl(folder: Path, *requests: list[str]) -> Answer:
    """Ask with curl, each request with its options, all on one connection; give what the last one got."""
    head, body = folder / "head", folder / "body"
    command = ["curl"]
    for request in requests:
        head.write_bytes(b"")
        body.write_bytes(b"")
        options = ["-sSv", "-m", str(PATIENCE), "-D", str(head), "-o", str(body), "-w", WRITE]
        command += [*(["--next"] if len(command) > 1 else []), *options, *request]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", errors="replace", check=False)
    code, status, seconds, error = done.stdout.splitlines()[-1].split("\t")
    lines = head.read_text("utf-8", "replace").strip().split("\n\n")[-1].splitlines()
    kept = lines[:1] + [line for line in lines[1:] if line.partition(":")[0].lower() in SAID]
    text = body.read_text("utf-8", "replace")
    return Answer(int(code), int(status), float(seconds), error, kept, text, _ended(done.stderr))


def _ended(said: str) -> str:
    """Who ended the client's connection, as curl tells it; the last word counts."""
    found = [(match.start(), how) for sign, how in ENDS for match in re.finditer(sign, said, re.IGNORECASE)]
    return max(found, default=(0, "closed"))[1] + (AGAIN if "retrying a fresh connect" in said else "")


def large_header(port: int, size: int) -> Answer:
    """Ask with a larger header than curl sends."""
    begun, status, error, head, body = time.monotonic(), 0, "", list[str](), ""
    conn = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        with contextlib.suppress(BrokenPipeError):
            conn.request("GET", "/", headers={"X-Large": "x" * size})
        answer = conn.getresponse()
        status, body = answer.status, answer.read().decode("utf-8", "replace")
        head = [f"HTTP/1.1 {status} {answer.reason}"]
        head += [f"{name}: {value}" for name, value in answer.getheaders() if name.lower() in SAID]
    except (OSError, http.client.HTTPException) as failed:
        error = f"{type(failed).__name__}: {failed}"
    conn.close()
    code, ended = (56, "reset by the proxy") if error else (0, "closed")  # as curl calls it
    return Answer(code, status, time.monotonic() - begun, error, head, body, ended)
