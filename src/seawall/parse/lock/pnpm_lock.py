"""pnpm-lock.yaml, from version 5.0 of its form to 9.0; since pnpm 11 in up to two documents.

Sources: https://github.com/pnpm/spec/tree/master/lockfile;
https://github.com/pnpm/pnpm, `packages/dependency-path`.
"""

import posixpath
import re
from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from seawall.core.errors import ParseError
from seawall.model.inventory import Ecosystem, Inventory, ListFile, Origin, Package, Scope
from seawall.parse.json import parse_json_table
from seawall.parse.lines import LineFinder
from seawall.parse.npm import origin_of, split_descriptor, told_address, version_in
from seawall.parse.pep508 import without_credentials
from seawall.parse.remarks import Remarks
from seawall.parse.scopes import reached, stronger
from seawall.parse.values import table_of, text_of
from seawall.parse.yaml import parse_yaml

_KINDS: tuple[tuple[str, Scope], ...] = (
    ("dependencies", "runtime"),
    ("optionalDependencies", "optional"),
    ("devDependencies", "development"),
    ("configDependencies", "build"),
    ("packageManagerDependencies", "build"),
)
_ELSEWHERE = ("link:", "workspace:", "file:", "runtime:")
"""How what is chosen begins that needs no entry."""
_NEEDS = ("dependencies", "optionalDependencies")
_HOST = re.compile(r"\A(?:/|[\w-]+(?:\.[\w-]+)+(?::\d+)?/)")
_SLASHED = re.compile(r"((?:@[^/]+/)?[^/@]+)/([^/_(]+)[^/]*(?:/.*)?")
_VERSION = re.compile(r"\d+\.\d+\.\d+")


class _Entry(Struct):
    """What stands under one path of `packages`, its variants by peers taken together."""

    package_id: str
    name: str
    version: str
    key: str
    """As the text writes it first."""
    fields: dict[str, Any]
    needs: dict[str, str]


def parse(file: ListFile) -> Inventory:
    """Return what pnpm has chosen. Raises ParseError when it is no lockfile of pnpm.

    What the workspace configures, pnpm itself among it, stands in a document of its own.
    """
    documents = [
        one
        for one in parse_yaml(file.content)
        if isinstance(one, dict) and isinstance(_version(one), str)
    ]
    if not documents:
        raise ParseError("it is no lockfile of pnpm")
    lines, remarks = LineFinder(file.content), Remarks(file.path)
    own = _importers(file, documents[-1])
    packages: dict[str, Package] = {}
    for document in documents:
        for one in _packages(document, own, lines, remarks):
            packages[one.id] = one
    return Inventory(
        packages=tuple(packages.values()),
        project=own.get(".", ""),
        problems=remarks.problems,
    )


def _version(document: Mapping[str, Any]) -> Any:
    return document.get("lockfileVersion", document.get("shrinkwrapVersion"))


def _packages(
    document: Mapping[str, Any], own: Mapping[str, str], lines: LineFinder, remarks: Remarks
) -> Iterator[Package]:
    entries, ids = _entries(document)
    asked = _asked(document, own, ids)
    needs: dict[str, Mapping[str, str]] = {one.package_id: one.needs for one in entries.values()}
    scopes = reached(asked, needs)
    for folder, name in own.items():
        if folder != "." and (member := _member(name, folder, ids, document)) is not None:
            yield member
    for entry in entries.values():
        yield _package(entry, lines, scopes.get(entry.package_id), asked)
    remarks.miss(_missing(document, own, ids))


def _missing(
    document: Mapping[str, Any], own: Mapping[str, str], ids: Mapping[str, str]
) -> Iterator[str]:
    """Yield what is chosen for the project or a package and stands nowhere in the document."""
    askers = [_importer(document, folder) for folder in own]
    for table in (table_of(document, "snapshots") or table_of(document, "packages")).values():
        if isinstance(table, dict):
            askers.append(table)
    for asker in askers:
        for kind, _ in _KINDS:
            for name, reference in table_of(asker, kind).items():
                chosen = reference.get("version") if isinstance(reference, dict) else reference
                if (
                    isinstance(chosen, str)
                    and not chosen.startswith(_ELSEWHERE)
                    and not _resolved(name, chosen, ids)
                ):
                    yield f"{name}@{_bare(chosen)}"


def _entries(document: Mapping[str, Any]) -> tuple[dict[str, _Entry], dict[str, str]]:
    """Return the packages by id, and the ids by path in the file."""
    entries: dict[str, _Entry] = {}
    ids: dict[str, str] = {}
    packages, snapshots = table_of(document, "packages"), table_of(document, "snapshots")
    for path, fields in packages.items():
        fields = fields if isinstance(fields, dict) else {}
        name, version, origin = _named(path, fields)
        if not name:
            continue
        package_id = f"{name}@{version}" if origin == "registry" else without_credentials(path)
        ids[path] = package_id
        if package_id not in entries:
            entries[package_id] = _Entry(package_id, name, version, path, fields, {})
    for path in snapshots:
        if found := ids.get(path) or ids.get(_bare(path)):
            ids[path] = found
    for path, fields in (snapshots or packages).items():
        if path in ids and isinstance(fields, dict):
            entry = entries[ids[path]]
            for kind in _NEEDS:
                for name, reference in table_of(fields, kind).items():
                    if found := _resolved(name, reference, ids):
                        entry.needs.setdefault(found, "")
    return entries, ids


def _named(path: str, fields: Mapping[str, Any]) -> tuple[str, str, Origin]:
    """Return name, version and origin of what stands under a path."""
    resolution = table_of(fields, "resolution")
    name, version = text_of(fields, "name"), text_of(fields, "version")
    tarball = text_of(resolution, "tarball")
    bare = _HOST.sub("", _bare(path))
    own, rest = split_descriptor(bare)
    if text_of(resolution, "type") == "directory" or tarball.startswith("file:"):
        origin: Origin = "path"
    elif text_of(resolution, "type") == "git" or "commit" in resolution:
        origin = "git"
    elif origin_of(rest) != "registry":
        origin = origin_of(rest)
    else:
        origin = "registry" if "integrity" in resolution else origin_of(tarball)
    # "/@s/name@1.0.0" since version 6, "/@s/name/1.0.0_peer@2.0.0" before.
    if _VERSION.match(rest) and own.count("/") == own.startswith("@"):
        return name or own, version or rest.partition("_")[0], origin
    found = _SLASHED.fullmatch(bare)
    if found is not None and _VERSION.match(found[2]):
        return name or found[1], version or found[2], origin
    own = own.removeprefix("file:")
    if own.count("/") > own.startswith("@"):
        own = posixpath.basename(own)
    return (
        name or own,
        version or version_in(tarball or bare),
        "path" if bare.startswith("file:") else origin,
    )


def _bare(path: str) -> str:
    """Return a path without the peers behind it: "a@1.0.0(b@2.0.0)"."""
    return path.partition("(")[0] if path.endswith(")") else path


def _resolved(name: str, reference: Any, ids: Mapping[str, str]) -> str:
    """Return the id of what a dependency is resolved to; "" of what is part of the project."""
    if isinstance(reference, dict):
        reference = reference.get("version")
    if not isinstance(reference, str):
        return ""
    for path in (
        f"{name}@{reference}",
        f"/{name}@{reference}",
        f"/{name}/{reference}",
        reference,
        f"/{reference}",
    ):
        if found := ids.get(path) or ids.get(_bare(path)):
            return found
    return ""


def _importers(file: ListFile, document: Mapping[str, Any]) -> dict[str, str]:
    """Return the parts of the project by their folder, with their names where they are known."""
    above = posixpath.dirname(file.path)
    own: dict[str, str] = {}
    for folder in table_of(document, "importers") or {".": None}:
        path = posixpath.normpath(posixpath.join(above, folder, "package.json"))
        content = file.read(path) if not path.startswith("..") else None
        try:
            own[folder] = text_of(parse_json_table(content), "name") if content else ""
        except ParseError:
            # It answers for itself.
            own[folder] = ""
    return own


def _asked(
    document: Mapping[str, Any], own: Mapping[str, str], ids: Mapping[str, str]
) -> dict[str, Scope]:
    """Return the ids of what the parts of the project ask for, and what for."""
    asked: dict[str, Scope] = {}
    for folder in own:
        for kind, scope in _KINDS:
            for found, _ in _told(_importer(document, folder), kind, ids):
                asked[found] = stronger(asked.get(found), scope)
    return asked


def _importer(document: Mapping[str, Any], folder: str) -> Mapping[str, Any]:
    importers = table_of(document, "importers")
    return table_of(importers, folder) if importers else document


def _told(
    importer: Mapping[str, Any], kind: str, ids: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """Yield the ids of what a part of the project asks for, with what it allows of each."""
    allowed = table_of(importer, "specifiers")
    for name, reference in table_of(importer, kind).items():
        if found := _resolved(name, reference, ids):
            told = reference.get("specifier") if isinstance(reference, dict) else None
            told = told or allowed.get(name)
            yield found, told if isinstance(told, str) else ""


def _member(
    name: str, folder: str, ids: Mapping[str, str], document: Mapping[str, Any]
) -> Package | None:
    """Return a part of the project; None where nobody tells its name."""
    if not name:
        return None
    importer = _importer(document, folder)
    needs: dict[str, str] = {}
    for kind, _ in _KINDS:
        for found, allowed in _told(importer, kind, ids):
            needs.setdefault(found, allowed)
    return Package(
        ecosystem=Ecosystem.NPM,
        name=name,
        key=folder,
        requires=tuple(needs),
        constraints=tuple(needs.values()),
        origin="workspace",
        address=folder,
    )


def _package(
    entry: _Entry, lines: LineFinder, scope: Scope | None, asked: Mapping[str, Scope]
) -> Package:
    fields = entry.fields
    resolution = table_of(fields, "resolution")
    origin = _named(entry.key, fields)[2]
    address = text_of(resolution, "tarball") or text_of(resolution, "repo")
    if scope is None:
        optional: Scope = "optional" if fields.get("optional") is True else "runtime"
        scope = "development" if fields.get("dev") is True else optional
    written = f"'{entry.key}'" if entry.key.startswith("@") else entry.key
    line = lines.line_of(f"\n  {written}:".encode())
    notice = fields.get("deprecated")
    return Package(
        ecosystem=Ecosystem.NPM,
        name=entry.name,
        version=entry.version,
        line=line + 1 if line else 0,
        scope=scope,
        direct=entry.package_id in asked if asked else None,
        key="" if entry.package_id == f"{entry.name}@{entry.version}" else entry.package_id,
        requires=tuple(entry.needs),
        origin=origin,
        address=told_address(address or text_of(resolution, "directory")),
        hashed="integrity" in resolution if origin in ("registry", "url") else None,
        has_install_script=fields.get("requiresBuild") is True,
        notice="deprecated" if notice is True else notice if isinstance(notice, str) else "",
    )
