"""Versions of RPM packages, "epoch:version-release".

Source: https://rpm-software-management.github.io/rpm/manual/dependencies.html#versioning.
"""

import re

from seawall.advisories.versions.coding import number, word

_FORM = re.compile(r"\s*(?:([0-9]*):)?(.*?)(?:-([^-]*))?\s*", re.DOTALL)
_SEGMENT = re.compile(r"[0-9]+|[A-Za-z]+|[~^]")
_TILDE, _END, _CARET, _WORD, _NUMBER = b"\x01", b"\x02", b"\x03", b"\x04", b"\x05"


def key(version: str) -> bytes:
    """Return the key of a version."""
    found = _FORM.fullmatch(version)
    epoch, upstream, release = found.groups() if found is not None else ("", version, "")
    return number(epoch or "") + _part_key(upstream) + _part_key(release or "")


def _part_key(text: str) -> bytes:
    return b"".join(map(_segment_key, _SEGMENT.findall(text))) + _END


def _segment_key(segment: str) -> bytes:
    if segment.isdigit():
        return _NUMBER + number(segment)
    if segment == "~":
        return _TILDE
    return _CARET if segment == "^" else _WORD + word(segment)
