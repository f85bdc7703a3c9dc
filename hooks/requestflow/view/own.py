"""A reader's own values in place of the definition's: which there are, the form for them, what the script knows.

docs/assets/own.js puts them in; they are kept in the address of a page and nowhere else.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from ipaddress import IPv4Address, IPv4Interface, IPv4Network

from ..model.definition import Flow, Kind
from ..model.typed import V4
from ..model.values import UnknownValue, Values
from .elements import Markup, el, join
from .scripts import knowing
from .words import Words

SCRIPT = "assets/own.js"  # below docs/
PREFIX = "own-"  # of a value's name in the address
SINGLE = 24  # the size of the range that a single address, such as a load balancer's, stands for
NAMED = {"host": "host", "path": "path", "nodeport": "port.nodeport", "pods": "pods", "services": "services"}
HAVING: dict[str, Kind] = {"nodes": "kernel", "clients": "client", "public": "load-balancer"}  # the first of a kind
SAID = ("with", "unused", "change", "leave", "kept")  # by the script
ADDRESS = re.compile(V4, re.ASCII)
ORDER = ("host", "path", "nodeport", "nodes", "clients", "public", "pods", "services")


def values(flow: Flow) -> dict[str, str]:
    """Give what a reader may have other values for: host, path, NodePort and ranges, as far as there are any."""
    found = {**dict(_named(flow)), **dict(_ranges(flow))}
    return {name: found[name] for name in ORDER if name in found}


def _named(flow: Flow) -> Iterator[tuple[str, str]]:
    said = Values(flow, "en")
    for name, value in NAMED.items():
        with suppress(UnknownValue):
            yield name, said(value)


def _ranges(flow: Flow) -> Iterator[tuple[str, str]]:
    """The range around the first address of the first participant of a kind."""
    for name, kind in HAVING.items():
        having = (listed for p in flow.participants.values() if p.kind == kind for listed in p.interfaces.values())
        first = next((i for listed in having for i in listed if isinstance(i, IPv4Interface)), None)
        if first is not None:
            network = first.network
            yield name, str(network if network.num_addresses > 1 else network.supernet(new_prefix=SINGLE))


def script(text: str, flow: Flow, words: Words) -> str:
    """Give the script with what it looks for, of a range also the largest size that will do, and its words."""
    said = {name: words.own[name] for name in SAID} | {"comma": words.comma}
    was = {name: f"{value}/{size}" if (size := fits(flow, value)) else value for name, value in values(flow).items()}
    return knowing(text, WAS=was, T=said)


def fits(flow: Flow, value: str) -> int | None:
    """Give the size of the smallest range that has place for every address of this one; None for what is no range."""
    try:
        whole = IPv4Network(value)
    except ValueError:
        return None
    used = (int(one) - int(whole.network_address) for one in _addresses(flow) if one in whole)
    return whole.max_prefixlen - max(used, default=1).bit_length()


def _addresses(flow: Flow) -> Iterator[IPv4Address]:
    """Every address the definition has, wherever it stands."""
    for m in ADDRESS.finditer(flow.model_dump_json()):
        with suppress(ValueError):  # four numbers that are none
            yield IPv4Address(m[0].partition("/")[0])


def form(flow: Flow, words: Words, leads_to: str) -> Markup:
    """Give the form; it leads to a page with what was filled in behind its address."""
    w = words.own
    fields = [_field(name, value, fits(flow, value), w) for name, value in values(flow).items()]
    without = el("noscript", el("p", w["without"]))
    sent = el("p", el("button", w["show"]))
    to = el("form", *fields, sent, class_="own-values", action=leads_to, method="get", data_wrong=w["wrong"])
    return join(without, to)


def _field(name: str, value: str, size: int | None, w: dict[str, str]) -> Markup:
    at = f"{PREFIX}{name}"
    hint = w["range-hint"].format(size=size) if size else w[f"{name}-hint"]
    box = Markup('<input name="{0}" id="{0}" placeholder="{1}" aria-describedby="{0}-hint" {2}/>')
    plain = Markup('autocomplete="off" autocapitalize="none" spellcheck="false"')
    label = el("label", w[name], for_=at)
    return el("div", label, box.format(at, value, plain), el("small", hint, id=f"{at}-hint"))
