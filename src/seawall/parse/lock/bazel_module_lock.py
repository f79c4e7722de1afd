"""MODULE.bazel.lock of Bazel, from the graph of its first versions to the digests of later ones.

Source: https://bazel.build/external/lockfile, and Bazel's `BazelLockFileValue.java`.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from seawall.core.errors import ParseError
from seawall.model.inventory import Ecosystem, Inventory, ListFile, Package
from seawall.parse.json import parse_json_table
from seawall.parse.lines import LineFinder
from seawall.parse.revisions import shown_address
from seawall.parse.values import table_of, text_of

_FILE = re.compile(
    r"(?P<registry>.*?)/modules/(?P<name>[^/]+)/(?P<version>[^/]+)/(?P<file>MODULE\.bazel|source\.json)"
)
_USUAL = "https://bcr.bazel.build"
_WITH_BAZEL = frozenset({"bazel_tools", "local_config_platform"})
LONGEST = 1 << 12


def parse(file: ListFile) -> Inventory:
    """Return the modules that Bazel has chosen. Raises ParseError when it is no such lockfile.

    Later versions keep the digest of each file that was asked for on the way to the choice; of a
    module that was taken that is its `source.json` too.
    """
    document = parse_json_table(file.content)
    if not {"registryFileHashes", "moduleDepGraph", "lockFileVersion"} & document.keys():
        raise ParseError("it is no lockfile of bazel")
    finder = LineFinder(file.content)
    graph = table_of(document, "moduleDepGraph")
    if graph:
        return Inventory(packages=tuple(_of_graph(graph, finder)))
    found = [
        (match, digest)
        for url, digest in table_of(document, "registryFileHashes").items()
        if len(url) <= LONGEST and (match := _FILE.fullmatch(url))
    ]
    taken = {(one["name"], one["version"]) for one, _ in found if one["file"] == "source.json"}
    packages: dict[tuple[str, str], Package] = {}
    for one, digest in found:
        named = one["name"], one["version"]
        # That a registry does not have it is told by null.
        if named in packages or not isinstance(digest, str) or (taken and named not in taken):
            continue
        line = finder.line_of(f'"{one[0]}"'.encode("utf-8", "replace"))
        packages[named] = Package(
            ecosystem=Ecosystem.BAZEL,
            name=named[0],
            version=named[1],
            line=line,
            address="" if one["registry"] == _USUAL else shown_address(one["registry"]),
            hashed=True,
        )
    return Inventory(packages=tuple(packages.values()))


def _of_graph(graph: Mapping[str, Any], finder: LineFinder) -> Iterator[Package]:
    """Yield the modules of a graph; the root is the project itself."""
    ids = {
        key: f"{name}@{text_of(node, 'version')}"
        for key, node in graph.items()
        if isinstance(node, dict) and (name := text_of(node, "name")) and name not in _WITH_BAZEL
    }
    asked = table_of(graph, "<root>", "deps").values()
    direct = {one for one in asked if isinstance(one, str)}
    for key, node in graph.items():
        line = finder.line_of(f'"{key}": {{'.encode("utf-8", "replace"))
        finder.pass_by()
        if key == "<root>" or key not in ids:
            continue
        yield Package(
            ecosystem=Ecosystem.BAZEL,
            name=text_of(node, "name"),
            version=text_of(node, "version"),
            line=line,
            direct=key in direct if "<root>" in graph else None,
            requires=tuple(
                ids[one]
                for one in table_of(node, "deps").values()
                if isinstance(one, str) and one in ids and one != key
            ),
        )
