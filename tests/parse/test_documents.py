"""The readers of JSON, TOML, YAML and XML: what they take, and what they refuse with words."""

import contextlib
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seawall.core.errors import ParseError
from seawall.parse.json import parse_json
from seawall.parse.lines import LineFinder
from seawall.parse.toml import parse_toml
from seawall.parse.xml import parse_xml
from seawall.parse.yaml import parse_yaml

BOMB = b"a0: &a0 {k: v}\n" + b"".join(
    b"a%d: &a%d [%s]\n" % (at, at, b",".join([b"*a%d" % (at - 1)] * 9)) for at in range(1, 12)
)
MERGES = b"a0: &a0 {k: v}\n" + b"".join(
    b"a%d: &a%d\n  <<: [%s]\n" % (at, at, b",".join([b"*a%d" % (at - 1)] * 9))
    for at in range(1, 12)
)
REFUSED: list[tuple[Callable[[bytes], Any], bytes, str, int]] = [
    (parse_yaml, BOMB, "unfolds", 8),
    (parse_yaml, MERGES, "unfolds", 14),
    (parse_yaml, b"a: &x [*x]", "holds itself", 1),
    (parse_yaml, b"[" * 5000, "yaml", 1),
    (parse_yaml, b"- " * 5000, "yaml", 1),
    (parse_yaml, b"a: 1\nb: [}", "yaml", 2),
    (parse_yaml, b"\xff\xfe\x00", "yaml", 0),
    (parse_yaml, b"--- !!seq {a: b}", "yaml", 1),
    (parse_json, b'{\n"a": x}', "json", 2),
    (parse_json, b"[" * 100_000, "deeply", 0),
    (parse_json, b'"\xff"', "utf-8", 0),
    (parse_toml, b"a=1\nb=\n", "toml", 2),
    (parse_toml, b"a=" + b"[" * 50_000, "deeply", 0),
    (parse_toml, b"a=1\n#\xff", "utf-8", 2),
    (parse_toml, b"a=1\n" + b"a." * 100_000, "deeply", 2),
    (parse_toml, b"a=1\n[" + b"'a' . " * 100_000, "deeply", 2),
    (parse_toml, b"[a]\n" * 100_001, "more than 100,000 tables", 0),
    (parse_toml, b"#" * ((8 << 20) + 1), "more than 8 MiB", 0),
    (parse_xml, b"<a>" * 1000, "deeply", 1),
    (parse_xml, b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "document type", 1),
    (parse_xml, b"<a>\n<b></a>", "xml", 2),
    (parse_xml, b'<?xml version="1.0" encoding="none-such"?><a/>', "xml", 0),
]


@pytest.mark.parametrize(
    ("parse", "content", "words", "line"),
    REFUSED,
    ids=[f"{row[0].__name__}-{number}" for number, row in enumerate(REFUSED)],
)
def test_what_is_no_document_is_refused(
    parse: Callable[[bytes], Any], content: bytes, words: str, line: int
) -> None:
    with pytest.raises(ParseError, match=words) as caught:
        parse(content)
    assert caught.value.line == line


def test_versions_stay_as_they_are_written() -> None:
    read = parse_yaml(b"a: 1.10\nb: true\nc: ~\nd: 2001-01-01\ne: &x {k: 0o7}\nf: {<<: *x, z: 1e3}")
    assert read == [
        {
            "a": "1.10",
            "b": True,
            "c": None,
            "d": "2001-01-01",
            "e": {"k": "0o7"},
            "f": {"k": "0o7", "z": "1e3"},
        }
    ]


def test_tags_name_no_types() -> None:
    read = parse_yaml(b"a: !!python/object:os.system [x]\nb: !mine {c: !!int x}")
    assert read == [{"a": ["x"], "b": {"c": "x"}}]


def test_loose_json_has_comments_and_commas() -> None:
    text = b'\xef\xbb\xbf{"a": [1, 2,], // "no"\n "u": "http://x/*", /* c\n */ }'
    assert parse_json(text, loose=True) == {"a": [1, 2], "u": "http://x/*"}


def test_xml_that_was_recoded_still_says_what_it_was() -> None:
    written = '<?xml version="1.0" encoding="utf-16"?><a>\u00e4</a>'
    assert parse_xml(written.encode("utf-8")).text == "\u00e4"
    assert parse_xml(written.encode("utf-16")).text == "\u00e4"


def test_tables_on_several_lines_may_end_them_in_either_way() -> None:
    assert parse_toml(b'a = {\r\n  b = "1",\r\n}\r\n') == {"a": {"b": "1"}}


def test_elements_know_their_lines() -> None:
    root = parse_xml(b'<p xmlns:n="u">\n <n:a x="1">t<b/> z</n:a>\n</p>')
    (a,) = root.all("a")
    assert (a.line, a.attributes, a.text, root.value("a", "b")) == (2, {"x": "1"}, "t z", "")


def test_text_of_an_element_is_joined() -> None:
    content = b"<a>" + b"x" * 10_000 + b"<b/>&amp;<![CDATA[<]]> \n</a>"
    assert parse_xml(content).text == "x" * 10_000 + "&<"


def test_dots_in_values_of_toml_are_no_tables() -> None:
    assert parse_toml(b"a = '" + b"x." * 200 + b"'")["a"] == "x." * 200


def test_lines_are_found_forward_and_anew() -> None:
    finder = LineFinder(b"a\nb\nc\na\n")
    assert [finder.line_of(word) for word in (b"b", b"a", b"a", b"b", b"x")] == [2, 4, 4, 2, 0]


@given(st.binary(max_size=200))
def test_any_bytes_end_in_a_value_or_words(content: bytes) -> None:
    for parse in (parse_json, parse_toml, parse_yaml, parse_xml):
        with contextlib.suppress(ParseError):
            parse(content)


def test_tables_of_toml_may_go_over_lines() -> None:
    text = b'a = {\n  b = "{\\n", # c\n  c = [\n 1,\n {d = \'}\',}\n ],\n}\ne = """\n{\n"""\n'
    assert parse_toml(text) == {"a": {"b": "{\n", "c": [1, {"d": "}"}]}, "e": "{\n"}
    with pytest.raises(ParseError, match="toml") as caught:
        parse_toml(b"a = {\nb = 1,\n}\nc = {d\n")
    assert caught.value.line


@pytest.mark.parametrize("piece", [b"/*", b'"', b'"\\', b"//", b",", b", ", b"/", b"//\n,"])
def test_loose_json_is_read_in_one_pass(piece: bytes) -> None:
    with pytest.raises(ParseError):
        parse_json(piece * 300_000, loose=True)
