"""What depends on a version: the types of `docs/versions.yml`, how the file is read, and what to look at again."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import Field, StringConstraints

from ..problems import Problem, nearest, refuse
from . import placed
from .definition import Exact, Id, Placed, Text

FILE = "versions.yml"
SHOWN = f"docs/{FILE}"

LIKE = ["1.37", "1.29.7"]
Version = Annotated[str, StringConstraints(pattern=r"^\d+(\.\d+)*$"), Field(examples=LIKE)]


def order(version: str) -> tuple[int, ...]:
    """Give what versions are sorted by: 1.9 is before 1.10."""
    return tuple(map(int, version.split(".")))


class Product(Exact):
    """What has versions."""

    name: Text
    """What it is called."""
    newest: Version
    """The newest release known."""


class Claim(Exact):
    """One sentence that is true of some versions."""

    product: Id
    """Of which product."""
    since: Version | None = Field(default=None, examples=LIKE)
    """The first version it is true of."""
    until: Version | None = Field(default=None, examples=LIKE)
    """The last version it is true of."""
    what: Text
    """What is true."""
    see: Annotated[str, StringConstraints(pattern=r"^[\w/-]+\.md(#[\w-]+)?$")] = Field(examples=["PAGE.md#ID"])
    """The section that says it."""
    source: Annotated[str, StringConstraints(pattern=r"^https://\S+$")] = Field(examples=["https://…"])
    """Where it is documented."""
    checked: date
    """When somebody last looked there."""
    known: Version
    """The newest release on that day."""

    @property
    def version(self) -> str:
        """Give the version it is sorted by."""
        return self.since or self.until or self.known


class Versions(Placed):
    """All that depends on a version."""

    as_of: date | None = Field(default=None, alias="as-of")
    """When the newest releases were last looked up."""
    products: dict[Id, Product] = Field(default_factory=dict)
    """What has versions."""
    claims: dict[Id, Claim] = Field(default_factory=dict)
    """What is true of some of them."""

    def of(self, product: str) -> dict[str, Claim]:
        """Give the claims about a product, the newest first."""
        found = [(name, claim) for name, claim in self.claims.items() if claim.product == product]
        return dict(sorted(found, key=lambda one: order(one[1].version), reverse=True))

    def planned(self, claim: Claim) -> bool:
        """Whether a claim is about a release that is not out yet."""
        return bool(claim.since) and order(claim.version) > order(self.products[claim.product].newest)


def read(file: Path) -> Versions:
    """Read and check the file; where there is none there are no claims. Raises FlowError with every problem."""
    versions = placed.read(Versions, file, SHOWN)
    refuse(_problems(versions))
    return versions


def _problems(versions: Versions) -> Iterator[Problem]:
    if versions.claims and versions.as_of is None:
        yield Problem(versions.place("claims"), "'as-of' is missing.", "Add 'as-of: YYYY-MM-DD'.")
    for name, claim in versions.claims.items():
        if claim.product not in versions.products:
            fix = nearest(claim.product, versions.products) or f"Known: {', '.join(versions.products)}."
            place = versions.place("claims", name, "product")
            yield Problem(place, f"unknown product '{claim.product}'.", fix)
        else:
            for key, what, fix in _wrong(claim, versions):
                yield Problem(versions.place("claims", name, key), what, fix)


def _wrong(claim: Claim, versions: Versions) -> Iterator[tuple[str, str, str]]:
    """What does not fit together in a claim: the key to blame, what, fix."""
    newest = versions.products[claim.product].newest
    if not claim.since and not claim.until:
        yield "what", "says neither since nor until when.", "Add 'since: VERSION' or 'until: VERSION'."
    if claim.since and claim.until and order(claim.since) > order(claim.until):
        yield "until", f"ends with {claim.until}, before it begins with {claim.since}.", "Swap them."
    if claim.until and order(claim.until) > order(claim.known):
        yield "until", f"is known until {claim.until}, after {claim.known}.", "Write the newest release it was seen in."
    if order(claim.known) > order(newest):
        fix = f"Write {claim.known} there, or another version here."
        yield "known", f"{claim.known} is newer than the newest release known, {newest}.", fix
    if versions.as_of and claim.checked > versions.as_of:
        yield "checked", f"was checked after {versions.as_of}, the day of the file.", "Set 'as-of' to that day."


def stale(versions: Versions) -> Iterator[Problem]:
    """Give every claim last held against a release that is not the newest one known."""
    for name, claim in versions.claims.items():
        newest = versions.products[claim.product].newest
        if order(claim.known) < order(newest):
            called = versions.products[claim.product].name.en
            what = f"'{name}' was held against {called} {claim.known} on {claim.checked}; {newest} is out."
            yield Problem(versions.place("claims", name, "known"), what, f"Look at {claim.source}")
