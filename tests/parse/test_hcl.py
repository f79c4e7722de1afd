"""HCL: trees with exact places, and what is broken."""

import time
from typing import Any

import pytest

from seawall.core.errors import ParseError
from seawall.parse.hcl import parse_hcl, parse_template, tree
from seawall.parse.hcl.tree import Expr, File


def read(text: str) -> File:
    file = parse_hcl(text, "main.tf")
    assert file.broken == ()
    return file


def value(text: str) -> Expr:
    return read(f"x = {text}\n").body.settings["x"].value


def shown(expression: Any) -> Any:
    """Show an expression as nested lists: what it is, and of what."""
    match expression:
        case tree.Literal():
            return expression.value
        case tree.Template():
            return [
                "text",
                *(one if isinstance(one, str) else shown(one) for one in expression.parts),
            ]
        case tree.Name():
            return f"${expression.name}"
        case tree.Attribute():
            return [".", shown(expression.target), expression.name]
        case tree.Index():
            return ["[]", shown(expression.target), shown(expression.key)]
        case tree.Splat():
            return ["*", shown(expression.target), shown(expression.each)]
        case tree.Call():
            name = f"{expression.name}{'...' if expression.expands else ''}"
            return [f"{name}()", *map(shown, expression.arguments)]
        case tree.Unary():
            return [expression.operator, shown(expression.operand)]
        case tree.Binary():
            return [expression.operator, shown(expression.left), shown(expression.right)]
        case tree.Conditional():
            return ["?", shown(expression.question), shown(expression.yes), shown(expression.no)]
        case tree.Tuple():
            return ["[", *map(shown, expression.items)]
        case tree.Object():
            return ["{", *((shown(key), shown(one)) for key, one in expression.items)]
        case tree.For():
            return [
                "for",
                expression.key_name,
                expression.value_name,
                shown(expression.collection),
                shown(expression.key) if expression.key is not None else None,
                shown(expression.value),
                shown(expression.condition) if expression.condition is not None else None,
                expression.groups,
            ]
    raise AssertionError(expression)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("1", 1),
        ("1.5e3", 1500.0),
        ("-1", -1),
        ("true", True),
        ("null", None),
        ('"a"', "a"),
        ('""', ""),
        (r'"a\n\t\"\\\u00e9\U0001F600"', 'a\n\t"\\é😀'),
        ('"$${a} %%{b} $5 100%"', "${a} %{b} $5 100%"),
        ('"a ${b} c"', ["text", "a ", "$b", " c"]),
        ('"${~ b ~}"', ["text", "$b"]),
        ('"${a["k"]}${"in ${b}"}"', ["text", ["[]", "$a", "k"], ["text", "in ", "$b"]]),
        ("a.b.c", [".", [".", "$a", "b"], "c"]),
        ("a.0.1", ["[]", ["[]", "$a", 0], 1]),
        ('a["k"].b[0]', ["[]", [".", ["[]", "$a", "k"], "b"], 0]),
        ("a[*].b", ["*", "$a", [".", "$*", "b"]]),
        ("a.*.b", ["*", "$a", [".", "$*", "b"]]),
        ("f()", ["f()"]),
        ("f(1, a...)", ["f...()", 1, "$a"]),
        ("f(\n  1,\n  2,\n)", ["f()", 1, 2]),
        ("provider::aws::arn(a)", ["provider::aws::arn()", "$a"]),
        ("!a && b || c", ["||", ["&&", ["!", "$a"], "$b"], "$c"]),
        ("1 + 2 * 3 - 4", ["-", ["+", 1, ["*", 2, 3]], 4]),
        ("a == 1 ? b : c ? d : e", ["?", ["==", "$a", 1], "$b", ["?", "$c", "$d", "$e"]]),
        ("(1 + 2) * 3", ["*", ["+", 1, 2], 3]),
        ("a - -b", ["-", "$a", ["-", "$b"]]),
        ("[1, 2,]", ["[", 1, 2]),
        ("[]", ["["]),
        ("{}", ["{"]),
        ('{ a = 1, "b" : 2, (c) = 3 }', ["{", ("a", 1), ("b", 2), ("$c", 3)]),
        ("{\n  a = 1 # x\n  b = 2\n}", ["{", ("a", 1), ("b", 2)]),
        ('{ "${a}-x" = 1 }', ["{", (["text", "$a", "-x"], 1)]),
        ("[for v in a : v]", ["for", "", "v", "$a", None, "$v", None, False]),
        (
            "{for k, v in a : k => v... if v != null}",
            ["for", "k", "v", "$a", "$k", "$v", ["!=", "$v", None], True],
        ),
        ("[for_each, forms]", ["[", "$for_each", "$forms"]),
        ("a /* b */ + # c\n  1", ["+", "$a", 1]),
        ("<<EOT\nline one\n  two ${a}\nEOT", ["text", "line one\n  two ", "$a", "\n"]),
        ("<<-EOT\n    one\n      two\n    EOT", "one\n  two\n"),
        ("<<-EOT\n    ${a}\n      two\n    EOT", ["text", "$a", "\n  two\n"]),
        ("<<EOT\nEOT", ""),
        ("<<EOT\na \"quoted\" \\n {\nEOT", 'a "quoted" \\n {\n'),
        (
            '"%{ if a }yes%{ else }no%{ endif }"',
            ["text", ["?", "$a", "yes", "no"]],
        ),
        (
            '"%{ for k, v in a }${v},%{ endfor }"',
            ["text", ["for", "k", "v", "$a", None, ["text", "$v", ","], None, False]],
        ),
    ],
)  # fmt: skip
def test_expressions(text: str, wanted: Any) -> None:
    assert shown(value(text)) == wanted


def test_blocks_have_labels_and_places() -> None:
    text = 'resource "aws_x" y {\n  a = 1\n\n  inner {\n    b = "ü"\n  }\n}\nz { c = 3 }\n'
    file = read(text)
    first, second = file.body.blocks
    assert (first.type, first.labels) == ("resource", ("aws_x", "y"))
    assert file.position(first.start) == (1, 1)
    assert file.position(first.head_end) == (1, 21)
    assert file.position(first.end) == (7, 2)
    (inner,) = first.body.blocks
    assert (file.position(inner.start), file.position(inner.end)) == ((4, 3), (6, 4))
    setting = inner.body.settings["b"]
    assert file.position(setting.start) == (5, 5)
    assert file.position(setting.value.start) == (5, 9)
    assert file.position(setting.value.end) == (5, 12)
    assert second.body.settings["c"].value == tree.Literal(len(text) - 4, len(text) - 3, 3)


def test_lines_may_end_as_windows_ends_them() -> None:
    file = read("a {\r\n  b = <<EOT\r\nx\r\nEOT\r\n  c = 1\r\n}\r\n")
    settings = file.body.blocks[0].body.settings
    assert shown(settings["b"].value) == "x\r\n"
    assert file.position(settings["c"].start) == (5, 3)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a {\n  b = \n}\nc {}\n", 2),
        ("a {\n  b = 1 2\n}\nc {}\n", 2),
        ('a {\n  b = "x\n}\nc {}\n', 2),
        ("a {\n  b = [1, 2\n}\nc {}\n", 3),
        ("a {\n  b = { x = 1 y = 2 }\n}\nc {}\n", 2),
        ("a {\n  = 1\n}\nc {}\n", 2),
        ("a {\n  b = <<EOT\nx\n}\nc {}\n", 2),
        ('a {\n  b = "${x"\n}\nc {}\n', 2),
        ('a "b\nc {}\n', 1),
        ("a {\n  b = /* x\n}\nc {}\n", 2),
        ("}\nc {}\n", 1),
        ("???\nc {}\n", 1),
        ("a {\n  b = 1e400\n}\nc {}\n", 2),
        ("a {\n  b = x.1e400\n}\nc {}\n", 2),
    ],
)
def test_what_is_broken_costs_only_itself(text: str, line: int) -> None:
    file = parse_hcl(text, "main.tf")
    assert [one.line for one in file.broken] == [line]
    assert [block.type for block in file.body.blocks] == ["c"]


def test_a_block_that_is_not_closed_leaves_the_next_ones() -> None:
    file = parse_hcl("a {\n  b = 1\n\nc {\n}\n\nd {\n}\n", "main.tf")
    assert [one.line for one in file.broken] == [9]
    assert [block.type for block in file.body.blocks] == ["c", "d"]


@pytest.mark.parametrize(
    "text",
    [
        "x = " + "[" * 100_000,
        "x = " + "(" * 100_000 + "1" + ")" * 100_000,
        "x = " + "!" * 100_000 + "a",
        "x = " + "f(" * 50_000,
        "a {\n" * 50_000,
        'x = "' + "${" * 50_000,
        'x = "' + "%{ if a }" * 50_000,
        "x = " + "a ? " * 50_000,
        "x = a" + "[a" * 50_000,
        "x = <<A\n" * 20_000,
        "x = <<A\n" + "".join(f"a {{ b = <<M{at}\n" for at in range(20_000)),
        "a {\n  b = /*\n}\n" * 20_000,
        'a "' * 50_000,
        "x = 1" + "0" * 100_000,
        "\ufeff" * 100_000,
        "x = a" + " " * 200_000 + "b",
        "a" * 500_000,
        "x = [" + "{for k, v in a : k => " * 50_000,
    ],
)
def test_hostile_texts_end_soon(text: str) -> None:
    began = time.process_time()
    parse_hcl(text, "main.tf")
    assert time.process_time() - began < 5


def test_long_chains_are_no_nesting() -> None:
    assert isinstance(value(" + ".join(["1"] * 5_000)), tree.Binary)
    assert isinstance(value("a" + ".b" * 5_000), tree.Attribute)


def test_a_text_alone_is_a_template() -> None:
    assert shown(parse_template('say "${a}"\n')) == ["text", 'say "', "$a", '"\n']
    with pytest.raises(ParseError):
        parse_template("${a")
    with pytest.raises(ParseError):
        parse_template("%{ endif }")
