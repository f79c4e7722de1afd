"""What is known of how packages are used: the names they are imported by, and weak functions."""

from collections.abc import Mapping

from msgspec import Struct

from seawall.model.inventory import Ecosystem


class UsageTables(Struct, frozen=True, kw_only=True):
    """What Seawall itself knows."""

    modules: Mapping[Ecosystem, Mapping[str, tuple[str, ...]]] = {}
    """By package, what it is imported as, where that is not its own name."""
    weak: Mapping[Ecosystem, Mapping[str, Mapping[str, tuple[str, ...]]]] = {}
    """By package and advisory, the functions that have the weakness, as programs name them: "a.b",
    "a.b.*" for any name below; of a package of npm that is a function, its own name."""
    replaced: Mapping[Ecosystem, Mapping[str, str]] = {}
    """By package that is better avoided, what to take in its place."""
