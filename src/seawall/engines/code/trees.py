"""Parsed files that are kept, so that a program is not parsed anew for every change of one file."""

from collections import OrderedDict

from seawall.engines.code.notebooks import parse_file
from seawall.model.program import Module


class Trees:
    """Parses files and keeps what came of them; what was not asked for the longest goes first."""

    def __init__(self, most: int) -> None:
        """Keep so many files at the most."""
        self._most = most
        self._kept: OrderedDict[str, tuple[bytes, Module]] = OrderedDict()

    def parse(self, path: str, content: bytes) -> Module:
        """Return the lowered form of a file's content."""
        known = self._kept.get(path)
        if known is not None and known[0] == content:
            self._kept.move_to_end(path)
            return known[1]
        module = parse_file(path, content)
        self._kept[path] = (content, module)
        self._kept.move_to_end(path)
        if len(self._kept) > self._most:
            self._kept.popitem(last=False)
        return module
