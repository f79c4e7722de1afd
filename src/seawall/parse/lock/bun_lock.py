"""bun.lock, the lockfile of Bun as text.

Source: https://github.com/oven-sh/bun, `src/install/lockfile/bun.lock.zig`.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from seawall.core.errors import ParseError
from seawall.model.inventory import Ecosystem, Inventory, ListFile, Origin, Package, Scope
from seawall.parse.json import parse_json_table
from seawall.parse.lines import LineFinder
from seawall.parse.npm import (
    KINDS,
    origin_of,
    split_descriptor,
    told_address,
    version_in,
)
from seawall.parse.pep508 import without_credentials
from seawall.parse.scopes import reached, stronger
from seawall.parse.values import table_of, text_of

MOST_LEVELS = 40
"""Packages in one another in which what is needed is looked for."""
_NEEDS = ("dependencies", "optionalDependencies", "peerDependencies")
_ALL = tuple(kind for kind, _ in KINDS)


def parse(file: ListFile) -> Inventory:
    """Return what Bun has chosen. Raises ParseError when it is no lockfile of Bun."""
    document = parse_json_table(file.content, loose=True)
    if "lockfileVersion" not in document:
        raise ParseError("it is no lockfile of bun")
    entries = {
        key: entry
        for key, entry in table_of(document, "packages").items()
        if isinstance(entry, list) and entry and isinstance(entry[0], str)
    }
    own = {
        path: one for path, one in table_of(document, "workspaces").items() if isinstance(one, dict)
    }
    needs = {key: _needed(key, entry, own, entries) for key, entry in entries.items()}
    asked: dict[str, Scope] = {}
    for path, one in own.items():
        for kind, scope in KINDS:
            key = text_of(one, "name") if path else ""
            for found in _found(key, table_of(one, kind), entries):
                asked[found] = stronger(asked.get(found), scope)
    members = {key for key, entry in entries.items() if "@workspace:" in entry[0]}
    scopes = reached(asked, {key: some for key, some in needs.items() if key not in members})
    lines = LineFinder(file.content)
    packages = []
    for key, entry in entries.items():
        line = _line(lines, key)
        package = _package(key, entry, line, own)
        if package is not None:
            packages.append(
                msgspec.structs.replace(
                    package,
                    scope=scopes.get(key, "runtime"),
                    direct=key in asked or (None if package.origin == "workspace" else False),
                    requires=tuple(needs[key]),
                    constraints=tuple(needs[key].values()),
                )
            )
    return Inventory(packages=tuple(packages), project=text_of(table_of(own, ""), "name"))


def _package(
    key: str, entry: list[Any], line: int, own: Mapping[str, Mapping[str, Any]]
) -> Package | None:
    name, rest = split_descriptor(entry[0])
    origin: Origin = "registry"
    address, version = "", rest
    protocol, _, value = rest.partition(":")
    if protocol == "workspace":
        origin, address = "workspace", value
        version = text_of(own.get(value, {}), "version")
    elif protocol == "root":
        return None
    elif protocol in ("file", "link") or rest.startswith("."):
        origin, address, version = "path", rest, version_in(rest)
    elif ":" in rest or "/" in rest:
        origin = origin_of(rest)
        address, version = without_credentials(rest), version_in(rest)
    elif len(entry) > 1 and isinstance(entry[1], str):
        address = told_address(entry[1])
    if not name:
        return None
    return Package(
        ecosystem=Ecosystem.NPM,
        name=name,
        version=version,
        line=line,
        key=key,
        origin=origin,
        address=address,
        hashed=any(isinstance(one, str) and one.startswith("sha") for one in entry[1:])
        if origin in ("registry", "url")
        else None,
    )


def _needed(
    key: str,
    entry: list[Any],
    own: Mapping[str, Mapping[str, Any]],
    entries: Mapping[str, list[Any]],
) -> dict[str, str]:
    """Return the keys of what a package needs, with what it allows of each."""
    told: Mapping[str, Any] = next((one for one in entry if isinstance(one, dict)), {})
    kinds: tuple[str, ...] = _NEEDS
    if "@workspace:" in entry[0]:
        told, kinds = own.get(entry[0].partition("@workspace:")[2], told), _ALL
    needs: dict[str, str] = {}
    for kind in kinds:
        table = table_of(told, kind)
        for found, name in _found(key, table, entries).items():
            allowed = table[name]
            needs.setdefault(found, allowed if isinstance(allowed, str) else "")
    return needs


def _found(key: str, table: Mapping[str, Any], entries: Mapping[str, list[Any]]) -> dict[str, str]:
    """Return the keys of what a table names, as Bun lays them out: in the package, or above it."""
    above = list(_above(key))
    found: dict[str, str] = {}
    for name in table:
        for folder in above:
            if folder + name in entries:
                found.setdefault(folder + name, name)
                break
    return found


def _above(key: str) -> Iterator[str]:
    parts = key.split("/") if key else []
    for length in range(len(parts), max(0, len(parts) - MOST_LEVELS), -1):
        # "@scope" is half a name.
        if not parts[length - 1].startswith("@"):
            yield "/".join(parts[:length]) + "/"
    yield ""


def _line(lines: LineFinder, key: str) -> int:
    return lines.line_of(msgspec.json.encode(key) + b": [")
