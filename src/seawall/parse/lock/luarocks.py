"""The rockspecs and luarocks.lock of LuaRocks: tables of Lua, read as text and never run.

Source: https://github.com/luarocks/luarocks/blob/main/docs/rockspec_format.md.
"""

import re
from collections.abc import Iterator

from seawall.core.errors import ParseError
from seawall.model.inventory import Ecosystem, Inventory, ListFile, Package, Runtime, Scope
from seawall.parse.tokens import Group, Node, Sign, Text, Word, parse_tokens, slip_in, text_in

_FIELDS: dict[str, Scope] = {
    "dependencies": "runtime",
    "build_dependencies": "build",
    "test_dependencies": "test",
}
_ASKED = re.compile(r"\s*([A-Za-z0-9][\w.-]*(?:/[\w.-]+)?)\s*(.*?)\s*", re.DOTALL)
_EXACT = re.compile(r"={0,2}\s*(\d[\w.-]*)")
LONGEST = 1 << 12


def parse(file: ListFile) -> Inventory:
    """Return what a rock asks for, or what is locked. Raises ParseError when it has no fields."""
    program = parse_tokens(file.content, "--", verbatim=True)
    locked = file.path.endswith("luarocks.lock")
    fields = dict(_fields(program))
    if program.items and not fields:
        raise ParseError("it is no rockspec")
    found = list(_locked(fields)) if locked else list(_asked(fields))
    name = fields.get("package")
    description = fields.get("description")
    licence = description.named.get("license") if isinstance(description, Group) else None
    return Inventory(
        packages=tuple(one for one in found if one.name != "lua"),
        project=name.value if isinstance(name, Text) else "",
        licence=text_in(licence),
        runtimes=tuple(
            Runtime(name="lua", requirement=one.requirement or one.version, line=one.line)
            for one in found
            if one.name == "lua" and (one.requirement or one.version)
        ),
        problems=slip_in(program, file.path),
    )


def _fields(program: Group) -> Iterator[tuple[str, Node]]:
    """Yield what is assigned by name, in the program and in a table that it returns."""
    items = program.items
    for at in range(len(items) - 2):
        name, sign, value = items[at : at + 3]
        if isinstance(name, Word) and isinstance(sign, Sign) and sign.value == "=":
            yield name.value, value
    for at in range(len(items) - 1):
        word, table = items[at : at + 2]
        if isinstance(word, Word) and word.value == "return" and isinstance(table, Group):
            for key, parts in table.named.items():
                yield key, parts[0]


def _asked(fields: dict[str, Node]) -> Iterator[Package]:
    for field, scope in _FIELDS.items():
        table = fields.get(field)
        for node in table.items if isinstance(table, Group) else ():
            # Tables in it are for one platform.
            for text in [node] if isinstance(node, Text) else _inner(node):
                asked = _ASKED.fullmatch(text.value) if len(text.value) <= LONGEST else None
                if asked is None:
                    continue
                exact = _EXACT.fullmatch(asked[2])
                yield Package(
                    ecosystem=Ecosystem.LUAROCKS,
                    name=asked[1],
                    version=exact[1] if exact else "",
                    requirement=asked[2],
                    line=text.line,
                    scope=scope,
                    direct=True,
                )


def _inner(node: Node) -> list[Text]:
    if not isinstance(node, Group):
        return []
    return node.texts + [
        one for group in node.items if isinstance(group, Group) for one in group.texts
    ]


def _locked(fields: dict[str, Node]) -> Iterator[Package]:
    for field, scope in _FIELDS.items():
        table = fields.get(field)
        for part in table.parts if isinstance(table, Group) else []:
            named = Group("{", part, 0).named
            for name, value in named.items():
                if version := text_in(value):
                    yield Package(
                        ecosystem=Ecosystem.LUAROCKS,
                        name=name,
                        version=version,
                        line=part[0].line,
                        scope=scope,
                    )
