"""Versions of NuGet: semantic ones of up to four numbers, in which case does not count.

Source: https://learn.microsoft.com/nuget/concepts/package-versioning.
"""

from seawall.advisories.versions import semver


def key(version: str) -> bytes:
    """Return the key of a version."""
    return semver.key(version.lower())
