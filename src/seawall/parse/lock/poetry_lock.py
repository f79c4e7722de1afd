"""poetry.lock, from Poetry 0.x to 2.x.

Source: https://github.com/python-poetry/poetry, `packages/locker.py`; older forms from its history.
"""

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
    pinned_version,
    python_name,
    scope_of_group,
    without_credentials,
)
from seawall.parse.remarks import CUT_OFF, Remarks
from seawall.parse.toml import parse_toml, placed_tables
from seawall.parse.values import table_of, text_of, texts_of

_ORIGINS: dict[str, Origin] = {
    "git": "git",
    "hg": "git",
    "svn": "git",
    "url": "url",
    "directory": "path",
    "file": "path",
}


def parse(file: ListFile) -> Inventory:
    """Return what Poetry has chosen; which of it the project asks for the file does not tell.

    Raises ParseError when it is no lockfile of Poetry.
    """
    document = parse_toml(file.content)
    if "package" not in document and "metadata" not in document:
        raise ParseError("it is no lockfile of poetry")
    metadata = table_of(document, "metadata")
    entries = placed_tables(document, "package", file.content)
    versions = LockedVersions()
    for _, entry in entries:
        versions.add(text_of(entry, "name"), text_of(entry, "version"))
    digests = _digests(metadata)
    remarks = Remarks(file.path)
    if not metadata:
        remarks.tell("not whole: it ends without [metadata]", hint=CUT_OFF)
    runtime = text_of(metadata, "python-versions")
    return Inventory(
        packages=tuple(
            _package(entry, line, versions, digests)
            for line, entry in entries
            if text_of(entry, "name")
        ),
        runtimes=(Runtime(name="python", requirement=runtime),) if runtime else (),
        problems=remarks.problems,
    )


def _package(
    entry: Mapping[str, Any], line: int, versions: LockedVersions, digests: set[str]
) -> Package:
    name = python_name(text_of(entry, "name"))
    source = table_of(entry, "source")
    needs: dict[str, str] = {}
    for one, constraint in _needs(table_of(entry, "dependencies"), versions):
        needs.setdefault(one, constraint)
    return Package(
        ecosystem=Ecosystem.PYPI,
        name=name,
        version=text_of(entry, "version"),
        line=line,
        scope=_scope(entry),
        requires=tuple(needs),
        constraints=tuple(needs.values()),
        origin=_ORIGINS.get(text_of(source, "type"), "registry"),
        address=without_credentials(text_of(source, "url")),
        hashed=bool(entry.get("files")) or name in digests,
        marker=_marker(entry),
    )


def _scope(entry: Mapping[str, Any]) -> Scope:
    category = text_of(entry, "category")
    groups = texts_of(entry, "groups") or ([category] if category else ["main"])
    if "main" in groups:
        return "optional" if entry.get("optional") is True else "runtime"
    scopes = {scope_of_group(one, "development") for one in groups}
    return "test" if scopes == {"test"} else "development"


def _marker(entry: Mapping[str, Any]) -> str:
    """Return the marker; where each group has its own, all of them."""
    marker = entry.get("markers", entry.get("marker", ""))
    if isinstance(marker, dict):
        told = list(dict.fromkeys(one for one in marker.values() if isinstance(one, str)))
        return " or ".join(f"({one})" for one in told) if len(told) > 1 else "".join(told)
    return marker if isinstance(marker, str) else ""


def _needs(table: Mapping[str, Any], versions: LockedVersions) -> Iterator[tuple[str, str]]:
    """Yield the ids of what a package needs, with what it allows of each."""
    for written, allowed in table.items():
        for one in allowed if isinstance(allowed, list) else [allowed]:
            constraint = text_of(one, "version") if isinstance(one, dict) else str(one)
            # Of several versions poetry itself takes one by the marker: all of them are told.
            for found in versions.ids(written, pinned_version(constraint) or constraint):
                yield found, constraint


def _digests(metadata: Mapping[str, Any]) -> set[str]:
    """Return the names of the packages whose digests stand at the end, as until Poetry 1.2."""
    tables = table_of(metadata, "files"), table_of(metadata, "hashes")
    return {python_name(name) for table in tables for name, some in table.items() if some}
