"""Packages of PHP as composer.lock and installed.json describe them.

Source: https://getcomposer.org/doc/04-schema.md.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from seawall.core.report import Problem
from seawall.model.inventory import Ecosystem, Origin, Package, Runtime, Scope
from seawall.parse.lines import LineFinder
from seawall.parse.pep508 import without_credentials
from seawall.parse.remarks import Remarks
from seawall.parse.values import table_of, text_of, texts_of

_PLATFORM = re.compile(r"(?:php(?:-\w+)?|hhvm|composer(?:-(?:plugin|runtime)-api)?|(?:ext|lib)-.*)")


def is_platform(name: str) -> bool:
    """Tell whether a name is one of the machine, "php" or "ext-json", and no package."""
    return "/" not in name and _PLATFORM.fullmatch(name.lower()) is not None


def platform_runtimes(wanted: object, finder: LineFinder) -> tuple[Runtime, ...]:
    """Return the PHP that a table of requirements asks for."""
    found = wanted.get("php") if isinstance(wanted, Mapping) else None
    if not isinstance(found, str) or not found:
        return ()
    line = finder.line_matching(re.compile(rb'"php"\s*:'))
    return (Runtime(name="php", requirement=found, line=line),)


def licence_of(entry: Mapping[str, Any]) -> str:
    """Return the licence; of several one may be chosen."""
    licences = texts_of(entry, "license") or [text_of(entry, "license")]
    if len(licences) == 1:
        return licences[0]
    return "(" + " OR ".join(licences) + ")"


def read_packages(
    path: str, entries: Iterable[tuple[dict[str, Any], Scope]], finder: LineFinder
) -> tuple[tuple[Package, ...], tuple[Problem, ...]]:
    """Return the packages of entries with their scopes, and what was passed over."""
    remarks = Remarks(path)
    named: list[tuple[dict[str, Any], Scope]] = []
    ids: dict[str, str] = {}
    for entry, scope in entries:
        name = text_of(entry, "name")
        if not name:
            remarks.pass_over("a package without a name")
            continue
        if not _version(entry):
            remarks.pass_over(f"a package without a version: {name}")
        named.append((entry, scope))
        ids[name.lower()] = f"{name}@{_version(entry)}"
    for entry, _ in named:
        for stand_in in (*table_of(entry, "replace"), *table_of(entry, "provide")):
            ids.setdefault(stand_in.lower(), f"{entry['name']}@{_version(entry)}")
    packages = tuple(_package(entry, scope, ids, finder) for entry, scope in named)
    return packages, remarks.problems


def _package(
    entry: Mapping[str, Any], scope: Scope, ids: Mapping[str, str], finder: LineFinder
) -> Package:
    name = text_of(entry, "name")
    needs = {
        ids[wanted.lower()]: str(allowed)
        for wanted, allowed in table_of(entry, "require").items()
        if wanted.lower() in ids and ids[wanted.lower()] != f"{name}@{_version(entry)}"
    }
    line = finder.line_of(b'"name": "%b"' % name.encode("utf-8", "replace"))
    line = line or finder.line_matching(re.compile(rb'"name"\s*:\s*"%b"' % _escaped(name)))
    finder.pass_by()
    origin, address = _origin(entry)
    return Package(
        ecosystem=Ecosystem.PACKAGIST,
        name=name,
        version=_version(entry),
        line=line,
        scope=scope,
        requires=tuple(needs),
        constraints=tuple(needs.values()),
        origin=origin,
        address=address,
        hashed=bool(text_of(table_of(entry, "dist"), "shasum")),
        licence=licence_of(entry),
        has_install_script=text_of(entry, "type") in ("composer-plugin", "composer-installer"),
        notice=_notice(entry.get("abandoned")),
    )


def _escaped(name: str) -> bytes:
    r"""Return a name as the file may write it: PHP writes "/" as "\/" where nobody forbids it."""
    return re.escape(name.encode("utf-8", "replace")).replace(b"/", rb"\\?/")


def _version(entry: Mapping[str, Any]) -> str:
    return text_of(entry, "version")


def _origin(entry: Mapping[str, Any]) -> tuple[Origin, str]:
    dist, source = table_of(entry, "dist"), table_of(entry, "source")
    if text_of(dist, "type") == "path":
        return "path", text_of(dist, "url")
    if text_of(entry, "notification-url") or not (dist or source):
        return "registry", ""
    if not text_of(dist, "url") and text_of(source, "url"):
        return "git", without_credentials(text_of(source, "url"))
    return "registry", ""


def _notice(abandoned: object) -> str:
    if isinstance(abandoned, str) and abandoned:
        return f"abandoned: use {abandoned} instead"
    return "abandoned" if abandoned is True else ""
