"""nimble.lock of Nim.

Source: https://github.com/nim-lang/nimble, `src/nimblepkg/lockfile.nim`.
"""

import json
from collections.abc import Mapping
from typing import Any

from seawall.core.errors import ParseError
from seawall.model.inventory import Ecosystem, Inventory, ListFile, Package, Runtime
from seawall.parse.json import parse_json_table
from seawall.parse.lines import LineFinder
from seawall.parse.revisions import shown_address, tagged_version
from seawall.parse.values import table_of, text_of, texts_of


def parse(file: ListFile) -> Inventory:
    """Return what Nimble has chosen. Raises ParseError when it is no lockfile of Nimble."""
    document = parse_json_table(file.content)
    if "packages" not in document:
        raise ParseError("it is no lockfile of nimble")
    entries = {
        name: entry
        for name, entry in table_of(document, "packages").items()
        if name and isinstance(entry, dict)
    }
    # What a task needs beside them stands by the task.
    tasks = {
        name: entry
        for task in table_of(document, "tasks").values()
        if isinstance(task, dict)
        for name, entry in task.items()
        if name and isinstance(entry, dict) and name not in entries
    }
    entries |= tasks
    versions = {name: _version(entry) for name, entry in entries.items()}
    finder = LineFinder(file.content)
    finder.line_of(b'"packages"')
    packages: list[Package] = []
    runtimes: list[Runtime] = []
    for name, entry in entries.items():
        written = json.dumps(name, ensure_ascii=False).encode("utf-8", "replace")
        line = finder.line_of(written + b": {") or finder.line_of(written)
        finder.pass_by()
        is_revision = text_of(entry, "version").startswith("#") or not text_of(entry, "version")
        if name == "nim":
            runtimes.append(Runtime(name="nim", requirement=versions[name], line=line))
        packages.append(
            Package(
                ecosystem=Ecosystem.NIMBLE,
                name=name,
                version=versions[name],
                line=line,
                scope="development" if name in tasks else "runtime",
                requires=tuple(
                    f"{one}@{versions[one]}"
                    for one in texts_of(entry, "dependencies")
                    if one in versions
                ),
                origin="git" if is_revision else "registry",
                address=shown_address(text_of(entry, "url")) if is_revision else "",
                hashed=bool(table_of(entry, "checksums")),
            )
        )
    return Inventory(packages=tuple(packages), runtimes=tuple(runtimes))


def _version(entry: Mapping[str, Any]) -> str:
    """Return the version; of "#head" and of a branch it is the commit."""
    version = text_of(entry, "version")
    if version and not version.startswith("#"):
        return version
    return tagged_version(version[1:]) or text_of(entry, "vcsRevision") or version[1:]
