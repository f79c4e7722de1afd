"""vcpkg.json, and the vcpkg-lock.json of its registries.

Source: https://learn.microsoft.com/vcpkg/reference/vcpkg-json.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from msgspec.structs import replace

from seawall.core.errors import ParseError
from seawall.model.inventory import Ecosystem, Inventory, ListFile, Package, Scope
from seawall.parse.json import parse_json_table
from seawall.parse.lines import LineFinder
from seawall.parse.revisions import repository_name, shown_address
from seawall.parse.values import list_of, table_of, tables_of, text_of

_VERSIONS = ("version", "version-semver", "version-string", "version-date")


def parse(file: ListFile) -> Inventory:
    """Return what a project asks vcpkg for. Raises ParseError when it is no object."""
    document = parse_json_table(file.content, loose=True)
    finder = LineFinder(file.content)
    if file.path.endswith("lock.json"):
        return Inventory(packages=tuple(_registries(document, finder)))
    if not {"name", "dependencies", "overrides", "features", "builtin-baseline"} & document.keys():
        raise ParseError("it is no manifest of vcpkg")
    packages: dict[str, Package] = {}
    for name, entry, scope in _asked(document):
        line = finder.line_of(json.dumps(name).encode())
        finder.pass_by()
        packages.setdefault(name, _package(name, entry, line, scope))
    for entry in tables_of(document, "overrides"):
        name, version = text_of(entry, "name"), _version(entry)
        if name and version:
            line = finder.line_of(json.dumps(name).encode())
            finder.pass_by()
            held = packages.get(name)
            if held is not None:
                packages[name] = replace(held, version=version)
            else:
                # It is taken if anything needs it.
                packages[name] = Package(
                    ecosystem=Ecosystem.GENERIC, name=name, version=version, line=line, direct=False
                )
    return Inventory(
        packages=tuple(packages.values()),
        project=text_of(document, "name"),
        licence=text_of(document, "license"),
    )


def _asked(document: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any], Scope]]:
    yield from _entries(document, "runtime")
    features = document.get("features")
    for feature in (
        features if isinstance(features, list) else table_of(document, "features").values()
    ):
        if isinstance(feature, dict):
            yield from _entries(feature, "optional")


def _entries(
    table: Mapping[str, Any], scope: Scope
) -> Iterator[tuple[str, Mapping[str, Any], Scope]]:
    for one in list_of(table, "dependencies"):
        entry = one if isinstance(one, dict) else {"name": one}
        if name := text_of(entry, "name"):
            yield name, entry, "build" if entry.get("host") is True else scope


def _package(name: str, entry: Mapping[str, Any], line: int, scope: Scope) -> Package:
    least = text_of(entry, "version>=")
    return Package(
        ecosystem=Ecosystem.GENERIC,
        name=name,
        requirement=f">={least}" if least else "",
        line=line,
        scope=scope,
        direct=True,
        marker=text_of(entry, "platform"),
    )


def _version(entry: Mapping[str, Any]) -> str:
    version = next((found for key in _VERSIONS if (found := text_of(entry, key))), "")
    port = entry.get("port-version")
    return f"{version}#{port}" if version and isinstance(port, int) and port else version


def _registries(document: Mapping[str, Any], finder: LineFinder) -> Iterator[Package]:
    for address, references in document.items():
        if not isinstance(references, dict) or not repository_name(address):
            continue
        line = finder.line_of(json.dumps(address).encode())
        for revision in references.values():
            if isinstance(revision, str):
                yield Package(
                    ecosystem=Ecosystem.GENERIC,
                    name=repository_name(address),
                    version=revision,
                    line=line,
                    origin="git",
                    address=shown_address(address),
                )
