""".pre-commit-config.yaml: the repositories of hooks, and what is installed beside them.

Source: https://pre-commit.com/#adding-pre-commit-plugins-to-your-project.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from seawall.core.errors import ParseError
from seawall.model.inventory import Ecosystem, Inventory, ListFile, Package
from seawall.parse.lines import LineFinder
from seawall.parse.pep508 import parse_requirement
from seawall.parse.revisions import repository_name, shown_address
from seawall.parse.values import tables_of, text_of, texts_of
from seawall.parse.yaml import parse_yaml

_OF_NODE = re.compile(r"((?:@[\w.-]+/)?[\w.-]+)@[~^]?(\d[\w.+-]*)")


def parse(file: ListFile) -> Inventory:
    """Return the repositories and packages. Raises ParseError when it is no such configuration."""
    documents = parse_yaml(file.content)
    document = documents[0] if documents else None
    if document is None:
        return Inventory()
    # The first versions had the list alone.
    told = {"repos": document} if isinstance(document, list) else document
    if not isinstance(told, dict):
        raise ParseError("it is no yaml mapping")
    finder = LineFinder(file.content)
    packages: list[Package] = []
    for entry in tables_of(told, "repos"):
        address, revision = text_of(entry, "repo"), text_of(entry, "rev") or text_of(entry, "sha")
        name = repository_name(address)
        if name and revision and address not in ("local", "meta"):
            line = finder.line_of(address.encode("utf-8", "replace"))
            finder.pass_by()
            packages.append(
                Package(
                    ecosystem=Ecosystem.GENERIC,
                    name=name,
                    version=revision,
                    line=line,
                    scope="development",
                    direct=True,
                    origin="git",
                    address=shown_address(address),
                )
            )
        for hook in tables_of(entry, "hooks"):
            packages += _beside(hook, finder)
    return Inventory(packages=tuple(packages))


def _beside(hook: Mapping[str, Any], finder: LineFinder) -> Iterator[Package]:
    for text in texts_of(hook, "additional_dependencies"):
        line = finder.line_of(text.encode("utf-8", "replace"))
        of_node = _OF_NODE.fullmatch(text) if len(text) < 1000 else None
        if of_node is not None:
            yield Package(
                ecosystem=Ecosystem.NPM,
                name=of_node[1],
                version=of_node[2],
                line=line,
                scope="development",
                direct=True,
            )
        elif "==" in text and (wanted := parse_requirement(text)) is not None:
            yield wanted.package(line, "development")
