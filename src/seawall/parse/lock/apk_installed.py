"""What apk has installed: its database, a line a field.

Source: https://wiki.alpinelinux.org/wiki/Apk_spec.
"""

import re
from collections.abc import Iterator

from msgspec.structs import replace

from seawall.core.errors import ParseError
from seawall.model.inventory import Ecosystem, Inventory, ListFile, Package
from seawall.parse.lock import may_be_installed
from seawall.parse.os_release import of_system, system_beside

_NEED = re.compile(r"([^\s<>=~]+)([<>=~].*)?")


def parse(file: ListFile) -> Inventory:
    """Return the packages, with the release of the system around them."""
    if b"\0" in file.content[:4096]:
        raise ParseError("it is no text")
    below = "usr/lib/apk/" if "usr/lib/apk/" in file.path else "lib/apk/"
    system = system_beside(file.path, below, file.read)
    found: list[tuple[Package, dict[str, str]]] = []
    owns: list[str] = []
    for line, fields in _blocks(file.content, owns):
        name, version = fields.get("P", ""), fields.get("V", "")
        if not name or not version:
            continue
        source = fields.get("o", "")
        package = Package(
            ecosystem=Ecosystem.ALPINE,
            name=name,
            version=version,
            line=line,
            origin="system",
            licence=fields.get("L", ""),
            source_name=source if source != name else "",
            architecture=fields.get("A", ""),
        )
        found.append((of_system(package, system, Ecosystem.ALPINE), fields))
    if not found and file.content.strip():
        raise ParseError("it names no package")
    return Inventory(packages=tuple(_related(found)), owns=tuple(owns))


def _blocks(content: bytes, owns: list[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the line and the fields of each package; files go to `owns`."""
    fields: dict[str, str] = {}
    began, folder = 0, ""
    for number, line in enumerate(content.decode("utf-8", "replace").split("\n"), 1):
        if not line.strip():
            if fields:
                yield began, fields
            fields, began, folder = {}, 0, ""
            continue
        began = began or number
        kind, colon, value = line.partition(":")
        if kind == "F":
            folder = value.strip("/") + "/" if value.strip("/") else ""
        elif kind == "R":
            if may_be_installed(folder + value):
                owns.append(folder + value)
        elif colon and len(kind) == 1:
            fields[kind] = value.strip()
    if fields:
        yield began, fields


def _related(found: list[tuple[Package, dict[str, str]]]) -> Iterator[Package]:
    """Yield the packages with what each needs, by name or by what another provides."""
    ids: dict[str, str] = {}
    for package, _ in found:
        ids.setdefault(package.name, package.id)
    for package, fields in found:
        for one in fields.get("p", "").split():
            if need := _NEED.fullmatch(one):
                ids.setdefault(need[1], package.id)
    for package, fields in found:
        needs: dict[str, str] = {}
        for one in fields.get("D", "").split():
            need = _NEED.fullmatch(one)
            if need is not None and need[1] in ids:
                needs.setdefault(ids[need[1]], (need[2] or "") if ":" not in need[1] else "")
        needs.pop(package.id, None)
        constraints = tuple(needs.values()) if any(needs.values()) else ()
        yield replace(package, requires=tuple(needs), constraints=constraints)
