"""dub.selections.json and dub.json of D.

Source: https://dub.pm/dub-reference/selections and https://dub.pm/dub-guide/recipe.
"""

import json
import re
from typing import Any

from seawall.core.errors import ParseError
from seawall.model.inventory import Ecosystem, Inventory, ListFile, Origin, Package
from seawall.parse.json import parse_json_table
from seawall.parse.lines import LineFinder
from seawall.parse.revisions import shown_address
from seawall.parse.values import table_of, text_of

_EXACT = re.compile(r"(?:==)?(\d+\.\d+\.\d+[\w.+-]*)")


def parse(file: ListFile) -> Inventory:
    """Return what DUB has chosen, or is asked for. Raises ParseError when it is neither."""
    document = parse_json_table(file.content)
    is_chosen = "versions" in document and file.path.endswith("selections.json")
    if not is_chosen and not {"name", "dependencies", "fileVersion"} & document.keys():
        raise ParseError("it is no file of dub")
    finder = LineFinder(file.content)
    key = "versions" if is_chosen else "dependencies"
    finder.line_of(b'"%b"' % key.encode())
    packages: list[Package] = []
    for name, entry in table_of(document, key).items():
        line = finder.line_of(json.dumps(name).encode())
        finder.pass_by()
        if name and isinstance(entry, str | dict):
            packages.append(_package(name, entry, line, is_chosen=is_chosen))
    return Inventory(
        packages=tuple(packages),
        project=text_of(document, "name"),
        licence=text_of(document, "license"),
    )


def _package(name: str, entry: Any, line: int, *, is_chosen: bool) -> Package:
    table = entry if isinstance(entry, dict) else {"version": entry}
    wanted, path, repository = (text_of(table, key) for key in ("version", "path", "repository"))
    exact = _EXACT.fullmatch(wanted)
    origin: Origin = "git" if repository else "path" if path else "registry"
    return Package(
        ecosystem=Ecosystem.GENERIC,
        name=name,
        version=wanted if is_chosen else exact[1] if exact else "",
        requirement="" if is_chosen else wanted,
        line=line,
        scope="optional" if table.get("optional") is True else "runtime",
        direct=None if is_chosen else True,
        origin=origin,
        address=shown_address(repository or path),
    )
