"""dotnet-tools.json: the tools that a repository of .NET installs.

Source: https://learn.microsoft.com/dotnet/core/tools/local-tools-how-to-use.
"""

import re

from seawall.core.errors import ParseError
from seawall.model.inventory import Ecosystem, Inventory, ListFile, Package
from seawall.parse.json import parse_json_table
from seawall.parse.lines import LineFinder
from seawall.parse.nuget import chosen_version
from seawall.parse.values import text_of


def parse(file: ListFile) -> Inventory:
    """Return the tools. Raises ParseError when it is no list of tools."""
    document = parse_json_table(file.content, loose=True)
    if not isinstance(document.get("tools"), dict):
        raise ParseError("it is no list of tools of .net")
    finder = LineFinder(file.content)
    packages = []
    for name, entry in document["tools"].items():
        pattern = rb'"%b"\s*:\s*\{' % re.escape(name.encode("utf-8", "replace"))
        wanted = text_of(entry, "version") if isinstance(entry, dict) else ""
        if name:
            packages.append(
                Package(
                    ecosystem=Ecosystem.NUGET,
                    name=name,
                    version=chosen_version(wanted),
                    requirement=wanted,
                    line=finder.line_matching(re.compile(pattern)),
                    scope="development",
                    direct=True,
                )
            )
    return Inventory(packages=tuple(packages))
