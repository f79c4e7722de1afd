"""Fixes mend what was found, leave what they cannot mend, and give text that parses."""

import ast

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from seawall.core.finding import Edit, Finding
from seawall.engines.code.engine import CodeEngine
from seawall.engines.code.fixes import Page, fix_of
from seawall.engines.code.fixes.page import walk
from seawall.model.program import Call, Compare
from seawall.parse.python import parse_python
from seawall.rules.code import load_code


@pytest.fixture(scope="module")
def engine() -> CodeEngine:
    packaged = load_code()
    return CodeEngine(packaged.rules, packaged.catalogue, packaged.knowledge, packaged.digest)


def found(engine: CodeEngine, text: str, path: str = "shop/page.py") -> list[Finding]:
    content = text.encode()
    answers = engine.analyse([path], [path], lambda asked: content if asked == path else None)
    answer = next(iter(answers))
    assert not answer.problems
    return list(answer.findings)


def applied(text: str, edits: tuple[Edit, ...]) -> str:
    """Apply edits, the last first; what two fixes both want (an import) is done once."""
    lines = text.split("\n")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    changes = {
        (
            starts[edit.span.line - 1] + edit.span.column - 1,
            starts[edit.span.end_line - 1] + edit.span.end_column - 1,
            edit.text,
        )
        for edit in edits
    }
    for start, end, new in sorted(changes, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def mended(engine: CodeEngine, text: str, rule: str) -> str:
    """Apply every fix of a rule; check that the text parses and nothing of the rule is left."""
    findings = [one for one in found(engine, text) if one.rule == rule]
    assert findings
    edits = tuple(edit for one in findings if one.fix for edit in one.fix.edits)
    after = applied(text, edits)
    ast.parse(after)
    if edits:
        assert [one.location for one in found(engine, after) if one.rule == rule] == []
    return after


FLASK = "from flask import Flask, request\n"
VIEW = """
app = Flask(__name__)


@app.get("/")
def view():
    x = request.args["x"]
    y = request.args["y"]
"""


def page(imports: str, *lines: str) -> str:
    """Return a module with a view of these lines."""
    body = "\n".join(f"    {line}" for line in lines)
    return f"{FLASK}{imports}{VIEW}{body}\n    return 'done'\n"


SQLITE = "import sqlite3\n"
CURSOR = "cursor = sqlite3.connect('shop.db').cursor()"

QUERIES = [
    (
        """cursor.execute(f"SELECT * FROM t WHERE a = '{x}' AND b = '{y}'")""",
        """cursor.execute("SELECT * FROM t WHERE a = ? AND b = ?", (x, y))""",
    ),
    (
        """cursor.execute("SELECT * FROM t WHERE a = '" + x + "'")""",
        """cursor.execute("SELECT * FROM t WHERE a = ?", (x,))""",
    ),
    (
        """cursor.execute("SELECT * FROM t WHERE a = '" + x + "' AND b = 1")""",
        """cursor.execute("SELECT * FROM t WHERE a = ? AND b = 1", (x,))""",
    ),
    (
        """cursor.execute("SELECT * FROM t WHERE a = '" + x + '''' AND b = 1''')""",
        """cursor.execute("SELECT * FROM t WHERE a = ?" + ''' AND b = 1''', (x,))""",
    ),
    (
        """cursor.execute("SELECT * FROM t WHERE a = " + x + r" AND b = 1")""",
        """cursor.execute("SELECT * FROM t WHERE a = ?" + r" AND b = 1", (x,))""",
    ),
    (
        """cursor.execute("SELECT * FROM t WHERE a = '" + (x) + "' AND b = " + y)""",
        """cursor.execute("SELECT * FROM t WHERE a = ? AND b = ?", (x, y))""",
    ),
    (
        """cursor.execute("SELECT * FROM t WHERE a = '%s' AND c LIKE 'é%%'" % x)""",
        """cursor.execute("SELECT * FROM t WHERE a = ? AND c LIKE 'é%'", (x,))""",
    ),
    (
        """cursor.execute("SELECT * FROM t WHERE a = '%s' AND b = %s" % (x, y))""",
        """cursor.execute("SELECT * FROM t WHERE a = ? AND b = ?", (x, y))""",
    ),
    (
        """cursor.execute("SELECT * FROM t WHERE a = '{}' AND b = '{name}'".format(x, name=y))""",
        """cursor.execute("SELECT * FROM t WHERE a = ? AND b = ?", (x, y))""",
    ),
    (
        """cursor.execute(f"SELECT * FROM t WHERE a LIKE '%{x}%'")""",
        """cursor.execute("SELECT * FROM t WHERE a LIKE ?", (f"%{x}%",))""",
    ),
    (
        """cursor.execute("SELECT * FROM t WHERE a LIKE '%" + x + "%' ORDER BY a")""",
        """cursor.execute("SELECT * FROM t WHERE a LIKE ? ORDER BY a", (f"%{x}%",))""",
    ),
    (
        """cursor.execute("INSERT INTO t (a, b) VALUES ('%s', '%s')" % (x, y))""",
        """cursor.execute("INSERT INTO t (a, b) VALUES (?, ?)", (x, y))""",
    ),
    (
        """cursor.execute(f"UPDATE t SET a = '{x}', b = {{}} WHERE c = {request.args['c']}")""",
        """cursor.execute("UPDATE t SET a = ?, b = {} WHERE c = ?", (x, request.args['c']))""",
    ),
    (
        """cursor.execute("SELECT * FROM t " f"WHERE a = '{x}'")""",
        """cursor.execute("SELECT * FROM t " "WHERE a = ?", (x,))""",
    ),
    # Where no value may stand, or it is not one value, or it may be escaped already.
    ("""cursor.execute(f"SELECT * FROM {x}")""", None),
    ("""cursor.execute(f"SELECT * FROM t WHERE {x} = 1")""", None),
    ("""cursor.execute(f"SELECT * FROM t ORDER BY {x}")""", None),
    ("""cursor.execute(f"SELECT * FROM t WHERE a IN ({x})")""", None),
    ("""cursor.execute(f"SELECT * FROM t JOIN u ON t.a = {x}")""", None),
    ("""cursor.execute(f"SELECT * FROM t WHERE a = '{x!r}'")""", None),
    ("""cursor.execute(f"SELECT * FROM t WHERE a = '{x:>10}'")""", None),
    ("""cursor.execute(f"SELECT * FROM t WHERE a = '{x}' AND b = '?'")""", None),
    ("""cursor.execute(f"SELECT * FROM t WHERE a = '{x}' AND b = ?", (y,))""", None),
    ("""cursor.execute(f"SELECT * FROM t WHERE a = {', '.join([x])}")""", None),
    ("""cursor.execute(f"SELECT 1; DROP TABLE t WHERE a = '{x}'")""", None),
]


@pytest.mark.parametrize(("before", "after"), QUERIES)
def test_values_become_parameters(engine: CodeEngine, before: str, after: str | None) -> None:
    text = page(SQLITE, CURSOR, before)
    assert mended(engine, text, "sql-injection") == page(SQLITE, CURSOR, after or before)


@pytest.mark.parametrize(
    ("imports", "mark"),
    [
        ("import psycopg2\n", "%s"),
        ("import pymysql\n", "%s"),
        ("import sqlite3\n", "?"),
        ("import sqlite3\nimport psycopg2\n", None),
        ("", None),
    ],
)
def test_the_driver_says_how_parameters_are_marked(
    engine: CodeEngine, imports: str, mark: str | None
) -> None:
    before = """db_cursor.execute("SELECT * FROM t WHERE a = '" + x + "'")"""
    after = f"""db_cursor.execute("SELECT * FROM t WHERE a = {mark}", (x,))""" if mark else before
    text = page(f"{imports}from .db import db_cursor\n", before)
    assert mended(engine, text, "sql-injection") == page(
        f"{imports}from .db import db_cursor\n", after
    )


def test_per_cents_are_doubled_for_drivers_that_mark_with_them(engine: CodeEngine) -> None:
    imports = "from django.db import connection\n"
    text = page(
        imports,
        """c = connection.cursor()""",
        """c.execute(f"SELECT 5 % 2 FROM t WHERE a = '{x}'")""",
    )
    assert """c.execute("SELECT 5 %% 2 FROM t WHERE a = %s", (x,))""" in mended(
        engine, text, "sql-injection"
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            ["""query = f"SELECT * FROM t WHERE a = '{x}'" """, "cursor.execute(query)"],
            ["""query = "SELECT * FROM t WHERE a = ?" """, "cursor.execute(query, (x,))"],
        ),
        (
            [
                "query = (",
                """    "SELECT * FROM t"  """,
                """    f" WHERE a = '{x}'" """,
                ")",
                "with open('/srv/log') as log:",
                "    cursor.execute(query)",
            ],
            [
                "query = (",
                """    "SELECT * FROM t"  """,
                """    " WHERE a = ?" """,
                ")",
                "with open('/srv/log') as log:",
                "    cursor.execute(query, (x,))",
            ],
        ),
        (
            [
                """query = f"SELECT * FROM t WHERE a = '{x}'" """,
                "print(query)",
                "cursor.execute(query)",
            ],
            None,
        ),
        (
            ["""query = f"SELECT * FROM t WHERE a = '{x}'" """, "x = ''", "cursor.execute(query)"],
            None,
        ),
        (
            [
                """query = f"SELECT * FROM t WHERE a = '{x}'" """,
                "query += ' LIMIT 1'",
                "cursor.execute(query)",
            ],
            None,
        ),
        (
            ["""x = x + "' OR b = '" """, """cursor.execute(f"SELECT * FROM t WHERE a = '{x}'")"""],
            None,
        ),
    ],
)
def test_a_query_in_a_variable(
    engine: CodeEngine, before: list[str], after: list[str] | None
) -> None:
    text = page(SQLITE, CURSOR, *before)
    assert mended(engine, text, "sql-injection") == page(SQLITE, CURSOR, *(after or before))


def test_sqlalchemy_binds_by_name(engine: CodeEngine) -> None:
    imports = "from sqlalchemy import create_engine, text\n"
    before = """create_engine('').connect().execute(text(f"SELECT 1 FROM t WHERE a = '{x}'"))"""
    after = (
        """create_engine('').connect().execute("""
        """text("SELECT 1 FROM t WHERE a = :x").bindparams(x=x))"""
    )
    assert mended(engine, page(imports, before), "sql-injection") == page(imports, after)


COMMANDS = [
    ("os.system(f'ping {x}')", "os.system(f'ping {shlex.quote(x)}')"),
    ("os.system('ping ' + x)", "os.system('ping ' + shlex.quote(x))"),
    ("os.system('ping %s > /dev/null' % x)", "os.system('ping %s > /dev/null' % shlex.quote(x))"),
    ("os.system('ping {}'.format(x))", "os.system('ping {}'.format(shlex.quote(x)))"),
    ("""os.system(f'ping "{x}"')""", "os.system(f'ping {shlex.quote(x)}')"),
    (
        """subprocess.run("ping '" + x + "' -c 1", shell=True)""",
        """subprocess.run("ping " + shlex.quote(x) + " -c 1", shell=True)""",
    ),
    (
        "subprocess.run(['sh', '-c', 'ls ' + x])",
        "subprocess.run(['sh', '-c', 'ls ' + shlex.quote(x)])",
    ),
    (
        "os.system(f'ping {x} {y}')",
        "os.system(f'ping {shlex.quote(str(x))} {shlex.quote(str(y))}')",
    ),
    ("os.system(f'{x} --version')", None),
    ("os.system(x)", None),
    ("os.system(f'ls $(dirname {x})')", None),
    ("""os.system(f'ls "/srv/{x}"')""", None),
    ("arguments = x\n    os.system(f'ls {arguments}')", None),
    ("x = '-l ' + x\n    os.system(f'ls {x}')", None),
]


@pytest.mark.parametrize(("before", "after"), COMMANDS)
def test_values_are_quoted_for_the_shell(
    engine: CodeEngine, before: str, after: str | None
) -> None:
    imports = "import os\nimport subprocess\n"
    expected = page(imports + ("import shlex\n" if after else ""), after or before)
    assert mended(engine, page(imports, before), "os-command-injection") == expected


SIMPLE = [
    (
        "unsafe-deserialization",
        "import yaml\n",
        "yaml.load(x, Loader=yaml.Loader)",
        "yaml.safe_load(x)",
    ),
    ("unsafe-deserialization", "import yaml\n", "yaml.load(x, yaml.Loader)", "yaml.safe_load(x)"),
    ("unsafe-deserialization", "import yaml as y1\n", "y1.unsafe_load(x)", "y1.safe_load(x)"),
    (
        "unsafe-deserialization",
        "import torch\n",
        "torch.load(request.files['m'], weights_only=False)",
        "torch.load(request.files['m'], weights_only=True)",
    ),
    (
        "unsafe-deserialization",
        "import numpy as np\n",
        "np.load(request.files['m'], allow_pickle=True)",
        "np.load(request.files['m'], allow_pickle=False)",
    ),
    (
        "certificate-check-off",
        "import requests\n",
        "requests.get('https://example.org', verify=False, timeout=5)",
        "requests.get('https://example.org', timeout=5)",
    ),
    (
        "certificate-check-off",
        "import httpx\n",
        "httpx.Client(verify=False)",
        "httpx.Client()",
    ),
    (
        "certificate-check-off",
        "import ssl\n",
        "c = ssl._create_unverified_context()",
        "c = ssl.create_default_context()",
    ),
    (
        "certificate-check-off",
        "import ssl\n",
        "ssl._create_default_https_context = ssl._create_unverified_context",
        "ssl._create_default_https_context = ssl.create_default_context",
    ),
    (
        "certificate-check-off",
        "import ssl\n",
        "c = ssl.create_default_context()\n    c.check_hostname = False\n"
        "    c.verify_mode = ssl.CERT_NONE",
        "c = ssl.create_default_context()\n    c.check_hostname = True\n"
        "    c.verify_mode = ssl.CERT_REQUIRED",
    ),
    ("debug-mode", "", "app.run(debug=True)", "app.run(debug=False)"),
    ("debug-mode", "", "app.config['DEBUG'] = True", "app.config['DEBUG'] = False"),
    (
        "template-autoescape-off",
        "import jinja2\n",
        "e = jinja2.Environment(loader=None)",
        "e = jinja2.Environment(loader=None, autoescape=True)",
    ),
    (
        "template-autoescape-off",
        "import jinja2\n",
        "e = jinja2.Environment(\n        autoescape=False,\n    )",
        "e = jinja2.Environment(\n        autoescape=True,\n    )",
    ),
    (
        "insecure-cookie",
        "from flask import make_response\n",
        "r = make_response('')\n    r.set_cookie(\n        'sid',\n        '1',\n    )",
        "r = make_response('')\n    r.set_cookie(\n        'sid',\n        '1',\n"
        "        secure=True,\n    )",
    ),
    (
        "host-key-unchecked",
        "import paramiko\n",
        "c = paramiko.SSHClient()\n    c.set_missing_host_key_policy(paramiko.AutoAddPolicy())",
        "c = paramiko.SSHClient()\n    c.set_missing_host_key_policy(paramiko.RejectPolicy())",
    ),
    (
        "cross-site-scripting",
        "from markupsafe import Markup\n",
        "return Markup('<b>' + x + '</b>')",
        "return Markup('<b>{}</b>').format(x)",
    ),
    (
        "cross-site-scripting",
        "from markupsafe import Markup, escape\n",
        "return Markup(x)",
        "return escape(x)",
    ),
]


@pytest.mark.parametrize(("rule", "imports", "before", "after"), SIMPLE)
def test_calls_and_settings(
    engine: CodeEngine, rule: str, imports: str, before: str, after: str
) -> None:
    assert mended(engine, page(imports, before), rule) == page(imports, after)


RANDOMS = [
    ("random.choice('abc')", "secrets.choice('abc')"),
    ("random.getrandbits(128)", "secrets.randbits(128)"),
    ("random.randrange(10**6)", "secrets.randbelow(10**6)"),
    ("random.randint(100000, 999999)", "secrets.randbelow(900000) + 100000"),
    ("str(1 * random.randint(1, 6))", "str(1 * (secrets.randbelow(6) + 1))"),
    ("random.randint(x, y)", "secrets.SystemRandom().randint(x, y)"),
    ("random.sample(range(99), 32)", "secrets.SystemRandom().sample(range(99), 32)"),
]


@pytest.mark.parametrize(("before", "after"), RANDOMS)
def test_random_values_come_from_the_system(engine: CodeEngine, before: str, after: str) -> None:
    text = "import random\n\n\ndef token(x, y):\n    session_token = {}\n    return session_token\n"
    expected = text.replace("import random\n", "import random\nimport secrets\n")
    assert mended(engine, text.format(before), "predictable-random") == expected.format(after)


def written(text: str, kind: type[Call | Compare], weakness: str, symbol: str) -> str:
    """Apply the fix of the first node of a kind."""
    tree = parse_python(text.encode())
    whole = Page("page.py", tree, text.split("\n"))
    node = next(one for one in walk(tree) if isinstance(one, kind))
    fix = fix_of(weakness, symbol, node.span, whole)
    after = applied(text, fix.edits) if fix else text
    ast.parse(after)
    return after


ALONE: list[tuple[type[Call | Compare], str, str, str, str]] = [
    (
        Compare,
        "timing-unsafe-comparison",
        "==",
        "import os\nok = 1 and digest != given['d']\n",
        "import os\nimport hmac\nok = 1 and not hmac.compare_digest(digest, given['d'])\n",
    ),
    (
        Compare,
        "timing-unsafe-comparison",
        "==",
        "import hmac as h\nok = digest == given\n",
        "import hmac as h\nok = h.compare_digest(digest, given)\n",
    ),
    (
        Call,
        "xml-external-entities",
        "xml.etree.ElementTree.parse",
        "import xml.etree.ElementTree as ET\nET.parse(x)\n",
        "import defusedxml.ElementTree as ET\nET.parse(x)\n",
    ),
    (
        Call,
        "xml-external-entities",
        "xml.etree.ElementTree.parse",
        "from xml.etree import ElementTree\nElementTree.parse(x)\n",
        "from defusedxml import ElementTree\nElementTree.parse(x)\n",
    ),
    (
        Call,
        "xml-bomb",
        "xml.etree.ElementTree.parse",
        "import xml.etree.ElementTree as ET\nET.parse(x)\nET.Element('a')\n",
        "import xml.etree.ElementTree as ET\nimport defusedxml.ElementTree\n"
        "defusedxml.ElementTree.parse(x)\nET.Element('a')\n",
    ),
    (
        Call,
        "xml-external-entities",
        "lxml.etree.XMLParser",
        "from lxml import etree\netree.XMLParser(resolve_entities=True)\n",
        "from lxml import etree\netree.XMLParser(resolve_entities=False)\n",
    ),
    (
        Call,
        "archive-traversal",
        "tarfile.TarFile.extractall",
        "import tarfile\na.extractall()\n",
        'import tarfile\na.extractall(filter="data")\n',
    ),
    (
        Call,
        "cross-site-scripting",
        "django.utils.safestring.mark_safe",
        "from django.utils.safestring import mark_safe\nmark_safe(f'<b>{x}</b>{y}')\n",
        "from django.utils.safestring import mark_safe\n"
        "from django.utils.html import format_html\nformat_html('<b>{}</b>{}', x, y)\n",
    ),
    (
        Call,
        "cross-site-scripting",
        "django.utils.safestring.mark_safe",
        "from django.utils.safestring import mark_safe\nmark_safe(f'<script>{x}</script>')\n",
        "from django.utils.safestring import mark_safe\nmark_safe(f'<script>{x}</script>')\n",
    ),
    (
        Call,
        "predictable-random",
        "random.choice",
        '#!/usr/bin/env python\n"""Words."""\nchoice(x)\n',
        '#!/usr/bin/env python\n"""Words."""\nimport secrets\nsecrets.choice(x)\n',
    ),
    # A name that means something else is left alone.
    (
        Call,
        "predictable-random",
        "random.choice",
        "import random\nrandom.choice(secrets)\n",
        "import random\nrandom.choice(secrets)\n",
    ),
    (
        Call,
        "unsafe-deserialization",
        "yaml.load",
        "from yaml import load\nload(x)\n",
        "from yaml import load\nimport yaml\nyaml.safe_load(x)\n",
    ),
    (
        Call,
        "unsafe-deserialization",
        "yaml.load",
        "import yaml\nyaml.load(x, **options)\n",
        "import yaml\nyaml.load(x, **options)\n",
    ),
    (
        Call,
        "unsafe-deserialization",
        "torch.load",
        "torch.load(('é' + x)  )\n",
        "torch.load(('é' + x), weights_only=True  )\n",
    ),
]


@pytest.mark.parametrize(("kind", "weakness", "symbol", "before", "after"), ALONE)
def test_the_fix_of_a_node(
    kind: type[Call | Compare], weakness: str, symbol: str, before: str, after: str
) -> None:
    assert written(before, kind, weakness, symbol) == after


def test_two_fixes_of_one_cookie_go_together(engine: CodeEngine) -> None:
    text = page(
        "from flask import make_response\n",
        "r = make_response('')",
        "r.set_cookie('sid', '1')",
        "return r",
    )
    findings = found(engine, text)
    edits = tuple(edit for one in findings if one.fix for edit in one.fix.edits)
    after = applied(text, edits)
    ast.parse(after)
    assert "secure=True" in after
    assert not [one for one in found(engine, after) if "cookie" in one.rule]


def test_words_where_nothing_is_mechanical(engine: CodeEngine) -> None:
    findings = found(engine, "import hashlib\n\n\ndef key(x):\n    return hashlib.md5(x)\n")
    fixes = [one.fix for one in findings if one.rule == "weak-hash"]
    assert fixes
    assert fixes[0] is not None
    assert not fixes[0].edits
    assert "sha256" in fixes[0].title


NAMES = ("x", "y")
VALUES = {"x": "one", "y": "1"}


@st.composite
def queries(draw: st.DrawFn) -> list[tuple[str, str, str, str]]:
    """Draw conditions: what stands before and behind a value, which, and between which quotes."""
    conditions = []
    for _ in range(draw(st.integers(1, 4))):
        quote = draw(st.sampled_from(["'", "'", '"', ""]))
        edge = st.sampled_from(["", "", "%", "é ", "(a)"]) if quote else st.just("")
        conditions.append((draw(edge), draw(st.sampled_from(NAMES)), draw(edge), quote))
    return conditions


def literal(draw: st.DrawFn, text: str, prefix: str = "") -> str:
    """Write a text as a literal in some quotes."""
    quote = draw(st.sampled_from([one for one in ('"', "'", '"""') if one[0] not in text]))
    return f"{prefix}{quote}{text}{quote}"


@st.composite
def expressions(draw: st.DrawFn) -> str:
    """Draw an expression that puts a query together."""
    parts: list[str] = ["SELECT {} FROM t WHERE a = 1"]
    for before, name, after, quote in draw(queries()):
        operator = draw(st.sampled_from([" = ", " LIKE ", "="]))
        parts[-1] += f" AND b{operator}{quote}{before}"
        parts += [name, f"{after}{quote}"]
    parts[-1] += draw(st.sampled_from(["", " ORDER BY a", " LIMIT 5"]))
    assume(not ("'" in "".join(parts) and '"' in "".join(parts)))
    texts, names = parts[::2], parts[1::2]
    way = draw(st.sampled_from(["+", "f", "%", "format"]))
    if way == "+":
        written = [literal(draw, texts[0])]
        for name, text in zip(names, texts[1:], strict=True):
            written.append(draw(st.sampled_from([name, f"({name})"])))
            if text:
                written.append(literal(draw, text))
        return draw(st.sampled_from([" + ", " +\n "])).join(written)
    if way == "%":
        template = "%s".join(text.replace("%", "%%") for text in texts)
        return f"{literal(draw, template)} % ({', '.join(names)},)"
    doubled = [text.replace("{", "{{").replace("}", "}}") for text in texts]
    if way == "format":
        return f"{literal(draw, '{}'.join(doubled))}.format({', '.join(names)})"
    text = doubled[0] + "".join(f"{{{a}}}{b}" for a, b in zip(names, doubled[1:], strict=True))
    cut = text.find(" AND")
    if draw(st.booleans()):
        return f"{literal(draw, text[:cut], 'f')} {literal(draw, text[cut:], 'rf')}"
    return literal(draw, text, "f")


@settings(max_examples=300, deadline=None)
@given(expressions(), st.sampled_from(["sqlite3", "pymysql"]))
def test_a_query_with_parameters_says_the_same(expression: str, driver: str) -> None:
    text = f"import {driver}\nc.execute({expression})\n"
    tree = parse_python(text.encode())
    whole = Page("page.py", tree, text.split("\n"))
    call = next(one for one in walk(tree) if isinstance(one, Call))
    fix = fix_of("sql-injection", "dbapi.Cursor.execute", call.span, whole)
    assert fix is not None
    after = applied(text, fix.edits).partition("\n")[2]
    ran: list[tuple[str, ...]] = []

    class Cursor:
        def execute(self, query: str, parameters: tuple[str, ...] = ()) -> None:
            if driver == "pymysql" and parameters:
                query = query % tuple("\0" for _ in parameters)
            query = query.replace("?", "\0")
            for parameter in parameters:
                query = query.replace("\0", parameter, 1)
            ran.append((query,))

    exec(text.partition("\n")[2], {"c": Cursor(), **VALUES})
    exec(after, {"c": Cursor(), **VALUES})
    before = ran[0][0].replace("'", "").replace('"', "")
    assert ran[1][0] == before
