"""Versions of Maven, and of what is published in its repositories.

Source: https://maven.apache.org/pom.html#Version_Order_Specification. Where that order runs in a
circle (1.0.alpha, 1, 1-1) zeros before a qualifier count for nothing.
"""

import re

from seawall.advisories.versions.coding import number, word

_TOKEN = re.compile(r"([.\-]?)([0-9]+|[^0-9.\-]+|(?=[.\-])|$)")
_KNOWN = {
    "alpha": b"\x01",
    "beta": b"\x02",
    "milestone": b"\x03",
    "rc": b"\x04",
    "cr": b"\x04",
    "snapshot": b"\x05",
    "sp": b"\x07",
}
_SHORT = {"a": "alpha", "b": "beta", "m": "milestone"}
_NULL = frozenset({"", "ga", "final", "release"})
_END, _WORD, _DASHED, _DOTTED = b"\x06", b"\x08", b"\x09", b"\x0a"


def key(version: str) -> bytes:
    """Return the key of a version."""
    tokens: list[tuple[bool, str]] = []
    """Whether a dot stands before it, and the token."""
    version = version.strip().lower()
    # What begins with a separator begins with zero.
    for found in _TOKEN.finditer("0" * version.startswith((".", "-")) + version):
        separator, token = found.groups()
        if not separator and not token:
            continue
        dotted = separator == "." or not tokens
        if token.isdigit() and tokens and not separator:
            before = tokens[-1][1]
            tokens[-1] = tokens[-1][0], _SHORT.get(before, before)
        if not dotted or not (token.isdigit() or token in ("", "0")):
            _trim(tokens)
        tokens.append((dotted, token or "0"))
    _trim(tokens)
    return b"".join(_token_key(dotted, token) for dotted, token in tokens) + _END


def _trim(tokens: list[tuple[bool, str]]) -> None:
    """Take away what means nothing from the end."""
    while tokens and (tokens[-1][1] in _NULL or not tokens[-1][1].strip("0")):
        tokens.pop()


def _token_key(dotted: bool, token: str) -> bytes:
    if token.isdigit() and token.isascii():
        return (_DOTTED if dotted else _DASHED) + number(token)
    if token in _NULL:
        return _END
    return _KNOWN.get(token) or _WORD + word(token)
