"""The files of a target, read when they are asked for."""

from collections.abc import Callable, Iterable

from seawall.core.report import Problem
from seawall.source.file import Entry, Skip, Source

Reader = Callable[[Entry], Source | Skip | Problem]


class TargetFiles:
    """Reads the files of a target by their paths."""

    def __init__(self, entries: Iterable[Entry], read: Reader) -> None:
        self._entries = {entry.path: entry for entry in entries}
        self._read = read
        self.paths = sorted(self._entries)

    def read(self, path: str) -> bytes | None:
        """Return the content of a file; None where there is none, or where it cannot be read."""
        entry = self._entries.get(path)
        source = self._read(entry) if entry is not None else None
        return source.content if isinstance(source, Source) else None
