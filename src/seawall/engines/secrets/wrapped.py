"""Unwrap what Kubernetes Secrets hold: base64 hides nothing, but it hides it from patterns."""

import base64
import binascii
import re
from collections.abc import Iterator

from msgspec import Struct

from seawall.source.file import Source

_LANGUAGES = frozenset({"yaml", "json"})
_KIND = re.compile(rb"[\"']?kind[\"']?:[ \t]{0,4}[\"']?Secret\b")
_ITEM = re.compile(
    rb"^[ \t]{0,40}[\"']?(?P<name>[\w.-]{1,253})[\"']?[ \t]{0,4}:[ \t]{1,4}[\"']?"
    rb"(?P<value>[A-Za-z0-9+/]{8,16384}={0,2})[\"']?,?[ \t\r]{0,4}$",
    re.MULTILINE,
)
MOST = 500
"""Values of one file that are unwrapped."""


class Wrapped(Struct, frozen=True, kw_only=True, gc=False):
    """One value of a Secret, decoded."""

    start: int
    """Byte offset of the base64 text in the source."""
    end: int
    inner: Source
    """What it says, as a line that gives it to its name."""


def unwrap(source: Source) -> Iterator[Wrapped]:
    """Yield the values of a Kubernetes Secret that are base64 of text."""
    if source.language not in _LANGUAGES or _KIND.search(source.content) is None:
        return
    for number, match in enumerate(_ITEM.finditer(source.content)):
        if number >= MOST:
            return
        decoded = _decode(match["value"])
        if decoded is None:
            continue
        line = match["name"] + b": '" + decoded + b"'" if b"\n" not in decoded else decoded
        start, end = match.span("value")
        yield Wrapped(
            start=start,
            end=end,
            inner=Source(path=source.path, content=line, language=source.language),
        )


def _decode(value: bytes) -> bytes | None:
    """Decode base64 of printable UTF-8; None for everything else."""
    try:
        decoded = base64.b64decode(value, validate=True)
        text = decoded.decode("utf-8")
    except (binascii.Error, ValueError):
        return None
    plain = text.replace("\n", "").replace("\r", "").replace("\t", "")
    return decoded.strip() if len(plain) >= 4 and plain.isprintable() else None
