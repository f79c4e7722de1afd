"""Suppressions of other scanners: what is read, what it closes, and what a change may not do."""

import contextlib
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seawall.core.finding import Finding
from seawall.core.location import CodeSpan, Revision
from seawall.core.rule import Severity
from seawall.core.triage import Status
from seawall.triage.allow import allowed_before
from seawall.triage.foreign import (
    Foreign,
    ForeignError,
    parse_detected,
    parse_gitleaks_paths,
    parse_gitleaksignore,
    read_foreign,
    read_marks,
)
from seawall.triage.pathregex import PathRegex, RefusedError
from seawall.triage.status import triage

TODAY = "2026-11-24"
COMMIT = "ab" * 20


def finding(line: int, path: str = "f.py", anchor: str = "a", commit: str = "") -> Finding:
    revision = Revision(commit=commit, date="2026-01-02T03:04:05+00:00") if commit else None
    return Finding(
        rule="some-rule",
        location=CodeSpan(path=path, line=line, revision=revision),
        message="m",
        anchor=anchor,
        severity=Severity.HIGH,
    )


def marks(text: str) -> list[tuple[int, str]]:
    """Return the line that each mark covers, and the mark."""
    return [(allow.covers, allow.tool) for allow in read_marks(text.encode())]


@pytest.mark.parametrize(
    "mark",
    [
        "gitleaks" + ":allow",
        "pragma: " + "allowlist secret",
        "pragma: " + "whitelist secret",
        "trufflehog" + ":ignore",
        "gg" + "ignore",
        "kingfisher" + ":ignore",
        "noseyparker" + ":ignore",
    ],
)
def test_marks_speak_for_their_line(mark: str) -> None:
    assert marks(f"a = 1\nb = 2  # {mark}\nc = 3\n") == [(2, mark)]


def test_the_next_line_s_mark_speaks_for_the_next_line() -> None:
    mark = "pragma: " + "allowlist nextline secret"
    assert marks(f"# {mark}\nb = 2\n") == [(2, mark)]


def test_what_only_looks_like_a_mark_is_none() -> None:
    assert marks("nosemgrep\n.gg" + "ignore-file\ngitleaks: allow\nallowlist\n") == []


@given(st.binary(max_size=300))
def test_hostile_text_never_fails(content: bytes) -> None:
    list(read_marks(content + b"pragma: " + b"allowlist" + content))


def test_marks_of_one_file_are_bounded() -> None:
    assert len(list(read_marks((b"gitleaks" + b":allow\n") * 100_000))) == 2000


def test_a_mark_closes_the_finding_and_says_whose_it_is() -> None:
    mark = "gitleaks" + ":allow"
    allows = {"f.py": tuple(read_marks(f"a\nb # {mark}\n".encode()))}
    (entry,), problems = triage(
        [finding(2)], before=(), allows=allows, today=TODAY, foreign=Foreign()
    )
    assert (entry.status, entry.origin) == (Status.WAIVED, f"{mark} at line 2")
    assert problems == []


def test_switched_off_it_closes_nothing_and_is_no_problem() -> None:
    allows = {"f.py": tuple(read_marks(b"gitleaks" + b":allow\n"))}
    (entry,), problems = triage([finding(1)], before=(), allows=allows, today=TODAY)
    assert (entry.status, problems) == (Status.NEW, [])


def test_other_rules_than_those_about_secrets_are_not_closed() -> None:
    allows = {"f.py": tuple(read_marks(b"gitleaks" + b":allow\n"))}
    foreign = Foreign(rules=frozenset({"another-rule"}))
    (entry,), _ = triage([finding(1)], before=(), allows=allows, today=TODAY, foreign=foreign)
    assert entry.status is Status.NEW


def test_a_mark_counts_only_as_often_as_it_stood_there_before() -> None:
    text = b"x # gitleaks" + b":allow\n"
    now, before = tuple(read_marks(text * 2)), tuple(read_marks(text))
    assert len(allowed_before({"f.py": now}, {"f.py": before}, {})["f.py"]) == 1
    assert allowed_before({"f.py": now}, {}, {}) == {}


def test_gitleaksignore() -> None:
    content = (
        f"# why\n\nsrc/a.py:aws-access-token:3\n{COMMIT}:b/c d.py:generic-api-key:12\n"
        "nonsense\na:b:c\na.py:rule:0\n.\\w\\x.py:rule:9\n"
    )
    found = {(path, line): entry for path, line, entry in parse_gitleaksignore(content.encode())}
    assert set(found) == {("src/a.py", 3), ("b/c d.py", 12), ("w/x.py", 9)}
    assert found["b/c d.py", 12].commit == COMMIT
    assert found["src/a.py", 3].words == ".gitleaksignore, line 3"


def test_an_ignore_with_a_commit_counts_in_that_commit_alone() -> None:
    foreign, _ = read_foreign({".gitleaksignore": f"{COMMIT}:f.py:r:3".encode()}.get, None)
    assert foreign.ignored(finding(3)) == ""
    assert foreign.ignored(finding(3, commit=COMMIT)) == ".gitleaksignore, line 1"
    assert foreign.ignored(finding(3, commit="cd" * 20)) == ""


def test_the_baseline_of_detect_secrets() -> None:
    entries = [
        {"type": "Secret Keyword", "hashed_secret": "0" * 40, "line_number": 4},
        {"hashed_secret": "1" * 40, "line_number": 5, "is_secret": True},
        {"hashed_secret": "2" * 40},
    ]
    content = json.dumps({"version": "1.5.0", "results": {"src\\a.py": entries}}).encode()
    assert [(path, line) for path, line, _ in parse_detected(content)] == [("src/a.py", 4)]


def test_the_paths_of_gitleaks() -> None:
    content = b"""
[allowlist]
paths = ['''(^|/)fixtures/''', '''\\.md$''']
[[allowlists]]
paths = ["one"]
targetRules = ["some-rule"]
[[allowlists]]
condition = "AND"
paths = ["two"]
regexes = ["x"]
[[allowlists]]
paths = ["three", 3]
"""
    assert parse_gitleaks_paths(content) == ["(^|/)fixtures/", "\\.md$", "three"]


def test_a_path_closes_and_what_is_refused_is_told() -> None:
    content = b"[allowlist]\npaths = ['(^|/)fixtures/', '(?!a)b']\n"
    foreign, (problem,) = read_foreign({".gitleaks.toml": content}.get, None)
    assert foreign.ignored(finding(1, path="a/fixtures/x.py")).startswith(".gitleaks.toml, path")
    assert foreign.ignored(finding(1, path="a/x.py")) == ""
    assert "(?!a)b" in problem.message
    assert problem.path == ".gitleaks.toml"


@pytest.mark.parametrize("name", [".gitleaks.toml", ".secrets.baseline"])
def test_a_file_that_is_not_understood_is_told_and_counts_for_nothing(name: str) -> None:
    foreign, (problem,) = read_foreign({name: b"\xff\0{["}.get, None)
    assert (foreign.places, foreign.paths, problem.path) == ({}, (), name)


@given(st.binary(max_size=400))
def test_hostile_files_never_fail(content: bytes) -> None:
    files = dict.fromkeys((".gitleaksignore", ".gitleaks.toml", ".secrets.baseline"), content)
    read_foreign(files.get, None)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=5), st.lists))
def test_hostile_json_is_refused_or_read(value: object) -> None:
    content = json.dumps({"results": {"a": value}}).encode()
    with contextlib.suppress(ForeignError):
        list(parse_detected(content))


def test_in_a_change_a_place_follows_its_finding() -> None:
    foreign, _ = read_foreign({".gitleaksignore": b"f.py:r:3"}.get, None)
    old, brought = finding(3), finding(3, anchor="b")
    moved = finding(7)
    carried = foreign.carried([old], [brought, moved], {}, allows={}, trusted=False)
    assert carried.ignored(moved) == ".gitleaksignore, line 1"
    assert carried.ignored(brought) == ""
    trusted = foreign.carried([old], [brought, moved], {}, allows={}, trusted=True)
    assert trusted.ignored(moved) == trusted.ignored(brought) == ".gitleaksignore, line 1"


def test_in_a_change_a_second_secret_on_the_line_is_not_closed() -> None:
    foreign, _ = read_foreign({".gitleaksignore": b"f.py:r:3"}.get, None)
    carried = foreign.carried(
        [finding(3)], [finding(3), finding(3, anchor="b")], {}, allows={}, trusted=False
    )
    assert carried.ignored(finding(3, anchor="b")) == ""


def test_in_a_change_a_mark_speaks_for_the_secret_that_stood_there() -> None:
    allows = {"f.py": tuple(read_marks(b"x # gitleaks" + b":allow\n"))}
    old, another = finding(1), finding(1, anchor="b")
    for now, closed in ((old, True), (another, False)):
        carried = Foreign().carried([old], [now], {}, allows=allows, trusted=False)
        assert (carried.mark_of(now, allows["f.py"]) is not None) is closed
    assert Foreign().mark_of(another, allows["f.py"])


ATOMS = ("a", "b", ".", "[ab]", "[^a]", "(?:a|b)", "(ab|a)", "^", "$", "/", r"\w", "(a*)", "(b+)+")
REPEATS = ("", "*", "+", "?", "{0,2}", "{2}", "*?")


@given(
    st.lists(st.tuples(st.sampled_from(ATOMS), st.sampled_from(REPEATS)), max_size=5),
    st.text(alphabet="ab/", max_size=8),
)
def test_expressions_answer_as_python_s_do(parts: list[tuple[str, str]], path: str) -> None:
    pattern = "".join(atom + repeat for atom, repeat in parts)
    try:
        expected = bool(re.search(pattern, path))
    except re.error:
        return
    assert PathRegex(pattern).search(path) is expected


def test_an_expression_that_python_warns_of_is_read() -> None:
    assert PathRegex("[[a]b").search("ab")


@pytest.mark.parametrize(
    "pattern", ["(?=a)b", "(?<!a)b", r"(a)\1", r"\bx", "(", "a{9999}", "x" * 2000]
)
def test_expressions_that_are_refused(pattern: str) -> None:
    with pytest.raises(RefusedError):
        PathRegex(pattern)


@given(st.text(max_size=40), st.text(max_size=40))
def test_hostile_expressions_are_refused_or_read(pattern: str, path: str) -> None:
    with contextlib.suppress(RefusedError):
        PathRegex(pattern).search(path)


def test_no_expression_is_slow() -> None:
    # Backtracking would not end in a life.
    assert not PathRegex("(a+)+(a*)*(.*)*x").search("a" * 4000)
    assert PathRegex("(?i)(^|/)NODE_modules/.*").search("a/node_modules/b")
