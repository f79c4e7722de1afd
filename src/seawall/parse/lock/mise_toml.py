"""mise.toml: which tools a project runs on. Source: https://mise.jdx.dev/configuration.html."""

from collections.abc import Iterator
from typing import Any

from seawall.model.inventory import Inventory, ListFile, Runtime
from seawall.parse.lines import LineFinder
from seawall.parse.toml import parse_toml
from seawall.parse.values import table_of

_NAMES = {"nodejs": "node", "golang": "go", "dotnet-core": "dotnet"}
"""What a runtime is called, where a tool has another name."""


def parse(file: ListFile) -> Inventory:
    """Return the runtimes that a file chooses. Raises ParseError when it is no TOML."""
    finder = LineFinder(file.content)
    return Inventory(
        runtimes=tuple(
            Runtime(
                name=_NAMES.get(key, key),
                requirement=version,
                line=finder.line_of(key.encode("utf-8", "replace")),
            )
            for key, told in table_of(parse_toml(file.content), "tools").items()
            if ":" not in key  # "npm:prettier" is no runtime
            for version in _versions(told)
        )
    )


def _versions(told: Any) -> Iterator[str]:
    for one in told if isinstance(told, list) else [told]:
        version = one.get("version") if isinstance(one, dict) else one
        if isinstance(version, str) and version.isascii():
            yield version
