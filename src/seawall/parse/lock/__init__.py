"""Readers of the files that name packages: one sister a format, each pure.

A sister has `parse(file: ListFile) -> Inventory`. It raises ParseError when the file is broken as a
whole; what it passes over in a file that is otherwise sound is a `Problem` of the inventory. The
readers of documents (`parse.json`, `toml`, `yaml`, `xml`, `lines`) are the floor they stand on.
"""

import fnmatch
import importlib
import posixpath
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
        "requirements*.txt",
        "requirements*.in",
        "*requirements.txt",
        "*requirements.in",
        "constraints*.txt",
        "requirements/*.txt",
        "requirements/*.in",
    ),
    # JavaScript
    # Go, Rust
    # Java and its kin
    # .NET
    # Ruby, PHP
    # Elixir, Erlang, Dart, Swift, Haskell, OCaml, R, Julia, C and C++, Nim, Lua
    # Build systems, pipelines
    # What is installed or built
}
"""By name of the sister, the names of the files that it reads, as patterns of the base name; a
pattern with "/" speaks of the end of the path. The first one in order takes the file."""


def format_of(path: str) -> str:
    """Return the name of the format of a file, "" where it is none that names packages."""
    found = _pattern().fullmatch(path)
    return found.lastgroup or "" if found is not None else ""


def parser_of(name: str) -> Parse:
    """Return the parser of a format."""
    found: Parse = importlib.import_module(f"{__name__}.{name}").parse
    return found


@cache
def _pattern() -> re.Pattern[str]:
    """One expression for all names: a group a format."""
    return re.compile(
        "|".join(
            f"(?P<{name}>{'|'.join(_expression(pattern) for pattern in patterns)})"
            for name, patterns in FORMATS.items()
        )
        or r"(?!)"
    )


def _expression(pattern: str) -> str:
    # fnmatch's star crosses "/": each part is translated by itself.
    parts = (fnmatch.translate(part)[4:-3].replace(".*", "[^/]*") for part in pattern.split("/"))
    return "(?:.*/)?" + posixpath.sep.join(parts)
