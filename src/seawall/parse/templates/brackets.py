"""Finds where an expression ends that stands in a template between brackets."""

import re

MAX_AWARE = 4000
"""Characters within which strings and inner brackets are respected."""
_INNER = re.compile(r"[\"'{}]")
_STRING = {quote: re.compile(rf"(?:[^{quote}\\]|\\.)*{quote}", re.S) for quote in "\"'"}


class Brackets:
    """Looks for closing brackets in one text, in order; asking often costs no more than once."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._waste = len(text)
        self._missing: dict[str, int] = {}

    def end(self, at: int, closing: str) -> int:
        """Return where "}" or "}}" stands that is in no string and no bracket, or any; else -1."""
        text = self._text
        limit = min(len(text), at + MAX_AWARE) if self._waste > 0 else at
        place, depth = at, 0
        while True:
            found = _INNER.search(text, place, limit)
            if not found:
                break
            place = found.end()
            if found[0] in _STRING:
                string = _STRING[found[0]].match(text, place, limit)
                if not string:
                    break
                place = string.end()
            elif found[0] == "{":
                depth += 1
            elif depth:
                depth -= 1
            elif text.startswith(closing, place - 1):
                return place - 1
        self._waste -= limit - at
        return self.find(closing, at)

    def find(self, what: str, at: int) -> int:
        """Return where a text is next, or -1; that there is none is remembered."""
        if at >= self._missing.get(what, len(self._text) + 1):
            return -1
        place = self._text.find(what, at)
        if place < 0:
            self._missing[what] = at
        return place
