"""Programs of every kind of system say what they were built from.

The programs are made here: a header, one loaded part and one section, as linkers write them.
`python tests/parse/test_executable.py` writes those that stand as cases in `lock/executable`.
"""

import json
import struct
import zlib
from pathlib import Path

import pytest

from seawall.core.errors import ParseError
from seawall.model.inventory import ListFile
from seawall.parse.lock.executable import parse

BASE = 0x400000
"""Where the programs are loaded."""
MODULES = (
    "path\texample.com/tool/cmd\n"
    "mod\texample.com/tool\t(devel)\t\n"
    "dep\tgithub.com/one/single\tv1.2.3\th1:AAAA=\n"
    "dep\tgithub.com/moved/old\tv1.0.0\n"
    "=>\tgithub.com/moved/new\tv1.5.0\th1:BBBB=\n"
    "dep\texample.com/near\tv0.0.0\n"
    "=>\t./near\t(devel)\t\n"
    "build\tCGO_ENABLED=0\n"
)
GO = [
    ("stdlib", "1.17.13"),
    ("github.com/one/single", "v1.2.3"),
    ("github.com/moved/new", "v1.5.0"),
    ("example.com/near", "v0.0.0"),
]
CRATES = {
    "packages": [
        {"name": "api", "version": "0.2.0", "source": "local"},
        {"name": "cc", "version": "1.0.83", "source": "crates.io", "kind": "build"},
        {"name": "gitty", "version": "2.1.0", "source": "git", "dependencies": [3]},
        {"name": "serde", "version": "1.0.188", "source": "crates.io"},
        {
            "name": "shop",
            "version": "0.1.0",
            "source": "local",
            "dependencies": [0, 1, 2],
            "root": True,
        },
    ]
}
RUST = [
    ("api", "0.2.0"),
    ("cc", "1.0.83"),
    ("gitty", "2.1.0"),
    ("serde", "1.0.188"),
    ("shop", "0.1.0"),
]


def audited() -> bytes:
    return zlib.compress(json.dumps(CRATES).encode())


def go_inline(version: str = "go1.17.13") -> bytes:
    modules = b"0" * 16 + MODULES.encode() + b"1" * 16
    texts = [version.encode(), modules]
    counted = b"".join(
        (bytes([len(one)]) if len(one) < 128 else bytes([len(one) & 127 | 128, len(one) >> 7]))
        + one
        for one in texts
    )
    return (b"\xff Go buildinf:\x08\x02").ljust(32, b"\0") + counted


def go_pointed(start: int, order: str = "<", width: int = 8) -> bytes:
    """Return the record of Go until 1.17 for a place in memory."""
    word = "Q" if width == 8 else "I"
    texts = [b"go1.17.13", b"0" * 16 + MODULES.encode() + b"1" * 16]
    headers_at = start + 32
    texts_at = headers_at + 4 * width
    flags = 0 if order == "<" else 1
    record = b"\xff Go buildinf:" + bytes([width, flags])
    record += struct.pack(f"{order}{word}{word}", headers_at, headers_at + 2 * width)
    record = record.ljust(32, b"\0")
    for one in texts:
        record += struct.pack(f"{order}{word}{word}", texts_at, len(one))
        texts_at += len(one)
    return record + b"".join(texts)


def elf(name: str, held: bytes, order: str = "<", wide: bool = True) -> bytes:
    size, segment, section = (64, 56, 64) if wide else (52, 32, 40)
    place = 0x100
    names = b"\0" + name.encode() + b"\0.shstrtab\0"
    names_at = place + len(held)
    sections_at = -(-(names_at + len(names)) // 16) * 16
    ident = b"\x7fELF" + bytes([2 if wide else 1, 1 if order == "<" else 2, 1]) + bytes(9)
    word = "Q" if wide else "I"
    head = ident + struct.pack(
        f"{order}HHI{word}{word}{word}IHHHHHH",
        *(2, 62, 1, BASE, size, sections_at, 0, size, segment, 1, section, 3, 2),
    )
    end = len(held)
    if wide:
        load = struct.pack(f"{order}IIQQQQQQ", 1, 4, place, BASE + place, 0, end, end, 16)
    else:
        load = struct.pack(f"{order}IIIIIIII", 1, place, BASE + place, 0, end, end, 4, 16)

    def header(at: int, kind: int, address: int, start: int, length: int) -> bytes:
        form = f"{order}II{word}{word}{word}{word}II{word}{word}"
        return struct.pack(form, at, kind, 0, address, start, length, 0, 0, 1, 0)

    table = header(0, 0, 0, 0, 0) + header(1, 1, BASE + place, place, len(held))
    table += header(2 + len(name), 3, 0, names_at, len(names))
    return ((head + load).ljust(place, b"\0") + held + names).ljust(sections_at, b"\0") + table


def pe(name: str, held: bytes) -> bytes:
    optional = struct.pack("<H22xQ", 0x20B, BASE).ljust(112, b"\0")
    head = b"MZ".ljust(60, b"\0") + struct.pack("<I", 64) + b"PE\0\0"
    head += struct.pack("<HHIIIHH", 0x8664, 1, 0, 0, 0, len(optional), 2) + optional
    head += struct.pack("<8sIIII16x", name.encode(), len(held), 0x1000, len(held), 0x200)
    return head.ljust(0x200, b"\0") + held


def mach(name: str, held: bytes) -> bytes:
    place = 0x200
    part = struct.pack("<16s16sQQI28x", name.encode(), b"__DATA", BASE, len(held), place)
    load = struct.pack("<II16sQQQQIIII", 0x19, 72 + len(part), b"__DATA", BASE, len(held), place,
                       len(held), 3, 3, 1, 0) + part  # fmt: skip
    head = b"\xcf\xfa\xed\xfe" + struct.pack("<IIIIIII", 0x100000C, 0, 2, 1, len(load), 0, 0)
    return (head + load).ljust(place, b"\0") + held


def fat(*programs: bytes) -> bytes:
    head, body = b"\xca\xfe\xba\xbe" + struct.pack(">I", len(programs)), b""
    for one in programs:
        head += struct.pack(">IIIII", 7, 3, 0x1000 + len(body), len(one), 12)
        body += one.ljust(-(-len(one) // 16) * 16, b"\0")
    return head.ljust(0x1000, b"\0") + body


def told(content: bytes) -> list[tuple[str, str]]:
    found = parse(ListFile(path="bin/tool", content=content)).packages
    return [(one.name, one.version) for one in found]


CASES = {
    "elf": (elf(".dep-v0", audited()), RUST),
    "elf-32-big": (elf(".dep-v0", audited(), ">", wide=False), RUST),
    "pe": (pe(".dep-v0", audited()), RUST),
    "mach-o": (mach(".dep-v0", audited()), RUST),
    "go-elf": (elf(".go.buildinfo", go_inline()), GO),
    "go-pe": (pe(".data", go_inline()), GO),
    "go-mach-o": (mach("__go_buildinfo", go_inline()), GO),
    "go-pointed-elf": (elf(".go.buildinfo", go_pointed(BASE + 0x100)), GO),
    "go-pointed-elf-32-big": (
        elf(".go.buildinfo", go_pointed(BASE + 0x100, ">", 4), ">", wide=False),
        GO,
    ),
    "go-pointed-pe": (pe(".data", go_pointed(BASE + 0x1000)), GO),
    "go-pointed-mach-o": (mach("__go_buildinfo", go_pointed(BASE)), GO),
    "fat": (fat(mach(".dep-v0", audited()), mach("__go_buildinfo", go_inline())), RUST + GO),
    "neither": (elf(".text", b"\x90" * 64), []),
}


@pytest.mark.parametrize("name", CASES)
def test_a_program_says_what_it_was_built_from(name: str) -> None:
    content, expected = CASES[name]
    assert told(content) == expected


@pytest.mark.parametrize("name", CASES)
def test_a_program_that_is_cut_off_is_told_in_words(name: str) -> None:
    content, _ = CASES[name]
    for end in range(0, len(content), 7):
        try:
            told(content[:end])
        except ParseError:
            continue


def test_a_list_that_unfolds_without_end_is_not_unpacked() -> None:
    with pytest.raises(ParseError, match="too large"):
        told(elf(".dep-v0", zlib.compress(b" " * (17 << 20))))


def test_experiments_are_no_part_of_the_version_of_go() -> None:
    assert told(elf(".go.buildinfo", go_inline("go1.21.1 X:loopvar")))[0] == ("stdlib", "1.21.1")
    assert told(elf(".go.buildinfo", go_inline("devel +abc")))[0][0] == "github.com/one/single"


if __name__ == "__main__":
    for folder, name in (("rust", "elf"), ("go_1_17", "go-pointed-elf"), ("go", "go-mach-o")):
        path = Path(__file__).parent / "lock" / "executable" / folder / "bin" / "tool"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(CASES[name][0])
