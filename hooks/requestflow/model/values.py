"""What a name of the definition stands for on a page: an address, a port, a word."""

import re
from collections.abc import Callable

from ..problems import nearest
from .definition import Flow, Language

FORMS = "Write WHO, WHO.INTERFACE, WHO:PORT, port.PORT, or one of 'names'."
PLACEHOLDER = re.compile(r"(?<![$\\])\{([a-z][a-z0-9.:-]*)\}")


class UnknownValue(Exception):
    """A name nothing in the definition has; the message says which and what is near.

    What is near is looked for when it is asked: often only whether there is such a name is of interest.
    """

    def __init__(self, what: str, fix: Callable[[], str]) -> None:
        super().__init__(what)
        self.what, self._fix = what, fix

    @property
    def fix(self) -> str:
        """What to do."""
        return self._fix()

    def __str__(self) -> str:
        return f"{self.what} {self.fix}"


class Values:
    """Look names up in a definition.

    `client` and `shop` give an address, `node-1.cni0` that of an interface, `shop:http` address and port,
    `port.nodeport` a port, `host` a word of `names`, `client.name` a name in the reader's language,
    `shop.service` the Service as kube-proxy names it.
    """

    def __init__(self, flow: Flow, language: Language) -> None:
        self.flow, self.language = flow, language

    def __call__(self, name: str) -> str:
        flow = self.flow
        if name in flow.names:
            return flow.names[name]
        head, dot, rest = name.partition(".")
        if head == "port" and rest in flow.ports:
            return str(flow.ports[rest])
        who, colon, port = name.partition(":")
        if colon:
            if port in flow.ports and who.partition(".")[0] in (*flow.participants, *flow.services):
                address = self(who)
                return f"[{address}]:{flow.ports[port]}" if ":" in address else f"{address}:{flow.ports[port]}"
            raise self._unknown(name)
        if not dot and (head in flow.participants or head in flow.services):
            return self._address(head)
        if rest == "service" and head in flow.services:
            service = flow.services[head]
            return f"{service.name}:{service.ports[0].name}" if service.ports[0].name else service.name
        if rest == "name":
            for group in (flow.objects, flow.zones, flow.connections, flow.routes):
                if head in group:
                    return str(group[head].name[self.language])
            if head in flow.participants:
                return flow.participants[head].name.long(self.language)
        if head in flow.participants and rest in flow.participants[head].interfaces:
            return self._address(head, rest)
        raise self._unknown(name)

    def _address(self, who: str, interface: str | None = None) -> str:
        try:
            return str(self.flow.address(who, interface))
        except ValueError as none:
            raise UnknownValue(str(none), lambda: "Name something that has one.") from None

    def fill(self, text: str) -> str:
        """Replace every `{name}` in a text; braces that hold anything else are left alone."""
        return PLACEHOLDER.sub(lambda m: self(m[1]), text)

    def all(self) -> dict[str, str]:
        """Every name and what it stands for, in the definition's order; what has no address stands for nothing."""
        return {name: value for name in self._names() if (value := self._or_none(name)) is not None}

    def _names(self) -> list[str]:
        flow = self.flow
        names = [*flow.names, *(f"port.{p}" for p in flow.ports), *flow.services]
        for who, p in flow.participants.items():
            names += [who, *(f"{who}.{i}" for i in p.interfaces), f"{who}.name"]
        names += [f"{v}.service" for v in flow.services]
        return names

    def _or_none(self, name: str) -> str | None:
        try:
            return self(name)
        except UnknownValue:
            return None

    def _unknown(self, name: str) -> UnknownValue:
        return UnknownValue(f"unknown value '{name}'.", lambda: nearest(name, self._names()) or FORMS)
