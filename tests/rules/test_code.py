"""The loader of what the code engine knows is strict, and says where a file is wrong."""

from pathlib import Path

import msgspec
import pytest
from seawall_guard.catalogue import Catalogue

from seawall.core.errors import ConfigError
from seawall.core.rule import Severity
from seawall.model.knowledge import EntryPoint, Knowledge, Propagator, Quiet, Type
from seawall.rules.code import CodeRules, load_code, load_project_code

NOTHING = CodeRules(rules=(), catalogue=Catalogue(), knowledge=Knowledge(), digest="")
WEAKNESS = """
[[weakness]]
id = "acme-injection"
title = "Acme injection"
severity = "high"
cwe = [77]
why = "Whoever steers it steers Acme."
remedy = "1. Use parameters."
"""
TYPE = '[[type]]\nname = "acme.Client"\n'
PASS = '[[propagator]]\ncalls = ["acme.decode"]\n'
ENTRY = '[[entry]]\nframework = "acme"\nhow = "decorator"\nsymbols = ["acme.App.route"]\n'


def _read(text: str) -> CodeRules:
    return load_project_code({".seawall/code/acme.toml": text.encode()}, NOTHING)


def test_a_weakness_is_a_rule() -> None:
    (rule,) = _read(WEAKNESS + "vulnerable = 'run(x)'\nfixed = 'run(1)'\n").rules
    assert (rule.id, rule.engine, rule.severity) == ("acme-injection", "code", Severity.HIGH)
    assert (rule.cwe, rule.vulnerable, rule.fixed) == ((77,), "run(x)", "run(1)")
    assert rule.why == "Whoever steers it steers Acme."


def test_every_table_of_knowledge() -> None:
    read = _read(
        TYPE + 'made_by = ["acme.connect"]\nmethods = { copy = "self", cursor = "acme.Cursor" }\n'
        + PASS + 'takes = ["self", "1*"]\ngives = "self"\ndirties = ["*"]\n'
        + '[[quiet]]\ncalls = ["builtins.len"]\n'
        + ENTRY + 'path = "0:rule"\nmethod = ["GET"]\nparameters = "path"\n'
        + 'types = { 0 = "acme.Request" }\n'
    ).knowledge  # fmt: skip
    assert read == Knowledge(
        types=(
            Type(
                name="acme.Client",
                made_by=("acme.connect",),
                methods={"copy": "self", "cursor": "acme.Cursor"},
            ),
        ),
        propagators=(
            Propagator(calls=("acme.decode",), takes=("self", "1*"), gives="self", dirties=("*",)),
        ),
        quiet=(Quiet(calls=("builtins.len",)),),
        entries=(
            EntryPoint(
                framework="acme",
                how="decorator",
                symbols=("acme.App.route",),
                path="0:rule",
                method=("GET",),
                parameters="path",
                types={"0": "acme.Request"},
            ),
        ),
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x = [", ("Invalid",)),
        ("x = " + "[" * 5000, ("acme.toml",)),
        ("[[sinks]]\n", ("unknown table 'sinks'", "sanitizer")),
        ("[type]\n", ("type", "array of tables")),
        ("type = [1]\n", ("type 1",)),
        (WEAKNESS + "whi = 'x'\n", ("'acme-injection'", "unknown key 'whi'")),
        (WEAKNESS.replace("high", "grave"), ("'acme-injection'", "severity")),
        (WEAKNESS.replace("acme-i", "Acme I"), ("'Acme Injection'", "kebab")),
        (WEAKNESS + WEAKNESS, ("already that of .seawall/code/acme.toml",)),
        (WEAKNESS.replace("1. Use parameters.", " "), ("remedy is empty",)),
        (WEAKNESS + "links = ['http://acme.example']\n", ("https",)),
        (WEAKNESS + "links = ['https://acme.example/>x']\n", ("links",)),
        (WEAKNESS + "vulnerable = 'x'\n", ("vulnerable and fixed",)),
        (WEAKNESS + 'lesson = "\\u001b[2J"\n', ("lesson", "control")),
        (WEAKNESS + "lesson = '![x](https://a.example)'\n", ("lesson", "markup")),
        (TYPE + "method = {}\n", ("type 1", "unknown key 'method'")),
        (TYPE + "methods = 1\n", ("type 1", "methods")),
        (TYPE + "methods = { a = 'b c' }\n", ("type 1: methods", "'b c'")),
        (TYPE + "methods = { 'a b' = 'b.c' }\n", ("type 1: methods", "'a b'")),
        ("[[type]]\nname = ''\n", ("type 1: name", "empty")),
        (TYPE + TYPE + "bases = ['']\n", ("type 2: bases",)),
        (PASS + "takes = ['0;']\n", ("propagator 1: takes", "'0;'")),
        (PASS + "takes = []\n", ("propagator 1: takes", "empty")),
        (PASS + "gives = '*'\n", ("propagator 1: gives",)),
        (PASS + "dirties = ['nowhere']\n", ("propagator 1: dirties", "'nowhere'")),
        ("[[quiet]]\n", ("quiet 1", "calls")),
        (ENTRY.replace("decorator", "magic"), ("entry 1: how", "decorator")),
        (ENTRY.replace("decorator", "name"), ("entry 1", "'name' needs names")),
        (ENTRY.replace("decorator", "call"), ("entry 1", "handler")),
        (ENTRY + "method = ['get']\n", ("entry 1: method", "capitals")),
        (ENTRY + "parameters = 'some'\n", ("entry 1: parameters",)),
        (ENTRY + "kind = 'web'\n", ("entry 1: kind", "http")),
        (ENTRY + "returns = 'nowhere'\n", ("entry 1: returns", "'nowhere'")),
        ("[[sink]]\nweakness = 'nowhere'\ncalls = ['a.b']\n", ("sink 1: weakness", "'nowhere'")),
        ("[[sink]]\nweakness = 'x'\ncalls = ['b']\n", ("sink 1: calls", "'b'")),
    ],
)
def test_what_is_wrong_is_named(text: str, said: tuple[str, ...]) -> None:
    with pytest.raises(ConfigError) as caught:
        _read(text)
    message = str(caught.value)
    assert message.startswith(".seawall/code/acme.toml: ")
    for word in said:
        assert word in message


def test_a_project_adds_to_what_is_packaged() -> None:
    packaged = _read(WEAKNESS)
    sink = b'[[sink]]\nweakness = "acme-injection"\ncalls = ["shop.run"]\n'
    own = load_project_code({"a.toml": sink}, packaged)
    assert own.rules == packaged.rules
    assert own.catalogue.sinks[0].calls == ("shop.run",)
    assert own.digest != packaged.digest
    assert load_project_code({}, packaged) is packaged


def test_a_weakness_may_stand_in_another_file_of_the_project() -> None:
    sink = b'[[sink]]\nweakness = "acme-injection"\ncalls = ["shop.run"]\n'
    own = load_project_code({"a.toml": sink, "b.toml": WEAKNESS.encode()}, NOTHING)
    assert [rule.id for rule in own.rules] == ["acme-injection"]


def test_a_project_cannot_take_a_rule_of_seawall() -> None:
    with pytest.raises(ConfigError, match="already that of Seawall"):
        load_project_code({"a.toml": WEAKNESS.encode()}, _read(WEAKNESS))


def test_a_project_file_has_a_limit() -> None:
    with pytest.raises(ConfigError, match="larger than"):
        load_project_code({"a.toml": b"#" * 1_000_001}, NOTHING)


def test_kept_rules_are_those_of_the_files(tmp_path: Path) -> None:
    fresh = load_code()
    assert load_code(tmp_path) == fresh
    assert [file.name for file in tmp_path.iterdir()] == ["rules-code.bin"]
    assert load_code(tmp_path) == fresh
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(fresh), type=CodeRules) == fresh
