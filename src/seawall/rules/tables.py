"""Read TOML files of rules strictly: what is wrong is named by file, table, entry and key."""

from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from seawall.core.errors import ConfigError

Entry = TypeVar("Entry", bound=Struct)


def read_table(name: str, data: bytes) -> dict[str, Any]:
    """Return a file's top table. Raises ConfigError."""
    # Rules that are kept decoded never come here, and a scan starts without it.
    import tomllib

    try:
        return tomllib.loads(data.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{name}: {error}") from error
    except RecursionError:
        raise ConfigError(f"{name}: is nested too deeply") from None


def read_entries(
    name: str, table: Mapping[str, Any], key: str, kind: type[Entry]
) -> tuple[Entry, ...]:
    """Return the entries of an array of tables; none where there is no such array.

    Raises ConfigError.
    """
    rows = table.get(key, ())
    if not isinstance(rows, (list, tuple)):
        raise ConfigError(f"{name}: {key}: is not an array of tables, [[{key}]]")
    return tuple(
        read_entry(place_of(name, key, row, number), row, kind)
        for number, row in enumerate(rows, start=1)
    )


def place_of(name: str, key: str, row: object, number: int) -> str:
    """Name an entry: by its id where it has one, else by its number, counted from 1."""
    known = row.get("id") if isinstance(row, dict) else None
    return f"{name}: {key} {known!r}" if known else f"{name}: {key} {number}"


def read_entry(place: str, row: object, kind: type[Entry]) -> Entry:
    """Return one entry. Raises ConfigError."""
    if isinstance(row, dict):
        for key in row:
            if key not in kind.__struct_fields__:
                raise ConfigError(f"{place}: unknown key {key!r}")
    try:
        return msgspec.convert(row, kind)
    except msgspec.ValidationError as error:
        text, _, where = str(error).partition(" - at `$")
        key = where.rstrip("`").lstrip(".")
        raise ConfigError(f"{place}: {key + ': ' if key else ''}{text}") from error
