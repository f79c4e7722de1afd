"""mix.exs of Elixir: its literal dependencies, read as text.

Source: https://hexdocs.pm/mix/Mix.Tasks.Deps.html.
"""

import re
from collections.abc import Iterator

from seawall.model.inventory import Ecosystem, Inventory, ListFile, Origin, Package, Runtime, Scope
from seawall.parse.revisions import shown_address, tagged_version
from seawall.parse.tokens import Group, Node, Sign, Text, Word, parse_tokens, text_in, word_in

_ALLOWED = re.compile(r"(?:~>|[<>]=?|==|!=|=)?\s*\d[^\n]*")
_EXACT = re.compile(r"(?:==?\s*)?(\d+\.\d+\.\d+[\w.+-]*)")
_SOURCES: dict[str, Origin] = {
    "git": "git",
    "github": "git",
    "path": "path",
    "in_umbrella": "workspace",
}


def parse(file: ListFile) -> Inventory:
    """Return what a project of Mix asks for in words."""
    program = parse_tokens(file.content, "#")
    packages = [one for group in _tuples(program) if (one := _package(group)) is not None]
    project = ""
    runtimes: list[Runtime] = []
    for name, value in _keywords(program):
        if name == "app" and not project and word_in((value,)) not in ("", "false", "true"):
            project = word_in((value,))
        if name == "elixir" and not runtimes and isinstance(value, Text):
            runtimes.append(Runtime(name="elixir", requirement=value.value, line=value.line))
    return Inventory(packages=tuple(packages), project=project, runtimes=tuple(runtimes))


def _tuples(program: Group) -> Iterator[Group]:
    """Yield the tuples of a program in the order of the text."""
    waiting: list[Node] = [program]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Group):
            if node.opener == "{":
                yield node
            waiting.extend(reversed(node.items))


def _keywords(program: Group) -> Iterator[tuple[str, Node]]:
    """Yield what is given by name: `app: :web` and `elixir: "~> 1.15"`."""
    for group in _groups(program):
        items = group.items
        for at in range(len(items) - 2):
            key, colon, value = items[at : at + 3]
            if isinstance(key, Word) and isinstance(colon, Sign) and colon.value == ":":
                if isinstance(value, Sign) and at + 3 < len(items):
                    value = items[at + 3]
                yield key.value, value


def _groups(program: Group) -> Iterator[Group]:
    waiting = [program]
    while waiting:
        group = waiting.pop()
        yield group
        waiting.extend(one for one in group.items if isinstance(one, Group))


def _package(group: Group) -> Package | None:
    parts = group.parts
    if len(parts) < 2 or not isinstance(parts[0][0], Sign) or len(parts[0]) != 2:
        return None
    application, allowed, options = word_in(parts[0]), text_in(parts[1]).strip(), dict(group.named)
    for part in parts[1:]:
        if isinstance(part[0], Group):
            # The options in brackets of their own.
            options |= part[0].named
    origin: Origin = next((_SOURCES[key] for key in options if key in _SOURCES), "registry")
    if not application or (origin == "registry" and not _ALLOWED.fullmatch(allowed)):
        return None
    exact = _EXACT.fullmatch(allowed)
    address = text_in(options.get("git")) or text_in(options.get("path"))
    if owned := text_in(options.get("github")):
        address = f"https://github.com/{owned}"
    return Package(
        ecosystem=Ecosystem.HEX,
        name=word_in(options.get("hex")) or application,
        version=exact[1] if exact else tagged_version(text_in(options.get("tag"))),
        requirement=allowed,
        line=group.line,
        scope=_scope(options),
        direct=True,
        origin=origin,
        address=shown_address(address),
    )


def _scope(options: dict[str, tuple[Node, ...]]) -> Scope:
    only = options.get("only", ())
    inner = only[0].items if only and isinstance(only[0], Group) else only
    environments = {one.value for one in inner if isinstance(one, Word)}
    if environments and "prod" not in environments:
        return "test" if environments == {"test"} else "development"
    if word_in(options.get("runtime")) == "false":
        return "build"
    return "optional" if word_in(options.get("optional")) == "true" else "runtime"
