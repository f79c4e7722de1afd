"""Write files of the target whole: through no link, and over nothing that was not seen before."""

import contextlib
import os
import stat
import tempfile
from collections.abc import Callable
from pathlib import Path

from seawall.core.errors import TargetError, reason_of
from seawall.source.disk import Folders, native, read_regular

MAX_BYTES = 4 << 20
"""Larger files are not edited."""


def read_for_edit(root: Path, path: str) -> bytes | None:
    """Return the content of a file that is to be written; None when nothing is there.

    Raises TargetError where it, or a folder on the way, is a link or no regular file.
    """
    _refuse_links(root, path)
    place = os.path.join(os.fsencode(root), native(path))
    try:
        if not os.path.lexists(place):
            return None
        content, status = read_regular(place, MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        raise TargetError(
            f"{path} is not written: it is no regular file, or cannot be read",
            hint="what a link leads to is not touched",
        ) from error
    if status.st_size > MAX_BYTES:
        raise TargetError(f"{path} is not written: it is larger than {MAX_BYTES:,} bytes")
    return content


def write_whole(root: Path, path: str, content: bytes, *, former: bytes | None) -> None:
    """Write a file: whoever reads it sees the former one or the new one, never a part.

    `former` is what it held when that was shown to somebody, None for a new file. Raises
    TargetError when it holds something else now, and for links.
    """
    if read_for_edit(root, path) != former:
        raise TargetError(f"{path} changed meanwhile, so it is not written", hint="run it again")
    place = root / os.fsdecode(native(path))
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        _refuse_links(root, path)
        put_whole(place, content, put=_put_new if former is None else os.replace)
    except OSError as error:
        raise TargetError(f"{path} cannot be written: {reason_of(error)}") from error


def put_whole(
    place: Path, content: bytes, *, put: Callable[[str, Path], None] = os.replace
) -> None:
    """Write beside and let `put` give it its name: all of it is seen, or nothing.

    It keeps the permissions of the file that it replaces. Raises OSError.
    """
    handle, part = tempfile.mkstemp(prefix=".seawall-", dir=place.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        mode = stat.S_IMODE(place.lstat().st_mode) if place.exists() else 0o666 & ~_umask()
        os.chmod(part, mode)
        put(part, place)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(part)
        raise


def _put_new(part: str, place: Path) -> None:
    """Give a new file its name; unlike a renaming, this fails where somebody made one meanwhile."""
    try:
        os.link(part, place)
    except FileExistsError:
        raise
    except OSError:
        # A file system without hard links.
        os.replace(part, place)
        return
    os.unlink(part)


def _refuse_links(root: Path, path: str) -> None:
    folders = Folders(os.fsencode(root))
    folder = path.rpartition("/")[0]
    while folder:
        if os.path.lexists(os.path.join(os.fsencode(root), native(folder))):
            if not folders.is_real(folder):
                raise TargetError(
                    f"{path} is not written: {folder} is a link or no folder",
                    hint="what a link leads to is not touched",
                )
            return
        folder = folder.rpartition("/")[0]


def _umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask
