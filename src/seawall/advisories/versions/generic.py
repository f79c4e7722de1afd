"""Versions of which nothing is known: runs of digits and letters, numbers above words.

Zeros at the end and before a word count for nothing; words that come before a release are below it.
"""

from seawall.advisories.versions.coding import RUNS, number, word

_BEFORE = ("dev", "snapshot", "alpha", "a", "beta", "b", "milestone", "m", "pre", "preview", "rc")
_EARLY, _END, _WORD, _NUMBER = b"\x01", b"\x02", b"\x03", b"\x04"


def key(version: str) -> bytes:
    """Return the key of a version."""
    runs = RUNS.findall(version.strip().lower().removeprefix("v").partition("+")[0])
    kept: list[str] = []
    for run in (*runs, ""):
        while not run.isdigit() and len(kept) > 1 and not kept[-1].strip("0"):
            kept.pop()
        kept.append(run)
    return b"".join(map(_run_key, kept[:-1])) + _END


def _run_key(run: str) -> bytes:
    if run.isdigit():
        return _NUMBER + number(run)
    if run in _BEFORE:
        return _EARLY + bytes((_BEFORE.index(run),))
    return _WORD + word(run)
