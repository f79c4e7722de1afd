"""What conda and pixi ask for and install, as their files write it.

Source: https://docs.conda.io/projects/conda/en/stable/user-guide/concepts/pkg-specs.html.
"""

import re
from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from seawall.model.inventory import Ecosystem, Package, Scope
from seawall.parse.pep508 import (
    pinned_version,
    python_name,
    scope_of_group,
    source_in,
)
from seawall.parse.toml import TomlLines
from seawall.parse.values import table_of, text_of

_SPEC = re.compile(
    r"(?:(?P<channel>[^\s:]+)::?(?:[^\s:]*:)?)?(?P<name>[A-Za-z0-9_][A-Za-z0-9_.-]*)\s*(?P<rest>.*)",
    re.DOTALL,
)
_EXACT = re.compile(r"={0,2}\s*(v?\d[\w.+!-]*)(?:(?:\s*=\s*|\s+)[\w.*-]+)?")
_KEYED = re.compile(r"""(version|build|channel)\s*=\s*(?:'([^']*)'|"([^"]*)"|([^\s,\]]+))""")
_ARCHIVE = re.compile(r"([^/]+)-([^-/]+)-([^-/]+?)(?:\.conda|\.tar\.bz2)")
LONGEST = 1 << 12


class CondaSpec(Struct, frozen=True, kw_only=True):
    """What one line asks for of a channel."""

    name: str
    allowed: str = ""
    """As written: "=1.2=py39_0", ">=3.8,<4"."""
    channel: str = ""

    @property
    def version(self) -> str:
        """The version that is meant: "=1.2" is how conda writes down what it has installed."""
        found = _EXACT.fullmatch(self.allowed.strip())
        return found[1] if found else ""

    def package(self, line: int, scope: Scope = "runtime") -> Package:
        """Return the package that is asked for."""
        return Package(
            ecosystem=Ecosystem.CONDA,
            name=self.name,
            version=self.version,
            requirement=self.allowed,
            line=line,
            scope=scope,
            direct=True,
            address=self.channel,
        )


def parse_conda_spec(text: str) -> CondaSpec | None:
    """Return what a spec of conda asks for; None where it is none."""
    text = text.partition(" #")[0].strip()
    found = _SPEC.fullmatch(text) if len(text) <= LONGEST else None
    if found is None:
        return None
    rest, channel = found["rest"].strip(), found["channel"] or ""
    if rest.startswith("["):
        keys = {key: one or two or three for key, one, two, three in _KEYED.findall(rest)}
        rest, channel = keys.get("version", ""), keys.get("channel", channel)
    else:
        rest = rest.partition("[")[0].strip()
    if rest and not re.match(r"[<>=!~\d*v]", rest):
        return None
    return CondaSpec(
        name=found["name"].lower(), allowed="" if rest == "*" else rest, channel=channel
    )


def archive_parts(url: str) -> tuple[str, str] | None:
    """Return the name and version that the archive of a package of conda has in its name."""
    found = _ARCHIVE.fullmatch(url.partition("#")[0].rstrip("/").rpartition("/")[2])
    return (found[1].lower(), found[2]) if found else None


def read_pixi_tables(
    table: Mapping[str, Any], path: tuple[str, ...], lines: TomlLines
) -> list[Package]:
    """Return what the tables of pixi ask for; `path` is where they stand in the document."""
    packages = _tables(table, path, "runtime", lines)
    features = table_of(table, "feature")
    for feature in features:
        scope = scope_of_group(feature, "optional")
        packages += _tables(table_of(features, feature), (*path, "feature", feature), scope, lines)
    packages += _tables(table_of(table, "package"), (*path, "package"), "runtime", lines)
    return packages


def _tables(
    table: Mapping[str, Any], path: tuple[str, ...], scope: Scope, lines: TomlLines
) -> list[Package]:
    packages: list[Package] = []
    kinds: tuple[tuple[str, Scope], ...] = (
        ("dependencies", scope),
        ("run-dependencies", scope),
        ("host-dependencies", "build"),
        ("build-dependencies", "build"),
    )
    for key, of_key in kinds:
        packages += _entries(table, (*path, key), of_key, lines, is_conda=True)
    packages += _entries(table, (*path, "pypi-dependencies"), scope, lines, is_conda=False)
    targets = table_of(table, "target")
    for target in targets:
        packages += _tables(table_of(targets, target), (*path, "target", target), scope, lines)
    return packages


def _entries(
    table: Mapping[str, Any],
    path: tuple[str, ...],
    scope: Scope,
    lines: TomlLines,
    *,
    is_conda: bool,
) -> list[Package]:
    entries = table_of(table, path[-1])
    packages: list[Package] = []
    for name, entry in entries.items():
        line = lines.line_of(*path, name)
        told = entry if isinstance(entry, dict) else {"version": entry}
        allowed = text_of(told, "version")
        if not name:
            continue
        if is_conda:
            spec = CondaSpec(
                name=name.lower(),
                allowed="" if allowed == "*" else allowed,
                channel=text_of(told, "channel"),
            )
            packages.append(spec.package(line, scope))
        else:
            packages.append(_from_pypi(name, told, line, scope))
    return packages


def _from_pypi(name: str, entry: Mapping[str, Any], line: int, scope: Scope) -> Package:
    allowed = text_of(entry, "version")
    origin, address, version = source_in(entry)
    return Package(
        ecosystem=Ecosystem.PYPI,
        name=python_name(name),
        version=pinned_version(allowed) or version,
        requirement="" if allowed == "*" else allowed,
        line=line,
        scope=scope,
        direct=True,
        origin=origin,
        address=address,
    )
