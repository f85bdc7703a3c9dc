"""A load balancer before a controller that fails: whether it is a proxy or forwards packets decides who says no."""

from . import servers as s
from .cases import Case
from .client import curl
from .routes import CONNECT, PORT, READ

PUBLIC = "203.0.113.10"
TCP, HTTP = "127.0.0.3", "127.0.0.4"
CHECKED = s.REFUSED + 100  # nobody listens there, and health checks know
FRONTS = {"forwarder": "a packet forwarder (DNAT)", "tcp": "HAProxy, TCP mode", "http": "HAProxy, HTTP mode"}
ADDRESS = {"forwarder": PUBLIC, "tcp": TCP, "http": HTTP}
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


def name(scheme: str, front: str, port: int) -> str:
    """Name a case."""
    return f"{scheme}-{front}-{port}"


def _case(scheme: str, front: str, port: int) -> Case:
    url = f"{scheme}://{ADDRESS[front]}:{port}/"
    wrong = f"{scheme} through {FRONTS[front]}: {BEHIND[port]}"
    return Case(name(scheme, front, port), wrong, lambda folder: curl(folder, ["-k", url]))


TLS = [port for port in BEHIND if port not in (s.GOOD, PORT["refused"])]  # those that need not speak it to fail
CASES = [_case("http", front, port) for front in FRONTS for port in BEHIND]
CASES += [_case("https", front, port) for front in ("forwarder", "tcp") for port in TLS]


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
