"""The .cabal file of a package of Haskell.

Source: https://cabal.readthedocs.io/en/stable/cabal-package-description-file.html#pkg-field-build-depends.
"""

import re

from msgspec.structs import replace

from seawall.core.errors import ParseError
from seawall.model.inventory import Ecosystem, Inventory, ListFile, Package, Scope
from seawall.parse.haskell import cabal_fields, exact_version, listed

_FIELDS: dict[str, Scope | None] = {
    "build-depends": None,
    "build-tool-depends": "build",
    "setup-depends": "build",
}
_SECTIONS: dict[str, Scope] = {"test-suite": "test", "benchmark": "development"}
_ASKED = re.compile(
    r"([A-Za-z0-9]+(?:-[A-Za-z0-9]+)*)(?::(?:\{[^}]*\}|[\w-]+))?\s*((?:[=<>^(]|-any).*)?", re.DOTALL
)


def parse(file: ListFile) -> Inventory:
    """Return what a package of Haskell asks for. Raises ParseError when it has no fields."""
    if b"\0" in file.content:
        raise ParseError("it is no text")
    text = file.content.decode("utf-8-sig", "replace")
    project = licence = ""
    packages: dict[str, Package] = {}
    known = False
    for name, section, lines in cabal_fields(text):
        known = True
        if name == "name" and not section:
            project = lines[0][1]
        elif name == "license" and not section:
            licence = lines[0][1]
        if name not in _FIELDS:
            continue
        scope = _FIELDS[name] or _SECTIONS.get(section, "runtime")
        for line, one in listed(lines):
            asked = _ASKED.fullmatch(one) if len(one) < 1 << 12 else None
            if asked is None or asked[1] == project:
                continue
            allowed = (asked[2] or "").strip()
            held = packages.get(asked[1])
            if held is None or (held.scope != "runtime" and scope == "runtime"):
                packages[asked[1]] = _package(asked[1], allowed, line, scope)
            elif not held.requirement and allowed:
                packages[asked[1]] = replace(
                    held, requirement=allowed, version=exact_version(allowed)
                )
    if not known:
        raise ParseError("it is no description of a package of cabal")
    return Inventory(packages=tuple(packages.values()), project=project, licence=licence)


def _package(name: str, allowed: str, line: int, scope: Scope) -> Package:
    return Package(
        ecosystem=Ecosystem.HACKAGE,
        name=name,
        version=exact_version(allowed),
        requirement="" if allowed == "-any" else allowed,
        line=line,
        scope=scope,
        direct=True,
    )
