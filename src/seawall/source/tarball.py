"""Members of a tar archive, read on and on: nothing is unpacked, no name is followed.

Source: https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html, and tar(5) for GNU's.
"""

from collections.abc import Iterator

from msgspec import Struct

from seawall.source.unpacking import Bytes, PackedError

BLOCK = 512
LONGEST_PATH = 4096
"""Bytes; longer ones are of nobody."""
LARGEST_EXTENSION = 1 << 20
"""Bytes of what extends one member's header."""
_ZEROS = bytes(BLOCK)
_END = b"\0"


class TarError(PackedError):
    """It is no tar archive, or broken from here on."""


class Member(Struct):
    """A member; its content can be read before the next one is asked for."""

    path: str
    """Without "./" and "/" before it; "" where it leads out of the archive."""
    kind: str
    """"file", "folder", "link" (symbolic), "same" (as another member), or "other"."""
    size: int
    target: str = ""
    """Of a link, as written; of "same" the path of the other member."""
    mode: int = 0
    is_sparse: bool = False
    """Whether its content is not stored as it is."""
    stream: Bytes | None = None

    def start(self, size: int) -> bytes:
        """Return the first bytes of the content; `read` still gives all of it."""
        assert self.stream is not None
        return self.stream.peek(min(size, self.size))

    def read(self) -> bytes:
        """Return the whole content. Raises TarError where it is cut off."""
        assert self.stream is not None
        content = self.stream.read(self.size)
        if len(content) < self.size:
            raise TarError("it is cut off")
        return content


_KINDS = {
    **dict.fromkeys((b"0", b"\0", b"7", b"S"), "file"),
    b"5": "folder",
    b"2": "link",
    b"1": "same",
}


class Tar:
    """The members of an archive."""

    def __init__(self, stream: Bytes, *, most: int) -> None:
        """`most` are the members that are read. Raises nothing yet."""
        self._stream = stream
        self._most = most
        self.at = 0
        """Where the content of the member begins."""
        self.count = 0
        self.strange = 0
        """Members whose path leads out of the archive or is too long, passed over."""

    def __iter__(self) -> Iterator[Member]:
        """Yield the members in their order. Raises TarError where it is broken."""
        stream, place = self._stream, 0
        common: dict[str, str] = {}
        own: dict[str, str] = {}
        while True:
            head = stream.read(BLOCK)
            place += BLOCK
            if len(head) < BLOCK:
                # What is whole ends with a block of zeros.
                raise TarError("it is cut off" if self.count else "it is no tar archive")
            if head == _ZEROS:
                if not self.count:
                    self._whole(head)
                return
            self.count += 1
            if self.count > self._most:
                raise TarError(f"it has more than {self._most:,} members")
            kind = head[156:157]
            size = _number(head[124:136])
            if not _is_head(head) or size < 0:
                self._whole(head)
                raise TarError("it is broken")
            if kind in b"xgLK":
                if size > LARGEST_EXTENSION:
                    raise TarError("a header of it is too large")
                content = stream.read(size)
                stream.skip(-size % BLOCK)
                place += size + -size % BLOCK
                if kind == b"L":
                    own["path"] = _text(content)
                elif kind == b"K":
                    own["linkpath"] = _text(content)
                else:
                    (own if kind == b"x" else common).update(_records(content))
                continue
            told, own = ({**common, **own} if common else own), {}
            member = self._member(head, kind, size, told)
            if kind == b"S":
                place += self._pass_sparse(head)
            stored = _size_of(told, size) if member.kind in ("file", "other") else 0
            self.at = place
            before = _Counting(stream)
            member.stream = before
            if not member.path and member.kind != "folder":
                self.strange += 1
            else:
                yield member
            left = stored + -stored % BLOCK - before.count
            stream.skip(left)
            place += stored + -stored % BLOCK

    def _whole(self, head: bytes) -> None:
        """Raise when the very first header is none."""
        if self.count <= 1 and not _is_head(head) and head != _ZEROS:
            raise TarError("it is no tar archive")

    def _member(self, head: bytes, kind: bytes, size: int, told: dict[str, str]) -> Member:
        name = told.get("GNU.sparse.name") or told.get("path")
        if name is None:
            name = _text(head[:100])
            if head[257:263] == b"ustar\0" and head[345] and (prefix := _text(head[345:500])):
                name = f"{prefix}/{name}"
        shape = _KINDS.get(kind, "other" if kind in b"346" else "file")
        target = told.get("linkpath") or _text(head[157:257])
        if shape == "file" and name.endswith("/"):
            # As the oldest archives tell folders.
            shape = "folder"
        return Member(
            path=plain_path(name),
            kind=shape,
            size=_size_of(told, size) if shape == "file" else 0,
            target=plain_path(target) if shape == "same" else target if shape == "link" else "",
            mode=max(0, _number(head[100:108])),
            is_sparse=kind == b"S" or any(key.startswith("GNU.sparse.") for key in told),
        )

    def _pass_sparse(self, head: bytes) -> int:
        """Pass over the headers that follow an old sparse file's."""
        passed, more = 0, head[482]
        while more:
            block = self._stream.read(BLOCK)
            passed += BLOCK
            if len(block) < BLOCK or passed > LARGEST_EXTENSION:
                raise TarError("it is broken")
            more = block[504]
        return passed


class _Counting:
    """Counts what is read."""

    __slots__ = ("_stream", "count")

    def __init__(self, stream: Bytes) -> None:
        self._stream = stream
        self.count = 0

    def read(self, size: int, /) -> bytes:
        content = self._stream.read(size)
        self.count += len(content)
        return content

    def peek(self, size: int, /) -> bytes:
        return self._stream.peek(size)

    def skip(self, size: int, /) -> None:
        self._stream.skip(size)
        self.count += size


def plain_path(name: str) -> str:
    """Return a path below the archive's root; "" where it leads out, or is the root itself."""
    if len(name) > LONGEST_PATH:
        return ""
    if name[:1] not in "./" and "//" not in name and "/." not in name:
        return name.rstrip("/")
    parts = [part for part in name.split("/") if part not in ("", ".")]
    return "" if ".." in parts else "/".join(parts)


def _is_head(head: bytes) -> bool:
    """Whether the sum of a header is right, with its own place taken for blanks."""
    told = _number(head[148:156])
    return told == sum(head) - sum(head[148:156]) + 8 * 32


def _number(field: bytes) -> int:
    """Return a number: octal digits, or GNU's binary; -1 where it is none."""
    if field[0] & 0x80:
        return int.from_bytes(field[1:], "big") if field[0] == 0x80 else -1
    digits = field.strip(b" \0")
    if not digits:
        return 0
    digits = digits.split(b"\0", 1)[0].rstrip()
    return int(digits, 8) if digits.isdigit() and not digits.strip(b"01234567") else -1


def _text(field: bytes) -> str:
    return field.partition(_END)[0].decode("utf-8", "surrogateescape")


def _records(content: bytes) -> dict[str, str]:
    """Return what a pax header says: records of a length, a key and a value."""
    found: dict[str, str] = {}
    at = 0
    while at < len(content):
        blank = content.find(b" ", at, at + 20)
        length = content[at:blank]
        if blank < 0 or not length.isdigit() or int(length) <= blank - at:
            break
        record = content[blank + 1 : at + int(length) - 1]
        at += int(length)
        key, _, value = record.partition(b"=")
        if key in (b"path", b"linkpath", b"size") or key.startswith(b"GNU.sparse."):
            found[key.decode("ascii", "replace")] = value.decode("utf-8", "surrogateescape")
    return found


def _size_of(told: dict[str, str], size: int) -> int:
    text = told.get("size", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 20 else size
