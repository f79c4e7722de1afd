"""conan.lock of Conan 1 (a graph) and 2 (lists).

Source: https://docs.conan.io/2/tutorial/versioning/lockfiles.html; for 1.x its `graph_lock.py`.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from msgspec.structs import replace

from seawall.core.errors import ParseError
from seawall.model.inventory import Inventory, ListFile, Package, Scope
from seawall.parse.conan import referred
from seawall.parse.json import parse_json_table
from seawall.parse.lines import LineFinder
from seawall.parse.scopes import reached
from seawall.parse.values import list_of, table_of, text_of, texts_of

_LISTS: tuple[tuple[str, Scope], ...] = (
    ("requires", "runtime"),
    ("build_requires", "build"),
    ("python_requires", "build"),
    ("config_requires", "build"),
)


def parse(file: ListFile) -> Inventory:
    """Return what Conan has chosen. Raises ParseError when it is no lockfile of Conan."""
    document = parse_json_table(file.content)
    finder = LineFinder(file.content)
    nodes = table_of(document, "graph_lock", "nodes")
    if nodes:
        return Inventory(packages=tuple(_of_graph(nodes, finder)))
    if "graph_lock" not in document and not any(key in document for key, _ in _LISTS):
        raise ParseError("it is no lockfile of conan")
    packages: dict[str, Package] = {}
    for key, scope in _LISTS:
        for entry in list_of(document, key):
            # In some versions a pair of the reference and what is in the package.
            text = entry[0] if isinstance(entry, list) and entry else entry
            if not isinstance(text, str):
                continue
            package = referred(text, _line(finder, text), scope, hashed="#" in text)
            if package is not None:
                packages.setdefault(package.id, package)
    return Inventory(packages=tuple(packages.values()))


def _line(finder: LineFinder, text: str) -> int:
    line = finder.line_of(json.dumps(text).encode())
    finder.pass_by()
    return line


def _of_graph(nodes: Mapping[str, Any], finder: LineFinder) -> Iterator[Package]:
    """Yield the packages of the nodes; the project itself has no version, or none of them."""
    known = {key: node for key, node in nodes.items() if isinstance(node, dict)}
    ids: dict[str, str] = {}
    found: list[tuple[str, Package]] = []
    for key, node in known.items():
        text = text_of(node, "ref") or text_of(node, "pref")
        package = referred(text, _line(finder, text)) if text else None
        if package is not None and "path" not in node:
            found.append((key, replace(package, hashed="#" in text)))
            ids[key] = package.id
    asked: dict[str, Scope] = {}
    needs: dict[str, list[str]] = {}
    for key, node in known.items():
        runs, builds = texts_of(node, "requires"), texts_of(node, "build_requires")
        needs[key] = runs
        if key not in ids:
            asked.update(dict.fromkeys(builds, "build"))
            asked.update(dict.fromkeys(runs, "runtime"))
        else:
            for one in builds:
                asked.setdefault(one, "build")
    scopes = reached(asked, needs)
    own = {one for key, node in known.items() if key not in ids for one in _all(node)}
    told: set[str] = set()
    for key, package in found:
        if package.id not in told:
            told.add(package.id)
            yield replace(
                package,
                scope=scopes.get(key, "runtime"),
                direct=key in own if own else None,
                requires=tuple(dict.fromkeys(ids[one] for one in needs[key] if one in ids)),
            )


def _all(node: Mapping[str, Any]) -> list[str]:
    return texts_of(node, "requires") + texts_of(node, "build_requires")
