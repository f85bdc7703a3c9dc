"""A load balancer before a controller that fails: whether it is a proxy or forwards packets decides who says no."""

from pathlib import Path
from typing import NamedTuple

from . import servers as s
from .client import Answer, curl
from .routes import CONNECT, PORT, READ

PUBLIC = "203.0.113.10"
TCP, HTTP = "127.0.0.3", "127.0.0.4"
CHECKED = s.REFUSED + 100  # nobody listens there, and health checks know
FRONTS = {"packet forwarder (DNAT)": PUBLIC, "HAProxy, TCP mode": TCP, "HAProxy, HTTP mode": HTTP}
BEHIND = {
    s.GOOD: "nothing",
    s.REFUSED: "the controller's port is closed: RST",
    CHECKED: "the controller's port is closed, and health checks have found out",
    s.DROPPED: "the SYN to the controller is dropped",
    s.SILENT: "the controller accepts and never answers",
    s.RESET: "the controller resets the connection after the first bytes",
    s.CLOSES: "the controller closes the connection after the first bytes",
    PORT["refused"]: "the controller (nginx) answers, the Pod's port is closed",
}


class Asked(NamedTuple):
    """One question: by which scheme, through which load balancer, to a controller with which fault."""

    scheme: str
    front: str
    port: int

    @property
    def wrong(self) -> str:
        """What is wrong, and in front of it what."""
        return f"{self.scheme} through a {self.front}: {BEHIND[self.port]}"

    def ask(self, folder: Path) -> Answer:
        """Ask it."""
        return curl(folder, ["-k", f"{self.scheme}://{FRONTS[self.front]}:{self.port}/"])


def questions() -> list[Asked]:
    """Give all: HTTPS only where the load balancer does not end it, and the controller would."""
    plain = [Asked("http", front, port) for front in FRONTS for port in BEHIND]
    speaks_tls = [port for port in BEHIND if port not in (s.GOOD, PORT["refused"])]
    return plain + [Asked("https", front, port) for front in (*FRONTS,)[:2] for port in speaks_tls]


def config() -> str:
    """Give HAProxy's, in both modes."""
    return f"""global
  log stdout format raw local0
defaults
  log global
  timeout connect {CONNECT}s
  timeout server {READ}s
  timeout client 30s
""" + "\n".join(_listen(mode, address, port) for mode, address in (("tcp", TCP), ("http", HTTP)) for port in BEHIND)


def _listen(mode: str, address: str, port: int) -> str:
    check = " check inter 500ms" if port == CHECKED else ""
    return f"""listen {mode}-{port}
  mode {mode}
  option {mode}log
  bind {address}:{port}
  server controller {s.HOST}:{port}{check}
"""
