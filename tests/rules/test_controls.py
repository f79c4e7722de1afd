"""Which requirements of standards rules touch."""

from seawall.core.rule import Rule, Severity
from seawall.journeys.rules import load_rules
from seawall.rules.controls import with_controls


def test_a_rule_that_a_subject_names() -> None:
    rule = Rule(id="database-public", title="", engine="infra", severity=Severity.HIGH)
    (found,) = with_controls([rule])
    assert {"NIST 800-53 SC-7", "PCI DSS 1.3.1", "CIS AWS 3.0 2.3.3"} <= set(found.controls)
    assert "NIST 800-53 CM-6" not in found.controls


def test_every_rule_touches_something() -> None:
    assert [rule.id for rule in with_controls(load_rules()) if not rule.controls] == []


def test_a_rule_of_a_team_has_those_of_its_engine() -> None:
    rule = Rule(id="team-tag-missing", title="", engine="infra", severity=Severity.LOW)
    assert "NIST 800-53 CM-6" in with_controls([rule])[0].controls
