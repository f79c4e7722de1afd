"""What is known of how packages are used: the names they are imported by, and weak functions."""

from collections.abc import Mapping

from msgspec import Struct

from seawall.model.inventory import Ecosystem


class WeakFunctions(Struct, frozen=True, kw_only=True):
    """The functions in which one advisory's weakness is, for records that name none."""

    id: str
    """Of the advisory, any name of it."""
    ecosystem: Ecosystem
    package: str
    functions: tuple[str, ...]
    """As programs name them: "yaml.load"; of a package of npm that is a function, its own name."""
    source: str
    """Where that is said."""


class UsageTables(Struct, frozen=True, kw_only=True):
    """What Seawall itself knows."""

    modules: Mapping[Ecosystem, Mapping[str, tuple[str, ...]]] = {}
    """By package, what it is imported as, where that is not its own name."""
    weak: Mapping[tuple[str, str], tuple[str, ...]] = {}
    """By advisory and package, its functions."""
