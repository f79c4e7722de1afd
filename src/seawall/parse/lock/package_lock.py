"""package-lock.json and npm-shrinkwrap.json in their three versions, and npm's own record of what
is installed (node_modules/.package-lock.json).

Source: https://docs.npmjs.com/cli/configuring-npm/package-lock-json.
"""

import posixpath
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from seawall.core.errors import ParseError
from seawall.model.inventory import Ecosystem, Inventory, ListFile, Package, Scope
from seawall.parse.json import parse_json_table
from seawall.parse.lines import LineFinder
from seawall.parse.npm import (
    KINDS,
    licence_of,
    read_spec,
    resolved_origin,
    told_address,
    version_in,
)
from seawall.parse.remarks import Remarks
from seawall.parse.values import table_of, text_of

MOST_LOOKUPS = 2_000_000
"""Folders of one file in which packages are looked for; what is needed further is not told."""
LONGEST_KEY = 4096

_FOLDER = "node_modules/"
_ROOT_KINDS = tuple(kind for kind, _ in KINDS)
_OTHER_KINDS = tuple(kind for kind in _ROOT_KINDS if kind != "devDependencies")


class _Tree:
    """The folders of a file, in which a package is found as node finds it."""

    def __init__(self, entries: Mapping[str, Mapping[str, Any]]) -> None:
        self._entries = entries
        self._lookups = MOST_LOOKUPS

    def needed(self, key: str, kinds: tuple[str, ...]) -> dict[str, str]:
        """Return what the package in a folder needs: keys, with what it allows of each."""
        entry = self._entries[key]
        folders = list(_folders(key))
        needs: dict[str, str] = {}
        for kind in kinds:
            for name, allowed in table_of(entry, kind).items():
                found = self._found(folders, name)
                if found:
                    needs.setdefault(found, allowed if isinstance(allowed, str) else "")
        return needs

    def _found(self, folders: list[str], name: str) -> str:
        for folder in folders:
            self._lookups -= 1
            if self._lookups < 0:
                break
            entry = self._entries.get(folder + name)
            if entry is not None:
                return text_of(entry, "resolved") if entry.get("link") is True else folder + name
        return ""


def parse(file: ListFile) -> Inventory:
    """Return what npm has chosen. Raises ParseError when it is no lockfile of npm."""
    document = parse_json_table(file.content)
    entries = {
        key: entry
        for key, entry in table_of(document, "packages").items()
        if isinstance(entry, dict)
    }
    if not entries:
        tree = document.get("dependencies")
        if not isinstance(tree, dict) and not (document.keys() & {"lockfileVersion", "packages"}):
            raise ParseError("it is no lockfile of npm")
        entries = dict(_unnested(tree if isinstance(tree, dict) else {}))
    root = entries.get("", {})
    links = {
        text_of(entry, "resolved"): key.rpartition(_FOLDER)[2]
        for key, entry in entries.items()
        if entry.get("link") is True
    }
    tree = _Tree(entries)
    own = [key for key in entries if _FOLDER not in key]
    asked = {one for key in own for one in tree.needed(key, _ROOT_KINDS)}
    lines, remarks = LineFinder(file.content), Remarks(file.path)
    for key, entry in entries.items():
        if _FOLDER in key and entry.get("link") is not True and not _is_chosen(entry):
            remarks.pass_over(f"a package without a version: {key}")
    opening = '": {' if b'": {' in file.content else '":{'
    return Inventory(
        packages=tuple(
            _package(
                key,
                entry,
                line=_line(lines, _written(key, document) + opening),
                needs=tree.needed(key, _OTHER_KINDS if _FOLDER in key else _ROOT_KINDS),
                direct=key in asked if own else None,
                linked=links.get(key, ""),
                in_workspace="workspaces" in root,
            )
            for key, entry in entries.items()
            if key and entry.get("link") is not True
        ),
        project=text_of(root, "name") or text_of(document, "name"),
        licence=licence_of(root.get("license")),
        problems=remarks.problems,
    )


def _is_chosen(entry: Mapping[str, Any]) -> bool:
    return bool(text_of(entry, "version") or text_of(entry, "resolved"))


def _package(
    key: str,
    entry: Mapping[str, Any],
    *,
    line: int,
    needs: Mapping[str, str],
    direct: bool | None,
    linked: str,
    in_workspace: bool,
) -> Package:
    name = text_of(entry, "name") or key.rpartition(_FOLDER)[2]
    version, resolved = text_of(entry, "version"), text_of(entry, "resolved")
    origin = resolved_origin(resolved)
    if _FOLDER not in key:
        origin = "workspace" if in_workspace and not key.startswith("..") else "path"
        name = text_of(entry, "name") or linked or posixpath.basename(key) or key
        # Of what the project itself is made of it is no question who asks for it.
        direct = direct or None
    return Package(
        ecosystem=Ecosystem.NPM,
        name=name,
        version=version or version_in(resolved),
        line=line,
        scope=_scope(entry),
        direct=direct,
        key=key,
        requires=tuple(needs),
        constraints=tuple(needs.values()),
        origin=origin,
        address=key if _FOLDER not in key else told_address(resolved),
        hashed="integrity" in entry if origin in ("registry", "url") else None,
        licence=licence_of(entry.get("license")),
        has_install_script=entry.get("hasInstallScript") is True,
        notice=text_of(entry, "deprecated"),
    )


def _scope(entry: Mapping[str, Any]) -> Scope:
    if entry.get("dev") is True:
        return "development"
    return (
        "optional"
        if entry.get("optional") is True or entry.get("devOptional") is True
        else ("runtime")
    )


def _folders(key: str) -> Iterator[str]:
    """Yield the folders in which node looks for what the package in `key` needs, in its order."""
    if len(key) > LONGEST_KEY:
        return
    while key:
        yield f"{key}/{_FOLDER}"
        key = key.rpartition("/")[0]
        if key.endswith("/node_modules") or key == "node_modules":
            # Beside the package, its scope or not: that folder is the next one already.
            key = key.removesuffix("node_modules").rstrip("/")
    yield _FOLDER


def _unnested(tree: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield what the tree of version 1 holds as version 2 writes it, in the order of the text."""
    waiting = [("", iter(tree.items()), 0)]
    while waiting:
        above, some, length = waiting[-1]
        name, entry = next(some, ("", None))
        if entry is None:
            if not name:
                waiting.pop()
            continue
        if not name or not isinstance(entry, dict) or length > LONGEST_KEY:
            continue
        key = f"{above}{_FOLDER}{name}"
        inner = table_of(entry, "dependencies")
        yield key, _modern(name, entry, inner)
        waiting.append((f"{key}/", iter(inner.items()), len(key)))


def _modern(name: str, entry: Mapping[str, Any], inner: Mapping[str, Any]) -> dict[str, Any]:
    spec = read_spec(name, text_of(entry, "version"))
    modern = {key: value for key, value in entry.items() if key not in ("dependencies", "version")}
    # What stands in a package's own folder it needs: all that the oldest files say of that.
    modern["dependencies"] = table_of(entry, "requires") or dict.fromkeys(inner, "")
    modern["version"] = spec.version
    modern["name"] = spec.name
    if spec.origin != "registry":
        modern["resolved"] = text_of(entry, "version")
    return modern


def _written(key: str, document: Mapping[str, Any]) -> str:
    """Return how the text names a folder, without its last quote."""
    if not table_of(document, "packages"):
        key = key.rpartition(_FOLDER)[2]
    return msgspec.json.encode(key).decode()[:-1]


def _line(lines: LineFinder, needle: str) -> int:
    line = lines.line_of(needle.encode())
    lines.pass_by()
    return line
