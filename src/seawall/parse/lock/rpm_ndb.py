"""RPM's own database, as SUSE keeps it: Packages.db.

Source: https://rpm.org, lib/backend/ndb/rpmpkg.c.
"""

import struct
from collections.abc import Iterator

from seawall.core.errors import ParseError
from seawall.model.inventory import Inventory, ListFile
from seawall.parse.lock import may_be_installed
from seawall.parse.rpm_header import inventory_of

_PAGE, _SLOT, _BLOCK = 4096, 16, 16
_FIRST = 32
"""Where the slots begin, behind the head of the file."""


def parse(file: ListFile) -> Inventory:
    """Return the packages. Raises ParseError when it is no database of RPM's."""
    content = file.content
    if content[:4] != b"RpmP" or len(content) < _PAGE:
        raise ParseError("it is no database of RPM's")
    version, _, pages = struct.unpack_from("<III", content, 4)
    if version != 0 or pages * _PAGE > len(content):
        raise ParseError("it is no whole database of RPM's")
    return inventory_of(_headers(content, pages * _PAGE), file, may_be_installed)


def _headers(content: bytes, end: int) -> Iterator[bytes]:
    """Yield the header of each slot that is in use, in the order of the slots."""
    slots = content[_FIRST : end - (end - _FIRST) % _SLOT]
    left = len(content)
    for magic, index, offset, blocks in struct.iter_unpack("<4sIII", slots):
        if magic != b"Slot":
            raise ParseError("it is no whole database of RPM's")
        if not index:
            continue
        at, size = offset * _BLOCK, blocks * _BLOCK
        head = content[at : at + 16]
        if len(head) < 16 or head[:4] != b"BlbS" or head[4:8] != struct.pack("<I", index):
            yield b""
            continue
        length = struct.unpack_from("<I", head, 12)[0]
        left -= size
        # Slots that lie over one another would give more than the file holds.
        is_whole = length <= size and left >= 0
        yield content[at + 16 : at + 16 + length] if is_whole else b""
