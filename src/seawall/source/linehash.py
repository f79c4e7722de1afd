"""GitHub's own identity of a line, so that its code scanning follows our results too."""

import re
from collections.abc import Iterable

_BLOCK = 100
_FACTOR = 37
_END = "\uffff"
_WORD = (1 << 64) - 1
_ASTRAL = re.compile("[\U00010000-\U0010ffff]")


def line_hashes(content: bytes, lines: Iterable[int]) -> dict[int, str]:
    """Return `primaryLocationLineHash` of some lines (1-based) of a file; UTF-8.

    Each line has the hash of the 100 characters from its start on, white space but line ends left
    out, and a count that tells lines apart whose hashes are the same.
    Source: GitHub's action that uploads SARIF, fingerprints of lines.
    """
    wanted = frozenset(lines)
    text = content.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
    text = text.replace(" ", "").replace("\t", "") + _END
    # Characters are counted as UTF-16 has them.
    text = _ASTRAL.sub(_halves, text)
    last = max(wanted, default=0)
    hashes: dict[int, str] = {}
    counts: dict[str, int] = {}
    start, line = 0, 1
    while start >= 0 and line <= last:
        block = text[start : start + _BLOCK]
        counts[block] = counts.get(block, 0) + 1
        if line in wanted:
            hashes[line] = f"{_hash(block):x}:{counts[block]}"
        start = text.find("\n", start) + 1 or -1
        line += 1
    return hashes


def _hash(block: str) -> int:
    value = 0
    for character in block.ljust(_BLOCK, "\0"):
        value = (value * _FACTOR + ord(character)) & _WORD
    return value


def _halves(match: re.Match[str]) -> str:
    high, low = divmod(ord(match[0]) - 0x10000, 0x400)
    return chr(0xD800 + high) + chr(0xDC00 + low)
