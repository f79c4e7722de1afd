"""Versions of Alpine packages, "1.2.3b_rc1-r4", and of what took their form.

Source: apk-tools, doc/apk-package.5.scd and src/version.c.
"""

import re

from seawall.advisories.versions.coding import number, word

_FORM = re.compile(
    r"(?P<first>[0-9]+)(?P<more>(?:\.[0-9]+)*)(?P<letter>[a-z])?"
    r"(?P<suffixes>(?:_[a-z]+[0-9]*)*)(?:~[0-9a-f]+)?(?:-r(?P<revision>[0-9]+))?"
)
_SUFFIX = re.compile(r"_([a-z]+)([0-9]*)")
_BEFORE = ("alpha", "beta", "pre", "rc")
_AFTER = ("cvs", "svn", "git", "hg", "p")
# What can follow, the lowest first; the end stands between what is before a release and the rest.
_END, _REVISION, _COUNT, _SUFFIXED, _LETTER, _PART = 8, 9, 10, 11, 12, 13


def key(version: str) -> bytes:
    """Return the key of a version."""
    found = _FORM.fullmatch(version.strip().removeprefix("v"))
    if found is None:
        return b"\x00" + word(version)
    made = bytearray(b"\x01" + number(found["first"]))
    for part in found["more"].split(".")[1:]:
        made.append(_PART)
        made += _fraction_key(part)
    if found["letter"]:
        made.append(_LETTER)
        made += found["letter"].encode()
    for name, count in _SUFFIX.findall(found["suffixes"]):
        if name in _BEFORE:
            made.append(1 + _BEFORE.index(name))
        elif name in _AFTER:
            made += bytes((_SUFFIXED, 1 + _AFTER.index(name)))
        else:
            return b"\x00" + word(version)
        if count:
            made.append(_COUNT)
            made += number(count)
    if found["revision"]:
        made.append(_REVISION)
        made += number(found["revision"])
    made.append(_END)
    return bytes(made)


def _fraction_key(part: str) -> bytes:
    """Return the key of a number behind a dot: with zeros before it, it is a fraction.

    apk-tools 3 compares those as text, 2 the zeros and then the rest as a number.
    """
    return b"\x01" + word(part) if part.startswith("0") else b"\x02" + number(part)
