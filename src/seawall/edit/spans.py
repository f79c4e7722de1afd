"""Edits by line and column, applied to a text."""

from collections.abc import Iterable, Iterator, Sequence

from seawall.core.finding import Edit
from seawall.core.location import CodeSpan

Stretch = tuple[int, int, str]
"""From, to (offsets in the text) and what stands there afterwards."""


class Lines:
    """Where the lines of a text begin; its line ends are LF or CRLF, as a parser reads them."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.end = "\r\n" if "\r\n" in text else "\n"
        self._starts = [0]
        at = text.find("\n")
        while at >= 0:
            self._starts.append(at + 1)
            at = text.find("\n", at + 1)

    @property
    def has_lone_returns(self) -> bool:
        """Whether a carriage return alone ends lines: a parser counts more of them then."""
        return "\r" in self.text.replace("\r\n", "")

    def stretch(self, edit: Edit) -> Stretch | None:
        """Return where an edit stands; None where the text has no such place."""
        span = edit.span
        begin = self._offset(span.line, span.column)
        end = self._end(span)
        if begin is None or end is None or end < begin:
            return None
        return begin, end, edit.text.replace("\n", self.end)

    def _end(self, span: CodeSpan) -> int | None:
        if span.end_column:
            return self._offset(span.last_line, span.end_column)
        return self._line_end(span.last_line)

    def _offset(self, line: int, column: int) -> int | None:
        end = self._line_end(line)
        if end is None:
            # Behind the last line something can still be put in.
            return len(self.text) if (line, column) == (len(self._starts) + 1, 1) else None
        offset = self._starts[line - 1] + column - 1
        return offset if offset <= end else None

    def _line_end(self, line: int) -> int | None:
        if not 1 <= line <= len(self._starts):
            return None
        if line == len(self._starts):
            return len(self.text)
        end = self._starts[line] - 1
        return end - 1 if end > 0 and self.text[end - 1] == "\r" else end


def choose(lines: Lines, fixes: Iterable[Sequence[Edit]]) -> Iterator[list[Stretch] | None]:
    """Yield for each fix the stretches that it adds to those before; None where they collide.

    What an earlier fix does already is not done twice. A fix is taken whole or not at all.
    """
    taken: list[Stretch] = []
    for edits in fixes:
        wanted = [lines.stretch(edit) for edit in edits]
        mine = [one for one in wanted if one is not None]
        if len(mine) != len(wanted) or any(_collide(one, other) for one in mine for other in taken):
            yield None
            continue
        added = [one for one in dict.fromkeys(mine) if one not in taken]
        taken += added
        yield added


def _collide(one: Stretch, other: Stretch) -> bool:
    """Whether two stretches would change the same text, each in its own way."""
    if one == other:
        return False
    if one[0] == one[1] and other[0] == other[1]:
        # Two things put in at one place: one stands behind the other.
        return False
    return one[0] < other[1] and other[0] < one[1] or one[:2] == other[:2]


def apply_stretches(text: str, stretches: Iterable[Stretch]) -> str:
    """Return the text with all stretches replaced; they do not collide."""
    for begin, end, new in sorted(stretches, reverse=True):
        text = text[:begin] + new + text[end:]
    return text
