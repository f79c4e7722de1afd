"""pubspec.yaml of Dart and Flutter.

Source: https://dart.dev/tools/pub/pubspec and https://dart.dev/tools/pub/dependencies.
"""

import re
from collections.abc import Mapping
from typing import Any

from seawall.core.errors import ParseError
from seawall.model.inventory import Ecosystem, Inventory, ListFile, Origin, Package, Runtime, Scope
from seawall.parse.lines import LineFinder
from seawall.parse.revisions import shown_address, tagged_version
from seawall.parse.values import table_of, text_of
from seawall.parse.yaml import entries_of, key_pattern, parse_yaml

_TABLES: tuple[tuple[str, Scope], ...] = (
    ("dependencies", "runtime"),
    ("dev_dependencies", "development"),
    ("dependency_overrides", "runtime"),
)
_EXACT = re.compile(r"\d+\.\d+\.\d+[\w.+-]*")


def parse(file: ListFile) -> Inventory:
    """Return what a package of Dart asks for. Raises ParseError when it is no mapping."""
    documents = parse_yaml(file.content)
    document = documents[0] if documents else None
    if document is None:
        return Inventory()
    if not isinstance(document, dict):
        raise ParseError("it is no yaml mapping")
    finder = LineFinder(file.content)
    packages: list[Package] = []
    for table, scope in _TABLES:
        entries = entries_of(document, table)
        if entries:
            finder.line_matching(re.compile(rb"^%b[ \t]*:" % table.encode(), re.MULTILINE))
        for name, entry in entries:
            line = finder.line_matching(key_pattern(name))
            finder.pass_by()
            packages.append(_package(name, entry, line, scope))
    finder.line_matching(key_pattern("environment"))
    return Inventory(
        packages=tuple(packages),
        project=text_of(document, "name"),
        runtimes=tuple(
            Runtime(
                name="dart" if name == "sdk" else name,
                requirement=allowed,
                line=finder.line_matching(key_pattern(name)),
            )
            for name, allowed in entries_of(document, "environment")
            if isinstance(allowed, str) and allowed
        ),
    )


def _package(name: str, entry: Any, line: int, scope: Scope) -> Package:
    table: Mapping[str, Any] = entry if isinstance(entry, dict) else {"version": entry}
    origin: Origin = "registry"
    allowed, address, version = text_of(table, "version"), "", ""
    if "git" in table:
        source = table_of(table, "git") or {"url": table["git"]}
        origin, address = "git", text_of(source, "url")
        version = tagged_version(text_of(source, "ref"))
    elif "path" in table:
        origin, address = "path", text_of(table, "path")
    elif "sdk" in table:
        origin = "system"
    else:
        hosted = table.get("hosted")
        address = hosted if isinstance(hosted, str) else text_of(table_of(table, "hosted"), "url")
    return Package(
        ecosystem=Ecosystem.PUB,
        name=name,
        version=allowed if _EXACT.fullmatch(allowed) else version,
        requirement="" if allowed == "any" else allowed,
        line=line,
        scope=scope,
        direct=True,
        origin=origin,
        address=shown_address(address),
    )
