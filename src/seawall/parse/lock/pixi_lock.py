"""pixi.lock, versions 1 to 6.

Source: https://github.com/conda/rattler, `rattler_lock`.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from msgspec.structs import replace

from seawall.core.errors import ParseError
from seawall.model.inventory import Ecosystem, Inventory, ListFile, Origin, Package
from seawall.parse.conda import archive_parts, parse_conda_spec
from seawall.parse.pep508 import parse_requirement, python_name, version_in, without_credentials
from seawall.parse.values import table_of, tables_of, text_of, texts_of
from seawall.parse.yaml import parse_yaml_table

MOST_VERSIONS = 8

_START = re.compile(rb"^packages?:", re.MULTILINE)
_ENTRY = re.compile(rb"^- ", re.MULTILINE)
_WHEEL = re.compile(r"([A-Za-z0-9_.]+)-[^-/]+(?:-\d[^-/]*)?-[^-/]+-[^-/]+-[^-/]+\.whl")


def parse(file: ListFile) -> Inventory:
    """Return what pixi has chosen, for all environments and platforms, each version once.

    Raises ParseError when it is no lockfile of pixi.
    """
    document = parse_yaml_table(file.content)
    key = "packages" if "packages" in document else "package"
    if key not in document and "environments" not in document:
        raise ParseError("it is no lockfile of pixi")
    entries = tables_of(document, key)
    lines = _entry_lines(file.content)
    if len(lines) != len(entries):
        lines = [0] * len(entries)
    found: dict[tuple[Ecosystem, str, str], tuple[Package, list[tuple[str, str]]]] = {}
    names: dict[str, list[str]] = defaultdict(list)
    for line, entry in zip(lines, entries, strict=True):
        package = _package(entry, line)
        if package is None:
            continue
        same = package.ecosystem, package.name, package.version
        if same not in found:
            found[same] = package, []
            if len(names[package.name]) < MOST_VERSIONS:
                names[package.name].append(package.id)
        found[same][1].extend(_needs(entry, is_pip=package.ecosystem is Ecosystem.PYPI))
    return Inventory(
        packages=tuple(_related(package, needs, names) for package, needs in found.values())
    )


def _entry_lines(content: bytes) -> list[int]:
    """Return the lines of the entries, which pixi begins at the margin."""
    start = _START.search(content)
    line, at = 1, 0
    lines: list[int] = []
    for found in _ENTRY.finditer(content, start.end() if start else 0):
        line += content.count(b"\n", at, found.start())
        at = found.start()
        lines.append(line)
    return lines


def _package(entry: Mapping[str, Any], line: int) -> Package | None:
    """Return the package of an entry; from version 6 on its address says what it is."""
    conda, pypi = text_of(entry, "conda"), text_of(entry, "pypi")
    kind = text_of(entry, "kind") or text_of(entry, "manager")
    is_pip = bool(pypi) or kind in ("pypi", "pip")
    url = conda or pypi or text_of(entry, "url") or text_of(entry, "path")
    name, version = text_of(entry, "name"), text_of(entry, "version")
    if not is_pip and (not name or not version) and (parts := archive_parts(url)):
        name, version = name or parts[0], version or parts[1]
    if is_pip and not name and (wheel := _WHEEL.search(url)):
        name = wheel[1]
    if not name:
        return None
    if is_pip:
        version = version or version_in(url)
    ours = not re.match(r"https?:|git\+|file:", url) and bool(conda or pypi or entry.get("path"))
    is_git = url.startswith("git+")
    hashed = bool(text_of(entry, "sha256") or text_of(entry, "md5") or table_of(entry, "hash"))
    return Package(
        ecosystem=Ecosystem.PYPI if is_pip else Ecosystem.CONDA,
        name=python_name(name) if is_pip else name.lower(),
        version=version,
        line=line,
        origin=_origin(url) if ours else "git" if is_git else "registry",
        address=without_credentials(url) if ours or is_git else "",
        hashed=None if ours or is_git else hashed,
        licence=text_of(entry, "license"),
    )


def _origin(path: str) -> Origin:
    return "workspace" if path.rstrip("/") == "." else "path"


def _needs(entry: Mapping[str, Any], *, is_pip: bool) -> Iterator[tuple[str, str]]:
    """Yield the name of each that an entry needs, with what it allows of it."""
    for key in ("depends", "requires_dist", "dependencies"):
        for text in texts_of(entry, key):
            if is_pip:
                wanted = parse_requirement(text)
                if wanted is not None and "extra" not in wanted.marker:
                    yield wanted.name, wanted.allowed
            elif (spec := parse_conda_spec(text)) is not None:
                yield spec.name, spec.allowed
        for needed, allowed in table_of(entry, key).items():
            yield needed.lower(), allowed if isinstance(allowed, str) else ""


def _related(
    package: Package, needs: list[tuple[str, str]], names: Mapping[str, list[str]]
) -> Package:
    told: dict[str, str] = {}
    for name, allowed in needs:
        for one in names.get(name, ()):
            told.setdefault(one, allowed)
    return replace(
        package,
        requires=tuple(told),
        constraints=tuple(told.values()) if any(told.values()) else (),
    )
