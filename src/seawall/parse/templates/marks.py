"""Cuts the text of a Jinja or Django template at its marks: `{{ }}`, `{% %}`, `{# #}`."""

import re
from collections.abc import Iterator
from typing import NamedTuple

MAX_AWARE = 4000
"""Characters within which strings and brackets are respected when an end is looked for."""
_OPEN = re.compile(r"\{[{%#]")
_INNER = re.compile(r"[\"'{}]|%\}")
_QUOTES = {quote: re.compile(rf"(?:[^{quote}\\]|\\.)*{quote}", re.S) for quote in "\"'"}
_CLOSE = {"{{": "}}", "{%": "%}", "{#": "#}"}


class Piece(NamedTuple):
    """A piece of a template: kind "text", "output" or "tag"; marks and their signs are cut off."""

    kind: str
    text: str
    start: int
    end: int


class Marks:
    """Finds the pieces of one text, in order."""

    def __init__(self, text: str, *, one_line: bool) -> None:
        """Begin; with `one_line` (Django) no mark goes over a line's end."""
        self._text = text
        self._one_line = one_line
        self._next: dict[str, int] = {}
        self._waste = len(text)
        self._at = 0

    def pieces(self) -> Iterator[Piece]:
        """Yield the pieces; comments are left out."""
        text = self._text
        start = self._at
        while True:
            found = _OPEN.search(text, self._at)
            if not found:
                break
            begin = found.start()
            end = self._end(found[0], found.end())
            if end < 0:
                self._at = found.end()
                continue
            if begin > start:
                yield Piece("text", text[start:begin], start, begin)
            self._at = start = end + 2
            if found[0] == "{#":
                continue
            inner = text[begin + 2 : end]
            stripped = inner.strip("+-" if not self._one_line else "").strip()
            yield Piece("output" if found[0] == "{{" else "tag", stripped, begin, end + 2)
            # Whoever takes the pieces may have skipped some text.
            start = self._at
        if start < len(text):
            yield Piece("text", text[start:], start, len(text))

    def skip(self, pattern: re.Pattern[str]) -> str:
        """Pass over all up to a mark that is found by a pattern, or to the end; return it."""
        found = pattern.search(self._text, self._at)
        start = self._at
        self._at = found.end() if found else len(self._text)
        return self._text[start : found.start() if found else len(self._text)]

    def _find(self, closing: str, at: int) -> int:
        """Return where a text is next; remembered, so that asking often costs nothing."""
        known = self._next.get(closing, -2)
        if known == -1 or known >= at:
            return known
        self._next[closing] = found = self._text.find(closing, at)
        return found

    def _end(self, opening: str, at: int) -> int:
        """Return where the closing mark stands, or -1."""
        closing = _CLOSE[opening]
        end = self._find(closing, at)
        if end < 0:
            return -1
        if self._one_line:
            line = self._find("\n", at)
            return -1 if 0 <= line < end else end
        if opening == "{#" or self._waste < 0:
            return end
        aware = self._aware_end(closing, at)
        return end if aware < 0 else aware

    def _aware_end(self, closing: str, at: int) -> int:
        """Return the first closing mark that is in no string and no bracket, or -1."""
        limit = min(len(self._text), at + MAX_AWARE)
        place, depth = at, 0
        while True:
            found = _INNER.search(self._text, place, limit)
            if not found:
                break
            part = found[0]
            place = found.end()
            if part == "%}":
                if closing == part:
                    return found.start()
                place -= 1
            elif part in _QUOTES:
                string = _QUOTES[part].match(self._text, place, limit)
                if not string:
                    break
                place = string.end()
            elif part == "{":
                depth += 1
            elif depth:
                depth -= 1
            elif closing == "}}" and self._text.startswith("}}", found.start()):
                return found.start()
        self._waste -= limit - at
        return -1
