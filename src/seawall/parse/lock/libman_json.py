"""libman.json: libraries that a web project has fetched from delivery networks.

Source: https://learn.microsoft.com/aspnet/core/client-side/libman/.
"""

import msgspec

from seawall.core.errors import ParseError
from seawall.model.inventory import Ecosystem, Inventory, ListFile, Package
from seawall.parse.json import parse_json_table
from seawall.parse.lines import LineFinder
from seawall.parse.npm import split_descriptor
from seawall.parse.values import tables_of, text_of


def parse(file: ListFile) -> Inventory:
    """Return the libraries of a list. Raises ParseError when it is none."""
    document = parse_json_table(file.content, loose=True)
    if "libraries" not in document:
        raise ParseError("it is no list of libraries")
    lines = LineFinder(file.content)
    packages: list[Package] = []
    for one in tables_of(document, "libraries"):
        library = text_of(one, "library")
        provider = text_of(one, "provider") or text_of(document, "defaultProvider")
        name, version = split_descriptor(library)
        if name and provider != "filesystem":
            packages.append(
                Package(
                    ecosystem=Ecosystem.NPM,
                    name=name,
                    version=version,
                    line=lines.line_of(msgspec.json.encode(library)),
                    direct=True,
                    address=provider,
                )
            )
    return Inventory(packages=tuple(packages))
