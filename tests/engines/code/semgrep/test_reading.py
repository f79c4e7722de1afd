"""What a rule file may say, and what is told of what it may not."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seawall.engines.code.semgrep.engine import match_rules
from seawall.engines.code.semgrep.reading import read_rules
from seawall.parse.python import parse_python

HEAD = "rules:\n- id: it\n  message: m\n  severity: INFO\n  languages: [python]\n"


def told(content: str) -> str:
    rules, problems = read_rules("r.yaml", content.encode())
    assert not rules
    return "\n".join(problem.message for problem in problems)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("pattern: foo(", "rule 'it': pattern: "),
        ("pattern: foo($x)", "capitals"),
        ('pattern: \'["a" "b"]\'', "strings side by side"),
        ("patterns:\n  - pattern-not: foo()", "patterns: there is no pattern but negative ones"),
        ("patterns:\n  - pattern: a\n  - metavariable-analysis: {}", "metavariable-analysis: "),
        (
            "patterns:\n  - pattern: a\n    pattern-not: b",
            "pattern, pattern-not stand side by side",
        ),
        ("pattern-regex: '(a'", "pattern-regex: "),
        ("pattern: a\n  join: {}", "join: it is not supported"),
        ("pattern: a\n  mode: extract", "mode: 'extract' is not supported"),
        ("pattern: a\n  options: {new_one: true}", "options.new_one: it is not supported"),
        ("mode: taint\n  pattern-sources: [{pattern: a}]", "pattern-sinks: there is none"),
        (
            "mode: taint\n  pattern-sources: [{pattern: a, control: true}]\n"
            "  pattern-sinks: [{pattern: b}]",
            "pattern, control stand side by side",
        ),
        ("message2: a", "message2: it is not supported"),
    ],
)
def test_problem(body: str, said: str) -> None:
    message = told(HEAD + "  " + body + "\n")
    assert message.startswith("semgrep rules in r.yaml: ")
    assert said in message


def test_problem_has_a_line_and_spares_the_rest() -> None:
    content = HEAD + "  pattern: foo(\n" + HEAD.partition("\n")[2] + "  pattern: foo()\n"
    rules, problems = read_rules("r.yaml", content.encode())
    assert [rule.line for rule in rules] == [7]
    assert [problem.line for problem in problems] == [2]


def test_other_languages() -> None:
    content = HEAD.replace("python", "go") + "  pattern: foo()\n"
    assert "rules for other languages are left out: go 1" in told(content)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "it is empty"),
        ("rules: 1", "it has no list `rules`"),
        ("rules: [", "line 2"),
        ("rules: &a [*a]", "refers to itself"),
        ("a: !!python/object/apply:os.system [x]\nrules: []", "constructor"),
        ("[" * 200, "nested too deep"),
        (
            "a0: &a0 [x, x]\n"
            + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 40)),
            "more than 1,000,000 values",
        ),
    ],
)
def test_hostile_document(content: str, said: str) -> None:
    assert said in told(content)


def test_too_many_steps_is_a_problem() -> None:
    rules, _ = read_rules(
        "r.yaml",
        (
            HEAD + "  pattern: |\n    $A\n    ...\n    $B\n    ...\n    $C\n    ...\n    $D\n"
        ).encode(),
    )
    code = "a()\n" * 400
    found, problems = match_rules(rules, parse_python(code.encode()), code, "a.py")
    assert not found
    assert "takes too many steps" in problems[0].message


PIECES = """$X $...Y $_ ... <... ...> foo ( ) [ ] { } , : = . + "..." f"{$X}" 'a' def class
with import * ** lambda return if @ | -> $x""".split()


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from([*PIECES, "\n   "]), max_size=12))
def test_any_pattern_is_read_or_told(parts: list[str]) -> None:
    content = HEAD + "  pattern: |2\n    " + " ".join(parts).replace("\n", "\n    ") + "\n"
    rules, problems = read_rules("r.yaml", content.encode())
    assert rules or problems
    code = "def foo(a, *b, c=1):\n    x = f'{a}' + \"d\"\n    return foo({'a': [b]}, k=x)[0]\n"
    match_rules(rules, parse_python(code.encode()), code, "a.py")


def test_deep_code_is_survived() -> None:
    rules, _ = read_rules("r.yaml", (HEAD + "  pattern: foo(<... $X ...>)\n").encode())
    for code in ("x = " + "(" * 5000, "x = " + "a + " * 3000 + "a\n", "foo(" * 150 + ")" * 150):
        match_rules(rules, parse_python(code.encode()), code, "a.py")
