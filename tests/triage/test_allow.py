"""Inline allows: where they are read, what they need, and what a change may not do with them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seawall.triage.allow import Allow, allowed_before, read_allows

ALLOW = "seawall: " + "allow"


def read(text: str) -> list[Allow]:
    return list(read_allows(text.encode()))


def test_reason_and_date() -> None:
    (allow,) = read(f"x = 1\ny = 2  # {ALLOW} some-rule -- a test key until 2027-01-31\n")
    assert allow == Allow(
        rules=("some-rule",), line=2, reason="a test key", until="2027-01-31", alone=False
    )
    assert allow.covers == 2


def test_alone_on_its_line_it_speaks_for_the_next() -> None:
    (allow,) = read(f"  # {ALLOW} some-rule -- why\nx = 1\n")
    assert (allow.alone, allow.covers) == (True, 2)


@pytest.mark.parametrize(
    "line",
    [
        "x // {} some-rule -- why",
        "x /* {} some-rule -- why */",
        "<a/> <!-- {} some-rule -- why -->",
        "x -- {} some-rule -- why",
        "x ; {} some-rule -- why",
        'x = "{} some-rule -- why"',
    ],
)
def test_comment_signs(line: str) -> None:
    (allow,) = read(line.format(ALLOW))
    assert (allow.rules, allow.reason) == (("some-rule",), "why")


def test_several_rules() -> None:
    (allow,) = read(f"# {ALLOW} one-rule, two-rule -- why\n")
    assert allow.rules == ("one-rule", "two-rule")


def test_without_a_reason_it_is_read_and_empty() -> None:
    (allow,) = read(f"x # {ALLOW} some-rule\n")
    assert allow.reason == ""


@given(st.binary(max_size=300))
def test_hostile_text_never_fails(content: bytes) -> None:
    list(read_allows(b"# " + ALLOW.encode() + b" " + content))


def allow(line: int, reason: str = "why") -> Allow:
    return Allow(rules=("some-rule",), line=line, reason=reason)


def test_a_change_cannot_bring_its_own_allow() -> None:
    assert allowed_before({"a.py": (allow(3),)}, {}, {}) == {}
    assert allowed_before({"a.py": (allow(3),)}, {"a.py": (allow(3, "else"),)}, {}) == {}


def test_an_allow_that_stood_there_holds_where_it_moved() -> None:
    kept = allowed_before({"new.py": (allow(9),)}, {"old.py": (allow(3),)}, {"new.py": "old.py"})
    assert kept == {"new.py": (allow(9),)}


def test_an_allow_cannot_be_multiplied() -> None:
    kept = allowed_before({"a.py": (allow(3), allow(8))}, {"a.py": (allow(3),)}, {})
    assert kept == {"a.py": (allow(3),)}
