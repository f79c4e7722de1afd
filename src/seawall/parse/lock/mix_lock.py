"""mix.lock of Elixir, in every length that Hex has given its tuples.

Source: https://github.com/hexpm/hex, `lib/hex/utils.ex` ("lock"), and Mix, `lib/mix/dep/lock.ex`.
"""

from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from seawall.core.errors import ParseError
from seawall.model.inventory import Ecosystem, Inventory, ListFile, Package
from seawall.parse.remarks import Remarks
from seawall.parse.revisions import shown_address, tagged_version
from seawall.parse.tokens import (
    Group,
    Node,
    Sign,
    group_in,
    parse_tokens,
    slip_in,
    text_in,
    word_in,
)

_USUAL = "hexpm"


def parse(file: ListFile) -> Inventory:
    """Return what Mix has chosen; which of it the project asks for the file does not tell.

    Raises ParseError when it is no map.
    """
    program = parse_tokens(file.content, "#")
    table = group_in(program.items)
    if program.items and table.opener != "{":
        raise ParseError("it is no lockfile of mix")
    remarks = Remarks(file.path)
    packages: dict[str, Package] = {}
    needs: dict[str, Group] = {}
    for application, entry in table.named.items():
        parts = group_in(entry).parts
        package = _package(application, parts, entry[0].line)
        if package is None:
            remarks.pass_over("an entry that says of no package where it is from", entry[0].line)
        else:
            packages[application] = package
            needs[application] = group_in(parts[5]) if len(parts) > 5 else Group("", (), 0)
    return Inventory(
        packages=tuple(
            _related(one, dict(_needs(needs[application], packages)))
            for application, one in packages.items()
        ),
        problems=(*remarks.problems, *slip_in(program, file.path)),
    )


def _package(application: str, parts: list[tuple[Node, ...]], line: int) -> Package | None:
    kind = word_in(parts[0]) if parts else ""
    first = text_in(parts[1]) if len(parts) > 1 else ""
    if not application:
        return None
    if kind == "hex" and len(parts) > 2:
        repository = text_in(parts[6]) if len(parts) > 6 else ""
        return Package(
            ecosystem=Ecosystem.HEX,
            name=word_in(parts[1]) or application,
            version=text_in(parts[2]),
            line=line,
            address="" if repository == _USUAL else repository,
            hashed=len(parts) > 3 and bool(text_in(parts[3])),
        )
    if kind == "package" and first:
        # As the first versions of Hex wrote it.
        return Package(ecosystem=Ecosystem.HEX, name=application, version=first, line=line)
    if kind == "git" and first:
        revision = text_in(parts[2]) if len(parts) > 2 else ""
        options = group_in(parts[3]).named if len(parts) > 3 else {}
        return Package(
            ecosystem=Ecosystem.HEX,
            name=application,
            version=tagged_version(text_in(options.get("tag"))) or revision,
            line=line,
            origin="git",
            address=shown_address(first),
        )
    if kind == "path" and first:
        return Package(
            ecosystem=Ecosystem.HEX, name=application, line=line, origin="path", address=first
        )
    return None


def _needs(group: Group, packages: Mapping[str, Package]) -> Iterator[tuple[str, str]]:
    """Yield the ids of what a package needs, with what it allows of each."""
    for part in group.parts:
        need = group_in(part).parts
        if not need or isinstance(need[0][0], Group):
            continue
        name = need[0][1:] if isinstance(need[0][0], Sign) else need[0]
        if found := packages.get(word_in(name)):
            yield found.id, text_in(need[1]) if len(need) > 1 else ""


def _related(package: Package, needs: Mapping[str, str]) -> Package:
    if not needs:
        return package
    return replace(package, requires=tuple(needs), constraints=tuple(needs.values()))
