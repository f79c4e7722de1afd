"""List the files of a folder: as git knows them, or by walking it."""

import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path

from seawall.core.report import Problem, ProblemKind
from seawall.source import ignore
from seawall.source.disk import MAX_PATH, Folders, native, read_regular, shown
from seawall.source.file import Entry, Skip, stamp_of
from seawall.source.git import GitError
from seawall.source.gitdir import GitDirectoryError, at_marker
from seawall.source.ignore import IgnoreTree
from seawall.source.repository import SUBMODULE, Listed, Repository

Item = Entry | Skip | Problem

MAX_NESTED = 20
"""How many repositories may lie in one another."""


def list_repository(
    repository: Repository, root: Path, prefix: str, folders: Folders, depth: int = 0
) -> list[Item]:
    """List the files below `root`, which lies at `prefix` in the work tree; in no order.

    Submodules that are checked out, and other repositories within, are listed by their own git.
    Raises GitError.
    """
    listed = repository.list_files(prefix)
    trusts_blobs = not _converts(repository, root, listed)
    base = os.fsencode(root) + b"/"
    items: list[Item] = []
    for entry in listed:
        path = entry.path
        if entry.mode == SUBMODULE or path.endswith("/"):
            items += _nested(root, path.removesuffix("/"), folders, depth)
            continue
        if folders.is_real(path.rpartition("/")[0]):
            item = look(base, path, entry.blob if trusts_blobs else "")
            if item is not None:
                items.append(item)
    if repository.unseen:
        items.append(
            Problem(
                kind=ProblemKind.UNREADABLE,
                message=f"git did not see all files: {repository.unseen[:120]}",
            )
        )
    return items


def look(base: bytes, path: str, blob: str = "") -> Item | None:
    """Tell what lies on disk at `base` + `path`; None when nothing is there.

    The folder that it is in must be a real one.
    """
    try:
        status = os.lstat(base + native(path))
    except (FileNotFoundError, NotADirectoryError):
        # Deleted, or left out by a sparse checkout.
        return None
    except (OSError, ValueError) as error:
        return _unreadable(path, error)
    return _told(path, status, blob)


def _told(path: str, status: os.stat_result, blob: str = "") -> Item:
    if not stat.S_ISREG(status.st_mode):
        return Skip(path=path, reason="link" if stat.S_ISLNK(status.st_mode) else "special")
    if not status.st_size:
        return Skip(path=path, reason="empty")
    return Entry(path=path, size=status.st_size, stamp=stamp_of(status), blob=blob)


_CONVERSION = re.compile(rb"\b(?:filter|working-tree-encoding)\b")


def _converts(repository: Repository, root: Path, listed: list[Listed]) -> bool:
    """Whether files on disk may differ from their blobs (large file storage, encryption)."""
    paths = [
        os.fsencode(root) + b"/" + native(entry.path)
        for entry in listed
        if entry.path.endswith(".gitattributes")
    ]
    work_tree = repository.work_tree or root
    for folder in (root, *root.parents):
        if folder != work_tree and folder.is_relative_to(work_tree):
            paths.append(os.fsencode(folder.parent / ".gitattributes"))
    paths.append(os.fsencode(repository.directory.shared / "info" / "attributes"))
    for path in paths:
        try:
            content, _ = read_regular(path, ignore.MAX_BYTES)
        except (OSError, ValueError):
            continue
        if _CONVERSION.search(content):
            return True
    return False


def _nested(root: Path, path: str, folders: Folders, depth: int) -> Iterator[Item]:
    """List a repository within the target by its own git."""
    if not folders.is_real(path):
        yield Skip(path=path, reason="submodule")
        return
    folder = root / os.fsdecode(native(path))
    marker = folder / ".git"
    if not os.path.lexists(marker):
        yield Skip(path=path, reason="submodule")
        return
    try:
        if depth >= MAX_NESTED:
            raise GitError(f"more than {MAX_NESTED} repositories lie in one another")
        repository = Repository(at_marker(marker))
        try:
            inner = Folders(os.fsencode(folder))
            items = list_repository(repository, folder, "", inner, depth + 1)
        finally:
            repository.close()
    except (GitDirectoryError, GitError) as error:
        yield Problem(
            kind=ProblemKind.GIT,
            message=f"the repository in this folder was not used: {error}",
            path=path,
            hint="its files were scanned as an ordinary folder",
        )
        items = list_folder(folder)
    for item in items:
        yield _below(item, path)


def _below(item: Item, folder: str) -> Item:
    path = f"{folder}/{item.path}"
    if isinstance(item, Entry):
        # The blob is in the other repository.
        return Entry(path=path, size=item.size, stamp=item.stamp)
    if isinstance(item, Skip):
        return Skip(path=path, reason=item.reason)
    return Problem(kind=item.kind, message=item.message, path=path, hint=item.hint)


def list_folder(root: Path, *, own: bool = True) -> list[Item]:
    """Walk a folder without git; .gitignore counts, and with `own` .seawallignore too.

    Links are not followed.
    """
    base = os.fsencode(root)
    gits, owns = IgnoreTree(), IgnoreTree()
    items: list[Item] = []
    waiting = [""]
    while waiting:
        folder = waiting.pop()
        try:
            with os.scandir(os.path.join(base, native(folder))) as scan:
                found = list(scan)
        except (OSError, ValueError) as error:
            items.append(_unreadable(folder, error))
            continue
        names = {entry.name for entry in found}
        for name, tree in ((ignore.GIT_FILE, gits), (ignore.OWN_FILE, owns)):
            if name.encode() in names and (own or name != ignore.OWN_FILE):
                _read_ignores(base, folder, name, tree)
        for entry in found:
            path = f"{folder}/{shown(entry.name)}" if folder else shown(entry.name)
            items += _walked(path, entry, gits, owns, waiting)
    return items


def _walked(
    path: str,
    entry: "os.DirEntry[bytes]",
    gits: IgnoreTree,
    own: IgnoreTree,
    waiting: list[str],
) -> Iterator[Item]:
    """Tell what one entry of a folder is; folders to walk go to `waiting`."""
    if entry.name == b".git":
        return
    is_folder = entry.is_dir(follow_symlinks=False)
    if own.is_ignored(path, is_folder=is_folder) or (
        gits.is_ignored(path, is_folder=is_folder) and (is_folder or not ignore.may_be_held(path))
    ):
        yield Skip(path=path, reason="ignored")
        return
    if is_folder:
        if len(path) > MAX_PATH or len(native(path)) > MAX_PATH:
            yield Problem(
                kind=ProblemKind.TOO_LARGE,
                message=f"folders whose path is longer than {MAX_PATH:,} bytes are not scanned",
                path=f"{path[:80]}…",
            )
        else:
            waiting.append(path)
        return
    try:
        status = entry.stat(follow_symlinks=False)
    except OSError as error:
        yield _unreadable(path, error)
        return
    yield _told(path, status)


def _read_ignores(base: bytes, folder: str, name: str, tree: IgnoreTree) -> None:
    path = os.path.join(base, native(folder), name.encode())
    try:
        content, _ = read_regular(path, ignore.MAX_BYTES)
    except (OSError, ValueError):
        return
    tree.add(folder, ignore.read_patterns(content))


def _unreadable(path: str, error: Exception) -> Problem:
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return Problem(
        kind=ProblemKind.UNREADABLE, message=f"it cannot be read: {reason.lower()}", path=path
    )
