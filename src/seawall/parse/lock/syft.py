"""Inventories as syft writes them itself.

Source: https://github.com/anchore/syft/tree/main/schema/json.
"""

from msgspec.structs import replace

from seawall.core.errors import ParseError
from seawall.model.inventory import Inventory, ListFile
from seawall.model.purl import read_purl
from seawall.parse.json import parse_json_table
from seawall.parse.lines import LineFinder
from seawall.parse.values import table_of, tables_of, text_of


def parse(file: ListFile) -> Inventory:
    """Return the artifacts that have a package URL; what each needs is told by relationships."""
    document = parse_json_table(file.content)
    if not isinstance(document.get("artifacts"), list):
        raise ParseError("it is no inventory of syft")
    needs: dict[str, list[str]] = {}
    for one in tables_of(document, "artifactRelationships"):
        if one.get("type") == "dependency-of":
            needs.setdefault(text_of(one, "child"), []).append(text_of(one, "parent"))
    lines = LineFinder(file.content)
    packages = []
    for one in tables_of(document, "artifacts"):
        package = read_purl(text_of(one, "purl"))
        if package is not None:
            key = text_of(one, "id")
            licences = (text_of(each, "value") for each in tables_of(one, "licenses"))
            packages.append(
                replace(
                    package,
                    key=key,
                    line=lines.line_of(f'"{text_of(one, "purl")}"'.encode()),
                    requires=tuple(filter(None, needs.get(key, ()))),
                    licence=" AND ".join(filter(None, licences)),
                )
            )
    return Inventory(
        packages=tuple(packages), project=text_of(table_of(document, "source"), "name")
    )
