"""Each finding gets one status: new, known or waived, and every allow that is wrong is told."""

from seawall.core.finding import Finding
from seawall.core.location import CodeSpan
from seawall.core.rule import Severity
from seawall.core.triage import Status
from seawall.triage.allow import Allow
from seawall.triage.pairing import identify
from seawall.triage.status import Before, triage

TODAY = "2026-11-24"


def finding(line: int, anchor: str = "a", rule: str = "some-rule", end: int = 0) -> Finding:
    return Finding(
        rule=rule,
        location=CodeSpan(path="f.py", line=line, end_line=end),
        message="m",
        anchor=anchor,
        severity=Severity.HIGH,
    )


def allow(line: int, until: str = "", reason: str = "why", rule: str = "some-rule") -> Allow:
    return Allow(rules=(rule,), line=line, reason=reason, until=until)


def test_without_a_past_everything_is_new() -> None:
    (entry,), problems = triage([finding(3)], before=(), allows={}, today=TODAY)
    assert (entry.status, problems) == (Status.NEW, [])


def test_the_past_makes_it_known_and_says_which() -> None:
    past = Before(identities=[identify(finding(99))], origin="baseline b.jsonl")
    (entry,), _ = triage([finding(3)], before=[past], allows={}, today=TODAY)
    assert (entry.status, entry.origin) == (Status.KNOWN, "baseline b.jsonl")


def test_an_allow_waives_with_its_reason() -> None:
    allows = {"f.py": [allow(3, until=TODAY)]}
    (entry,), problems = triage([finding(3)], before=(), allows=allows, today=TODAY)
    assert (entry.status, entry.reason, entry.until) == (Status.WAIVED, "why", TODAY)
    assert (entry.origin, problems) == ("inline f.py:3", [])


def test_an_allow_speaks_for_every_line_of_the_finding() -> None:
    allows = {"f.py": [allow(5)]}
    (entry,), _ = triage([finding(3, end=9)], before=(), allows=allows, today=TODAY)
    assert entry.status is Status.WAIVED


def test_an_expired_allow_allows_nothing_and_is_told() -> None:
    allows = {"f.py": [allow(3, until="2026-11-23")]}
    (entry,), (problem,) = triage([finding(3)], before=(), allows=allows, today=TODAY)
    assert entry.status is Status.NEW
    assert (problem.path, problem.line) == ("f.py", 3)
    assert problem.message == "the allow of some-rule expired on 2026-11-23"


def test_an_allow_without_reason_allows_nothing_and_is_told() -> None:
    (entry,), (problem,) = triage(
        [finding(3)], before=(), allows={"f.py": [allow(3, reason="")]}, today=TODAY
    )
    assert entry.status is Status.NEW
    assert "gives no reason" in problem.message


def test_an_allow_that_nothing_needs_is_told() -> None:
    _, (problem,) = triage([], before=(), allows={"f.py": [allow(3)]}, today=TODAY)
    assert "not needed" in problem.message


def test_an_allow_of_another_rule_is_no_allow() -> None:
    allows = {"f.py": [allow(3, rule="other-rule")]}
    (entry,), _ = triage([finding(3)], before=(), allows=allows, today=TODAY)
    assert entry.status is Status.NEW
