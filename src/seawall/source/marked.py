"""A part of a file that is too large to be held, from a mark in it on."""

from collections.abc import Callable

PIECE = 1 << 20
"""Bytes that are held at once while the mark is sought."""
STEP = 16
"""The mark stands at a multiple of so many bytes."""


MOST = 2 << 20
"""Bytes that are read from the mark on."""


def read_from_mark(read: Callable[[int], bytes], size: int, mark: bytes) -> bytes:
    """Return at most `MOST` bytes of a file of a size from a mark on; b"" where it has none.

    `read` returns the next bytes. What it raises is raised.
    """
    held, base, left = b"", 0, size
    while left > 0:
        piece = read(min(PIECE, left))
        if not piece:
            break
        left -= len(piece)
        held += piece
        at = held.find(mark)
        while at >= 0 and (base + at) % STEP:
            at = held.find(mark, at + 1)
        if at >= 0:
            found = held[at : at + MOST]
            return found + read(min(left, MOST - len(found)))
        base += max(0, len(held) - len(mark))
        held = held[-len(mark) :]
    return b""
