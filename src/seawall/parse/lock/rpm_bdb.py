"""RPM's database as it was kept before 4.16: Packages, a hash of Berkeley DB.

Source: https://docs.oracle.com/cd/E17276_01, dbinc/db_page.h.
"""

import struct
from collections.abc import Iterator

from seawall.core.errors import ParseError
from seawall.model.inventory import Inventory, ListFile
from seawall.parse.lock import may_be_installed
from seawall.parse.rpm_header import LARGEST_HEADER, inventory_of

_HASH = 0x061561
_HASH_META, _HASH_UNSORTED, _HASH_PAGE, _OVERFLOW = 8, 2, 13, 7
_HEAD = 26
"""Bytes of the head of a page."""
_INLINE, _OFF_PAGE = 1, 3


def parse(file: ListFile) -> Inventory:
    """Return the packages. Raises ParseError when it is no database of RPM's."""
    content = file.content
    if len(content) < 512:
        raise ParseError("it is no database of RPM's")
    order = next(
        (one for one in "<>" if struct.unpack_from(f"{one}I", content, 12)[0] == _HASH), ""
    )
    size = struct.unpack_from(f"{order or '<'}I", content, 20)[0]
    if not order or content[25] != _HASH_META or size not in {1 << n for n in range(9, 17)}:
        raise ParseError("it is no database of RPM's")
    if content[24]:
        raise ParseError("it is encrypted")
    return inventory_of(_Pages(content, size, order).headers(), file, may_be_installed)


class _Pages:
    """The pages of a database."""

    def __init__(self, content: bytes, size: int, order: str) -> None:
        self._content, self._size, self._order = content, size, order
        self._left = len(content) // size
        """Overflow pages that may still be read: chains that meet would give without end."""

    def headers(self) -> Iterator[bytes]:
        """Yield every value of the hash but the one that counts the packages."""
        for start in range(self._size, len(self._content) - self._size + 1, self._size):
            page = self._content[start : start + self._size]
            if page[25] in (_HASH_UNSORTED, _HASH_PAGE):
                yield from self._values(page)

    def _values(self, page: bytes) -> Iterator[bytes]:
        count = struct.unpack_from(f"{self._order}H", page, 20)[0]
        if _HEAD + 2 * count > self._size:
            yield b""
            return
        places = struct.unpack_from(f"{self._order}{count}H", page, _HEAD)
        # Keys and values take turns; each item ends where the one before it begins.
        for index in range(1, count, 2):
            at, end = places[index], places[index - 1]
            if not _HEAD <= at < end <= self._size:
                yield b""
            elif page[at] == _OFF_PAGE and at + 12 <= self._size:
                first, length = struct.unpack_from(f"{self._order}II", page, at + 4)
                yield self._chain(first, length)
            elif page[at] == _INLINE and end - at > 1 + 8:
                yield page[at + 1 : end]

    def _chain(self, number: int, length: int) -> bytes:
        """Return what lies on a chain of overflow pages; nothing where it is not whole."""
        parts: list[bytes] = []
        found = 0
        if length > min(len(self._content), LARGEST_HEADER):
            return b""
        while number and found < length and self._left > 0:
            self._left -= 1
            page = self._content[number * self._size : (number + 1) * self._size]
            if len(page) < self._size or page[25] != _OVERFLOW:
                return b""
            number = struct.unpack_from(f"{self._order}I", page, 16)[0]
            used = struct.unpack_from(f"{self._order}H", page, 22)[0]
            part = page[_HEAD : _HEAD + used]
            parts.append(part)
            found += len(part)
        return b"".join(parts)[:length] if found >= length else b""
