"""Read the catalogue's tables strictly: what is wrong is named by file, table, number and key."""

import math
import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from seawall_guard.catalogue import notation
from seawall_guard.catalogue.entries import (
    Catalogue,
    Check,
    Condition,
    Plain,
    Sanitizer,
    Sink,
    Source,
)

KINDS = ("http", "message", "argument", "environment", "file", "network", "database", "prompt")
PARTS = ("query", "form", "body", "header", "cookie", "path", "file", "url")
SEVERITIES = ("critical", "high", "medium", "low", "info")
CLEANING = ("return", "true", "call")
_INTEGER_BITS = 63
_LISTS = ("one_of", "none_of")
_MARKS = ("missing", "given", "constant")
_PREDICATES = ("is", "is_not", *_LISTS, "matches", "below", "symbol", *_MARKS)

Reader = Callable[[str, object], Any]
"""Takes the place, for the message, and what TOML gave; returns what the entry holds."""


class CatalogueError(ValueError):
    """A catalogue file is wrong; the message names file, table, number and key."""


class _Table(NamedTuple):
    """How entries of one kind are written."""

    entry: Callable[..., Any]
    keys: Mapping[str, Reader]
    needs: tuple[str, ...]
    needs_one_of: tuple[str, ...]
    together: Mapping[str, str] = {}
    """A key that means nothing without another."""


def parse(name: str, table: Mapping[str, Any]) -> Catalogue:
    """Read one file as TOML gives it; `name` is the file's, its stem names the library.

    Raises CatalogueError.
    """
    library = name.rpartition("/")[2].removesuffix(".toml")
    unknown = sorted(set(table) - set(_TABLES))
    if unknown:
        raise CatalogueError(f"{name}: unknown table {unknown[0]!r}")
    return Catalogue(*(_entries(name, key, table.get(key, ()), library) for key in _TABLES))


def _entries(name: str, key: str, rows: object, library: str) -> tuple[Any, ...]:
    if not isinstance(rows, (list, tuple)):
        raise CatalogueError(f"{name}: {key}: is not an array of tables, [[{key}]]")
    return tuple(
        _entry(f"{name}: {key} {number}", _TABLES[key], row, library)
        for number, row in enumerate(rows, start=1)
    )


def _entry(place: str, table: _Table, row: object, library: str) -> Any:
    if not isinstance(row, dict):
        raise CatalogueError(f"{place}: is not a table")
    for key in row:
        if key not in table.keys:
            raise CatalogueError(f"{place}: unknown key {key!r}")
    for key in table.needs:
        if key not in row:
            raise CatalogueError(f"{place}: {key} is missing")
    if not any(row.get(key) for key in table.needs_one_of):
        raise CatalogueError(f"{place}: one of {', '.join(table.needs_one_of)} is missing")
    for key, other in table.together.items():
        if row.get(key) and not row.get(other):
            raise CatalogueError(f"{place}: {key} means nothing without {other}")
    values = {key: table.keys[key](f"{place}: {key}", value) for key, value in row.items()}
    return table.entry(**values, library=library)


# --- What stands behind a key ----------------------------------------------------------------


def _text(place: str, value: object) -> str:
    if not isinstance(value, str) or not value:
        raise CatalogueError(f"{place}: must be a string that is not empty")
    return value


def _word(what: str, holds: Callable[[str], bool]) -> Reader:
    def read(place: str, value: object) -> str:
        text = _text(place, value)
        if not holds(text):
            raise CatalogueError(f"{place}: {text!r} is not {what}")
        return text

    return read


def _one_of(allowed: tuple[str, ...]) -> Reader:
    return _word(f"one of {', '.join(allowed)}", allowed.__contains__)


def _several(read: Reader) -> Reader:
    def read_all(place: str, value: object) -> tuple[Any, ...]:
        if not isinstance(value, (list, tuple)) or not value:
            raise CatalogueError(f"{place}: must be an array that is not empty")
        items = tuple(read(place, item) for item in value)
        for number, item in enumerate(items):
            if any(item is other or _same(item, other) for other in items[:number]):
                raise CatalogueError(f"{place}: {item!r} stands there twice")
        return items

    return read_all


def _same(one: object, other: object) -> bool:
    """Tell 1, 1.0 and true apart, which Python does not."""
    return type(one) is type(other) and one == other


def _plain(place: str, value: object) -> Plain:
    if isinstance(value, float) and not math.isfinite(value):
        raise CatalogueError(f"{place}: must be a finite number")
    if isinstance(value, int) and value.bit_length() > _INTEGER_BITS:
        raise CatalogueError(f"{place}: is too large a number")
    if not isinstance(value, (str, int, float, bool)):
        raise CatalogueError(f"{place}: must be a string, a number or a truth value")
    return value


def _pattern(place: str, value: object) -> str:
    text = _text(place, value)
    try:
        re.compile(text, re.IGNORECASE)
    except (re.error, OverflowError, RecursionError) as error:
        raise CatalogueError(f"{place}: {text!r} is no regular expression: {error}") from error
    return text


def _number(place: str, value: object) -> Plain:
    if isinstance(value, (bool, str)):
        raise CatalogueError(f"{place}: must be a number")
    return _plain(place, value)


def _mark(place: str, value: object) -> bool:
    if value is not True:
        raise CatalogueError(f"{place}: can only be true")
    return True


def _condition(place: str, value: object) -> Condition:
    if not isinstance(value, dict):
        raise CatalogueError(f"{place}: must hold tables, {{ argument = ..., PREDICATE = ... }}")
    if "argument" not in value:
        raise CatalogueError(f"{place}: argument is missing")
    argument = _SELECTOR(f"{place}: argument", value["argument"])
    predicates = [key for key in value if key != "argument"]
    for key in predicates:
        if key not in _PREDICATES:
            raise CatalogueError(f"{place}: unknown predicate {key!r}")
    if len(predicates) != 1:
        raise CatalogueError(f"{place}: a condition has one predicate, not {len(predicates)}")
    (predicate,) = predicates
    operand = _operand(predicate)(f"{place}: {predicate}", value[predicate])
    return Condition(argument, predicate, operand)


def _operand(predicate: str) -> Reader:
    if predicate in _LISTS:
        return _several(_plain)
    if predicate in _MARKS:
        return _mark
    return {"matches": _pattern, "below": _number, "symbol": _SYMBOLS}.get(predicate, _plain)


_SELECTOR = _word("the selector of one argument", notation.is_selector)
_SYMBOLS = _several(_word("a symbol: a dotted name", notation.is_symbol))
_SELECTORS = _several(_word("a selector", notation.is_selection))
_WEAKNESS = _word("the id of a weakness", notation.is_kebab)
_CONDITIONS = _several(_condition)
_SEVERITY = _one_of(SEVERITIES)


def read_conditions(place: str, value: object) -> tuple[Condition, ...]:
    """Read the conditions of a table that is not the catalogue's. Raises CatalogueError."""
    return tuple(_CONDITIONS(place, value))


_TABLES = {
    "source": _Table(
        Source,
        {"kind": _one_of(KINDS), "calls": _SYMBOLS, "reads": _SYMBOLS, "part": _one_of(PARTS)},
        needs=("kind",),
        needs_one_of=("calls", "reads"),
    ),
    "sink": _Table(
        Sink,
        {
            "weakness": _WEAKNESS,
            "calls": _SYMBOLS,
            "assigns": _SYMBOLS,
            "methods": _several(_word("the name of a method", notation.is_name)),
            "receivers": _several(_word("a shell pattern of a name", notation.is_receiver)),
            "arguments": _SELECTORS,
            "when": _CONDITIONS,
            "unless": _CONDITIONS,
            "form": _word("a form: lower-case words with hyphens", notation.is_kebab),
            "severity": _SEVERITY,
        },
        needs=("weakness",),
        needs_one_of=("calls", "assigns", "methods"),
        together={"methods": "receivers", "receivers": "methods"},
    ),
    "sanitizer": _Table(
        Sanitizer,
        {
            "calls": _SYMBOLS,
            "cleans": _several(
                _word('the id of a weakness or "*"', lambda t: t == "*" or notation.is_kebab(t))
            ),
            "argument": _SELECTOR,
            "by": _one_of(CLEANING),
        },
        needs=("calls", "cleans"),
        needs_one_of=("calls",),
    ),
    "check": _Table(
        Check,
        {
            "weakness": _WEAKNESS,
            "calls": _SYMBOLS,
            "reads": _SYMBOLS,
            "assigns": _SYMBOLS,
            "settings": _several(_word("a variable of a settings module", notation.is_setting)),
            "modules": _several(_word("a shell pattern of a module", notation.is_module)),
            "when": _CONDITIONS,
            "unless": _CONDITIONS,
            "message": _text,
            "severity": _SEVERITY,
            "secret": _mark,
        },
        needs=("weakness",),
        needs_one_of=("calls", "reads", "assigns", "settings"),
        together={"modules": "settings"},
    ),
}
"""In the order of `Catalogue`'s fields."""
