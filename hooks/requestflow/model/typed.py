"""What a text types out though the definition owns it: it would stay when the definition changes."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_address, ip_network

from ..problems import Problem
from .definition import LANGUAGES, Box, Flow, Label, Language, Sentence, Text
from .places import Path

V4 = r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?!\w|\.\d)(?:/\d{1,2}(?!\d))?"
V6 = r"(?<![\w:.])(?=[0-9A-Fa-f]*:[0-9A-Fa-f:]*:)[0-9A-Fa-f:]{2,39}(?![\w:])(?:/\d{1,3})?"
PORT = r"(?<![\w./-])\d{2,5}(?![\w/]|\.\d|-\d|\s?[%％])"
PATTERN = re.compile(rf"(?P<address>{V4})(?::(?P<beside>\d{{1,5}})(?!\d))?|(?P<six>{V6})|(?P<port>{PORT})", re.ASCII)
# Quickly: may PATTERN find anything? They begin with a plain set, which the engine looks for at a run.
_SIX = r"(?<=:)[0-9A-Fa-f]{0,4}:"
RARE = re.compile(rf"[0-9:](?:(?<=\d)(?:\.\d{{1,3}}\.\d{{1,3}}\.\d|\d{{4}})|{_SIX})", re.ASCII)
SOME = re.compile(rf"[0-9:](?:(?<=\d)\.?\d|{_SIX})", re.ASCII)
EVERYWHERE = 30000  # smaller ports mean the same outside this definition, as 443 does; NodePorts are its own


@dataclass(frozen=True)
class Typed:
    """A value as a text types it: where it begins, what kind of thing it is, and the names of the value."""

    start: int
    text: str
    kind: str  # "address", "range", "port" or "name"
    names: tuple[str, ...]


class Owned:
    """Finds the values of a definition that a text types out.

    Addresses that mean the same on every machine (loopback, link-local) belong to nobody.
    """

    def __init__(self, flow: Flow) -> None:
        self._names: dict[str, list[str]] = {}
        for name, value in _values(flow):
            self._names.setdefault(_plain(value), []).append(name)
        self._ports = {str(number): name for name, number in flow.ports.items()}
        hosts = [v for v in flow.names.values() if re.fullmatch(r"[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,}", v)]
        self._host_names = hosts
        self._hosts = re.compile(rf"(?<![\w.-])(?:{'|'.join(map(re.escape, hosts)) or '(?!)'})(?![\w-]|\.\w)", re.ASCII)

    def __call__(self, text: str, least_port: int = EVERYWHERE) -> Iterator[Typed]:
        """Give every value the text types; ports only from `least_port` on."""
        for m in PATTERN.finditer(text) if (RARE if least_port >= EVERYWHERE else SOME).search(text) else ():
            if m["port"]:
                if int(m["port"]) >= least_port and (name := self._ports.get(m["port"])):
                    yield Typed(m.start(), m["port"], "port", (f"port.{name}",))
            elif names := self._of(m["address"] or m["six"]):
                kind = "range" if "/" in m[0] else "address"
                port = self._ports.get(m["beside"] or "")
                yield Typed(m.start(), m[0], kind, tuple(f"{n}:{port}" for n in names) if port else names)
        for m in self._hosts.finditer(text) if any(host in text for host in self._host_names) else ():
            yield Typed(m.start(), m[0], "name", self._of(m[0]))

    def _of(self, written: str) -> tuple[str, ...]:
        plain = _plain(written)
        return () if _is_everywhere(plain) else tuple(self._names.get(plain, ()))


def _values(flow: Flow) -> Iterator[tuple[str, str]]:
    """Every name and what it stands for, but for ports; a machine by its own name where that will do."""
    yield from flow.names.items()
    yield from ((name, str(service.address)) for name, service in flow.services.items() if service.address)
    for who, p in flow.participants.items():
        first = [(device, listed[0].ip) for device, listed in p.interfaces.items() if listed]
        yield from ((f"{who}.{device}" if n else who, str(address)) for n, (device, address) in enumerate(first))


def _plain(written: str) -> str:
    """An address or range in its one shortest form; anything else as it is."""
    try:
        return str(ip_network(written) if "/" in written else ip_address(written))
    except ValueError:
        return written


def _is_everywhere(plain: str) -> bool:
    try:
        address = ip_address(plain)
    except ValueError:
        return False
    return address.is_loopback or address.is_link_local or address.is_unspecified


# -- the words of the definition itself -------------------------------------------------------------------------------
def typed(flow: Flow) -> Iterator[Problem]:
    """Give every address, range, port and name that the words of the definition type out."""
    owned = Owned(flow)
    for path, what, text, filled in _texts(flow):
        known = {t.start: t for t in owned(text, least_port=10)}
        for m in PATTERN.finditer(text) if SOME.search(text) else ():
            if m.start() not in known and (m["address"] or m["six"]) and _is_address(m[0]):
                known[m.start()] = Typed(m.start(), m[0], "range" if "/" in m[0] else "address", ())
        for t in dict.fromkeys(Typed(0, t.text, t.kind, t.names) for t in known.values()):
            named = " or ".join(f"{{{n}}}" for n in t.names) or "a value in braces, like {client},"
            fix = f"Write {named} in its place." if filled else "Nothing is filled in here: say it in words."
            yield Problem(
                flow.place(*path), f"the {what} types the {t.kind} {t.text}; {_own(t)} follow from names.", fix
            )


def _own(t: Typed) -> str:
    return {"address": "addresses", "range": "ranges", "port": "ports", "name": "host names"}[t.kind]


def _is_address(written: str) -> bool:
    for text in (written, written.rpartition(":")[0]):
        try:
            return bool(ip_network(text, strict=False))
        except ValueError:
            continue
    return False


Words = tuple[Path, str, str, bool]  # where it is, what it is called, its text, whether braces in it are filled


def _texts(flow: Flow) -> Iterator[Words]:
    for kind in ("zones", "participants", "objects", "connections", "stages", "routes", "procedures"):
        for name, thing in getattr(flow, kind).items():
            yield from _said((kind, name, "name"), "name", thing.name)
    for name, step in flow.steps.items():
        yield from _said(("steps", name, "label"), "label", step.label, filled=True)
        yield from _said(("steps", name, "sentence"), "sentence", step.sentence, filled=True)
        yield from _said(("steps", name, "unseen"), "reason", step.unseen)
    for name, procedure in flow.procedures.items():
        for lane, label in procedure.lanes.items():
            yield from _said(("procedures", name, "lanes", lane), "name", label)
        for i, call in enumerate(procedure.calls):
            yield from _said(("procedures", name, "calls", i, "label"), "label", call.label)
    for name, box in flow.boxes.items():
        yield from _of_box(("boxes", name), box)
    for old, gone in flow.retired.items():
        yield from _said(("retired", old, "why"), "reason", gone.why)


def _of_box(path: Path, box: Box) -> Iterator[Words]:
    yield from _said((*path, "name"), "name", box.name, filled=True)
    yield from _said((*path, "note"), "note", box.note, filled=True)
    for i, inner in enumerate(box.inside):
        yield from _of_box((*path, "inside", i), inner)


def _said(path: Path, what: str, words: Text | Label | Sentence | None, *, filled: bool = False) -> Iterator[Words]:
    for language in LANGUAGES if words else ():
        for text in _in(words, language):
            yield (*path, language), what, text, filled


def _in(words: Text | Label | Sentence | None, language: Language) -> tuple[str, ...]:
    if isinstance(words, Label):
        return words.en if language == "en" else words.zh
    return (text,) if words and (text := words[language]) else ()
