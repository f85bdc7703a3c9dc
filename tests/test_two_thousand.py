"""Two thousand wrong definitions: each is refused in words or right in the eyes of an independent simulation.

Every mutant is docs/flow.yml as data with one to three things changed, by a seed of its own: the same on every machine.
"""

import copy
import pickle
import random
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import simulation
import worlds
import yaml
from requestflow.model import places, reading
from requestflow.problems import FlowError
from requestflow.world import packets
from requestflow.world.wire import Trip

MUTANTS, CHUNK = 2000, 100
HANGS = 60  # seconds after which one mutant counts as hanging, on whatever machine
SHOWN = yaml.load((worlds.ROOT / places.SHOWN).read_text("utf-8"), Loader=yaml.CSafeLoader)
COPY = pickle.dumps(SHOWN)
CHANGED = ("names", "ports", "participants", "cluster", "services", "networks", "steps", "routes")
WORDS = ("label", "name", "page", "unseen", "seen", "recordings", "en", "zh")  # what no packet depends on
GARBAGE: list[Any] = [None, True, -1, 0, 10**30, 1.5, "", " ", "x", "{}", "{nobody}", "a:b:c", "ü", [], {}, [[]], "0/0"]
GARBAGE += ["10.244.1.30/24", "10.0.0.0/0", "::1", "2001:db8::7/64", "{controller.node}", "masquerade", "client:https"]
Data = dict[str, Any]
Path_ = tuple[str | int, ...]
Mutation = Callable[[random.Random, Data], str]


# -- changing one thing -----------------------------------------------------------------------------------------------
def leaves(value: Any, path: Path_ = ()) -> Iterator[tuple[Path_, Any]]:
    """Every value that is no list or mapping, with where it stands."""
    if isinstance(value, dict | list) and value:
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            if key not in WORDS:
                yield from leaves(inner, (*path, key))
    elif path:
        yield path, value


def put(data: Data, path: Path_, value: Any) -> None:
    for key in path[:-1]:
        data = data[key]  # type: ignore[index]
    data[path[-1]] = value  # type: ignore[index]


def a_leaf(rng: random.Random, data: Data) -> tuple[Path_, Any]:
    return rng.choice(list(leaves({k: data[k] for k in (rng.choice([k for k in CHANGED if data.get(k)]),)})))


def alike(data: Data, path: Path_) -> list[Any]:
    """Values that stand at such a place elsewhere."""
    keys = [k for k in path if isinstance(k, str)]
    return [v for p, v in leaves(data[str(path[0])], path[:1]) if [k for k in p if isinstance(k, str)][-1] == keys[-1]]


def another_of_its_kind(rng: random.Random, data: Data) -> str:
    path, old = a_leaf(rng, data)
    put(data, path, new := rng.choice(alike(data, path)))
    return f"{path}: {old} → {new}"


def any_value(rng: random.Random, data: Data) -> str:
    path, old = a_leaf(rng, data)
    put(data, path, new := copy.deepcopy(rng.choice(GARBAGE)))
    return f"{path}: {old} → {new!r}"


def nothing_there(rng: random.Random, data: Data) -> str:
    path = a_leaf(rng, data)[0]
    path = path[: rng.randint(min(2, len(path)), len(path))]
    inside: Any = data
    for key in path[:-1]:
        inside = inside[key]
    del inside[path[-1]]
    return f"{path} deleted"


def a_word_in_a_step(rng: random.Random, data: Data) -> str:
    """Another machine, role or port inside a text of a step."""
    step = rng.choice(sorted(data["steps"]))
    key = rng.choice([k for k in ("from", "to", "at", "packet", "dnat") if k in data["steps"][step]])
    old = data["steps"][step][key]
    words = [
        "{entry}",
        "{controller}",
        "{controller.node}",
        "{endpoint}",
        "{endpoint.node}",
        "{caller}",
        "{caller.node}",
    ]
    words += [*data["participants"], *data["ports"], *data["services"], "{node-port}", "{app-port}"]
    parts = [p for p in old.replace(" > ", ":").split(":") if p]
    new = data["steps"][step][key] = old.replace(rng.choice(parts), rng.choice(words), 1)
    return f"step {step}, {key}: {old} → {new}"


def a_step_turned(rng: random.Random, data: Data) -> str:
    name = rng.choice([n for n in sorted(data["steps"]) if isinstance(data["steps"][n], dict)])
    step = data["steps"][name]
    if "from" in step and rng.random() < 0.5:
        step["from"], step["to"] = step.get("to"), step["from"]
        return f"step {name} goes the other way"
    old = next((v for v in ("carries", "answers", "opens", "drops", "refuses", "says") if v in step), None)
    new = rng.choice(["carries", "answers", "drops", "refuses", "expires"])
    if old:
        step[new] = step.pop(old)
    return f"step {name}: {old} becomes {new}"


def steps_of_a_route(rng: random.Random, data: Data) -> str:
    route = rng.choice([n for n in sorted(data["routes"]) if data["routes"][n].get("stages")])
    stages = [s for s in data["routes"][route]["stages"].values() if isinstance(s, list) and s]
    if not stages:
        return "nothing"
    steps = rng.choice(stages)
    i, what = rng.randrange(len(steps)), rng.choice(["drop", "double", "exchange", "replace", "insert", "shuffle"])
    match what:
        case "drop":
            del steps[i]
        case "double":
            steps.insert(rng.randrange(len(steps) + 1), steps[i])
        case "exchange":
            j = (i + 1) % len(steps)
            steps[i], steps[j] = steps[j], steps[i]
        case "replace":
            steps[i] = rng.choice(sorted(data["steps"]))
        case "insert":
            steps.insert(i, rng.choice(sorted(data["steps"])))
        case "shuffle":
            rng.shuffle(steps)
    return f"{what} at {i} in a stage of {route}"


def what_a_route_changes(rng: random.Random, data: Data) -> str:
    """Drop a step more or less, fill a role anew, choose another network, mode, or make a Pod be gone."""
    name = rng.choice(sorted(data["routes"]))
    route = data["routes"][name]
    what = rng.choice(["roles", "roles", "roles", "drop", "replace", "network", "mode", "gone", "like", "host-ports"])
    match what:
        case "roles" if route.get("roles"):
            role = rng.choice(sorted(route["roles"]))
            route["roles"][role] = rng.choice([*data["participants"], *data["ports"], *data["services"]])
            return f"{name}: {role} is {route['roles'][role]}"
        case "drop":
            route["drop"] = [*(route.get("drop") or []), rng.choice(sorted(data["steps"]))][rng.randint(0, 1) :]
        case "replace":
            route["replace"] = {rng.choice(sorted(data["steps"])): rng.choice(sorted(data["steps"]))}
        case "network":
            route["network"] = rng.choice(sorted(data["networks"]))
        case "mode":
            route["mode"] = rng.choice(["iptables", "nftables"])
        case "gone":
            route["gone"] = [rng.choice(sorted(data["participants"]))]
        case "host-ports":
            route["host-ports"] = {rng.choice(sorted(data["ports"])): f"{rng.choice(['shop-1', 'shop-2'])}:app"}
        case "like" if route.get("like"):
            route["like"] = rng.choice(sorted(data["routes"]))
    return f"{name}: {what} {route.get(what)}"


def a_service(rng: random.Random, data: Data) -> str:
    """Other endpoints, policies, ports; for all routes, or for one."""
    name = rng.choice(sorted(data["services"]))
    pods = [n for n, p in data["participants"].items() if p.get("node")]
    endpoint = {"pod": rng.choice(pods), "ready": rng.random() < 0.7, "terminating": rng.random() < 0.3}
    change: Data = rng.choice([
        {"endpoints": rng.sample(pods, rng.randint(0, 3))},
        {"endpoints": [endpoint, rng.choice(pods)]},
        {"endpoints": [endpoint]},
        {"endpoints": [endpoint | {"pod": e} for e in data["services"][name].get("endpoints") or []]},
        {"external": rng.choice(["Cluster", "Local"])},
        {"internal": rng.choice(["Cluster", "Local"])},
        {"load-balancer": rng.choice(["load-balancer.vip", "load-balancer.outside", "node-1.eth0", "client"])},
    ])  # fmt: skip
    if rng.random() < 0.5:
        route = rng.choice(sorted(data["routes"]))
        services = data["routes"][route]["services"] = dict(data["routes"][route].get("services") or {})
        services[name] = {**(services.get(name) or {}), **change}
        return f"{route}: {name} {change}"
    data["services"][name] |= change
    return f"{name} {change}"


def a_policy_and_its_step(rng: random.Random, data: Data) -> str:
    """Another policy with or without the masquerade that belongs to it, another entry, another endpoint."""
    likes = [n for n in sorted(data["routes"]) if data["routes"][n].get("like")]
    name = rng.choice(likes)
    route = data["routes"][name]
    if rng.random() < 0.5:
        route["drop"] = [
            *(route.get("drop") or []),
            rng.choice(["nodeport-masquerade", "nodeport-undo", "service-undo"]),
        ]
    if rng.random() < 0.5:
        service = rng.choice(["ingress", "shop", "gateway-service"])
        policy = {rng.choice(["external", "internal"]): rng.choice(["Cluster", "Local"])}
        route["services"] = (route.get("services") or {}) | {service: policy}
    pods = ["shop-1", "shop-2", "gateway", "ingress-controller"]
    role, who = rng.choice(
        [("entry", ["node-1", "node-2"]), ("endpoint", pods), ("controller", pods), ("caller", pods)]
    )
    route["roles"] = (route.get("roles") or {}) | {role: rng.choice(who)}
    return f"{name}: {route}"


def a_port_of_a_service(rng: random.Random, data: Data) -> str:
    name = rng.choice([n for n in sorted(data["services"]) if data["services"][n].get("ports")])
    port = rng.choice(data["services"][name]["ports"])
    key = rng.choice(["port", "target", "node-port", "protocol"])
    port[key] = rng.choice(["tcp", "udp", "sctp"] if key == "protocol" else sorted(data["ports"]))
    return f"{name}, {key}: {port[key]}"


def an_address(rng: random.Random, data: Data) -> str:
    """Another address or prefix of an interface; one of somebody else's; one more; none."""
    name = rng.choice([n for n in sorted(data["participants"]) if data["participants"][n].get("interfaces")])
    interfaces = data["participants"][name]["interfaces"]
    device = rng.choice(sorted(interfaces))
    ip, _, prefix = str(interfaces[device]).partition("/")
    other = rng.choice([v for p, v in leaves(data["participants"]) if "interfaces" in p])
    near = f"{ip.rpartition('.')[0]}.{rng.randint(1, 254)}/{prefix}"
    new = rng.choice([near, f"{ip}/{rng.choice([8, 16, 23, 24, 28, 30, 32])}", other, [interfaces[device], near], None])
    if rng.random() < 0.15:
        device = rng.choice(["eth0", "eth1", "flannel.1"])
    interfaces[device] = new
    return f"{name}.{device}: {new}"


def a_routing_table(rng: random.Random, data: Data) -> str:
    name = rng.choice(sorted(data["networks"]))
    network = data["networks"][name]
    tables = network.setdefault("routes", {}) or {}
    stacks = [n for n, p in data["participants"].items() if not p.get("shares")]
    stack = rng.choice(sorted(tables) or stacks) if rng.random() < 0.7 else rng.choice(stacks)
    to = rng.choice(["default", "pods", "pods-1", "pods-2", "services", *stacks, "load-balancer.vip"])
    table = tables.setdefault(stack, {})
    if table and rng.random() < 0.4:
        del table[gone := rng.choice(sorted(table))]
        return f"{name}: no route of {stack} to {gone}"
    via = rng.choice([*stacks, "direct", "load-balancer.inside", "node-2.flannel.1", "node-1.cni0", "{entry}"])
    table[to] = {"dev": rng.choice(["eth0", "cni0", "flannel.1"]), "to": via} if rng.random() < 0.3 else via
    return f"{name}: {stack} sends {to} to {table[to]}"


def a_switch(rng: random.Random, data: Data) -> str:
    """Something that is on or off, or about all of a network or cluster."""
    network = rng.choice(sorted(data["networks"]))
    what: Data = rng.choice([
        {"bridge-netfilter": rng.random() < 0.5},
        {"hairpin": rng.random() < 0.5},
        {"masquerade": {"source": rng.choice(["pods", "pods-1"]), "outside": rng.choice(["pods", "services"])}},
        {"like": rng.choice(sorted(data["networks"]))},
    ])  # fmt: skip
    if rng.random() < 0.3:
        data["cluster"] = rng.choice([None, {}, {"pods": "pods-1"}, {"services": "services"}, {"pods": "services"}])
        return f"cluster {data['cluster']}"
    data["networks"][network] |= what
    return f"{network} {what}"


def a_participant(rng: random.Random, data: Data) -> str:
    """Where it runs, what it is, what it listens on."""
    name = rng.choice(sorted(data["participants"]))
    p, others = data["participants"][name], sorted(data["participants"])
    key = rng.choice(["node", "shares", "kind", "listens", "interfaces", "tunnels"])
    ports = sorted(data["ports"])
    listens = [rng.choice(ports) + rng.choice(["", "+tls", "/udp"]) for _ in range(rng.randint(0, 3))]
    kinds = ["client", "kernel", "proxy", "app", "router", "load-balancer", "nat-gateway", "firewall", "resolver"]
    tunnel = rng.choice(
        [{}, {"flannel.1": {"over": "eth0", "protocol": "ipip"}}, {"eth0": {"over": "eth0", "port": "vxlan"}}]
    )
    p[key] = rng.choice(others) if key in ("node", "shares") else {
        "kind": rng.choice(kinds), "listens": listens, "interfaces": {"eth0": f"10.9.0.{rng.randint(1, 250)}/24"},
        "tunnels": tunnel,
    }[key]  # fmt: skip
    return f"{name}, {key}: {p[key]}"


def two_steps_more(rng: random.Random, data: Data) -> str:
    """A rewrite more: a masquerade or a choice of somebody who has none, put into a route."""
    name = f"more-{rng.randint(0, 9)}"
    at = rng.choice(["{entry}", "{controller.node}", "load-balancer", "node-1", "node-2", "{caller.node}"])
    connection = rng.choice(sorted(data["connections"]))
    to = rng.choice(["shop-1:app", "shop-2:app", "ingress-controller:controller", "shop:http", "gateway:controller"])
    more = rng.choice([{"snat": "masquerade:X"}, {"snat": "masquerade"}, {"dnat": to}])
    data["steps"][name] = {"carries": connection, "at": at, "label": {"en": ["a", "a"], "zh": ["a", "a"]}} | more
    route = rng.choice([n for n in sorted(data["routes"]) if data["routes"][n].get("stages")])
    stage = rng.choice([s for s in data["routes"][route]["stages"].values() if isinstance(s, list)] or [[]])
    stage.insert(rng.randint(0, len(stage)), name)
    return f"{route}: {name} {data['steps'][name]}"


MUTATIONS: list[Mutation] = [
    *(another_of_its_kind, any_value, nothing_there, a_word_in_a_step, a_step_turned, steps_of_a_route),
    *(what_a_route_changes, a_policy_and_its_step, a_service, a_service, a_port_of_a_service),
    *(an_address, a_routing_table, a_routing_table, a_switch, a_participant, two_steps_more),
]


def mutant(seed: int) -> tuple[Data, list[str]]:
    """The definition with one to three things changed, and which."""
    rng, data, done = random.Random(seed), pickle.loads(COPY), list[str]()
    for _ in range(rng.randint(1, 3)):
        try:
            done.append(rng.choice(MUTATIONS)(rng, data))
        except (KeyError, TypeError, AttributeError, IndexError, ValueError):
            done.append("nothing: the place is broken already")
    return data, done


# -- what becomes of it -----------------------------------------------------------------------------------------------
@contextmanager
def a_limit(seed: int) -> Iterator[None]:
    """Fail when it hangs, on systems that can tell."""

    def hangs(*_: object) -> None:
        raise AssertionError(f"mutant {seed} hangs")

    if not hasattr(signal, "setitimer"):
        yield
        return
    before = signal.signal(signal.SIGALRM, hangs)
    signal.setitimer(signal.ITIMER_REAL, HANGS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def accepted(data: Data) -> dict[str, Trip] | None:
    """Every route that is accepted; None where the definition as a whole is refused."""
    try:
        flow = reading.check(data)
    except FlowError as error:
        assert error.problems
        assert all(p.what for p in error.problems)
        return None
    found = {}
    for name in flow.routes:
        try:
            found[name] = packets.trip(flow, name)
        except FlowError as error:
            assert all(p.what and p.fix for p in error.problems), error
    return found


def disagreements(data: Data, trips: dict[str, Trip]) -> list[str]:
    """Where routes that are accepted and the simulation part."""
    return [d for name, trip in trips.items() for d in simulation.disagreements(data, name, trip)]


@pytest.mark.slow
@pytest.mark.parametrize("first", range(0, MUTANTS, CHUNK))
def test_a_mutant_is_refused_in_words_or_accepted_by_an_independent_simulation_too(first: int):
    wrong, read, kept = [], 0, 0
    for seed in range(first, first + CHUNK):
        data, done = mutant(seed)
        with a_limit(seed):
            trips = accepted(data)
        read += trips is not None
        kept += len(trips or ())
        wrong += [f"{seed} ({'; '.join(done)}): {d}" for d in disagreements(data, trips or {})]
    assert not wrong, "\n".join(wrong)
    assert 0 < read < CHUNK, "some are read and some are not, or the mutants test nothing"
    assert 0 < kept < read * len(SHOWN["routes"]), "some routes are accepted and some refused"


def test_the_mutants_are_the_same_on_every_machine():
    assert mutant(7) == mutant(7)
    assert len({str(mutant(seed)[1]) for seed in range(50)}) > 45


def test_the_simulation_accepts_every_route_of_the_site():
    trips = accepted(SHOWN)
    assert trips is not None
    assert len(trips) == len(SHOWN["routes"])
    assert disagreements(SHOWN, trips) == []
