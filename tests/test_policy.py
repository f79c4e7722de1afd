"""The gate: what breaks the build by default, and that a policy cannot be empty by accident."""

import pytest

from seawall import policy
from seawall.core.errors import ConfigError
from seawall.core.finding import Evidence, Exposure, Finding, Fix
from seawall.core.location import CodeSpan
from seawall.core.rule import Rule, Severity
from seawall.core.triage import Status, Triaged


def rule(engine: str = "secrets", preview: bool = False) -> Rule:
    return Rule(id="a-rule", title="A rule", engine=engine, severity=Severity.HIGH, preview=preview)


def triaged(
    status: Status = Status.NEW,
    severity: Severity = Severity.HIGH,
    evidence: Evidence = Evidence.SUSPECTED,
    fix: bool = False,
    known_format: bool = False,
    exposure: Exposure | None = None,
) -> Triaged:
    finding = Finding(
        rule="a-rule",
        location=CodeSpan(path="f.py", line=1),
        message="something",
        anchor="v1:a",
        severity=severity,
        evidence=evidence,
        fix=Fix(title="mend it") if fix else None,
        known_format=known_format,
        exposure=exposure,
    )
    return Triaged(finding=finding, status=status)


def breaks(entry: Triaged, of: Rule) -> bool:
    return not policy.decide([entry], {of.id: of}, lambda _: [policy.DEFAULT]).passed


@pytest.mark.parametrize(
    ("entry", "of", "expected"),
    [
        (triaged(known_format=True), rule(), True),
        (triaged(), rule(), False),
        (triaged(severity=Severity.LOW, known_format=True), rule(), False),
        (triaged(evidence=Evidence.REFUTED, known_format=True), rule(), False),
        (triaged(evidence=Evidence.PROVEN), rule(), True),
        (triaged(evidence=Evidence.ATTACKED, severity=Severity.LOW), rule("code"), True),
        (triaged(evidence=Evidence.REACHABLE), rule("code"), True),
        (triaged(), rule("code"), False),
        (triaged(evidence=Evidence.REACHABLE, severity=Severity.MEDIUM), rule("code"), False),
        (triaged(evidence=Evidence.REACHABLE), rule("deps"), False),
        (triaged(evidence=Evidence.REACHABLE, fix=True), rule("deps"), True),
        (triaged(evidence=Evidence.REACHABLE), rule("infra"), True),
        (triaged(Status.KNOWN, known_format=True), rule(), False),
        (triaged(Status.WAIVED, known_format=True), rule(), False),
        (triaged(Status.FALSE_ALARM, known_format=True), rule(), False),
        (triaged(Status.FIXED, known_format=True), rule(), False),
        (triaged(known_format=True), rule(preview=True), False),
    ],
)
def test_the_default_gate(entry: Triaged, of: Rule, expected: bool) -> None:
    assert breaks(entry, of) is expected


def test_every_reason_names_its_clause_and_finding() -> None:
    entry = triaged(known_format=True)
    verdict = policy.decide([entry], {"a-rule": rule()}, lambda _: [policy.DEFAULT])
    (reason,) = verdict.reasons
    assert reason.clause == "a secret of a known format"
    assert reason.fingerprint == entry.finding.fingerprint


def test_what_breaks_nothing_is_counted() -> None:
    verdict = policy.decide([triaged(), triaged()], {"a-rule": rule()}, lambda _: [policy.DEFAULT])
    assert (verdict.passed, verdict.told) == (True, 2)


def test_an_empty_policy_is_an_error() -> None:
    with pytest.raises(ConfigError, match="nothing in it breaks the build"):
        policy.Policy(name="mine", clauses=())


def test_the_way_out_is_named() -> None:
    open_gate = policy.Policy(name="mine", clauses=(), allow_all=True)
    assert open_gate.broken_by(triaged(evidence=Evidence.PROVEN), rule()) == []


def test_a_clause_may_name_known_findings() -> None:
    strict = policy.Policy(
        name="strict",
        clauses=(policy.Clause(name="anything", status=(Status.NEW, Status.KNOWN)),),
    )
    assert strict.broken_by(triaged(Status.KNOWN), rule()) is not None


@pytest.mark.parametrize(
    ("exposure", "expected"),
    [
        (None, False),
        (Exposure.NOT_IMPORTED, False),
        (Exposure.TESTS_ONLY, False),
        (Exposure.UNKNOWN, False),
        (Exposure.PRESENT, False),
        (Exposure.IMPORTED, True),
        (Exposure.CALLED, True),
        (Exposure.LOADED, True),
    ],
)
def test_a_clause_may_ask_how_far_a_package_is_used(
    exposure: Exposure | None, expected: bool
) -> None:
    clause = policy.Clause(name="imported", engine="deps", exposure=Exposure.IMPORTED)
    assert clause.holds(triaged(exposure=exposure), rule("deps")) is expected
