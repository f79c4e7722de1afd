"""Packages whose names are nearly those of well-known ones."""

from collections.abc import Iterator

from seawall.core.finding import Finding
from seawall.core.rule import Severity
from seawall.engines.deps.trust.case import Case

RULE = "typosquat-dependency"


def find(case: Case) -> Iterator[Finding]:
    """Tell names that somebody may have mistyped."""
    for member in case.members:
        package = member.package
        near = case.near.get(package.ecosystem)
        if near is None or package.origin != "registry":
            continue
        found = near.find(package.name)
        if found is not None:
            yield case.about_package(
                member,
                RULE,
                f"{package.name} is nearly {found.name}, which is well known: "
                f"the difference is {found.difference}",
                severity=Severity.LOW if found.slight else None,
            )
