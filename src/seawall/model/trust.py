"""What is known of runtimes, of names and of a project's wishes: tables that judgements rest on."""

from collections.abc import Mapping
from datetime import date

from msgspec import Struct

from seawall.model.inventory import Ecosystem


class Product(Struct, frozen=True, kw_only=True):
    """A runtime, system, server or framework, and until when its releases get security fixes."""

    name: str
    title: str
    """As its vendor writes it."""
    cycles: Mapping[str, date]
    """The last day by release; the releases in the order of their age."""
    link: str = ""
    """Where the vendor says so."""
    names: Mapping[str, str] = {}
    """The releases by their code names."""
    packages: tuple[str, ...] = ()
    """Packages whose versions are those of the product: "PyPI/django", "*" for any characters."""


class EndOfLife(Struct, frozen=True, kw_only=True):
    """The table of last days."""

    checked: date
    """Until when what vendors publish was read."""
    product: tuple[Product, ...] = ()


class KnownNames(Struct, frozen=True, kw_only=True):
    """Names of one ecosystem that many mean, and those that only look like them."""

    names: frozenset[str]
    neighbours: frozenset[str] = frozenset()
    """Packages that are near to a well-known name and no attempt to be taken for it."""
    builders: frozenset[str] = frozenset()
    """Packages that are known to fetch or build what they need while they are installed."""


class TrustTables(Struct, frozen=True, kw_only=True):
    """What Seawall itself knows."""

    ends: EndOfLife
    known: Mapping[Ecosystem, KnownNames] = {}


class LicencePolicy(Struct, frozen=True, kw_only=True):
    """Which licences a project takes: SPDX identifiers, "*" in them for any characters."""

    allow: tuple[str, ...] = ()
    """Where it is not empty, others are not allowed."""
    deny: tuple[str, ...] = ()
    review: tuple[str, ...] = ()
    """Allowed only when somebody has looked at it."""

    def __bool__(self) -> bool:
        """Whether it says anything."""
        return bool(self.allow or self.deny or self.review)


class TrustWishes(Struct, frozen=True, kw_only=True):
    """What a project says about the packages that it takes."""

    internal: tuple[str, ...] = ()
    """Patterns of names that only its own registry may answer for."""
    ask_internal: bool = False
    """Whether public registries may be asked if they know internal names too."""
    require_hashes: bool = False
    oldest_release: int = 0
    """Years without a release after which a package is told; 0: never."""
    licences: LicencePolicy = LicencePolicy()
