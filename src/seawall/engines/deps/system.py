"""The packages of one operating system: its release, and what of languages is its own."""

from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from seawall.core.report import Problem, ProblemKind
from seawall.model.inventory import Ecosystem, Inventory, Package
from seawall.model.purl import NAMESPACES
from seawall.parse.os_release import FILES, System, system_of

SYSTEMS = frozenset((*NAMESPACES, Ecosystem.GENERIC))
"""What packages of operating systems are of."""


def settle(inventories: Mapping[str, Inventory]) -> dict[str, Inventory]:
    """Return what the files of one system say, by path below its root, with its release.

    A package of a language that a package of the system brought is marked as the system's.
    """
    system = _system(inventories)
    owned = {path for inventory in inventories.values() for path in inventory.owns}
    settled = {
        path: _settled(inventory, system, is_owned=path in owned)
        for path, inventory in inventories.items()
    }
    first = next((path for path, one in settled.items() if any(map(_is_of, one.packages))), "")
    if first and system.ecosystem is Ecosystem.GENERIC:
        problems = (*settled[first].problems, _unknown(first, system))
        settled[first] = replace(settled[first], problems=problems)
    return settled


def settle_below(inventories: Mapping[str, Inventory]) -> dict[str, Inventory]:
    """Return what files say among which whole systems may lie, each below a root of its own.

    A root is known by what it says of itself, in os-release.
    """
    roots = {
        path.removesuffix(file)
        for path in inventories
        for file in FILES
        if f"/{path}".endswith(f"/{file}")
    }
    if not roots:
        return dict(inventories)
    parts: dict[str, dict[str, Inventory]] = {}
    settled: dict[str, Inventory] = {}
    for path, inventory in inventories.items():
        found = next((one for one in _above(path) if one in roots), None)
        if found is None:
            settled[path] = inventory
        else:
            parts.setdefault(found, {})[path.removeprefix(found)] = inventory
    for root, part in parts.items():
        settled |= {root + path: one for path, one in settle(part).items()}
    return settled


def _above(path: str) -> Iterator[str]:
    """Yield the folders that a file is in, the nearest first, each with "/" at its end."""
    while path:
        path = path.rstrip("/").rpartition("/")[0]
        path = f"{path}/" if path else ""
        yield path


def is_brought_by_system(package: Package) -> bool:
    """Whether it is a language's, and a package of the system brought it.

    The system mends it without another version, and its own advisories tell of it.
    """
    return package.origin == "system" and package.ecosystem not in SYSTEMS


def _settled(inventory: Inventory, system: System, *, is_owned: bool) -> Inventory:
    packages = []
    for package in inventory.packages:
        if is_owned:
            package = replace(package, origin="system")
        elif _is_of(package) and system.id:
            package = replace(package, ecosystem=system.ecosystem, distribution=system.release)
        packages.append(package)
    return replace(inventory, packages=tuple(packages), owns=())


def _is_of(package: Package) -> bool:
    return package.origin == "system" and package.ecosystem in SYSTEMS


def _system(inventories: Mapping[str, Inventory]) -> System:
    for path in FILES:
        if path in inventories:
            for runtime in inventories[path].runtimes:
                return system_of(runtime.name, runtime.requirement)
    return System()


def _unknown(path: str, system: System) -> Problem:
    who = f"of {system.id}" if system.id else "of a system without os-release"
    return Problem(
        kind=ProblemKind.ENGINE,
        message=f"packages {who} are listed and not looked up: no advisories are known for it",
        path=path,
        engine="deps",
        partial=True,
    )
