"""Servers that misbehave, each on a port of its own, and what they see of whoever calls them."""

import contextlib
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable
from pathlib import Path

HOST = "127.0.0.2"
GOOD, REFUSED, DROPPED, SILENT, SLOW, RESET, CLOSES, HALFWAY, STALLS, KEPT, GARBAGE, TLS, HTTP2 = range(8001, 8014)
LATE = 5  # s until the slow one answers
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n%s\r\n"
BAD = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
NOT_HTTP1 = (b"\x16\x03", b"PRI * HTTP/2.0")  # a ClientHello, the preface of HTTP/2
SETTINGS, GOAWAY = b"\0\0\0\4\0\0\0\0\0", b"\0\0\10\7\0\0\0\0\0" + b"\0\0\0\0\0\0\0\1"  # frames of HTTP/2

PROXY, SERVER, SERVER_RESET = "the proxy closed it", "the server closed it", "the server reset it"
Behaviour = Callable[[socket.socket], str]  # gives who ended the connection


def asked(conn: socket.socket) -> str:
    """Read one request whole and give its path; nothing when there is none. Raises OSError for what is not HTTP/1."""
    head, _, body = _until(conn, b"", lambda data: b"\r\n\r\n" in data).partition(b"\r\n\r\n")
    if head.startswith(NOT_HTTP1):
        conn.sendall(BAD)
        raise OSError(0, "not HTTP/1")
    fields = dict(line.lower().partition(b":")[::2] for line in head.split(b"\r\n")[1:])
    length, chunked = int(fields.get(b"content-length", b"0")), b"transfer-encoding" in fields
    _until(conn, body, lambda data: data.endswith(b"0\r\n\r\n") if chunked else len(data) >= length)
    return head.split()[1].decode() if head else ""


def _until(conn: socket.socket, data: bytes, whole: Callable[[bytes], bool]) -> bytes:
    """Read on until all is there, or nothing more comes, or it is not HTTP/1."""
    while not whole(data) and not data.startswith(NOT_HTTP1) and (more := conn.recv(65536)):
        data += more
    return data


def reset(conn: socket.socket) -> str:
    """Close with RST instead of FIN."""
    conn.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    return SERVER_RESET


def good(conn: socket.socket) -> str:
    """Answer 200; /header/N with a header of N bytes."""
    while path := asked(conn):
        size = int(path.rpartition("/")[2]) if path.startswith("/header/") else 0
        conn.sendall(HEAD % (3, b"X-Large: %s\r\n" % (b"x" * size) if size else b"") + b"ok\n")
    return PROXY


def silent(conn: socket.socket) -> str:
    """Accept, and never answer."""
    while conn.recv(65536):
        pass
    return PROXY


def slow(conn: socket.socket) -> str:
    """Answer too late."""
    asked(conn)
    time.sleep(LATE)
    conn.sendall(HEAD % (3, b"") + b"ok\n")
    return silent(conn)


def resets(conn: socket.socket) -> str:
    """Reset after the first bytes."""
    return reset(conn) if conn.recv(65536) else PROXY


def closes(conn: socket.socket) -> str:
    """Close after the first bytes, without a word."""
    conn.recv(65536)
    return SERVER


def halfway(conn: socket.socket) -> str:
    """Reset after half of the response."""
    asked(conn)
    conn.sendall(HEAD % (2000, b"") + b"x" * 1000)
    time.sleep(0.3)
    return reset(conn)


def stalls(conn: socket.socket) -> str:
    """Send half of the response, and nothing more."""
    asked(conn)
    conn.sendall(HEAD % (2000, b"") + b"x" * 1000)
    return silent(conn)


def kept(conn: socket.socket) -> str:
    """Answer the first request of a connection and reset at the second."""
    asked(conn)
    conn.sendall(HEAD % (3, b"") + b"ok\n")
    return reset(conn) if asked(conn) else PROXY


def garbage(conn: socket.socket) -> str:
    """Answer in another protocol."""
    asked(conn)
    conn.sendall(b"SSH-2.0-OpenSSH_9.2\r\n")
    return SERVER


def http2(conn: socket.socket) -> str:
    """Answer HTTP/1.1 as a server does that speaks only HTTP/2: SETTINGS, then GOAWAY (PROTOCOL_ERROR)."""
    conn.recv(65536)
    conn.sendall(SETTINGS + GOAWAY)
    return SERVER


def tls(certificate: Path) -> Behaviour:
    """Give a server that speaks TLS only."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)

    def behave(conn: socket.socket) -> str:
        with context.wrap_socket(conn, server_side=True) as inner:
            return good(inner)

    return behave


class Servers:
    """All of them; `seen` has what happened to each connection since it was last cleared."""

    def __init__(self, certificate: Path) -> None:
        self.seen: list[str] = []
        behaviours: dict[int, Behaviour] = {
            **{GOOD: good, DROPPED: good, SILENT: silent, SLOW: slow, RESET: resets, CLOSES: closes},
            **{HALFWAY: halfway, STALLS: stalls, KEPT: kept, GARBAGE: garbage, TLS: tls(certificate), HTTP2: http2},
        }
        for port, behave in behaviours.items():
            listener = socket.create_server((HOST, port), backlog=64)
            threading.Thread(target=self._accept, args=(listener, behave), daemon=True).start()

    def _accept(self, listener: socket.socket, behave: Behaviour) -> None:
        while True:
            conn, _ = listener.accept()
            threading.Thread(target=self._serve, args=(conn, behave, self.seen), daemon=True).start()

    def _serve(self, conn: socket.socket, behave: Behaviour, seen: list[str]) -> None:
        begun = time.monotonic()
        try:
            how = behave(conn)
        except ssl.SSLError as error:
            how = f"{SERVER}: {error.reason}"
        except ConnectionResetError:
            how = "the proxy reset it"
        except OSError as error:
            how = f"{SERVER}: {error.strerror}"
        seen.append(f"{how} after {time.monotonic() - begun:.1f} s")
        with contextlib.suppress(OSError):
            conn.close()
