"""vendor/composer/installed.json: what Composer has installed, as Composer 1 and 2 write it.

Source: https://github.com/composer/composer, `Composer/Repository/FilesystemRepository.php`.
"""

from typing import Any

from seawall.core.errors import ParseError
from seawall.model.inventory import Inventory, ListFile, Scope
from seawall.parse.composer import read_packages
from seawall.parse.json import parse_json
from seawall.parse.lines import LineFinder
from seawall.parse.values import tables_of, text_of, texts_of


def parse(file: ListFile) -> Inventory:
    """Return what is installed. Raises ParseError when it is no list of Composer."""
    document = parse_json(file.content)
    if isinstance(document, list):
        document = {"packages": document}
    if not isinstance(document, dict) or "packages" not in document:
        raise ParseError("it is no list of composer")
    development = {name.lower() for name in texts_of(document, "dev-package-names")}
    entries: list[tuple[dict[str, Any], Scope]] = [
        (one, "development" if text_of(one, "name").lower() in development else "runtime")
        for one in tables_of(document, "packages")
    ]
    packages, problems = read_packages(file.path, entries, LineFinder(file.content))
    return Inventory(packages=packages, problems=problems)
