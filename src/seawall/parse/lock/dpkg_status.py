"""What dpkg has installed: its status file, and the status.d of images without dpkg.

Source: https://manpages.debian.org/dpkg-query, https://manpages.debian.org/deb-control.
"""

import re
from collections.abc import Iterator

from msgspec.structs import replace

from seawall.core.errors import ParseError
from seawall.model.inventory import Ecosystem, Inventory, ListFile, Package
from seawall.parse.deb822 import paragraphs
from seawall.parse.os_release import of_system, system_beside

_WANTED = frozenset(
    {"Package", "Version", "Status", "Source", "Architecture", "Depends", "Pre-Depends", "Provides"}
)
_GONE = ("not-installed", "config-files")
"""The states of packages of which no program is there any more."""
_SOURCE = re.compile(r"(\S+)(?:\s+\(([^)]*)\))?")
_NEED = re.compile(r"\s*([a-z0-9][a-z0-9+.-]*)(?::[a-z0-9-]+)?\s*(?:\(([^)]*)\))?")


def parse(file: ListFile) -> Inventory:
    """Return the packages whose files are there, with the release of the system around them."""
    if b"\0" in file.content[:4096]:
        raise ParseError("it is no text")
    system = system_beside(file.path, "var/lib/dpkg/", file.read)
    found: list[tuple[Package, dict[str, str]]] = []
    names: set[str] = set()
    whole = False
    for line, fields in paragraphs(file.content, _WANTED):
        name, version = fields.get("Package", ""), fields.get("Version", "")
        whole = whole or bool(name)
        if not name or not version or fields.get("Status", "").rpartition(" ")[2] in _GONE:
            continue
        source = _SOURCE.fullmatch(fields.get("Source", ""))
        architecture = fields.get("Architecture", "")
        package = Package(
            ecosystem=Ecosystem.DEBIAN,
            name=name,
            version=version,
            line=line,
            # One name may be there for several architectures.
            key=f"{name}:{architecture}" if name in names else "",
            origin="system",
            source_name=source[1] if source and source[1] != name else "",
            source_version=source[2] or "" if source else "",
            architecture=architecture,
        )
        names.add(name)
        found.append((of_system(package, system, Ecosystem.DEBIAN), fields))
    if not whole and file.content.strip():
        raise ParseError("it names no package")
    return Inventory(packages=tuple(_related(found)))


def _related(found: list[tuple[Package, dict[str, str]]]) -> Iterator[Package]:
    """Yield the packages with what each needs, of several that would do the first that is there."""
    ids: dict[str, str] = {}
    for package, _ in found:
        ids.setdefault(package.name, package.id)
    for package, fields in found:
        for part in fields.get("Provides", "").split(","):
            if provided := _NEED.match(part):
                ids.setdefault(provided[1], package.id)
    for package, fields in found:
        needs: dict[str, str] = {}
        for field in ("Pre-Depends", "Depends"):
            for group in fields.get(field, "").split(","):
                for one in group.split("|"):
                    need = _NEED.match(one)
                    if need is not None and need[1] in ids:
                        needs.setdefault(ids[need[1]], need[2] or "")
                        break
        needs.pop(package.id, None)
        constraints = tuple(needs.values()) if any(needs.values()) else ()
        yield replace(package, requires=tuple(needs), constraints=constraints)
