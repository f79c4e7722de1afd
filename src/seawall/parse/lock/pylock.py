"""pylock.toml: the lockfile that all tools of Python share.

Source: https://packaging.python.org/en/latest/specifications/pylock-toml.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

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
    version_in,
    without_credentials,
)
from seawall.parse.toml import parse_toml, placed_tables
from seawall.parse.values import table_of, tables_of, text_of

_IN_GROUP = re.compile(r"""(['"])([^'"]*)\1\s+in\s+(dependency_groups|extras)\b""")
_OUTSIDE_GROUPS = re.compile(r"""(['"])[^'"]*\1\s+not\s+in\s+(?:dependency_groups|extras)\b""")


def parse(file: ListFile) -> Inventory:
    """Return what was locked; which of it the project asks for the file does not tell.

    Raises ParseError when it is no such lockfile.
    """
    document = parse_toml(file.content)
    if "packages" not in document and "lock-version" not in document:
        raise ParseError("it is no pylock.toml")
    entries = placed_tables(document, "packages", file.content)
    versions = LockedVersions()
    for _, entry in entries:
        versions.add(text_of(entry, "name"), _version(entry))
    runtime = text_of(document, "requires-python")
    return Inventory(
        packages=tuple(
            _package(entry, line, versions) for line, entry in entries if text_of(entry, "name")
        ),
        runtimes=(Runtime(name="python", requirement=runtime),) if runtime else (),
    )


def _package(entry: Mapping[str, Any], line: int, versions: LockedVersions) -> Package:
    origin, address = _source(entry)
    archives = [table_of(entry, "archive"), table_of(entry, "sdist"), *tables_of(entry, "wheels")]
    marker = text_of(entry, "marker")
    return Package(
        ecosystem=Ecosystem.PYPI,
        name=python_name(text_of(entry, "name")),
        version=_version(entry),
        line=line,
        scope=_scope(marker),
        requires=tuple(dict.fromkeys(_needs(entry, versions))),
        origin=origin,
        address=without_credentials(address),
        hashed=None
        if origin in ("git", "path", "workspace")
        else any(one.get("hashes") for one in archives),
        marker=marker,
    )


def _source(entry: Mapping[str, Any]) -> tuple[Origin, str]:
    if vcs := table_of(entry, "vcs"):
        return "git", text_of(vcs, "url") or text_of(vcs, "path")
    if folder := table_of(entry, "directory"):
        path = text_of(folder, "path")
        return ("workspace", "") if path in (".", "./") else ("path", path)
    if archive := table_of(entry, "archive"):
        url = text_of(archive, "url")
        return ("url", url) if url else ("path", text_of(archive, "path"))
    return "registry", ""


def _version(entry: Mapping[str, Any]) -> str:
    """Return the version; where none is told, that of the tag or the archive it comes from."""
    if version := text_of(entry, "version"):
        return version
    vcs, archive = table_of(entry, "vcs"), table_of(entry, "archive")
    if revision := text_of(vcs, "requested-revision"):
        return version_in(f"git+https://host@{revision}")
    return version_in(text_of(archive, "url") or text_of(archive, "path"))


def _scope(marker: str) -> Scope:
    """Tell from the groups of the marker; without any it is needed to run."""
    groups = _IN_GROUP.findall(marker)
    if not groups or _OUTSIDE_GROUPS.search(marker):
        return "runtime"
    scopes: set[Scope] = {
        scope_of_group(name, "optional" if kind == "extras" else "development")
        for _, name, kind in groups
        if name != "default"
    }
    return min(scopes, key=("optional", "development", "test").index, default="runtime")


def _needs(entry: Mapping[str, Any], versions: LockedVersions) -> Iterator[str]:
    for one in tables_of(entry, "dependencies"):
        yield from versions.ids(text_of(one, "name"), text_of(one, "version"))
