"""Files of Docker Compose: the images that their services run.

Source: https://docs.docker.com/reference/compose-file.
"""

import re

from seawall.core.errors import ParseError
from seawall.model.inventory import Inventory, ListFile, Runtime
from seawall.parse.images import image_runtimes
from seawall.parse.lines import LineFinder
from seawall.parse.values import text_of
from seawall.parse.yaml import entries_of, key_pattern, parse_yaml

_VARIABLE = re.compile(r"\$\{\w+:?-([^{}$]*)\}")


def parse(file: ListFile) -> Inventory:
    """Return the images of the services. Raises ParseError when it is no mapping."""
    documents = parse_yaml(file.content)
    document = documents[0] if documents else None
    if document is None:
        return Inventory()
    if not isinstance(document, dict):
        raise ParseError("it is no yaml mapping")
    finder = LineFinder(file.content)
    found: list[Runtime] = []
    for name, service in entries_of(document, "services") or entries_of(document):
        image = text_of(service, "image") if isinstance(service, dict) else ""
        if not image:
            continue
        finder.line_matching(key_pattern(name))
        line = finder.line_matching(key_pattern("image"))
        found += image_runtimes(_VARIABLE.sub(r"\1", image), line)
    return Inventory(runtimes=tuple(found))
