"""os-release: which operating system runs what is here."""

from seawall.model.inventory import Inventory, ListFile, Runtime
from seawall.parse.os_release import parse_os_release


def parse(file: ListFile) -> Inventory:
    """Return the system as a runtime; nothing where none is named."""
    system = parse_os_release(file.content)
    if not system.id:
        return Inventory()
    return Inventory(
        runtimes=(Runtime(name=system.id, requirement=system.version, line=system.line),)
    )
