"""The configuration: every mistake names the file, the line and the key; nothing makes it crash."""

from contextlib import suppress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from seawall import policy
from seawall.config import build_tree, read_config
from seawall.core.errors import ConfigError
from seawall.core.finding import Finding
from seawall.core.location import CodeSpan
from seawall.core.rule import Severity

RULES = ("github-token", "hardcoded-password")


def tree(*files: tuple[str, str]) -> object:
    return build_tree([(path, text.encode()) for path, text in files], known_rules=RULES)


def finding(path: str, rule: str = "github-token") -> Finding:
    return Finding(
        rule=rule,
        location=CodeSpan(path=path, line=1),
        message="m",
        anchor="a",
        severity=Severity.HIGH,
    )


@pytest.mark.parametrize(
    ("text", "words", "hint"),
    [
        ("x = 1\n", "seawall.toml, line 1: x: unknown key", "keys here: scan, rules, gate"),
        ("\n[scan]\nexclud = []\n", "line 3: scan.exclud: unknown key", "exclude, engines"),
        ("[scan]\nexclude = 3\n", "line 2: scan.exclude: expected `array`", "docs"),
        (
            "[rules]\noff = ['no-such']\n",
            "line 2: rules.off: there is no rule 'no-such'",
            "rules list",
        ),
        ("[gate]\nbreak = []\n", "nothing in it breaks the build", "unsafe-allow-all"),
        ("[[gate.break]]\nname = 'x'\nsevrity = 'low'\n", "line 3: gate.break.sevrity", "severity"),
        ("[[gate.break]]\nname = 'x'\nseverity = 'hi'\n", "line 3: gate.break.severity", ""),
        ("[[gate.break]]\nseverity = 'low'\n", "gate.break", ""),
        ("[scan\n", "not valid TOML", ""),
        ("a = " + "[" * 5000, "nested too deep", ""),
    ],
)
def test_a_mistake_names_file_line_and_key(text: str, words: str, hint: str) -> None:
    with pytest.raises(ConfigError) as caught:
        tree(("seawall.toml", text))
    assert words in str(caught.value)
    assert str(caught.value).startswith(("seawall.toml", "policy seawall.toml"))
    assert hint in caught.value.hint


def test_the_second_table_of_an_array_is_the_one_that_is_named() -> None:
    text = "[[gate.break]]\nname = 'a'\n\n[[gate.break]]\nname = 'b'\nengin = 'code'\n"
    with pytest.raises(ConfigError, match="line 6: gate.break.engin: unknown key"):
        tree(("seawall.toml", text))


def test_pyproject_counts_where_it_has_a_section() -> None:
    text = "[project]\nname = 'x'\n[tool.seawall.scan]\nexclude = ['gen/']\n"
    assert tree(("pyproject.toml", text)).excludes() == {"": ("gen/",)}  # type: ignore[attr-defined]
    assert tree(("pyproject.toml", "[project]\nname = 'x'\n")).configs == {}  # type: ignore[attr-defined]


def test_a_broken_pyproject_of_somebody_else_is_not_ours_to_refuse() -> None:
    assert read_config(b"[project\n# seawall", name="pyproject.toml") is None
    with pytest.raises(ConfigError, match="not valid TOML"):
        read_config(b"[tool.seawall]\n[", name="pyproject.toml")


def test_the_nearest_gate_counts_and_every_off_counts() -> None:
    built = tree(
        ("seawall.toml", "[rules]\noff = ['hardcoded-password']\n"),
        ("shop/seawall.toml", "[gate]\nunsafe-allow-all = true\n"),
    )
    assert built.policy_of(finding("a.py")) is policy.DEFAULT  # type: ignore[attr-defined]
    assert built.policy_of(finding("shop/deep/a.py")).allow_all  # type: ignore[attr-defined]
    assert built.is_off(finding("shop/a.py", "hardcoded-password"))  # type: ignore[attr-defined]
    assert not built.is_off(finding("shop/a.py"))  # type: ignore[attr-defined]


def test_a_finding_at_the_root_has_the_roots_policy() -> None:
    built = tree(("seawall.toml", "[gate]\nunsafe-allow-all = true\n"))
    assert built.policy_of(finding("a.py")).allow_all  # type: ignore[attr-defined]


keys = st.sampled_from(["scan", "rules", "gate", "break", "off", "exclude", "x", "severity"])
values = st.sampled_from(
    ["1", "[]", "['a']", "{}", "'low'", "true", "[[1]]", "{break=[{}]}", "1e999"]
)
lines = st.one_of(
    st.tuples(keys, values).map(" = ".join),
    keys.map("[{}]".format),
    st.tuples(keys, keys).map(lambda pair: f"[[{pair[0]}.{pair[1]}]]"),
    st.text(max_size=30),
)


@given(st.lists(lines, max_size=8).map("\n".join).map(lambda text: text.encode("utf-8", "replace")))
@example(b"\xff\xfe[")
@example(b"[gate]\nbreak = [{name='a', status=['x']}]")
@example(b"[gate]\nbreak = 5")
def test_whatever_it_holds_it_is_read_or_refused_with_words(content: bytes) -> None:
    for name in ("seawall.toml", "pyproject.toml"):
        with suppress(ConfigError):
            build_tree([(name, content)], known_rules=RULES)


@given(st.binary(max_size=200))
def test_bytes_never_crash_the_reader(content: bytes) -> None:
    with suppress(ConfigError):
        read_config(content, name="seawall.toml")
