"""glide.lock of Glide, with which Go's projects chose packages before modules.

Source: https://github.com/Masterminds/glide, `docs/glide.yaml.md` and `cfg/lock.go`.
"""

from seawall.core.errors import ParseError
from seawall.model.inventory import Ecosystem, Inventory, ListFile, Package, Scope
from seawall.parse.lines import LineFinder
from seawall.parse.pep508 import without_credentials
from seawall.parse.values import tables_of, text_of
from seawall.parse.yaml import parse_yaml_table

_KINDS: tuple[tuple[str, Scope], ...] = (
    ("imports", "runtime"),
    ("testImports", "test"),
    ("devImports", "test"),
)


def parse(file: ListFile) -> Inventory:
    """Return what Glide has chosen. Raises ParseError when it is no lockfile of Glide."""
    document = parse_yaml_table(file.content)
    if not document.keys() & {"imports", "testImports", "hash"}:
        raise ParseError("it is no lockfile of glide")
    lines = LineFinder(file.content)
    packages: list[Package] = []
    for kind, scope in _KINDS:
        for one in tables_of(document, kind):
            name, version = text_of(one, "name"), text_of(one, "version")
            if not name:
                continue
            line = lines.line_of(f"name: {name}\n".encode())
            lines.pass_by()
            packages.append(
                Package(
                    ecosystem=Ecosystem.GO,
                    name=name,
                    version=version,
                    line=line,
                    scope=scope,
                    origin="registry" if "." in version else "git",
                    address=without_credentials(text_of(one, "repo")),
                )
            )
    return Inventory(packages=tuple(packages))
