"""maven_install.json of Bazel's rules_jvm_external, in both its forms.

Source: https://github.com/bazel-contrib/rules_jvm_external, `private/rules`.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from seawall.core.errors import ParseError
from seawall.model.inventory import Ecosystem, Inventory, ListFile, Package
from seawall.parse.json import parse_json_table
from seawall.parse.lines import LineFinder
from seawall.parse.remarks import Remarks
from seawall.parse.values import table_of, tables_of, text_of, texts_of


def parse(file: ListFile) -> Inventory:
    """Return what was chosen. Raises ParseError when it is no such file."""
    document = parse_json_table(file.content)
    finder, remarks = LineFinder(file.content), Remarks(file.path)
    tree = table_of(document, "dependency_tree")
    if "dependencies" in tree:
        packages = list(_from_tree(tree, finder, remarks))
    elif isinstance(document.get("artifacts"), dict):
        packages = list(_from_artifacts(document, finder, remarks))
    else:
        raise ParseError("it is no lockfile of rules_jvm_external")
    return Inventory(packages=tuple(packages), problems=remarks.problems)


def _from_tree(tree: Mapping[str, Any], finder: LineFinder, remarks: Remarks) -> Iterator[Package]:
    """Yield the packages of the first form: a list with coordinates."""
    seen: set[str] = set()
    for entry in tables_of(tree, "dependencies"):
        coordinates = text_of(entry, "coord")
        line = finder.line_of(b'"coord": "%b"' % coordinates.encode("utf-8", "replace"))
        name, version = _named(coordinates)
        if not name:
            remarks.pass_over("a dependency without coordinates", line)
            continue
        if f"{name}@{version}" in seen or _is_extra(coordinates):
            # The same with its sources or another classifier.
            continue
        seen.add(f"{name}@{version}")
        needs = (_named(one) for one in texts_of(entry, "directDependencies"))
        yield Package(
            ecosystem=Ecosystem.MAVEN,
            name=name,
            version=version,
            line=line,
            requires=tuple(dict.fromkeys(f"{one}@{of_one}" for one, of_one in needs if one)),
            hashed=bool(text_of(entry, "sha256")),
        )


def _named(coordinates: str) -> tuple[str, str]:
    """Return name and version of "group:artifact[:packaging[:classifier]]:version"."""
    parts = coordinates.split(":")
    return (":".join(parts[:2]), parts[-1]) if 3 <= len(parts) <= 5 and all(parts) else ("", "")


def _is_extra(coordinates: str) -> bool:
    parts = coordinates.split(":")
    return len(parts) == 5 and parts[3] in ("sources", "javadoc")


def _from_artifacts(
    document: Mapping[str, Any], finder: LineFinder, remarks: Remarks
) -> Iterator[Package]:
    """Yield the packages of the second form: a table of artifacts, one of what each needs."""
    artifacts, needs = table_of(document, "artifacts"), table_of(document, "dependencies")
    ids = {
        ":".join(key.split(":")[:2]): text_of(entry, "version")
        for key, entry in artifacts.items()
        if isinstance(entry, dict)
    }
    seen: set[str] = set()
    for key, entry in artifacts.items():
        line = finder.line_of(b'"%b": {' % key.encode("utf-8", "replace"))
        name = ":".join(key.split(":")[:2])
        if ":" not in name or not isinstance(entry, dict):
            remarks.pass_over("an artifact without a group and a name", line)
            continue
        if name in seen:
            continue
        seen.add(name)
        needed = (":".join(one.split(":")[:2]) for one in texts_of(needs, key))
        yield Package(
            ecosystem=Ecosystem.MAVEN,
            name=name,
            version=text_of(entry, "version"),
            line=line,
            requires=tuple(
                dict.fromkeys(f"{one}@{ids[one]}" for one in needed if one in ids and one != name)
            ),
            hashed=any(isinstance(one, str) for one in table_of(entry, "shasums").values()),
        )
