"""build.sbt.lock of sbt-dependency-lock.

Source: https://github.com/stringbean/sbt-dependency-lock.
"""

import re

from seawall.core.errors import ParseError
from seawall.model.inventory import Ecosystem, Inventory, ListFile, Package
from seawall.parse.json import parse_json_table
from seawall.parse.lines import LineFinder
from seawall.parse.maven import scope_of_configurations
from seawall.parse.remarks import Remarks
from seawall.parse.values import list_of, tables_of, text_of, texts_of


def parse(file: ListFile) -> Inventory:
    """Return what sbt has chosen. Raises ParseError when it is no such file."""
    document = parse_json_table(file.content)
    if not isinstance(document.get("dependencies"), list):
        raise ParseError("it is no lockfile of sbt")
    finder, remarks = LineFinder(file.content), Remarks(file.path)
    packages = []
    for entry in tables_of(document, "dependencies"):
        group, name = text_of(entry, "org"), text_of(entry, "name")
        pattern = rb'"org"\s*:\s*"%b"' % re.escape(group.encode("utf-8", "replace"))
        line = finder.line_matching(re.compile(pattern))
        finder.pass_by()
        if not group or not name:
            remarks.pass_over("a dependency without an organisation and a name", line)
            continue
        names = texts_of(entry, "configurations")
        packages.append(
            Package(
                ecosystem=Ecosystem.MAVEN,
                name=f"{group}:{name}",
                version=text_of(entry, "version"),
                line=line,
                scope=scope_of_configurations(names),
                hashed=any(
                    isinstance(one, dict) and bool(text_of(one, "hash"))
                    for one in list_of(entry, "artifacts")
                ),
            )
        )
    return Inventory(packages=tuple(packages), problems=remarks.problems)
