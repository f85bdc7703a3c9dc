"""What every proxy is set up with: on each port one way to a server."""

from typing import Literal, NamedTuple

from . import servers as s

Kind = Literal["", "checked", "limited", "by-host", "tls"]
NAME = "shop.example.com"
CONNECT, READ = 2, 3  # s: the timeouts of every proxy
LIMIT = 1_000_000  # bytes of a body, where a limit is set


class Route(NamedTuple):
    """A port of the proxy, how it speaks to which servers, and what else is special about it."""

    port: int
    name: str
    servers: tuple[int, ...]
    speaks: Literal["http", "https", "h2"] = "http"
    kind: Kind = ""


ROUTES = (
    Route(9001, "good", (s.GOOD,)),
    Route(9002, "refused", (s.REFUSED,)),
    Route(9003, "dropped", (s.DROPPED,)),
    Route(9004, "silent", (s.SILENT,)),
    Route(9005, "slow", (s.SLOW,)),
    Route(9006, "reset", (s.RESET,)),
    Route(9007, "closes", (s.CLOSES,)),
    Route(9008, "halfway", (s.HALFWAY,)),
    Route(9009, "stalls", (s.STALLS,)),
    Route(9010, "kept", (s.KEPT,)),
    Route(9011, "garbage", (s.GARBAGE,)),
    Route(9012, "plain-to-tls", (s.TLS,)),
    Route(9013, "tls-to-plain", (s.GOOD,), "https"),
    Route(9014, "h1-to-h2", (s.HTTP2,)),
    Route(9015, "h2-to-h1", (s.GOOD,), "h2"),
    Route(9016, "empty", ()),
    Route(9017, "down", (s.REFUSED, s.REFUSED + 100), kind="checked"),
    Route(9018, "by-host", (s.GOOD,), kind="by-host"),
    Route(9019, "limited", (s.GOOD,), kind="limited"),
    Route(9020, "h2-refused", (s.REFUSED,), "h2"),
    Route(9021, "h2-dropped", (s.DROPPED,), "h2"),
    Route(9022, "h2-empty", (), "h2"),
    Route(9023, "untrusted", (s.TLS,), "https"),
    Route(9443, "tls", (s.GOOD,), kind="tls"),
)
PORT = {route.name: route.port for route in ROUTES}
