"""Programs that nobody writes, or that somebody writes to harm: the engine ends, and answers."""

import multiprocessing
import random
import resource
from functools import cache
from pathlib import Path

import hypothesis
import pytest
from hypothesis import strategies as st

from seawall.engines.code.engine import Answer, CodeEngine
from seawall.journeys.code import load_code_engine

HEAD = "from flask import Flask, request\nimport os\napp = Flask(__name__)\n"
VIEW = HEAD + "@app.get('/')\ndef view():\n    x = request.args['a']\n"
MEMORY = 1 << 30
"""Bytes that one program may cost beside what the test run holds."""


def nested(opening: str, count: int, closing: str) -> str:
    return "    " + opening * count + "1" + closing * count + "\n"


def steps(line: str, count: int) -> str:
    return "".join("    " + line.replace("#", str(i)) + "\n" for i in range(count))


PROGRAMS = {
    "brackets": nested("(", 2000, ")"),
    "lists in lists": nested("[", 2000, "]"),
    "calls in calls": "    " + "f(" * 3000 + ")" * 3000 + "\n",
    "a chain of calls": "    f" + "()" * 10_000 + "\n",
    "a chain of attributes": "    y = x" + ".b" * 20_000 + "\n",
    "a long sum": "    y = " + " + ".join(["x"] * 20_000) + "\n",
    "lambdas": "    y = " + "lambda a: " * 2000 + "x\n",
    "a sum of a whole file": "    y = " + "f(x)+" * 300_000 + "x\n",
    "many statements": steps("x# = x + 'a#'", 20_000) + "    os.system(x)\n",
    "doubled texts": "    y = 'a'\n" + steps("y = y + y", 60),
    "doubled lists": "    y = [1]\n" + steps("y = y + y", 60),
    "lists of lists": "    y = [x]\n" + steps("y = [y, y]", 60) + "    os.system(str(y))\n",
    "texts that grow": "    y = 'a' * 10000\n" + steps("y = y.replace('a', 'a' * 10)", 30),
    "methods of texts on what is none": (
        "    for y in (None, 1, 1.5, True, b'a'):\n"
        "        y.replace('a', 'b')\n        y.format(1)\n        y.join([y])\n"
        "        y.split('a')\n"
        "        y.strip()\n        y.upper()\n        y.ljust(9)\n        y.startswith('a')\n"
        "        y.translate({})\n        y.encode()\n        y.decode()\n        y.count('a')\n"
    ),
    "texts of any size": (
        "    y = 'a' * 10 ** 9\n    y = '%1000000000d' % 1\n    y = '{:>1000000000}'.format(1)\n"
        "    y = f'{1:1000000000}'\n    y = 'a'.ljust(10 ** 10)\n"
        "    y = '\\t'.expandtabs(10 ** 9)\n"
    ),
    "numbers of any size": "    y = 10 ** 10 ** 10\n    y = 1 << 10 ** 10\n    y = 9 ** 9 ** 9\n",
    "ranges of any size": (
        "    y = list(range(10 ** 12))\n    for i in range(10 ** 15):\n        x += i\n"
    ),
    "a list in itself": (
        "    y = []\n    y.append(y)\n    for a in y:\n        y.append(a)\n    os.system(str(y))\n"
    ),
    "branches": steps("x = x + 'a' if request.args.get('#') else '#' + x", 300)
    + "    os.system(x)\n",
    "loops in loops": (
        "".join("    " * (i + 1) + f"for i{i} in x:\n" for i in range(18))
        + "    " * 19
        + "x = x + i3\n    os.system(x)\n"
    ),
    "a regex": "    import re\n    re.match('"
    + "(a+)+" * 60
    + "$', x)\n    re.match('(a|' * 500, x)\n",
}
WHOLE = {
    "functions that call one another": HEAD
    + "".join(
        f"def f{i}(x):\n    return f{(i + 1) % 40}(x + 'a') + f{(i + 7) % 40}(x + 'b')\n"
        for i in range(40)
    )
    + "@app.get('/')\ndef view():\n    os.system(f0(request.args['a']))\n",
    "classes of one another": "class A(B): pass\nclass B(A): pass\nclass C(A, B): pass\nC().x()\n",
    "a long line of classes": "".join(
        f"class A{i}({f'A{i - 1}' if i else ''}):\n    def m(self):\n        return super().m()\n"
        for i in range(1000)
    )
    + "A999().m()\n",
    "decorators": "@d\n" * 3000 + "def f(): pass\n",
    "a name that chooses": HEAD
    + "class T:\n"
    + "".join(
        f"    def m{i}(self, x):\n        return getattr(self, 'm' + x)(x + 'a')\n"
        for i in range(39)
    )
    + "@app.get('/')\ndef view():\n    chosen = getattr(T(), 'm' + request.args['a'])\n"
    + "    return chosen(request.args['b'])\n",
    "no text": "\0\0\0",
    "an unknown encoding": "# coding: nope\nx = 1\n",
    "half characters": "x = '\\ud800'\nopen(x + '\\udfff')\n",
}


@cache
def engine() -> CodeEngine:
    return load_code_engine(None)


def answer(content: bytes, path: str = "app.py") -> Answer:
    """Ask about a program of one file."""
    (found,) = engine().analyse([path], [path], lambda name: content if name == path else None)
    return found


def _bounded(content: bytes) -> list[str]:
    # A number of steps is counted in the engine; this only keeps the machine whole.
    now = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    resource.setrlimit(resource.RLIMIT_AS, (now + (4 << 30), now + (4 << 30)))
    failed = [one.message for one in answer(content).problems if "failed" in one.message]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return [*failed, *(["it took too much memory"] if peak - now > MEMORY else [])]


@pytest.mark.parametrize("name", [*PROGRAMS, *WHOLE])
def test_every_program_is_answered(name: str) -> None:
    text = VIEW + PROGRAMS[name] if name in PROGRAMS else WHOLE[name]
    engine()
    with multiprocessing.get_context("fork").Pool(1) as pool:
        result = pool.apply_async(_bounded, [text.encode("utf-8", "surrogatepass")])
        assert result.get(timeout=120) == []


def test_files_that_import_one_another() -> None:
    files = {
        f"m{i}.py": f"from m{(i + 1) % 5} import *\nimport m{(i + 2) % 5}\ndef f{i}(x):\n"
        f"    return m{(i + 2) % 5}.f{(i + 2) % 5}(x)\n".encode()
        for i in range(5)
    }
    answers = engine().analyse(list(files), list(files), files.get)
    assert [one.problems for one in answers] == [()] * 5


def test_a_file_that_is_too_large_is_told() -> None:
    (problem,) = answer(b"x = 1\n" * 400_000).problems
    assert "larger than" in problem.message


PIECES = st.sampled_from(
    [
        *"()[]{}:,.=+-*/%@\n\t '\"#\\",
        "def f(x):\n    ",
        "class A(B):\n    ",
        "if x:\n    ",
        "for x in y:\n    ",
        "try:\n    ",
        "except E as e:\n    ",
        "with a as b:\n    ",
        "return ",
        "yield ",
        "await ",
        "async ",
        "lambda x: ",
        "request.args['a']",
        "os.system(x)",
        "f'{x!r:>{y}}'",
        "x",
        "y",
        "self",
        "match x:\n    case ",
        "global x\n",
        "import os\n",
        "from . import *\n",
        "\0",
        "é",
        "\U0001f600",
        "1e999",
        "0x",
    ]
)


@hypothesis.settings(max_examples=150, deadline=None)
@hypothesis.given(st.lists(PIECES, max_size=60).map("".join))
def test_any_text_is_answered(text: str) -> None:
    found = answer((HEAD + text).encode())
    assert not [one for one in found.problems if "failed" in one.message]


@hypothesis.settings(max_examples=60, deadline=None)
@hypothesis.given(st.randoms(use_true_random=False))
def test_a_real_program_in_which_something_is_broken_is_answered(chance: random.Random) -> None:
    lines = Path(__file__).read_text("utf-8").split("\n")
    for _ in range(chance.randint(1, 8)):
        at = chance.randrange(len(lines))
        what = chance.randrange(4)
        if what == 0:
            del lines[at]
        elif what == 1:
            lines.insert(at, lines[chance.randrange(len(lines))])
        elif what == 2:
            lines[at] = lines[at][chance.randint(0, 4) :]
        else:
            lines[at] = lines[at][: chance.randint(0, len(lines[at]))]
    found = answer("\n".join(lines).encode())
    assert not [one for one in found.problems if "failed" in one.message]
