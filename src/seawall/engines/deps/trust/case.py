"""What every question about trust is asked of, and the shape of its answers."""

import posixpath
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date

from msgspec import Struct

from seawall.core.finding import Finding
from seawall.core.location import CodeSpan, ComponentLocation
from seawall.core.rule import Rule, Severity
from seawall.engines.deps.composition import Member
from seawall.engines.deps.findings import anchor_of
from seawall.engines.deps.trust.names import NearNames
from seawall.model.inventory import Ecosystem, Inventory, Package
from seawall.model.registry import RegistrySays, Said
from seawall.model.trust import EndOfLife, TrustWishes

LONGEST_QUOTE = 200
"""Characters of what a registry says that are told."""

AVOIDED = frozenset({"deprecated-dependency", "unmaintained-dependency"})
"""The rules about packages for which others may be taken."""


class Case(Struct, frozen=True, kw_only=True):
    """A target as it is judged."""

    members: Sequence[Member]
    inventories: Mapping[str, Inventory]
    paths: Sequence[str]
    """Of all files of the target."""
    read: Callable[[str], bytes | None]
    near: Mapping[Ecosystem, NearNames]
    builders: Mapping[Ecosystem, Collection[str]]
    """Packages that are known to run code while they are installed."""
    ends: EndOfLife
    wishes: TrustWishes
    rules: Mapping[str, Rule]
    today: date
    instead_of: Callable[[Package], str] = lambda package: ""
    """Says what to take in the place of a package that is better avoided."""
    said: Said = {}
    """What registries answered; empty where none was asked."""
    change: bool = False
    """Whether only what a change brings is told in the end."""

    def said_of(self, package: Package) -> RegistrySays | None:
        """Return what a registry says of a package; None where it was not asked."""
        return self.said.get((package.ecosystem, package.name, package.version))

    def about_package(
        self, member: Member, rule: str, message: str, *, severity: Severity | None = None
    ) -> Finding:
        """Return a finding about a package."""
        package = member.package
        if rule in AVOIDED and (other := self.instead_of(package)):
            message += f"; take {other} in its place"
        return Finding(
            rule=rule,
            location=ComponentLocation(purl=member.purl, declared=member.span),
            message=message,
            anchor=anchor_of(package.ecosystem, package.name, rule),
            severity=severity or self.rules[rule].severity,
        )

    def about_file(
        self,
        path: str,
        line: int,
        rule: str,
        message: str,
        key: str,
        *,
        severity: Severity | None = None,
    ) -> Finding:
        """Return a finding about what a file says; `key` is what it is about."""
        return Finding(
            rule=rule,
            location=CodeSpan(path=path, line=max(1, line)),
            message=message,
            anchor=f"v1:{key}",
            severity=severity or self.rules[rule].severity,
        )


def above(path: str) -> Iterator[str]:
    """Yield the folder of a file and those above it, the root ("") last."""
    folder = posixpath.dirname(path)
    yield folder
    while folder:
        folder = posixpath.dirname(folder)
        yield folder


def quoted(text: str) -> str:
    """Return what somebody else says, in one line of bounded length."""
    text = " ".join(text.split()).rstrip(".")
    return text if len(text) <= LONGEST_QUOTE else text[:LONGEST_QUOTE] + "..."
