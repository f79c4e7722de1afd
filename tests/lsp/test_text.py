"""Places in a document, as editors and as findings say them."""

from hypothesis import given
from hypothesis import strategies as st
from lsprotocol import types

from seawall.core.location import CodeSpan
from seawall.lsp.text import Text

PIECES = st.lists(
    st.sampled_from(["a", "é", "漢", "🙂", "\n", "\r\n", "\r", "\x0c", "\u2028", " "]), max_size=40
).map("".join)
ENCODINGS = st.sampled_from(list(types.PositionEncodingKind))


@given(PIECES, ENCODINGS, st.integers(0, 60))
def test_a_place_survives_the_way_there_and_back(content: str, encoding: str, offset: int) -> None:
    text = Text(content, encoding=encoding)
    offset = min(offset, len(content))
    # Between CR and LF there is no position.
    if content[offset - 1 : offset + 1] == "\r\n" and offset:
        return
    assert text.offset(text.position(offset)) == offset


@given(PIECES, PIECES, ENCODINGS, st.integers(0, 60), st.integers(0, 60))
def test_a_change_is_that_of_the_editor(
    content: str, inserted: str, encoding: str, first: int, last: int
) -> None:
    first, last = sorted((min(first, len(content)), min(last, len(content))))
    if any(content[at - 1 : at + 1] == "\r\n" and at for at in (first, last)):
        return
    text = Text(content, 1, encoding)
    here = types.Range(start=text.position(first), end=text.position(last))
    change = types.TextDocumentContentChangePartial(range=here, text=inserted)
    changed = text.changed([change], 2)
    assert changed.content == content[:first] + inserted + content[last:]
    assert (changed.version, changed.encoding) == (2, encoding)


def test_positions_beyond_the_end_are_the_end() -> None:
    text = Text("ab\ncd")
    assert text.offset(types.Position(line=0, character=99)) == 2
    assert text.offset(types.Position(line=99, character=0)) == 5


def test_a_finding_is_placed_by_its_own_lines() -> None:
    # A lone CR ends a line for the editor, and none for a finding.
    text = Text("a\rb\n🙂 xyz\n")
    span = CodeSpan(path="a", line=2, column=3, end_column=6)
    assert text.range_of(span) == types.Range(
        start=types.Position(line=2, character=3), end=types.Position(line=2, character=6)
    )


def test_a_finding_may_end_on_another_line_or_at_the_end_of_its_own() -> None:
    text = Text("one\ntwo\nthree\n")
    span = CodeSpan(path="a", line=1, column=2, end_line=3, end_column=3)
    assert text.range_of(span).end == types.Position(line=2, character=2)
    assert text.range_of(CodeSpan(path="a", line=2)).end == types.Position(line=1, character=3)
    assert text.range_of(CodeSpan(path="a", line=9)).start.line == 3


def test_the_mark_at_the_start_of_a_file_counts_no_column() -> None:
    text = Text("\ufeffkey = 1\n")
    assert text.range_of(CodeSpan(path="a", line=1, column=1, end_column=4)) == types.Range(
        start=types.Position(line=0, character=1), end=types.Position(line=0, character=4)
    )
