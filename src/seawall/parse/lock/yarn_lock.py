"""yarn.lock: the classic one of Yarn 1, and those of Yarn 2 and later.

Sources: https://github.com/yarnpkg/yarn, `src/lockfile`; https://github.com/yarnpkg/berry,
`packages/yarnpkg-parsers/sources/syml.ts` and `packages/yarnpkg-core/sources/Project.ts`.
"""

import posixpath
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from seawall.core.errors import ParseError
from seawall.model.inventory import Ecosystem, Inventory, ListFile, Origin, Package, Scope
from seawall.parse.json import parse_json_table
from seawall.parse.npm import (
    KINDS,
    origin_of,
    read_spec,
    resolved_origin,
    split_descriptor,
    told_address,
    version_in,
)
from seawall.parse.pep508 import without_credentials
from seawall.parse.remarks import Remarks
from seawall.parse.scopes import reached, stronger
from seawall.parse.values import table_of

_WORD = re.compile(
    r'"((?:[^"\\]|\\.)*)"|\'((?:[^\']|\'\')*)\'|([^\s"\',][^\s,]*?(?=:?(?:,|\s|\Z)))'
)
_NEEDS = ("dependencies", "optionalDependencies")


class _Entry(Struct):
    """What stands under one line of descriptors."""

    line: int
    keys: list[str]
    """The descriptors: "name@range"."""
    fields: dict[str, str]
    needs: dict[str, str]
    """Range by name."""


class _Place(Struct, frozen=True):
    package: Package
    entry: _Entry
    folder: str | None
    """Of a part of the project itself: where it stands; None of every other package."""


def parse(file: ListFile) -> Inventory:
    """Return what Yarn has chosen. Raises ParseError when it is no lockfile of Yarn."""
    entries = list(_entries(_decoded(file.content)))
    is_modern = bool(entries) and entries[0].keys == ["__metadata"]
    wanted = "resolution" if is_modern else "version"
    if is_modern:
        del entries[0]
    whole = [entry for entry in entries if {"version", wanted} <= entry.fields.keys()]
    places = [place for entry in whole if (place := _place(entry)) is not None]
    remarks = Remarks(file.path)
    for entry in entries:
        for missing in ("version", wanted):
            if missing not in entry.fields:
                remarks.pass_over(f"an entry without a {missing}", entry.line)
                break
    if entries and not whole:
        raise ParseError("it is no lockfile of yarn", line=entries[0].line)
    ids: dict[str, str] = {}
    by_name: dict[str, str] = {}
    for place in places:
        for key in place.entry.keys:
            ids.setdefault(key, place.package.id)
            by_name.setdefault(split_descriptor(key)[0], place.package.id)
    needs = {place.package.id: _needs(place.entry, ids, by_name) for place in places}
    remarks.miss(
        f"{name}@{allowed}"
        for place in places
        for name, allowed in place.entry.needs.items()
        if not _resolved(name, allowed, ids, by_name)
    )
    asked = _asked(file, places, needs, ids, by_name)
    own = {place.package.id for place in places if place.folder is not None}
    scopes = reached(asked, {one: some for one, some in needs.items() if one not in own})
    unique: dict[str, Package] = {}
    project = ""
    for place in places:
        package = place.package
        if place.folder == ".":
            project = package.name
            continue
        # A package that is patched stands there twice, as it came and as it is.
        unique.setdefault(
            package.id,
            replace(
                package,
                requires=tuple(needs[package.id]),
                constraints=tuple(needs[package.id].values()),
                scope=scopes.get(package.id, "runtime"),
                direct=(package.id in asked or (None if place.folder else False))
                if asked
                else None,
            ),
        )
    return Inventory(
        packages=tuple(unique.values()),
        project=project,
        problems=remarks.problems,
    )


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ParseError("it is no utf-8", line=line) from error


def _entries(text: str) -> Iterator[_Entry]:
    """Yield the entries of a file in any of the forms. Raises ParseError when it has none."""
    entry: _Entry | None = None
    table: dict[str, str] | None = None
    """Where the lines under a key go."""
    for number, raw in enumerate(text.split("\n"), 1):
        line = raw.rstrip()
        words = line.lstrip(" ")
        if not words or words[0] == "#":
            continue
        indent = len(line) - len(words)
        if indent == 0 and words == ":" and entry is not None:
            continue
        if indent == 0:
            if not words.endswith(":") and not words.startswith("? "):
                raise ParseError("it is no lockfile of yarn", line=number)
            keys = _descriptors(words.removeprefix("? ").removesuffix(":"))
            if not keys:
                raise ParseError("an entry names no package", line=number)
            if entry is not None:
                yield entry
            entry, table = _Entry(number, keys, {}, {}), None
            continue
        if entry is None:
            raise ParseError("it is no lockfile of yarn", line=number)
        key, value = _pair(words, number)
        if indent == 2:
            table = entry.needs if key in _NEEDS and not value else {}
            if value:
                entry.fields[key] = value
        elif table is not None and indent == 4:
            table[key] = value
    if entry is not None:
        yield entry


def _descriptors(text: str) -> list[str]:
    """Return the descriptors of a line: each quoted (Yarn 1), or all of them in one (Yarn 2)."""
    words = [_word(found) for found in _WORD.finditer(text)]
    return [part.strip() for word in words for part in word.split(", ") if part.strip()]


def _pair(text: str, number: int) -> tuple[str, str]:
    """Return key and value of a line, with a colon between them or without."""
    found = _WORD.match(text)
    if found is None:
        if text.startswith("- "):
            return "-", text[2:]
        raise ParseError("it is no lockfile of yarn", line=number)
    rest = text[found.end() :]
    if rest[:1] not in ("", ":", " "):
        raise ParseError("it is no lockfile of yarn", line=number)
    rest = rest.removeprefix(":").strip()
    value = _WORD.fullmatch(rest)
    return _word(found), _word(value) if value is not None else rest


def _word(found: re.Match[str]) -> str:
    if found[1] is None:
        return found[3] or (found[2] or "").replace("''", "'")
    if "\\" not in found[1]:
        return found[1]
    try:
        return str(msgspec.json.decode(found[0]))
    except (msgspec.DecodeError, UnicodeError):
        return found[1]


def _place(entry: _Entry) -> _Place | None:
    """Return the package of an entry; None where it names none."""
    resolution = entry.fields.get("resolution", "")
    version = entry.fields.get("version", "")
    if resolution:
        return _modern(entry, resolution, version)
    # An alias may share its entry with the package itself.
    specs = [read_spec(*split_descriptor(key)) for key in entry.keys]
    name, resolved = specs[0].name, entry.fields.get("resolved", "")
    origin = resolved_origin(resolved) if resolved else specs[0].origin
    if not name:
        return None
    return _Place(
        Package(
            ecosystem=Ecosystem.NPM,
            name=name,
            version=version,
            line=entry.line,
            key=f"{name}@{specs[0].address}" if origin != "registry" else "",
            origin=origin,
            address=told_address(resolved) if resolved else specs[0].address,
            hashed=("integrity" in entry.fields or "#" in resolved)
            if origin in ("registry", "url")
            else None,
        ),
        entry,
        None,
    )


def _modern(entry: _Entry, resolution: str, version: str) -> _Place | None:
    name, rest = split_descriptor(resolution)
    protocol, _, value = rest.partition(":")
    folder: str | None = None
    origin: Origin = "registry"
    address = ""
    if protocol == "workspace":
        origin, folder, address = "workspace", posixpath.normpath(value or "."), value
    elif protocol in ("link", "portal", "file"):
        origin, address = "path", re.split("::|#", value)[0]
    elif protocol == "npm":
        address = _archive(rest)
    elif protocol != "patch":
        origin, address = origin_of(rest), told_address(rest)
    if not name:
        return None
    return _Place(
        Package(
            ecosystem=Ecosystem.NPM,
            name=name,
            version=version or version_in(rest),
            line=entry.line,
            key=without_credentials(resolution) if origin != "registry" else "",
            origin=origin,
            address=address,
            hashed="checksum" in entry.fields if origin in ("registry", "url") else None,
            marker=entry.fields.get("conditions", ""),
        ),
        entry,
        folder,
    )


def _archive(rest: str) -> str:
    """Return the address that is bound to a version, where it is not the usual one."""
    _, bound, address = rest.partition("::__archiveUrl=")
    if not bound:
        return ""
    return told_address(unquote(address.partition("&")[0]))


def _needs(entry: _Entry, ids: Mapping[str, str], by_name: Mapping[str, str]) -> dict[str, str]:
    """Return the ids of what an entry needs, with what it allows of each."""
    needs: dict[str, str] = {}
    for name, allowed in entry.needs.items():
        found = _resolved(name, allowed, ids, by_name)
        if found:
            needs.setdefault(found, allowed.removeprefix("npm:"))
    return needs


def _resolved(name: str, allowed: str, ids: Mapping[str, str], by_name: Mapping[str, str]) -> str:
    """Return the id of what fits; where the project overrules the range, of what there is."""
    return ids.get(f"{name}@{allowed}") or ids.get(f"{name}@npm:{allowed}") or by_name.get(name, "")


def _asked(
    file: ListFile,
    places: list[_Place],
    needs: Mapping[str, Mapping[str, str]],
    ids: Mapping[str, str],
    by_name: Mapping[str, str],
) -> dict[str, Scope]:
    """Return the ids of what the project asks for, and what for; {} where nobody tells.

    Yarn's own file does not tell what is for development: the manifests beside it do.
    """
    above = posixpath.dirname(file.path)
    asked: dict[str, Scope] = {}
    own = {place.folder: place.package.id for place in places if place.folder is not None}
    for folder in own or {".": ""}:
        manifest = _manifest(file, posixpath.normpath(posixpath.join(above, folder)))
        if not own and "workspaces" in manifest:
            # Yarn 1 does not name the other manifests.
            return {}
        scopes: dict[str, Scope] = {}
        for kind, scope in KINDS:
            for name, allowed in table_of(manifest, kind).items():
                found = _resolved(name, str(allowed), ids, by_name)
                if found and (kind != "peerDependencies" or found not in scopes):
                    scopes[found] = stronger(scopes.get(found), scope)
        told = needs.get(own.get(folder, ""), {})
        for found in {**scopes, **told}:
            if not manifest or found in scopes:
                asked[found] = stronger(asked.get(found), scopes.get(found, "runtime"))
    return asked


def _manifest(file: ListFile, folder: str) -> dict[str, Any]:
    content = file.read(posixpath.normpath(posixpath.join(folder, "package.json")))
    if content is None:
        return {}
    try:
        return parse_json_table(content)
    except ParseError:
        # It answers for itself.
        return {}
