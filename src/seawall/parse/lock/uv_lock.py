"""uv.lock, with the members of a workspace.

Source: https://docs.astral.sh/uv/concepts/projects/layout/#the-lockfile, and uv's `lock/mod.rs`.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from seawall.core.errors import ParseError
from seawall.model.inventory import (
    Ecosystem,
    Inventory,
    ListFile,
    Origin,
    Package,
    Runtime,
    Scope,
)
from seawall.parse.pep508 import (
    LockedVersions,
    python_name,
    scope_of_group,
    without_credentials,
)
from seawall.parse.remarks import Remarks
from seawall.parse.toml import parse_toml, placed_tables
from seawall.parse.values import table_of, tables_of, text_of, texts_of

_KINDS: dict[str, Origin] = {
    "registry": "registry",
    "git": "git",
    "url": "url",
    "direct": "url",
    "path": "path",
    "directory": "path",
    "editable": "path",
    "virtual": "path",
}
_USUAL = ("https://pypi.org/simple", "https://pypi.org/simple/")
_ORDER: tuple[Scope, ...] = ("runtime", "optional", "development", "test")


class _Need(Struct, frozen=True):
    """What a package asks for, and in which of its lists."""

    id: str
    scope: Scope
    constraint: str = ""


class _Entry(Struct, frozen=True):
    """A package with what it asks for."""

    package: Package
    needs: tuple[_Need, ...]


def parse(file: ListFile) -> Inventory:
    """Return the packages that uv has chosen, and the members of the workspace.

    Raises ParseError when it is no lockfile of uv.
    """
    document = parse_toml(file.content)
    key = "package" if "package" in document else "distribution"
    if key not in document and "version" not in document:
        raise ParseError("it is no lockfile of uv")
    tables = placed_tables(document, key, file.content)
    manifest = table_of(document, "manifest")
    members = {python_name(one) for one in texts_of(manifest, "members")}
    versions = LockedVersions()
    for _, table in tables:
        versions.add(text_of(table, "name"), text_of(table, "version"))
    entries = [
        _entry(table, line, versions, members) for line, table in tables if text_of(table, "name")
    ]
    remarks = Remarks(file.path)
    remarks.miss(_missing(tables, versions))
    runtime = text_of(document, "requires-python")
    return Inventory(
        packages=tuple(_scoped(entries, _asked(manifest, versions))),
        project=_project([table for _, table in tables]),
        runtimes=(Runtime(name="python", requirement=runtime),) if runtime else (),
        problems=remarks.problems,
    )


def _missing(tables: list[tuple[int, dict[str, Any]]], versions: LockedVersions) -> Iterator[str]:
    for _, table in tables:
        for one in tables_of(table, "dependencies"):
            name, version = text_of(one, "name"), text_of(one, "version")
            if name and not versions.ids(name, version):
                yield f"{name} {version}".rstrip()


def _entry(
    table: Mapping[str, Any], line: int, versions: LockedVersions, members: set[str]
) -> _Entry:
    name = python_name(text_of(table, "name"))
    kind, address = _source(table.get("source"))
    origin = _KINDS.get(kind, "registry")
    # Without members the project is the one at ".".
    if name in members or (kind in ("virtual", "editable") and address == "."):
        origin = "workspace"
    needs = tuple(_needs(table, versions))
    files = [*tables_of(table, "wheels"), table_of(table, "sdist")]
    unique = {need.id: need.constraint for need in needs}
    package = Package(
        ecosystem=Ecosystem.PYPI,
        name=name,
        version=text_of(table, "version"),
        line=line,
        requires=tuple(unique),
        constraints=tuple(unique.values()) if any(unique.values()) else (),
        origin=origin,
        address="" if address in _USUAL or address == "." else without_credentials(address),
        hashed=None if origin not in ("registry", "url") else any(one.get("hash") for one in files),
        marker=_either(texts_of(table, "resolution-markers")),
    )
    return _Entry(package, needs)


def _source(source: Any) -> tuple[str, str]:
    """Return the kind and the address of a source: a table, a text in the first versions."""
    if isinstance(source, str):
        kind, _, address = source.partition("+")
        return kind, address
    if isinstance(source, dict):
        for kind in _KINDS:
            if isinstance(source.get(kind), str):
                return kind, source[kind]
    return "", ""


def _either(markers: list[str]) -> str:
    return " or ".join(f"({one})" for one in markers) if len(markers) > 1 else "".join(markers)


def _needs(table: Mapping[str, Any], versions: LockedVersions) -> Iterator[_Need]:
    metadata = table_of(table, "metadata")
    allowed = _allowed(metadata, "requires-dist")
    yield from _listed(table, "dependencies", "runtime", versions, allowed)
    lists = table_of(table, "optional-dependencies")
    for group in lists:
        scope = scope_of_group(group, "optional")
        yield from _listed(lists, group, scope, versions, allowed)
    lists, wanted = table_of(table, "dev-dependencies"), table_of(metadata, "requires-dev")
    for group in lists:
        scope = scope_of_group(group, "development")
        yield from _listed(lists, group, scope, versions, _allowed(wanted, group))


def _allowed(table: Mapping[str, Any], key: str) -> dict[str, str]:
    """Return what is allowed of each, as the manifest writes it."""
    return {
        python_name(text_of(one, "name")): text_of(one, "specifier")
        for one in tables_of(table, key)
    }


def _listed(
    table: Mapping[str, Any],
    key: str,
    scope: Scope,
    versions: LockedVersions,
    allowed: Mapping[str, str],
) -> Iterator[_Need]:
    for one in tables_of(table, key):
        name = python_name(text_of(one, "name"))
        # uv tells the version where there are several.
        for found in versions.ids(name, text_of(one, "version")):
            yield _Need(found, scope, allowed.get(name, ""))


def _asked(manifest: Mapping[str, Any], versions: LockedVersions) -> list[_Need]:
    """Return what a script or a workspace without a package of its own asks for."""
    found = list(_listed(manifest, "requirements", "runtime", versions, {}))
    groups = table_of(manifest, "dependency-groups")
    for group in groups:
        found += _listed(groups, group, scope_of_group(group, "development"), versions, {})
    return found


def _scoped(entries: list[_Entry], asked: list[_Need]) -> Iterable[Package]:
    """Return the packages with their scopes: that of the nearest to running which reaches them."""
    roots = [one for one in entries if one.package.origin == "workspace"]
    first = asked + [need for root in roots for need in root.needs]
    if not first:
        # Nothing says what the project is.
        return [one.package for one in entries]
    by_id: dict[str, _Entry] = {}
    for one in entries:
        by_id.setdefault(one.package.id, one)
    scopes: dict[str, Scope] = {one.package.id: "runtime" for one in roots}
    own = set(scopes)
    for scope in _ORDER:
        waiting = deque(need.id for need in first if need.scope == scope)
        while waiting:
            at = waiting.popleft()
            if at in scopes or at not in by_id:
                continue
            scopes[at] = scope
            # What an extra of a package needs is needed with it.
            waiting += [need.id for need in by_id[at].needs]
    directly = {need.id for need in first}
    return [
        _placed(one.package, scopes.get(one.package.id, "optional"), directly, own)
        for one in entries
    ]


def _placed(package: Package, scope: Scope, directly: set[str], own: set[str]) -> Package:
    if package.id in own and package.id not in directly:
        return package
    return replace(package, scope=scope, direct=package.id in directly)


def _project(tables: list[dict[str, Any]]) -> str:
    for table in tables:
        if _source(table.get("source")) in (("virtual", "."), ("editable", ".")):
            return text_of(table, "name")
    return ""
