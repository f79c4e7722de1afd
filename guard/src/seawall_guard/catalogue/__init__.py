"""What is dangerous to call, declared once for the code engine, the prober and the guard."""

import importlib
from types import ModuleType
from typing import Any

from seawall_guard.catalogue.entries import (
    Catalogue,
    Check,
    Condition,
    Sanitizer,
    Sink,
    Source,
)
from seawall_guard.catalogue.reading import CatalogueError, parse

__all__ = [
    "Catalogue",
    "CatalogueError",
    "Check",
    "Condition",
    "Sanitizer",
    "Sink",
    "Source",
    "join",
    "load",
    "parse",
]


def load() -> Catalogue:
    """Return everything packaged, sorted by the names of its files.

    A wheel carries it compiled; a checkout reads the TOML, for which it needs Python 3.11. Raises
    CatalogueError when a file is wrong.
    """
    try:
        compiled = importlib.import_module("seawall_guard.catalogue.compiled")
    except ModuleNotFoundError:
        return _read()
    return _unpacked(compiled)


def _unpacked(compiled: ModuleType) -> Catalogue:
    """Make entries of the plain tuples that `hatch_build.py` wrote."""
    return Catalogue(
        tuple(map(Source._make, compiled.SOURCES)),
        tuple(_with_conditions(Sink._make(row)) for row in compiled.SINKS),
        tuple(map(Sanitizer._make, compiled.SANITIZERS)),
        tuple(_with_conditions(Check._make(row)) for row in compiled.CHECKS),
    )


def _with_conditions(entry: Any) -> Any:
    if not (entry.when or entry.unless):
        return entry
    return entry._replace(
        when=tuple(map(Condition._make, entry.when)),
        unless=tuple(map(Condition._make, entry.unless)),
    )


def _read() -> Catalogue:
    """Read the TOML files beside this module."""
    # Only a checkout comes here: a wheel must start fast, and Python 3.10 has no tomllib.
    from importlib import resources

    import tomllib

    parts: list[Catalogue] = []
    folder = resources.files(__name__)
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        if file.name.endswith(".toml"):
            try:
                table = tomllib.loads(file.read_bytes().decode("utf-8"))
            except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
                raise CatalogueError(f"{file.name}: {error}") from error
            parts.append(parse(file.name, table))
    return join(parts)


def join(parts: list[Catalogue]) -> Catalogue:
    """Return what all of them say, in their order."""
    return Catalogue(
        tuple(entry for part in parts for entry in part.sources),
        tuple(entry for part in parts for entry in part.sinks),
        tuple(entry for part in parts for entry in part.sanitizers),
        tuple(entry for part in parts for entry in part.checks),
    )
