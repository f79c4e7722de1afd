"""The catalogue is read strictly, and a wrong file is told by file, table, number and key."""

import tomllib

import pytest
from seawall_guard.catalogue import (
    Catalogue,
    CatalogueError,
    Check,
    Condition,
    Sanitizer,
    Sink,
    Source,
    join,
    load,
    parse,
)

SINK = '[[sink]]\nweakness = "sql-injection"\ncalls = ["sqlite3.Cursor.execute"]\n'
CHECK = '[[check]]\nweakness = "weak-hash"\ncalls = ["hashlib.md5"]\n'
CLEAN = '[[sanitizer]]\ncalls = ["shlex.quote"]\ncleans = ["os-command-injection"]\n'
SOURCE = '[[source]]\nkind = "http"\nreads = ["flask.request.args"]\n'


def _read(text: str) -> Catalogue:
    return parse("acme.toml", tomllib.loads(text))


def test_every_table_becomes_an_entry_of_its_library() -> None:
    read = _read(SOURCE + 'part = "query"\n' + SINK + CLEAN + 'by = "true"\n' + CHECK)
    assert read == Catalogue(
        (Source("http", reads=("flask.request.args",), part="query", library="acme"),),
        (Sink("sql-injection", calls=("sqlite3.Cursor.execute",), library="acme"),),
        (Sanitizer(("shlex.quote",), ("os-command-injection",), by="true", library="acme"),),
        (Check("weak-hash", calls=("hashlib.md5",), library="acme"),),
    )


def test_the_stem_of_a_path_is_the_library() -> None:
    (source,) = parse(".seawall/code/shop.toml", tomllib.loads(SOURCE)).sources
    assert source.library == "shop"


def test_conditions_keep_what_toml_gave() -> None:
    (check,) = _read(
        CHECK + "when = [\n"
        '  { argument = "0:name", is = false },\n'
        '  { argument = "mode", one_of = ["ECB", 1, true] },\n'
        "  { argument = \"value\", matches = '^a+' },\n"
        '  { argument = "bits", below = 2048 },\n'
        "]\n"
        'unless = [{ argument = "1", symbol = ["ssl.create_default_context"] },\n'
        '  { argument = "self", missing = true }]\n'
    ).checks
    assert check.when == (
        Condition("0:name", "is", False),
        Condition("mode", "one_of", ("ECB", 1, True)),
        Condition("value", "matches", "^a+"),
        Condition("bits", "below", 2048),
    )
    assert check.unless == (
        Condition("1", "symbol", ("ssl.create_default_context",)),
        Condition("self", "missing", True),
    )


def _when(condition: str) -> str:
    return SINK + f"when = [{{ {condition} }}]\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[sinks]]\n", ("unknown table 'sinks'",)),
        ("[sink]\n", ("sink", "array of tables")),
        ("sink = [1]\n", ("sink 1", "not a table")),
        (SINK + SINK + "call = ['x.y']\n", ("sink 2", "unknown key 'call'")),
        ("[[sink]]\ncalls = ['a.b']\n", ("sink 1", "weakness is missing")),
        ("[[sink]]\nweakness = 'x'\n", ("sink 1", "one of calls, assigns, methods")),
        (SINK.replace("sql-", "SQL_"), ("sink 1: weakness", "id")),
        (SINK.replace("sqlite3.Cursor.execute", "execute"), ("sink 1: calls", "'execute'")),
        (SINK.replace("sqlite3.Cursor", "sqlite3..Cursor"), ("sink 1: calls", "symbol")),
        (SINK.replace('["sqlite3', '"sqlite3').replace('"]', '"'), ("sink 1: calls", "array")),
        (SINK + "arguments = []\n", ("sink 1: arguments", "empty")),
        (SINK + "arguments = ['0:']\n", ("sink 1: arguments", "selector")),
        (SINK + "arguments = [0]\n", ("sink 1: arguments", "string")),
        (SINK + "arguments = ['0', '0']\n", ("sink 1: arguments", "twice")),
        (SINK + "receivers = ['cur']\n", ("sink 1", "receivers", "methods")),
        ("[[sink]]\nweakness = 'x'\nmethods = ['run']\n", ("sink 1", "receivers")),
        (SINK + "form = 'Shell'\n", ("sink 1: form",)),
        (SINK + "severity = 'grave'\n", ("sink 1: severity", "critical")),
        (SINK + "library = 'x'\n", ("sink 1", "'library'")),
        (SINK + "when = [1]\n", ("sink 1: when", "tables")),
        (_when("is = 1"), ("sink 1: when", "argument is missing")),
        (_when("argument = '0'"), ("sink 1: when", "one predicate, not 0")),
        (_when("argument = '0', is = 1, below = 2"), ("one predicate, not 2",)),
        (_when("argument = '0', equals = 1"), ("unknown predicate 'equals'",)),
        (_when("argument = '*', is = 1"), ("sink 1: when: argument", "'*'")),
        (_when("argument = '0', is = [1]"), ("sink 1: when: is",)),
        (_when("argument = '0', is = nan"), ("sink 1: when: is", "finite")),
        (_when("argument = '0', is = 1979-05-27"), ("sink 1: when: is",)),
        (_when("argument = '0', is = 99999999999999999999"), ("sink 1: when: is", "large")),
        (_when("argument = '0', one_of = 'a'"), ("sink 1: when: one_of", "array")),
        (_when("argument = '0', matches = '('"), ("sink 1: when: matches", "expression")),
        (_when("argument = '0', below = true"), ("sink 1: when: below", "number")),
        (_when("argument = '0', symbol = 'a.b'"), ("sink 1: when: symbol", "array")),
        (_when("argument = '0', missing = false"), ("sink 1: when: missing", "true")),
        (SOURCE.replace("http", "https"), ("source 1: kind", "http, message")),
        ("[[source]]\nkind = 'http'\n", ("source 1", "one of calls, reads")),
        (CLEAN + "by = 'magic'\n", ("sanitizer 1: by", "return")),
        (CLEAN + "argument = '*'\n", ("sanitizer 1: argument",)),
        (CLEAN.replace("os-command-injection", "**"), ("sanitizer 1: cleans",)),
        (CHECK + "modules = ['*settings*']\n", ("check 1", "modules", "settings")),
        (CHECK + "settings = ['A B']\n", ("check 1: settings",)),
    ],
)
def test_what_is_wrong_is_named(text: str, said: tuple[str, ...]) -> None:
    with pytest.raises(CatalogueError) as caught:
        _read(text)
    message = str(caught.value)
    assert message.startswith("acme.toml: ")
    for word in said:
        assert word in message


@pytest.mark.parametrize(
    "symbol",
    ["os.system", "os.environ[]", "flask.Flask.config[DEBUG]", "a.b[x-y].c", "builtins.__import__"],
)
def test_symbols(symbol: str) -> None:
    (source,) = _read(f"[[source]]\nkind = 'file'\nreads = ['{symbol}']\n").sources
    assert source.reads == (symbol,)


def test_one_and_true_are_two_values() -> None:
    read = _read(_when("argument = '0', one_of = [1, true, 1.0, 'a']"))
    assert read.sinks[0].when[0].operand == (1, True, 1.0, "a")


def test_join_keeps_the_order() -> None:
    one, two = _read(SINK), _read(SINK.replace("sql-", "nosql-"))
    assert [sink.weakness for sink in join([one, two]).sinks] == [
        "sql-injection",
        "nosql-injection",
    ]


def test_the_packaged_catalogue_is_sorted_by_file() -> None:
    for entries in load():
        libraries = [entry.library for entry in entries]
        assert libraries == sorted(libraries, key=lambda library: f"{library}.toml")
