"""Reads TOML of other people: bounded, with the line of what is wrong."""

import re
import tomllib
from functools import lru_cache
from typing import Any

from seawall.core.errors import ParseError
from seawall.parse.lines import LineFinder

LARGEST = 8 << 20
"""Bytes: each may cost a hundred times as many while it is read, and a microsecond."""
MOST_TABLES = 100_000
"""Entries of one lockfile; the largest have some thousands."""
_HEADER = re.compile(rb"^[ \t]*\[", re.MULTILINE)
_DEEP = re.compile(
    # A key of a thousand parts costs a million steps. No place is looked at twice.
    rb"(?<![\w.\"'-])(?:(?:[\w-]++|\"[^\"\n]*+\"|'[^'\n]*+')[ \t]*+\.[ \t]*+){100}"
)


@lru_cache(maxsize=1)
def parse_toml(content: bytes) -> dict[str, Any]:
    """Return the table that a TOML text states. Raises ParseError when it is none, or too large.

    It is of all who ask for the same text: nobody changes it.
    """
    _check(content)
    try:
        text = content.decode("utf-8-sig")
        try:
            return tomllib.loads(text)
        except tomllib.TOMLDecodeError:
            text = text.replace("\r\n", "\n")
            if (joined := _joined(text)) == text:
                raise
            try:
                return tomllib.loads(joined)
            except tomllib.TOMLDecodeError:
                # Its lines are no longer those of the file.
                pass
            raise
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ParseError("it is no utf-8", line=line) from error
    except RecursionError as error:
        raise ParseError("its toml is nested too deeply") from error
    except ValueError as error:
        found = re.search(r"\(at line (\d+)", str(error))
        line = int(found[1]) if found else 0
        raise ParseError("it is no valid toml", line=line) from error


def _check(content: bytes) -> None:
    """Raise ParseError before what would take long is read."""
    if len(content) > LARGEST:
        raise ParseError(f"it has more than {LARGEST >> 20} MiB of toml")
    if content.count(b"[") > MOST_TABLES and len(_HEADER.findall(content)) > MOST_TABLES:
        raise ParseError(f"it has more than {MOST_TABLES:,} tables")
    deep = _DEEP.search(content)
    if deep is not None:
        line = content.count(b"\n", 0, deep.start()) + 1
        raise ParseError("its toml is nested too deeply", line=line)


_SIGN = re.compile(
    # What is not closed goes on to the end: no place is looked at twice.
    r'''"""(?:[^"\\]|\\.|"(?!""))*+(?:""")?|\'{3}(?:[^']|'(?!''))*+(?:\'{3})?'''
    r"""|"(?:[^"\\\n]|\\.)*+"?|'[^'\n]*+'?|#[^\n]*+|[\[\]{}\n]"""
    r"|,(?=(?:\s|#[^\n]*\n)*+\})",
    re.DOTALL,
)


def _joined(text: str) -> str:
    """Return a text with each table in braces on one line, as TOML wanted it before 1.1."""
    opened: list[str] = []

    def read(found: re.Match[str]) -> str:
        sign = found[0]
        if sign in ("[", "{"):
            opened.append(sign)
        elif sign in ("]", "}"):
            if opened:
                opened.pop()
        elif opened and opened[-1] == "{" and sign[0] in "\n#,":
            return " " if sign == "\n" else ""
        return sign

    return _SIGN.sub(read, text)


def placed_tables(
    document: dict[str, Any], name: str, content: bytes
) -> list[tuple[int, dict[str, Any]]]:
    """Return the entries "[[name]]" of a document with their lines: of `name = ` where it follows.

    A line is 0 where it cannot be told. Raises ParseError when there are more than any tool writes.
    """
    tables = document.get(name)
    if not isinstance(tables, list):
        return []
    if len(tables) > MOST_TABLES:
        raise ParseError(f"it has more than {MOST_TABLES:,} entries")
    header = re.compile(
        rb"^[ \t]*\[\[[ \t]*%b[ \t]*\]\][^\n]*\n([ \t]*name[ \t]*=)?" % re.escape(name.encode()),
        re.MULTILINE,
    )
    lines: list[int] = []
    line, at = 1, 0
    for found in header.finditer(content):
        line += content.count(b"\n", at, found.start())
        at = found.start()
        lines.append(line + (found[1] is not None))
    if len(lines) != len(tables):
        lines = [0] * len(tables)
    return [(line, one) for line, one in zip(lines, tables, strict=True) if isinstance(one, dict)]


class TomlLines:
    """Knows the line of every key and of every table of a TOML text, from one pass over it."""

    def __init__(self, content: bytes) -> None:
        self.finder = LineFinder(content)
        """Stands at what was asked for last: what is in it is sought from there."""
        self._offsets: dict[tuple[str, ...], int] = {}
        table: tuple[str, ...] = ()
        for found in _PLACE.finditer(content):
            header, key = found.groups()
            path = _path(header or key)
            if header is not None:
                table = path
            else:
                path = table + path
            for end in range(len(table) if key else 1, len(path) + 1):
                self._offsets.setdefault(path[:end], found.start())

    def line_of(self, *path: str) -> int:
        """Return the line of a key or of a table; 0 where it has none of its own."""
        offset = self._offsets.get(path)
        return self.finder.line_at(offset) if offset is not None else 0


_NAME = rb"(?:\"[^\"\n]*\"|'[^'\n]*'|[A-Za-z0-9_-]+)"
_PLACE = re.compile(
    rb"^[ \t]*(?:\[{1,2}([^\]\n]+)\]|(%b(?:[ \t]*\.[ \t]*%b){0,9})[ \t]*=)" % (_NAME, _NAME),
    re.MULTILINE,
)
_PART = re.compile(r"\"([^\"\n]*)\"|'([^'\n]*)'|([A-Za-z0-9_-]+)")
_DEEPEST = 20


def _path(dotted: bytes) -> tuple[str, ...]:
    """Return the names of a key with dots."""
    text = dotted.decode("utf-8", "replace").strip()
    parts = _PART.findall(text, 0, 2000)
    return tuple(first or second or third for first, second, third in parts[:_DEEPEST])
