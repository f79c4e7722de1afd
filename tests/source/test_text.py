"""Text, binaries, encodings and limits."""

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seawall.source.file import Skip, Source
from seawall.source.text import MAX_BYTES, is_binary, make_source, to_utf8

WORDS = "password = ünïcode\nnext"


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
        (codecs.BOM_UTF8, "utf-8"),
    ],
)
def test_encodings_with_a_mark_become_utf8(mark: bytes, encoding: str) -> None:
    content = mark + WORDS.encode(encoding)
    assert not is_binary(content)
    assert to_utf8(content) == WORDS.encode()


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_without_a_mark_is_text(encoding: str) -> None:
    content = "REGEDIT4\r\nkey = value\r\n".encode(encoding)
    assert not is_binary(content)
    assert to_utf8(content) == b"REGEDIT4\r\nkey = value\r\n"


def test_truncated_utf16_keeps_what_can_be_read() -> None:
    content = codecs.BOM_UTF16_LE + "token".encode("utf-16-le")[:-1]
    assert to_utf8(content) == "toke\ufffd".encode()


@pytest.mark.parametrize(
    "content", [b"\x7fELF\x02\x01\x01\0\0\0\0\0\0", b"\0" * 100, b"GIF89a\0\1\0\1", b"a\0b"]
)
def test_zeros_make_it_binary(content: bytes) -> None:
    assert make_source("a", content, size=len(content)) == Skip(path="a", reason="binary")


def test_latin1_stays_as_it_is() -> None:
    content = "größe = 1\n".encode("latin-1")
    source = make_source("a.ini", content, size=len(content))
    assert isinstance(source, Source)
    assert source.content == content


def test_nothing_is_empty() -> None:
    assert make_source("a", b"", size=0) == Skip(path="a", reason="empty")


def test_what_the_limit_cut_off_is_told() -> None:
    source = make_source("big.sql", b"x" * 100, size=MAX_BYTES + 1)
    assert isinstance(source, Source)
    (problem,) = source.problems
    assert problem.kind == "too-large"
    assert problem.message == "only the first 16 MiB of 16,777,217 bytes were scanned"


@given(st.binary(max_size=200))
def test_any_bytes_are_taken(content: bytes) -> None:
    made = make_source("a", content, size=len(content))
    assert isinstance(made, Source | Skip)


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0\ufeff")))
def test_utf8_text_is_never_changed(text: str) -> None:
    assert to_utf8(text.encode()) == text.encode()
