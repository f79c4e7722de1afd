""".terraform.lock.hcl: the providers that Terraform or OpenTofu has chosen.

Source: https://developer.hashicorp.com/terraform/language/files/dependency-lock.
"""

from seawall.core.errors import ParseError
from seawall.model.inventory import Ecosystem, Inventory, ListFile, Package
from seawall.parse.tokens import Group, Node, Sign, Text, Word, parse_tokens, slip_in


def parse(file: ListFile) -> Inventory:
    """Return the providers. Raises ParseError when there is something, but no block of one."""
    program = parse_tokens(file.content, "#")
    items = program.items
    packages: list[Package] = []
    for at in range(len(items) - 2):
        word, name, block = items[at : at + 3]
        if not (isinstance(word, Word) and word.value == "provider" and isinstance(name, Text)):
            continue
        if isinstance(block, Group) and name.value:
            fields = _fields(block)
            version, allowed = fields.get("version"), fields.get("constraints")
            packages.append(
                Package(
                    ecosystem=Ecosystem.GENERIC,
                    name=name.value,
                    version=version.value if isinstance(version, Text) else "",
                    requirement=allowed.value if isinstance(allowed, Text) else "",
                    line=name.line,
                    hashed="hashes" in fields,
                )
            )
    if items and not packages:
        raise ParseError("it is no lockfile of terraform")
    return Inventory(packages=tuple(packages), problems=slip_in(program, file.path))


def _fields(block: Group) -> dict[str, Node]:
    found: dict[str, Node] = {}
    for at in range(len(block.items) - 2):
        name, sign, value = block.items[at : at + 3]
        if isinstance(name, Word) and isinstance(sign, Sign) and sign.value == "=":
            found[name.value] = value
    return found
