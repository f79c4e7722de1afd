"""Expressions of GitHub Actions: what they are made of, where they stand, and what is none."""

import pytest

from seawall.core.errors import ParseError
from seawall.parse.actions_expression import (
    Call,
    Context,
    Literal,
    Operation,
    expansions,
    made_of,
    mentioned,
    parse_expression,
)


def test_parts() -> None:
    assert parse_expression("github.event['Issue'].title") == Context(
        ("github", "event", "issue", "title")
    )
    assert parse_expression("a.*.b[0]") == Context(("a", "*", "b", "0"))
    assert parse_expression("'it''s'") == Literal("it's")
    assert parse_expression("0xff") == Literal(255.0)
    assert parse_expression("fromJSON(x).y") == Call("fromjson", (Context(("x",)),), ("y",))
    assert parse_expression("!a && b == 'c' || d") == Operation(
        "||",
        (
            Operation(
                "&&",
                (
                    Operation("!", (Context(("a",)),)),
                    Operation("==", (Context(("b",)), Literal("c"))),
                ),
            ),
            Context(("d",)),
        ),
    )


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("a.b || c", ["a.b", "c"]),
        ("a && b", ["b"]),
        ("a == 'x' && b || c", ["b", "c"]),
        ("contains(a, 'x')", []),
        ("hashFiles(a)", []),
        ("format('{0}', toJSON(a))", ["a"]),
        ("matrix[inputs.os]", ["matrix.?"]),
    ],
)
def test_made_of(text: str, names: list[str]) -> None:
    assert [".".join(one.names) for one in made_of(parse_expression(text))] == names


def test_mentioned() -> None:
    found = mentioned(parse_expression("a == b && c[d]"))
    assert [".".join(one.names) for one in found] == ["a", "b", "c.?", "d"]


def test_places() -> None:
    text = "x ${{ '}}' }} ${{a}} ${{ 'open }} ${{ never"
    found = [(one.start, one.end, one.text) for one in expansions(text)]
    assert found == [(2, 13, "'}}'"), (14, 20, "a"), (21, 33, "'open")]


@pytest.mark.parametrize(
    "text",
    ["", "a b", "a.", "(a", "a[", "f(", "f(a b)", "&& a", "'open", "a ? b", "(" * 5_000, "!" * 99],
)
def test_what_is_none(text: str) -> None:
    with pytest.raises(ParseError):
        parse_expression(text)
