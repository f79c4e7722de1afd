"""Which files a package of dpkg brought: `info/NAME.list`, and sums where there is no dpkg."""

from seawall.model.inventory import Inventory, ListFile
from seawall.parse.lock import may_be_installed


def parse(file: ListFile) -> Inventory:
    """Return those of its files that name packages themselves, a wheel's METADATA for one."""
    lines = file.content.decode("utf-8", "replace").split("\n")
    # A list holds paths alone, sums stand before them.
    paths = (line.rpartition("  ")[2].lstrip("/") for line in lines)
    return Inventory(owns=tuple(path for path in paths if may_be_installed(path)))
