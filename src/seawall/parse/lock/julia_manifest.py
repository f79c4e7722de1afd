"""Manifest.toml of Julia, formats 1 and 2.

Source: https://pkgdocs.julialang.org/v1/toml-files, and Pkg's `manifest.jl`.
"""

import re
from collections.abc import Mapping
from typing import Any

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
    for name, one in entries:
        if version := text_of(one, "version"):
            ids[name] = ids[text_of(one, "uuid")] = f"{name}@{version}"
    finder = LineFinder(file.content)
    packages: list[Package] = []
    for name, one in entries:
        line = finder.line_matching(_header(name))
        finder.pass_by()
        if text_of(one, "version") or "repo-url" in one or "path" in one:
            packages.append(_package(name, one, line, ids))
    version = text_of(document, "julia_version")
    return Inventory(
        packages=tuple(packages),
        runtimes=(
            (Runtime(name="julia", requirement=version, line=finder.line_of(b"julia_version")),)
            if version
            else ()
        ),
    )


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
