"""Finds the parts of programs that are built: ELF, PE and Mach-O files, and several in one.

Sources: https://refspecs.linuxfoundation.org/elf/gabi4+/contents.html;
https://learn.microsoft.com/windows/win32/debug/pe-format; `mach-o/loader.h` and `mach-o/fat.h`.
"""

import struct
from collections.abc import Iterator

from msgspec import Struct

from seawall.core.errors import ParseError

MOST_PARTS = 10_000
"""Sections, segments or commands of one program; more have no meaning."""

_MACH = {
    b"\xfe\xed\xfa\xce": (">", False),
    b"\xfe\xed\xfa\xcf": (">", True),
    b"\xce\xfa\xed\xfe": ("<", False),
    b"\xcf\xfa\xed\xfe": ("<", True),
}
_FAT = {b"\xca\xfe\xba\xbe": (">IIIII", 2), b"\xca\xfe\xba\xbf": (">IIQQII", 2)}
_MOST_SLICES = 30
"""Java's classes begin as Mach-O files of several machines do: their version stands there."""


class Part(Struct, frozen=True):
    """A range of the file that is loaded or named."""

    name: str
    address: int
    """In memory."""
    start: int
    """In the file."""
    size: int


class Program(Struct, frozen=True):
    """A program for one machine."""

    content: bytes
    start: int
    """Where it begins in the file; the parts count from there."""
    sections: list[Part]
    segments: list[Part]

    def section(self, *names: str) -> bytes | None:
        """Return what the first section of one of some names holds; None where there is none."""
        for one in self.sections:
            if one.name in names:
                return self.content[self.start + one.start : self.start + one.start + one.size]
        return None

    def read(self, address: int, size: int) -> bytes:
        """Return what stands at an address in memory. Raises ParseError when nothing does."""
        for one in self.segments:
            if one.address <= address and address + size <= one.address + one.size:
                start = self.start + one.start + address - one.address
                found = self.content[start : start + size]
                if len(found) == size:
                    return found
        raise ParseError("it points to what it does not hold")


GO_RECORD = b"\xff Go buildinf:"
"""With what Go's record of a build begins, at a multiple of sixteen bytes."""


def is_program(start: bytes) -> bool:
    """Tell from its first eight bytes whether a file may be a program, or the record of one."""
    if start[:8] == GO_RECORD[:8]:
        return True
    if start[:4] == b"\x7fELF" or start[:2] == b"MZ" or start[:4] in _MACH:
        return True
    return start[:4] in _FAT and 0 < int.from_bytes(start[4:8], "big") < _MOST_SLICES


def read_programs(content: bytes) -> list[Program]:
    """Return the programs of a file. Raises ParseError when it holds none, or is cut off."""
    if not is_program(content[:8]):
        raise ParseError("it is no program")
    try:
        if content[:4] in _FAT:
            return [_program(content, start) for start in _slices(content)]
        return [_program(content, 0)]
    except (struct.error, OverflowError) as error:
        raise ParseError("its program is cut off or broken") from error


def _slices(content: bytes) -> Iterator[int]:
    form, at = _FAT[content[:4]]
    (count,) = struct.unpack_from(">I", content, 4)
    for index in range(count):
        yield struct.unpack_from(form, content, 8 + index * struct.calcsize(form))[at]


def _program(content: bytes, start: int) -> Program:
    magic = content[start : start + 4]
    if magic == b"\x7fELF":
        return _elf(content)
    if magic in _MACH:
        return _mach(content, start, *_MACH[magic])
    return _pe(content)


def _elf(content: bytes) -> Program:
    is_wide, order = content[4:5] == b"\x02", ">" if content[5:6] == b"\x02" else "<"
    if is_wide:
        segments_at, sections_at = struct.unpack_from(f"{order}QQ", content, 32)
        sizes = struct.unpack_from(f"{order}HHHHH", content, 54)
    else:
        segments_at, sections_at = struct.unpack_from(f"{order}II", content, 28)
        sizes = struct.unpack_from(f"{order}HHHHH", content, 42)
    segment_size, segment_count, section_size, section_count, names_index = sizes
    segments: list[Part] = []
    for index in range(min(segment_count, MOST_PARTS)):
        at = segments_at + index * segment_size
        if is_wide:
            kind, _, place, address, _, size = struct.unpack_from(f"{order}IIQQQQ", content, at)
        else:
            kind, place, address, _, size = struct.unpack_from(f"{order}IIIII", content, at)
        if kind == 1:
            segments.append(Part("", address, place, size))
    headers: list[tuple[int, int, int, int]] = []
    form = f"{order}I4xQQQQ" if is_wide else f"{order}IIIIII"
    for index in range(min(section_count, MOST_PARTS) if sections_at else 0):
        fields = struct.unpack_from(form, content, sections_at + index * section_size)
        if is_wide:
            name, _, address, place, size = fields
        else:
            name, _, _, address, place, size = fields
        headers.append((name, address, place, size))
    names = b""
    if names_index < len(headers):
        _, _, place, size = headers[names_index]
        names = content[place : place + size]
    sections = [
        Part(_text(names, name), address, place, size) for name, address, place, size in headers
    ]
    return Program(content, 0, sections, segments)


def _text(names: bytes, at: int) -> str:
    end = names.find(b"\0", at, at + 256)
    return names[at : max(end, at)].decode("utf-8", "replace")


def _pe(content: bytes) -> Program:
    (at,) = struct.unpack_from("<I", content, 60)
    if content[at : at + 4] != b"PE\0\0":
        # A program of DOS.
        return Program(content, 0, [], [])
    count, optional_size = struct.unpack_from("<2xH12xH", content, at + 4)
    optional = at + 24
    (magic,) = struct.unpack_from("<H", content, optional)
    form, place = ("<Q", 24) if magic == 0x20B else ("<I", 28)
    (base,) = struct.unpack_from(form, content, optional + place)
    sections: list[Part] = []
    for index in range(min(count, MOST_PARTS)):
        name, _, address, size, start = struct.unpack_from(
            "<8sIIII", content, optional + optional_size + index * 40
        )
        told = name.rstrip(b"\0").decode("utf-8", "replace")
        sections.append(Part(told, base + address, start, size))
    return Program(content, 0, sections, sections)


def _mach(content: bytes, start: int, order: str, is_wide: bool) -> Program:
    (count,) = struct.unpack_from(f"{order}I", content, start + 16)
    at = start + (32 if is_wide else 28)
    sections: list[Part] = []
    segments: list[Part] = []
    segment = f"{order}16sQQQQ8xI" if is_wide else f"{order}16sIIII8xI"
    section = f"{order}16s16sQQI" if is_wide else f"{order}16s16sIII"
    step = 80 if is_wide else 68
    for _ in range(min(count, MOST_PARTS)):
        kind, size = struct.unpack_from(f"{order}II", content, at)
        if kind == (0x19 if is_wide else 0x1):
            _, address, _, place, held, inner = struct.unpack_from(segment, content, at + 8)
            segments.append(Part("", address, place, held))
            first = at + (72 if is_wide else 56)
            for index in range(min(inner, MOST_PARTS - len(sections))):
                name, _, where, length, offset = struct.unpack_from(
                    section, content, first + index * step
                )
                told = name.rstrip(b"\0").decode("utf-8", "replace")
                sections.append(Part(told, where, offset, length))
        if size < 8:
            break
        at += size
    return Program(content, start, sections, segments)
