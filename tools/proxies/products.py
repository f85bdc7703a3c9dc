"""The proxies: how each is told of the routes, started, and asked for its version. Defaults, apart from timeouts."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from .routes import CONNECT, LIMIT, NAME, READ, ROUTES, Route
from .servers import HOST

CERTIFICATE = "site.pem"  # key and certificate in one file


class Product(NamedTuple):
    """One proxy: its files, its command line, and the arguments that print its version."""

    title: str
    files: Callable[[Path], dict[str, str]]
    command: Callable[[str, Path], list[str]]
    version: list[str]


# -- nginx ------------------------------------------------------------------------------------------------------------
def _nginx_server(route: Route) -> str:
    scheme = {"http": "http", "https": "https", "h2": "grpc"}[route.speaks]
    servers = "".join(f" server {HOST}:{port} max_fails=1 fail_timeout=10s;" for port in route.servers)
    servers = servers or f" server {HOST}:1 down;"  # nginx does not start with a group of none
    speaks = f"{' ssl' if route.kind == 'tls' else ''}{' http2' if route.speaks == 'h2' else ''}"
    listen = " ".join(f"listen {address}:{route.port}{speaks};" for address in ("127.0.0.1", HOST))
    verb = "grpc_pass" if route.speaks == "h2" else "proxy_pass"
    limit = "" if route.kind == "limited" else "client_max_body_size 1m; "
    reject = f"server {{ {listen} return 404; }}\n" if route.kind == "by-host" else ""
    verify = f"proxy_ssl_verify on; proxy_ssl_trusted_certificate other.pem; proxy_ssl_name {NAME};"
    return (
        f"upstream {route.name} {{{servers} keepalive 4; }}\n{reject}"
        f"server {{ {listen} server_name {NAME}; {limit}"
        f"location / {{ {verb} {scheme}://{route.name}; {verify if route.name == 'untrusted' else ''} }} }}"
    )


def _nginx(folder: Path) -> dict[str, str]:
    routes = "\n".join(map(_nginx_server, ROUTES))
    timeouts = "".join(
        f"{verb}_connect_timeout {CONNECT}s; {verb}_read_timeout {READ}s;\n" for verb in ("proxy", "grpc")
    )
    return {
        "nginx.conf": f"""user root; daemon off; pid nginx.pid; error_log stderr;
events {{}}
http {{
access_log /dev/stdout;
ssl_certificate {CERTIFICATE}; ssl_certificate_key {CERTIFICATE};
proxy_http_version 1.1; proxy_set_header Connection "";
{timeouts}{routes}
}}
"""
    }


# -- HAProxy ----------------------------------------------------------------------------------------------------------
def _haproxy_route(route: Route, folder: Path) -> str:
    tls = f" ssl crt {folder / CERTIFICATE}" if route.kind == "tls" else ""
    options = {
        "http": "",
        "https": f" ssl verify required ca-file {folder / 'other.pem'}"
        if route.name == "untrusted"
        else " ssl verify none",
        "h2": " proto h2",
    }[route.speaks] + (" check inter 500ms" if route.kind == "checked" else "")
    lines = [f"frontend f-{route.name}", f"  bind 127.0.0.1:{route.port}{tls}"]
    if route.kind == "limited":
        lines.append(f"  http-request deny deny_status 413 if {{ req.hdr(content-length) -m int gt {LIMIT} }}")
    if route.kind == "by-host":
        lines.append(f"  use_backend b-{route.name} if {{ hdr(host) -i {NAME} }}")
    else:
        lines.append(f"  default_backend b-{route.name}")
    lines.append(f"backend b-{route.name}")
    lines += [f"  server s{n} {HOST}:{port}{options}" for n, port in enumerate(route.servers, 1)]
    return "\n".join(lines)


def _haproxy(folder: Path) -> dict[str, str]:
    routes = "\n".join(_haproxy_route(route, folder) for route in ROUTES)
    return {
        "haproxy.cfg": f"""global
  log stdout format raw local0
defaults
  log global
  mode http
  option httplog
  timeout connect {CONNECT}s
  timeout server {READ}s
  timeout client 30s
{routes}
"""
    }


# -- Envoy ------------------------------------------------------------------------------------------------------------
def _typed(name: str, **fields: Any) -> dict[str, Any]:
    return {"@type": f"type.googleapis.com/envoy.extensions.{name}", **fields}


def _envoy_cluster(route: Route, folder: Path) -> dict[str, Any]:
    def endpoint(port: int) -> dict[str, Any]:
        return {"endpoint": {"address": {"socket_address": {"address": HOST, "port_value": port}}}}

    cluster: dict[str, Any] = {
        "name": route.name,
        "connect_timeout": f"{CONNECT}s",
        "load_assignment": {
            "cluster_name": route.name,
            "endpoints": [{"lb_endpoints": [endpoint(port) for port in route.servers]}],
        },
    }
    if route.speaks == "https":
        context = {"validation_context": {"trusted_ca": {"filename": str(folder / "other.pem")}}}
        tls = _typed(
            "transport_sockets.tls.v3.UpstreamTlsContext",
            **({"common_tls_context": context} if route.name == "untrusted" else {}),
        )
        cluster["transport_socket"] = {"name": "tls", "typed_config": tls}
    if route.speaks == "h2":
        options = _typed("upstreams.http.v3.HttpProtocolOptions", explicit_http_config={"http2_protocol_options": {}})
        cluster["typed_extension_protocol_options"] = {
            "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": options
        }
    if route.kind == "checked":
        check = {"timeout": "1s", "interval": "1s", "unhealthy_threshold": 1, "healthy_threshold": 1}
        cluster["health_checks"] = [{**check, "http_health_check": {"path": "/"}}]
    return cluster


def _envoy_listener(route: Route, folder: Path) -> dict[str, Any]:
    log = {"name": "log", "typed_config": _typed("access_loggers.stream.v3.StdoutAccessLog")}
    filters = [{"name": "router", "typed_config": _typed("filters.http.router.v3.Router")}]
    if route.kind == "limited":
        buffer = _typed("filters.http.buffer.v3.Buffer", max_request_bytes=LIMIT)
        filters.insert(0, {"name": "buffer", "typed_config": buffer})
    host = {
        "name": "site",
        "domains": [NAME] if route.kind == "by-host" else ["*"],
        "routes": [{"match": {"prefix": "/"}, "route": {"cluster": route.name, "timeout": f"{READ}s"}}],
    }
    manager = _typed(
        "filters.network.http_connection_manager.v3.HttpConnectionManager",
        stat_prefix=route.name,
        access_log=[log],
        http_filters=filters,
        route_config={"virtual_hosts": [host]},
    )
    chain: dict[str, Any] = {"filters": [{"name": "http", "typed_config": manager}]}
    listener: dict[str, Any] = {
        "name": route.name,
        "address": {"socket_address": {"address": "127.0.0.1", "port_value": route.port}},
        "filter_chains": [chain],
    }
    if route.kind == "tls":
        file = {"filename": str(folder / CERTIFICATE)}
        context = {"tls_certificates": [{"certificate_chain": file, "private_key": file}]}
        tls = _typed("transport_sockets.tls.v3.DownstreamTlsContext", common_tls_context=context)
        chain |= {
            "filter_chain_match": {"server_names": [NAME]},
            "transport_socket": {"name": "tls", "typed_config": tls},
        }
        inspector = _typed("filters.listener.tls_inspector.v3.TlsInspector")
        listener["listener_filters"] = [{"name": "inspector", "typed_config": inspector}]
    return listener


def _envoy(folder: Path) -> dict[str, str]:
    resources = {
        "listeners": [_envoy_listener(route, folder) for route in ROUTES],
        "clusters": [_envoy_cluster(route, folder) for route in ROUTES],
    }
    return {"envoy.json": json.dumps({"static_resources": resources})}


# -- Traefik ----------------------------------------------------------------------------------------------------------
def _traefik_service(route: Route) -> dict[str, Any]:
    scheme = {"http": "http", "https": "https", "h2": "h2c"}[route.speaks]
    balancer: dict[str, Any] = {
        "servers": [{"url": f"{scheme}://{HOST}:{port}"} for port in route.servers],
        "serversTransport": "untrusted" if route.name == "untrusted" else "timed",
    }
    if route.kind == "checked":
        balancer["healthCheck"] = {"path": "/", "interval": "1s", "timeout": "1s"}
    return {"loadBalancer": balancer}


def _traefik_router(route: Route) -> dict[str, Any]:
    router: dict[str, Any] = {
        "rule": f"Host(`{NAME}`)" if route.kind == "by-host" else "PathPrefix(`/`)",
        "entryPoints": [route.name],
        "service": route.name,
    }
    if route.kind == "tls":
        router["tls"] = {}
    if route.kind == "limited":
        router["middlewares"] = ["limit"]
    return router


def _traefik(folder: Path) -> dict[str, str]:
    static = {
        "global": {"checkNewVersion": False, "sendAnonymousUsage": False},
        "log": {"level": "DEBUG", "noColor": True},
        "accessLog": {},
        "entryPoints": {route.name: {"address": f"127.0.0.1:{route.port}"} for route in ROUTES},
        "providers": {"file": {"filename": str(folder / "dynamic.yml")}},
    }
    timeouts = {"forwardingTimeouts": {"dialTimeout": f"{CONNECT}s", "responseHeaderTimeout": f"{READ}s"}}
    certificate = str(folder / CERTIFICATE)
    dynamic = {
        "http": {
            "routers": {route.name: _traefik_router(route) for route in ROUTES},
            "services": {route.name: _traefik_service(route) for route in ROUTES},
            "middlewares": {"limit": {"buffering": {"maxRequestBodyBytes": LIMIT}}},
            "serversTransports": {
                "timed": {**timeouts, "insecureSkipVerify": True},
                "untrusted": {**timeouts, "serverName": NAME},
            },
        },
        "tls": {"certificates": [{"certFile": certificate, "keyFile": certificate}]},
    }
    return {"traefik.yml": json.dumps(static), "dynamic.yml": json.dumps(dynamic)}


# -- Caddy ------------------------------------------------------------------------------------------------------------
def _caddy_site(route: Route, folder: Path) -> str:
    site = f"https://{NAME}" if route.kind == "tls" else f"http://{NAME if route.kind == 'by-host' else ''}"
    lines = [f"{site}:{route.port} {{"]
    if route.kind == "tls":
        lines.append(f"  tls {folder / CERTIFICATE} {folder / CERTIFICATE}")
    if route.kind == "limited":
        lines.append(f"  request_body {{\n    max_size {LIMIT}\n  }}")
    scheme = {"http": "", "https": "https://", "h2": "h2c://"}[route.speaks]
    lines.append("  reverse_proxy " + " ".join(f"{scheme}{HOST}:{port}" for port in route.servers) + " {")
    if route.kind == "checked":
        lines.append("    health_uri /\n    health_interval 1s")
    transport = [f"dial_timeout {CONNECT}s", f"response_header_timeout {READ}s"]
    if route.speaks == "https" and route.name != "untrusted":
        transport.append("tls_insecure_skip_verify")
    if route.name == "untrusted":
        transport.append(f"tls_server_name {NAME}")
    if route.speaks == "h2" and not route.servers:
        transport.append("versions h2c")
    lines += ["    transport http {", *(f"      {line}" for line in transport), "    }"]
    return "\n".join([*lines, "  }", "}"])


def _caddy(folder: Path) -> dict[str, str]:
    head = "{\n  admin off\n  auto_https off\n  servers {\n    protocols h1 h2 h2c\n  }\n}\n"
    return {"Caddyfile": head + "\n".join(_caddy_site(route, folder) for route in ROUTES) + "\n"}


PRODUCTS = {
    "nginx": Product(
        "nginx",
        _nginx,
        lambda program, folder: [program, "-p", str(folder), "-c", str(folder / "nginx.conf")],
        ["-v"],
    ),
    "haproxy": Product(
        "HAProxy", _haproxy, lambda program, folder: [program, "-db", "-f", str(folder / "haproxy.cfg")], ["-v"]
    ),
    "envoy": Product(
        "Envoy",
        _envoy,
        lambda program, folder: [
            *(program, "-c", str(folder / "envoy.json"), "--disable-hot-restart", "--concurrency", "1"),
            *("--log-level", "warning", "--file-flush-interval-msec", "50"),
        ],
        ["--version"],
    ),
    "traefik": Product(
        "Traefik", _traefik, lambda program, folder: [program, f"--configfile={folder / 'traefik.yml'}"], ["version"]
    ),
    "caddy": Product(
        "Caddy",
        _caddy,
        lambda program, folder: [program, "run", "--adapter", "caddyfile", "--config", str(folder / "Caddyfile")],
        ["version"],
    ),
}
