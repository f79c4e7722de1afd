"""What conda has chosen: conda-lock.yml, explicit lists of archives, and `conda list`.

Source: https://conda.github.io/conda-lock, and conda's documentation of `conda list`.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from msgspec.structs import replace

from seawall.core.errors import ParseError
from seawall.model.inventory import Ecosystem, Inventory, ListFile, Package, Scope
from seawall.parse.conda import archive_parts
from seawall.parse.json import parse_json
from seawall.parse.pep508 import lines_of, python_name, scope_of_group, version_in
from seawall.parse.values import table_of, tables_of, text_of
from seawall.parse.yaml import parse_yaml_table

_EXPORTED = re.compile(r"([A-Za-z0-9_][A-Za-z0-9_.-]*)=([^=\s]+)=([^=\s]+)")
_LISTED = re.compile(r"([A-Za-z0-9_][A-Za-z0-9_.-]*)\s+(\d\S*)(?:\s+(\S+))?(?:\s+(\S+))?")
_PIP = re.compile(r"#\s*pip\s+([A-Za-z0-9][A-Za-z0-9._-]*)\s*@\s*(\S+)")


def parse(file: ListFile) -> Inventory:
    """Return what is chosen, for all platforms together, or what is installed.

    Raises ParseError when the file is nothing of conda's.
    """
    start = file.content[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith((b"[", b"{")):
        return _from_json(file.content)
    if file.path.endswith((".yml", ".yaml")) or re.search(rb"^package:\s*$", start, re.M):
        return _from_yaml(file.content)
    return _from_lines(file.content)


def _from_yaml(content: bytes) -> Inventory:
    """Return what conda-lock has chosen: an entry of each platform, told once a version."""
    document = parse_yaml_table(content)
    if "package" not in document:
        raise ParseError("it is no lockfile of conda-lock")
    entries = tables_of(document, "package")
    lines = _entry_lines(content)
    if len(lines) != len(entries):
        lines = [0] * len(entries)
    versions: dict[tuple[str, str], list[str]] = defaultdict(list)
    for entry in entries:
        known = versions[_manager(entry), text_of(entry, "name")]
        if len(known) < MOST_VERSIONS and (version := text_of(entry, "version")) not in known:
            known.append(version)
    packages: dict[tuple[Ecosystem, str, str], Package] = {}
    for line, entry in zip(lines, entries, strict=True):
        if text_of(entry, "name"):
            package = _locked(entry, line, versions)
            key = package.ecosystem, package.name, package.version
            known_one = packages.get(key)
            packages[key] = package if known_one is None else _joined(known_one, package)
    return Inventory(packages=tuple(packages.values()))


MOST_VERSIONS = 8


def _entry_lines(content: bytes) -> list[int]:
    """Return the lines of the entries, which conda-lock begins at the margin."""
    start = re.search(rb"^package:", content, re.MULTILINE)
    line, at = 1, 0
    lines: list[int] = []
    for found in re.compile(rb"^- ", re.MULTILINE).finditer(content, start.end() if start else 0):
        line += content.count(b"\n", at, found.start())
        at = found.start()
        lines.append(line)
    return lines


def _manager(entry: Mapping[str, Any]) -> str:
    return "pip" if text_of(entry, "manager") == "pip" else "conda"


def _locked(
    entry: Mapping[str, Any], line: int, versions: Mapping[tuple[str, str], list[str]]
) -> Package:
    is_pip = _manager(entry) == "pip"
    name = text_of(entry, "name")
    category = text_of(entry, "category") or "main"
    scope: Scope = "runtime" if category == "main" else scope_of_group(category, "development")
    if scope == "runtime" and entry.get("optional") is True:
        scope = "optional"
    needs: dict[str, str] = {}
    for needed, allowed in table_of(entry, "dependencies").items():
        for manager in ("pip", "conda") if is_pip else ("conda",):
            for version in versions.get((manager, needed), ()):
                normal = python_name(needed) if manager == "pip" else needed.lower()
                needs.setdefault(f"{normal}@{version}", allowed if isinstance(allowed, str) else "")
    return Package(
        ecosystem=Ecosystem.PYPI if is_pip else Ecosystem.CONDA,
        name=python_name(name) if is_pip else name.lower(),
        version=text_of(entry, "version"),
        line=line,
        scope=scope,
        requires=tuple(needs),
        constraints=tuple(needs.values()) if any(needs.values()) else (),
        hashed=bool(table_of(entry, "hash")),
    )


def _joined(known: Package, other: Package) -> Package:
    """Return the package with what another platform's entry of it says."""
    if other.scope == "runtime" != known.scope:
        known = replace(known, scope="runtime")
    if set(other.requires) <= set(known.requires):
        return known
    needs = dict.fromkeys(known.requires, "")
    needs.update(zip(known.requires, known.constraints, strict=False))
    for one, allowed in zip(
        other.requires, other.constraints or ("",) * len(other.requires), strict=True
    ):
        needs.setdefault(one, allowed)
    return replace(
        known,
        requires=tuple(needs),
        constraints=tuple(needs.values()) if any(needs.values()) else (),
    )


def _from_json(content: bytes) -> Inventory:
    """Return what `conda list --json` tells."""
    document = parse_json(content)
    if not isinstance(document, list) or not all(isinstance(one, dict) for one in document):
        raise ParseError("it is no list of packages of conda")
    return Inventory(
        packages=tuple(
            _installed(
                text_of(one, "name"),
                text_of(one, "version"),
                0,
                is_pip=text_of(one, "channel") == "pypi",
            )
            for one in document
            if text_of(one, "name")
        )
    )


def _from_lines(content: bytes) -> Inventory:
    """Return what a list of archives, `conda list --export` or `conda list` tells."""
    if b"\0" in content:
        raise ParseError("it is no text")
    packages = tuple(_told(content.decode("utf-8-sig", "replace")))
    if not packages and b"@EXPLICIT" not in content and b"conda" not in content:
        raise ParseError("it is no list of packages of conda")
    return Inventory(packages=packages)


def _told(text: str) -> Iterator[Package]:
    for number, line in enumerate(lines_of(text), 1):
        bare = line.strip()
        if len(bare) > LONGEST:
            continue
        if pip := _PIP.match(bare):
            # conda-lock writes what pip installs as comments.
            package = _installed(pip[1], version_in(pip[2]), number, is_pip=True)
            yield replace(package, hashed="sha256=" in pip[2])
        elif bare.startswith(("http:", "https:", "file:", "/", "./")):
            parts = archive_parts(bare)
            if parts is not None:
                package = _installed(parts[0], parts[1], number, is_pip=False)
                yield replace(package, hashed="#" in bare)
        elif found := _EXPORTED.fullmatch(bare):
            yield _installed(found[1], found[2], number, is_pip=found[3].startswith("pypi"))
        elif found := _LISTED.fullmatch(bare):
            is_pip = "pypi" in (found[3], found[4]) or found[3] in ("pypi_0", "<pip>")
            yield _installed(found[1], found[2], number, is_pip=is_pip)


LONGEST = 1 << 12


def _installed(name: str, version: str, line: int, *, is_pip: bool) -> Package:
    return Package(
        ecosystem=Ecosystem.PYPI if is_pip else Ecosystem.CONDA,
        name=python_name(name) if is_pip else name.lower(),
        version=version,
        line=line,
    )
