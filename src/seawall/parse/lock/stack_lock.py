"""stack.yaml.lock of Haskell.

Source: https://docs.haskellstack.org/en/stable/topics/lock_files, and pantry's `Types.hs`.
"""

from collections.abc import Mapping
from typing import Any

from seawall.core.errors import ParseError
from seawall.model.inventory import Ecosystem, Inventory, ListFile, Package
from seawall.parse.haskell import package_identifier
from seawall.parse.lines import LineFinder
from seawall.parse.revisions import shown_address
from seawall.parse.values import table_of, tables_of, text_of
from seawall.parse.yaml import parse_yaml


def parse(file: ListFile) -> Inventory:
    """Return what Stack has chosen beside its snapshot. Raises ParseError when it is none."""
    documents = parse_yaml(file.content)
    document = documents[0] if documents else None
    if document is None:
        return Inventory()
    if (
        not isinstance(document, dict)
        or not {"packages", "snapshots", "dependencies"} & document.keys()
    ):
        raise ParseError("it is no lockfile of stack")
    finder = LineFinder(file.content)
    packages: list[Package] = []
    # "dependencies" is what the first versions wrote.
    for entry in tables_of(document, "packages") or tables_of(document, "dependencies"):
        completed = table_of(entry, "completed") or table_of(entry, "complete") or entry
        package = _package(completed, finder)
        if package is not None:
            packages.append(package)
    return Inventory(packages=tuple(packages))


def _package(completed: Mapping[str, Any], finder: LineFinder) -> Package | None:
    hackage = text_of(completed, "hackage")
    if named := package_identifier(hackage):
        line = finder.line_of(b"hackage: " + hackage.encode("utf-8", "replace"))
        finder.pass_by()
        return Package(
            ecosystem=Ecosystem.HACKAGE,
            name=named[0],
            version=named[1],
            line=line,
            hashed="@sha256:" in hackage,
        )
    name = text_of(completed, "name")
    git, url = text_of(completed, "git"), text_of(completed, "url") or text_of(completed, "archive")
    if not name:
        return None
    line = finder.line_of(b"name: " + name.encode("utf-8", "replace"))
    finder.pass_by()
    return Package(
        ecosystem=Ecosystem.HACKAGE,
        name=name,
        version=text_of(completed, "version") or text_of(completed, "commit"),
        line=line,
        origin="git" if git else "url",
        address=shown_address(git or url),
        hashed=None if git else bool(text_of(completed, "sha256")),
    )
