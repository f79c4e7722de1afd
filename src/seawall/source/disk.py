"""Open files of the target: no link is followed, nothing blocks, no limit is passed."""

import os
import stat
from pathlib import Path
from typing import BinaryIO

MAX_PATH = 4000
"""Bytes of a path relative to the target; what lies deeper is told and not read."""
MOST_BELOW = 20_000
"""Files that are listed in one folder at the most."""


class NotRegularError(OSError):
    """The path is no regular file: a folder, a link, a pipe, a device."""


def native(path: str) -> bytes:
    """Return the bytes by which the system knows a path of an `Entry`."""
    return path.encode("utf-8", "surrogateescape")


def shown(path: bytes) -> str:
    """Return a path as an `Entry` holds it."""
    return path.decode("utf-8", "surrogateescape")


def read_regular(path: bytes | Path, limit: int) -> tuple[bytes, os.stat_result]:
    """Read at most `limit` bytes of a regular file.

    Raises NotRegularError for anything else, also for a link, and OSError.
    """
    descriptor, status = _opened(path)
    try:
        size = min(status.st_size + 1, limit)
        content = os.read(descriptor, size)
        if len(content) == status.st_size:
            return content, status
        return _read_on(descriptor, content, limit), status
    finally:
        os.close(descriptor)


def open_regular(path: bytes | Path) -> BinaryIO:
    """Open a regular file for reading.

    Raises NotRegularError for anything else, also for a link, and OSError.
    """
    descriptor, _ = _opened(path)
    return open(descriptor, "rb")


def _opened(path: bytes | Path) -> tuple[int, os.stat_result]:
    # A pipe without a writer would block the opening for ever.
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        os.close(descriptor)
        raise NotRegularError("not a regular file")
    return descriptor, status


def _read_on(descriptor: int, begun: bytes, limit: int) -> bytes:
    """Read on to the end or the limit: one call gives less than asked, or the file has grown."""
    parts, size = [begun], len(begun)
    while parts[-1] and size < limit:
        parts.append(os.read(descriptor, min(1 << 20, limit - size)))
        size += len(parts[-1])
    return b"".join(parts)


_NO_NAMES = frozenset(("", ".", "..", ".git"))


def list_below(root: bytes, folder: str) -> list[str]:
    """Return the paths of the files in a folder of a root and below it, in order.

    Neither links nor git directories are entered; what cannot be listed has no files.
    """
    found: list[str] = []
    waiting = [folder]
    while waiting and len(found) < MOST_BELOW:
        inside = waiting.pop()
        try:
            with os.scandir(os.path.join(root, native(inside))) as entries:
                for entry in entries:
                    name = shown(os.fsencode(entry.name))
                    path = f"{inside}/{name}" if inside else name
                    if entry.is_dir(follow_symlinks=False) and name not in _NO_NAMES:
                        waiting.append(path)
                    elif entry.is_file(follow_symlinks=False):
                        found.append(path)
        except OSError:
            continue
    return sorted(found)


class Folders:
    """Knows which folders of a tree are real ones: no link on the way to them."""

    def __init__(self, root: bytes) -> None:
        self._root = root
        self._known: dict[str, bool] = {"": True}

    def is_real(self, folder: str) -> bool:
        """Whether the folder (relative to the root) is reached without passing a link.

        Never one outside the root, nor a git directory, whatever an index or a tree may name.
        """
        known = self._known.get(folder)
        if known is not None:
            return known
        # From the top down: no recursion, however deep it lies.
        real, start = True, 0
        while real and start <= len(folder):
            end = folder.find("/", start)
            end = len(folder) if end < 0 else end
            part = folder[:end]
            seen = self._known.get(part) if part else False
            if seen is None:
                named = folder[start:end] not in _NO_NAMES
                seen = self._known[part] = named and self._is_folder(part)
            real = seen
            start = end + 1
        self._known[folder] = real
        return real

    def _is_folder(self, folder: str) -> bool:
        try:
            return stat.S_ISDIR(os.lstat(os.path.join(self._root, native(folder))).st_mode)
        except (OSError, ValueError):
            return False
