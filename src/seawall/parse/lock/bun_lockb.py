"""bun.lockb, Bun's lockfile in its binary form, of versions 2 and 3.

Source: https://github.com/oven-sh/bun, `src/install/lockfile` and `src/install/resolution.zig`.
"""

import struct
from collections.abc import Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from seawall.core.errors import ParseError
from seawall.model.inventory import Ecosystem, Inventory, ListFile, Origin, Package, Scope
from seawall.parse.npm import told_address, version_in
from seawall.parse.pep508 import without_credentials
from seawall.parse.scopes import reached, stronger

_BEGINS = b"#!/usr/bin/env bun\nbun-lockfile-format-v0\n"
_HEADER = struct.Struct("<I32sQQQQQQ")
"""Version, digest, size of all, number of packages, alignment, number of columns, their place."""
_NUMBERS = {2: struct.Struct("<IIIxxxx"), 3: struct.Struct("<QQQ")}
"""By version, how the numbers of a semantic version are written."""
_DEPENDENCY = struct.Struct("<8sQBB8s")
_META, _REST = 88, 20 + 49
"""Bytes of a package: what is told of it, and its programs and scripts."""
_INTEGRITY, _SCRIPTS = 20, 85
"""Where in what is told of a package its digest and whether it has scripts stand."""
_ROOT, _NPM, _WORKSPACE, _SYMLINK = 1, 2, 72, 64
_ORIGINS: dict[int, Origin] = {
    _NPM: "registry",
    4: "path",
    8: "path",
    16: "git",
    24: "git",
    32: "git",
    _SYMLINK: "path",
    _WORKSPACE: "workspace",
    80: "url",
    100: "url",
}
LONGEST = 1 << 14
"""Bytes of one text."""
_HOSTS = {16: "https://github.com/", 24: "https://gitlab.com/"}
_KINDS: tuple[tuple[int, Scope], ...] = ((2, "runtime"), (4, "optional"), (8, "development"))
"""By their bits, for what a dependency is needed."""


class _Lists(Struct, frozen=True):
    """What stands behind the packages."""

    resolutions: bytes
    dependencies: bytes
    texts: bytes

    def text(self, field: bytes) -> str:
        """Return a text: it stands in its eight bytes itself, or they say where it stands."""
        if field[7] < 0x80:
            return field.partition(b"\0")[0].decode("utf-8", "replace")
        start, size = struct.unpack("<II", field)
        size &= 0x7FFFFFFF
        if size > LONGEST or start + size > len(self.texts):
            raise ParseError("it is cut off, or broken")
        return self.texts[start : start + size].decode("utf-8", "replace")


class _Row(Struct, frozen=True):
    """A package as it stands in the columns."""

    name: bytes
    resolution: bytes
    dependencies: tuple[int, int]
    """Where the list of what it needs begins, and how many there are."""
    resolutions: tuple[int, int]
    meta: bytes


def parse(file: ListFile) -> Inventory:
    """Return what Bun has chosen. Raises ParseError when it is no lockfile of Bun, or is broken."""
    content = file.content
    if not content.startswith(_BEGINS) or len(content) < len(_BEGINS) + _HEADER.size:
        raise ParseError("it is no lockfile of bun")
    version, _, size, count, _, _, begin, end = _HEADER.unpack_from(content, len(_BEGINS))
    if version not in _NUMBERS:
        raise ParseError(f"its version {version} is none that is read")
    if not size <= len(content) or not begin <= end <= size:
        raise ParseError("it is cut off, or broken")
    rows = list(_rows(content[begin:end], count, _NUMBERS[version].size + 48))
    lists = _lists(content, end)
    # No dependency is of two packages.
    if sum(row.dependencies[1] for row in rows) > len(lists.dependencies) // _DEPENDENCY.size:
        raise ParseError("it is cut off, or broken")
    packages = [_package(row, lists, _NUMBERS[version]) for row in rows]
    needs = [list(_needs(row, lists, count)) for row in rows]
    own = {at for at, one in enumerate(packages) if one is None or one.origin == "workspace"}
    asked: dict[str, Scope] = {}
    for at in own:
        for other, _, scope in needs[at]:
            asked[str(other)] = stronger(asked.get(str(other)), scope)
    inner = {str(at): [str(one) for one, _, _ in some] for at, some in enumerate(needs)}
    scopes = reached(asked, {at: some for at, some in inner.items() if int(at) not in own})
    return Inventory(
        packages=tuple(
            replace(
                package,
                scope=scopes.get(str(at), "runtime"),
                direct=str(at) in asked or (None if package.origin == "workspace" else False),
                **_related(needs[at], packages),
            )
            for at, package in enumerate(packages)
            if package is not None and package.name
        ),
        project=lists.text(rows[0].name) if rows else "",
    )


def _rows(columns: bytes, count: int, resolution: int) -> Iterator[_Row]:
    """Yield the packages: each of their fields stands in a column of its own."""
    widths = (8, 8, resolution, 8, 8, _META, _REST)
    if count * sum(widths) > len(columns):
        raise ParseError("it is cut off, or broken")
    starts = [count * sum(widths[:at]) for at in range(len(widths))]

    def field(column: int, at: int) -> bytes:
        start = starts[column] + at * widths[column]
        return columns[start : start + widths[column]]

    for at in range(count):
        yield _Row(
            field(0, at),
            field(2, at),
            struct.unpack("<II", field(3, at)),
            struct.unpack("<II", field(4, at)),
            field(5, at),
        )


def _lists(content: bytes, at: int) -> _Lists:
    """Return the lists behind the packages; each begins with where it starts and ends."""
    found: list[bytes] = []
    for _ in range(6):
        if at + 16 > len(content):
            raise ParseError("it is cut off, or broken")
        start, end = struct.unpack_from("<QQ", content, at)
        if not at <= start <= end <= len(content):
            raise ParseError("it is cut off, or broken")
        found.append(content[start:end])
        at = max(end, at + 16)
    # First the folders, and which package is in which of them.
    return _Lists(found[2], found[3], found[5])


def _package(row: _Row, lists: _Lists, numbers: struct.Struct) -> Package | None:
    """Return a package; None of the project itself."""
    kind, value = row.resolution[0], row.resolution[8:]
    if kind not in _ORIGINS:
        return None
    origin, name = _ORIGINS[kind], lists.text(row.name)
    first = lists.text(value[:8])
    version, address = "", first
    if kind == _NPM:
        tags = value[8 + numbers.size :]
        version = ".".join(map(str, numbers.unpack_from(value, 8)))
        before, build = lists.text(tags[:8]), lists.text(tags[16:24])
        version += (f"-{before}" if before else "") + (f"+{build}" if build else "")
    elif origin == "git":
        repository, commit = lists.text(value[8:16]), lists.text(value[16:24])
        host = _HOSTS.get(kind, "")
        address = f"{host}{first}/{repository}" if host else repository
        version = version_in(f"#{commit}")
        address += f"#{commit}" if commit else ""
    else:
        version = version_in(first)
    address = told_address(address) if origin == "registry" else without_credentials(address)
    return Package(
        ecosystem=Ecosystem.NPM,
        name=name,
        version=version,
        key="" if origin == "registry" else f"{name}@{address}",
        origin=origin,
        address=address,
        hashed=row.meta[_INTEGRITY] > 0 if origin in ("registry", "url") else None,
        has_install_script=row.meta[_SCRIPTS] == 2,
    )


def _needs(row: _Row, lists: _Lists, count: int) -> Iterator[tuple[int, str, Scope]]:
    """Yield the numbers of what a package needs, with what it allows of each, and for what."""
    (start, size), (at, known) = row.dependencies, row.resolutions
    for index in range(min(size, known)):
        place, number = (start + index) * _DEPENDENCY.size, (at + index) * 4
        outside = place + _DEPENDENCY.size > len(lists.dependencies)
        if outside or number + 4 > len(lists.resolutions):
            raise ParseError("it is cut off, or broken")
        _, _, bits, _, allowed = _DEPENDENCY.unpack_from(lists.dependencies, place)
        (found,) = struct.unpack_from("<I", lists.resolutions, number)
        scope: Scope = next((of_bit for bit, of_bit in _KINDS if bits & bit), "runtime")
        # What is nowhere is a peer or an optional one that was not taken.
        if found < count:
            yield found, lists.text(allowed), scope


def _related(
    needs: list[tuple[int, str, Scope]], packages: list[Package | None]
) -> Mapping[str, tuple[str, ...]]:
    told: dict[str, str] = {}
    for other, allowed, _ in needs:
        if (package := packages[other]) is not None:
            told.setdefault(package.id, allowed)
    return {"requires": tuple(told), "constraints": tuple(told.values())}
