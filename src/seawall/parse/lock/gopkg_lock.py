"""Gopkg.lock of dep, with which Go's projects chose packages before modules.

Source: https://golang.github.io/dep/docs/Gopkg.lock.html.
"""

from seawall.core.errors import ParseError
from seawall.model.inventory import Ecosystem, Inventory, ListFile, Package
from seawall.parse.pep508 import without_credentials
from seawall.parse.toml import parse_toml, placed_tables
from seawall.parse.values import text_of


def parse(file: ListFile) -> Inventory:
    """Return what dep has chosen. Raises ParseError when it is no lockfile of dep."""
    document = parse_toml(file.content)
    if not document.keys() & {"projects", "solve-meta", "memo"}:
        raise ParseError("it is no lockfile of dep")
    return Inventory(
        packages=tuple(
            Package(
                ecosystem=Ecosystem.GO,
                name=text_of(project, "name"),
                version=text_of(project, "version") or text_of(project, "revision"),
                line=line,
                # What has no version is one commit of a repository.
                origin="registry" if text_of(project, "version") else "git",
                address=without_credentials(text_of(project, "source")),
                hashed="digest" in project,
            )
            for line, project in placed_tables(document, "projects", file.content)
            if text_of(project, "name")
        )
    )
