"""pdm.lock, from the first versions of PDM on.

Source: https://github.com/pdm-project/pdm, `formats` and `project/lockfile`.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec.structs import replace

from seawall.core.errors import ParseError
from seawall.model.inventory import (
    Ecosystem,
    Inventory,
    ListFile,
    Package,
    Runtime,
    Scope,
)
from seawall.parse.pep508 import (
    LockedVersions,
    parse_requirement,
    python_name,
    scope_of_group,
    source_in,
)
from seawall.parse.toml import parse_toml, placed_tables
from seawall.parse.values import list_of, table_of, tables_of, text_of, texts_of


def parse(file: ListFile) -> Inventory:
    """Return what PDM has chosen; which of it the project asks for the file does not tell.

    Raises ParseError when it is no lockfile of PDM.
    """
    document = parse_toml(file.content)
    if "package" not in document and "metadata" not in document:
        raise ParseError("it is no lockfile of pdm")
    entries = placed_tables(document, "package", file.content)
    metadata = table_of(document, "metadata")
    versions = LockedVersions()
    for _, entry in entries:
        versions.add(text_of(entry, "name"), text_of(entry, "version"))
    digests = {key.partition(" ")[0] for key, some in table_of(metadata, "files").items() if some}
    digests = {python_name(key.partition("[")[0]) for key in digests}
    packages: dict[str, Package] = {}
    for line, entry in entries:
        if text_of(entry, "name"):
            package = _package(entry, line, versions, digests)
            known = packages.get(package.id)
            packages[package.id] = package if known is None else _joined(known, package)
    return Inventory(packages=tuple(packages.values()), runtimes=_runtimes(metadata))


def _package(
    entry: Mapping[str, Any], line: int, versions: LockedVersions, digests: set[str]
) -> Package:
    name = python_name(text_of(entry, "name"))
    needs = dict(_needs(entry, versions))
    origin, address, _ = source_in(entry)
    return Package(
        ecosystem=Ecosystem.PYPI,
        name=name,
        version=text_of(entry, "version"),
        line=line,
        scope=_scope(texts_of(entry, "groups") or texts_of(entry, "sections")),
        requires=tuple(needs),
        constraints=tuple(needs.values()),
        origin=origin,
        address=address,
        hashed=bool(tables_of(entry, "files")) or name in digests,
        marker=text_of(entry, "marker"),
    )


def _joined(known: Package, extra: Package) -> Package:
    """Return a package with what one of its extras needs: PDM writes an entry for each."""
    needs = dict(zip(known.requires, known.constraints, strict=True))
    for one, constraint in zip(extra.requires, extra.constraints, strict=True):
        if one != known.id:
            needs.setdefault(one, constraint)
    scopes = {known.scope, extra.scope}
    scope = "runtime" if "runtime" in scopes else known.scope
    return replace(known, scope=scope, requires=tuple(needs), constraints=tuple(needs.values()))


def _scope(groups: list[str]) -> Scope:
    if not groups or "default" in groups:
        return "runtime"
    scopes = {scope_of_group(one, "optional") for one in groups}
    return min(scopes, key=("optional", "development", "test", "runtime").index)


def _needs(entry: Mapping[str, Any], versions: LockedVersions) -> Iterator[tuple[str, str]]:
    """Yield the ids of what a package needs, with what it allows of each."""
    own = f"{python_name(text_of(entry, 'name'))}@{text_of(entry, 'version')}"
    # A table in the first versions.
    first = table_of(entry, "dependencies")
    old = [f"{name}{text if text != '*' else ''}" for name, text in first.items()]
    for written in old or list_of(entry, "dependencies"):
        wanted = parse_requirement(written) if isinstance(written, str) else None
        if wanted is None:
            continue
        for found in versions.ids(wanted.name, wanted.version):
            # An extra of a package asks for the package itself.
            if found != own:
                yield found, wanted.allowed


def _runtimes(metadata: Mapping[str, Any]) -> tuple[Runtime, ...]:
    targets = tables_of(metadata, "targets")
    told = [text_of(one, "requires_python") for one in targets]
    return tuple(Runtime(name="python", requirement=one) for one in dict.fromkeys(told) if one)
