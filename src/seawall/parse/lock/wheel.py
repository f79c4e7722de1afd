"""Built distributions of Python: wheels, eggs, and archives of sources with their PKG-INFO.

Source: https://packaging.python.org/en/latest/specifications/binary-distribution-format.
"""

import gzip
import io
import re
import struct
import tarfile
import zipfile
import zlib

from seawall.core.errors import ParseError
from seawall.model.inventory import Inventory, ListFile
from seawall.parse.core_metadata import LARGEST, parse_core_metadata

MOST_MEMBERS = 50_000
LARGEST_UNPACKED = 64 << 20
"""Bytes of an archive of sources that are unpacked in search of its PKG-INFO."""

_METADATA = re.compile(r"[^/]+\.dist-info/METADATA|EGG-INFO/PKG-INFO|[^/]+\.egg-info/PKG-INFO")
_SOURCES = re.compile(r"(?:\./)?[^/]+/PKG-INFO")
_BROKEN = (
    zipfile.BadZipFile,
    tarfile.TarError,
    zlib.error,
    struct.error,
    OSError,
    EOFError,
    ValueError,
    LookupError,
    RuntimeError,
    OverflowError,
    TypeError,
    AttributeError,
)


def parse(file: ListFile) -> Inventory:
    """Return the package that an archive holds; nothing where it is one of something else.

    Raises ParseError when the archive is broken, or unpacks to more than is read.
    """
    try:
        if file.content.startswith(b"\x1f\x8b"):
            content = _from_tar(file.content)
        else:
            content = _from_zip(file.content)
    except _BROKEN as error:
        raise ParseError("it is no whole archive") from error
    if content is None:
        if file.path.endswith((".whl", ".egg")):
            raise ParseError("it holds no metadata of a package")
        return Inventory()
    metadata = parse_core_metadata(content)
    if not metadata.name:
        raise ParseError("it holds no metadata of a package")
    return Inventory(packages=(metadata.package(),))


def _from_zip(content: bytes) -> bytes | None:
    """Return the metadata; only this one member is unpacked, and of it no more than is read."""
    # The number of entries stands at the end; each would cost memory that the file does not have.
    if content.count(b"PK\x01\x02") > MOST_MEMBERS:
        raise ParseError(f"it has more than {MOST_MEMBERS:,} members")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = [name for name in archive.namelist() if _METADATA.fullmatch(name)]
        if not names:
            return None
        with archive.open(min(names, key=len)) as member:
            return member.read(LARGEST)


def _from_tar(content: bytes) -> bytes | None:
    with gzip.GzipFile(fileobj=io.BytesIO(content)) as unpacked:
        bounded = _Bounded(unpacked)
        with tarfile.open(fileobj=bounded, mode="r|") as archive:
            for count, member in enumerate(archive):
                if count > MOST_MEMBERS:
                    raise ParseError(f"it has more than {MOST_MEMBERS:,} members")
                if member.isreg() and _SOURCES.fullmatch(member.name):
                    found = archive.extractfile(member)
                    return found.read(LARGEST) if found is not None else None
    return None


class _Bounded(io.RawIOBase):
    """Reads from an unpacked stream until it has given too much."""

    def __init__(self, stream: gzip.GzipFile) -> None:
        self._stream = stream
        self._left = LARGEST_UNPACKED

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        if self._left <= 0:
            raise ParseError("it unpacks to more than is read")
        given = self._stream.read(min(size if size >= 0 else self._left, self._left))
        self._left -= len(given)
        return given
