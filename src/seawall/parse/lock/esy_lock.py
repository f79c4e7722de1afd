"""esy.lock/index.json of esy: packages of OCaml and of npm in one.

Source: https://github.com/esy/esy, `esy-install/SolutionLock.re`.
"""

import json

from seawall.core.errors import ParseError
from seawall.model.inventory import Ecosystem, Inventory, ListFile, Origin, Package
from seawall.parse.json import parse_json_table
from seawall.parse.lines import LineFinder
from seawall.parse.values import table_of, text_of, texts_of

_KINDS: tuple[tuple[tuple[str, ...], Origin], ...] = (
    (("github:", "gitlab:", "git:", "git+"), "git"),
    (("archive:", "http:", "https:"), "url"),
    (("path:", "link:", "link-dev:"), "path"),
)


def parse(file: ListFile) -> Inventory:
    """Return what esy has chosen. Raises ParseError when it is no lockfile of esy."""
    document = parse_json_table(file.content)
    nodes = table_of(document, "node")
    if "node" not in document:
        raise ParseError("it is no lockfile of esy")
    root = text_of(document, "root")
    own = table_of(nodes, root)
    asked = {*texts_of(own, "dependencies"), *texts_of(own, "devDependencies")}
    finder = LineFinder(file.content)
    packages: list[Package] = []
    for key, node in nodes.items():
        line = finder.line_of(json.dumps(key).encode() + b": {")
        finder.pass_by()
        name = text_of(node, "name") if isinstance(node, dict) else ""
        if not name or key == root:
            continue
        is_of_opam = name.startswith("@opam/")
        version = text_of(node, "version")
        packages.append(
            Package(
                ecosystem=Ecosystem.OPAM if is_of_opam else Ecosystem.NPM,
                name=name.removeprefix("@opam/"),
                version=version.removeprefix("opam:"),
                line=line,
                key=key,
                direct=key in asked,
                requires=tuple(one for one in texts_of(node, "dependencies") if one in nodes),
                origin=next(
                    (origin for kinds, origin in _KINDS if version.startswith(kinds)), "registry"
                ),
            )
        )
    return Inventory(packages=tuple(packages))
