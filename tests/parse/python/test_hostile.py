"""Broken and hostile files: the rest is kept, nothing is raised, nothing takes long."""

import random
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seawall.model.program import (
    Broken,
    Class,
    Compare,
    Define,
    If,
    Match,
    Module,
    Statement,
    With,
    unpack,
)
from seawall.parse.python import parse_python
from seawall.parse.python.scope import MAX_ITEMS
from seawall.parse.python.text import Text, decode
from seawall.parse.python.tolerant import parse_tolerant


def symbols(body: tuple[Statement, ...]) -> list[str]:
    found = []
    for statement in body:
        if isinstance(statement, Define):
            found += [statement.function.symbol, *symbols(statement.function.body)]
        elif isinstance(statement, Class):
            found += [statement.symbol, *symbols(statement.body)]
    return found


@pytest.mark.parametrize(
    "source",
    [
        "class A:\n def a(self):\n  x = f(1\n def b(self): pass\ndef c(): pass\n",
        "class A:\n def a(self, x:\n  y = )\n def b(self): pass\ndef c(): pass\n",
        "class A:\n def a(self):\n  if x\n   return\n def b(self): pass\ndef c(): pass\n",
        "class A:\n def a(self):\n  x = {\n def b(self): return [\ndef c(): pass\n",
        'class A:\n def b(self): pass\n\nx = """\n\ndef c(): pass\n',
        "class A:\n def b(self): pass\n\nif x\n  y = 1\n\ndef c(): pass\n",
        "class A:\n def b(self): pass\n $ ? = 1\ndef c(): pass\n",
        "class A:\n def b(self): pass\n<<<<<<< HEAD\nx\n=======\ny\n>>>>>>> a\ndef c(): pass\n",
    ],
)
def test_a_broken_function_loses_no_other(source: str) -> None:
    module = parse_python(source.encode())
    assert {"A", "A.b", "c"} <= set(symbols(module.body))
    assert module.broken


def test_what_is_broken_is_told_where_it_stands() -> None:
    module = parse_python(b"a = 1\nb = = 2\nc = 3\n")
    assert [type(statement).__name__ for statement in module.body] == ["Assign", "Broken", "Assign"]
    assert module.broken == (module.body[1],)
    assert isinstance(module.body[1], Broken)
    assert unpack(module.body[1].span)[0] == 2


HOSTILE = {
    "parentheses": b"x = " + b"(" * 50_000 + b"a" + b")" * 50_000,
    "open": b"(" * 100_000,
    "brackets": b"x = [{(" * 10_000,
    "calls": b"x = " + b"f(" * 3000 + b")" * 3000,
    "sum": b"x = a" + b" + a" * 5000,
    "or": b"x = a" + b" or a" * 50_000,
    "and": b"x = a" + b" & a ^ b" * 5000,
    "chain": b"x = a" + b".b()" * 20_000,
    "not": b"not " * 50_000 + b"a",
    "lambdas": b"x = " + b"lambda: " * 10_000 + b"a",
    "choices": b"x = " + b"a if b else " * 5000 + b"c",
    "texts": b'f"{' * 5000,
    "quotes": b'"""' * 5001,
    "elif": b"if a: b()\n" + b"elif c: d()\n" * 5000,
    "indent": b"".join(b" " * depth + b"if a:\n" for depth in range(300)),
    "list": b"x = [" + b"1, " * 100_000 + b"]",
    "errors": b"def f(:\n  x = )\n" * 300,
    "methods": b"class A:\n" + b"  def f(self:\n    x = (\n" * 200,
    "ticks": b"`" * 10_001,
    "number": b"x = " + b"9" * 100_000,
    "remarks": b"def f():\n    x\n" + b"    # a\n" * 100_000 + b"  $\n",
    "lines that go on": b"x = 1 " + b"\\\n" * 100_000 + b"$",
    "lines that go on, apart": b"x = 1 " + b" \\\r\n" * 100_000 + b"$",
    "signs": b"@" * 300_000,
    "remarks of HTML": b"x = 1\n" + b"<!--" * 50_000,
    "patterns": b"match x:\n case " + b"[" * 60 + b"a" + b"]" * 60 + b": pass",
    "names": "\ufdfa".encode() * 10_000 + b" = 1",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_take_little_time(name: str) -> None:
    start = time.process_time()
    module = parse_python(HOSTILE[name])
    assert module.body or module.broken
    assert hash(module) is not None  # no deeper than what walks it can go
    assert time.process_time() - start < 10


def test_long_displays_are_cut() -> None:
    (statement,) = parse_python(HOSTILE["list"]).body
    assert len(statement.value.items) == MAX_ITEMS


@pytest.mark.parametrize("name", ["sum", "or", "elif", "and", "calls"])
def test_what_is_cut_is_cut_alike(name: str) -> None:
    from seawall.parse.python.syntax import parse_syntax

    text = Text(decode(HOSTILE[name][:4000].rsplit(b" ", 1)[0] if name == "sum" else HOSTILE[name]))
    exact = parse_syntax(text)
    assert exact is None or exact == parse_tolerant(text)


def test_many_branches_are_all_kept() -> None:
    def count(body: tuple[Statement, ...]) -> int:
        return sum(1 + count(getattr(item, "orelse", ())) for item in body)

    source = b"if a: b()\n" + b"elif c: d()\n" * 500 + b"else: e()\n"
    for module in (parse_python(source), parse_tolerant(Text(decode(source)))):
        assert count(module.body) == 502  # each branch, and what the last `else` holds


@pytest.mark.parametrize(
    ("source", "signs"),
    [
        (b"match a   in the future(:", ("in",)),
        (b')\nif e e==MEDIA"":', ("==",)),
        (b'with c is "a b:', ("is",)),
    ],
)
def test_a_broken_comparison_has_a_right_side_for_every_sign(
    source: bytes, signs: tuple[str, ...]
) -> None:
    module = parse_python(source)
    held = module.body[-1]
    match held:
        case With():
            compared: object = held.items[0].context
        case Match():
            compared = held.subject
        case _:
            assert isinstance(held, If)
            compared = held.test
    assert isinstance(compared, Compare)
    assert compared.operators == signs
    assert len(compared.rights) == len(signs)
    assert module.broken


SEED = Path(__file__).with_name("test_forms.py").read_text("utf-8")
PIECES = [
    *"( ) [ ] { } : , ; = def class if else for in".split(),
    *("\n", "\n    ", "\t", "\\", '"', "'", '"""', "f'", "{", "}", "@", "`"),
    *("\0", "\r", "\x0c", "\u00e9", "match x:\n case ", "except a, b:", "print >>"),
    *("exec a in ", "lambda (a, b): ", "async ", "*", "**"),
]


@settings(max_examples=60, deadline=None)
@given(st.randoms(use_true_random=False), st.integers(1, 12))
def test_changed_sources_never_raise(chance: random.Random, changes: int) -> None:
    start = chance.randrange(len(SEED) - 1500)
    source = SEED[start : start + 1500]
    for _ in range(changes):
        at, end = sorted((chance.randrange(len(source) + 1), chance.randrange(len(source) + 1)))
        end = min(end, at + chance.choice((0, 0, 1, 5, 60)))
        source = source[:at] + chance.choice(PIECES) + source[end:]
    assert isinstance(parse_python(source.encode()), Module)
    assert isinstance(parse_tolerant(Text(decode(source.encode()))), Module)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from([*PIECES, "a", "1", " ", "b.c"]), max_size=60).map("".join))
def test_any_text_never_raises(source: str) -> None:
    assert isinstance(parse_python(source.encode()), Module)
    assert isinstance(parse_tolerant(Text(decode(source.encode()))), Module)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_never_raise(content: bytes) -> None:
    assert isinstance(parse_python(content), Module)
