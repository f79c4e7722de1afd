"""Pipfile.lock, with its own categories of packages.

Source: https://pipenv.pypa.io/en/latest/pipfile.html.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from seawall.core.errors import ParseError
from seawall.model.inventory import (
    Ecosystem,
    Inventory,
    ListFile,
    Package,
    Runtime,
    Scope,
)
from seawall.parse.json import parse_json_table
from seawall.parse.lines import LineFinder
from seawall.parse.pep508 import (
    pinned_version,
    python_name,
    scope_of_group,
    source_in,
)
from seawall.parse.values import table_of, text_of


def parse(file: ListFile) -> Inventory:
    """Return what pipenv has chosen; which of it the project asks for the file does not tell.

    Raises ParseError when it is no lockfile of pipenv.
    """
    document = parse_json_table(file.content)
    if not any(key in document for key in ("_meta", "default", "develop")):
        raise ParseError("it is no lockfile of pipenv")
    finder = LineFinder(file.content)
    packages: dict[str, Package] = {}
    for category, entries in document.items():
        if category == "_meta" or not isinstance(entries, dict):
            continue
        finder.line_matching(re.compile(rb'^\s*"%b"\s*:' % re.escape(category.encode()), re.M))
        for name, entry in entries.items():
            written = json.dumps(name, ensure_ascii=False).encode("utf-8", "replace")
            line = finder.line_of(written + b": {") or finder.line_of(written)
            finder.pass_by()
            if name and isinstance(entry, dict):
                package = _package(name, entry, line, _scope(category))
                packages.setdefault(package.id, package)
    return Inventory(packages=tuple(packages.values()), runtimes=_runtimes(document))


def _scope(category: str) -> Scope:
    if category == "default":
        return "runtime"
    return scope_of_group(category, "development" if category == "develop" else "optional")


def _package(name: str, entry: Mapping[str, Any], line: int, scope: Scope) -> Package:
    allowed = text_of(entry, "version")
    origin, address, version = source_in(entry)
    return Package(
        ecosystem=Ecosystem.PYPI,
        name=python_name(name),
        version=pinned_version(allowed) or version,
        requirement=allowed,
        line=line,
        scope=scope,
        origin=origin,
        address=address,
        hashed=bool(entry.get("hashes") or entry.get("hash")),
        marker=text_of(entry, "markers"),
    )


def _runtimes(document: Mapping[str, Any]) -> tuple[Runtime, ...]:
    wanted = table_of(document, "_meta", "requires")
    version = text_of(wanted, "python_full_version") or text_of(wanted, "python_version")
    return (Runtime(name="python", requirement=version),) if version else ()
