"""conanfile.txt, and the literal references of a conanfile.py, read as text.

Source: https://docs.conan.io/2/reference/conanfile_txt.html and .../conanfile/attributes.html.
"""

from collections.abc import Iterator

from seawall.core.errors import ParseError
from seawall.model.inventory import Inventory, ListFile, Package, Scope
from seawall.parse.conan import referred
from seawall.parse.tokens import Group, Node, Sign, Text, Word, calls_in, parse_tokens

_SCOPES: dict[str, Scope] = {
    "requires": "runtime",
    "build_requires": "build",
    "tool_requires": "build",
    "test_requires": "test",
    "python_requires": "build",
}


def parse(file: ListFile) -> Inventory:
    """Return what a project asks Conan for. Raises ParseError when it is no text."""
    if file.path.endswith(".py"):
        found = _of_program(parse_tokens(file.content, "#"))
    else:
        found = _of_text(file.content)
    packages: dict[str, Package] = {}
    for text, line, scope in found:
        package = referred(text, line, scope, direct=True)
        if package is not None:
            packages.setdefault(package.id, package)
    return Inventory(packages=tuple(packages.values()))


def _of_text(content: bytes) -> Iterator[tuple[str, int, Scope]]:
    if b"\0" in content:
        raise ParseError("it is no text")
    scope: Scope | None = None
    for number, line in enumerate(content.decode("utf-8-sig", "replace").splitlines(), 1):
        bare = line.strip()
        if bare.startswith("[") and bare.endswith("]"):
            scope = _SCOPES.get(bare[1:-1])
        elif bare and not bare.startswith("#") and scope is not None:
            # A revision follows "#" without a space; a comment has one.
            yield bare.partition(" #")[0].strip(), number, scope


def _of_program(program: Group) -> Iterator[tuple[str, int, Scope]]:
    items = program.items
    for at, item in enumerate(items[:-2]):
        sign = items[at + 1]
        scope = _SCOPES.get(item.value) if isinstance(item, Word) else None
        if scope is not None and isinstance(sign, Sign) and sign.value == "=":
            for text in _assigned(items, at + 2):
                yield text.value, text.line, scope
    for name, call in calls_in(program, *_SCOPES):
        if call.items and isinstance(first := call.items[0], Text):
            yield first.value, first.line, _SCOPES[name]


def _assigned(items: tuple[Node, ...], start: int) -> Iterator[Text]:
    """Yield the texts of `"a/1", "b/2"`, with brackets or without, options beside them too."""
    for at in range(len(items) - start):
        item = items[start + at]
        if at % 2 and not (isinstance(item, Sign) and item.value == ","):
            return
        if isinstance(item, Text):
            yield item
        elif isinstance(item, Group):
            yield from item.texts
            for inner in item.items:
                if isinstance(inner, Group):
                    yield from inner.texts[:1]
        elif not at % 2:
            return
