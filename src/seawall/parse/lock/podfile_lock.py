"""Podfile.lock of CocoaPods; the subspecs of a pod are one package with it.

Source: https://github.com/CocoaPods/Core, `lib/cocoapods-core/lockfile.rb`.
"""

import re
from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from seawall.core.errors import ParseError
from seawall.model.inventory import Ecosystem, Inventory, ListFile, Origin, Package
from seawall.parse.lines import LineFinder
from seawall.parse.remarks import CUT_OFF, Remarks
from seawall.parse.revisions import shown_address
from seawall.parse.values import list_of, table_of, text_of, texts_of
from seawall.parse.yaml import item_pattern, parse_yaml

_POD = re.compile(r"([^\s(]+)(?:\s+\(([^)]*)\))?")
_FROM = re.compile(r"from `[^`]*`.*")


class _Pod(Struct):
    """A pod with all its subspecs."""

    name: str
    version: str
    line: int
    needs: dict[str, str]
    """By name of a pod, what is allowed of it."""


def parse(file: ListFile) -> Inventory:
    """Return what CocoaPods has chosen. Raises ParseError when it is no lockfile of it."""
    documents = parse_yaml(file.content)
    document = documents[0] if documents else None
    if document is None:
        return Inventory()
    if (
        not isinstance(document, dict)
        or not {"PODS", "DEPENDENCIES", "COCOAPODS"} & document.keys()
    ):
        raise ParseError("it is no lockfile of cocoapods")
    pods = _pods(document, LineFinder(file.content))
    asked = {
        _root(found[1]) for found in map(_POD.match, texts_of(document, "DEPENDENCIES")) if found
    }
    sources, chosen = table_of(document, "EXTERNAL SOURCES"), table_of(document, "CHECKOUT OPTIONS")
    digests = table_of(document, "SPEC CHECKSUMS") or table_of(document, "CHECKSUMS")
    remarks = Remarks(file.path)
    if "COCOAPODS" not in document:
        remarks.tell("not whole: it ends without COCOAPODS", hint=CUT_OFF)
    return Inventory(
        packages=tuple(
            _package(
                pod,
                pods,
                {**table_of(sources, pod.name), **table_of(chosen, pod.name)},
                direct=pod.name in asked,
                hashed=pod.name in digests,
            )
            for pod in pods.values()
        ),
        problems=remarks.problems,
    )


def _root(name: str) -> str:
    return name.partition("/")[0]


def _pods(document: Mapping[str, Any], finder: LineFinder) -> dict[str, _Pod]:
    pods: dict[str, _Pod] = {}
    for entry in list_of(document, "PODS"):
        # A text, or a mapping from it to what it needs.
        written = next(iter(entry), "") if isinstance(entry, dict) else entry
        found = _POD.match(written) if isinstance(written, str) else None
        if found is None or not _root(found[1]):
            continue
        name, version = _root(found[1]), found[2] or ""
        line = finder.line_matching(item_pattern(written))
        finder.pass_by()
        pod = pods.setdefault(name, _Pod(name, version, line, {}))
        for need in texts_of(entry, written) if isinstance(entry, dict) else ():
            if (wanted := _POD.match(need)) and _root(wanted[1]) != name:
                allowed = _FROM.sub("", wanted[2] or "")
                pod.needs[_root(wanted[1])] = pod.needs.get(_root(wanted[1])) or allowed
    return pods


def _package(
    pod: _Pod, pods: Mapping[str, _Pod], source: Mapping[str, Any], *, direct: bool, hashed: bool
) -> Package:
    needs = {name: allowed for name, allowed in pod.needs.items() if name in pods}
    keys: tuple[tuple[str, Origin], ...] = (
        (":git", "git"),
        (":hg", "git"),
        (":svn", "git"),
        (":path", "path"),
        (":podspec", "url"),
        (":http", "url"),
    )
    found = next(((origin, text_of(source, key)) for key, origin in keys if key in source), None)
    origin, address = found or ("registry", "")
    return Package(
        ecosystem=Ecosystem.COCOAPODS,
        name=pod.name,
        version=pod.version,
        line=pod.line,
        direct=direct,
        requires=tuple(f"{name}@{pods[name].version}" for name in needs),
        constraints=tuple(needs.values()) if any(needs.values()) else (),
        origin=origin,
        address=shown_address(address),
        hashed=hashed if origin == "registry" else None,
    )
