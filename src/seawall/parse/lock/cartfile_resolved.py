"""Cartfile.resolved and Cartfile of Carthage.

Source: https://github.com/Carthage/Carthage, `Documentation/Artifacts.md`.
"""

import re

from seawall.core.errors import ParseError
from seawall.model.inventory import Ecosystem, Inventory, ListFile, Package
from seawall.parse.revisions import repository_name, shown_address, tagged_version

_LINE = re.compile(r'\s*(github|git|binary)\s+"([^"]+)"\s*([^#]*)')
_ALLOWED = re.compile(r"(==|>=|~>)?\s*\"?([^\s\"]+)\"?")


def parse(file: ListFile) -> Inventory:
    """Return what Carthage is to take, or has chosen. Raises ParseError when it is no text."""
    if b"\0" in file.content:
        raise ParseError("it is no text")
    resolved = file.path.endswith(".resolved")
    packages: list[Package] = []
    for number, line in enumerate(file.content.decode("utf-8-sig", "replace").splitlines(), 1):
        found = _LINE.match(line) if len(line) < 1 << 16 else None
        if found is not None:
            packages.append(_package(found, number, resolved=resolved))
    return Inventory(packages=tuple(packages))


def _package(found: re.Match[str], line: int, *, resolved: bool) -> Package:
    kind, where, rest = found.groups()
    allowed = _ALLOWED.match(rest.strip())
    sign, wanted = (allowed[1] or "", allowed[2]) if allowed else ("", "")
    is_own = kind == "github" and "://" not in where
    address = f"https://github.com/{where}" if is_own and where.count("/") == 1 else where
    exact = resolved or sign == "=="
    version = (tagged_version(wanted) or wanted) if exact else ""
    is_commit = exact and not tagged_version(wanted)
    return Package(
        ecosystem=Ecosystem.SWIFT,
        name=repository_name(address) or where,
        version=version,
        requirement="" if resolved else rest.strip(),
        line=line,
        direct=None if resolved else True,
        origin="url" if kind == "binary" else "git" if is_commit else "registry",
        address=shown_address(address) if kind != "github" or is_commit else "",
    )
