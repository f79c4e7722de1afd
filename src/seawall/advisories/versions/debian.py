"""Versions of Debian and Ubuntu packages; opam took the same order.

Source: https://www.debian.org/doc/debian-policy/ch-controlfields.html#version.
"""

import re

from seawall.advisories.versions.coding import number

_FORM = re.compile(r"\s*(?:([0-9]*):)?(.*?)(?:-([^-]*))?\s*", re.DOTALL)
_PART = re.compile(r"([^0-9]*)([0-9]*)")
_END = 2
"""The end of what is no digit: above "~" and below all else."""
_ORDER = {chr(code): (code if chr(code).isalpha() else 0x80 + code) for code in range(128)} | {
    "~": 1
}


def key(version: str) -> bytes:
    """Return the key of a version."""
    found = _FORM.fullmatch(version)
    epoch, upstream, revision = found.groups() if found is not None else ("", version, "")
    return number(epoch or "") + part_key(upstream) + part_key(revision or "0")


def part_key(text: str) -> bytes:
    """Return the key of an upstream version or a revision."""
    made = bytearray()
    for other, digits in _PART.findall(text):
        if other or digits:
            made += bytes(_ORDER.get(character, 0xFE) for character in other)
            made.append(_END)
            made += number(digits)
    # What is missing is the empty text and zero.
    made.append(_END)
    return bytes(made) + number("")
