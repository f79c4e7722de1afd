"""Packages under licences that the project's policy does not take.

What lockfiles, installed packages and registries say of licences is judged; no text is read.
"""

from collections.abc import Iterator
from fnmatch import fnmatchcase

from seawall.core.errors import ParseError
from seawall.core.finding import Finding
from seawall.core.rule import Severity
from seawall.engines.deps.trust.case import Case, quoted
from seawall.model.trust import LicencePolicy
from seawall.parse.spdx import canonical_id, weigh_licence

RULE = "licence-not-allowed"

ALLOWED, REVIEW, DENIED = range(3)


def find(case: Case) -> Iterator[Finding]:
    """Tell packages under licences that are not allowed, or that somebody has to look at."""
    policy = case.wishes.licences
    if not policy:
        return
    for member in case.members:
        package = member.package
        said = case.said_of(package)
        licence = package.licence.strip() or (said.licence.strip() if said is not None else "")
        if not licence or package.origin in ("path", "workspace"):
            continue
        worth = judge(licence, policy)
        if worth is not ALLOWED:
            named = f"{package.name} {package.version}".strip()
            words = "has to be looked at" if worth is REVIEW else "is not allowed here"
            message = f"{named} is under {quoted(licence)}, which {words}"
            severity = Severity.LOW if worth is REVIEW else None
            yield case.about_package(member, RULE, message, severity=severity)


def judge(licence: str, policy: LicencePolicy) -> int:
    """Return what a policy says of a licence."""

    def weigh(name: str) -> int:
        return _weigh(name, policy)

    try:
        return weigh_licence(licence, weigh)
    except ParseError:
        # A name that is none of SPDX's, or a sentence: it may stand in the policy as it is.
        return weigh(" ".join(licence.split()))


def _weigh(name: str, policy: LicencePolicy) -> int:
    bare = name.partition(" WITH ")[0]
    if bare != name and _among(name, policy.allow):
        return ALLOWED
    if _among(bare, policy.deny) or _among(name, policy.deny):
        return DENIED
    if _among(bare, policy.review) or _among(name, policy.review):
        return REVIEW
    return ALLOWED if not policy.allow or _among(bare, policy.allow) else DENIED


def _among(name: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(name.lower(), canonical_id(one).lower()) for one in patterns)
