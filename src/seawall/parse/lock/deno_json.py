"""deno.json, jsr.json and import maps: what a project of Deno imports by name.

Source: https://docs.deno.com/runtime/fundamentals/modules.
"""

import re

import msgspec

from seawall.model.inventory import Ecosystem, Inventory, ListFile, Package
from seawall.parse.json import parse_json_table
from seawall.parse.lines import LineFinder
from seawall.parse.npm import read_spec
from seawall.parse.values import table_of, text_of

_SPECIFIER = re.compile(r"(npm|jsr):/?(@[^/@]+/[^/@]+|[^/@]+)(?:@([^/]+))?(?:/.*)?")


def parse(file: ListFile) -> Inventory:
    """Return what is imported of npm and JSR. Raises ParseError when it is no JSON object."""
    document = parse_json_table(file.content, loose=True)
    lines = LineFinder(file.content)
    packages: dict[tuple[str, str], Package] = {}
    scopes = table_of(document, "scopes")
    for table in (table_of(document, "imports"), *(table_of(scopes, one) for one in scopes)):
        for address in table.values():
            found = _SPECIFIER.fullmatch(address) if isinstance(address, str) else None
            if found is None:
                continue
            spec = read_spec(found[2], found[3] or "")
            line = lines.line_of(msgspec.json.encode(address))
            ecosystem = Ecosystem.NPM if found[1] == "npm" else Ecosystem.GENERIC
            packages.setdefault(
                (found[1] + found[2], spec.requirement),
                Package(
                    ecosystem=ecosystem,
                    name=found[2],
                    version=spec.version,
                    requirement=spec.requirement,
                    line=line,
                    direct=True,
                ),
            )
    return Inventory(
        packages=tuple(packages.values()),
        project=text_of(document, "name"),
        licence=text_of(document, "license"),
    )
