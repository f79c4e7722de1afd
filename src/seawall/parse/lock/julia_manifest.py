"""Manifest.toml of Julia, formats 1 and 2.

Source: https://pkgdocs.julialang.org/v1/toml-files, and Pkg's `manifest.jl`.
"""

import re
from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from seawall.core.errors import ParseError
from seawall.model.inventory import Ecosystem, Inventory, ListFile, Origin, Package, Runtime
from seawall.parse.lines import LineFinder
from seawall.parse.revisions import shown_address
from seawall.parse.toml import parse_toml
from seawall.parse.values import table_of, text_of, texts_of

_KEPT = frozenset({"deps", "manifest_format", "julia_version", "project_hash", "registries"})


def parse(file: ListFile) -> Inventory:
    """Return what Julia has chosen; what it brings itself has no version and is passed over.

    Raises ParseError when it is no manifest of Julia.
    """
    document = parse_toml(file.content)
    is_second = "manifest_format" in document or isinstance(document.get("deps"), dict)
    tables: Mapping[str, Any] = table_of(document, "deps") if is_second else document
    entries = [
        (name, one)
        for name, some in tables.items()
        if isinstance(some, list)
        for one in some
        if isinstance(one, dict) and name
    ]
    if document and not entries and not _KEPT & document.keys():
        raise ParseError("it is no manifest of julia")
    # Where a name is there twice, those that need it tell its uuid.
    ids: dict[str, str] = {}
    julia = text_of(document, "julia_version")
    for name, one in entries:
        if version := text_of(one, "version") or (julia if _is_of_julia(one) else ""):
            ids[name] = ids[text_of(one, "uuid")] = f"{name}@{version}"
    finder = LineFinder(file.content)
    packages: list[Package] = []
    for name, one in entries:
        line = finder.line_matching(_header(name))
        finder.pass_by()
        package = _package(name, one, line, ids)
        if _is_of_julia(one):
            package = replace(package, version=julia, origin="system", hashed=None)
        packages.append(package)
    return Inventory(
        packages=tuple(packages),
        runtimes=(
            (Runtime(name="julia", requirement=julia, line=finder.line_of(b"julia_version")),)
            if julia
            else ()
        ),
    )


def _is_of_julia(entry: Mapping[str, Any]) -> bool:
    """Whether it is a library that comes with Julia itself, and in its version."""
    return not any(text_of(entry, key) for key in ("version", "repo-url", "path", "git-tree-sha1"))


def _header(name: str) -> re.Pattern[bytes]:
    key = re.escape(name.encode("utf-8", "replace"))
    return re.compile(
        rb"^[ \t]*\[\[[ \t]*(?:deps[ \t]*\.)?[ \t]*\"?%b\"?[ \t]*\]\]" % key, re.MULTILINE
    )


def _package(name: str, entry: Mapping[str, Any], line: int, ids: Mapping[str, str]) -> Package:
    needs = entry.get("deps")
    if isinstance(needs, dict):
        wanted = [ids.get(str(uuid)) or ids.get(one) for one, uuid in needs.items()]
    else:
        wanted = [ids.get(one) for one in texts_of(entry, "deps")]
    git, path = text_of(entry, "repo-url"), text_of(entry, "path")
    origin: Origin = "git" if git else "path" if path else "registry"
    return Package(
        ecosystem=Ecosystem.JULIA,
        name=name,
        version=text_of(entry, "version") or text_of(entry, "repo-rev"),
        line=line,
        requires=tuple(one for one in wanted if one),
        origin=origin,
        address=shown_address(git or path),
        hashed=None if path else "git-tree-sha1" in entry,
    )
