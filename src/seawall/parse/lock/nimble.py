"""The .nimble file of a package of Nim: its literal `requires`, read as text.

Source: https://nim-lang.github.io/nimble/create-packages.html.
"""

import re
from collections.abc import Iterator

from seawall.model.inventory import Ecosystem, Inventory, ListFile, Package, Runtime, Scope
from seawall.parse.revisions import repository_name, shown_address, tagged_version
from seawall.parse.tokens import Group, Node, Sign, Text, Word, parse_tokens

_ASKED = re.compile(r"\s*([^\s<>=~^@#]+(?:@[^\s<>=~^#/]+/[^\s<>=~^#]+)?)\s*(.*?)\s*", re.DOTALL)
_EXACT = re.compile(r"={1,2}\s*(\d[\w.+-]*)")
LONGEST = 1 << 12

MOST = 2000
"""Words and signs of one call that are looked at."""


def parse(file: ListFile) -> Inventory:
    """Return what a package of Nim asks for in words."""
    program = parse_tokens(file.content, "#")
    packages: dict[str, Package] = {}
    runtimes: list[Runtime] = []
    licence = ""
    scope: Scope = "runtime"
    for at, item in enumerate(program.items):
        if not isinstance(item, Word):
            continue
        following = program.items[at + 1 : at + 3]
        if item.value == "license" and len(following) == 2 and isinstance(following[1], Text):
            licence = licence or following[1].value
        if item.value in ("taskRequires", "requires"):
            rest = program.items[at + 1 : at + 1 + MOST]
            scope = "runtime"
            if item.value == "taskRequires":
                scope, rest = "development", rest[2:]
            for text in _texts(rest):
                package = _package(text, scope)
                if package is None:
                    continue
                if package.name.lower() == "nim":
                    allowed = package.requirement
                    runtimes.append(Runtime(name="nim", requirement=allowed, line=text.line))
                else:
                    packages.setdefault(package.name, package)
    return Inventory(packages=tuple(packages.values()), licence=licence, runtimes=tuple(runtimes))


def _texts(items: tuple[Node, ...]) -> Iterator[Text]:
    """Yield the texts of `"a", "b"`, of `("a", "b")` and of `@["a", "b"]`."""
    for at, item in enumerate(items):
        if isinstance(item, Text):
            for part in item.value.split(","):
                yield Text(part, item.line)
            following = items[at + 1] if at + 1 < len(items) else None
            if not (isinstance(following, Sign) and following.value == ","):
                return
        elif isinstance(item, Group):
            for text in item.texts or [one for inner in item.items for one in _inner(inner)]:
                for part in text.value.split(","):
                    yield Text(part, text.line)
            return
        elif not (isinstance(item, Sign) and item.value in ",@"):
            return


def _inner(node: Node) -> list[Text]:
    return node.texts if isinstance(node, Group) else []


def _package(text: Text, scope: Scope) -> Package | None:
    found = _ASKED.fullmatch(text.value) if len(text.value) <= LONGEST else None
    if found is None:
        return None
    name, allowed = found[1].partition("[")[0], found[2]
    is_address = "://" in name or name.startswith("git@")
    revision = allowed[1:] if allowed.startswith("#") else ""
    exact = _EXACT.fullmatch(allowed)
    version = (
        exact[1] if exact else tagged_version(revision) or (revision if _is_hash(revision) else "")
    )
    if is_address:
        repository = repository_name(name.partition("?")[0])
        bare = repository.rpartition("/")[2]
    else:
        bare = name
    if not bare:
        return None
    return Package(
        ecosystem=Ecosystem.NIMBLE,
        name=bare,
        version=version,
        requirement=allowed,
        line=text.line,
        scope=scope,
        direct=True,
        origin="git" if is_address or revision else "registry",
        address=shown_address(name) if is_address else "",
    )


def _is_hash(revision: str) -> bool:
    return re.fullmatch(r"[0-9a-f]{7,64}", revision) is not None
