"""composer.lock, from Composer 1 and 2.

Source: https://getcomposer.org/schema.json, `Composer/Package/Locker.php`.
"""

from typing import Any

from seawall.core.errors import ParseError
from seawall.model.inventory import Inventory, ListFile, Scope
from seawall.parse.composer import platform_runtimes, read_packages
from seawall.parse.json import parse_json_table
from seawall.parse.lines import LineFinder
from seawall.parse.values import tables_of


def parse(file: ListFile) -> Inventory:
    """Return what Composer has chosen; which of it the project asks for the file does not tell.

    Raises ParseError when it is no lockfile of Composer.
    """
    document = parse_json_table(file.content)
    if "packages" not in document and "packages-dev" not in document:
        raise ParseError("it is no lockfile of composer")
    finder = LineFinder(file.content)
    entries: list[tuple[dict[str, Any], Scope]] = [
        (one, "runtime") for one in tables_of(document, "packages")
    ]
    entries += [(one, "development") for one in tables_of(document, "packages-dev")]
    packages, problems = read_packages(file.path, entries, finder)
    runtimes = platform_runtimes(document.get("platform"), finder)
    return Inventory(packages=packages, runtimes=runtimes, problems=problems)
