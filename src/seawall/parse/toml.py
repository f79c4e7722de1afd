"""Reads TOML of other people: bounded, with the line of what is wrong."""

import re
import tomllib
from typing import Any

from seawall.core.errors import ParseError


def parse_toml(content: bytes) -> dict[str, Any]:
    """Return the table that a TOML text states. Raises ParseError when it is none."""
    try:
        return tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ParseError("it is no utf-8", line=line) from error
    except RecursionError as error:
        raise ParseError("its toml is nested too deeply") from error
    except ValueError as error:
        found = re.search(r"\(at line (\d+)", str(error))
        line = int(found[1]) if found else 0
        raise ParseError("it is no valid toml", line=line) from error


def placed_tables(
    document: dict[str, Any], name: str, content: bytes
) -> list[tuple[int, dict[str, Any]]]:
    """Return the entries "[[name]]" of a document with their lines: of `name = ` where it follows.

    A line is 0 where it cannot be told.
    """
    tables = document.get(name)
    if not isinstance(tables, list):
        return []
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


def section_pattern(*names: str) -> re.Pattern[bytes]:
    """Return what the header of a table looks like, "[a.b]" or "[[a.b]]": its path as names."""
    dotted = rb"[ \t]*\.[ \t]*".join(_key(name) for name in names)
    return re.compile(rb"^[ \t]*\[{1,2}[ \t]*%b[ \t]*\]" % dotted, re.MULTILINE)


def key_pattern(name: str) -> re.Pattern[bytes]:
    """Return what the line of a key looks like: "name = ", or the header of its own table."""
    key = _key(name)
    return re.compile(rb"^[ \t]*(?:%b[ \t]*[.=]|\[.*\.[ \t]*%b[ \t]*\])" % (key, key), re.MULTILINE)


def _key(name: str) -> bytes:
    return rb"[\"']?%b[\"']?" % re.escape(name.encode("utf-8", "replace"))
