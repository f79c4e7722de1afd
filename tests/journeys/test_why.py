"""What is said of one line: what was examined there, and why it is (not) a finding."""

import json
from datetime import date
from pathlib import Path

import pytest

from seawall.journeys.why import Statement, explain_line

APP = """\
import os
import shlex
import subprocess
from html import escape

from flask import Flask, render_template, request

from tools import run_it

app = Flask(__name__)


@app.get("/a")
def a():
    name = request.args["name"]
    os.system("ls")  # constant
    os.system("ls " + shlex.quote(name))  # cleaned
    if name in ("a", "b"):  # test
        os.system("ls " + name)  # guarded
    os.system("cat " + os.environ["X"])  # environment
    os.system("x " + name)  # found
    subprocess.run("ls " + name, shell=False)  # shell
    run_it(name)
    return render_template("a.html", name=name, other=escape(name))
"""
TOOLS = """\
import os
import sqlite3


def run_it(text):
    os.system("echo " + text)  # handed
    quoted = text.replace("'", "")
    sqlite3.connect("x").execute("select '" + quoted + "'")  # quoted
    os.system("sleep " + str(len(text)))  # number


def never(command):
    os.system(command)  # never


def handed(command):
    os.system(command)  # unclear


def hands(request):
    return handed(os.getcwd())
"""
PAGE = """\
<p>{{ name }}</p>
<p>{{ name|safe }}</p>
<p>{{ other|safe }}</p>
"""
CACHE: Path | None = None
CELLS = ["from flask import request\n", "import os\n", "os.system(request.args['a'])"]


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A program, its template, and a notebook."""
    folder = tmp_path_factory.mktemp("program")
    (folder / "templates").mkdir()
    (folder / "app.py").write_text(APP)
    (folder / "tools.py").write_text(TOOLS)
    (folder / "templates" / "a.html").write_text(PAGE)
    cell = {"cell_type": "code", "source": CELLS, "metadata": {}, "outputs": []}
    notebook = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (folder / "book.ipynb").write_text(json.dumps(notebook, indent=1))
    return folder


@pytest.fixture(scope="module", autouse=True)
def _cache(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep what is loaded between the tests."""
    global CACHE
    CACHE = tmp_path_factory.mktemp("cache")


def said(target: Path, path: str, mark: str | int) -> list[Statement]:
    """Return what is said of the line of a file that has a mark, or of a line by its number."""
    lines = (target / path).read_text().split("\n")
    number = (
        mark
        if isinstance(mark, int)
        else next(n for n, text in enumerate(lines, start=1) if mark in text)
    )
    account = explain_line(
        target / path,
        number,
        target=target,
        config=None,
        baseline_file=None,
        cache_folder=CACHE,
        today=date(2026, 1, 2),
    )
    return [one for one in account.statements if "secrets engine" not in one.words]


OS, SQL, XSS = "os-command-injection", "sql-injection", "cross-site-scripting"
REFUSED = [
    ("app.py", "# constant", OS, "`os.system` can do it, but what flows into it is constant"),
    (
        *("app.py", "# cleaned", OS),
        "`os.system` can do it, but what comes from the query string is cleaned for it by "
        "`shlex.quote` at line 17",
    ),
    (
        *("app.py", "# guarded", OS),
        "`os.system` can do it, but what comes from the query string is guarded by a test at "
        "line 18",
    ),
    (
        *("app.py", "# environment", OS),
        "`os.system` can do it with what comes from the environment, a source that does not count "
        "here: [code] sources does not name 'environment'",
    ),
    (
        *("tools.py", "# quoted", SQL),
        "`dbapi.Connection.execute` can do it, but what a caller hands in stands there inside "
        "quotes that it cannot leave",
    ),
    ("tools.py", "# number", OS, "`os.system` can do it, but what flows into it is a number"),
    (
        *("templates/a.html", 3, XSS),
        "`other|safe` can do it, but what comes from the query string is cleaned for it by "
        "`html.escape` at app.py:24",
    ),
]


@pytest.mark.parametrize(("path", "mark", "rule", "words"), REFUSED)
def test_it_is_said_why_nothing_is_told(
    target: Path, path: str, mark: str | int, rule: str, words: str
) -> None:
    told = [one for one in said(target, path, mark) if one.rule == rule]
    assert [(one.kind, one.words) for one in told] == [("refused", words)]


def test_what_is_found_is_said_once_and_how_the_gate_settles_it(target: Path) -> None:
    told = said(target, "app.py", "# found")
    assert [one.words for one in told if one.kind == "finding"] == [
        "what comes from the query string reaches `os.system` (reachable, critical)"
    ]
    (decided,) = [one for one in told if one.kind == "decided"]
    assert decided.rule == OS
    assert decided.words.startswith("it breaks the build")


def test_a_line_says_whose_trail_passes_it(target: Path) -> None:
    told = said(target, "app.py", 15)
    assert "what comes from the query string comes in here: `flask.Request.args`" in [
        one.words for one in told if one.kind == "looked"
    ]
    found = [one.words for one in told if one.kind == "finding"]
    for where in ("tools.py:6", "templates/a.html:2"):
        assert f"step 1 of 3 of the finding at {where}: the query string comes in here" in found


def test_a_function_in_another_file_is_reached_from_where_it_is_called(target: Path) -> None:
    told = said(target, "tools.py", "# handed")
    assert told[0].words == "no rule found anything to consider on this line"
    assert told[1].words == "the code engine came here from `a` in app.py (/a)"


@pytest.mark.parametrize("mark", ["# never", "# unclear"])
def test_what_no_entry_point_calls_is_said_to_be_so(target: Path, mark: str) -> None:
    words = " ".join(one.words for one in said(target, "tools.py", mark))
    assert "nothing that the code engine follows calls `" in words
    assert "nothing that somebody else wrote is known to flow into it" in words


def test_a_template_says_what_is_written_unsafely(target: Path) -> None:
    told = said(target, "templates/a.html", 2)
    assert ("finding", XSS) in [(one.kind, one.rule) for one in told]
    escaped = said(target, "templates/a.html", 1)
    assert "nothing that fills in what is unescaped" in escaped[-1].words


def test_a_notebook_is_asked_by_the_line_of_its_file(target: Path) -> None:
    told = said(target, "book.ipynb", "os.system")
    assert ("finding", OS) in [(one.kind, one.rule) for one in told]
    assert any("comes in here: `flask.Request.args`" in one.words for one in told)


def test_a_condition_that_does_not_hold_is_named(tmp_path: Path) -> None:
    (tmp_path / "one.py").write_text("import hashlib\n\nhashlib.new('sha256')\n")
    told = said(tmp_path, "one.py", 3)
    refused = [one.words for one in told if one.kind == "refused"]
    assert any("`hashlib.new` is looked at for it, but" in words for words in refused), told


def test_an_engine_that_is_off_says_nothing(tmp_path: Path) -> None:
    (tmp_path / "seawall.toml").write_text('[scan]\nengines = ["secrets"]\n')
    (tmp_path / "one.py").write_text("import os\n\nos.system('ls')\n")
    assert not any("code engine" in one.words for one in said(tmp_path, "one.py", 3))


def test_a_test_is_said_to_be_passed_over(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_one.py").write_text(
        "import os\n\n\ndef test_one():\n    assert os.system('ls')\n"
    )
    told = said(tmp_path, "tests/test_one.py", 5)
    assert told[-1].words.endswith("a test, of which the code engine tells nothing: [code] tests")
