"""One spelling for the same data, and a clear no to hostile documents."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seawall.attest import canonical
from seawall.core.errors import ConfigError

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
DATA = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=20,
)


def shuffled(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: shuffled(value[key]) for key in reversed(list(value))}
    return [shuffled(item) for item in value] if isinstance(value, list) else value


@given(DATA)
def test_the_order_of_keys_says_nothing(data: Any) -> None:
    encoded = canonical.encode(data)
    assert canonical.encode(shuffled(data)) == encoded
    assert canonical.read(encoded, name="it") == data
    assert json.loads(encoded) == data


def test_keys_are_ordered_as_rfc_8785_does() -> None:
    # The example of the RFC, section 3.2.3: by UTF-16 code units.
    keys = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "\u00f6"]
    encoded = canonical.encode(dict.fromkeys(keys, ""))
    assert list(json.loads(encoded)) == [
        "\r",
        "1",
        "\u0080",
        "\u00f6",
        "\u20ac",
        "\U0001f600",
        "\ufb33",
    ]


def test_signs_are_escaped_only_where_they_must_be() -> None:
    assert canonical.encode('\u20ac$\x0f\nA\'B"\\\\"/\x7f') == (
        b'"\xe2\x82\xac$\\u000f\\nA\'B\\"\\\\\\\\\\"/\x7f"'
    )


@pytest.mark.parametrize("data", [0.5, {1: "one"}, {"a": {2.0}}, b"bytes", 2**53, "\ud800"])
def test_what_has_no_one_spelling_is_refused(data: Any) -> None:
    with pytest.raises(ConfigError):
        canonical.encode(data)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "not valid JSON"),
        (b'{"a": 1, "a": 2}', "a key stands twice"),
        (b'[{"a": {"b": 1, "b": 1}}]', "a key stands twice"),
        (b"[1.5]", "no integer"),
        (b"[1e400]", "no integer"),
        (b"[NaN]", "no integer"),
        (b"[" + b"9" * 10_000 + b"]", "too large"),
        (b"[9007199254740993]", "too large"),
        (b"\xff\xfe", "not valid UTF-8"),
        (b"[" * 2_000_000, "nested too deep"),
        (b"[" * 60 + b"]" * 60, "nested too deep"),
        (b'{"a":' * 200_000, "nested too deep"),
        (b"[]x", "not valid JSON"),
        (b" " * (canonical.MAX_BYTES + 1), "larger than"),
    ],
)
def test_hostile_documents_are_refused_in_words(content: bytes, words: str) -> None:
    with pytest.raises(ConfigError, match=words) as caught:
        canonical.read(content, name="it.json")
    assert str(caught.value).startswith("it.json: ")
    assert len(str(caught.value)) < 400


def test_a_byte_that_is_no_utf8_becomes_one_sign() -> None:
    odd = {b"a\xffb".decode("utf-8", "surrogateescape"): ["\udcfe"]}
    assert canonical.whole(odd) == {"a\ufffdb": ["\ufffd"]}
