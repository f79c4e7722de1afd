"""A decision to record: a report with what is open and waived, and the policy behind it."""

from collections.abc import Callable

import pytest

from seawall import policy
from seawall.attest.record import Record, make_record
from seawall.core.finding import Finding
from seawall.core.location import CodeSpan
from seawall.core.report import Coverage, Report, Target
from seawall.core.rule import Rule, Severity
from seawall.core.triage import Status, Triaged

COMMIT = "1f2e3d4c5b6a79880123456789abcdef01234567"


@pytest.fixture
def decided() -> Callable[..., Record]:
    """Make the record of a decision about findings with these statuses."""

    def make(
        *statuses: Status,
        commit: str = COMMIT,
        when: str = "2026-01-02T03:04:05Z",
        paths: bool = True,
    ) -> Record:
        rule = Rule(id="a-key", title="A key", engine="secrets", severity=Severity.HIGH)
        findings = tuple(
            Triaged(
                finding=Finding(
                    rule="a-key",
                    location=CodeSpan(path=f"shop/{number}.py", line=number + 1),
                    message="A key in plain text",
                    anchor=f"v1:{number}",
                    severity=Severity.HIGH,
                    known_format=True,
                ),
                status=status,
                reason="it opens the door of a test",
                who="ada",
                origin="inline shop/0.py:1",
            )
            for number, status in enumerate(statuses)
        )
        report = Report(
            tool_version="0.1.0",
            target=Target(name="shop", revision=commit, branch="main"),
            findings=findings,
            verdict=policy.decide(findings, {"a-key": rule}, lambda _: [policy.DEFAULT]),
            coverage=Coverage(files=3),
            rules=(rule,),
        )
        return make_record(
            report,
            policies_of=lambda _: [policy.DEFAULT],
            policies=[policy.DEFAULT],
            engines={"secrets": "00ff"},
            guardrails={},
            when=when,
            with_paths=paths,
        )

    return make
