"""What registries say of packages: deprecated, yanked, abandoned.

It is taken from lockfiles, which keep what was said when they were made; nobody is asked.
"""

from collections.abc import Iterator

from seawall.core.finding import Finding
from seawall.engines.deps.trust.case import Case, quoted

RULE = "deprecated-dependency"


def find(case: Case) -> Iterator[Finding]:
    """Tell packages that their publishers advise against."""
    for member in case.members:
        package = member.package
        if package.notice:
            named = f"{package.name} {package.version}".strip()
            words = quoted(package.notice)
            yield case.about_package(member, RULE, f"{named} is called back or deprecated: {words}")
