"""Package.resolved of the Swift package manager, versions 1 to 3.

Source: https://github.com/swiftlang/swift-package-manager, `ResolvedPackagesStore`.
"""

import json
from collections.abc import Mapping
from typing import Any

from seawall.core.errors import ParseError
from seawall.model.inventory import Ecosystem, Inventory, ListFile, Origin, Package
from seawall.parse.json import parse_json_table
from seawall.parse.lines import LineFinder
from seawall.parse.revisions import repository_name, shown_address, tagged_version
from seawall.parse.values import table_of, tables_of, text_of


def parse(file: ListFile) -> Inventory:
    """Return what has been chosen. Raises ParseError when it is no list of pins."""
    document = parse_json_table(file.content)
    if "pins" not in document and "object" not in document:
        raise ParseError("it is no list of resolved packages")
    pins = tables_of(document, "pins") or tables_of(table_of(document, "object"), "pins")
    finder = LineFinder(file.content)
    # Swift writes "\/" where others write "/".
    escaped = b"\\/\\/" in file.content
    packages: list[Package] = []
    for pin in pins:
        address = text_of(pin, "location") or text_of(pin, "repositoryURL")
        named = address or text_of(pin, "identity") or text_of(pin, "package")
        written = json.dumps(named, ensure_ascii=False)
        line = finder.line_of((written.replace("/", "\\/") if escaped else written).encode())
        finder.pass_by()
        if named:
            packages.append(_package(pin, address, line))
    return Inventory(packages=tuple(packages))


def _package(pin: Mapping[str, Any], address: str, line: int) -> Package:
    state, kind = table_of(pin, "state"), text_of(pin, "kind")
    version = text_of(state, "version") or text_of(state, "branch") or text_of(state, "revision")
    origin: Origin = "path" if kind.startswith("local") else "registry"
    if not text_of(state, "version") and origin == "registry":
        # A branch or a commit is no release.
        origin = "git"
        version = text_of(state, "revision") or version
    name = repository_name(address) if address else text_of(pin, "identity")
    if kind == "registry" and not address:
        name = text_of(pin, "identity")
    return Package(
        ecosystem=Ecosystem.SWIFT,
        name=name or text_of(pin, "package"),
        version=tagged_version(version) or version,
        line=line,
        origin=origin,
        address=shown_address(address) if origin != "registry" else "",
    )
