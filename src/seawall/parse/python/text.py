"""The text of a Python file, whatever its encoding, and where its bytes stand."""

import re
from bisect import bisect_right
from itertools import accumulate

from seawall.model.program import Span, pack, unpack

_MARK = b"\xef\xbb\xbf"
_COOKIE = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_PLAIN = re.compile(
    r"(?:us[-_]?)?ascii|utf[-_]?8(?:[-_]sig)?|latin[-_]?[1-9]|l[1-9]|iso[-_]?(?:ir[-_])?8859[-_]\d+|"
    r"iso[-_]latin[-_]1|cp\d{3,4}|windows[-_]\d{4}|koi8[-_][rut]|kz1048|ptcp154|mac[-_]?\w+|"
    r"big5(?:hkscs)?|gb(?:2312|k|18030)|hz|euc[-_]\w+|shift[-_]?jis(?:x0213|_2004)?|s?jis|johab",
    re.IGNORECASE,
)
"""Encodings in which ASCII is ASCII. Others (UTF-16, rot13, ...) cannot be what a file is in."""


class Text:
    """A file in UTF-8, by lines that end as Python's do."""

    __slots__ = ("_starts", "content", "lines", "offset")

    def __init__(self, content: str) -> None:
        self.content = content
        self.lines = content.encode("utf-8", "replace").splitlines(keepends=True)
        """Each with its end."""
        self.offset = 0
        """Bytes before the part of it that is looked at."""
        self._starts: list[int] = []

    def at(self, start: int, word: bytes) -> bool:
        """Whether a word stands at an offset, in bytes of the part that is looked at."""
        line, column, _, _ = unpack(self.span(start, start))
        return self.lines[line - 1].startswith(word, column)

    def span(self, start: int, end: int) -> Span:
        """Pack the stretch between two offsets, in bytes of the part that is looked at."""
        starts = self._starts
        if not starts:
            starts = self._starts = [0, *accumulate(map(len, self.lines))]
        start += self.offset
        end += self.offset
        line = max(bisect_right(starts, start, 0, len(starts) - 1), 1)
        last = line
        # What ends where a line does ends on it, not at the start of the next.
        if line < len(starts) and end > starts[line]:
            last = max(bisect_right(starts, end - 1, line, len(starts) - 1), line)
        return pack(line, start - starts[line - 1], last, end - starts[last - 1])


def decode(content: bytes) -> str:
    """Decode by the file's own word (PEP 263), else as UTF-8; what is wrong becomes U+FFFD.

    A zero byte becomes a space: Python takes none, and what follows it is read all the same.
    """
    if content.startswith(_MARK):
        content = content[3:]
    if b"\0" in content:
        content = content.replace(b"\0", b" ")
    encoding = _declared(content)
    if encoding:
        try:
            return content.decode(encoding)
        except (LookupError, UnicodeError):
            pass
    return content.decode("utf-8", "replace")


def _declared(content: bytes) -> str:
    """Return the encoding that one of the first two lines names; "" for UTF-8."""
    head = content[:512]
    if b"coding" not in head:
        return ""
    for line in head.splitlines()[:2]:
        match = _COOKIE.match(line)
        if match:
            name = match[1].decode("ascii", "replace")
            return name if _PLAIN.fullmatch(name) else ""
        if line.strip() and not line.lstrip().startswith(b"#"):
            break
    return ""
