"""pixi.toml: what a workspace of pixi asks for of conda's channels and of PyPI.

Source: https://pixi.sh/latest/reference/pixi_manifest.
"""

from seawall.model.inventory import Inventory, ListFile
from seawall.parse.conda import read_pixi_tables
from seawall.parse.toml import TomlLines, parse_toml
from seawall.parse.values import table_of, text_of


def parse(file: ListFile) -> Inventory:
    """Return what the workspace asks for. Raises ParseError when the file is no TOML."""
    document = parse_toml(file.content)
    project = table_of(document, "workspace") or table_of(document, "project")
    packages = read_pixi_tables(document, (), TomlLines(file.content))
    return Inventory(
        packages=tuple(packages),
        project=text_of(project, "name") or text_of(table_of(document, "package"), "name"),
        licence=text_of(project, "license"),
    )
