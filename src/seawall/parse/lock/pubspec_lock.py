"""pubspec.lock of Dart and Flutter.

Source: https://github.com/dart-lang/pub, `lib/src/lock_file.dart`.
"""

from collections.abc import Mapping
from typing import Any

from seawall.core.errors import ParseError
from seawall.model.inventory import Ecosystem, Inventory, ListFile, Origin, Package, Runtime, Scope
from seawall.parse.lines import LineFinder
from seawall.parse.remarks import CUT_OFF, Remarks
from seawall.parse.revisions import shown_address
from seawall.parse.values import table_of, text_of
from seawall.parse.yaml import entries_of, key_pattern, parse_yaml

_ORIGINS: dict[str, Origin] = {"git": "git", "path": "path", "sdk": "system"}
_USUAL = ("https://pub.dev", "https://pub.dartlang.org", "pub.dev", "pub.dartlang.org")


def parse(file: ListFile) -> Inventory:
    """Return what pub has chosen. Raises ParseError when it is no lockfile of pub."""
    documents = parse_yaml(file.content)
    document = documents[0] if documents else None
    if document is None:
        return Inventory()
    if not isinstance(document, dict) or not {"packages", "sdks", "sdk"} & document.keys():
        raise ParseError("it is no lockfile of pub")
    finder = LineFinder(file.content)
    finder.line_matching(key_pattern("packages"))
    packages: list[Package] = []
    for name, entry in entries_of(document, "packages"):
        if not isinstance(entry, dict):
            continue
        line = finder.line_matching(key_pattern(name))
        finder.pass_by()
        packages.append(_package(name, entry, line))
    remarks = Remarks(file.path)
    if not {"sdks", "sdk"} & document.keys():
        remarks.tell("not whole: it ends without sdks", hint=CUT_OFF)
    sdks = table_of(document, "sdks") or {"dart": text_of(document, "sdk")}
    finder.line_matching(key_pattern("sdks"))
    return Inventory(
        packages=tuple(packages),
        runtimes=tuple(
            Runtime(name=name, requirement=allowed, line=finder.line_matching(key_pattern(name)))
            for name, allowed in entries_of(sdks)
            if isinstance(allowed, str) and allowed
        ),
        problems=remarks.problems,
    )


def _package(name: str, entry: Mapping[str, Any], line: int) -> Package:
    kind, told = text_of(entry, "source"), entry.get("description")
    description = told if isinstance(told, dict) else {"url": told}
    asked = text_of(entry, "dependency")
    address = text_of(description, "url") or text_of(description, "path")
    if kind == "sdk":
        address = ""
    return Package(
        ecosystem=Ecosystem.PUB,
        name=text_of(description, "name") or name,
        version=text_of(entry, "version"),
        line=line,
        scope=_scope(asked),
        direct=asked.startswith("direct") if asked else None,
        origin=_ORIGINS.get(kind, "registry"),
        address="" if address in _USUAL or address == name else shown_address(address),
        hashed=bool(text_of(description, "sha256")) if kind == "hosted" else None,
    )


def _scope(asked: str) -> Scope:
    return "development" if asked == "direct dev" else "runtime"
