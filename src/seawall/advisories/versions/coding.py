"""Numbers and words as bytes that compare as they do."""

import re

_LONG = 0xF0
"""The first byte of numbers of more digits than this: their count follows in four bytes."""


def number(digits: str) -> bytes:
    """Encode a number, however many ASCII digits it has; "" is zero."""
    digits = digits.lstrip("0")
    size = len(digits)
    if size < _LONG:
        return bytes((size,)) + digits.encode()
    return bytes((_LONG,)) + size.to_bytes(4, "big") + digits.encode()


def word(text: str) -> bytes:
    """Encode a word: one that begins with another is the higher of the two."""
    return text.encode("utf-8", "surrogatepass").replace(b"\0", b"\1") + b"\0"


RUNS = re.compile(r"[0-9]+|[A-Za-z]+")
"""Runs of digits and of letters; what stands between separates them."""
