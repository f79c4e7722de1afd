"""Versions of Go modules, pseudo-versions among them, and of Go itself ("go1.21rc2").

Source: https://go.dev/ref/mod#versions; https://go.dev/doc/toolchain#version.
"""

import re

from seawall.advisories.versions import semver

_TOOLCHAIN = re.compile(r"(?:go)?([0-9]+(?:\.[0-9]+)*)(alpha|beta|rc)([0-9]+)")


def key(version: str) -> bytes:
    """Return the key of a version."""
    found = _TOOLCHAIN.fullmatch(version)
    if found is not None:
        return semver.key(f"{found[1]}-{found[2]}.{found[3]}")
    return semver.key(version.removeprefix("go"))
