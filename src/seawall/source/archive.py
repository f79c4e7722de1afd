"""The files of a package, as they are in its archive or folder: read into memory, nothing written.

Links are passed over, names that lead out of the archive too; sizes and numbers have limits.
"""

import os
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from seawall.core.errors import TargetError
from seawall.core.report import Problem, ProblemKind

MOST_FILES = 30_000
LARGEST_FILE = 8 << 20
"""Bytes of one file; of a larger one the rest is not looked at."""
MOST_BYTES = 512 << 20
"""Bytes of all files together."""
MOST_UNPACKED = 2 << 30
"""Bytes that a compressed archive may unpack to, those passed over included."""

ARCHIVES = (".whl", ".egg", ".zip", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz", ".tar")


class Unpacked(Struct, kw_only=True):
    """What a package is made of."""

    files: dict[str, bytes] = {}
    """By path, without the folder that holds all of them, if there is one."""
    problems: list[Problem] = []


def read_package(path: Path) -> Unpacked:
    """Return the files of an archive or a folder. Raises TargetError when it is neither."""
    if path.is_dir():
        read = _of_folder(path)
    elif not path.is_file():
        raise TargetError(f"{path}: there is no such file or folder")
    elif zipfile.is_zipfile(path):
        read = _of_zip(path)
    elif path.name.endswith(ARCHIVES):
        read = _of_tar(path)
    else:
        raise TargetError(f"{path}: it is no archive of a package", hint=", ".join(ARCHIVES))
    unpacked = Unpacked()
    held = 0
    try:
        for name, size, content in read:
            if len(unpacked.files) >= MOST_FILES or held + len(content) > MOST_BYTES:
                unpacked.problems.append(_told("not all of it was read: it is too large"))
                break
            if size > len(content):
                unpacked.problems.append(_told("only its beginning was read", name))
            held += len(content)
            unpacked.files[name] = content
    except (tarfile.TarError, zipfile.BadZipFile, zlib.error, OSError, EOFError) as error:
        raise TargetError(f"{path}: it cannot be unpacked: {error}".lower()) from error
    except (NotImplementedError, RuntimeError, ValueError) as error:
        raise TargetError(f"{path}: it is packed in a way that is not read: {error}") from error
    if not path.is_dir():
        unpacked.files = _without_top(unpacked.files)
    return unpacked


_File = tuple[str, int, bytes]
"""Path, size, and what was read of it."""


def _of_folder(folder: Path) -> Iterator[_File]:
    for top, folders, names in os.walk(folder):
        folders[:] = sorted(one for one in folders if one not in (".git", "node_modules"))
        for name in sorted(names):
            path = Path(top, name)
            if path.is_symlink() or not path.is_file():
                continue
            with path.open("rb") as file:
                yield (
                    path.relative_to(folder).as_posix(),
                    path.stat().st_size,
                    file.read(LARGEST_FILE),
                )


def _of_zip(path: Path) -> Iterator[_File]:
    with zipfile.ZipFile(path) as archive:
        for entry in archive.infolist():
            # The upper half of the attributes is the mode on Unix: links have 0o120000.
            if (
                entry.is_dir()
                or entry.external_attr >> 28 == 0o12
                or not _is_inside(entry.filename)
            ):
                continue
            with archive.open(entry) as file:
                yield entry.filename, entry.file_size, file.read(LARGEST_FILE)


def _of_tar(path: Path) -> Iterator[_File]:
    passed = 0
    with tarfile.open(path, mode="r:*") as archive:
        for entry in archive:
            passed += entry.size
            if passed > MOST_UNPACKED:
                raise tarfile.TarError("it unpacks to too much")
            file = archive.extractfile(entry) if entry.isreg() else None
            if file is not None and _is_inside(entry.name):
                yield entry.name.removeprefix("./"), entry.size, file.read(LARGEST_FILE)


def _is_inside(name: str) -> bool:
    return not name.startswith("/") and ".." not in name.split("/") and "\\" not in name


def _without_top(files: dict[str, bytes]) -> dict[str, bytes]:
    """Take away the folder that an archive of a release has around everything."""
    tops = {name.partition("/")[0] for name in files}
    if len(tops) != 1 or any("/" not in name for name in files):
        return files
    return {name.partition("/")[2]: content for name, content in files.items()}


def _told(words: str, path: str = "") -> Problem:
    return Problem(
        kind=ProblemKind.TOO_LARGE, message=words, path=path, engine="deps", partial=True
    )
