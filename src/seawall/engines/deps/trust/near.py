"""Packages whose names are nearly those of well-known ones."""

from collections.abc import Iterator

from seawall.core.finding import Finding
from seawall.core.rule import Severity
from seawall.engines.deps.trust.case import Case

RULE = "typosquat-dependency"
YOUNG = 30
"""Days since the first release in which a name is all the more suspicious."""
ESTABLISHED = 3 * 365
"""Days after which it is hardly an impostor."""


def find(case: Case) -> Iterator[Finding]:
    """Tell names that somebody may have mistyped."""
    for member in case.members:
        package = member.package
        near = case.near.get(package.ecosystem)
        if near is None or package.origin != "registry":
            continue
        found = near.find(package.name)
        if found is None:
            continue
        words = (
            f"{package.name} is nearly {found.name}, which is well known: "
            f"the difference is {found.difference}"
        )
        severity = Severity.LOW if found.slight else None
        said = case.said_of(package)
        if said is not None and said.first is not None:
            age = (case.today - said.first).days
            words += f"; it was first published on {said.first}"
            if age <= YOUNG:
                severity = Severity.HIGH if found.slight else Severity.CRITICAL
            elif age > ESTABLISHED:
                # Registries take impostors away within days.
                severity = Severity.LOW
        yield case.about_package(member, RULE, words, severity=severity)
