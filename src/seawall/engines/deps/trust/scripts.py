"""Packages that a change brings and that run code while they are installed."""

from collections.abc import Iterator

from seawall.core.finding import Finding
from seawall.engines.deps.trust.case import Case

RULE = "install-script"


def find(case: Case) -> Iterator[Finding]:
    """Tell packages with install scripts, in a change alone: of a whole target it is no news."""
    if not case.change:
        return
    for member in case.members:
        if member.package.has_install_script:
            named = f"{member.package.name} {member.package.version}"
            yield case.about_package(member, RULE, f"{named} runs code while it is installed")
