"""Headers of RPM packages, as every kind of RPM's database keeps them.

Source: https://rpm-software-management.github.io/rpm/manual/format_header.html.
"""

import struct
from collections.abc import Callable, Iterable, Iterator

from msgspec.structs import replace

from seawall.core.errors import ParseError
from seawall.core.report import Problem, ProblemKind
from seawall.model.inventory import Ecosystem, Inventory, ListFile, Package
from seawall.parse.os_release import of_system, system_beside

MOST_PACKAGES = 100_000
LARGEST_HEADER = 32 << 20
MOST_TAGS = 1 << 16

_NAME, _VERSION, _RELEASE, _EPOCH, _LICENCE = 1000, 1001, 1002, 1003, 1014
_ARCHITECTURE, _SOURCE, _PROVIDES, _REQUIRES = 1022, 1044, 1047, 1049
_FOLDER_OF, _BASES, _FOLDERS, _MODULE = 1116, 1117, 1118, 5096
_WANTED = frozenset(
    (
        *(_NAME, _VERSION, _RELEASE, _EPOCH, _LICENCE, _ARCHITECTURE, _SOURCE),
        *(_PROVIDES, _REQUIRES, _FOLDER_OF, _BASES, _FOLDERS, _MODULE),
    )
)
_INT32, _STRING, _STRINGS, _TRANSLATED = 4, 6, 8, 9


class _BrokenError(Exception):
    """The header is not whole."""


_Tags = dict[int, tuple[bytes, ...] | tuple[int, ...]]


def inventory_of(
    headers: Iterable[bytes], file: ListFile, is_installed: Callable[[str], bool]
) -> Inventory:
    """Return the packages of a database from their headers, in their order.

    `is_installed` tells paths of files that name packages themselves. Raises ParseError when none
    of them is whole.
    """
    system = system_beside(file.path, "/".join(_below(file.path)), file.read)
    found: list[tuple[Package, _Tags]] = []
    owns: list[str] = []
    broken = count = 0
    for count, header in enumerate(headers, 1):
        if count > MOST_PACKAGES:
            broken += 1
            break
        try:
            tags = _tags(header)
            package = _package(tags)
        except (_BrokenError, struct.error):
            broken += 1
            continue
        # Keys that signatures are checked with are kept as packages.
        if package is not None and package.name != "gpg-pubkey":
            found.append((of_system(package, system, Ecosystem.RED_HAT), tags))
            owns += filter(is_installed, _paths(tags))
            for tag in (_BASES, _FOLDERS, _FOLDER_OF):
                tags.pop(tag, None)
    if broken and not found:
        raise ParseError("it holds no whole header of a package")
    problems = (_passed_over(file.path, broken),) if broken else ()
    packages = sorted(_related(found), key=lambda one: (one.name, one.version, one.architecture))
    return Inventory(packages=tuple(packages), owns=tuple(owns), problems=problems)


def _below(path: str) -> list[str]:
    """Return the last folders of a path, from the root of the system on, with the name."""
    parts = path.split("/")
    return parts[-5:] if parts[-4:-1] == ["lib", "sysimage", "rpm"] else parts[-4:]


def _passed_over(path: str, broken: int) -> Problem:
    return Problem(
        kind=ProblemKind.PARSE,
        message=f"{broken} packages were passed over: their headers are broken",
        path=path,
        engine="deps",
        partial=True,
    )


def _tags(header: bytes) -> _Tags:
    """Return what is wanted of a header: texts, or numbers."""
    count, size = struct.unpack_from(">II", header)
    start = 8 + 16 * count
    if count > MOST_TAGS or start + size > len(header):
        raise _BrokenError
    tags: _Tags = {}
    for tag, kind, offset, items in struct.iter_unpack(">IIII", header[8:start]):
        if tag not in _WANTED or tag in tags:
            continue
        if offset > size or items > size:
            raise _BrokenError
        at = start + offset
        if kind == _INT32:
            if offset + 4 * items > size:
                raise _BrokenError
            tags[tag] = struct.unpack_from(f">{items}I", header, at)
        elif kind in (_STRING, _TRANSLATED):
            tags[tag] = (header[at : _end(header, at)],)
        elif kind == _STRINGS and items:
            tags[tag] = tuple(header[at : start + size].split(b"\0", items)[:items])
    return tags


def _end(header: bytes, at: int) -> int:
    end = header.find(b"\0", at)
    if end < 0:
        raise _BrokenError
    return end


def _text(tags: _Tags, tag: int) -> str:
    found = tags.get(tag, ())
    first = found[0] if found else b""
    return first.decode("utf-8", "replace") if isinstance(first, bytes) else str(first)


def _texts(tags: _Tags, tag: int) -> list[str]:
    found = tags.get(tag, ())
    return [one.decode("utf-8", "replace") for one in found if isinstance(one, bytes)]


def _package(tags: _Tags) -> Package | None:
    name, version = _text(tags, _NAME), _text(tags, _VERSION)
    if not name or not version:
        return None
    release, epoch = _text(tags, _RELEASE), _text(tags, _EPOCH)
    before = f"{epoch}:" if epoch not in ("", "0") else ""
    source, _, source_release = _text(tags, _SOURCE).removesuffix(".src.rpm").rpartition("-")
    source, _, source_version = source.rpartition("-")
    architecture = _text(tags, _ARCHITECTURE)
    version = f"{before}{version}-{release}" if release else f"{before}{version}"
    return Package(
        ecosystem=Ecosystem.RED_HAT,
        name=name,
        version=version,
        # Several architectures of one version may be there.
        key=f"{name}@{version}.{architecture}",
        origin="system",
        licence=_text(tags, _LICENCE),
        source_name=source if source != name else "",
        source_version=f"{source_version}-{source_release}" if source else "",
        architecture=architecture,
        module=_text(tags, _MODULE),
    )


def _paths(tags: _Tags) -> Iterator[str]:
    """Yield the paths of the package's files below the root."""
    folders, bases = _texts(tags, _FOLDERS), _texts(tags, _BASES)
    for base, index in zip(bases, tags.get(_FOLDER_OF, ()), strict=False):
        if isinstance(index, int) and index < len(folders):
            yield (folders[index] + base).lstrip("/")


def _related(found: list[tuple[Package, _Tags]]) -> Iterator[Package]:
    """Yield the packages with what each needs, as far as names tell who provides it."""
    providers: dict[str, str] = {}
    for package, tags in found:
        for name in _texts(tags, _PROVIDES):
            providers.setdefault(name, package.id)
    for package, tags in found:
        needs = dict.fromkeys(
            providers[name] for name in _texts(tags, _REQUIRES) if name in providers
        )
        needs.pop(package.id, None)
        yield replace(package, requires=tuple(needs))
