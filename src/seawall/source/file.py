"""One file of the target, before and after it is read."""

import os
import struct

from msgspec import Struct

from seawall.core.location import Revision
from seawall.core.report import Problem


class Entry(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A file that can be read; nothing of its content is known yet."""

    path: str
    """Relative to the target, "/" between the parts; bytes that are no UTF-8 as surrogates."""
    size: int = -1
    """Bytes, -1 where unknown."""
    stamp: bytes = b""
    """Changes whenever the file changes (see `stamp_of`); empty where the content is no file on
    disk but the blob."""
    blob: str = ""
    """Git object name of the content, where git knows it."""
    revision: Revision | None = None
    """In a history scan: the commit that brought the content in."""


class Skip(Struct, frozen=True, kw_only=True):
    """Something that is not scanned, and why."""

    path: str
    """As in `Entry`; a folder that is skipped whole stands for all that is in it."""
    reason: str
    """"ignored", "binary", "link", "special", "empty" or "submodule"."""


class Source(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One file of the target: path, bytes, language."""

    path: str
    content: bytes
    """UTF-8 where the file is text (UTF-16 and UTF-32 are transcoded); other bytes as they are."""
    language: str
    """"python", "yaml", "dotenv", "shell", "markdown", ... or "" where unknown; see `language`."""
    revision: Revision | None = None
    problems: tuple[Problem, ...] = ()
    """What a reader must know of it: that a limit cut it off."""


_STAMP = struct.Struct(">QQQQ")
_WORD = (1 << 64) - 1


def stamp_of(stat: os.stat_result) -> bytes:
    """Pack what changes with a file: the times of its content and inode, which one, its size."""
    return _STAMP.pack(
        stat.st_mtime_ns & _WORD, stat.st_ctime_ns & _WORD, stat.st_ino & _WORD, stat.st_size
    )


def changed_at(stamp: bytes) -> int:
    """Return when the file of a stamp changed last, in nanoseconds since 1970."""
    modified: int
    changed: int
    modified, changed, _, _ = _STAMP.unpack(stamp)
    return max(modified, changed)
