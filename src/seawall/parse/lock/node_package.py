"""A package that is installed: node_modules/<name>/package.json speaks of the package itself.

Source: https://docs.npmjs.com/cli/configuring-npm/package-json.
"""

from seawall.core.errors import ParseError
from seawall.model.inventory import Ecosystem, Inventory, ListFile, Package
from seawall.parse.json import parse_json_table
from seawall.parse.npm import licence_of, resolved_origin, told_address
from seawall.parse.values import table_of, text_of

_SCRIPTS = ("preinstall", "install", "postinstall")


def parse(file: ListFile) -> Inventory:
    """Return the package that a folder holds. Raises ParseError when it names none."""
    document = parse_json_table(file.content)
    name, version = text_of(document, "name"), text_of(document, "version")
    if not name:
        raise ParseError("it names no package")
    resolved = text_of(document, "_resolved")
    line = file.content.count(b"\n", 0, max(0, file.content.find(b'"version"'))) + 1
    return Inventory(
        packages=(
            Package(
                ecosystem=Ecosystem.NPM,
                name=name,
                version=version,
                line=line,
                origin=resolved_origin(resolved),
                address=told_address(resolved),
                licence=licence_of(document.get("license", document.get("licenses"))),
                has_install_script=document.get("gypfile") is True
                or any(text_of(table_of(document, "scripts"), one) for one in _SCRIPTS),
                notice=text_of(document, "deprecated"),
            ),
        )
    )
