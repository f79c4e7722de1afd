"""opam files of OCaml: of a package, locked ones, and what a switch exports.

Source: https://opam.ocaml.org/doc/Manual.html#opam.
"""

from collections.abc import Iterator

from msgspec import Struct

from seawall.core.errors import ParseError
from seawall.model.inventory import Ecosystem, Inventory, ListFile, Package, Scope
from seawall.parse.revisions import shown_address
from seawall.parse.tokens import Group, Node, Sign, Text, Word, parse_tokens, slip_in

_COMPARES = frozenset("<>=!")
_INSTALLED = frozenset({"installed", "compiler"})


class _Asked(Struct, frozen=True):
    """One name in a list of dependencies, and the filter behind it."""

    name: Text
    filter: Group | None


def parse(file: ListFile) -> Inventory:
    """Return what an opam file asks for. Raises ParseError when it has no fields."""
    program = parse_tokens(file.content, "#(*")
    fields = dict(_fields(program))
    if program.items and not fields:
        raise ParseError("it is no opam file")
    pins = dict(_pins(fields.get("pin-depends")))
    own = _text(fields.get("version"))
    packages: dict[str, Package] = {}
    for field, scope in (("depends", "runtime"), ("depopts", "optional")):
        for asked in _asked(fields.get(field)):
            package = _package(asked, "optional" if scope == "optional" else "runtime", own)
            version, address = pins.get(package.name, ("", ""))
            if address:
                package = _pinned(package, version, address)
            packages.setdefault(package.name, package)
    for name, (version, address) in pins.items():
        if name not in packages:
            line = fields["pin-depends"].line
            asked_for = _installed(name, "", line, direct=None)
            packages[name] = _pinned(asked_for, version, address)
    roots = {one.value for one in _texts(fields.get("roots"))}
    for field in fields:
        if field in _INSTALLED:
            for one in _texts(fields[field]):
                name, _, version = one.value.partition(".")
                if name:
                    direct = one.value in roots if roots else None
                    packages.setdefault(name, _installed(name, version, one.line, direct=direct))
    return Inventory(
        packages=tuple(packages.values()),
        project=_text(fields.get("name")),
        licence=_text(fields.get("license")),
        problems=slip_in(program, file.path),
    )


def _fields(program: Group) -> Iterator[tuple[str, Node]]:
    """Yield the fields `a-name: value`, whose names the reader of words has in parts."""
    items = program.items
    for at in range(1, len(items) - 1):
        colon, before = items[at], items[at - 1]
        if not (isinstance(colon, Sign) and colon.value == ":" and isinstance(before, Word)):
            continue
        name = before.value
        back = at - 2
        while back > 0 and isinstance(dash := items[back], Sign) and dash.value == "-":
            first = items[back - 1]
            if not isinstance(first, Word):
                break
            name = f"{first.value}-{name}"
            back -= 2
        yield name, items[at + 1]


def _text(value: Node | None) -> str:
    return value.value if isinstance(value, Text) else ""


def _texts(value: Node | None) -> list[Text]:
    return value.texts if isinstance(value, Group) else []


def _asked(value: Node | None) -> Iterator[_Asked]:
    """Yield the names of a formula, those in parentheses too."""
    if isinstance(value, Text):
        yield _Asked(value, None)
    waiting: list[Node] = [value] if isinstance(value, Group) else []
    while waiting:
        group = waiting.pop()
        if not isinstance(group, Group):
            continue
        items = group.items
        for at, item in enumerate(items):
            if isinstance(item, Text):
                after = items[at + 1] if at + 1 < len(items) else None
                is_filter = isinstance(after, Group) and after.opener == "{"
                yield _Asked(item, after if is_filter and isinstance(after, Group) else None)
            elif isinstance(item, Group) and item.opener in "([":
                waiting.append(item)


def _package(asked: _Asked, scope: Scope, own: str) -> Package:
    words: set[str] = set()
    compared: list[str] = []
    exact = ""
    sign = ""
    for item in _flat(asked.filter):
        if isinstance(item, Sign):
            sign = sign + item.value if item.value in _COMPARES else ""
            continue
        if sign:
            compared.append(f"{sign} {item.value}")
            if sign == "=":
                exact = own if isinstance(item, Word) and item.value == "version" else item.value
        elif isinstance(item, Word):
            words.add(item.value)
        sign = ""
    if "test" in words:
        scope = "test"
    elif "doc" in words or "dev" in words:
        scope = "development"
    elif "build" in words:
        scope = "build"
    return Package(
        ecosystem=Ecosystem.OPAM,
        name=asked.name.value or "?",
        version=exact if len(compared) == 1 else "",
        requirement=" & ".join(compared),
        line=asked.name.line,
        scope=scope,
        direct=True,
    )


def _flat(group: Group | None) -> Iterator[Sign | Text | Word]:
    waiting: list[Node] = list(reversed(group.items)) if group is not None else []
    while waiting:
        node = waiting.pop()
        if isinstance(node, Group):
            waiting.extend(reversed(node.items))
        else:
            yield node


def _pins(value: Node | None) -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield by name what `[["name.1.0" "git+https://..."]]` pins to an address."""
    for item in value.items if isinstance(value, Group) else ():
        texts = _texts(item)
        if len(texts) == 2:
            name, _, version = texts[0].value.partition(".")
            yield name, (version, texts[1].value)


def _pinned(package: Package, version: str, address: str) -> Package:
    return Package(
        ecosystem=Ecosystem.OPAM,
        name=package.name,
        version=package.version or version,
        requirement=package.requirement,
        line=package.line,
        scope=package.scope,
        direct=package.direct,
        origin="git" if address.startswith("git") else "url",
        address=shown_address(address),
    )


def _installed(name: str, version: str, line: int, *, direct: bool | None) -> Package:
    return Package(ecosystem=Ecosystem.OPAM, name=name, version=version, line=line, direct=direct)
