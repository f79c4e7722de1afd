"""Pipfile: what a project that pipenv manages asks for.

Source: https://pipenv.pypa.io/en/latest/pipfile.html.
"""

from collections.abc import Mapping
from typing import Any

from seawall.model.inventory import (
    Ecosystem,
    Inventory,
    ListFile,
    Package,
    Runtime,
    Scope,
)
from seawall.parse.pep508 import (
    pinned_version,
    python_name,
    scope_of_group,
    source_in,
)
from seawall.parse.toml import TomlLines, parse_toml
from seawall.parse.values import table_of, text_of

_OTHER = frozenset({"source", "requires", "scripts", "pipenv", "pipfile", "hooks"})
_CONDITIONS = ("os_name", "sys_platform", "platform_machine", "python_version", "platform_system")


def parse(file: ListFile) -> Inventory:
    """Return what the project asks for. Raises ParseError when the file is no TOML."""
    document = parse_toml(file.content)
    lines = TomlLines(file.content)
    packages: list[Package] = []
    for category, entries in document.items():
        if category in _OTHER or not isinstance(entries, dict):
            continue
        for name, entry in entries.items():
            if name:
                line = lines.line_of(category, name)
                packages.append(_package(name, entry, line, _scope(category)))
    wanted = table_of(document, "requires")
    key = "python_full_version" if "python_full_version" in wanted else "python_version"
    runtimes: tuple[Runtime, ...] = ()
    if version := text_of(wanted, key):
        line = lines.line_of("requires", key)
        runtimes = (Runtime(name="python", requirement=version, line=line),)
    return Inventory(packages=tuple(packages), runtimes=runtimes)


def _scope(category: str) -> Scope:
    if category == "packages":
        return "runtime"
    return "development" if category == "dev-packages" else scope_of_group(category, "optional")


def _package(name: str, entry: Any, line: int, scope: Scope) -> Package:
    table: Mapping[str, Any] = entry if isinstance(entry, dict) else {"version": entry}
    allowed = text_of(table, "version")
    origin, address, version = source_in(table)
    marker = text_of(table, "markers") or " and ".join(
        f"{key} {text_of(table, key)}" for key in _CONDITIONS if text_of(table, key)
    )
    return Package(
        ecosystem=Ecosystem.PYPI,
        name=python_name(name),
        version=pinned_version(allowed) or version,
        requirement="" if allowed == "*" else allowed,
        line=line,
        scope=scope,
        direct=True,
        origin=origin,
        address=address,
        marker=marker,
    )
