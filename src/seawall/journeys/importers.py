"""Which files of a program import which, kept from save to save at the cost of what changed."""

import posixpath

from seawall.engines.code.imports import used_files
from seawall.engines.code.program import Program
from seawall.journeys.listing import Listing

MOST_READ = 500
"""Files that are read at the most for one answer: the others wait for the next."""


class Importers:
    """The imports of a program's files, read from their text alone, and turned around.

    In a large program it is whole after some answers; what is near the document comes first.
    """

    def __init__(self) -> None:
        self._listing: Listing | None = None
        self._program = Program((), lambda path: None, frozenset())
        self._stamps: dict[str, bytes] = {}
        self._used: dict[str, set[str]] = {}
        self._importers: dict[str, set[str]] = {}
        self._waiting: dict[str, None] = {}

    def update(self, listing: Listing, document: str) -> None:
        """Take over what changed in the files of a listing since it was last asked."""
        if listing is not self._listing:
            self._begin(listing, document)
        for path in listing.entries:
            stamp = listing.stamp(path)
            if self._stamps.get(path) != stamp:
                self._stamps[path] = stamp
                self._waiting.setdefault(path)
        for path in list(self._waiting)[:MOST_READ]:
            del self._waiting[path]
            source = listing.read(path)
            used = used_files(self._program, path, source.content) if source else set()
            self._note(path, used)

    def near(self, path: str, most: int) -> list[str]:
        """Return the files that rest on a file, directly or through others; none if many do."""
        found: set[str] = set()
        waiting = [path]
        while waiting:
            for importer in self._importers.get(waiting.pop(), ()):
                if importer != path and importer not in found:
                    found.add(importer)
                    waiting.append(importer)
            if len(found) > most:
                return []
        return sorted(found)

    def _begin(self, listing: Listing, document: str) -> None:
        """Have all files looked at anew: an import may lead to another file now."""
        self._listing = listing
        self._program = Program(listing.entries, lambda path: None, frozenset(), listing.name)
        for path in self._stamps.keys() - listing.entries.keys():
            del self._stamps[path]
            self._note(path, set())
        nearest = sorted(
            listing.entries, key=lambda path: -len(posixpath.commonprefix([path, document]))
        )
        self._waiting = dict.fromkeys(nearest)

    def _note(self, path: str, used: set[str]) -> None:
        for other in self._used.pop(path, ()):
            self._importers[other].discard(path)
        if used:
            self._used[path] = used
        for other in used:
            self._importers.setdefault(other, set()).add(path)
