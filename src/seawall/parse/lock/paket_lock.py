"""paket.lock of Paket.

Source: https://fsprojects.github.io/Paket/lock-file.html.
"""

import re

from msgspec import Struct

from seawall.core.errors import ParseError
from seawall.model.inventory import Ecosystem, Inventory, ListFile, Package, Scope
from seawall.parse.pep508 import scope_of_group, without_credentials
from seawall.parse.remarks import Remarks

_PACKAGE = re.compile(r"(?P<name>[^\s()]+) \((?P<version>[^()]*)\)(?P<settings>.*)")
_NEED = re.compile(r"(?P<name>[^\s()]+)(?: \((?P<allowed>[^()]*)\))?(?P<settings>.*)")
_USUAL = re.compile(r"https?://(?:www|api)\.nuget\.org/.*")
_FRAMEWORK = re.compile(r"restriction: ([^,]*)")
_KINDS = ("NUGET", "GITHUB", "GIT", "GIST", "HTTP")


class _Held(Struct):
    name: str
    version: str
    line: int
    scope: Scope
    address: str
    marker: str
    group: str
    needs: dict[str, str]


def parse(file: ListFile) -> Inventory:
    """Return what Paket has chosen. Raises ParseError when it is no lockfile of Paket."""
    held: list[_Held] = []
    remarks = Remarks(file.path)
    kind = group = address = ""
    seen = False
    for number, line in enumerate(file.content.decode("utf-8-sig", "replace").splitlines(), 1):
        text = line.strip()
        depth = len(line) - len(line.lstrip(" "))
        if not text:
            continue
        if depth == 0:
            kind = text if text in _KINDS else ""
            if text.startswith("GROUP "):
                group = text[6:].strip()
            seen = seen or bool(kind) or re.match(r"[A-Z][A-Z_-]*(?:: |\Z| \w)", text) is not None
            continue
        if depth == 2 and text.startswith("remote:"):
            address = text.partition(":")[2].strip()
        elif kind == "NUGET" and depth == 4:
            found = _PACKAGE.fullmatch(text)
            if found is None:
                remarks.pass_over("it is no package", number)
                continue
            held.append(_held(found, number, group, address))
        elif kind == "NUGET" and depth == 6 and held and (need := _NEED.fullmatch(text)):
            held[-1].needs.setdefault(need["name"], need["allowed"] or "")
    if not seen:
        raise ParseError("it is no lockfile of paket")
    ids = {(one.group, one.name.lower()): one for one in held}
    return Inventory(packages=tuple(_package(one, ids) for one in held), problems=remarks.problems)


def _held(found: re.Match[str], line: int, group: str, address: str) -> _Held:
    scope = "build" if group.lower() == "build" else scope_of_group(group, "runtime")
    marker = _FRAMEWORK.search(found["settings"])
    return _Held(
        name=found["name"],
        version=found["version"].removeprefix("= "),
        line=line,
        scope=scope,
        address="" if _USUAL.fullmatch(address) else without_credentials(address),
        marker=marker[1].strip() if marker else "",
        group=group,
        needs={},
    )


def _package(held: _Held, ids: dict[tuple[str, str], _Held]) -> Package:
    needs = {
        _id(ids[held.group, name.lower()]): allowed
        for name, allowed in held.needs.items()
        if (held.group, name.lower()) in ids
    }
    return Package(
        ecosystem=Ecosystem.NUGET,
        name=held.name,
        version=held.version,
        line=held.line,
        key=_id(held) if held.group else "",
        scope=held.scope,
        requires=tuple(needs),
        constraints=tuple(needs.values()),
        address=held.address,
        marker=held.marker,
    )


def _id(held: _Held) -> str:
    named = f"{held.name}@{held.version}"
    return f"{held.group}/{named}" if held.group else named
