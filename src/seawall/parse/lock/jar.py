"""Archives of Java: jar, war, ear, and the archives in them, as deep as they go in practice.

Source: https://maven.apache.org/shared/maven-archiver, the specifications of jar and OSGi.
"""

import io
import posixpath
import re
import struct
import zipfile
import zlib

from msgspec.structs import replace

from seawall.core.errors import ParseError
from seawall.model.inventory import Ecosystem, Inventory, ListFile, Package
from seawall.parse.java_archive import name_by_contents, name_by_file, name_by_place
from seawall.parse.maven import is_part
from seawall.parse.remarks import Remarks

MOST_MEMBERS = 100_000
"""Of all archives in one another."""
LARGEST_UNPACKED = 512 << 20
"""Bytes of all archives in one another."""
LARGEST_ARCHIVE = 64 << 20
"""Bytes of one archive in another."""
LARGEST_TEXT = 1 << 20
"""Bytes of what describes an archive."""
DEEPEST = 4

_ARCHIVE = (".jar", ".war", ".ear", ".jpi", ".hpi", ".rar", ".par", ".sar", ".aar", ".nar", ".kar")
_PROPERTIES = re.compile(r"META-INF/maven/[^/]+/[^/]+/pom\.properties")
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    OSError,
    EOFError,
    ValueError,
    LookupError,
    RuntimeError,
    OverflowError,
    TypeError,
    AttributeError,
)


def parse(file: ListFile) -> Inventory:
    """Return what an archive holds. Raises ParseError when it is no archive."""
    reader = _Reader(file.path)
    packages = reader.read(posixpath.basename(file.path), file.content, 0)
    if packages is None:
        raise ParseError("it is no whole archive")
    own, inside = packages
    kept = name_by_place(file.path)
    if kept is not None:
        own = [_package(kept.told, kept.version)]
        inside = [one for one in inside if one.name.partition(":")[2] != kept.artifact]
    needed = tuple(dict.fromkeys(one.id for one in inside if one.id not in {it.id for it in own}))
    if len(own) == 1 and needed:
        own = [replace(own[0], direct=True, requires=needed)]
    unique = {one.id: one for one in reversed([*own, *inside])}
    return Inventory(packages=tuple(reversed(unique.values())), problems=reader.remarks.problems)


class _Reader:
    """Goes through archives in one another, as long as there is room."""

    def __init__(self, path: str) -> None:
        self.remarks = Remarks(path)
        self._members = 0
        self._unpacked = 0

    def read(
        self, name: str, content: bytes, depth: int
    ) -> tuple[list[Package], list[Package]] | None:
        """Return what an archive is, and what the archives in it are; None where it is broken."""
        # They are counted first: each would cost memory that the file does not have.
        self._members += content.count(b"PK\x01\x02")
        if self._members > MOST_MEMBERS:
            raise ParseError(f"it has more than {MOST_MEMBERS:,} members")
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                return self._archive(name, archive, depth)
        except _BROKEN:
            return None

    def _archive(
        self, name: str, archive: zipfile.ZipFile, depth: int
    ) -> tuple[list[Package], list[Package]]:
        described: list[Package] = []
        inside: list[Package] = []
        manifest = ""
        for member in archive.infolist():
            path = member.filename
            if _PROPERTIES.fullmatch(path):
                described += self._described(archive, member)
            elif path.upper() == "META-INF/MANIFEST.MF":
                manifest = self._text(archive, member)
            elif path.lower().endswith(_ARCHIVE) and not member.is_dir():
                inside += self._inner(name, archive, member, depth)
        own = _main(name, described)
        if own is None:
            found = name_by_contents(name, manifest, archive.namelist())
            own = _package(found.told, found.version) if found else next(iter(described), None)
        return [own] if own else [], inside + [one for one in described if one is not own]

    def _inner(
        self, name: str, archive: zipfile.ZipFile, member: zipfile.ZipInfo, depth: int
    ) -> list[Package]:
        if depth >= DEEPEST or member.file_size > LARGEST_ARCHIVE:
            self.remarks.pass_over(f"{member.filename}: too large, or too deep in others")
            return []
        content = self._bytes(archive, member, LARGEST_ARCHIVE)
        if content is None:
            self.remarks.pass_over(f"{member.filename}: it cannot be unpacked")
            return []
        found = self.read(posixpath.basename(member.filename), content, depth + 1)
        if found is None:
            self.remarks.pass_over(f"{member.filename}: it is no whole archive")
            return []
        return [*found[0], *found[1]]

    def _bytes(self, archive: zipfile.ZipFile, member: zipfile.ZipInfo, most: int) -> bytes | None:
        """Unpack a member, of which the size that it says is not believed."""
        try:
            with archive.open(member) as stream:
                content = stream.read(most + 1)
        except (*_BROKEN, NotImplementedError):
            return None
        self._unpacked += len(content)
        if self._unpacked > LARGEST_UNPACKED:
            raise ParseError("it unpacks to more than is read")
        return content if len(content) <= most else None

    def _text(self, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> str:
        content = self._bytes(archive, member, LARGEST_TEXT) or b""
        return content.decode("utf-8", "replace")

    def _described(self, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> list[Package]:
        told: dict[str, str] = {}
        for line in self._text(archive, member).splitlines():
            key, _, value = line.partition("=")
            told.setdefault(key.strip(), value.strip())
        group, artifact = told.get("groupId", ""), told.get("artifactId", "")
        if is_part(group) and is_part(artifact) and told.get("version"):
            return [_package(f"{group}:{artifact}", told["version"])]
        self.remarks.pass_over(f"{member.filename}: it does not say what it is of")
        return []


def _main(name: str, described: list[Package]) -> Package | None:
    """Return which of the packages that are described in an archive it is itself.

    What was put together describes others: the one that the file is named after is the whole.
    """
    stem = name.rpartition(".")[0]
    fitting = [one for one in described if stem.startswith(one.name.partition(":")[2])]
    if fitting:
        return max(fitting, key=lambda one: len(one.name.partition(":")[2]))
    version = name_by_file(name)[1]
    lone = described[0] if len(described) == 1 else None
    return lone if lone is not None and version in ("", lone.version) else None


def _package(name: str, version: str) -> Package:
    return Package(ecosystem=Ecosystem.MAVEN, name=name, version=version)
