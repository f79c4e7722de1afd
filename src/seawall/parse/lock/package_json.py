"""package.json: what a project in JavaScript asks for.

Source: https://docs.npmjs.com/cli/configuring-npm/package-json.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from seawall.model.inventory import Ecosystem, Inventory, ListFile, Package, Runtime
from seawall.parse.json import parse_json_table
from seawall.parse.lines import LineFinder
from seawall.parse.npm import KINDS, licence_of, read_spec
from seawall.parse.values import table_of, tables_of, text_of

_LAST = re.compile(r"(?:\A|[/>])\s*((?:@[^/>@]+/)?[^/>@*]+)(?:@[^>]*)?\Z")
_OVERRIDES = (("overrides",), ("resolutions",), ("pnpm", "overrides"))
DEEPEST = 20
"""Overrides in one another."""
LONGEST = 500
"""Characters of what an override speaks of."""


def parse(file: ListFile) -> Inventory:
    """Return what a manifest asks for. Raises ParseError when it is no JSON object."""
    document = parse_json_table(file.content)
    lines = LineFinder(file.content)
    packages = list(_asked(document, lines))
    named = {package.name for package in packages}
    packages += _overridden(document, lines, named)
    return Inventory(
        packages=tuple(packages),
        project=text_of(document, "name"),
        licence=licence_of(document.get("license", document.get("licenses"))),
        runtimes=tuple(_runtimes(document, file.content)),
    )


def _asked(document: Mapping[str, Any], lines: LineFinder) -> Iterator[Package]:
    optional_peers = table_of(document, "peerDependenciesMeta")
    for kind in [key for key in document if key in dict(KINDS)]:
        lines.line_of(_quoted(kind))
        lines.pass_by()
        for alias, allowed in table_of(document, kind).items():
            line = lines.line_of(_quoted(alias))
            lines.pass_by()
            if not isinstance(allowed, str) or not alias:
                continue
            spec = read_spec(alias, allowed.strip())
            peer = kind == "peerDependencies" and table_of(optional_peers, alias)
            yield Package(
                ecosystem=Ecosystem.NPM,
                name=spec.name,
                version=spec.version,
                requirement=spec.requirement,
                line=line,
                scope="optional" if peer and peer.get("optional") is True else dict(KINDS)[kind],
                direct=True,
                key=alias if alias != spec.name else "",
                origin=spec.origin,
                address=spec.address,
            )


def _overridden(
    document: Mapping[str, Any], lines: LineFinder, named: set[str]
) -> Iterator[Package]:
    """Yield what has one version wherever it is needed, if the project does not ask for it."""
    for keys in _OVERRIDES:
        for key, allowed in _flat(table_of(document, *keys), DEEPEST):
            found = _LAST.search(key) if len(key) <= LONGEST else None
            spec = read_spec(found[1] if found else "", allowed)
            if spec.name and spec.name not in named and spec.version:
                named.add(spec.name)
                yield Package(
                    ecosystem=Ecosystem.NPM,
                    name=spec.name,
                    version=spec.version,
                    requirement=spec.requirement,
                    line=lines.line_of(_quoted(key)),
                    direct=False,
                    origin=spec.origin,
                    address=spec.address,
                )


def _flat(table: Mapping[str, Any], depth: int) -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        if isinstance(value, str):
            yield key, value
        elif isinstance(value, dict) and depth:
            for inner, allowed in _flat(value, depth - 1):
                yield key if inner == "." else inner, allowed


def _runtimes(document: Mapping[str, Any], content: bytes) -> Iterator[Runtime]:
    lines = LineFinder(content)
    for keys in (("engines",), ("volta",)):
        for name, allowed in table_of(document, *keys).items():
            if isinstance(allowed, str) and name and allowed and name != "extends":
                lines.line_of(_quoted(keys[-1]))
                line = lines.line_of(_quoted(name))
                yield Runtime(name=name, requirement=allowed, line=line)
    manager, _, version = text_of(document, "packageManager").partition("@")
    if manager and version:
        version = version.partition("+")[0]
        line = lines.line_of(b'"packageManager"')
        yield Runtime(name=manager, requirement=version, line=line)
    wanted = table_of(document, "devEngines")
    for key in ("runtime", "packageManager"):
        for one in [table_of(wanted, key), *tables_of(wanted, key)]:
            if text_of(one, "name") and text_of(one, "version"):
                yield Runtime(
                    name=text_of(one, "name"),
                    requirement=text_of(one, "version"),
                    line=lines.line_of(b'"devEngines"'),
                )


def _quoted(text: str) -> bytes:
    return msgspec.json.encode(text)
