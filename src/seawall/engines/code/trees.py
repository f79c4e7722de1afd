"""Parsed files that are kept, so that a program is not parsed anew for every change of one file."""

from collections import OrderedDict

from seawall.engines.code.notebooks import parse_file
from seawall.model.program import Module


class Trees:
    """Parses files and keeps what came of them; what was not asked for the longest goes first."""

    def __init__(self, most: int) -> None:
        """Keep the trees of so many bytes of text; a tree takes some twenty times as much."""
        self._most = most
        self._size = 0
        self._kept: OrderedDict[str, tuple[bytes, Module]] = OrderedDict()

    def parse(self, path: str, content: bytes) -> Module:
        """Return the lowered form of a file's content."""
        known = self._kept.get(path)
        if known is not None and known[0] == content:
            self._kept.move_to_end(path)
            return known[1]
        module = parse_file(path, content)
        if known is not None:
            self._size -= len(known[0])
        self._kept[path] = (content, module)
        self._kept.move_to_end(path)
        self._size += len(content)
        while self._size > self._most and len(self._kept) > 1:
            _, (old, _) = self._kept.popitem(last=False)
            self._size -= len(old)
        return module
