"""What a pattern matches, as its documentation says."""

import textwrap

import pytest

from seawall.engines.code.semgrep.engine import match_rules
from seawall.engines.code.semgrep.reading import read_rules
from seawall.model.program import line_of
from seawall.parse.python import parse_python


def lines_of(pattern: str, code: str, options: str = "{}") -> list[int]:
    """Return the lines on which a pattern is found."""
    content = "rules:\n- id: it\n  message: m\n  severity: INFO\n  languages: [python]\n"
    content += f"  options: {options}\n  pattern: |\n" + textwrap.indent(pattern, "    ") + "\n"
    rules, problems = read_rules("rules.yaml", content.encode())
    assert not problems, problems[0].message
    found, gave_up = match_rules(rules, parse_python(code.encode()), code)
    assert not gave_up
    return sorted({line_of(one.span) for one in found})


EXPRESSIONS = [
    # pattern, what it matches, what it does not
    ("foo(...)", ["foo()", "foo(1, *a, b=2)", "x = [foo(1)]"], ["bar()", "a.foo()", "foo"]),
    ("foo($X)", ["foo(1)", "foo(a.b)"], ["foo()", "foo(1, 2)", "foo(a=1)"]),
    ("foo($X, $X)", ["foo(a.b(1), a.b(1))", "foo(x,  x)"], ["foo(a, b)"]),
    ("foo($_, $_)", ["foo(1, 2)"], ["foo(1)"]),
    ("foo(1, ...)", ["foo(1)", "foo(1, 2)", "foo(1, k=2)"], ["foo(2, 1)", "foo()"]),
    ("foo(..., 1)", ["foo(1)", "foo(3, 2, 1)"], ["foo(1, 2)"]),
    ("foo(..., $X, ..., $X, ...)", ["foo(1, 2, 3, 2)"], ["foo(1, 2, 3)"]),
    ("foo(..., k=True, ...)", ["foo(k=True)", "foo(1, a=2, k=True, b=3)"], ["foo(k=False)"]),
    ("foo(a=1, b=2)", ["foo(b=2, a=1)"], ["foo(a=1, b=2, c=3)", "foo(a=1)"]),
    ("foo(..., $K=$V, ...)", ["foo(1, x=2)"], ["foo(1)", "foo(**x)"]),
    ("foo($...A, 3, $...A)", ["foo(1, 2, 3, 1, 2)"], ["foo(1, 3, 2)"]),
    ("foo(**$X)", ["foo(**a)"], ["foo(*a)", "foo(a=1)"]),
    ("foo(*$X)", ["foo(*a)"], ["foo(**a)", "foo(a)"]),
    ("$X.get(...)", ["a.get(1)", "a.b().get()"], ["get(1)", "a.got()"]),
    ("$X.$M(1)", ["a.b(1)"], ["a(1)"]),
    ("$O.foo(). ... .bar()", ["a.foo().x(1).y[2].bar()", "a.foo().bar()"], ["a.foo()", "a.bar()"]),
    ("$X == $X", ["a == a", "a.b == a.b"], ["a == b", "a != a"]),
    ("$X = 1 + 2 + ...", ["x = 1 + 2 + 3 + 4", "x = 1 + 2 + 3"], ["x = 1 * 2"]),
    ("$X if $C else None", ["y = 1 if x else None"], ["y = 1 if x else 2"]),
    ("not $X", ["y = not x"], ["y = -x"]),
    ("$A and $B", ["a and b", "a and b and c"], ["a or b"]),
    ("a | b | $X", ["x = a | b | c", "x = b | c | a"], ["x = a | c"]),
    ("[..., 10]", ["[8, 9, 10]", "[10]"], ["[10, 9]", "(8, 10)"]),
    ("{..., $K: 1, ...}", ["x = {'a': 2, 'b': 1}"], ["x = {'a': 2}", "x = {1}"]),
    ("x = {...}", ["x = {}", "x = {'a': 1}"], ["x = {1, 2}", "y = {}"]),
    ("$X[$Y]", ["a[1]", "a.b['c']"], ["a(1)"]),
    ("$X[...]", ["a[1]", "a[1:2]"], ["a"]),
    ("[$X for $Y in $Z]", ["[a for b in c]"], ["{a for b in c}"]),
    ("lambda $X: ...", ["f = lambda a: a + 1"], ["f = lambda: 1", "f = lambda a, b: 1"]),
    ("foo(<... $X.bad() ...>)", ["foo(1 + [a.bad()])", "foo(a.bad())"], ["foo(a.good())"]),
    ("await $X", ["async def f():\n    await g()"], ["g()"]),
    ("(yield $X)", ["def f():\n    yield 1"], ["1"]),
    ("foo", ["x += foo()", "return_ = bar + foo", "foo(1)"], ["import foo", "a.foo"]),
]


STRINGS = [
    (
        'foo("...")',
        ["foo('a')", "foo('a' 'b')", "foo('a' + 'b')"],
        ["foo(1)", "foo(b'')", "foo(x)"],
    ),
    ('foo("a")', ["foo('a')", "X = 'a'\nfoo(X)"], ["foo('b')", "X = 'a'\nX = 'b'\nfoo(X)"]),
    (
        'foo("...")',
        ["def f():\n    if c:\n        p = 'a'\n    else:\n        p = 'b'\n    foo(p)"],
        ["def f(p='a'):\n    foo(p)", "for p in 'a':\n    foo(p)"],
    ),
    ('foo("=~/^md[45]$/i")', ["foo('MD5')"], ["foo('sha1')", "foo('xmd5')"]),
    ('foo("$X", "$X")', ["foo('a', 'a')"], ["foo('a', 'b')"]),
    ('f"...{$X}..."', ["y = f'a {b} c'", "y = f'{b}'"], ["y = 'a'", "y = f'a'"]),
    ('f"SELECT ... {$X}"', ["y = f'SELECT a {b}'"], ["y = f'DELETE {b}'", "y = f'SELECT {b} x'"]),
    ('"..." % $X', ["y = 'a %s' % b"], ["y = a % b"]),
    ('"...".format(...)', ["y = 'a {}'.format(b)", "T = 'a'\ny = T.format(1)"], ["a.format(b)"]),
    ('b"..."', ["y = b'a'"], ["y = 'a'"]),
    ("foo(True)", ["foo(True)", "D = True\nfoo(D)"], ["foo(1)", "foo(False)"]),
    ('"..."', ["y = 'a'"], ["y = 1", "def f():\n    'about f'"]),
]


IMPORTS = [
    (
        "subprocess.run(...)",
        [
            "import subprocess\nsubprocess.run(a)",
            "import subprocess as sp\nsp.run(a)",
            "from subprocess import run\nrun(a)",
            "from subprocess import run as r\nr(a)",
            "def f():\n    from subprocess import run as r\n    r(a)",
            "subprocess.run(a)",
        ],
        [
            "from mine import run\nrun(a)",
            "run(a)",
            "def f():\n    from subprocess import run as r\ndef g(r):\n    r(a)",
        ],
    ),
    (
        "foo.bar.baz.qux(...)",
        ["from foo.bar import baz\nbaz.qux()", "import foo.bar.baz as b\nb.qux()"],
        ["baz.qux()"],
    ),
    ("requests.$M(...)", ["from requests import get\nget(u)"], ["from r import get\nget(u)"]),
    (
        "import foo",
        ["import foo", "import foo as f", "from foo import a", "import foo.a"],
        ["import bar", "import food"],
    ),
    (
        "from foo import bar",
        ["from foo import baz, bar", "from foo import bar as b"],
        ["import foo", "from foo import baz"],
    ),
    ("import $X", ["import a", "import a.b"], ["x = 1"]),
    ("from $M import $N as $A", ["from a import b as c"], ["import b as c"]),
]


STATEMENTS = [
    (
        "$X = foo(...)",
        ["a = foo(1)", "a.b = foo()", "a: int = foo()", "a = b = foo()"],
        ["a = 1", "foo()", "a += foo()"],
    ),
    ("$X += $Y", ["a += 1"], ["a = 1", "a -= 1"]),
    ("$X = $Y\n$X = $Z", ["a = 1\na = 2"], ["a = 1\nb = 2", "a = 1\nf()\na = 2"]),
    (
        "$X = open(...)\n...\n$X.read()",
        [
            "f = open(a)\nf.read()",
            "f = open(a)\ng()\nif c:\n    y = f.read()",
            "f = open(a)\nreturn_ = g(f.read())",
            "def h():\n    f = open(a)\n    return f.read()",
        ],
        ["f = open(a)\ng.read()", "f.read()\nf = open(a)"],
    ),
    (
        "if $C: ...",
        ["if a:\n    b", "if a:\n    b\nelse:\n    c", "if x: y\nelif a: b"],
        ["while a: b"],
    ),
    (
        "if $C:\n    return $X",
        ["def f():\n    if a:\n        return 1"],
        ["def f():\n    if a:\n        g()\n        return 1"],
    ),
    ("if $C: $BODY", ["if a:\n    b()"], ["if a:\n    b()\n    c()"]),
    (
        "if <... $U.is_admin() ...>: ...",
        ["if a() and u.is_admin() and b:\n    c"],
        ["if a():\n    u.is_admin()"],
    ),
    ("for $X in $Y: ...", ["for a in b:\n    c"], ["while a:\n    c"]),
    ("while True: ...", ["while True:\n    c"], ["while x:\n    c"]),
    (
        "try: ...\nexcept: pass",
        ["try:\n    a()\nexcept:\n    pass"],
        ["try:\n    a()\nexcept E:\n    pass", "try:\n    a()\nexcept:\n    b()"],
    ),
    (
        "try: ...\nexcept $E as $N: ...",
        ["try:\n    a()\nexcept B:\n    pass\nexcept E as e:\n    pass"],
        ["try:\n    a()\nexcept E:\n    pass"],
    ),
    (
        "with open(...) as $F: ...",
        ["with open(a) as f:\n    b", "with a, open(b) as f:\n    c"],
        ["with open(a):\n    b"],
    ),
    ("with $X: ...", ["with a:\n    c"], ["for a in b: c", "with a as b: c"]),
    ("return $X", ["def f():\n    return 1"], ["def f():\n    return"]),
    ("return ...", ["def f():\n    return 1", "def f():\n    return"], ["1"]),
    ("raise $E(...)", ["raise A('b')"], ["raise A"]),
    ("assert $X", ["assert a"], ["a"]),
    ("del $X", ["del a"], ["a"]),
    (
        "def $F(...): ...",
        ["def f(): pass", "async def f(a, *b): return 1", "class A:\n    def f(self): pass"],
        ["f = lambda: 1"],
    ),
    ("def $F(..., $A={}, ...): ...", ["def f(a, b={}, *c): pass"], ["def f(a, b=1): pass"]),
    (
        "def $F($X: int, ...) -> $T: ...",
        ["def f(a: int, b) -> str: pass"],
        ["def f(a): pass", "def f(a: int): pass"],
    ),
    (
        "def $F(...):\n    ...\n    return $F(...)\n",
        ["def f(a):\n    b()\n    if c:\n        return f(a)"],
        ["def f(a):\n    return g(a)"],
    ),
    ("async def $F(...): ...", ["async def f(): pass"], ["def f(): pass"]),
    ("@$D\ndef $F(...): ...", ["@a.b\ndef f(): pass"], ["def f(): pass"]),
    (
        "@app.route(...)\ndef $F(...): ...",
        ["@x\n@app.route('/')\n@y\ndef f(a): pass"],
        ["@app.get('/')\ndef f(): pass"],
    ),
    ("class $C($B): ...", ["class A(B): pass", "class A(B, C): x = 1"], ["class A: pass"]),
    ("class $C: ...", ["class A(B): pass", "class A: pass"], ["def f(): pass"]),
    (
        "class $C(Model):\n    ...\n    $F = Field(...)\n    ...",
        ["class A(Model):\n    a = 1\n    b = Field()\n    c = 2"],
        ["class A(Model):\n    a = 1"],
    ),
]


TYPED = [
    (
        "foo(($X : int))",
        ["foo(1)", "def f(a: int):\n    foo(a)", "a: int = g()\nfoo(a)"],
        ["foo('a')", "foo(x)"],
    ),
    (
        "($X : sqlite3.Connection).execute(...)",
        [
            "import sqlite3\ndef f(c: sqlite3.Connection): c.execute(q)",
            "from sqlite3 import Connection as C\ndef f(c: C | None): c.execute(q)",
            "import sqlite3\nc = sqlite3.Connection()\nc.execute(q)",
        ],
        ["def f(c): c.execute(q)", "def f(c: int): c.execute(q)"],
    ),
    ("foo($X : str)", ["foo('a')", "a = 'b'\nfoo(a)"], ["foo(1)"]),
]

FINER = [
    ("foo(..., k=1)", ["foo(1, k=1)", "foo(1, z=2, k=1)"], ["foo(1, k=1, z=2)"]),
    ("foo($X)", ["foo(*a)"], ["foo(**a)"]),
    ("foo(1, $...A)", ["foo(1)", "foo(1, k=2, *a)"], ["foo(2)"]),
    ("a | $X", ["y = b | c | a"], ["y = b | c"]),
    ('foo("$X")', ["foo(b'a')"], ["foo(1)"]),
    ('f"$TEXT{...}..."', ["y = f'a {b} c'"], ["y = f'{b}'"]),
    ('foo(f"...")', ["foo(f'a{b}')"], ["foo('a')", "foo(b)"]),
    ("class $C(P): ...", ["class A(P, Q): pass"], ["class A(Q, P): pass"]),
    ("class $C(..., P, ...): ...", ["class A(Q, P): pass"], ["class A(Q): pass"]),
    (
        "class $C:\n    def g(self): ...",
        ["class A:\n    x = 1\n    def g(self): pass\n    def h(self): pass"],
        ["class A:\n    def h(self): pass"],
    ),
    (
        "def $F(...):\n    ...\n    foo()",
        ["def f():\n    foo()\n    bar()", "def f():\n    if c:\n        foo()\n    bar()"],
        ["def f():\n    bar()"],
    ),
    ("def $F(...):\n    foo()", ["def f():\n    foo()"], ["def f():\n    foo()\n    bar()"]),
    (
        "$X = a()\n...\nb($X)",
        ["x = a()\ny = b(x)", "x = a()\ndel y\ndef f():\n    return b(x)"],
        ["x = a()\nif b(x): pass", "x = a()\nf = lambda: b(x)", "def f():\n    x = a()\nb(x)"],
    ),
    ("if <... foo ...>: ...", ["if not a.b(foo): pass"], ["if a: foo"]),
    ("@d\ndef $F(...): ...", ["@d()\ndef f(): pass"], ["@d(1)\ndef f(): pass"]),
    ("@$A.route(...)\ndef $F(...): ...", ["@a.route\ndef f(): pass"], ["@route()\ndef f(): pass"]),
    ("@$D\ndef $F(...): ...", ["@a.b\ndef f(): pass"], ["@a.b(1)\ndef f(): pass"]),
    (
        "try: ...\nexcept E: ...",
        ["try:\n    a\nexcept E:\n    b\nexcept F:\n    c"],
        ["try:\n    a\nexcept E:\n    b\nfinally:\n    c"],
    ),
    ("if $C: ...\nelse: ...", ["if a: b\nelse: c", "if a: b\nelif d: c"], ["if a: b"]),
    ("raise $X", ["raise A from B"], ["raise"]),
    ("for $X in f(): ...", ["for a in f(): b\nelse: c"], ["[a for a in f()]"]),
]


@pytest.mark.parametrize(
    ("pattern", "hits", "misses"), [*EXPRESSIONS, *STRINGS, *IMPORTS, *STATEMENTS, *TYPED, *FINER]
)
def test_pattern(pattern: str, hits: list[str], misses: list[str]) -> None:
    for code in hits:
        assert lines_of(pattern, code + "\n"), code
    for code in misses:
        assert not lines_of(pattern, code + "\n"), code


def test_options() -> None:
    assert lines_of('foo("a")', "X = 'a'\nfoo(X)\n", "{constant_propagation: false}") == []
    assert lines_of("foo(bar(...))", "x = bar(1)\nfoo(x)\n") == []
    assert lines_of("foo(bar(...))", "x = bar(1)\nfoo(x)\n", "{symbolic_propagation: true}") == [2]
    assert lines_of("$A and b", "b and a\n") == []
    assert lines_of("$A and b", "b and a\n", "{commutative_boolop: true}") == [1]


def test_place() -> None:
    assert lines_of("foo($X)", "a = 1\nb = [\n  foo(2),\n]\n") == [3]
    assert lines_of("return foo", "def f():\n    a\n    return foo\n") == [3]
