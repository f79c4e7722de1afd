"""What is packaged for the code engine agrees with itself."""

from collections import Counter
from collections.abc import Iterator

import pytest
from seawall_guard.catalogue import Check, Sink

from seawall.core.rule import Rule
from seawall.rules.code import load_code
from seawall.rules.gate import GATE_WEAKENED
from seawall.rules.secrets import load_secrets

CODE = load_code()
OWN = {
    "bad-html-filter",
    "check-then-use-race",
    "client-address-trusted",
    "incomplete-url-check",
    "missing-authentication",
    "missing-authorization",
    "pam-account-unchecked",
    "sensitive-data-in-log",
    "sensitive-data-stored-in-clear",
    "slow-regex",
    "stack-trace-exposure",
    "timing-unsafe-comparison",
    "wide-character-range",
}
"""Weaknesses that no table can state: `engines/code/reasoned/` finds them."""


def named() -> Iterator[tuple[str, str]]:
    """Yield every weakness that is named, with who names it."""
    for sink in CODE.catalogue.sinks:
        yield sink.weakness, f"sink of {sink.library}"
    for check in CODE.catalogue.checks:
        yield check.weakness, f"check of {check.library}"
    for sanitizer in CODE.catalogue.sanitizers:
        for weakness in sanitizer.cleans:
            yield weakness, f"sanitizer of {sanitizer.library}: {', '.join(sanitizer.calls)}"
    for propagator in CODE.knowledge.propagators:
        for weakness in propagator.dirties:
            yield weakness, f"propagator: {', '.join(propagator.calls)}"
    for entry in CODE.knowledge.entries:
        if entry.returns:
            yield entry.returns, f"entry of {entry.framework}"


def test_every_weakness_that_is_named_has_its_words() -> None:
    known = {rule.id for rule in CODE.rules} | {"*"}
    assert [f"{who}: {name}" for name, who in named() if name not in known] == []


def test_ids_are_unique_over_all_engines() -> None:
    others = {rule.id for rule in load_secrets().rules} | {GATE_WEAKENED.id}
    assert [rule.id for rule in CODE.rules if rule.id in others] == []


@pytest.mark.parametrize("rule", CODE.rules, ids=lambda rule: rule.id)
def test_a_weakness_has_all_its_words(rule: Rule) -> None:
    for key in ("title", "why", "remedy", "lesson", "vulnerable", "fixed"):
        assert getattr(rule, key).strip(), key
    assert rule.cwe
    assert not rule.title.endswith(".")


def test_every_weakness_is_named_by_something() -> None:
    names = {name for name, _ in named()}
    assert [rule.id for rule in CODE.rules if rule.id not in names | OWN] == []


def sayings(entry: Sink | Check) -> Iterator[tuple[object, ...]]:
    """Yield each single thing that an entry says."""
    conditions = (frozenset(map(repr, entry.when)), frozenset(map(repr, entry.unless)))
    for key in ("calls", "reads", "assigns", "settings"):
        for symbol in getattr(entry, key, ()):
            for argument in getattr(entry, "arguments", ("",)):
                modules = getattr(entry, "modules", ())
                yield (entry.weakness, key, symbol, argument, *modules, *conditions)
    if isinstance(entry, Sink):
        for method in entry.methods:
            for receiver in entry.receivers:
                for argument in entry.arguments:
                    yield entry.weakness, "methods", method, receiver, argument, *conditions


def twice(entries: tuple[Sink, ...] | tuple[Check, ...]) -> list[str]:
    """Return what is said more than once, and by whose files."""
    counted = Counter(saying for entry in entries for saying in sayings(entry))
    return [
        f"{entry.library}: {saying[:4]}"
        for entry in entries
        for saying in sayings(entry)
        if counted[saying] > 1
    ]


def test_no_two_sinks_say_the_same() -> None:
    assert twice(CODE.catalogue.sinks) == []


def test_no_two_checks_say_the_same() -> None:
    assert twice(CODE.catalogue.checks) == []


def test_no_two_types_have_one_name() -> None:
    names = Counter(name for one in CODE.knowledge.types for name in (one.name, *one.aliases))
    assert [name for name, count in names.items() if count > 1] == []


def test_messages_go_on_a_sentence() -> None:
    messages = [check.message for check in CODE.catalogue.checks if check.message]
    assert [message for message in messages if message.endswith(".")] == []
