"""However a weak call is written: its fix parses, mends it, keeps the rest, and is done once."""

import ast
import io
import textwrap
import tokenize
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from seawall.core.finding import Finding
from seawall.edit.spans import apply_stretches
from seawall.engines.code.engine import CodeEngine
from seawall.journeys.code import load_code_engine
from seawall.journeys.fix import fit_fixes


class Kind(NamedTuple):
    """A weak call: what it calls, and its arguments as they are written."""

    rule: str
    symbol: str
    """What is imported and called; "" where `receiver` is."""
    arguments: tuple[str, ...]
    receiver: str = ""
    before: str = ""
    """Statements before it."""
    around: str = "{0}"
    """The statement in which the call stands."""


CURSOR = "import sqlite3\ncursor = sqlite3.connect('shop.db').cursor()"
OS, LOAD, SQL, XSS = (
    "os-command-injection",
    "unsafe-deserialization",
    "sql-injection",
    "cross-site-scripting",
)
COOKIE = "from flask import make_response\nanswer = make_response('')"
TAR = "tarfile.open(fileobj=request.files['f']).extractall"
SSH = "paramiko.SSHClient().set_missing_host_key_policy"
URL = "'https://a.org'"
RESET = "reset_token = {0}\nreturn str(reset_token)"
KINDS = (
    Kind(OS, "os.system", ("'ping ' + x",)),
    Kind(OS, "os.popen", ("f'ping {x} -c 1'",), around="y = {0}"),
    Kind(OS, "subprocess.run", ("'ping %s' % x", "shell=True")),
    Kind(OS, "subprocess.check_output", ("'ping {}'.format(x)", "shell=True")),
    Kind(LOAD, "yaml.unsafe_load", ("x",), around="y = {0}"),
    Kind(LOAD, "torch.load", ("request.files['m']", "weights_only=False")),
    Kind(LOAD, "numpy.load", ("request.files['m']", "allow_pickle=True")),
    Kind("certificate-check-off", "requests.get", (URL, "verify=False", "timeout=5")),
    Kind("certificate-check-off", "httpx.Client", ("verify=False",), around="y = {0}"),
    Kind("template-autoescape-off", "jinja2.Environment", ("loader=None",), around="y = {0}"),
    Kind("debug-mode", "", ("debug=True", "port=8080"), "app.run"),
    Kind(SQL, "", ("f\"SELECT * FROM t WHERE a = '{x}'\"",), "cursor.execute", CURSOR),
    Kind(SQL, "", ('"DELETE FROM t WHERE a = \'" + x + "\'"',), "cursor.execute", CURSOR),
    Kind(XSS, "markupsafe.Markup", ("'<b>' + x + '</b>'",), around="return {0}"),
    Kind(XSS, "markupsafe.Markup", ("f'<i>{x}</i>'",), around="return {0}"),
    Kind("predictable-random", "random.getrandbits", ("64",), around=RESET),
    Kind("predictable-random", "uuid.uuid1", (), around=RESET),
    Kind("archive-traversal", "", ("'/srv/to'",), TAR, "import tarfile"),
    Kind("insecure-cookie", "", ("'sid'", "'1'"), "answer.set_cookie", COOKIE),
    Kind("host-key-unchecked", "", ("paramiko.AutoAddPolicy()",), SSH, "import paramiko"),
)


def named(kind: Kind) -> str:
    """Return what a test of a kind is called."""
    return f"{kind.rule}-{kind.symbol or kind.receiver}"


@st.composite
def imports(draw: st.DrawFn, symbol: str) -> tuple[str, str]:
    """Return how a symbol is imported, and how it is written then."""
    module, _, name = symbol.rpartition(".")
    return draw(
        st.sampled_from(
            [
                (f"import {module}", symbol),
                (f"import {module} as mm", f"mm.{name}"),
                (f"from {module} import {name}", name),
                (f"from {module} import {name} as nn", "nn"),
                (f"from {module} import (  # é\n    {name},\n)", name),
            ]
        )
    )


@st.composite
def calls(draw: st.DrawFn, written: str, arguments: tuple[str, ...]) -> str:
    """Return a call on one line, or on many with remarks and commas."""
    gap = draw(st.sampled_from(["", " "]))
    comma = draw(st.booleans()) and bool(arguments)
    layout = draw(st.sampled_from(["line", "hanging", "rows", "remarks", "tight"]))
    last = "," if comma else ""
    match layout:
        case "line":
            return f"{written}{gap}({', '.join(arguments)}{last})"
        case "tight":
            return f"{written}{gap}( {' , '.join(arguments)} {last} )"
        case "hanging":
            return f"{written}{gap}(\n    {', '.join(arguments)}{last}\n)"
        case "rows":
            return f"{written}{gap}(\n" + "".join(f"    {a},\n" for a in arguments) + ")"
    rows = ",  # (one\n    ".join(arguments)
    return f"{written}{gap}(  # é's\n    {rows}{last}  # 'last)\n)"


WRAPS = (
    "{0}",
    "if x:\n    {0}",
    "for one in range(2):\n    {0}",
    "try:\n    {0}\nfinally:\n    pass",
    "with open('/srv/log') as log:\n    {0}",
    "if request.form:\n    pass\nelse:\n    {0}",
    "while x:\n    {0}\n    break",
)
HEADS = (
    "",
    '"""Words."""\n',
    "#!/usr/bin/env python\n# -*- coding: utf-8 -*-\n",
    '"""Words\n\nof several lines: é."""\n\nfrom __future__ import annotations\n',
    "'''One.'''  # remark\n",
)


@st.composite
def programs(draw: st.DrawFn, kind: Kind) -> str:
    """Return a program with a weak call somewhere in a view."""
    importing, written = draw(imports(kind.symbol)) if kind.symbol else ("", kind.receiver)
    call = draw(calls(written, kind.arguments))
    tail = draw(st.sampled_from(["", "  # remark: é 'x", ";"]))
    first, *more = kind.around.split("\n")
    statement = "\n".join([first.format(call) + ("" if more and tail == ";" else tail), *more])
    statement = f"{kind.before}\n{statement}" if kind.before else statement
    for _ in range(draw(st.integers(0, 2))):
        outer = draw(st.sampled_from(WRAPS))
        lead = outer.partition("{0}")[0].rpartition("\n")[2]
        statement = outer.replace(lead + "{0}", textwrap.indent(statement, lead))
    known = [importing] if importing else []
    if draw(st.booleans()):
        known.append("import shlex, secrets")
    known.insert(draw(st.integers(0, len(known))), "from flask import Flask, request")
    head = draw(st.sampled_from(HEADS))
    view = f"x = request.args['é']\n{statement}\nreturn 'done'"
    indent = draw(st.sampled_from(["    ", "  ", "\t"]))
    body = textwrap.indent(view, indent)
    text = (
        f"{head}{chr(10).join(known)}\n\napp = Flask(__name__)\n\n\n@app.get('/')\ndef view():\n"
        f"{body}\n\n\n# the end: é\n"
    )
    return draw(st.sampled_from(["", "\ufeff"])) + (
        text.replace("\n", "\r\n") if draw(st.booleans()) else text
    )


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> CodeEngine:
    return load_code_engine(tmp_path_factory.mktemp("cache"))


def found(engine: CodeEngine, text: str, rule: str) -> list[Finding]:
    """Return the findings of a rule in a program of one file."""
    content = text.encode()
    path = "shop/page.py"
    (answer,) = engine.analyse([path], [path], lambda asked: content if asked == path else None)
    assert not answer.problems
    return [one for one in answer.findings if one.rule == rule]


def mended(text: str, findings: list[Finding]) -> str:
    """Return the text as `scan --fix` leaves it."""
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    usable = [one for one in findings if one.fix and one.fix.edits and not one.fix.needs]
    return mark + apply_stretches(text.removeprefix(mark), fit_fixes(text, usable).stretches)


def remarks(text: str) -> Counter[str]:
    """Return the remarks of a program."""
    tokens = tokenize.tokenize(io.BytesIO(text.encode()).readline)
    return Counter(one.string for one in tokens if one.type == tokenize.COMMENT)


def imported(text: str) -> Iterator[str]:
    """Yield every import at the top of a program."""
    for statement in ast.parse(text.removeprefix("\ufeff")).body:
        match statement:
            case ast.Import():
                yield from (f"{one.name} as {one.asname}" for one in statement.names)
            case ast.ImportFrom():
                yield from (f"{statement.module}.{one.name}" for one in statement.names)


@pytest.mark.parametrize("kind", KINDS, ids=named)
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(data=st.data())
def test_it_is_mended_however_it_is_written(
    engine: CodeEngine, kind: Kind, data: st.DataObject
) -> None:
    text = data.draw(programs(kind))
    ast.parse(text.removeprefix("\ufeff"))
    findings = found(engine, text, kind.rule)
    assert findings
    after = mended(text, findings)
    tree = ast.parse(after.removeprefix("\ufeff"))
    if after == text:
        return
    assert found(engine, after, kind.rule) == []
    # What a fix takes away goes with the remark behind it, nothing else does.
    assert not remarks(after) - remarks(text)
    assert sum((remarks(text) - remarks(after)).values()) <= 1
    assert ("\r\n" in after) == ("\r\n" in text)
    assert after.count("\r\n") == (after.count("\n") if "\r\n" in text else 0)
    names = list(imported(after))
    assert len(names) == len(set(names))
    assert ast.get_docstring(tree) == ast.get_docstring(ast.parse(text.removeprefix("\ufeff")))
    former, now = (one.replace("\r\n", "\n").split("\n") for one in (text, after))
    assert now[-5:] == former[-5:]


@pytest.mark.parametrize("kind", KINDS, ids=named)
def test_every_kind_is_mended_where_it_is_written_plainly(engine: CodeEngine, kind: Kind) -> None:
    module = kind.symbol.rpartition(".")[0]
    call = f"{kind.symbol or kind.receiver}({', '.join(kind.arguments)})"
    view = f"x = request.args['x']\n{kind.before}\n{kind.around.format(call)}\nreturn 'done'"
    text = (
        f"{f'import {module}' if module else ''}\nfrom flask import Flask, request\n\n"
        f"app = Flask(__name__)\n\n\n@app.get('/')\ndef view():\n{textwrap.indent(view, '    ')}\n"
    )
    findings = found(engine, text, kind.rule)
    assert findings
    after = mended(text, findings)
    assert after != text
    assert found(engine, after, kind.rule) == []


def test_several_fixes_import_once(engine: CodeEngine) -> None:
    lines = "".join("    os.system('ping {}'.format(x))\n" for _ in range(3))
    text = (
        "import os\nfrom flask import Flask, request\n\napp = Flask(__name__)\n\n\n"
        f"@app.get('/')\ndef view():\n    x = request.args['x']\n{lines}    return 'done'\n"
    )
    after = mended(text, found(engine, text, "os-command-injection"))
    assert after.count("import shlex") == 1
    assert after.count("shlex.quote(x)") == 3
