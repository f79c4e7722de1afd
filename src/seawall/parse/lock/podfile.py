"""Podfile of CocoaPods: the literal pods that it asks for, read as text.

Source: https://guides.cocoapods.org/syntax/podfile.html.
"""

import re

from seawall.model.inventory import Ecosystem, Inventory, ListFile, Origin, Package
from seawall.parse.revisions import shown_address, tagged_version
from seawall.parse.tokens import Group, parse_tokens, text_in

_EXACT = re.compile(r"(?:=\s*)?(\d[\w.+-]*)")
_LINE = re.compile(
    rb"^[ \t]*pod(?:[ \t]*\([ \t]*|[ \t]+)[\"'][^\n]*(?:(?:(?<=,)|(?<=, )|(?<=,\r))\n[^\n]*)*",
    re.MULTILINE,
)


def parse(file: ListFile) -> Inventory:
    """Return the pods that a Podfile asks for in words."""
    packages: list[Package] = []
    line, at = 1, 0
    for found in _LINE.finditer(file.content):
        start = found.start() + len(found[0]) - len(found[0].lstrip())
        line += file.content.count(b"\n", at, start)
        at = start
        call = parse_tokens(found[0], "#")
        items = call.items[1:]
        if items and isinstance(items[0], Group):
            call = items[0]
        else:
            call = Group("", items, line)
        if (package := _package(call, line)) is not None:
            packages.append(package)
    return Inventory(packages=tuple(packages))


def _package(call: Group, line: int) -> Package | None:
    values = call.values
    name = text_in(values[0]).partition("/")[0] if values else ""
    if not name:
        return None
    allowed = ", ".join(one for one in map(text_in, values[1:]) if one)
    named = call.named
    exact = _EXACT.fullmatch(allowed.strip())
    origin: Origin = "registry"
    address = text_in(named.get("git")) or text_in(named.get("podspec"))
    if "git" in named:
        origin = "git"
    elif "podspec" in named:
        origin = "url"
    elif "path" in named:
        origin, address = "path", text_in(named["path"])
    return Package(
        ecosystem=Ecosystem.COCOAPODS,
        name=name,
        version=exact[1] if exact else tagged_version(text_in(named.get("tag"))),
        requirement=allowed,
        line=line,
        direct=True,
        origin=origin,
        address=shown_address(address),
    )
