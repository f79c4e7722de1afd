"""Brewfile.lock.json of Homebrew Bundle.

Source: https://github.com/Homebrew/homebrew-bundle, `lib/bundle/locker.rb`.
"""

import json

from seawall.core.errors import ParseError
from seawall.model.inventory import Ecosystem, Inventory, ListFile, Package
from seawall.parse.json import parse_json_table
from seawall.parse.lines import LineFinder
from seawall.parse.values import table_of, text_of


def parse(file: ListFile) -> Inventory:
    """Return what Homebrew has installed. Raises ParseError when it is no lockfile of it."""
    document = parse_json_table(file.content)
    if "entries" not in document:
        raise ParseError("it is no lockfile of homebrew")
    entries = table_of(document, "entries")
    finder = LineFinder(file.content)
    packages: list[Package] = []
    for kind in entries:
        for name, entry in table_of(entries, kind).items():
            line = finder.line_of(json.dumps(name).encode() + b":")
            finder.pass_by()
            if not name or not isinstance(entry, dict):
                continue
            packages.append(
                Package(
                    ecosystem=Ecosystem.GENERIC,
                    name=name,
                    version=text_of(entry, "version") or text_of(entry, "revision"),
                    line=line,
                    scope="development",
                    direct=True,
                    origin="git" if kind == "tap" else "registry",
                    hashed=bool(table_of(entry, "bottle")) if kind == "brew" else None,
                )
            )
    return Inventory(packages=tuple(packages))
