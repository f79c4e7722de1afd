"""Versions of R packages: numbers with dots or dashes between them; the shorter is the lower.

Source: https://stat.ethz.ch/R-manual/R-devel/library/base/html/numeric_version.html.
"""

import re

from seawall.advisories.versions.coding import number, word


def key(version: str) -> bytes:
    """Return the key of a version."""
    parts = re.split(r"[.-]", version.strip().rstrip(".-"))
    if not all(part.isascii() and part.isdigit() for part in parts):
        return b"\x00" + word(version)
    return b"\x01" + b"".join(b"\x01" + number(part) for part in parts) + b"\x00"
