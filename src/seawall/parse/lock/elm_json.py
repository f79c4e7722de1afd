"""elm.json of applications and packages of Elm.

Source: https://github.com/elm/compiler/tree/master/docs/elm.json.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from seawall.core.errors import ParseError
from seawall.model.inventory import Ecosystem, Inventory, ListFile, Package, Runtime, Scope
from seawall.parse.json import parse_json_table
from seawall.parse.lines import LineFinder
from seawall.parse.values import table_of, text_of

_TABLES: tuple[tuple[str, Scope], ...] = (
    ("dependencies", "runtime"),
    ("test-dependencies", "test"),
)


def parse(file: ListFile) -> Inventory:
    """Return what Elm has chosen, or a package allows. Raises ParseError when it is neither."""
    document = parse_json_table(file.content)
    if "dependencies" not in document and "elm-version" not in document:
        raise ParseError("it is no elm.json")
    finder = LineFinder(file.content)
    version = text_of(document, "elm-version")
    runtimes = [Runtime(name="elm", requirement=version, line=finder.line_of(b'"elm-version"'))]
    return Inventory(
        packages=tuple(_packages(document, finder)),
        project=text_of(document, "name"),
        licence=text_of(document, "license"),
        runtimes=tuple(one for one in runtimes if one.requirement),
    )


def _packages(document: Mapping[str, Any], finder: LineFinder) -> Iterator[Package]:
    is_application = text_of(document, "type") == "application"
    for table, scope in _TABLES:
        told = table_of(document, table)
        kinds = ("direct", "indirect") if is_application else ("",)
        for kind in kinds:
            for name, version in (table_of(told, kind) if kind else told).items():
                line = finder.line_of(json.dumps(name).encode())
                finder.pass_by()
                if name and isinstance(version, str):
                    yield Package(
                        ecosystem=Ecosystem.GENERIC,
                        name=name,
                        version=version if is_application else "",
                        requirement="" if is_application else version,
                        line=line,
                        scope=scope,
                        direct=kind != "indirect",
                    )
