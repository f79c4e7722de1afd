"""Pipfile: what a project that pipenv manages asks for.

Source: https://pipenv.pypa.io/en/latest/pipfile.html.
"""

import re
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
from seawall.parse.lines import LineFinder
from seawall.parse.pep508 import (
    pinned_version,
    python_name,
    scope_of_group,
    source_in,
)
from seawall.parse.toml import key_pattern, parse_toml, section_pattern
from seawall.parse.values import table_of, text_of

_OTHER = frozenset({"source", "requires", "scripts", "pipenv", "pipfile", "hooks"})
_CONDITIONS = ("os_name", "sys_platform", "platform_machine", "python_version", "platform_system")


def parse(file: ListFile) -> Inventory:
    """Return what the project asks for. Raises ParseError when the file is no TOML."""
    document = parse_toml(file.content)
    finder = LineFinder(file.content)
    packages: list[Package] = []
    for category, entries in document.items():
        if category in _OTHER or not isinstance(entries, dict):
            continue
        finder.line_matching(section_pattern(category))
        for name, entry in entries.items():
            line = finder.line_matching(key_pattern(name))
            finder.pass_by()
            if name:
                packages.append(_package(name, entry, line, _scope(category)))
    wanted = table_of(document, "requires")
    version = text_of(wanted, "python_full_version") or text_of(wanted, "python_version")
    runtimes: tuple[Runtime, ...] = ()
    if version:
        line = finder.line_matching(re.compile(rb"^\s*python_(?:full_)?version\s*=", re.M))
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
