"""What Python says, in the lowered form: the same from both parsers."""

import sys
from typing import Any

import pytest

from seawall.model.program import (
    Assign,
    Attribute,
    Binary,
    Bind,
    Call,
    Class,
    Compare,
    Constant,
    Declare,
    Define,
    Evaluate,
    Field,
    Format,
    Handler,
    If,
    Import,
    Imported,
    Index,
    Keyword,
    Lambda,
    Logic,
    Mapping,
    Match,
    MatchCapture,
    MatchMapping,
    MatchStar,
    MatchValue,
    Name,
    Raise,
    Scope,
    Sequence,
    Slice,
    Spread,
    Statement,
    Try,
    Unary,
    Unknown,
    With,
    Yield,
    unpack,
)
from seawall.parse.python import parse_python
from seawall.parse.python.syntax import parse_syntax
from seawall.parse.python.text import Text, decode
from seawall.parse.python.tolerant import parse_tolerant

A, B, C = Name("a"), Name("b"), Name("c")


def bare(node: Any) -> Any:
    """Return a node without its spans, so that it can be written down."""
    if isinstance(node, tuple):
        return tuple(bare(item) for item in node)
    fields = getattr(node, "__struct_fields__", None)
    if fields is None:
        return node
    given = {name: bare(getattr(node, name)) for name in fields if name != "span"}
    return type(node)(**given)


def statements(source: str) -> tuple[Statement, ...]:
    """Lower with both parsers, where Python's own takes it."""
    text = Text(decode(source.encode()))
    tolerant = parse_tolerant(text)
    exact = parse_syntax(text)
    assert exact is None or exact == tolerant
    assert not tolerant.broken
    return bare(tolerant.body)


def expression(source: str) -> Any:
    (statement,) = statements(f"_ = {source}\n")
    assert isinstance(statement, Assign)
    return statement.value


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a.b", Attribute(A, "b")),
        ("(((a)))", A),
        ("a[1:b, ...]", Index(A, Sequence("tuple", (Slice(Constant(1), B, None), Unknown())))),
        ("a[1,]", Index(A, Sequence("tuple", (Constant(1),)))),
        ("a(b, *c, d=1, **c)", Call(
            A, (B, Spread(C)), (Keyword("d", Constant(1)), Keyword("", C))
        )),
        ("a and b and c or a", Logic("or", (Logic("and", (A, B, C)), A))),
        ("(a and b) and c", Logic("and", (Logic("and", (A, B)), C))),
        ("a < b is not c", Compare(A, ("<", "is not"), (B, C))),
        ("a & b ^ c", Binary("^", Binary("&", A, B), C)),
        ("a ^ b & c", Binary("^", A, Binary("&", B, C))),
        ("not -a", Unary("not", Unary("-", A))),
        ("{a: 1, **b}", Mapping((A, None), (Constant(1), B))),
        ("(b := a)", Bind(B, A)),
        ("*a.b, c", Sequence("tuple", (Spread(Attribute(A, "b")), C))),
        ("10 ** 30", Binary("**", Constant(10), Constant(30))),
        ("0x_ff", Constant(255)),
        ("1.5e3", Constant(1500.0)),
        ("3j", Unknown()),
        ("99999999999999999999", Unknown()),
        ("...", Unknown()),
        ("None", Constant(None)),
    ],
)  # fmt: skip
def test_expressions(source: str, expected: Any) -> None:
    assert expression(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            r"'a\n' r'\n' '''b\
'''",
            "a\n\\nb",
        ),
        (r"'\x41\u00e9\N{BULLET}\101\q'", "A\u00e9\u2022A\\q"),
        (r"r'\''", "\\'"),
        (r"r'\\'", "\\\\"),
        (r"b'\xff\n' rb'\n'", b"\xff\n\\n"),
        ("'\\ud800'", "\ufffd"),
        ("f'{{a}}' 'b'", "{a}b"),
        ("f''", ""),
    ],
)
def test_texts(source: str, expected: str | bytes) -> None:
    assert expression(source) == Constant(expected)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("f'x{a!r:>{b}}' 'y'", (
            Constant("x"),
            Field(A, "r", Format((Constant(">"), Field(B)))),
            Constant("y"),
        )),
        ("f'{a = }'", (Constant("a = "), Field(A, "r"))),
        ("f'{a=:5}'", (Constant("a="), Field(A, "", Format((Constant("5"),))))),
        ("f'{a:=5}'", (Field(A, "", Format((Constant("=5"),))),)),
        ("f'{a, b}'", (Field(Sequence("tuple", (A, B))),)),
        # Python 3.12 (PEP 701): the same quotes, backslashes, lines and comments within.
        ('f"{a["b"]}\\n"', (Field(Index(A, Constant("b"))), Constant("\n"))),
        ('f"{a(f"{b}")}"', (Field(Call(A, (Format((Field(B),)),))),)),
        ("f'{a(\"\\n\")}'", (Field(Call(A, (Constant("\n"),))),)),
        ("f'{\na  # why\n}'", (Field(A),)),
        ("rf'\\d{a}'", (Constant("\\d"), Field(A))),
    ],
)  # fmt: skip
def test_texts_with_values(source: str, expected: Any) -> None:
    assert expression(source) == Format(expected)


def test_a_template_is_no_text() -> None:
    (statement,) = bare(parse_python(b"x = t'{a}'\n").body)
    assert statement.value == Call(Name("<template>"), (Format((Field(A),)),))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a = b = c", Assign((A, B), C)),
        ("(a) = b", Assign((A,), B)),
        ("a, *b = c", Assign((Sequence("tuple", (A, Spread(B))),), C)),
        ("a: b = c", Declare(A, B, C)),
        ("a: list[b] | c", Declare(A, Binary("|", Index(Name("list"), B), C))),
        ("type(a).b = c", Assign((Attribute(Call(Name("type"), (A,)), "b"),), C)),
        ("from ..a import b as c, d",
         Import((Imported("b", "c"), Imported("d", "d")), "a", 2, True)),
        ("from . import *", Import((Imported("*", "*"),), "", 1, True)),
        ("import a.b, c as d", Import((Imported("a.b"), Imported("c", "d")))),
        ("global a, b", Scope(("a", "b"))),
        ("raise a from b", Raise(A, B)),
        ("yield from a", Evaluate(Yield(A, True))),
        # Python 3.12
        ("type a[T] = b", Assign((A,), B)),
        # Python 2
        ("print a, b", Evaluate(Call(Name("print"), (A, B)))),
        ("print >>a, b", Evaluate(Call(Name("print"), (B,), (Keyword("file", A),)))),
        ("exec a in b", Evaluate(Call(Name("exec"), (A, B)))),
        ("exec a(b) in b, c", Evaluate(Call(Name("exec"), (Call(A, (B,)), B, C)))),
        ("exec a.b", Evaluate(Call(Name("exec"), (Attribute(A, "b"),)))),
        ("exec a", Evaluate(Call(Name("exec"), (A,)))),
        ("raise a, 'x', b", Raise(Call(A, (Constant("x"),)))),
        ("a = `b`", Assign((A,), Call(Name("repr"), (B,)))),
        ("a = b <> c", Assign((A,), Compare(B, ("!=",), (C,)))),
        ("a = 0777", Assign((A,), Constant(511))),
        ("a = 10L", Assign((A,), Constant(10))),
        ("a = ur'x'", Assign((A,), Constant("x"))),
    ],
)  # fmt: skip
def test_statements(source: str, expected: Statement) -> None:
    assert statements(source + "\n") == (expected,)


def test_docstrings_and_pass_are_dropped() -> None:
    assert statements("'doc'\npass\n1\n...\nf'x'\nb'x'; pass\n(None)\n") == ()


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("except:", Handler(None, "", ())),
        ("except a as b:", Handler(A, "b", ())),
        ("except (a, b):", Handler(Sequence("tuple", (A, B)), "", ())),
        ("except a, e:", Handler(A, "e", ())),
        ("except A, B:", Handler(Sequence("tuple", (Name("A"), Name("B"))), "", ())),
    ],
)
def test_handlers(source: str, expected: Handler) -> None:
    assert statements(f"try: pass\n{source} pass\n") == (Try((), (expected,)),)


def test_exception_groups() -> None:
    assert statements("try: a\nexcept* b: pass\n") == (
        Try((Evaluate(A),), (Handler(B, "", ()),)),
    )  # fmt: skip


def test_with_in_parentheses() -> None:
    first, second, third = statements(
        "with (a as b, c): pass\nwith (a, b): pass\nwith (a as b): pass\n"
    )
    assert isinstance(first, With)
    assert isinstance(second, With)
    assert isinstance(third, With)
    assert [item.target for item in first.items] == [B, None]
    assert [item.context for item in second.items] == [A, B]
    assert [item.target for item in third.items] == [B]


def test_an_elif_is_an_if_alone() -> None:
    (statement,) = statements("if a: pass\nelif b: c\nelse: a\n")
    assert statement == If(A, (), (If(B, (Evaluate(C),), (Evaluate(A),)),))


def test_match() -> None:
    (statement,) = statements(
        "match a:\n"
        "    case [b, *_] | -1: pass\n"
        "    case {'k': c.d, **b} if c: pass\n"
        "    case a.B(1, k=None) as c: pass\n"
        "    case _: pass\n"
    )
    assert isinstance(statement, Match)
    first, second, third, fourth = (case.pattern for case in statement.cases)
    assert first.patterns[0].items[1] == MatchStar("")
    assert first.patterns[1] == MatchValue(Unary("-", Constant(1)))
    assert second == MatchMapping((Constant("k"),), (MatchValue(Attribute(C, "d")),), "b")
    assert third.name == "c"
    assert third.pattern.names == ("k",)
    assert fourth == MatchCapture("")


def test_a_function_knows_its_names() -> None:
    (statement,) = statements(
        "@d.e\n"
        "async def f(a, /, b: t = x, *c, k=1, **n):\n"
        "    global g\n"
        "    g = h = [i for i in a]\n"
        "    import p.q\n"
        "    def inner(): yield z\n"
        "    try: (w := 1)\n"
        "    except E as e: pass\n"
        "    return lambda v: v\n"
    )
    assert isinstance(statement, Define)
    function = statement.function
    kinds = [parameter.kind for parameter in function.parameters]
    assert kinds == ["position", "any", "rest", "name", "names"]
    assert function.locals == ("a", "b", "c", "e", "h", "inner", "k", "n", "p", "w")
    assert function.words == tuple("E a b c d e f g h i inner k n p q t v w x z".split())
    assert function.is_async
    assert not function.is_generator
    assert function.body[3].function.symbol == "f.inner"
    assert function.body[3].function.is_generator


def test_symbols_and_lambdas() -> None:
    first, second = statements("class A(B, k=C):\n    def m(self): pass\nx = lambda a=1: a\n")
    assert isinstance(first, Class)
    assert first.body[0].function.symbol == "A.m"
    assert isinstance(second.value, Lambda)
    assert second.value.function.name == "<lambda>"
    assert second.value.function.locals == ("a",)


def test_parameters_of_python_2() -> None:
    (statement,) = statements("def f(a, (b, c)=a): pass\n")
    assert isinstance(statement, Define)
    names = [parameter.name for parameter in statement.function.parameters]
    assert names == ["a", ".1"]
    assert statement.function.body == (Assign((Sequence("tuple", (B, C)),), Name(".1")),)


def test_type_parameters_are_left_out() -> None:
    first, second = statements("def f[T: int](a: T) -> T: pass\nclass G[*Ts](A): pass\n")
    assert first.function.parameters[0].annotation == Name("T")
    assert second.bases == (Name("A"),)


@pytest.mark.parametrize(
    ("source", "place"),
    [
        ("def f():\n  a\n", (1, 4, 2, 3)),
        ("async  def  f():\n  a; b;\n", (1, 12, 2, 7)),
        ("@d\ndef f():\n  if a:\n    b\n  # later\n# and later\n", (2, 4, 4, 5)),
        ("def \\\n  f(): a\n", (2, 2, 2, 8)),
        ("\u00e4 = 1; \ndef f(): pass\r\n", (2, 4, 2, 13)),
    ],
)
def test_a_function_stands_from_its_name_to_its_end(
    source: str, place: tuple[int, int, int, int]
) -> None:
    text = Text(source)
    for module in (parse_syntax(text), parse_tolerant(text)):
        assert module is not None
        function = module.body[-1].function
        assert unpack(function.span) == place


@pytest.mark.parametrize(
    ("content", "name"),
    [
        ("# -*- coding: latin-1 -*-\n\u00e9 = 1\n".encode("latin-1"), "\u00e9"),
        ("\u00e9 = 1\n".encode("latin-1"), None),
        (b"\xef\xbb\xbfx = 1\n", "x"),
        (b"# coding: rot13\nx = 1\n", "x"),
        (b"# coding: utf-16\nx = 1\n", "x"),
        (b"x\0= 1\n", "x"),
        ("\ufb01 = 1\n".encode(), "fi"),
    ],
)
def test_encodings(content: bytes, name: str | None) -> None:
    module = parse_python(content)
    if name is not None:
        assert module.words == (name,)
    assert bool(module.broken) == (name is None)


def test_both_parsers_agree_on_the_standard_library() -> None:
    import sysconfig
    from pathlib import Path

    library = Path(sysconfig.get_path("stdlib"))
    paths = sorted(library.glob("*.py")) + sorted(library.glob("[a-j]*/*.py"))
    paths = [path for path in paths if path.stat().st_size < 60_000][::2]
    assert sys.version_info < (3, 15), "look whether the new grammar is covered"
    wrong = []
    compared = 0
    for path in paths[:110]:
        text = Text(decode(path.read_bytes()))
        exact = parse_syntax(text)
        if exact is not None:
            compared += 1
            if exact != parse_tolerant(text):
                wrong.append(str(path))
    assert compared > 50
    assert not wrong
