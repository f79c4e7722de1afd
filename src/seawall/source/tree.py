"""The files of one tree in the repository, read by path without listing it anew."""

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
        rows = (meta for found, meta in self._rows(native(path)) if found == path)
        meta = next(rows, None)
        return self._content(meta) if meta is not None else None

    def files_named(self, names: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """Yield path and content of every file with one of these base names, in order."""
        rows = {path: meta for name in names for path, meta in self._rows(native(name))}
        for path, meta in sorted(rows.items()):
            content = self._content(meta)
            if content is not None:
                yield path, content

    def files_below(self, folder: str) -> Iterator[str]:
        """Yield the paths of the files in a folder and below it, in order; no links."""
        begin = native(f"{folder}/" if folder else "")
        rows = (row.partition(b"\t") for row in self._listed().split(b"\0"))
        paths = [path for meta, _, path in rows if path.startswith(begin) and _is_file(meta)]
        yield from sorted(map(shown, paths))

    def _rows(self, ending: bytes) -> Iterator[tuple[str, bytes]]:
        """Yield path and meta data of what ends in these whole parts of a path.

        One search over what git printed: trees are large, and what is wanted is little.
        """
        raw = self._listed()
        place = raw.find(ending + b"\0")
        while place >= 0:
            start = raw.rfind(b"\0", 0, place) + 1
            meta, _, folder = raw[start:place].partition(b"\t")
            if raw[start:place].endswith((b"/", b"\t")) and (not folder or folder[-1:] == b"/"):
                yield shown(folder + ending), meta
            place = raw.find(ending + b"\0", place + 1)

    def ignores(self) -> IgnoreTree:
        """Read what its .seawallignore files leave out."""
        return ignore.make_tree(
            {
                path.rpartition("/")[0]: ignore.read_patterns(content)
                for path, content in self.files_named((ignore.OWN_FILE,))
            }
        )

    def _content(self, meta: bytes) -> bytes | None:
        _, _, blob = meta.split(b" ")
        if not _is_file(meta):
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


def _is_file(meta: bytes) -> bool:
    """Whether what git says of an entry is that it is a file, and no link."""
    return meta.startswith(_REGULAR)
