"""Version catalogs of Gradle: gradle/libs.versions.toml.

Source: https://docs.gradle.org/current/userguide/version_catalogs.html.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from seawall.core.errors import ParseError
from seawall.model.inventory import Inventory, ListFile, Package, Scope
from seawall.parse.maven import fixed_version, is_part, maven_package
from seawall.parse.remarks import Remarks
from seawall.parse.toml import TomlLines, parse_toml
from seawall.parse.values import table_of, text_of


def parse(file: ListFile) -> Inventory:
    """Return what is listed; whether a project uses it stands elsewhere.

    Raises ParseError when it is no catalog.
    """
    document = parse_toml(file.content)
    if document and not set(document) & {"versions", "libraries", "plugins", "bundles"}:
        raise ParseError("it is no catalog of gradle")
    versions = table_of(document, "versions")
    lines, remarks = TomlLines(file.content), Remarks(file.path)
    packages = list(_listed("libraries", document, versions, lines, remarks))
    packages += _listed("plugins", document, versions, lines, remarks)
    packages.sort(key=lambda one: one.line)
    return Inventory(packages=tuple(packages), problems=remarks.problems)


def _listed(
    key: str,
    document: Mapping[str, Any],
    versions: Mapping[str, Any],
    lines: TomlLines,
    remarks: Remarks,
) -> Iterator[Package]:
    for alias, entry in table_of(document, key).items():
        line = lines.line_of(key, alias)
        coordinates, wanted = _read(key, entry)
        group, _, artifact = coordinates.partition(":")
        if not is_part(group) or not is_part(artifact):
            remarks.pass_over("an entry without a group and a name", line)
            continue
        if isinstance(wanted, Mapping) and "ref" in wanted:
            named = text_of(wanted, "ref")
            if named not in versions:
                remarks.pass_over("a version that the catalog does not have", line)
            wanted = versions.get(named)
        scope: Scope = "build" if key == "plugins" else "runtime"
        yield maven_package(group, artifact, _allowed(wanted), line=line, scope=scope)


def _read(key: str, entry: object) -> tuple[str, object]:
    """Return the coordinates of an entry without the version, and that."""
    if isinstance(entry, str):
        name, _, version = entry.rpartition(":")
        if key == "libraries" and entry.count(":") == 1:
            name, version = entry, ""
        return (_plugin(name) if key == "plugins" else name), version
    if not isinstance(entry, Mapping):
        return "", ""
    if key == "plugins":
        return _plugin(text_of(entry, "id")), entry.get("version")
    module = text_of(entry, "module") or f"{text_of(entry, 'group')}:{text_of(entry, 'name')}"
    return module, entry.get("version")


def _plugin(name: str) -> str:
    """Return the coordinates by which a plugin is found in a repository."""
    return f"{name}:{name}.gradle.plugin" if name else ""


def _allowed(wanted: object) -> str:
    """Return what a version, plain or rich, allows: the one that is taken where it is told."""
    if isinstance(wanted, str):
        # "[1.7, 1.8[!!1.7.25": strictly, and preferred.
        strictly, marked, preferred = wanted.partition("!!")
        return preferred or strictly if marked else wanted
    if not isinstance(wanted, Mapping):
        return ""
    told = [text_of(wanted, key) for key in ("strictly", "require", "prefer")]
    return next((one for one in told if fixed_version(one)), next(filter(None, told), ""))
