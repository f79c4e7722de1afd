"""Finds the lines of what a parser without places has read, in one pass over the text."""

import re


class LineFinder:
    """Walks forward through a text: what is sought in the order of the text costs one pass."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._at = 0
        """Where the last one that was found begins; `_line` is its line."""
        self._line = 1
        self._effort = 16 * len(content) + (1 << 20)
        """Bytes that may still be looked at: no order of what is sought makes it slow."""

    def line_of(self, needle: bytes) -> int:
        """Return the 1-based line of the next place of `needle`, from the last found one on.

        Begins anew where there is none behind it; 0 where there is none at all, or where the
        whole text has been gone through too often.
        """
        if self._effort < 0:
            return 0
        found = self._content.find(needle, self._at)
        return self._moved_to(found if found >= 0 else self._content.find(needle))

    def line_matching(self, pattern: re.Pattern[bytes]) -> int:
        """Return the line of the next match of a pattern, as `line_of` does."""
        if self._effort < 0:
            return 0
        found = pattern.search(self._content, self._at) or pattern.search(self._content)
        return self._moved_to(found.start() if found else -1)

    def line_at(self, offset: int) -> int:
        """Return the line of an offset, and go on from there."""
        return self._moved_to(offset) if self._effort >= 0 else 0

    def pass_by(self) -> None:
        """Seek the next one behind the start of what was found last."""
        self._at += 1

    def _moved_to(self, offset: int) -> int:
        if offset < 0:
            self._effort -= len(self._content)
            return 0
        if offset < self._at:
            self._effort -= len(self._content)
            self._at, self._line = 0, 1
        self._effort -= offset - self._at
        self._line += self._content.count(b"\n", self._at, offset)
        self._at = offset
        return self._line
