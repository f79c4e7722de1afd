"""Versions of Haskell packages: numbers with dots between them; the shorter is the lower.

Source: https://pvp.haskell.org; Distribution.Types.Version.
"""

from seawall.advisories.versions import cran


def key(version: str) -> bytes:
    """Return the key of a version."""
    # Tags behind a dash are of long ago, and count for nothing.
    return cran.key(version.partition("-")[0])
