"""deno.lock, from version 2 of its form to 5.

Source: https://github.com/denoland/deno_lockfile.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from seawall.core.errors import ParseError
from seawall.model.inventory import Ecosystem, Inventory, ListFile, Package
from seawall.parse.json import parse_json_table
from seawall.parse.lines import LineFinder
from seawall.parse.npm import split_descriptor, told_address
from seawall.parse.pep508 import without_credentials
from seawall.parse.values import list_of, table_of, text_of, texts_of

_REMOTE = re.compile(
    r"https?://(?:(deno\.land/(?:x/)?)([\w-]+)@v?([\w.+-]+)/"
    r"|(?:esm\.sh|cdn\.skypack\.dev|unpkg\.com|cdn\.jsdelivr\.net/npm|ga\.jspm\.io/npm:)"
    r"(?:/(?:stable/|v\d+/|\*)?)?((?:@[\w.-]+/)?[\w.-]+)@(\d[\w.+-]*))"
)


def parse(file: ListFile) -> Inventory:
    """Return what Deno has chosen. Raises ParseError when it is no lockfile of Deno."""
    document = parse_json_table(file.content)
    if "version" not in document and not all(
        isinstance(value, str) and key.startswith("http") for key, value in document.items()
    ):
        raise ParseError("it is no lockfile of deno")
    lines = LineFinder(file.content)
    # Version 2 holds npm's alone, version 3 all in "packages", since version 4 they stand above.
    held = table_of(document, "packages") or document
    npm = table_of(held, "npm")
    if isinstance(npm.get("packages"), dict):
        held = npm
        npm = table_of(npm, "packages")
    jsr = table_of(held, "jsr")
    asked = set(_asked(document, table_of(held, "specifiers")))
    by_name = _by_name(npm, "") | _by_name(jsr, "jsr:")
    packages = [
        _package(key, fields, ecosystem, by_name, asked, lines)
        for table, ecosystem in ((jsr, Ecosystem.GENERIC), (npm, Ecosystem.NPM))
        for key, fields in table.items()
        if isinstance(fields, dict) and split_descriptor(key)[0]
    ]
    remote = document.get("remote")
    addresses = remote if isinstance(remote, dict) else {} if "version" in document else document
    return Inventory(packages=(*packages, *_imported(addresses, lines)))


def _by_name(table: Mapping[str, Any], prefix: str) -> dict[str, str]:
    """Return the ids by all the words that name a package: "name@version", and "name" of one."""
    known: dict[str, str] = {}
    for key in table:
        name, version = split_descriptor(key)
        known[prefix + key] = key
        known.setdefault(f"{prefix}{name}@{version.partition('_')[0]}", key)
        known.setdefault(prefix + name, key)
    return known


def _asked(document: Mapping[str, Any], specifiers: Mapping[str, Any]) -> Iterator[str]:
    """Yield the keys of what the project asks for."""
    workspace = table_of(document, "workspace")
    members = table_of(workspace, "members").values()
    told: set[str] = set()
    for one in [workspace, *(member for member in members if isinstance(member, dict))]:
        told |= {*texts_of(one, "dependencies")}
        told |= {*texts_of(table_of(one, "packageJson"), "dependencies")}
    for specifier, version in specifiers.items():
        if isinstance(version, str) and (not told or specifier in told):
            registry, colon, name = specifier.partition(":")
            if not colon:
                name = specifier
            if not version.startswith(("npm:", "jsr:")) and "@" not in version[1:]:
                version = f"{split_descriptor(name)[0]}@{version}"
            yield version.removeprefix(f"{registry}:")


def _package(
    key: str,
    fields: Mapping[str, Any],
    ecosystem: Ecosystem,
    by_name: Mapping[str, str],
    asked: set[str],
    lines: LineFinder,
) -> Package:
    name, version = split_descriptor(key)
    # Behind the version stand the peers: "a@1.0.0_b@2.0.0".
    version = version.partition("_")[0]
    needs: dict[str, None] = {}
    for kind in ("dependencies", "optionalDependencies"):
        table = table_of(fields, kind)
        for word in [*table.values(), *list_of(fields, kind)]:
            if isinstance(word, str):
                _, alias, real = word.partition("@npm:")
                word = real if alias else word
                found = by_name.get(word) or by_name.get(word.removeprefix("npm:"))
                found = found or by_name.get(_unranged(word))
                if found:
                    needs[found] = None
    return Package(
        ecosystem=ecosystem,
        name=name,
        version=version,
        line=lines.line_of(msgspec.json.encode(key) + b":"),
        direct=key in asked if asked else None,
        key=key,
        requires=tuple(needs),
        address=told_address(text_of(fields, "tarball")),
        hashed="integrity" in fields,
        has_install_script=fields.get("scripts") is True,
        notice="deprecated" if fields.get("deprecated") is True else text_of(fields, "deprecated"),
    )


def _unranged(word: str) -> str:
    """Return the name of "npm:name@^1" and "jsr:@scope/name@1" as packages are known by it."""
    prefix = "jsr:" if word.startswith("jsr:") else ""
    return prefix + split_descriptor(word.removeprefix("jsr:").removeprefix("npm:"))[0]


def _imported(addresses: Mapping[str, Any], lines: LineFinder) -> Iterator[Package]:
    """Yield what is imported from the web, one for each version, however many files it has."""
    seen: set[tuple[str, str]] = set()
    for address in addresses:
        found = _REMOTE.match(address)
        if found is None:
            continue
        name = f"{found[1]}{found[2]}" if found[1] else found[4]
        version = found[3] if found[1] else found[5]
        if (name, version) in seen:
            continue
        seen.add((name, version))
        yield Package(
            ecosystem=Ecosystem.GENERIC if found[1] else Ecosystem.NPM,
            name=name,
            version=version,
            line=lines.line_of(msgspec.json.encode(address)),
            key=without_credentials(address),
            origin="url",
            address=without_credentials(address),
            hashed=True,
        )
