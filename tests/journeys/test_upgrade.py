"""After an upgrade the first scan says what it adds, and what of it would break the build."""

from msgspec.structs import replace

from seawall.core.finding import Finding
from seawall.core.location import CodeSpan
from seawall.core.report import Coverage, EngineRun, Reason, Report, Target, Verdict
from seawall.core.rule import Severity
from seawall.core.triage import Status, Triaged
from seawall.journeys.upgrade import tell_upgrade


def report(digest: str, *anchors: str, breaking: str = "") -> Report:
    found = [
        Finding(
            rule="some-rule",
            location=CodeSpan(path="a.py", line=number),
            message="m",
            anchor=anchor,
            severity=Severity.HIGH,
        )
        for number, anchor in enumerate(anchors, 1)
    ]
    reasons = tuple(
        Reason(clause="c", message="m", fingerprint=one.fingerprint)
        for one in found
        if one.anchor in breaking.split()
    )
    run = EngineRun(name="secrets", rules=1, findings=0, seconds=0.0, digest=digest)
    return Report(
        tool_version="0.1.0",
        target=Target(name="x", revision="abc"),
        findings=tuple(Triaged(finding=one, status=Status.NEW) for one in found),
        verdict=Verdict(passed=not reasons, reasons=reasons),
        coverage=Coverage(engines=(run,)),
        rules=(),
    )


def test_it_counts_what_came_and_what_would_break() -> None:
    told = tell_upgrade(report("one", "a"), report("two", "a", "b", "c", breaking="a c"))
    assert told is not None
    assert told.message.startswith("this upgrade adds 2 findings, 1 of which would break")
    assert told.message.endswith("no longer tells 0")


def test_it_is_silent_without_an_upgrade_or_on_another_commit() -> None:
    assert tell_upgrade(report("one", "a"), report("one", "a", "b")) is None
    other = replace(report("two", "a", "b"), target=Target(name="x", revision="def"))
    assert tell_upgrade(report("one", "a"), other) is None
    assert tell_upgrade(report("one", "a"), report("two", "a")) is None


def test_a_new_version_is_named() -> None:
    now = replace(report("two"), tool_version="0.2.0")
    told = tell_upgrade(report("one", "a"), now)
    assert told is not None
    assert "from 0.1.0 to 0.2.0 adds 0 findings" in told.message
    assert told.message.endswith("no longer tells 1")
