"""Find all triggers in one pass with Hyperscan; its compiled database is kept between runs."""

import contextlib
import hashlib
import os
import tempfile
from pathlib import Path
from typing import Any

import hyperscan

from seawall.engines.secrets.matcher import Hit, Triggers, around

_MAGIC = b"seawall-hs1\n"
_BLOCK = 5
"""Hits of one trigger within 2 ** 5 bytes are one: hostile text must not fill the memory."""


class HyperscanMatcher:
    """All triggers as one Hyperscan database."""

    name = "hyperscan"

    def __init__(self, triggers: Triggers, *, digest: str, cache_folder: Path | None) -> None:
        self._triggers = triggers
        file = cache_folder / f"patterns-{digest[:24]}.hs" if cache_folder else None
        self._database = _load(file) or _compile(triggers, file)
        self._spread = [
            (trigger.back, trigger.ahead) if trigger.from_near else None for trigger in triggers
        ]

    def hits(self, content: bytes) -> list[Hit]:
        """Return where detectors have to be confirmed."""
        found: set[tuple[int, int]] = set()
        add = found.add

        def note(index: int, _start: int, end: int, _flags: int, _context: object) -> None:
            add((index, end >> _BLOCK))

        if content:
            self._database.scan(content, note)
        return [self._hit(index, block) for index, block in found] if found else []

    def _hit(self, index: int, block: int) -> Hit:
        # A trigger may end on the byte after the match; a match has two bytes or more.
        low = max(0, (block << _BLOCK) - 2)
        high = (block + 1 << _BLOCK) - 2
        if self._triggers[index].from_near:
            return (
                index,
                around(self._triggers[index], low)[0],
                around(self._triggers[index], high)[1],
            )
        return index, low, high


def _compile(triggers: Triggers, file: Path | None) -> Any:
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    database.compile(
        expressions=[trigger.expression.encode() for trigger in triggers],
        ids=list(range(len(triggers))),
        flags=[hyperscan.HS_FLAG_DOTALL] * len(triggers),
    )
    if file is not None:
        with contextlib.suppress(OSError):
            _store(file, hyperscan.dumpb(database))
    return database


def _store(file: Path, data: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=file.name)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(_MAGIC + _sum(data) + data)
        os.replace(name, file)
    except OSError:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise


def _load(file: Path | None) -> Any:
    """Load the kept database; None when there is none, or it is damaged or of another machine."""
    if file is None:
        return None
    try:
        kept = file.read_bytes()
    except OSError:
        return None
    head = len(_MAGIC)
    data = kept[head + 32 :]
    if kept[:head] != _MAGIC or kept[head : head + 32] != _sum(data):
        return None
    try:
        database = hyperscan.loadb(data, mode=hyperscan.HS_MODE_BLOCK)
        # A database that came from a file has no scratch space of its own.
        database.scratch = hyperscan.Scratch(database)
    except (hyperscan.error, RuntimeError, TypeError, ValueError):
        return None
    return database


def _sum(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=32).digest()
