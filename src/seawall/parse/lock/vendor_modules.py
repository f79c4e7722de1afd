"""vendor/modules.txt: the modules whose packages a Go project holds itself.

Source: https://go.dev/ref/mod#vendoring.
"""

from seawall.core.errors import ParseError
from seawall.model.inventory import Ecosystem, Inventory, ListFile, Package
from seawall.parse.go_directives import is_folder, is_version


def parse(file: ListFile) -> Inventory:
    """Return the modules that are vendored. Raises ParseError when it is no list of them."""
    packages: list[Package] = []
    for number, line in enumerate(file.content.decode("utf-8-sig", "replace").splitlines(), 1):
        words = line.split()
        if line.startswith("# "):
            package = _package(words[1:], number)
            # At the end stand the replacements of what is not built, without versions.
            if package is not None:
                packages.append(package)
        elif words and line[0] != "#" and not packages:
            raise ParseError("it is no list of vendored modules", line=number)
    return Inventory(packages=tuple(packages))


def _package(words: list[str], line: int) -> Package | None:
    """Return the package of "path version [=> path [version]]"."""
    if len(words) < 2 or not is_version(words[1]):
        return None
    path, version = words[:2]
    if words[2:3] == ["=>"] and len(words) in (4, 5):
        if len(words) == 4 and is_folder(words[3]):
            return Package(
                ecosystem=Ecosystem.GO,
                name=path,
                version=version,
                line=line,
                origin="path",
                address=words[3],
            )
        path, version = words[3], words[4] if len(words) == 5 else version
    return Package(ecosystem=Ecosystem.GO, name=path, version=version, line=line)
