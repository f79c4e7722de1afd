"""Semantic versions, read tolerantly: npm, Cargo, Hex, Swift, Julia and their kin.

Source: https://semver.org, section 11. What is before them in a version is passed over ("v", "="),
numbers that are missing are zero, and there may be more than three.
"""

import re

from seawall.advisories.versions.coding import number, word

_FORM = re.compile(
    r"[\s=vV]*([0-9]+(?:\.[0-9]+)*)(?:[-.]?([0-9A-Za-z.\-_~]+))?(?:\+.*)?\s*", re.DOTALL
)
_END, _NUMBER, _WORD, _RELEASE = b"\x01", b"\x02", b"\x03", b"\x04"
_NONE = b"\x00"
"""What is no version."""


def key(version: str) -> bytes:
    """Return the key of a version."""
    found = _FORM.fullmatch(version)
    if found is None:
        return _NONE + word(version)
    return b"\x01" + release_key(found[1]) + prerelease_key(found[2] or "")


def release_key(numbers: str) -> bytes:
    """Return the key of numbers with dots between them; zeros at the end count for nothing."""
    parts = numbers.split(".")
    while parts and not parts[-1].strip("0"):
        parts.pop()
    return b"".join(b"\x02" + number(part) for part in parts) + _END


def prerelease_key(tag: str) -> bytes:
    """Return the key of what follows the numbers: with nothing there it is the highest."""
    if not tag:
        return _RELEASE
    return b"".join(identifier_key(part) for part in tag.split(".")) + _END


def identifier_key(part: str) -> bytes:
    """Return the key of one identifier: numbers are below words."""
    return _NUMBER + number(part) if part.isascii() and part.isdigit() else _WORD + word(part)
