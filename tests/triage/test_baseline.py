"""The baseline file: stable, mergeable, and clear about what is wrong with it."""

import random

import pytest

from seawall.core.errors import ConfigError
from seawall.core.finding import Finding
from seawall.core.location import CodeSpan
from seawall.core.rule import Severity
from seawall.triage import baseline
from seawall.triage.pairing import pair


def finding(anchor: str, path: str, line: int = 1) -> Finding:
    return Finding(
        rule="some-rule",
        location=CodeSpan(path=path, line=line),
        message="m",
        anchor=anchor,
        severity=Severity.HIGH,
    )


FINDINGS = [
    finding("a", "x.py"),
    finding("a", "x.py", 9),
    finding("b", "y.py"),
    finding("c", "z.py"),
]


def test_it_does_not_churn() -> None:
    content = baseline.render(FINDINGS)
    shuffled = random.Random(7).sample(FINDINGS, len(FINDINGS))
    moved = [finding(one.anchor, one.location.path, 77) for one in shuffled]  # type: ignore[union-attr]
    assert baseline.render(moved) == content


def test_what_was_written_is_known() -> None:
    identities = baseline.read(baseline.render(FINDINGS), name="b")
    paired, gone = pair(identities, FINDINGS)
    assert None not in paired
    assert gone == []


def test_a_second_copy_in_a_file_is_not_known() -> None:
    identities = baseline.read(baseline.render([finding("a", "x.py")]), name="b")
    paired, _ = pair(identities, [finding("a", "x.py", 1), finding("a", "x.py", 5)])
    assert paired.count(None) == 1


def test_odd_names_survive() -> None:
    odd = finding("a", "sp ace/\u202eodd\udcff.py")
    assert baseline.read(baseline.render([odd]), name="b")[0].rule == "some-rule"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "line 1: not a baseline"),
        (b"[]", "line 1: not a baseline"),
        (b'{"schema":"seawall/baseline/v9"}\n', "line 1: unknown schema"),
        (b'{"schema":"seawall/baseline/v1"}\n\n{"rule":1}\n', "line 3"),
        (b'{"schema":"seawall/baseline/v1"}\n<<<<<<< HEAD\n', "line 2"),
        (b"\xff\xfe\x00", "line 1: not a baseline"),
    ],
)
def test_a_broken_file_names_the_line(content: bytes, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        baseline.read(content, name="b.jsonl")
