"""Every format of `parse/lock` reads its cases, and breaks with words on what is broken.

A case is a folder `tests/parse/lock/<format>/<case>/`: the file, what else it takes in, and
`expected.json`, which names the file and holds what of the inventory is not as by default.
"""

import json
import random
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from seawall.core.errors import ParseError
from seawall.model.inventory import Inventory, ListFile
from seawall.parse.lock import (
    FORMATS,
    INVENTORIES,
    NEVER_EMPTY,
    START,
    WRITTEN,
    format_of,
    format_of_content,
    parser_of,
    read_list,
)

CASES = Path(__file__).parent / "lock"
FOLDERS = sorted(path.parent for path in CASES.glob("*/*/expected.json"))
MUTATIONS = 60


def read_case(folder: Path) -> tuple[dict[str, Any], ListFile]:
    """Return what is expected, and the file."""
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))

    def read(path: str) -> bytes | None:
        found = (folder / path).resolve()
        inside = found.is_relative_to(folder.resolve())
        return found.read_bytes() if inside and found.is_file() else None

    path = expected.pop("file")
    return expected, ListFile(path=path, content=(folder / path).read_bytes(), read=read)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_file_is_read_as_expected(folder: Path) -> None:
    expected, file = read_case(folder)
    name = format_of(file.path) or format_of_content(file.content[:START])
    assert name == folder.parent.name
    told = json.loads(msgspec.json.encode(read_list(file)))
    assert told == expected


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_has_a_case(name: str) -> None:
    assert any(folder.parent.name == name for folder in FOLDERS)


@pytest.mark.parametrize("name", sorted(NEVER_EMPTY))
@pytest.mark.parametrize("content", [b"", b"\n \n"], ids=["empty", "blank"])
def test_an_empty_file_that_a_tool_never_writes_is_told(name: str, content: bytes) -> None:
    path = next(read_case(one)[1].path for one in FOLDERS if one.parent.name == name)
    with pytest.raises(ParseError, match="it is empty"):
        read_list(ListFile(path=path, content=content))


@pytest.mark.parametrize("name", FORMATS)
def test_what_is_broken_is_told_in_words(name: str) -> None:
    chosen = random.Random(name)
    parse = parser_of(name)
    contents = [b"", b"\x00\xff\xfe", b"{" * 5000, b"[" * 5000, b"<a>" * 5000, b"(" * 5000]
    for folder in FOLDERS:
        if folder.parent.name == name:
            whole = read_case(folder)[1].content
            for _ in range(MUTATIONS):
                at = chosen.randrange(len(whole) + 1)
                until = min(len(whole), at + chosen.choice((0, 1, 5, 40)))
                new = chosen.choice((b"", bytes([chosen.randrange(256)]), b'"', b"{", b"\n", b"]"))
                contents += (whole[:at], whole[:at] + new + whole[until:])
    for content in contents:
        try:
            inventory = parse(ListFile(path=f"some/{name}", content=content))
        except ParseError:
            continue
        assert isinstance(inventory, Inventory)
        # What came of it can be told: every text is text, every line a line.
        told = msgspec.json.encode(inventory).decode("utf-8")
        assert all(one.line >= 0 and one.name for one in inventory.packages), told


def test_what_nobody_writes_is_not_read() -> None:
    assert set(FORMATS) >= WRITTEN
    content = b"module a\n" + b"//" * (512 << 10)
    with pytest.raises(ParseError, match="larger than 1 MiB"):
        read_list(ListFile(path="go.mod", content=content))
    assert read_list(ListFile(path="go.mod", content=content[: 1 << 20])).project == "a"
    with pytest.raises(ParseError, match="larger than 16 MiB"):
        read_list(ListFile(path="go.sum", content=b"\n" * ((16 << 20) + 1)))


@pytest.mark.parametrize("form", sorted(INVENTORIES))
def test_an_inventory_is_known_by_what_is_in_it(form: str) -> None:
    for folder in (one for one in FOLDERS if one.parent.name == form):
        expected, file = read_case(folder)
        for name in ("sbom.json", "shop-bom.cdx.json", "anything"):
            told = json.loads(msgspec.json.encode(read_list(replace(file, path=name))))
            assert [one["name"] for one in told["packages"]] == [
                one["name"] for one in expected["packages"]
            ]


def test_a_database_of_rpm_whose_words_are_broken_is_refused() -> None:
    path = "var/lib/rpm/rpmdb.sqlite"
    content = (CASES / "rpm_sqlite" / "modular" / path).read_bytes()
    assert content.count(b"tablePackages") == 1
    content = content.replace(b"tablePackages", b"t\xc4blePackages")
    with pytest.raises(ParseError, match="no whole database"):
        read_list(ListFile(path=path, content=content))
