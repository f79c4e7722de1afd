"""Inventories in SPDX 2, as JSON or as tags and values.

Source: https://spdx.github.io/spdx-spec/v2.3.
"""

import re
from collections import defaultdict

from msgspec.structs import replace

from seawall.core.errors import ParseError
from seawall.model.inventory import Inventory, ListFile, Package, Scope
from seawall.model.purl import read_purl
from seawall.parse.json import parse_json_table
from seawall.parse.lines import LineFinder
from seawall.parse.values import tables_of, text_of, texts_of

_NOTHING = frozenset({"", "NOASSERTION", "NONE"})
_OF: dict[str, Scope] = {
    "DEV_DEPENDENCY_OF": "development",
    "TEST_DEPENDENCY_OF": "test",
    "BUILD_DEPENDENCY_OF": "build",
    "OPTIONAL_DEPENDENCY_OF": "optional",
    "PROVIDED_DEPENDENCY_OF": "build",
}
_TAG = re.compile(rb"^(\w+):[ \t]*(.*?)[ \t]*\r?$", re.MULTILINE)


def parse(file: ListFile) -> Inventory:
    """Return the packages that have a package URL; the others are no packages of an ecosystem."""
    if file.content.lstrip()[:1] == b"{":
        return _parse_json(file)
    if not re.search(rb"^SPDXVersion:[ \t]*SPDX-2", file.content, re.MULTILINE):
        raise ParseError("it is no spdx")
    return _parse_tags(file)


def _parse_json(file: ListFile) -> Inventory:
    document = parse_json_table(file.content)
    if not str(document.get("spdxVersion", "")).startswith("SPDX-2"):
        raise ParseError("it is no spdx 2")
    lines = LineFinder(file.content)
    packages: list[Package] = []
    for one in tables_of(document, "packages"):
        key = text_of(one, "SPDXID")
        line = lines.line_of(f'"{key}"'.encode())
        for reference in tables_of(one, "externalRefs"):
            if reference.get("referenceType") == "purl":
                package = read_purl(text_of(reference, "referenceLocator"))
                if package is not None:
                    licence = text_of(one, "licenseConcluded")
                    if licence in _NOTHING:
                        licence = text_of(one, "licenseDeclared")
                    packages.append(
                        replace(
                            package,
                            key=key,
                            version=package.version or text_of(one, "versionInfo"),
                            line=line,
                            licence="" if licence in _NOTHING else licence,
                            hashed=bool(one.get("checksums")),
                        )
                    )
    relations = [
        (
            text_of(one, "spdxElementId"),
            text_of(one, "relationshipType"),
            text_of(one, "relatedSpdxElement"),
        )
        for one in tables_of(document, "relationships")
    ]
    described = texts_of(document, "documentDescribes")
    return _related(packages, relations, described, text_of(document, "name"))


def _parse_tags(file: ListFile) -> Inventory:
    packages: list[Package] = []
    relations: list[tuple[str, str, str]] = []
    name = key = version = licence = ""
    line = 0
    lines = LineFinder(file.content)
    for found in _TAG.finditer(file.content):
        tag, value = found[1].decode(), found[2].decode("utf-8", "replace")
        match tag:
            case "DocumentName":
                name = value
            case "PackageName":
                key = version = licence = ""
                line = lines.line_of(found[0])
                lines.pass_by()
            case "SPDXID":
                key = value
            case "PackageVersion":
                version = value
            case "PackageLicenseConcluded" | "PackageLicenseDeclared":
                licence = licence if value in _NOTHING else value
            case "ExternalRef":
                package = read_purl(value.split()[-1] if " purl " in f" {value}" else "")
                if package is not None:
                    packages.append(
                        replace(
                            package,
                            key=key,
                            line=line,
                            version=package.version or version,
                            licence=licence,
                        )
                    )
            case "Relationship":
                parts = value.split()
                if len(parts) == 3:
                    relations.append((parts[0], parts[1], parts[2]))
    return _related(packages, relations, [], name)


def _related(
    packages: list[Package], relations: list[tuple[str, str, str]], described: list[str], name: str
) -> Inventory:
    """Add who needs whom, for what, and what the document itself is about."""
    needs: defaultdict[str, list[str]] = defaultdict(list)
    scopes: dict[str, Scope] = {}
    roots = {*described}
    for one, kind, other in relations:
        match kind:
            case "DESCRIBES":
                roots.add(other)
            case "DESCRIBED_BY":
                roots.add(one)
            case "DEPENDS_ON":
                needs[one].append(other)
            case "DEPENDENCY_OF":
                needs[other].append(one)
            case _ if kind in _OF:
                needs[other].append(one)
                scopes[one] = _OF[kind]
    asked = {child for root in roots for child in needs.get(root, ())}
    return Inventory(
        packages=tuple(
            replace(
                package,
                requires=tuple(dict.fromkeys(needs.get(package.key, ()))),
                scope=scopes.get(package.key, "runtime"),
                direct=package.key in asked if asked else None,
            )
            for package in packages
            if package.key not in roots
        ),
        project=name,
    )
