"""Readers of the files that name packages: one sister a format, each pure.

A sister has `parse(file: ListFile) -> Inventory`. It raises ParseError when the file is broken as a
whole; what it passes over in a file that is otherwise sound is a `Problem` of the inventory. The
readers of documents (`parse.json`, `toml`, `yaml`, `xml`, `lines`) are the floor they stand on.
"""

import importlib
import re
from collections.abc import Callable
from functools import cache

from seawall.model.inventory import Inventory, ListFile

Parse = Callable[[ListFile], Inventory]

LARGEST = 64 << 20
"""Bytes of a file that is read at the most."""

FORMATS: dict[str, tuple[str, ...]] = {
    # Python
    "requirements": (
        "*requirements*.txt",
        "*requirements*.in",
        "*requirements*.lock",
        "*requirements*.pip",
        "constraints*.txt",
        "requirements/*.txt",
        "requirements/*.in",
        "requirements/*.lock",
    ),
    "pyproject": ("pyproject.toml",),
    "poetry_lock": ("poetry.lock",),
    "uv_lock": ("uv.lock",),
    "pdm_lock": ("pdm.lock", "pdm.*.lock"),
    "pipfile": ("Pipfile",),
    "pipfile_lock": ("Pipfile.lock",),
    "pylock": ("pylock.toml", "pylock.*.toml"),
    "python_version": (".python-version", "runtime.txt", ".tool-versions"),
    # JavaScript
    # Go, Rust
    # Java and its kin
    # .NET
    # Ruby, PHP
    # Elixir, Erlang, Dart, Swift, Haskell, OCaml, R, Julia, C and C++, Nim, Lua
    # Build systems, pipelines
    "dockerfile": (
        "Dockerfile",
        "Containerfile",
        "Dockerfile.*",
        "Containerfile.*",
        "*.Dockerfile",
        "*.dockerfile",
    ),
    # Inventories of other tools
    "cyclonedx": (
        "bom.json",
        "bom.xml",
        "*.cdx.json",
        "*.cdx.xml",
        "*cyclonedx*.json",
        "*cyclonedx*.xml",
    ),
    "spdx": ("*.spdx.json", "*.spdx", "*spdx*.json"),
    # What is installed or built
}
"""By name of the sister, the names of the files that it reads, as patterns of the base name; a
pattern with "/" speaks of the end of the path. A whole name comes before a pattern, and the first
of several patterns holds."""


def format_of(path: str) -> str:
    """Return the name of the format of a file, "" where it is none that names packages."""
    exact, by_name, by_path = _names()
    base = path.rpartition("/")[2]
    if found := exact.get(base):
        return found
    match = by_name.fullmatch(base) or by_path.search(f"/{path}")
    return match.lastgroup or "" if match is not None else ""


def parser_of(name: str) -> Parse:
    """Return the parser of a format."""
    found: Parse = importlib.import_module(f"{__name__}.{name}").parse
    return found


@cache
def _names() -> tuple[dict[str, str], re.Pattern[str], re.Pattern[str]]:
    """Return formats by whole name, and the patterns of names and of the ends of paths."""
    exact: dict[str, str] = {}
    by_name: dict[str, list[str]] = {}
    by_path: dict[str, list[str]] = {}
    for name, patterns in FORMATS.items():
        for pattern in patterns:
            if "/" in pattern:
                by_path.setdefault(name, []).append(f"/{_expression(pattern)}$")
            elif "*" in pattern:
                by_name.setdefault(name, []).append(_expression(pattern))
            else:
                exact.setdefault(pattern, name)
    return exact, _grouped(by_name), _grouped(by_path)


def _grouped(forms: dict[str, list[str]]) -> re.Pattern[str]:
    """Return one expression: a group a format."""
    return re.compile(
        "|".join(f"(?P<{name}>{'|'.join(some)})" for name, some in forms.items()) or r"(?!)"
    )


def _expression(pattern: str) -> str:
    return re.escape(pattern).replace(r"\*", "[^/]*")
