"""packages.lock.json of NuGet, versions 1 and 2.

Source: https://learn.microsoft.com/nuget/consume-packages/package-references-in-project-files.
"""

import re
from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from seawall.core.errors import ParseError
from seawall.model.inventory import Ecosystem, Inventory, ListFile, Package, Runtime
from seawall.parse.json import parse_json_table
from seawall.parse.lines import LineFinder
from seawall.parse.nuget import framework_of
from seawall.parse.remarks import Remarks
from seawall.parse.values import table_of, text_of


class _Held(Struct):
    """A package of one framework or several."""

    name: str
    version: str
    line: int
    requirement: str
    direct: bool
    is_project: bool
    hashed: bool
    frameworks: dict[str, None]
    needs: dict[str, str]


def parse(file: ListFile) -> Inventory:
    """Return what NuGet has chosen. Raises ParseError when it is no lockfile of NuGet."""
    document = parse_json_table(file.content, loose=True)
    if not isinstance(document.get("dependencies"), dict):
        raise ParseError("it is no lockfile of nuget")
    finder, remarks = LineFinder(file.content), Remarks(file.path)
    held: dict[str, _Held] = {}
    names: dict[str, str] = {}
    """As they are written first: case tells nothing."""
    frameworks: dict[str, int] = {}
    for target, entries in document["dependencies"].items():
        line = finder.line_matching(_key(target))
        framework = framework_of(target)
        frameworks.setdefault(framework, line)
        if not isinstance(entries, dict):
            remarks.pass_over("a framework without a table", line)
            continue
        ids = {
            name.lower(): f"{names.setdefault(name.lower(), name)}@{text_of(entry, 'resolved')}"
            for name, entry in entries.items()
            if isinstance(entry, dict)
        }
        for name, entry in entries.items():
            line = finder.line_of(b'"%b": {' % name.encode("utf-8", "replace"))
            line = line or finder.line_matching(_key(name))
            finder.pass_by()
            if isinstance(entry, dict) and name:
                if not text_of(entry, "resolved") and text_of(entry, "type").lower() != "project":
                    remarks.pass_over(f"a package without a version: {name}", line)
                _hold(held, names[name.lower()], entry, line, framework, ids)
            else:
                remarks.pass_over("a package without a table", line)
    return Inventory(
        packages=tuple(_package(one, len(frameworks)) for one in held.values()),
        runtimes=tuple(
            Runtime(name="dotnet", requirement=one, line=line) for one, line in frameworks.items()
        ),
        problems=remarks.problems,
    )


def _key(name: str) -> re.Pattern[bytes]:
    return re.compile(rb'"%b"\s*:\s*\{' % re.escape(name.encode("utf-8", "replace")))


def _hold(
    held: dict[str, _Held],
    name: str,
    entry: Mapping[str, Any],
    line: int,
    framework: str,
    ids: Mapping[str, str],
) -> None:
    kind = text_of(entry, "type").lower()
    one = held.setdefault(
        ids[name.lower()],
        _Held(
            name=name,
            version=text_of(entry, "resolved"),
            line=line,
            requirement=text_of(entry, "requested"),
            direct=False,
            is_project=kind == "project",
            hashed=bool(text_of(entry, "contentHash")),
            frameworks={},
            needs={},
        ),
    )
    one.direct = one.direct or kind in ("direct", "project")
    one.requirement = one.requirement or text_of(entry, "requested")
    one.frameworks[framework] = None
    for needed, allowed in table_of(entry, "dependencies").items():
        if needed.lower() in ids:
            one.needs.setdefault(ids[needed.lower()], str(allowed))


def _package(held: _Held, frameworks: int) -> Package:
    return Package(
        ecosystem=Ecosystem.NUGET,
        name=held.name,
        version=held.version,
        requirement=held.requirement,
        line=held.line,
        direct=held.direct,
        requires=tuple(held.needs),
        constraints=tuple(held.needs.values()),
        origin="workspace" if held.is_project else "registry",
        hashed=None if held.is_project else held.hashed,
        marker=" or ".join(held.frameworks) if len(held.frameworks) < frameworks else "",
    )
