"""shard.lock and shard.yml of Crystal.

Source: https://github.com/crystal-lang/shards/blob/master/docs/shard.yml.adoc, and its `lock.cr`.
"""

import re
from typing import Any

from seawall.core.errors import ParseError
from seawall.model.inventory import Ecosystem, Inventory, ListFile, Origin, Package, Runtime, Scope
from seawall.parse.lines import LineFinder
from seawall.parse.revisions import shown_address, tagged_version
from seawall.parse.values import text_of
from seawall.parse.yaml import entries_of, key_pattern, parse_yaml

_TABLES: tuple[tuple[str, Scope], ...] = (
    ("shards", "runtime"),
    ("dependencies", "runtime"),
    ("development_dependencies", "development"),
)
_HOSTS = {
    "github": "https://github.com/",
    "gitlab": "https://gitlab.com/",
    "bitbucket": "https://bitbucket.org/",
    "codeberg": "https://codeberg.org/",
    "git": "",
    "hg": "",
    "fossil": "",
}
_EXACT = re.compile(r"(?:=\s*)?(\d+(?:\.\d+)+[\w.-]*)")
_COMMIT = re.compile(r"\+(?:git|hg|fossil)\.commit\..*")


def parse(file: ListFile) -> Inventory:
    """Return what Shards has chosen, or is asked for. Raises ParseError when it is no mapping."""
    documents = parse_yaml(file.content)
    document = documents[0] if documents else None
    if document is None:
        return Inventory()
    if not isinstance(document, dict):
        raise ParseError("it is no yaml mapping")
    is_lock = file.path.endswith(".lock")
    finder = LineFinder(file.content)
    packages: list[Package] = []
    for table, scope in _TABLES:
        entries = entries_of(document, table)
        if entries:
            finder.line_matching(key_pattern(table))
        for name, entry in entries:
            line = finder.line_matching(key_pattern(name))
            finder.pass_by()
            if isinstance(entry, dict):
                packages.append(_package(name, entry, line, scope, is_lock=is_lock))
    crystal = "" if is_lock else text_of(document, "crystal")
    return Inventory(
        packages=tuple(packages),
        project="" if is_lock else text_of(document, "name"),
        licence=text_of(document, "license"),
        runtimes=(
            (
                Runtime(
                    name="crystal",
                    requirement=crystal,
                    line=finder.line_matching(key_pattern("crystal")),
                ),
            )
            if crystal
            else ()
        ),
    )


def _package(
    name: str, entry: dict[str, Any], line: int, scope: Scope, *, is_lock: bool
) -> Package:
    address = next((_HOSTS[key] + text_of(entry, key) for key in _HOSTS if text_of(entry, key)), "")
    wanted = text_of(entry, "version")
    exact = _EXACT.fullmatch(wanted)
    revision = next((found for key in ("tag", "commit") if (found := text_of(entry, key))), "")
    version = _COMMIT.sub("", wanted) if is_lock else exact[1] if exact else ""
    # All shards are from repositories: only a commit is no release.
    origin: Origin = "path" if "path" in entry else "registry"
    if origin == "registry" and (not version or version != wanted) and (revision or is_lock):
        origin = "git"
    return Package(
        ecosystem=Ecosystem.GENERIC,
        name=name,
        version=version or tagged_version(revision) or revision,
        requirement="" if is_lock else wanted,
        line=line,
        scope=scope,
        direct=None if is_lock else True,
        origin=origin,
        address=shown_address(address or text_of(entry, "path")),
    )
