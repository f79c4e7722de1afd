"""The words of Cargo: what its manifests ask for."""

import posixpath
import re
from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from seawall.core.errors import ParseError
from seawall.model.inventory import ListFile, Origin, Scope
from seawall.parse.pep508 import without_credentials
from seawall.parse.toml import parse_toml
from seawall.parse.values import table_of, text_of

KINDS: tuple[tuple[str, Scope], ...] = (
    ("dependencies", "runtime"),
    ("build-dependencies", "build"),
    ("build_dependencies", "build"),
    ("dev-dependencies", "development"),
    ("dev_dependencies", "development"),
)
"""The tables of a manifest that name packages, with what theirs are for."""
MOST_ABOVE = 8
"""Folders above a manifest in which the one of its workspace is looked for."""

_EXACT = re.compile(r"\s*=\s*(\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?)\s*")


class Need(Struct, frozen=True, kw_only=True):
    """What a manifest asks for under one name."""

    alias: str
    name: str
    kind: str
    """The table that it stands in."""
    scope: Scope
    version: str
    requirement: str
    origin: Origin
    address: str
    marker: str
    """The platform it is for."""


def needs_of(
    manifest: Mapping[str, Any], workspace: Mapping[str, Any] | None = None
) -> Iterator[Need]:
    """Yield what a manifest asks for; `workspace` is the manifest whose words it inherits."""
    shared = table_of(workspace if workspace is not None else manifest, "workspace", "dependencies")
    platforms = table_of(manifest, "target")
    tables = [("", manifest), *((name, table_of(platforms, name)) for name in platforms)]
    for marker, table in tables:
        for kind, scope in KINDS:
            for alias, value in table_of(table, kind).items():
                inherits = isinstance(value, dict) and value.get("workspace") is True
                if inherits:
                    inherited = _as_table(shared.get(alias))
                    value = {**inherited, "optional": value.get("optional")}
                told = read_need(alias, value, kind, scope, marker)
                if told is not None:
                    yield told


def read_need(alias: str, value: Any, kind: str, scope: Scope, marker: str = "") -> Need | None:
    """Return what stands under one name of a table; None where it is nothing that Cargo knows."""
    if not isinstance(value, str | dict) or not alias:
        return None
    table = _as_table(value)
    requirement = text_of(table, "version")
    exact = _EXACT.fullmatch(requirement)
    git, path = text_of(table, "git"), text_of(table, "path")
    origin: Origin = "git" if git else "path" if path else "registry"
    if table.get("optional") is True and scope == "runtime":
        scope = "optional"
    told = (text_of(table, one) for one in ("rev", "tag", "branch"))
    revision = next((f"#{one}" for one in told if one), "")
    return Need(
        alias=alias,
        name=text_of(table, "package") or alias,
        kind=kind,
        scope=scope,
        version=exact[1] if exact else "",
        requirement=requirement,
        origin=origin,
        address=without_credentials(f"{git}{revision}" if git else path)
        or without_credentials(text_of(table, "registry") or text_of(table, "registry-index")),
        marker=marker,
    )


def read_manifest(file: ListFile, folder: str) -> dict[str, Any]:
    """Return the manifest of a folder; {} where there is none that can be read."""
    path = posixpath.normpath(posixpath.join(folder, "Cargo.toml"))
    content = None if path.startswith(("..", "/")) else file.read(path)
    try:
        return parse_toml(content) if content else {}
    except ParseError:
        # It answers for itself.
        return {}


def workspace_above(file: ListFile) -> dict[str, Any] | None:
    """Return the manifest of the workspace that a manifest is part of; None where none is."""
    folder = posixpath.dirname(file.path)
    for _ in range(MOST_ABOVE):
        if not folder:
            break
        folder = posixpath.dirname(folder)
        manifest = read_manifest(file, folder)
        if "workspace" in manifest:
            return manifest
    return None


def _as_table(value: Any) -> dict[str, Any]:
    return (
        {"version": value} if isinstance(value, str) else value if isinstance(value, dict) else {}
    )
