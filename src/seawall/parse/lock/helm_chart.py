"""Charts of Helm: Chart.yaml, Chart.lock, and the requirements.yaml of Helm 2.

Source: https://helm.sh/docs/topics/charts.
"""

import re

from seawall.core.errors import ParseError
from seawall.model.inventory import Ecosystem, Inventory, ListFile, Package
from seawall.parse.lines import LineFinder
from seawall.parse.revisions import shown_address
from seawall.parse.values import tables_of, text_of
from seawall.parse.yaml import key_pattern, parse_yaml

_EXACT = re.compile(r"v?\d+\.\d+\.\d+[\w.+-]*")


def parse(file: ListFile) -> Inventory:
    """Return the charts that a chart needs. Raises ParseError when it is no mapping."""
    documents = parse_yaml(file.content)
    document = documents[0] if documents else None
    if document is None:
        return Inventory()
    if not isinstance(document, dict):
        raise ParseError("it is no yaml mapping")
    finder = LineFinder(file.content)
    finder.line_matching(key_pattern("dependencies"))
    packages: list[Package] = []
    for entry in tables_of(document, "dependencies"):
        name, wanted = text_of(entry, "name"), text_of(entry, "version")
        if not name:
            continue
        line = finder.line_matching(
            re.compile(rb"\bname:[ \t]*[\"']?%b\b" % re.escape(name.encode()))
        )
        finder.pass_by()
        address = text_of(entry, "repository")
        is_exact = _EXACT.fullmatch(wanted) is not None
        packages.append(
            Package(
                ecosystem=Ecosystem.GENERIC,
                name=name,
                version=wanted if is_exact else "",
                requirement="" if file.path.endswith(".lock") else wanted,
                line=line,
                direct=True,
                origin="path" if address.startswith("file:") else "registry",
                address=shown_address(address),
                marker=text_of(entry, "condition"),
            )
        )
    return Inventory(packages=tuple(packages), project=text_of(document, "name"))
