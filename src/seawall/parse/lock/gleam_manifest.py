"""manifest.toml of Gleam: what it has chosen of Hex.

Source: https://github.com/gleam-lang/gleam, `compiler-core/src/manifest.rs`.
"""

from seawall.model.inventory import Ecosystem, Inventory, ListFile, Origin, Package
from seawall.parse.lines import LineFinder
from seawall.parse.revisions import shown_address
from seawall.parse.toml import parse_toml
from seawall.parse.values import table_of, tables_of, text_of, texts_of

_ORIGINS: dict[str, Origin] = {"git": "git", "local": "path"}


def parse(file: ListFile) -> Inventory:
    """Return what Gleam has chosen; a `manifest.toml` of another tool has nothing of it."""
    document = parse_toml(file.content)
    asked = table_of(document, "requirements")
    tables = [one for one in tables_of(document, "packages") if text_of(one, "name")]
    ids = {
        text_of(one, "name"): f"{text_of(one, 'name')}@{text_of(one, 'version')}" for one in tables
    }
    finder = LineFinder(file.content)
    packages = []
    for table in tables:
        name = text_of(table, "name")
        line = finder.line_of(b'name = "%b"' % name.encode("utf-8", "replace"))
        finder.pass_by()
        source = text_of(table, "source")
        packages.append(
            Package(
                ecosystem=Ecosystem.HEX,
                name=name,
                version=text_of(table, "version"),
                line=line,
                direct=name in asked,
                requires=tuple(ids[one] for one in texts_of(table, "requirements") if one in ids),
                origin=_ORIGINS.get(source, "registry"),
                address=shown_address(text_of(table, "repo") or text_of(table, "path")),
                hashed=bool(text_of(table, "outer_checksum")) if source == "hex" else None,
            )
        )
    return Inventory(packages=tuple(packages))
