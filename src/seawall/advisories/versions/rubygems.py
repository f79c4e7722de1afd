"""Versions of Ruby gems, and of CocoaPods, which took the same order.

Source: https://docs.ruby-lang.org/en/master/Gem/Version.html.
"""

from collections.abc import Iterable

from seawall.advisories.versions.coding import RUNS, number, word

_WORD, _END, _NUMBER = b"\x01", b"\x02", b"\x03"


def key(version: str) -> bytes:
    """Return the key of a version."""
    runs = RUNS.findall(version.replace("-", ".pre."))
    if not runs:
        return b"\x00" + word(version)
    first = next((at for at, run in enumerate(runs) if not run.isdigit()), len(runs))
    kept = (*_without_zeros(runs[:first]), *_without_zeros(runs[first:]))
    parts = (_NUMBER + number(run) if run.isdigit() else _WORD + word(run) for run in kept)
    return b"\x01" + b"".join(parts) + _END


def _without_zeros(runs: list[str]) -> Iterable[str]:
    while runs and not runs[-1].strip("0"):
        runs = runs[:-1]
    return runs
