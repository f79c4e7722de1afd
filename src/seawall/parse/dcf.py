"""Reads Debian's control format, as R writes what it knows of packages: fields in paragraphs."""

import re
from collections.abc import Iterator

from msgspec import Struct

from seawall.core.errors import ParseError

_FIELD = re.compile(r"([A-Za-z@][\w.@/-]*):(.*)", re.DOTALL)
_ASKED = re.compile(r"\s*([A-Za-z][A-Za-z0-9.]*)\s*(?:\(([^)]*)\))?\s*")


class Field(Struct, frozen=True):
    """What a field says: its lines, joined, and the 1-based line that this begins at."""

    value: str
    line: int


def paragraphs_of(content: bytes) -> Iterator[dict[str, Field]]:
    """Yield the fields of each paragraph by name. Raises ParseError when it is no text."""
    if b"\0" in content:
        raise ParseError("it is no text")
    fields: dict[str, Field] = {}
    name, began = "", 0
    held: list[str] = []
    for number, line in enumerate(content.decode("utf-8-sig", "replace").splitlines(), 1):
        if line[:1] in (" ", "\t") and line.strip():
            if not any(held):
                # What a field says may begin below its name.
                began, held = number, []
            held.append(line.strip())
            continue
        if name:
            fields[name] = Field("\n".join(held).strip(), began)
            name = ""
        if not line.strip():
            if fields:
                yield fields
            fields = {}
        elif found := _FIELD.fullmatch(line):
            name, began, held = found[1], number, [found[2].strip()]
    if name:
        fields[name] = Field("\n".join(held).strip(), began)
    if fields:
        yield fields


def asked_in(field: Field | None) -> Iterator[tuple[str, str, int]]:
    """Yield the packages that a field lists: name, what is allowed, 1-based line."""
    if field is None:
        return
    line = field.line
    for part in field.value.split(","):
        found = _ASKED.fullmatch(part) if len(part) < 1000 else None
        if found is not None:
            blank = len(part) - len(part.lstrip())
            yield found[1], (found[2] or "").strip(), line + part.count("\n", 0, blank)
        line += part.count("\n")
