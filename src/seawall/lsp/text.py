"""The text of one open document, and places in it as editors and as findings say them."""

import bisect
import functools
import re
from collections.abc import Iterable

from lsprotocol import types

from seawall.core.location import CodeSpan

_LINE_END = re.compile(r"\r\n|\n|\r")
_MARK = "\ufeff"

Change = types.TextDocumentContentChangePartial | types.TextDocumentContentChangeWholeDocument


class Text:
    """One version of a document; a change makes a new one.

    Lines end as the protocol says: at CR, LF or both, and nowhere else.
    Source: Language Server Protocol 3.17, Text Documents.
    """

    def __init__(
        self,
        content: str,
        version: int | None = None,
        encoding: str = types.PositionEncodingKind.Utf16,
    ) -> None:
        """Make one version; `encoding` is what the client counts columns in."""
        self.content = content
        self.version = version
        self.encoding = encoding

    @functools.cached_property
    def _starts(self) -> list[int]:
        return [0, *(match.end() for match in _LINE_END.finditer(self.content))]

    @functools.cached_property
    def _newlines(self) -> list[int]:
        """Where the lines of findings start: they end at LF alone."""
        return [0, *(match.end() for match in re.finditer("\n", self.content))]

    def offset(self, position: types.Position) -> int:
        """Return the code point at a position; beyond the end of a line is its end."""
        if position.line >= len(self._starts):
            return len(self.content)
        start = self._starts[position.line]
        line = self._line(start, position.line)
        return start + _to_code_points(line, position.character, self.encoding)

    def position(self, offset: int) -> types.Position:
        """Return the position of a code point."""
        line = bisect.bisect_right(self._starts, offset) - 1
        before = self.content[self._starts[line] : offset]
        return types.Position(line=line, character=_units(before, self.encoding))

    def range_of(self, span: CodeSpan) -> types.Range:
        """Return the range of a span of this document."""
        start = self._offset_of(span.line, span.column)
        end = self._offset_of(span.last_line, span.end_column)
        return types.Range(start=self.position(start), end=self.position(max(start, end)))

    def line_at(self, number: int) -> str:
        """Return a line of findings (1-based) without its end, "" where there is none."""
        if not 1 <= number <= len(self._newlines):
            return ""
        start = self._newlines[number - 1]
        end = self.content.find("\n", start)
        return self.content[start : end if end >= 0 else len(self.content)].rstrip("\r")

    def start_of(self, number: int) -> types.Position:
        """Return where a line of findings (1-based) starts."""
        return self.position(self._offset_of(number, 1))

    def changed(self, changes: Iterable[Change], version: int | None) -> "Text":
        """Return the text after changes, each of which sees those before it."""
        content = self.content
        for change in changes:
            if isinstance(change, types.TextDocumentContentChangePartial):
                before = Text(content, encoding=self.encoding) if content != self.content else self
                start, end = before.offset(change.range.start), before.offset(change.range.end)
                content = content[:start] + change.text + content[max(start, end) :]
            else:
                content = change.text
        return Text(content, version, self.encoding)

    def _line(self, start: int, number: int) -> str:
        last = number + 1 >= len(self._starts)
        end = len(self.content) if last else self._starts[number + 1]
        return self.content[start:end].rstrip("\r\n")

    def _offset_of(self, line: int, column: int) -> int:
        """Return the code point of a finding's line and column (0: the end of the line)."""
        number = min(max(line, 1), len(self._newlines))
        start = self._newlines[number - 1]
        # A finding's columns do not count the mark that a file may begin with.
        start += number == 1 and self.content.startswith(_MARK)
        end = self.content.find("\n", start)
        end = len(self.content) if end < 0 else end
        return min(start + column - 1, end) if column else end


def _units(text: str, encoding: str) -> int:
    """Count what a client counts in."""
    if encoding == types.PositionEncodingKind.Utf32 or text.isascii():
        return len(text)
    if encoding == types.PositionEncodingKind.Utf8:
        return len(text.encode("utf-8", "surrogatepass"))
    return len(text) + sum(character > "\uffff" for character in text)


def _to_code_points(line: str, units: int, encoding: str) -> int:
    if units >= _units(line, encoding):
        return len(line)
    if encoding == types.PositionEncodingKind.Utf32 or line.isascii():
        return units
    seen = 0
    for place, character in enumerate(line):
        if seen >= units:
            return place
        seen += _units(character, encoding)
    return len(line)
