"""Versions of Python packages: PEP 440, and below them all that came before it.

Source: https://packaging.python.org/specifications/version-specifiers; for older ones the order
that setuptools had.
"""

import re

from seawall.advisories.versions.coding import number, word

_FORM = re.compile(
    r"""\s*v?
    (?:(?P<epoch>[0-9]+)!)?
    (?P<release>[0-9]+(?:\.[0-9]+)*)
    (?:[-_.]?(?P<pre>alpha|a|beta|b|preview|pre|c|rc)[-_.]?(?P<pre_n>[0-9]+)?)?
    (?P<post>-(?P<post_n1>[0-9]+)|[-_.]?(?:post|rev|r)[-_.]?(?P<post_n2>[0-9]+)?)?
    (?P<dev>[-_.]?dev[-_.]?(?P<dev_n>[0-9]+)?)?
    (?:\+(?P<local>[a-z0-9]+(?:[-_.][a-z0-9]+)*))?
    \s*""",
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)
_PHASES = {"a": b"\x02", "b": b"\x03", "c": b"\x04", "r": b"\x04", "p": b"\x04"}
"""By first letter; below them a bare development release, above them the release."""
_LEGACY_PART = re.compile(r"[0-9]+|[a-z]+|\.|-")
_LEGACY_WORDS = {"pre": "c", "preview": "c", "-": "final-", "rc": "c", "dev": "@"}


def key(version: str) -> bytes:
    """Return the key of a version."""
    found = _FORM.fullmatch(version)
    if found is None:
        return b"\x00" + _legacy_key(version)
    epoch, release, pre, pre_n, post, post_n1, post_n2, dev, dev_n, local = found.groups()
    parts = release.split(".")
    while parts and not parts[-1].strip("0"):
        parts.pop()
    made = b"\x01" + number(epoch or "") + b"".join(b"\x02" + number(part) for part in parts)
    made += b"\x01"
    if pre:
        made += _PHASES[pre[0].lower()] + number(pre_n or "")
    else:
        made += b"\x01" if dev and not post else b"\x05"
    made += b"\x02" + number(post_n1 or post_n2 or "") if post else b"\x01"
    made += b"\x01" + number(dev_n or "") if dev else b"\x02"
    return made + (_local_key(local.lower()) if local else b"\x00")


def _local_key(local: str) -> bytes:
    return (
        b"".join(
            b"\x02" + number(part) if part.isdigit() else b"\x01" + word(part)
            for part in re.split(r"[-_.]", local)
        )
        + b"\x00"
    )


def _legacy_key(version: str) -> bytes:
    parts: list[str] = []
    for part in (*_LEGACY_PART.findall(version.lower()), "final"):
        part = _LEGACY_WORDS.get(part, part)
        if part == ".":
            continue
        if part.isdigit():
            parts.append(part.zfill(8))
            continue
        if part < "final":
            while parts and parts[-1] == "*final-":
                parts.pop()
        while parts and parts[-1] == "00000000":
            parts.pop()
        parts.append("*" + part)
    return b"".join(word(part) for part in parts)
