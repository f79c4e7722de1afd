"""package.yaml of hpack: what a package of Haskell asks for.

Source: https://github.com/sol/hpack, "dependencies" of its documentation.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from seawall.model.inventory import Ecosystem, Inventory, ListFile, Package, Scope
from seawall.parse.haskell import exact_version
from seawall.parse.lines import LineFinder
from seawall.parse.values import table_of, text_of
from seawall.parse.yaml import parse_yaml_table

_ASKED = re.compile(r"([A-Za-z0-9]+(?:-[A-Za-z0-9]+)*)(?::[\w-]+)?\s*([=<>^(-].*)?", re.DOTALL)
_SECTIONS: dict[str, Scope] = {
    "library": "runtime",
    "internal-libraries": "runtime",
    "executable": "runtime",
    "executables": "runtime",
    "tests": "test",
    "benchmarks": "development",
}
_LISTS: tuple[tuple[str, Scope | None], ...] = (
    ("dependencies", None),
    ("build-tools", "build"),
    ("system-build-tools", "build"),
)


def parse(file: ListFile) -> Inventory:
    """Return what is asked for, also of parts. Raises ParseError when it is no YAML mapping.

    Others have files of this name too: what is written in Haskell asks for "base".
    """
    document = parse_yaml_table(file.content)
    if not any(name == "base" for name, _, _ in _asked(document)):
        return Inventory()
    finder = LineFinder(file.content)
    project = text_of(document, "name")
    packages: dict[str, Package] = {}
    for name, allowed, scope in _asked(document):
        if name == project or (name in packages and packages[name].scope == "runtime"):
            continue
        if name in packages and scope != "runtime":
            continue
        pattern = rb"(?<![\w-])%b(?![\w-])" % re.escape(name.encode())
        packages[name] = Package(
            ecosystem=Ecosystem.HACKAGE,
            name=name,
            version=exact_version(allowed),
            requirement=allowed,
            line=finder.line_matching(re.compile(pattern)),
            scope=scope,
            direct=True,
        )
    return Inventory(
        packages=tuple(packages.values()), project=project, licence=text_of(document, "license")
    )


def _asked(document: Mapping[str, Any]) -> Iterator[tuple[str, str, Scope]]:
    yield from _listed(document, "runtime")
    for section, scope in _SECTIONS.items():
        table = table_of(document, section)
        yield from _listed(table, scope)
        if section.endswith("s") or section == "internal-libraries":
            for part in table.values():
                if isinstance(part, dict):
                    yield from _listed(part, scope)


def _listed(table: Mapping[str, Any], scope: Scope) -> Iterator[tuple[str, str, Scope]]:
    for key, other in _LISTS:
        for name, allowed in _entries(table.get(key)):
            found = _ASKED.fullmatch(f"{name} {allowed}".strip()) if len(name) < 1 << 12 else None
            if found is not None:
                yield found[1], (found[2] or "").strip(), other or scope


def _entries(value: Any) -> Iterator[tuple[str, str]]:
    """Yield what is listed: texts, mappings with a name, or names with what is allowed."""
    if isinstance(value, str):
        yield value, ""
    elif isinstance(value, dict):
        for name, allowed in value.items():
            told = allowed.get("version") if isinstance(allowed, dict) else allowed
            yield str(name), told if isinstance(told, str) else ""
    for one in value if isinstance(value, list) else ():
        if isinstance(one, str):
            yield one, ""
        elif isinstance(one, dict) and isinstance(one.get("name"), str):
            yield one["name"], text_of(one, "version")
