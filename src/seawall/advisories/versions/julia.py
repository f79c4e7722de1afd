"""Versions of Julia's packages: semantic ones in which the number of the build counts too.

Source: https://docs.julialang.org/en/v1/manual/strings/#man-version-number-literals, and `isless`
of VersionNumber in base/version.jl. Advisories name it: what mends is "1.0.7+1".
"""

from seawall.advisories.versions import pub


def key(version: str) -> bytes:
    """Return the key of a version."""
    return pub.key(version)
