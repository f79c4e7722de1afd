"""Values of documents that other people write: what is not as it should be counts as not there."""

from collections.abc import Mapping
from typing import Any


def text_of(table: Mapping[str, Any], key: str) -> str:
    """Return the text under a key, "" where there is none."""
    value = table.get(key)
    return value if isinstance(value, str) else ""


def table_of(table: Mapping[str, Any], *keys: str) -> dict[str, Any]:
    """Return the table under keys, one in another; {} where there is none."""
    value: Any = table
    for key in keys:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value if isinstance(value, dict) else {}


def list_of(table: Mapping[str, Any], key: str) -> list[Any]:
    """Return the list under a key, [] where there is none."""
    value = table.get(key)
    return value if isinstance(value, list) else []


def tables_of(table: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    """Return the tables of the list under a key."""
    return [one for one in list_of(table, key) if isinstance(one, dict)]


def texts_of(table: Mapping[str, Any], key: str) -> list[str]:
    """Return the texts of the list under a key."""
    return [one for one in list_of(table, key) if isinstance(one, str)]
