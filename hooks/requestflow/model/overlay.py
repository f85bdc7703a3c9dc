"""Names and addresses of your own, `docs/flow.local.yml`, laid over the definition before anything reads it.

It replaces what `docs/flow.yml` says and adds nothing, but for `ours` and `hidden`, which may stand in it alone.
`addresses` moves whole ranges: every address in one keeps its place in the other.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Any

from ..problems import Problem, nearest
from .places import Path, Places

FILE = "flow.local.yml"
SHOWN = f"docs/{FILE}"
MOVES = "addresses"  # the one key that the definition has not
FREE = ("ours", "hidden")  # keys that the definition may lack
Range = IPv4Network | IPv6Network


@dataclass(frozen=True)
class Laid:
    """The definition's data with another's laid over, where everything stands, and what is wrong with the latter."""

    data: dict[str, Any]
    places: Places
    problems: list[Problem]


def laid(data: Mapping[str, Any], places: Places, own: Mapping[str, Any], at: Places) -> Laid:
    """Lay your own data over the definition's; `at` says where yours stands. No argument is changed."""
    moves, problems = _moves(own.get(MOVES), at)
    moved = _Moved(moves)
    out = Laid(moved.data(data), Places(places), problems)
    out.places.update({path: at.of(MOVES, name) for path, name in moved.met.items()})
    problems += moved.idle(at)
    _replace(out, out.data, {key: value for key, value in own.items() if key != MOVES}, at, ())
    return out


def _replace(out: Laid, under: dict[str, Any], own: Mapping[str, Any], at: Places, path: Path) -> None:
    """Put each value in the place of the one that is there."""
    for key, value in own.items():
        here, place = (*path, key), at.of(*path, key)
        known = (*under, *(FREE if not path else ()))
        if key not in known:
            what = f"'{'.'.join(map(str, here))}' is not in the definition, and nothing can be added here."
            out.problems.append(Problem(place, what, nearest(key, known) or f"Known: {', '.join(known)}."))
        elif isinstance(value, dict) and isinstance(under.get(key), dict):
            _replace(out, under[key], value, at, here)
        elif isinstance(under.get(key), dict):
            what, keys = f"'{'.'.join(map(str, here))}' has keys of its own.", ", ".join(under[key])
            out.problems.append(Problem(place, what, f"Write KEY: VALUE below it. Known: {keys}."))
        else:
            under[key] = value
            out.places.update({p: where for p, where in at.items() if p[: len(here)] == here})


# -- ranges -----------------------------------------------------------------------------------------------------------
def _moves(written: Any, at: Places) -> tuple[list[tuple[Range, Range, str]], list[Problem]]:
    """Give the ranges that move, the narrowest first, each with its name; and what is no pair of ranges."""
    if written is None:
        return [], []
    if not isinstance(written, dict):
        return [], [Problem(at.of(MOVES), f"'{MOVES}' is no mapping.", "Write OLD-RANGE: NEW-RANGE.")]
    moves, problems = list[tuple[Range, Range, str]](), list[Problem]()
    for old, new in written.items():
        try:
            one, other = ip_network(old), ip_network(str(new))
        except ValueError as why:
            fix = "Write ranges as 192.0.2.0/24, with no bit of a host set."
            problems.append(Problem(at.of(MOVES, old), f"{why}.", fix))
            continue
        if (one.version, one.prefixlen) != (other.version, other.prefixlen):
            what = f"{old} and {new} are not of one size."
            problems.append(Problem(at.of(MOVES, old), what, f"Give a range of /{one.prefixlen}."))
        else:
            moves.append((one, other, old))
    return sorted(moves, key=lambda move: -move[0].prefixlen), problems


class _Moved:
    """Moves addresses wherever they are all of a text, or of a key."""

    def __init__(self, moves: list[tuple[Range, Range, str]]) -> None:
        self.moves = moves
        self.met = dict[Path, str]()  # what has moved → with which range

    def data(self, data: Any, path: Path = ()) -> Any:
        """Give a copy of plain data with its addresses moved."""
        if isinstance(data, Mapping):
            return {self.text(str(key), (*path, key)): self.data(value, (*path, key)) for key, value in data.items()}
        if isinstance(data, list):
            return [self.data(value, (*path, n)) for n, value in enumerate(data)]
        return self.text(data, path) if isinstance(data, str) else data

    def text(self, text: str, path: Path) -> str:
        """Give an address, an interface or a range at its new place; any other text as it is."""
        written, slash, length = text.partition("/")
        try:
            address = ip_address(written)
        except ValueError:
            return text
        for old, new, name in self.moves:
            if address in old:
                self.met[path] = name
                return f"{new[int(address) - int(old[0])]}{slash}{length}"
        return text

    def idle(self, at: Places) -> Iterator[Problem]:
        """Give the ranges nothing was in."""
        for _, _, name in self.moves:
            if name not in self.met.values():
                yield Problem(at.of(MOVES, name), f"the definition has no address in {name}.", "Delete the line.")
