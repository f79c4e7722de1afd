"""The files of one tree in the repository, read by path without listing it anew."""

import re
from collections.abc import Iterable, Iterator

from seawall.source import ignore
from seawall.source.disk import native, shown
from seawall.source.git import GitError
from seawall.source.ignore import IgnoreTree
from seawall.source.repository import Repository
from seawall.source.text import MAX_BYTES

_REGULAR = b"100"


class TreeFiles:
    """What a commit (or nothing, before the first one) holds."""

    def __init__(self, repository: Repository, tree: str, prefix: str) -> None:
        self._repository = repository
        self._tree = tree
        self._prefix = prefix
        self._raw: bytes | None = None

    def file(self, path: str) -> bytes | None:
        """Return a file's content, at most `MAX_BYTES` of it; None when there is no such file."""
        raw, wanted = self._listed(), native(path)
        place = raw.find(b"\t" + wanted + b"\0")
        while place >= 0:
            meta = raw[raw.rfind(b"\0", 0, place) + 1 : place]
            if b"\t" not in meta:
                return self._content(meta)
            # The end of a longer name with a tab in it.
            place = raw.find(b"\t" + wanted + b"\0", place + 1)
        return None

    def files_named(self, names: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """Yield path and content of every file with one of these base names, in order."""
        alternatives = b"|".join(re.escape(native(name)) for name in names)
        row = re.compile(rb"([^\0\t]*)\t((?:[^\0]*/)?(?:%b))\0" % alternatives)
        for match in row.finditer(self._listed()):
            content = self._content(match[1])
            if content is not None:
                yield shown(match[2]), content

    def ignores(self) -> IgnoreTree:
        """Read what its .seawallignore files leave out."""
        return ignore.make_tree(
            {
                path.rpartition("/")[0]: ignore.read_patterns(content)
                for path, content in self.files_named((ignore.OWN_FILE,))
            }
        )

    def _content(self, meta: bytes) -> bytes | None:
        mode, _, blob = meta.split(b" ")
        if not mode.startswith(_REGULAR):
            return None
        try:
            return self._repository.blobs.read(blob.decode("ascii"), MAX_BYTES)[0]
        except GitError:
            return None

    def _listed(self) -> bytes:
        if self._raw is None:
            try:
                raw = self._repository.raw_tree(self._tree, self._prefix) if self._tree else b""
            except GitError:
                # The folder that is scanned was not there yet.
                raw = b""
            self._raw = raw
        return self._raw
