"""The text of files that people write by hand and that are only looked at, never run."""

from seawall.core.errors import ParseError

LARGEST = 4 << 20
"""Bytes: nobody writes more by hand."""


def script_text(content: bytes) -> str:
    """Return the text of a file. Raises ParseError when it is none, or too much."""
    if b"\0" in content:
        raise ParseError("it is no text")
    if len(content) > LARGEST:
        raise ParseError(f"it is larger than {LARGEST:,} bytes")
    return content.decode("utf-8-sig", "replace").replace("\r\n", "\n")
