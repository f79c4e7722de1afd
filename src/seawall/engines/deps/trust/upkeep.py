"""Packages that registries locked away, or that nobody looks after, by what registries answered."""

from collections.abc import Iterator

from seawall.core.finding import Finding
from seawall.engines.deps.trust.case import Case, quoted
from seawall.model.inventory import Package
from seawall.model.registry import RegistrySays

QUARANTINED = "quarantined-dependency"
UNMAINTAINED = "unmaintained-dependency"
DAYS = 365.25
"""In a year."""

_FOLLOWS = ("@types/", "types-")
"""Names of descriptions of other packages: they are renewed when those are."""


def find(case: Case) -> Iterator[Finding]:
    """Tell packages that are in quarantine, archived, called inactive, or long without a release.

    Of the last only what runs in the end is told, and nothing that its makers call finished.
    """
    for member in case.members:
        package = member.package
        said = case.said_of(package)
        if said is None:
            continue
        because = f": {quoted(said.words)}" if said.words else ""
        if said.status == "quarantined":
            words = f"{said.host} keeps {package.name} in quarantine{because}"
            yield case.about_package(member, QUARANTINED, words)
        elif said.status == "archived":
            words = f"{package.name} is archived by those who made it{because}"
            yield case.about_package(member, UNMAINTAINED, words)
        elif said.status == "inactive":
            words = f"{package.name} is inactive by the word of those who made it"
            yield case.about_package(member, UNMAINTAINED, words)
        elif not said.status and _is_forgotten(case, package, said):
            words = f"the last release of {package.name} is of {said.newest} or before"
            yield case.about_package(member, UNMAINTAINED, words)


def _is_forgotten(case: Case, package: Package, said: RegistrySays) -> bool:
    years = case.wishes.oldest_release
    return (
        bool(years)
        and said.newest is not None
        and (case.today - said.newest).days > years * DAYS
        and not said.mature
        and package.scope == "runtime"
        and not package.name.startswith(_FOLLOWS)
        and not package.name.endswith("-stubs")
    )
