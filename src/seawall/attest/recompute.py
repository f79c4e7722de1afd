"""Decide again from a record, and tell where it says something else."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct

from seawall.attest import canonical
from seawall.attest.record import DECISIVE, Record, RecordedFinding, digests_of, ordered
from seawall.core.errors import ConfigError
from seawall.core.finding import Finding, Fix
from seawall.core.location import CodeSpan, HostLocation
from seawall.core.report import Verdict
from seawall.core.rule import Rule, Severity
from seawall.core.triage import Triaged
from seawall.policy import Policy, conclude, decide

MOST_QUESTIONS = 20_000_000
"""How often a clause may be asked about a finding; 100,000 findings and 20 clauses ask a tenth."""


class Difference(Struct, frozen=True, kw_only=True):
    """One thing that a record says and that does not come out again."""

    where: str
    """A field of the record, or the fingerprint of a finding."""
    recorded: str
    recomputed: str


class _Remembered(Finding, frozen=True, kw_only=True):
    """A finding made from a record: it has its name, and no anchor to make the name from."""

    remembered: RecordedFinding

    @property
    def fingerprint(self) -> str:
        return self.remembered.fingerprint


def recompute(record: Record) -> list[Difference]:
    """Decide again from what was recorded and return every difference; [] says that it holds."""
    digests = digests_of(record)
    differences = [
        Difference(
            where=name,
            recorded=f"digest {record.digests.get(name, 'missing')}",
            recomputed=f"digest {digests.get(name, 'of nothing')}",
        )
        for name in sorted({*digests, *record.digests})
        if record.digests.get(name) != digests.get(name)
    ]
    try:
        verdict = decide_again(record)
    except ConfigError as error:
        cannot = f"cannot be decided again: {error}"
        return [*differences, Difference(where="policy", recorded="a verdict", recomputed=cannot)]
    return differences + _compare(record.verdict, verdict)


def decide_again(record: Record) -> Verdict:
    """Decide with the recorded policies. Raises ConfigError when that is not possible."""
    policies = [_policy(data, number) for number, data in enumerate(record.policies)]
    _check(record, policies)
    rules = {
        name: Rule(
            id=name,
            title=name,
            engine=rule.engine,
            severity=Severity.INFO,
            preview=rule.preview,
        )
        for name, rule in record.rules.items()
    }

    def policies_of(finding: Finding) -> Sequence[Policy]:
        assert isinstance(finding, _Remembered)
        return [policies[number] for number in finding.remembered.policies]

    verdict = decide([_triaged(finding) for finding in record.findings], rules, policies_of)
    return ordered(conclude(verdict, allow_partial=record.allow_partial, opened=record.opened))


def _policy(data: dict[str, Any], number: int) -> Policy:
    try:
        return msgspec.convert(data, Policy)
    except msgspec.ValidationError as error:
        raise ConfigError(
            f"policy {number} is not one that this version knows: {canonical.told(error)}"
        ) from error


def _check(record: Record, policies: Sequence[Policy]) -> None:
    """Refuse what no scan writes before any of it is used."""
    questions = 0
    for finding in record.findings:
        if finding.rule not in record.rules:
            raise ConfigError(f"finding {finding.fingerprint}: its rule is not recorded")
        if finding.status not in DECISIVE:
            raise ConfigError(f"finding {finding.fingerprint}: it is closed")
        if not finding.policies or not all(0 <= n < len(policies) for n in finding.policies):
            raise ConfigError(f"finding {finding.fingerprint}: its policy is not recorded")
        clauses = sum(len(policies[number].clauses) for number in finding.policies)
        questions += clauses * (1 + len(finding.path) // 64)
    if questions > MOST_QUESTIONS:
        raise ConfigError("more clauses and findings than any scan has")


def _triaged(finding: RecordedFinding) -> Triaged:
    location = CodeSpan(path=finding.path, line=1) if finding.path else HostLocation(host="")
    return Triaged(
        finding=_Remembered(
            rule=finding.rule,
            location=location,
            message=finding.message,
            anchor="",
            severity=finding.severity,
            evidence=finding.evidence,
            known_format=finding.known_format,
            fix=Fix(title="") if finding.fixable else None,
            exploited=finding.exploited,
            exposure=finding.exposure,
            remembered=finding,
        ),
        status=finding.status,
        owner=finding.owner,
    )


def _compare(recorded: Verdict, recomputed: Verdict) -> list[Difference]:
    """Compare field by field, so that what a verdict will say one day is compared as well."""
    said, again = msgspec.structs.asdict(recorded), msgspec.structs.asdict(recomputed)
    differences = [
        Difference(where=f"verdict.{name}", recorded=_shown(value), recomputed=_shown(again[name]))
        for name, value in said.items()
        if name != "reasons" and value != again[name]
    ]
    before, after = Counter(recorded.reasons), Counter(recomputed.reasons)
    for reason in (before - after).elements():
        differences.append(
            Difference(
                where=f"finding {reason.fingerprint}",
                recorded=f"breaks the build: {reason.clause}: {reason.message}",
                recomputed="does not break it so",
            )
        )
    for reason in (after - before).elements():
        differences.append(
            Difference(
                where=f"finding {reason.fingerprint}",
                recorded="does not break the build so",
                recomputed=f"breaks it: {reason.clause}: {reason.message}",
            )
        )
    return differences


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) or "nothing"
