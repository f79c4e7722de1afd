"""bower.json: what a project asks Bower for; Bower's names are of no ecosystem with advisories.

Source: https://github.com/bower/spec/blob/master/json.md.
"""

import msgspec

from seawall.model.inventory import Ecosystem, Inventory, ListFile, Package, Scope
from seawall.parse.json import parse_json_table
from seawall.parse.lines import LineFinder
from seawall.parse.npm import licence_of, read_spec
from seawall.parse.values import table_of, text_of

_KINDS: tuple[tuple[str, Scope], ...] = (
    ("dependencies", "runtime"),
    ("devDependencies", "development"),
)


def parse(file: ListFile) -> Inventory:
    """Return what a manifest asks for. Raises ParseError when it is no JSON object."""
    document = parse_json_table(file.content)
    lines = LineFinder(file.content)
    packages: list[Package] = []
    for kind, scope in _KINDS:
        for alias, asked in table_of(document, kind).items():
            if not alias or not isinstance(asked, str):
                continue
            # "jquery-old": "jquery#1.9.1" takes a package under another name.
            name, named, allowed = asked.partition("#")
            of_other = bool(named) and "/" not in name and ":" not in name
            spec = read_spec(name if of_other else alias, allowed if of_other else asked)
            packages.append(
                Package(
                    ecosystem=Ecosystem.GENERIC,
                    name=spec.name or alias,
                    version=spec.version,
                    requirement=spec.requirement,
                    line=lines.line_of(msgspec.json.encode(alias)),
                    scope=scope,
                    direct=True,
                    origin=spec.origin,
                    address=spec.address,
                )
            )
    return Inventory(
        packages=tuple(packages),
        project=text_of(document, "name"),
        licence=licence_of(document.get("license")),
    )
