"""What a package of Python says of itself: installed, in a wheel, in an archive of sources.

Source: https://packaging.python.org/en/latest/specifications/core-metadata.
"""

import re
from collections.abc import Iterator

from msgspec import Struct

from seawall.core.errors import ParseError
from seawall.model.inventory import Ecosystem, Package, Scope
from seawall.parse.pep508 import (
    Requirement,
    lines_of,
    parse_requirement,
    python_name,
    scope_of_group,
)

LARGEST = 1 << 20
"""Bytes of the headers that are read; the description behind them is not."""

_HEADER = re.compile(r"([A-Za-z][A-Za-z0-9-]*)\s*:\s?(.*)")
_EXTRA = re.compile(r"""\bextra\s*==\s*['"]([^'"]*)['"]""")
_LICENCE = "License :: "

Wanted = tuple[int, Scope, Requirement]
"""Line, scope, and what is asked for."""


class CoreMetadata(Struct, frozen=True, kw_only=True):
    """The headers that tell of packages."""

    name: str = ""
    version: str = ""
    line: int = 0
    """Of the name."""
    licence: str = ""
    requires: tuple[Wanted, ...] = ()

    def package(self) -> Package:
        """Return the package itself; what it needs is named without a version."""
        needs: dict[str, str] = {}
        for _, scope, wanted in self.requires:
            if scope == "runtime":
                needs.setdefault(f"{wanted.name}@", wanted.allowed)
        return Package(
            ecosystem=Ecosystem.PYPI,
            name=python_name(self.name),
            version=self.version,
            line=self.line,
            requires=tuple(needs),
            constraints=tuple(needs.values()) if any(needs.values()) else (),
            licence=self.licence,
        )


def parse_core_metadata(content: bytes) -> CoreMetadata:
    """Return what the headers say. Raises ParseError when there are none."""
    name = version = licence = expression = classified = ""
    at = 0
    requires: list[Wanted] = []
    headers = 0
    for line, key, value in _headers(content):
        headers += 1
        match key:
            case "name" if not name:
                name, at = value, line
            case "version" if not version:
                version = value
            case "license-expression":
                expression = value
            case "license" if not licence and value != "UNKNOWN":
                licence = value
            case "classifier" if value.startswith(_LICENCE) and not classified:
                classified = value.rpartition(" :: ")[2]
            case "requires-dist" | "requires":
                if (wanted := parse_requirement(value)) is not None:
                    extra = _EXTRA.search(wanted.marker)
                    scope = scope_of_group(extra[1], "optional") if extra else "runtime"
                    requires.append((line, scope, wanted))
    if not headers or b"\0" in content[:LARGEST]:
        raise ParseError("it is no metadata of a package")
    return CoreMetadata(
        name=name if python_name(name).strip("-") else "",
        version=version,
        line=at,
        licence=expression or licence or classified,
        requires=tuple(requires),
    )


def parse_requires_txt(content: bytes) -> list[Wanted]:
    """Return what the requires.txt of an egg asks for: a section is an extra, a marker, or both."""
    found: list[Wanted] = []
    scope: Scope = "runtime"
    marker = ""
    for number, line in enumerate(lines_of(content.decode("utf-8-sig", "replace")), 1):
        bare = line.strip()
        if bare.startswith("[") and bare.endswith("]"):
            extra, _, marker = bare[1:-1].partition(":")
            scope = scope_of_group(extra, "optional") if extra else "runtime"
        elif bare and (wanted := parse_requirement(f"{bare}; {marker}" if marker else bare)):
            found.append((number, scope, wanted))
    return found


def _headers(content: bytes) -> Iterator[tuple[int, str, str]]:
    """Yield line, name in lower case, and value of each header; what a value goes on with is not
    read.
    """
    text = content[:LARGEST].decode("utf-8-sig", "replace")
    for number, line in enumerate(text.split("\n"), 1):
        line = line.rstrip("\r")
        if not line.strip():
            return
        if found := _HEADER.match(line):
            yield number, found[1].lower(), found[2].strip()
