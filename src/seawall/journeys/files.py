"""The files of a target, read when they are asked for."""

from collections.abc import Iterable
from typing import Protocol

from seawall.core.report import Problem
from seawall.source.file import Entry, Skip, Source
from seawall.source.text import is_binary, to_utf8


class Side(Protocol):
    """A target, or one side of a change: what its entries are read from."""

    @property
    def around(self) -> str:
        """Where it lies, as far as its files' meaning may hang on it: "vendor/", or ""."""

    def read(self, entry: Entry) -> Source | Skip | Problem:
        """Read a file as text."""

    def read_bytes(self, entry: Entry, limit: int) -> bytes | None:
        """Return at most `limit` bytes of a file as they are."""

    def read_from_mark(self, entry: Entry, mark: bytes) -> bytes:
        """Return some of a file from a mark on; b"" where it has none."""


class TargetFiles:
    """Reads the files of a target by their paths."""

    def __init__(self, entries: Iterable[Entry], side: Side) -> None:
        self._entries = {entry.path: entry for entry in entries}
        self._side = side
        self.paths = sorted(self._entries)
        self.no_texts: set[str] = set()
        """Those of the files that were read and are no texts."""

    def read(self, path: str) -> bytes | None:
        """Return the content of a text; None where there is none, or where it cannot be read."""
        entry = self._entries.get(path)
        source = self._side.read(entry) if entry is not None else None
        return source.content if isinstance(source, Source) else None

    def read_any(self, path: str, limit: int) -> bytes | None:
        """Return the content of a file that need not be a text (which is UTF-8), cut at a limit."""
        entry = self._entries.get(path)
        content = self._side.read_bytes(entry, limit) if entry is not None else None
        if content is None or not is_binary(content):
            return content and to_utf8(content)
        self.no_texts.add(path)
        return content

    def read_program(self, path: str, limit: int, mark: bytes) -> bytes | None:
        """Return a program; of one that is larger than a limit what stands from a mark on."""
        entry = self._entries[path]
        if entry.size > limit and (found := self._side.read_from_mark(entry, mark)):
            self.no_texts.add(path)
            return found
        return self.read_any(path, limit + 1)

    def start(self, path: str, size: int) -> bytes:
        """Return the first bytes of a file as they are."""
        return self._side.read_bytes(self._entries[path], size) or b""

    def place(self, path: str) -> str:
        """Return a path with where the target itself lies before it."""
        return self._side.around + path

    def size(self, path: str) -> int:
        """Return the bytes of a file, -1 where nobody knows before it is read."""
        return self._entries[path].size
