"""Templates of Go as trees: what stands in them, and where."""

import contextlib
import time

import pytest

from seawall.core.errors import ParseError
from seawall.parse.go_template import (
    DEEPEST,
    Action,
    Block,
    Literal,
    Name,
    Path,
    Pipeline,
    Words,
    parse_go_template,
)


def test_pipelines() -> None:
    found = parse_go_template('a {{ .Values.x.y | default "z\\n" | quote }} b').parts
    pipeline = Pipeline(
        (
            (Path(".", ("Values", "x", "y")),),
            (Name("default"), Literal("z\n")),
            (Name("quote"),),
        )
    )
    assert found == (Words("a ", 1, 1), Action(pipeline, 1, 3), Words(" b", 1, 44))


def test_operands() -> None:
    part = parse_go_template(
        "{{ f $.a $x (index .b -1).c 0x10 1.5 `r\"` 'a' true nil . $ }}"
    ).parts[0]
    assert isinstance(part, Action)
    assert part.pipeline.commands[0] == (
        Name("f"),
        Path("$", ("a",)),
        Path("$x"),
        Path(Pipeline(((Name("index"), Path(".", ("b",)), Literal(-1)),)), ("c",)),
        Literal(16),
        Literal(1.5),
        Literal('r"'),
        Literal(97),
        Literal(True),
        Literal(None),
        Path("."),
        Path("$"),
    )


def test_trimming_and_comments() -> None:
    text = "a \n {{- /* no */ -}} \n b{{ .x -}}\n\n  c {{- .y }} d"
    words = [one for one in parse_go_template(text).parts if isinstance(one, Words)]
    assert words == [Words("a", 1, 1), Words("b", 3, 2), Words("c", 5, 3), Words(" d", 5, 14)]


def test_blocks() -> None:
    text = """\
{{- define "a" }}x{{ end -}}
{{ if .a }}1{{ else if .b }}2{{ else }}3{{ end }}
{{ range $k, $v := .c }}{{ break }}{{ end }}
{{ with $y := .d }}{{ $y = 1 }}{{ end }}
{{ template "a" . }}
"""
    found = parse_go_template(text)
    assert found.defined == {"a": (Words("x", 1, 18),)}
    blocks = [one for one in found.parts if isinstance(one, Block)]
    assert [(one.keyword, one.pipeline.variables, one.line) for one in blocks] == [
        ("if", (), 2),
        ("range", ("$k", "$v"), 3),
        ("with", ("$y",), 4),
    ]
    inner = blocks[0].other[0]
    assert isinstance(inner, Block)
    assert (inner.body, inner.other) == ((Words("2", 2, 29),), (Words("3", 2, 40),))
    assert [one.template for one in found.parts if isinstance(one, Action)] == ["a"]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a\n{{ if .x }}", 2),
        ("{{ end }}", 1),
        ("\n\n{{ .x", 3),
        ('{{ "x }}', 1),
        ("{{/* x", 1),
        ("{{ (.x }}", 1),
        ("{{ ; }}", 1),
        ("{{ if .x }}" * (DEEPEST + 5), 1),
        ("{{ " + "(" * (DEEPEST + 5), 1),
        ("{{ " + "(" * (DEEPEST + 5) + " }}", 1),
    ],
)
def test_what_is_none(text: str, line: int) -> None:
    with pytest.raises(ParseError) as caught:
        parse_go_template(text)
    assert caught.value.line == line


@pytest.mark.parametrize(
    "text", ["{{", " {{- x -}} ", "{{/*", "{{ ((", "{{ if x }}{{ end }}", "{ {"]
)
def test_it_takes_no_longer_than_is_due(text: str) -> None:
    began = time.process_time()
    with contextlib.suppress(ParseError):
        parse_go_template(text * 20_000)
    assert time.process_time() - began < 5
