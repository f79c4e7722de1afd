"""The target as it lies on disk: which files it has, and what is in them."""

import operator
import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from seawall.core.errors import TargetError
from seawall.core.report import Problem, ProblemKind
from seawall.source import ignore
from seawall.source.disk import (
    Folders,
    NotRegularError,
    list_below,
    native,
    open_regular,
    read_regular,
)
from seawall.source.file import Entry, Skip, Source
from seawall.source.git import GitError
from seawall.source.gitdir import GitDirectoryError, find_git_directory
from seawall.source.ignore import IgnoreTree
from seawall.source.marked import read_from_mark
from seawall.source.repository import LINK, SUBMODULE, Repository
from seawall.source.text import MAX_BYTES, make_source
from seawall.source.walk import list_folder, list_repository, look

Listing = list[Entry | Skip | Problem]


class Checkout:
    """A folder, a file in it, or a bare repository; see `open_target`."""

    def __init__(
        self, root: Path, *, only: str, repository: Repository | None, problems: Iterable[Problem]
    ) -> None:
        self.root = root
        """The scanned folder, absolute and without links."""
        self.only = only
        """The one file that was named, relative to `root`; "" for all of it."""
        self.repository = repository
        """The repository that `root` is in."""
        self.problems = list(problems)
        """What a reader must know of the target as a whole."""
        self.heeds_ignores = True
        """Whether .seawallignore leaves files out; said before the first look at the files."""
        self._root = os.fsencode(root)
        self._folders = Folders(self._root)
        self._listing: Listing | None = None

    @property
    def name(self) -> str:
        """Base name of what is scanned."""
        return self.only or self.root.name or str(self.root)

    @property
    def is_bare(self) -> bool:
        """Whether there are no files on disk: what is scanned is HEAD's tree."""
        return self.repository is not None and self.repository.work_tree is None

    @property
    def revision(self) -> str:
        """HEAD's commit, "" where there is none."""
        return self.repository.head if self.repository else ""

    @property
    def branch(self) -> str:
        """The branch that is checked out, "" for none."""
        return self.repository.branch if self.repository else ""

    @property
    def prefix(self) -> str:
        """Where `root` lies in its work tree: "" or "a/b/"."""
        work_tree = self.repository.work_tree if self.repository else None
        if work_tree is None or work_tree == self.root:
            return ""
        return f"{self.root.relative_to(work_tree).as_posix()}/"

    @property
    def around(self) -> str:
        """Where the target lies, as far as its files' meaning may hang on it: "vendor/", or "".

        In a work tree it is the way from its root; how somebody named that says nothing.
        """
        if self.prefix or (self.repository is not None and self.root == self.repository.work_tree):
            return self.prefix
        return (
            ""
            if self.is_bare
            else "".join(f"{part}/" for part in self.root.parts[-2:] if part != "/")
        )

    def entries(
        self, *, excludes: Mapping[str, Iterable[str]] | None = None
    ) -> Iterator[Entry | Skip | Problem]:
        """Yield every file in the order of paths, what is not scanned, and what cannot be.

        `excludes` are patterns as in .gitignore by the folder that they speak for.
        """
        excluded = ignore.make_tree(excludes or {})
        if not excluded:
            yield from self._list()
            return
        for item in self._list():
            if isinstance(item, Entry) and excluded.is_ignored(item.path):
                yield Skip(path=item.path, reason="ignored")
            else:
                yield item

    def read(self, entry: Entry) -> Source | Skip | Problem:
        """Read one file, from disk or, where it is not there, from the repository."""
        if entry.blob and not entry.stamp:
            return self.read_blob(entry)
        if not self._folders.is_real(entry.path.rpartition("/")[0]):
            return Skip(path=entry.path, reason="link")
        try:
            content, status = read_regular(self.native(entry.path), MAX_BYTES)
        except NotRegularError:
            return Skip(path=entry.path, reason="special")
        except (OSError, ValueError) as error:
            return _unreadable(entry.path, error)
        return make_source(entry.path, content, size=status.st_size)

    def read_blob(self, entry: Entry) -> Source | Skip | Problem:
        """Read one file from the repository."""
        assert self.repository is not None
        try:
            content, size = self.repository.blobs.read(entry.blob, MAX_BYTES)
        except GitError as error:
            return Problem(kind=ProblemKind.GIT, message=str(error), path=entry.path)
        return make_source(entry.path, content, size=size, revision=entry.revision)

    def read_bytes(self, entry: Entry, limit: int) -> bytes | None:
        """Return at most `limit` bytes of a file as they are, text or not; None without any."""
        if entry.blob and not entry.stamp:
            return self._blob(entry.blob, limit)
        return self._on_disk(entry.path, limit)

    def read_from_mark(self, entry: Entry, mark: bytes) -> bytes:
        """Return some of a file on disk from a mark on; b"" where it has none."""
        if not entry.stamp or not self._folders.is_real(entry.path.rpartition("/")[0]):
            return b""
        try:
            with open_regular(self.native(entry.path)) as file:
                return read_from_mark(file.read, entry.size, mark)
        except (OSError, ValueError):
            return b""

    def file(self, path: str) -> bytes | None:
        """Return a file's content, at most `MAX_BYTES` of it; None when there is no such file."""
        if self.is_bare:
            blob = next((entry.blob for entry in self._found() if entry.path == path), "")
            return self._blob(blob) if blob else None
        return self._on_disk(path)

    def files_named(self, names: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """Yield path and content of every file with one of these base names, in order."""
        wanted = frozenset(names)
        for entry in self._found():
            if entry.path.rpartition("/")[2] in wanted:
                content = self.file(entry.path)
                if content is not None:
                    yield entry.path, content

    config_files = files_named

    def files_below(self, folder: str) -> Iterator[str]:
        """Yield the paths of the files in a folder and below it, in order; links are not followed.

        What ignore files leave out is there too, as it is for `file`.
        """
        if self.is_bare:
            begin = f"{folder}/" if folder else ""
            yield from (entry.path for entry in self._found() if entry.path.startswith(begin))
        elif self._folders.is_real(folder) and ".." not in folder.split("/"):
            yield from list_below(self._root, folder)

    def _found(self) -> Iterator[Entry]:
        return (item for item in self._list() if isinstance(item, Entry))

    def look(self, path: str) -> Entry | Skip | Problem | None:
        """Tell what lies on disk at a path of the target; None when nothing is there."""
        if not self._folders.is_real(path.rpartition("/")[0]):
            return None
        return look(self._root + b"/", path)

    def native(self, path: str) -> bytes:
        """Return where a path of the target is, as the system knows it."""
        return os.path.join(self._root, native(path))

    def _blob(self, blob: str, limit: int = MAX_BYTES) -> bytes | None:
        assert self.repository is not None
        try:
            return self.repository.blobs.read(blob, limit)[0]
        except GitError:
            return None

    def _on_disk(self, path: str, limit: int = MAX_BYTES) -> bytes | None:
        if not self._folders.is_real(path.rpartition("/")[0]) or ".." in path.split("/"):
            return None
        try:
            return read_regular(self.native(path), limit)[0]
        except (OSError, ValueError):
            return None

    def _list(self) -> Listing:
        """Everything there is but what .gitignore and .seawallignore leave out; found once."""
        if self._listing is None:
            listing = self._only() if self.only else self._all()
            self._listing = sorted(listing, key=operator.attrgetter("path"))
        return self._listing

    def _only(self) -> Listing:
        item = self.look(self.only)
        return [item] if item is not None else []

    def _all(self) -> Listing:
        if self.is_bare:
            return self._of_head()
        if self.repository is not None:
            try:
                listing = list_repository(self.repository, self.root, self.prefix, self._folders)
            except GitError as error:
                self.problems.append(
                    Problem(
                        kind=ProblemKind.GIT,
                        message=f"git cannot list the files: {error}",
                        hint="the folder was walked without it",
                    )
                )
            else:
                # A folder that was named is meant, even where a repository above ignores it.
                if listing or not self.prefix:
                    return self._heed(listing)
        return list_folder(self.root, own=self.heeds_ignores)

    def _of_head(self) -> Listing:
        assert self.repository is not None
        if not self.repository.head:
            return []
        listing: Listing = []
        try:
            for listed in self.repository.list_tree(self.repository.head):
                if listed.mode == LINK:
                    listing.append(Skip(path=listed.path, reason="link"))
                elif listed.mode == SUBMODULE:
                    listing.append(Skip(path=listed.path, reason="submodule"))
                else:
                    listing.append(Entry(path=listed.path, blob=listed.blob))
        except GitError as error:
            raise TargetError(f"HEAD cannot be read: {error}") from error
        own = {
            item.path: item
            for item in listing
            if isinstance(item, Entry) and item.path.rpartition("/")[2] == ignore.OWN_FILE
        }
        tree = ignore.make_tree(
            {
                path.rpartition("/")[0]: ignore.read_patterns(self._blob(entry.blob) or b"")
                for path, entry in own.items()
            }
        )
        return _without_ignored(listing, tree) if self.heeds_ignores else listing

    def _heed(self, listing: Listing) -> Listing:
        """Leave out what .seawallignore names."""
        if not self.heeds_ignores:
            return listing
        found = [
            item.path
            for item in listing
            if item.path.endswith(ignore.OWN_FILE)
            and item.path.rpartition("/")[2] == ignore.OWN_FILE
        ]
        tree = ignore.make_tree(
            {
                path.rpartition("/")[0]: ignore.read_patterns(self.file(path) or b"")
                for path in found
            }
        )
        return _without_ignored(listing, tree)

    def close(self) -> None:
        """End what runs for this target and remove what was laid out for it."""
        if self.repository is not None:
            self.repository.close()


def open_target(path: Path) -> Checkout:
    """Open what is to be scanned: a folder, a single file, or a bare repository.

    Raises TargetError when it does not exist, cannot be read, or is something else.
    """
    try:
        resolved = path.resolve(strict=True)
        mode = resolved.stat().st_mode
    except FileNotFoundError as error:
        raise TargetError(f"{path}: there is no such file or folder") from error
    except (OSError, RuntimeError, ValueError) as error:
        raise TargetError(f"{path} cannot be read: {_reason(error)}") from error
    if not (stat.S_ISDIR(mode) or stat.S_ISREG(mode)):
        raise TargetError(f"{path} is neither a folder nor a file")
    if not os.access(resolved, os.R_OK):
        raise TargetError(f"{path} cannot be read: permission denied")
    root = resolved if stat.S_ISDIR(mode) else resolved.parent
    repository: Repository | None = None
    problems: list[Problem] = []
    try:
        directory = find_git_directory(root)
        repository = Repository(directory) if directory is not None else None
    except (GitDirectoryError, GitError) as error:
        problems.append(
            Problem(
                kind=ProblemKind.GIT,
                message=f"the repository was not used: {error}",
                hint="the files were scanned as an ordinary folder",
            )
        )
    only = "" if root == resolved else resolved.name
    return Checkout(root, only=only, repository=repository, problems=problems)


def _without_ignored(listing: Listing, tree: IgnoreTree) -> Listing:
    if not tree:
        return listing
    return [
        Skip(path=item.path, reason="ignored")
        if isinstance(item, Entry) and tree.is_ignored(item.path)
        else item
        for item in listing
    ]


def _unreadable(path: str, error: Exception) -> Problem:
    return Problem(
        kind=ProblemKind.UNREADABLE, message=f"the file cannot be read: {_reason(error)}", path=path
    )


def _reason(error: Exception) -> str:
    text = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return text[:1].lower() + text[1:]
