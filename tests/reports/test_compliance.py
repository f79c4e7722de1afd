"""The requirements of standards that findings touch."""

from seawall.core.finding import Finding
from seawall.core.location import CodeSpan
from seawall.core.rule import Rule, Severity
from seawall.core.triage import Status, Triaged
from seawall.reports.compliance import compliance_section


def entry(rule: str) -> Triaged:
    finding = Finding(
        rule=rule,
        location=CodeSpan(path="main.tf", line=1),
        message="it is open",
        anchor=f"v1:{rule}",
        severity=Severity.HIGH,
    )
    return Triaged(finding=finding, status=Status.NEW)


def rule(name: str, *controls: str) -> Rule:
    return Rule(id=name, title=name, engine="infra", severity=Severity.HIGH, controls=controls)


def test_requirements_stand_in_their_order_with_what_touches_them() -> None:
    rules = {
        "a": rule("a", "CIS X 5.10", "CIS X 5.9", "PCI DSS 1.3.1"),
        "b": rule("b", "CIS X 5.9"),
    }
    text = "\n".join(compliance_section([entry("a"), entry("a"), entry("b")], rules))
    assert text.index("<td>5.9<td>3<td>a, b") < text.index("<td>5.10<td>2<td>a<")
    assert "PCI DSS" in text


def test_what_a_team_writes_is_escaped() -> None:
    rules = {"a": rule("a", "<b>X 1")}
    assert "<b>" not in "".join(compliance_section([entry("a")], rules))


def test_nothing_touched_is_nothing_said() -> None:
    assert not list(compliance_section([entry("a")], {"a": rule("a")}))
