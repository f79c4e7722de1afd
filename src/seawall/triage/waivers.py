"""Waivers: risks that somebody accepted, with a reason, an author and a last day."""

import functools
import re
from collections.abc import Sequence
from urllib.parse import unquote

from msgspec import Struct

from seawall.core.finding import Finding, fingerprint
from seawall.core.glob import compile_globs
from seawall.core.location import ComponentLocation, place
from seawall.core.report import Problem, ProblemKind
from seawall.core.triage import Status, Triaged

SHORTEST = 12
"""Digits of a fingerprint that name a finding."""


_matcher_of = functools.lru_cache(maxsize=1024)(compile_globs)


class Waiver(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """One accepted risk: a finding, or a rule in some files, or a package."""

    finding: str = ""
    """A fingerprint, or at least its first 12 digits."""
    rule: str = ""
    path: str = ""
    """A pattern as in .gitignore, from the target's root."""
    package: str = ""
    """A package URL; without a version it speaks for all of them."""
    advisory: str = ""
    """Any name of a published weakness: CVE, GHSA, ..."""
    reason: str
    by: str
    """Who accepted it."""
    until: str = ""
    """ISO date of the last day on which it holds."""
    false_alarm: bool = False
    """Whether somebody looked and it is not real; then it needs no last day."""

    @property
    def scope(self) -> str:
        """What it speaks for, in words."""
        if self.finding:
            return f"finding {self.finding[:SHORTEST]}"
        parts = (self.rule, f"in {self.path}" if self.path else "", self.package, self.advisory)
        return " ".join(part for part in parts if part)

    def expired(self, today: str) -> bool:
        """Whether its last day is over."""
        return bool(self.until) and today > self.until

    def meets(self, finding: Finding) -> bool:
        """Whether it speaks for a finding."""
        if self.finding:
            older = (fingerprint(finding.rule, anchor) for anchor in finding.former_anchors)
            return any(name.startswith(self.finding) for name in (finding.fingerprint, *older))
        span = place(finding.location)
        return (
            (not self.rule or finding.rule == self.rule)
            and (
                not self.path
                or (span is not None and _matcher_of((self.path,)).match(span.path) is not None)
            )
            and (not self.package or _is_package(finding, self.package))
            and (not self.advisory or _is_advisory(finding, self.advisory))
        )


def apply_waivers(
    triaged: Sequence[Triaged],
    waivers: Sequence[Waiver],
    *,
    origin: str,
    today: str,
    whole: bool = True,
) -> tuple[list[Triaged], list[Problem]]:
    """Close what a waiver in force speaks for; tell which are expired and which nothing needs.

    What is closed already stays as it is. The first waiver that speaks for a finding counts. That
    nothing needs one can be told only of the `whole` target.
    """
    used: set[int] = set()
    needed: set[int] = set()
    result: list[Triaged] = []
    for entry in triaged:
        meeting = [n for n, waiver in enumerate(waivers) if waiver.meets(entry.finding)]
        needed.update(meeting)
        valid = next((n for n in meeting if not waivers[n].expired(today)), None)
        if valid is None or not entry.status.is_open:
            result.append(entry)
            continue
        used.add(valid)
        waiver = waivers[valid]
        result.append(
            Triaged(
                finding=entry.finding,
                status=Status.FALSE_ALARM if waiver.false_alarm else Status.WAIVED,
                reason=waiver.reason,
                who=waiver.by,
                until=waiver.until,
                origin=f"waiver in {origin}",
                owner=entry.owner,
            )
        )
    return result, [
        problem
        for number, waiver in enumerate(waivers)
        if (whole or number in needed)
        and (problem := _problem(waiver, number in used, number in needed, origin, today))
    ]


def _problem(waiver: Waiver, used: bool, needed: bool, origin: str, today: str) -> Problem | None:
    if waiver.expired(today):
        message = f"the waiver of {waiver.scope} expired on {waiver.until}"
        message += "" if needed else " and nothing needs it"
        hint = "mend the finding, or waive it anew with a reason and a day"
    elif not used and not needed:
        message, hint = f"the waiver of {waiver.scope} is not needed", "remove it"
    else:
        return None
    return Problem(kind=ProblemKind.CONFIG, message=message, path=origin, hint=hint)


def _is_advisory(finding: Finding, advisory: str) -> bool:
    """Whether a finding is about a published weakness, by any of its names."""
    if not isinstance(finding.location, ComponentLocation):
        return False
    return any(
        anchor.rpartition("|")[2].casefold() == advisory.casefold()
        for anchor in (finding.anchor, *finding.former_anchors)
    )


def _is_package(finding: Finding, package: str) -> bool:
    """Whether a finding is in a package, however its URL is written; without a version, in any."""
    if not isinstance(finding.location, ComponentLocation):
        return False
    name, version, of = _parts(package)
    own_name, own_version, own_of = _parts(finding.location.purl)
    return (
        name == own_name
        and version in ("", own_version)
        # What only one of both says (a type, a registry) tells nothing apart.
        and all(own_of.get(key, value) == value for key, value in of.items())
    )


@functools.lru_cache(maxsize=4096)
def _parts(url: str) -> tuple[str, str, dict[str, str]]:
    """Return name, version and qualifiers of a package URL, as they are compared."""
    url, _, query = url.partition("#")[0].partition("?")
    path, at, version = url.rpartition("@")
    if not at or "/" in version:
        path, version = url, ""
    name = unquote(path).casefold().rstrip("/")
    if name.startswith("pkg:pypi/"):
        name = re.sub(r"[-_.]+", "-", name)
    of = dict(part.partition("=")[::2] for part in unquote(query).split("&") if part)
    return name, unquote(version).removeprefix("v"), of
