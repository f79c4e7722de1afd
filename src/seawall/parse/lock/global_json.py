"""global.json: the SDK of .NET that a repository is built with.

Source: https://learn.microsoft.com/dotnet/core/tools/global-json.
"""

import re

from seawall.model.inventory import Ecosystem, Inventory, ListFile, Package, Runtime
from seawall.parse.json import parse_json_table
from seawall.parse.lines import LineFinder
from seawall.parse.nuget import chosen_version
from seawall.parse.values import table_of, text_of


def parse(file: ListFile) -> Inventory:
    """Return the SDK, and those that projects name without a version. Raises ParseError."""
    document = parse_json_table(file.content, loose=True)
    finder = LineFinder(file.content)
    wanted = text_of(table_of(document, "sdk"), "version")
    runtimes = []
    if wanted:
        line = finder.line_matching(re.compile(rb'"version"\s*:'))
        runtimes.append(Runtime(name="dotnet", requirement=wanted, line=line))
    packages = []
    for name, version in table_of(document, "msbuild-sdks").items():
        pattern = rb'"%b"\s*:' % re.escape(name.encode("utf-8", "replace"))
        if name and isinstance(version, str):
            packages.append(
                Package(
                    ecosystem=Ecosystem.NUGET,
                    name=name,
                    version=chosen_version(version),
                    requirement=version,
                    line=finder.line_matching(re.compile(pattern)),
                    scope="build",
                    direct=True,
                )
            )
    return Inventory(packages=tuple(packages), runtimes=tuple(runtimes))
