"""haxelib.json of Haxe.

Source: https://lib.haxe.org/documentation/creating-a-haxelib-package.
"""

import json

from seawall.core.errors import ParseError
from seawall.model.inventory import Ecosystem, Inventory, ListFile, Package
from seawall.parse.json import parse_json_table
from seawall.parse.lines import LineFinder
from seawall.parse.revisions import shown_address, tagged_version
from seawall.parse.values import table_of, text_of


def parse(file: ListFile) -> Inventory:
    """Return what a library of Haxe asks for. Raises ParseError when it is none."""
    document = parse_json_table(file.content)
    if "name" not in document and "dependencies" not in document:
        raise ParseError("it is no haxelib.json")
    finder = LineFinder(file.content)
    finder.line_of(b'"dependencies"')
    packages: list[Package] = []
    for name, wanted in table_of(document, "dependencies").items():
        line = finder.line_of(json.dumps(name).encode())
        finder.pass_by()
        if not name or not isinstance(wanted, str):
            continue
        is_git = wanted.startswith("git:") or wanted == "git"
        address, _, revision = (
            wanted.removeprefix("git:").partition("#") if is_git else ("", "", "")
        )
        packages.append(
            Package(
                ecosystem=Ecosystem.GENERIC,
                name=name,
                version=(tagged_version(revision) or revision) if is_git else wanted,
                line=line,
                direct=True,
                origin="git" if is_git else "registry",
                address=shown_address(address),
            )
        )
    return Inventory(
        packages=tuple(packages),
        project=text_of(document, "name"),
        licence=text_of(document, "license"),
    )
