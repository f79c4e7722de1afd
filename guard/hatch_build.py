"""Compiles the catalogue to a Python module, so that a program under guard starts at once."""

import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SOURCE = Path(__file__).resolve().parent / "src"
COMPILED = Path("seawall_guard", "catalogue", "compiled.py")


class CompileCatalogue(BuildHookInterface):  # type: ignore[type-arg]
    """Adds the module to wheel and sdist; a checkout reads the TOML."""

    PLUGIN_NAME = "custom"
    folder: "tempfile.TemporaryDirectory[str] | None" = None

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile, and name the file to hatchling."""
        # An sdist has it already: Python 3.10, which may build from it, has no tomllib.
        if version == "editable" or (SOURCE / COMPILED).exists():
            return
        self.folder = tempfile.TemporaryDirectory()
        file = Path(self.folder.name, COMPILED.name)
        file.write_text(compiled(), encoding="utf-8")
        within = "src" / COMPILED if self.target_name == "sdist" else COMPILED
        build_data["force_include"][str(file)] = within.as_posix()

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove what was written for the build."""
        if self.folder is not None:
            self.folder.cleanup()


def compiled() -> str:
    """Return the catalogue as the text of a module."""
    sys.path.insert(0, str(SOURCE))
    try:
        from seawall_guard.catalogue import load
    finally:
        sys.path.remove(str(SOURCE))
    catalogue = load()
    parts = ['"""The catalogue, compiled from its TOML by hatch_build.py."""\n']
    for name, entries in zip(catalogue._fields, catalogue, strict=True):
        rows = "".join(f"    {plain(entry)!r},\n" for entry in entries)
        parts.append(f"{name.upper()} = (\n{rows})\n" if rows else f"{name.upper()} = ()\n")
    return "\n".join(parts)


def plain(value: object) -> object:
    """Return named tuples as plain ones, whose text needs no import."""
    return tuple(map(plain, value)) if isinstance(value, tuple) else value
