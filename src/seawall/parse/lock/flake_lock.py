"""flake.lock of Nix.

Source: https://nix.dev/manual/nix/latest/command-ref/new-cli/nix3-flake.html#lock-files.
"""

import json
from collections.abc import Mapping
from typing import Any

from seawall.core.errors import ParseError
from seawall.model.inventory import Ecosystem, Inventory, ListFile, Package
from seawall.parse.json import parse_json_table
from seawall.parse.lines import LineFinder
from seawall.parse.revisions import repository_name, shown_address
from seawall.parse.values import table_of, text_of

_HOSTS = {"github": "github.com", "gitlab": "gitlab.com", "sourcehut": "git.sr.ht"}


def parse(file: ListFile) -> Inventory:
    """Return the flakes that are locked. Raises ParseError when it is no lockfile of Nix."""
    document = parse_json_table(file.content)
    if "nodes" not in document:
        raise ParseError("it is no lockfile of nix")
    nodes = table_of(document, "nodes")
    root = text_of(document, "root") or "root"
    finder = LineFinder(file.content)
    packages: list[Package] = []
    direct = set(_inputs(table_of(nodes, root)))
    for key, node in nodes.items():
        line = finder.line_of(json.dumps(key).encode() + b": {")
        finder.pass_by()
        locked = table_of(node, "locked") if isinstance(node, dict) else {}
        if not locked or key == root:
            continue
        address, name = _place(locked)
        packages.append(
            Package(
                ecosystem=Ecosystem.GENERIC,
                name=name or key,
                version=text_of(locked, "rev") or text_of(locked, "narHash"),
                line=line,
                direct=key in direct,
                key=key,
                requires=tuple(one for one in _inputs(node) if one in nodes),
                origin="path" if text_of(locked, "type") == "path" else "git",
                address=shown_address(address),
                hashed="narHash" in locked,
            )
        )
    return Inventory(packages=tuple(packages))


def _inputs(node: Mapping[str, Any]) -> list[str]:
    """Return the nodes that a node needs; one that follows another's is a path, and is its last."""
    found: list[str] = []
    for one in table_of(node, "inputs").values():
        if isinstance(one, str):
            found.append(one)
        elif isinstance(one, list) and one and isinstance(one[-1], str):
            found.append(one[-1])
    return list(dict.fromkeys(found))


def _place(locked: Mapping[str, Any]) -> tuple[str, str]:
    host = text_of(locked, "host") or _HOSTS.get(text_of(locked, "type"), "")
    owner, repository = text_of(locked, "owner"), text_of(locked, "repo")
    if host and owner and repository:
        return f"https://{host}/{owner}/{repository}", f"{host}/{owner}/{repository}"
    address = text_of(locked, "url") or text_of(locked, "path")
    return address, repository_name(address)
