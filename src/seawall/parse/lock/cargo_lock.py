"""Cargo.lock in its four versions.

Source: https://github.com/rust-lang/cargo, `src/cargo/core/resolver/encode.rs`.
"""

import posixpath
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from seawall.core.errors import ParseError
from seawall.model.inventory import Ecosystem, Inventory, ListFile, Origin, Package, Scope
from seawall.parse.cargo import needs_of, read_manifest
from seawall.parse.lines import LineFinder
from seawall.parse.pep508 import without_credentials
from seawall.parse.remarks import Remarks
from seawall.parse.scopes import reached, stronger
from seawall.parse.shapes import slips_of
from seawall.parse.toml import parse_toml, placed_tables
from seawall.parse.values import table_of, text_of, texts_of

MOST_MEMBERS = 1000
"""Manifests of one workspace that are read."""

_USUAL = (
    "registry+https://github.com/rust-lang/crates.io-index",
    "sparse+https://index.crates.io/",
    "registry+https://index.crates.io/",
)
_PAIR = re.compile(r'([A-Za-z0-9_-]+|"[^"\\]*") = (?:"([^"\\]*)"|(\d{1,9}))')
_ITEM = re.compile(r' *"([^"\\]*)",?')
_ENTRY = re.compile(r"\[\[([a-z]+(?:\.[a-z]+)?)\]\]|\[([a-z]+)\]")


def parse(file: ListFile) -> Inventory:
    """Return what Cargo has chosen. Raises ParseError when it is no lockfile of Cargo."""
    remarks = Remarks(file.path)
    plain = read_plain(file.content)
    if plain is not None:
        document, lines = plain
        tables = list(zip(lines, document.get("package", []), strict=True))
    else:
        document = parse_toml(file.content)
        tables = placed_tables(document, "package", file.content)
        for slip, _ in slips_of("package:named root:table", document):
            remarks.pass_over(slip)
    root = table_of(document, "root")
    if not tables and not root and not document.keys() & {"version", "package"}:
        raise ParseError("it is no lockfile of cargo")
    if root:
        tables.insert(0, (LineFinder(file.content).line_of(b"[root]"), root))
    metadata = table_of(document, "metadata")
    by_words: dict[str, list[str]] = defaultdict(list)
    packages: dict[str, Package] = {}
    needed: dict[str, list[str]] = {}
    for line, table in tables:
        package = _package(table, line, metadata)
        if package is None or not package.version:
            missing = "name" if package is None else "version"
            remarks.pass_over(f"a package without a {missing}", line)
        if package is None or package.id in packages:
            continue
        packages[package.id] = package
        needed[package.id] = texts_of(table, "dependencies")
        source = text_of(table, "source").partition("#")[0]
        for words in (
            package.name,
            f"{package.name} {package.version}",
            f"{package.name} {package.version} ({source})",
        ):
            by_words[words].append(package.id)
    needs = {one: _resolved(words, by_words) for one, words in needed.items()}
    remarks.miss(
        words.partition(" (")[0]
        for some in needed.values()
        for words in some
        if not _resolved((words,), by_words)
    )
    own = {one for one, package in packages.items() if package.origin == "workspace"}
    scopes = _scopes(file, packages, needs, own)
    return Inventory(
        packages=tuple(
            replace(
                package,
                requires=tuple(needs[one]),
                direct=None if one in own or not own else one in scopes.asked,
                scope=scopes.reached.get(one, "runtime"),
            )
            for one, package in packages.items()
        ),
        project=packages[next(iter(own))].name if len(own) == 1 else text_of(root, "name"),
        problems=remarks.problems,
    )


class _Scopes(Struct, frozen=True):
    asked: dict[str, Scope]
    """By id, what the parts of the project themselves ask for."""
    reached: dict[str, Scope]


def _package(table: Mapping[str, Any], line: int, metadata: Mapping[str, Any]) -> Package | None:
    name, version = text_of(table, "name"), text_of(table, "version")
    source = text_of(table, "source")
    if not name:
        return None
    address = source.partition("#")[0]
    origin: Origin = "workspace" if not source else "registry"
    if source.startswith("git+"):
        origin, address = "git", source.removeprefix("git+")
    elif source.startswith("path+"):
        origin = "path"
    checksum = f"checksum {name} {version} ({source})"
    return Package(
        ecosystem=Ecosystem.CRATES,
        name=name,
        version=version,
        line=line,
        key=without_credentials(f"{name} {version} ({address})")
        if source and address not in _USUAL
        else "",
        origin=origin,
        address="" if address in _USUAL else without_credentials(address),
        hashed="checksum" in table or metadata.get(checksum, "<none>") != "<none>"
        if origin == "registry"
        else None,
    )


def _resolved(words: Sequence[str], by_words: Mapping[str, Sequence[str]]) -> dict[str, None]:
    """Return the ids of what a package needs: "name", with its version and source if need be."""
    found: dict[str, None] = {}
    for one in words:
        name, _, rest = one.partition(" ")
        version = rest.partition(" ")[0]
        before, commit, _ = one.partition("#")
        some = (
            by_words.get(f"{before})" if commit else one)
            or by_words.get(f"{name} {version}")
            or (by_words.get(name) if not version else None)
        )
        if some:
            found[some[0]] = None
    return found


def _scopes(
    file: ListFile,
    packages: Mapping[str, Package],
    needs: Mapping[str, Mapping[str, None]],
    own: set[str],
) -> _Scopes:
    """Tell what is for what: the lockfile itself does not, the manifests of its folder do."""
    manifests = _manifests(file, {packages[one].name for one in own})
    asked: dict[str, Scope] = {}
    for member in own:
        manifest = manifests.get(packages[member].name)
        told: dict[str, Scope] = {}
        for need in needs_of(manifest, manifests.get("", {})) if manifest else ():
            told[need.name] = stronger(told.get(need.name), need.scope)
        for one in needs[member]:
            scope = told.get(packages[one].name, "runtime")
            asked[one] = stronger(asked.get(one), scope)
    inner = {one: some for one, some in needs.items() if one not in own}
    return _Scopes(asked, reached(asked, inner))


def _manifests(file: ListFile, names: set[str]) -> dict[str, dict[str, Any]]:
    """Return the manifests of the parts of the project by their names; the one above all as ""."""
    folder = posixpath.dirname(file.path)
    top = read_manifest(file, folder)
    found: dict[str, dict[str, Any]] = {"": top}
    waiting = [""]
    for pattern in texts_of(table_of(top, "workspace"), "members"):
        before, star, after = pattern.partition("*")
        # A folder is called as its crate, as a rule: others count as needed at run time.
        waiting += [f"{before}{name}{after}" for name in sorted(names)] if star else [pattern]
    seen: set[str] = set()
    while waiting and len(seen) < MOST_MEMBERS:
        path = posixpath.normpath(waiting.pop())
        if path in seen:
            continue
        seen.add(path)
        manifest = read_manifest(file, posixpath.join(folder, path))
        name = text_of(table_of(manifest, "package"), "name")
        if name in names:
            found[name] = manifest
        waiting += [
            posixpath.join(path, need.address)
            for need in needs_of(manifest, top)
            if need.origin == "path" and need.name in names
        ]
    return found


def read_plain(content: bytes) -> tuple[dict[str, Any], list[int]] | None:
    """Return what a file of Cargo's own layout states, with the lines of its packages.

    None where it is laid out otherwise; many times faster than all of TOML.
    """
    try:
        text = content.decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError:
        return None
    document: dict[str, Any] = {}
    lines: list[int] = []
    table, items = document, None
    for number, line in enumerate(text.split("\n"), 1):
        if items is not None:
            if line == "]":
                items = None
            elif (item := _ITEM.fullmatch(line)) is not None and item[1].isprintable():
                items.append(item[1])
            else:
                return None
            continue
        if not line or line[0] == "#":
            if not line.isprintable():
                return None
            continue
        if line == "dependencies = [":
            if "dependencies" in table:
                return None
            items = table["dependencies"] = []
        elif (pair := _PAIR.fullmatch(line)) is not None:
            key = pair[1].strip('"')
            if (
                key in table
                or (table is document and key == "package")
                or not line.isprintable()
                or (pair[3] and pair[3] != f"{int(pair[3])}")
            ):
                return None
            table[key] = int(pair[3]) if pair[3] else pair[2]
        elif (entry := _ENTRY.fullmatch(line)) is not None:
            table = {}
            if entry[2]:
                if entry[2] in document:
                    return None
                document[entry[2]] = table
            else:
                if entry[1] not in ("package", "patch.unused"):
                    return None
                above, _, name = f"document.{entry[1]}".rpartition(".")
                holder = document.setdefault("patch", {}) if above != "document" else document
                some = holder.setdefault(name, []) if isinstance(holder, dict) else None
                if not isinstance(some, list):
                    return None
                some.append(table)
                if name == "package":
                    lines.append(number + 1)
        else:
            return None
    return (document, lines) if items is None else None
