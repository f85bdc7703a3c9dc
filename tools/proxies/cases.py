"""What goes wrong, one thing at a time, and how a client asks for it."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from .client import Answer, curl, large_header
from .routes import NAME, PORT

Ask = Callable[[Path], Answer]
KB = 1000
TRIES, STREAM = 5, 92  # curl 7.88 reads no response that comes with the end of a stream it still sends on: it says 92


class Case(NamedTuple):
    """A name, what is wrong, and how to ask."""

    name: str
    wrong: str
    ask: Ask


def _url(route: str, path: str = "/") -> str:
    return f"http://127.0.0.1:{PORT[route]}{path}"


def _plain(route: str, *options: str, path: str = "/") -> Ask:
    """One request in HTTP/1.1."""
    return lambda folder: curl(folder, [*options, _url(route, path)])


def _again(route: str, *options: str) -> Ask:
    """A second request on the connection of the first."""
    return lambda folder: curl(folder, [_url(route)], [*options, _url(route)])


def _grpc(route: str) -> Ask:
    """A gRPC call, as far as headers and framing go."""

    def ask(folder: Path) -> Answer:
        (folder / "message").write_bytes(b"\0\0\0\0\0")
        options = ["--http2-prior-knowledge", "-H", "Content-Type: application/grpc", "-H", "TE: trailers"]
        request = [*options, "--data-binary", f"@{folder / 'message'}", _url(route, "/shop.Cart/Get")]
        answer, tries = curl(folder, request), 1
        while answer.exit == STREAM and tries < TRIES:
            answer, tries = curl(folder, request), tries + 1
        return answer

    return ask


def _header(size: int) -> Ask:
    """A request with one header of this size."""

    def ask(folder: Path) -> Answer:
        (folder / "large").write_text(f"X-Large: {'x' * size}\n", "utf-8")
        return curl(folder, ["-H", f"@{folder / 'large'}", _url("good")])

    return ask if size < 1000 * KB else lambda _: large_header(PORT["good"], size)


def _body(route: str, size: int) -> Ask:
    """A request with a body of this size."""

    def ask(folder: Path) -> Answer:
        (folder / "large").write_bytes(b"x" * size)
        return curl(folder, ["-H", "Expect:", "--data-binary", f"@{folder / 'large'}", _url(route)])

    return ask


def _tls(name: str) -> Ask:
    """HTTPS to the proxy, by a name."""

    def ask(folder: Path) -> Answer:
        where = ["--resolve", f"{name}:{PORT['tls']}:127.0.0.1", "--cacert", str(folder / "site.pem")]
        return curl(folder, [*where, f"https://{name}:{PORT['tls']}/"])

    return ask


def _down(folder: Path) -> Answer:
    """A request after another one: a proxy that learns from failures has learnt."""
    curl(folder, [_url("down")])
    return curl(folder, [_url("down")])


CASES = (
    Case("good", "nothing", _plain("good")),
    Case("refused", "the server's port is closed: RST", _plain("refused")),
    Case("dropped", "the SYN to the server is dropped", _plain("dropped")),
    Case(
        "dropped-again",
        "the SYN to the server is dropped, at the second request of the client's connection",
        _again("dropped"),
    ),
    Case("silent", "the server accepts and never answers", _plain("silent")),
    Case("slow", "the server answers after 5 s, the proxy waits 3 s", _plain("slow")),
    Case("reset", "the server resets the connection after the request", _plain("reset")),
    Case("closes", "the server closes the connection after the request, without an answer", _plain("closes")),
    Case("halfway", "the server resets the connection after half of the response", _plain("halfway")),
    Case("stalls", "the server sends half of the response and then nothing", _plain("stalls")),
    Case("kept-get", "a kept connection to the server is reset at its second request, a GET", _again("kept")),
    Case(
        "kept-post", "a kept connection to the server is reset at its second request, a POST", _again("kept", "-d", "x")
    ),
    Case("empty", "no server at all behind the rule", _plain("empty")),
    Case("down", "all servers refuse, and health checks (nginx: a request before) have found out", _down),
    Case("no-rule", "no rule for the host", _plain("by-host", "-H", "Host: other.example.com")),
    Case("garbage", "the server answers in another protocol (SSH)", _plain("garbage")),
    Case("plain-to-tls", "the proxy speaks plain HTTP to a server that wants TLS", _plain("plain-to-tls")),
    Case("tls-to-plain", "the proxy speaks TLS to a server that speaks plain HTTP", _plain("tls-to-plain")),
    Case("untrusted", "the server's certificate is not trusted by the proxy, which verifies it", _plain("untrusted")),
    Case("h1-to-h2", "the proxy speaks HTTP/1.1 to a server that speaks HTTP/2 only", _plain("h1-to-h2")),
    Case("client-plain", "the client sends plain HTTP to the proxy's TLS port", lambda f: curl(f, [_url("tls")])),
    Case(
        "client-tls",
        "the client sends TLS to the proxy's plain port",
        lambda f: curl(f, [_url("good").replace("http:", "https:")]),
    ),
    Case("tls", "nothing; HTTPS by the name in the certificate", _tls(NAME)),
    Case("unknown-name", "HTTPS by a name the proxy has no certificate for", _tls("other.example.com")),
    *(Case(f"header-{kb}", f"a request header of {kb} KB", _header(kb * KB)) for kb in (9, 17, 65, 1100)),
    *(
        Case(f"answer-header-{kb}", f"a response header of {kb} KB", _plain("good", path=f"/header/{kb * KB}"))
        for kb in (5, 9, 17, 65, 90)
    ),
    Case("body", "a request body of 2 MB, no limit set", _body("good", 2000 * KB)),
    Case("body-limited", "a request body of 2 MB, a limit of 1 MB set", _body("limited", 2000 * KB)),
    Case("grpc-refused", "a gRPC call, the server's port is closed", _grpc("h2-refused")),
    Case("grpc-dropped", "a gRPC call, the SYN to the server is dropped", _grpc("h2-dropped")),
    Case("grpc-empty", "a gRPC call, no server at all behind the rule", _grpc("h2-empty")),
    Case("grpc-to-h1", "a gRPC call to a server that speaks HTTP/1.1 only", _grpc("h2-to-h1")),
)
