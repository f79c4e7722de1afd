"""Versions of Dart packages: semantic ones in which what is built counts too.

Source: https://pub.dev/documentation/pub_semver, class Version.
"""

from seawall.advisories.versions import semver
from seawall.advisories.versions.coding import word


def key(version: str) -> bytes:
    """Return the key of a version."""
    version, plus, build = version.partition("+")
    if not plus:
        return semver.key(version) + b"\x01"
    if not build:
        return b"\x00" + word(version)
    parts = b"".join(semver.identifier_key(part) for part in build.split("."))
    return semver.key(version) + b"\x02" + parts + b"\x01"
