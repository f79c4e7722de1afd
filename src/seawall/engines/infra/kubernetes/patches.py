"""Patches of objects: strategic merges and JSON 6902, on values that keep their places."""

import re
from collections.abc import Mapping

from seawall.model.infrastructure import Node

_KEYS: Mapping[str, tuple[str, ...]] = {
    "containers": ("name",),
    "initContainers": ("name",),
    "ephemeralContainers": ("name",),
    "volumes": ("name",),
    "env": ("name",),
    "ports": ("containerPort", "port"),
    "volumeMounts": ("mountPath",),
    "volumeDevices": ("devicePath",),
    "imagePullSecrets": ("name",),
    "secrets": ("name",),
    "hostAliases": ("ip",),
    "topologySpreadConstraints": ("topologyKey",),
    "webhooks": ("name",),
}
"""By the name of a list, what tells its entries apart; other lists are replaced as a whole."""
_DIRECTIVE = "$patch"
_POINTER = re.compile(r"(?:/[^/]*)*")


def merged(base: Node, patch: Node, name: str = "") -> Node | None:
    """Return a value with what a strategic merge changes of it; None where it is deleted."""
    if isinstance(base.value, dict) and isinstance(patch.value, dict):
        return _merged_table(base, base.value, patch, patch.value)
    if isinstance(base.value, list) and isinstance(patch.value, list) and name in _KEYS:
        return Node(_merged_list(base.value, patch.value, _KEYS[name]), base.place, base.origin)
    return _bare(patch)


def _merged_table(
    base: Node, old: dict[str, Node], patch: Node, changes: dict[str, Node]
) -> Node | None:
    directive = changes.get(_DIRECTIVE)
    if directive is not None and directive.value == "delete":
        return None
    if directive is not None and directive.value == "replace":
        return _bare(patch)
    entries = dict(old)
    for key, node in changes.items():
        if key.startswith("$"):
            continue
        if node.value is None:
            entries.pop(key, None)
            continue
        there = entries.get(key)
        new = merged(there, node, key) if there is not None else _bare(node)
        if new is None:
            entries.pop(key, None)
        else:
            entries[key] = new
    return Node(entries, base.place, base.origin)


def _merged_list(base: list[Node], patch: list[Node], keys: tuple[str, ...]) -> list[Node]:
    found: list[Node] = list(base)
    at = {identity: number for number, one in enumerate(base) if (identity := _identity(one, keys))}
    gone: set[int] = set()
    for one in patch:
        number = at.get(_identity(one, keys))
        if isinstance(one.value, dict) and "$patch" in one.value and len(one.value) == 1:
            continue
        if number is None:
            if not (isinstance(one.value, dict) and _DIRECTIVE in one.value):
                found.append(_bare(one))
            continue
        new = merged(found[number], one)
        if new is None:
            gone.add(number)
        else:
            found[number] = new
    return [one for number, one in enumerate(found) if number not in gone]


def _identity(node: Node, keys: tuple[str, ...]) -> str:
    for key in keys:
        found = node.get(key)
        if found is not None and isinstance(found.value, (str, int)):
            return f"{key}={found.value}"
    return ""


def _bare(node: Node) -> Node:
    """Return a value without what only directs the merge."""
    if isinstance(node.value, dict) and any(key.startswith("$") for key in node.value):
        entries = {key: one for key, one in node.value.items() if not key.startswith("$")}
        return Node(entries, node.place, node.origin)
    return node


def operated(base: Node, operations: Node) -> Node:
    """Return a value after the operations of JSON 6902; one that leads nowhere does nothing."""
    for operation in operations.items:
        kind, path = _text(operation, "op"), _text(operation, "path")
        if not _POINTER.fullmatch(path):
            continue
        keys = [one.replace("~1", "/").replace("~0", "~") for one in path.split("/")[1:]]
        value = operation.get("value")
        if kind in ("add", "replace") and value is not None:
            base = _put(base, keys, value, insert=kind == "add") or base
        elif kind == "remove":
            base = _put(base, keys, None, insert=False) or base
        elif kind in ("copy", "move"):
            source = [one.replace("~1", "/").replace("~0", "~")
                      for one in _text(operation, "from").split("/")[1:]]  # fmt: skip
            found = _found(base, source)
            if found is not None:
                if kind == "move":
                    base = _put(base, source, None, insert=False) or base
                base = _put(base, keys, found, insert=True) or base
    return base


def _text(node: Node, name: str) -> str:
    found = node.get(name)
    return found.text() if found is not None else ""


def _found(node: Node, keys: list[str]) -> Node | None:
    for key in keys:
        if isinstance(node.value, dict) and key in node.value:
            node = node.value[key]
        elif isinstance(node.value, list) and key.isdigit() and int(key) < len(node.value):
            node = node.value[int(key)]
        else:
            return None
    return node


def _put(node: Node, keys: list[str], value: Node | None, *, insert: bool) -> Node | None:
    """Return a value with another in one place, None where there is no such place."""
    if not keys:
        return value
    key, rest = keys[0], keys[1:]
    if isinstance(node.value, dict):
        entries = dict(node.value)
        if rest:
            new = _put(entries[key], rest, value, insert=insert) if key in entries else None
            if new is None:
                return None
            entries[key] = new
        elif value is None:
            entries.pop(key, None)
        else:
            entries[key] = value
        return Node(entries, node.place, node.origin)
    if isinstance(node.value, list):
        items = list(node.value)
        if key == "-" and not rest and value is not None:
            return Node([*items, value], node.place, node.origin)
        if not key.isdigit() or len(key) > 6 or int(key) > len(items):
            return None
        at = int(key)
        if rest:
            new = _put(items[at], rest, value, insert=insert) if at < len(items) else None
            if new is None:
                return None
            items[at] = new
        elif value is None:
            del items[at : at + 1]
        elif insert:
            items.insert(at, value)
        else:
            items[at : at + 1] = [value]
        return Node(items, node.place, node.origin)
    return None
