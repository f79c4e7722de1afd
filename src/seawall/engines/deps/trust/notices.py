"""What registries say of packages: deprecated, yanked, abandoned.

It is taken from lockfiles, which keep what was said when they were made, and from what registries
answered where they were asked.
"""

from collections.abc import Iterator

from seawall.core.finding import Finding
from seawall.engines.deps.trust.case import Case, quoted

RULE = "deprecated-dependency"


def find(case: Case) -> Iterator[Finding]:
    """Tell packages that their publishers advise against."""
    for member in case.members:
        package = member.package
        said = case.said_of(package)
        notice = package.notice
        if said is not None:
            notice = said.notice or notice
            if not notice and said.status == "deprecated":
                notice = said.words or "deprecated"
        if notice:
            named = f"{package.name} {package.version}".strip()
            words = quoted(notice)
            yield case.about_package(member, RULE, f"{named} is called back or deprecated: {words}")
