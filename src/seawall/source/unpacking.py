"""Packed streams, unpacked while they are read: bounded in memory, size and ratio."""

import importlib
import io
import zlib
from typing import IO, Any, Protocol

_CHUNK = 128 << 10
WIDEST_WINDOW = 26
"""Bits of the window of zstd: 64 MiB; what needs more is not read."""
FREE_BYTES = 1 << 30
"""What may be unpacked before the ratio counts."""
HIGHEST_RATIO = 200
"""Bytes unpacked for one that is packed; what is made of nothing but zeros has more."""


class PackedError(Exception):
    """What is packed is broken, too much, or packed in a way that is not read."""


class Bytes(Protocol):
    """What is read on and on."""

    def read(self, size: int, /) -> bytes:
        """Return the next bytes, fewer only at the end."""

    def peek(self, size: int, /) -> bytes:
        """Return the next few bytes, which `read` gives again."""

    def skip(self, size: int, /) -> None:
        """Pass over bytes; past the end there are none."""


class Stretch:
    """A stretch of a file, read on its own."""

    def __init__(self, file: "IO[bytes] | Unpacked", start: int, size: int) -> None:
        self._file, self._start, self._size = file, start, size
        self._at = 0

    def read(self, size: int, /) -> bytes:
        """Return the next bytes, fewer only at the end."""
        size = min(size, self._size - self._at)
        if size <= 0:
            return b""
        # Others read from the same file in between.
        self._file.seek(self._start + self._at)
        content = self._file.read(size)
        self._at += len(content)
        return content

    def peek(self, size: int, /) -> bytes:
        """Return the next few bytes, which `read` gives again."""
        size = min(size, self._size - self._at)
        self._file.seek(self._start + self._at)
        if isinstance(self._file, Unpacked):
            # It could go back only by beginning anew.
            return self._file.peek(size)
        return self._file.read(size)

    def skip(self, size: int, /) -> None:
        """Pass over bytes."""
        self._at = min(self._size, self._at + size)


class Unpacked:
    """The content of a packed stretch. It can go back, by beginning anew."""

    def __init__(self, packed: "IO[bytes] | Unpacked", start: int, size: int, kind: str) -> None:
        """`kind` is one of those that `kind_of` names. Raises PackedError for another."""
        self._packed, self._start, self._size, self._kind = packed, start, size, kind
        self._given = self._taken = 0
        """Of all beginnings, bytes unpacked and packed."""
        self._begin()

    def _begin(self) -> None:
        self._source = Stretch(self._packed, self._start, self._size)
        self._machine = _machine(self._kind)
        self._held: memoryview[int] | bytes = b""
        self._at = 0
        self._ended = False

    def read(self, size: int, /) -> bytes:
        """Return the next bytes, fewer only at the end. Raises PackedError."""
        if size <= len(self._held):
            part = bytes(self._held[:size])
            self._held = self._held[size:]
            self._at += size
            return part
        whole = io.BytesIO()
        while size > 0 and (self._held or self._fill()):
            piece = self._held[:size]
            self._held = self._held[len(piece) :]
            whole.write(piece)
            size -= len(piece)
            self._at += len(piece)
        return whole.getvalue()

    def peek(self, size: int, /) -> bytes:
        """Return the next few bytes, which `read` gives again. Raises PackedError."""
        begun = b""
        while len(begun) + len(self._held) < size:
            begun += bytes(self._held)
            self._held = b""
            if not self._fill():
                break
        if begun:
            self._held = memoryview(begun + bytes(self._held))
        return bytes(self._held[:size])

    def skip(self, size: int, /) -> None:
        """Pass over bytes. Raises PackedError."""
        while size > 0 and (self._held or self._fill()):
            part = min(size, len(self._held))
            self._held = self._held[part:]
            size -= part
            self._at += part

    def seek(self, position: int, /) -> None:
        """Go on from a position. Raises PackedError."""
        if position < self._at:
            self._begin()
        self.skip(position - self._at)

    def _fill(self) -> bool:
        """Unpack some more; False at the end."""
        while not self._held and not self._ended:
            try:
                self._held = memoryview(self._next())
            except self._machine.errors as error:
                raise PackedError(f"what is packed by {self._kind} is broken") from error
        self._given += len(self._held)
        if self._given > FREE_BYTES and self._given > HIGHEST_RATIO * self._taken:
            raise PackedError(f"it unpacks to more than {HIGHEST_RATIO} times its size")
        return bool(self._held)

    def _next(self) -> bytes:
        if self._machine.needs_input:
            content = self._source.read(_CHUNK)
            self._taken += len(content)
            if not content:
                if not self._machine.eof and not self._machine.is_fresh:
                    raise PackedError("it is cut off")
                self._ended = True
                return b""
            return self._machine.unpack(content)
        return self._machine.unpack(b"")


def kind_of(head: bytes) -> str:
    """Return how a stream is packed by its first bytes, "" where it is not."""
    for magic, kind in (
        (b"\x1f\x8b", "gzip"),
        (b"\x28\xb5\x2f\xfd", "zstd"),
        (b"BZh", "bzip2"),
        (b"\xfd7zXZ\0", "xz"),
    ):
        if head.startswith(magic):
            return kind
    # zstd may begin with a frame that is passed over.
    if head[1:4] == b"\x2a\x4d\x18" and 0x50 <= head[0] <= 0x5F:
        return "zstd"
    return ""


class _Machine(Protocol):
    """Unpacks what it is handed."""

    errors: tuple[type[Exception], ...]
    """What it raises on what is broken."""
    is_fresh: bool
    """Whether it was handed nothing yet."""

    @property
    def needs_input(self) -> bool:
        """Whether it gives nothing more before it is handed more."""

    @property
    def eof(self) -> bool:
        """Whether it may end here."""

    def unpack(self, content: bytes) -> bytes:
        """Return some of what it was handed, unpacked."""


class _Gzip:
    """One member of gzip after the other."""

    errors: tuple[type[Exception], ...] = (zlib.error, MemoryError)

    def __init__(self) -> None:
        self._inner = zlib.decompressobj(31)
        self._rest = b""
        self.is_fresh = True

    @property
    def needs_input(self) -> bool:
        return not self._rest

    @property
    def eof(self) -> bool:
        return self._inner.eof

    def unpack(self, content: bytes) -> bytes:
        content = self._rest + content if self._rest else content
        if self._inner.eof:
            if not content.startswith(b"\x1f"):
                # Zeros that fill up the last block are no member.
                self._rest = b""
                if content.strip(b"\0"):
                    raise PackedError("behind what is packed lies something else")
                return b""
            self._inner = zlib.decompressobj(31)
        self.is_fresh = False
        part = self._inner.decompress(content, _CHUNK * 2)
        self._rest = self._inner.unused_data if self._inner.eof else self._inner.unconsumed_tail
        return part


class _Frames:
    """One frame of zstd after the other."""

    def __init__(self) -> None:
        self._make, error = _zstd()
        self.errors: tuple[type[Exception], ...] = (error, EOFError, MemoryError)
        self._inner = self._make()
        self._rest = b""
        self.is_fresh = True

    @property
    def needs_input(self) -> bool:
        return not self._rest and bool(self._inner.eof or getattr(self._inner, "needs_input", True))

    @property
    def eof(self) -> bool:
        return bool(self._inner.eof)

    def unpack(self, content: bytes) -> bytes:
        if self._inner.eof:
            self._inner = self._make()
        content, self._rest = self._rest + content, b""
        self.is_fresh = False
        if hasattr(self._inner, "needs_input"):
            part = self._inner.decompress(content, _CHUNK * 2)
        else:
            # It gives all at once: so little is put in that it cannot be much.
            content, self._rest = content[:_LITTLE], content[_LITTLE:]
            part = self._inner.decompress(content)
        if self._inner.eof:
            self._rest = self._inner.unused_data + self._rest
        return bytes(part)


_LITTLE = 1 << 10
"""A block of zstd takes four bytes at the least and gives 128 KiB at the most: 32 MiB."""


def _zstd() -> tuple[Any, type[Exception]]:
    """Return what makes a machine for zstd, and its error: Python's own since 3.14, or an extra."""
    try:
        zstd = importlib.import_module("compression.zstd")
    except ImportError:
        pass
    else:
        options = {zstd.DecompressionParameter.window_log_max: WIDEST_WINDOW}
        return lambda: zstd.ZstdDecompressor(options=options), zstd.ZstdError
    try:
        zstandard = importlib.import_module("zstandard")
    except ImportError:
        raise PackedError(
            "it is packed by zstd, which this Python does not read: "
            "install seawall[zstd], or use Python 3.14"
        ) from None
    whole = zstandard.ZstdDecompressor(max_window_size=1 << WIDEST_WINDOW)
    return whole.decompressobj, zstandard.ZstdError


def _machine(kind: str) -> _Machine:
    if kind == "gzip":
        return _Gzip()
    if kind == "zstd":
        return _Frames()
    raise PackedError(f"it is packed by {kind}, which is not read here")
