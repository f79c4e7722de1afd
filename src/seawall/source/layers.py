"""What is left of an image's files when its layers lie on one another: the last one wins.

Source: https://github.com/opencontainers/image-spec/blob/main/layer.md.
"""

from collections.abc import Callable, Mapping
from typing import Generic, TypeVar

from msgspec import Struct

from seawall.core.report import Problem, ProblemKind
from seawall.source.image import Image, Store
from seawall.source.marked import read_from_mark
from seawall.source.tarball import Member, Tar
from seawall.source.unpacking import PackedError

T = TypeVar("T")

MOST_MEMBERS = 3_000_000
"""Of all layers of an image."""
MOST_WANTED = 100_000
"""Files that are looked into."""
LARGEST_FILE = 64 << 20
BATCH_BYTES = 24 << 20
"""So much of the files of one layer is held before they are looked into."""
LARGEST_TREE = 32 << 20
"""Characters of the paths that are remembered."""
SMALLEST_PROGRAM = 64 << 10
"""Bytes; what holds the packages that it was built from is larger."""
_START = 8
DEEPEST = 100
"""Folders in one another."""

_HIDES = ".wh."
_HIDES_ALL = ".wh..wh..opq"

Take = Callable[[int, Mapping[str, bytes], Mapping[str, T]], Mapping[str, T]]
"""Looks into files of one layer, by its index: handed their contents by path, and what was made of
the files of the same paths in the layers below, it returns what it makes of them."""


class Layered(Struct, Generic[T], kw_only=True):
    """What is left."""

    files: dict[str, T]
    """By path."""
    problems: list[Problem]
    """Without their paths."""


def read_layers(
    store: Store,
    image: Image,
    wants: Callable[[str], bool],
    take: Take[T],
    is_program: Callable[[bytes], bool] = lambda start: False,
    mark: bytes = b"",
) -> Layered[T]:
    """Read the wanted files of an image, each layer once and from one end to the other.

    `wants` is asked about paths, `is_program` about the first bytes of what can be run. Of a
    program that is too large what stands from `mark` on is read, where it holds that.
    """
    reading = _Reading(wants, is_program, take, mark)
    for index, layer in enumerate(image.layers):
        try:
            with store.stream(layer.blob) as stream:
                tar = Tar(stream, most=MOST_MEMBERS - reading.members)
                try:
                    reading.read(index, tar)
                finally:
                    reading.members += tar.count
                    reading.strange += tar.strange
                    reading.flush(index)
        except PackedError as error:
            words = f"layer {index + 1} ({layer.digest[:19]}) was not read to its end: {error}"
            reading.told.append(_problem(words, partial=True))
    return Layered(files=reading.tree.values(), problems=reading.problems())


class _Reading(Generic[T]):
    """The state of reading an image."""

    def __init__(
        self,
        wants: Callable[[str], bool],
        is_program: Callable[[bytes], bool],
        take: Take[T],
        mark: bytes,
    ) -> None:
        self._wants, self._is_program, self._take = wants, is_program, take
        self._mark = mark
        self.tree: _Tree[T] = _Tree()
        self.told: list[Problem] = []
        self.members = self.strange = 0
        self._lost = 0
        self._is_full = False
        self._batch: dict[str, bytes] = {}
        self._former: dict[str, T] = {}
        self._bytes = 0

    def read(self, index: int, tar: Tar) -> None:
        """Read one layer; what is held of it waits for `flush`."""
        tree, wants = self.tree, self._wants
        for member in tar:
            folder, _, name = member.path.rpartition("/")
            if name.startswith(_HIDES):
                hidden = name.removeprefix(_HIDES)
                if name == _HIDES_ALL:
                    tree.hide_below(folder, index)
                elif hidden and not hidden.startswith(_HIDES):
                    tree.hide(f"{folder}/{hidden}" if folder else hidden, index)
                continue
            # What is wanted and is there in both is not hidden but made anew.
            former = tree.hide(member.path, index, also_below=member.kind != "folder")
            if member.kind not in ("file", "same"):
                continue
            if wants(member.path):
                self._want(index, member, former)
            elif self._may_be_program(member):
                start = member.start(_START)
                if self._is_program(start):
                    self._want(index, member, former)

    def _may_be_program(self, member: Member) -> bool:
        is_run = member.kind == "file" and member.mode & 0o111
        return bool(is_run) and member.size >= SMALLEST_PROGRAM and ".so" not in member.path

    def _want(self, index: int, member: Member, former: T | None) -> None:
        path = member.path
        if self._is_full or path.count("/") > DEEPEST:
            self._lost += 1
            return
        if member.kind == "same":
            if member.target in self._batch:
                content = self._batch[member.target]
            else:
                same = self.tree.get(member.target)
                if same is not None:
                    self._is_full = not self.tree.put(path, index, same)
                elif self._wants(member.target):
                    self._lost += 1
                return
        elif member.is_sparse:
            self.told.append(_problem(f"not read: {path} is stored with holes", partial=True))
            return
        elif member.size > LARGEST_FILE:
            content = self._excerpt(member)
            if not content:
                words = f"not read: {path} is larger than {LARGEST_FILE >> 20} MiB"
                self.told.append(_problem(words, kind=ProblemKind.TOO_LARGE))
                return
        else:
            if self._bytes + member.size > BATCH_BYTES:
                self.flush(index)
            content = member.read()
        self._batch[path] = content
        self._bytes += len(content)
        if former is not None:
            self._former[path] = former
        self._is_full = len(self._batch) + len(self.tree) >= MOST_WANTED

    def _excerpt(self, member: Member) -> bytes:
        """Return what of a program that is too large to be held tells of it; b"" without any."""
        if not self._mark or not self._is_program(member.start(_START)):
            return b""
        assert member.stream is not None
        return read_from_mark(member.stream.read, member.size, self._mark)

    def flush(self, index: int) -> None:
        """Look into what is held."""
        batch, former = self._batch, self._former
        self._batch, self._former, self._bytes = {}, {}, 0
        if batch:
            for path, value in self._take(index, batch, former).items():
                if not self.tree.put(path, index, value):
                    self._is_full = True
                    self._lost += 1

    def problems(self) -> list[Problem]:
        """Return what is to be told, the worst first."""
        told = self.told
        if self._lost:
            words = f"{self._lost:,} files that may name packages were not read: they are too many,"
            told.insert(0, _problem(f"{words} too deep, or links to files not read", partial=True))
        if self.strange:
            words = f"{self.strange:,} files whose paths lead out of it or are too long"
            told.append(_problem(f"{words} were passed over"))
        return told


class _Tree(Generic[T]):
    """Files by path, each with the layer that it is of."""

    def __init__(self) -> None:
        self._files: dict[str, tuple[int, T]] = {}
        self._below: dict[str, set[str]] = {}
        """By folder, the paths of the folders and files in it."""
        self._size = 0

    def __len__(self) -> int:
        return len(self._files)

    def get(self, path: str) -> T | None:
        found = self._files.get(path)
        return found[1] if found is not None else None

    def values(self) -> dict[str, T]:
        return {path: value for path, (_, value) in self._files.items()}

    def put(self, path: str, layer: int, value: T) -> bool:
        """Remember a file; False where there is no room."""
        part = path
        while part:
            folder = part.rpartition("/")[0]
            known = self._below.get(folder)
            if known is not None and part in known:
                break
            self._size += len(part)
            if self._size > LARGEST_TREE:
                return False
            self._below.setdefault(folder, set()).add(part)
            part = folder
        self._files[path] = (layer, value)
        return True

    def hide(self, path: str, layer: int, *, also_below: bool = True) -> T | None:
        """Forget a file of a lower layer, or a folder with all of them; return the file's value."""
        found = self._files.get(path)
        if found is not None and found[0] < layer:
            del self._files[path]
        else:
            found = None
        if also_below and path in self._below:
            self.hide_below(path, layer)
        return found[1] if found is not None else None

    def hide_below(self, folder: str, layer: int) -> None:
        """Forget what lower layers have in a folder."""
        waiting = [folder]
        while waiting:
            for path in tuple(self._below.get(waiting.pop(), ())):
                found = self._files.get(path)
                if found is not None and found[0] < layer:
                    del self._files[path]
                if path in self._below:
                    waiting.append(path)


def _problem(
    words: str, *, kind: ProblemKind = ProblemKind.PARSE, partial: bool = False
) -> Problem:
    return Problem(kind=kind, message=words, engine="deps", partial=partial)
