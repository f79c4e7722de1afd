""".nvmrc and .node-version: which Node.js a project runs on.

Source: https://github.com/nvm-sh/nvm#nvmrc.
"""

from seawall.core.errors import ParseError
from seawall.model.inventory import Inventory, ListFile, Runtime

LONGEST = 200
"""Characters of a version."""


def parse(file: ListFile) -> Inventory:
    """Return the Node.js that is asked for. Raises ParseError when it is no version."""
    text = file.content.decode("utf-8-sig", "replace")
    for number, line in enumerate(text.splitlines(), 1):
        version = line.partition("#")[0].strip()
        if version:
            if len(version) > LONGEST or " " in version or not version.isprintable():
                raise ParseError("it is no version", line=number)
            return Inventory(
                runtimes=(Runtime(name="node", requirement=version.removeprefix("v"), line=number),)
            )
    return Inventory()
