"""gleam.toml: what a project of Gleam asks for.

Source: https://gleam.run/writing-gleam/gleam-toml.
"""

import re

from seawall.model.inventory import Ecosystem, Inventory, ListFile, Origin, Package, Scope
from seawall.parse.lines import LineFinder
from seawall.parse.revisions import shown_address
from seawall.parse.toml import parse_toml
from seawall.parse.values import table_of, text_of

_TABLES: tuple[tuple[str, Scope], ...] = (
    ("dependencies", "runtime"),
    ("dev-dependencies", "development"),
    ("dev_dependencies", "development"),
)
_EXACT = re.compile(r"(?:==\s*)?(\d+\.\d+\.\d+[\w.+-]*)")


def parse(file: ListFile) -> Inventory:
    """Return what is asked of Hex, of repositories and folders."""
    document = parse_toml(file.content)
    finder = LineFinder(file.content)
    packages: list[Package] = []
    for table, scope in _TABLES:
        for name, asked in table_of(document, table).items():
            told = asked if isinstance(asked, dict) else {"version": asked}
            git, path = text_of(told, "git"), text_of(told, "path")
            allowed = text_of(told, "version")
            exact = _EXACT.fullmatch(allowed)
            origin: Origin = "git" if git else "path" if path else "registry"
            key = re.escape(name.encode())
            packages.append(
                Package(
                    ecosystem=Ecosystem.HEX,
                    name=name,
                    version=exact[1] if exact else text_of(told, "ref"),
                    requirement=allowed,
                    line=finder.line_matching(
                        re.compile(rb"^[ \t]*\"?%b\"?[ \t]*[.=]" % key, re.MULTILINE)
                    ),
                    scope=scope,
                    direct=True,
                    origin=origin,
                    address=shown_address(git or path),
                )
            )
    return Inventory(
        packages=tuple(one for one in packages if one.name), project=text_of(document, "name")
    )
