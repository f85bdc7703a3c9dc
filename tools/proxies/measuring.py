"""One proxy after the other before the servers, then a load balancer before one of them."""

import re
import shutil
import tempfile
import time
from pathlib import Path

from . import fronts
from .cases import CASES, Case
from .client import Answer
from .lab import Failed, certificates, network, run, standing, started
from .products import CERTIFICATE, PRODUCTS
from .recording import block, cell, logged, table, write
from .servers import GOOD, Servers

NEEDED = ("ip", "nft", "curl", "openssl")
Told = dict[Case, tuple[Answer, str]]  # what came back, and what is written down of it


def measure(arguments: list[str]) -> None:
    """Measure the proxies named, and write the recordings; `only=CASE` prints one case and writes nothing."""
    named = [(name, value) for name, _, value in (argument.partition("=") for argument in arguments)]
    only, proxies = dict(named).get("only"), [one for one in named if one[0] != "only"]
    if not proxies or [name for name, _ in proxies if name not in PRODUCTS]:
        raise Failed(f"name proxies like nginx=/usr/sbin/nginx; known: {', '.join(PRODUCTS)}")
    if missing := [tool for tool in NEEDED if not shutil.which(tool)]:
        raise Failed(f"needs {', '.join(missing)}")
    network()
    with tempfile.TemporaryDirectory() as place:
        certificates(Path(place))
        servers = Servers(Path(place) / CERTIFICATE)
        if only:
            _print([case for case in CASES if case.name == only], proxies, servers)
        else:
            _write_products(proxies, servers)
            _write_fronts(dict(proxies), servers)


def _print(cases: list[Case], proxies: list[tuple[str, str]], servers: Servers) -> None:
    for name, program in proxies:
        print(_title(name, program), _text(_product(cases, name, program, servers)), sep="\n")


def _write_products(proxies: list[tuple[str, str]], servers: Servers) -> None:
    found = dict[str, Told]()
    for name, program in proxies:
        title = _title(name, program)
        print(title, flush=True)
        found[title] = _product([*CASES], name, program, servers)
        what = f"What a client sees when something behind {title} fails, one thing at a time."
        write(f"proxy-{name}", what, _text(found[title]))
    rows = [[case.wrong, *(cell(told[case][0]) for told in found.values())] for case in CASES]
    what = "What a client sees when something behind a proxy fails: HTTP status, or curl's exit code."
    write("proxy-statuses", what, table(["", *found], rows))


def _product(cases: list[Case], name: str, program: str, servers: Servers) -> Told:
    with standing(name, program) as (folder, log):
        return {case: _case(case, servers, log, folder) for case in cases}


def _case(case: Case, servers: Servers, log: Path, folder: Path) -> tuple[Answer, str]:
    servers.seen = seen = list[str]()
    since = log.stat().st_size
    answer = case.ask(folder)
    time.sleep(2.5 if case.name == "slow" else 0.3)  # what is closed and logged a moment later
    print(f"  {case.wrong}: {cell(answer)}", flush=True)
    return answer, block(case.name, case.wrong, answer, [*seen], logged(log, since)).replace(str(folder), "/lab")


def _write_fronts(programs: dict[str, str], servers: Servers) -> None:
    """What stands in front is HAProxy or a forwarder, the controller is nginx; without both nothing is measured."""
    if not {"nginx", "haproxy"} <= programs.keys():
        return
    with standing("nginx", programs["nginx"]), tempfile.TemporaryDirectory() as place:
        folder, log = Path(place), Path(place) / "log"
        (folder / "haproxy.cfg").write_text(fronts.config(), "utf-8")
        with started(PRODUCTS["haproxy"].command(programs["haproxy"], folder), log, folder, (fronts.TCP, GOOD)):
            told = {case: _case(case, servers, log, folder) for case in fronts.CASES}
    cells = {case.name: cell(answer) for case, (answer, _) in told.items()}
    rows = [
        [f"{scheme}: {wrong}", *(cells.get(fronts.name(scheme, front, port), "-") for front in fronts.FRONTS)]
        for scheme in ("http", "https")
        for port, wrong in fronts.BEHIND.items()
        if scheme == "http" or port in fronts.TLS
    ]
    front, controller = (_title(name, programs[name]) for name in ("haproxy", "nginx"))
    what = f"What a client sees when a controller ({controller}) behind a load balancer ({front}) fails."
    write("proxy-load-balancers", what, f"{table(['', *fronts.FRONTS.values()], rows)}\n\n{_text(told)}")


def _text(told: Told) -> str:
    return "\n\n".join(text for _, text in told.values())


def _title(name: str, program: str) -> str:
    """The name of a product and the version its program says it has."""
    said = run(program, *PRODUCTS[name].version)
    if not (found := re.search(r"\d+\.\d+\.\d+", said)):
        raise Failed(f"{program} does not say its version: {said}")
    return f"{PRODUCTS[name].title} {found[0]}"
