"""Versions of conda packages.

Source: https://docs.conda.io/projects/conda/en/stable/dev-guide/api/conda/models/version.
"""

import re

from seawall.advisories.versions.coding import number, word

_RUNS = re.compile(r"[0-9]+|\*|[^0-9*]+")
_DEV, _WORD, _END, _NUMBER, _POST = b"\x01", b"\x02", b"\x03", b"\x04", b"\x05"


def key(version: str) -> bytes:
    """Return the key of a version."""
    text = version.strip().lower()
    epoch, mark, rest = text.partition("!")
    if not mark:
        epoch, rest = "0", text
    if not epoch.isdigit() or not rest:
        return b"\x00" + word(version)
    public, _, local = rest.partition("+")
    return b"\x01" + number(epoch) + _parts_key(public) + _parts_key(local)


def _parts_key(text: str) -> bytes:
    parts = [_part_key(part) for part in re.split(r"[._-]", text) if part]
    while parts and parts[-1] == _part_key("0"):
        parts.pop()
    # A part that is missing is zero: what is below zero is below the end.
    return b"".join(parts) + _END


def _part_key(part: str) -> bytes:
    runs = _RUNS.findall(part)
    if not runs[0].isdigit():
        runs.insert(0, "0")
    while len(runs) > 1 and runs[-1] == "0":
        runs.pop()
    first, more = runs[0], runs[1:]
    made = _NUMBER + number(first)
    if more and not first.strip("0") and not more[0].isdigit():
        # "dev" and "rc" of nothing are below zero, so below what is missing.
        made = _DEV if more[0] == "dev" else _POST if more[0] == "post" else _WORD + word(more[0])
        more = more[1:]
    return made + b"".join(map(_run_key, more)) + _END


def _run_key(run: str) -> bytes:
    if run.isdigit():
        return _NUMBER + number(run)
    if run == "dev":
        return _DEV
    return _POST if run == "post" else _WORD + word(run)
