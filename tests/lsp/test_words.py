"""What a rule has to say reads alike in a terminal and in an editor."""

import io

from seawall.cli.console import Console
from seawall.cli.explain import words_of
from seawall.core.rule import Rule, Severity
from seawall.lsp.words import explain

RULE = Rule(
    id="acme-injection",
    title="Acme injection",
    engine="code",
    severity=Severity.HIGH,
    vulnerable="def run(x):\n    return acme(x)\n",
    fixed='def run(x):\n    return acme("?", x)\n',
)


def _terminal(rule: Rule) -> str:
    console = Console(io.StringIO(), io.StringIO(), color=False, width=80, unicode=True, live=False)
    return words_of(rule, console)


def test_vulnerable_and_fixed_code_stand_as_they_are() -> None:
    text = _terminal(RULE)
    assert "Vulnerable\n      def run(x):\n          return acme(x)\n\nFixed\n" in text
    assert '          return acme("?", x)\n' in text


def test_an_editor_shows_code_that_cannot_end_its_block() -> None:
    text = explain(RULE)
    assert "## Vulnerable\n\n    def run(x):\n        return acme(x)\n\n## Fixed\n" in text
    rule = Rule(id="a", title="A", engine="code", severity=Severity.LOW, vulnerable="```\n# x")
    assert "\n    ```\n    # x\n" in explain(rule)


def test_a_rule_without_code_says_nothing_of_it() -> None:
    rule = Rule(id="a", title="A", engine="code", severity=Severity.LOW)
    assert "Vulnerable" not in _terminal(rule) + explain(rule)
