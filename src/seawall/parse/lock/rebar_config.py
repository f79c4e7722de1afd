"""rebar.config of Erlang: its literal dependencies, read as text.

Source: https://rebar3.org/docs/configuration/dependencies.
"""

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from seawall.model.inventory import Ecosystem, Inventory, ListFile, Package, Scope
from seawall.parse.pep508 import scope_of_group
from seawall.parse.revisions import shown_address, tagged_version
from seawall.parse.tokens import Group, Node, Text, Word, parse_tokens, slip_in

_SOURCES = ("git", "git_subdir", "hg")


def parse(file: ListFile) -> Inventory:
    """Return what `deps` and `plugins` list, in profiles too."""
    program = parse_tokens(file.content, "%")
    packages: dict[str, Package] = {}
    waiting: list[tuple[Node, Scope]] = [(program, "runtime")]
    while waiting:
        node, scope = waiting.pop()
        if not isinstance(node, Group):
            continue
        parts = node.parts if node.opener == "{" else []
        key = _atom(parts[0]) if len(parts) == 2 else ""
        if key in ("deps", "plugins", "project_plugins") and isinstance(parts[1][0], Group):
            for package in _listed(parts[1][0], scope if key == "deps" else "build"):
                packages.setdefault(package.name, package)
        else:
            # A profile: {test, [{deps, [...]}]}.
            inner = scope_of_group(key, scope) if key else scope
            waiting.extend((one, inner) for one in reversed(node.items))
    return Inventory(packages=tuple(packages.values()), problems=slip_in(program, file.path))


def _listed(group: Group, scope: Scope) -> Iterator[Package]:
    for part in group.parts:
        entry = part[0] if len(part) == 1 else None
        parts = entry.parts if isinstance(entry, Group) else [part]
        name = _atom(parts[0]) if parts else ""
        if not name:
            continue
        package = Package(
            ecosystem=Ecosystem.HEX,
            name=name,
            line=_line(parts[0]),
            scope=scope,
            direct=True,
        )
        for told in parts[1:]:
            package = _told(package, told)
        yield package


def _told(package: Package, told: Sequence[Node]) -> Package:
    """Return a package with what stands behind its name: a version, or where it is taken from."""
    more: dict[str, object] = {}
    if isinstance(told[0], Text):
        allowed = told[0].value
        exact = allowed.removeprefix("==").strip()
        more["requirement"] = allowed
        more["version"] = exact if exact[:1].isdigit() and exact.count(".") >= 1 else ""
    elif isinstance(told[0], Group):
        parts = told[0].parts
        kind = _atom(parts[0]) if parts else ""
        if kind == "pkg" and len(parts) > 1:
            more["name"] = _atom(parts[1]) or package.name
        elif kind in _SOURCES and len(parts) > 1 and isinstance(parts[1][0], Text):
            more["origin"], more["address"] = "git", shown_address(parts[1][0].value)
            at = parts[2][0] if len(parts) > 2 else None
            if isinstance(at, Group) and len(at.parts) == 2 and isinstance(at.parts[1][0], Text):
                revision = at.parts[1][0].value
                if _atom(at.parts[0]) != "branch":
                    more["version"] = tagged_version(revision) or revision
    return replace(package, **more)


def _atom(nodes: Sequence[Node]) -> str:
    return nodes[0].value if len(nodes) == 1 and isinstance(nodes[0], Word | Text) else ""


def _line(nodes: Sequence[Node]) -> int:
    return nodes[0].line
