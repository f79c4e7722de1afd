"""Find all triggers in one pass with Hyperscan; its compiled database is kept between runs."""

from pathlib import Path
from typing import Any

import hyperscan

from seawall.engines.secrets.kept import read_kept, write_kept
from seawall.engines.secrets.matcher import Hit, Triggers

_BLOCK = 5
"""Hits of one trigger within 2 ** 5 bytes are one: hostile text must not fill the memory."""


class HyperscanMatcher:
    """All triggers as one Hyperscan database."""

    name = "hyperscan"

    def __init__(
        self, triggers: Triggers, *, digest: str, cache_folder: Path | None, compiles: bool = True
    ) -> None:
        """Load the database, or make and keep it. Raises LookupError when it may not be made."""
        file = cache_folder / f"patterns-{digest[:24]}.hs" if cache_folder else None
        database = _load(read_kept(file))
        if database is None:
            if not compiles:
                raise LookupError("no compiled patterns are kept")
            database = _compile(triggers)
            write_kept(file, hyperscan.dumpb(database))
        self._database = database
        self._spread = {
            index: (trigger.back, trigger.ahead)
            for index, trigger in enumerate(triggers)
            if trigger.from_near
        }

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
        back, ahead = self._spread.get(index, (0, 0))
        return index, low - back, high + ahead


def _compile(triggers: Triggers) -> Any:
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    database.compile(
        expressions=[trigger.expression.encode() for trigger in triggers],
        ids=list(range(len(triggers))),
        flags=[hyperscan.HS_FLAG_DOTALL] * len(triggers),
    )
    return database


def _load(kept: bytes | None) -> Any:
    """Load a kept database; None when there is none, or it is of another machine or version."""
    if kept is None:
        return None
    try:
        database = hyperscan.loadb(kept, hyperscan.HS_MODE_BLOCK)
        # A database that was kept comes without the space it works in.
        database.scratch = hyperscan.Scratch(database)
    except (hyperscan.error, RuntimeError, TypeError, ValueError):
        return None
    return database
